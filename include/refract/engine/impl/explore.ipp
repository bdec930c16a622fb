#pragma once

#include <refract/engine/impl/combined_write.hpp>
#include <refract/engine/impl/writer.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>

namespace refract::engine::detail {

// ---- when --------------------------------------------------------------------------------------------------------------

REFRACT_DECL std::size_t writer::waits_of(index model, plan::relation_write const& w) const {
    auto const& p = dm().field_at(model, w.field);
    auto const id_field = dm().models[p.related_model].id_field;
    auto const is_id = [&](std::optional<plan::selector> const& where) { return where && where->field == id_field; };
    bool const follows = cascades(p.related_model);
    std::size_t out = w.upserts.size() + (follows ? w.remove_manys.size() : 0);
    for (auto const& u : w.updates) {
        out += is_id(u.where) ? 0 : 1;
    }
    for (auto const& where : w.removes) {
        out += !follows && is_id(where) ? 0 : 1;
    }
    for (auto const& where : w.disconnects) {
        out += !where || is_id(where) ? 0 : 1;
    }
    auto const by_other = [&](plan::selector const& where) { return where.field != id_field; };
    out += std::any_of(w.connects.begin(), w.connects.end(), by_other) ? 1 : 0;
    out += w.set && std::any_of(w.set->begin(), w.set->end(), by_other) ? 1 : 0;
    for (auto const& c : w.creates) {
        auto const has_id =
            std::any_of(c.values.begin(), c.values.end(), [&](plan::assignment const& a) { return a.field == id_field; });
        if (!has_id) {
            return out + 1; // all of a list together
        }
    }
    return out;
}

REFRACT_DECL void writer::count_waits(
    index model, std::vector<plan::relation_write> const& writes, std::size_t depth, std::vector<std::size_t>& to
) const {
    to.resize(std::max(to.size(), depth + 1));
    for (auto const& w : writes) {
        to[depth] += waits_of(model, w);
        auto const child = dm().field_at(model, w.field).related_model;
        for (auto const& c : w.creates) {
            count_waits(child, c.relations, depth + 1, to);
        }
        for (auto const& u : w.updates) {
            count_waits(child, u.data.relations, depth + 1, to);
        }
        for (auto const& u : w.upserts) {
            count_waits(child, u.create_data.relations, depth + 1, to);
            count_waits(child, u.update_data.relations, depth + 1, to);
        }
    }
}

/// What a walk finds wrong is found again, and told, when it is written.
REFRACT_DECL writer::done writer::explore(index model, db::value id, std::vector<plan::relation_write> const& writes) {
    tx_.combine();
    for (bool asked = true; asked;) {
        cascaded_.clear();
        removed_.clear();
        foresight_.walk();
        auto const walked = co_await all_relations(model, id, writes, false);
        auto learned = co_await foresight_.learn();
        if (!learned) {
            co_return learned.failure();
        }
        asked = *learned;
    }
    cascaded_.clear();
    removed_.clear();
    co_return outcome<void>{};
}

// ---- what a step finds: foreseen, checked on the way --------------------------------------------------------------------

REFRACT_DECL plan::failure writer::unforeseen() {
    plan::failure out;
    out.message = "A nested write found other records than before it began.";
    return out;
}

REFRACT_DECL result_check writer::require_ids(std::set<std::string> expected) {
    return [expected = std::move(expected)](db::result_set const& rows) {
        std::set<std::string> found;
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            found.insert(key_of(db::to_value(rows.cell(i, 0))));
        }
        return found == expected ? std::nullopt : std::optional<plan::failure>(unforeseen());
    };
}

REFRACT_DECL bool writer::is_gone(index model, db::value const& id) const {
    return removed_.count({model, key_of(id)}) > 0;
}

REFRACT_DECL std::optional<writer::ids> writer::foresee_related(index model, index field, ids const& from) {
    auto const far = dm().field_at(model, field).related_model;
    ids out;
    std::set<std::string> seen;
    bool all = true;
    for (auto const& id : from) {
        auto const* const known = foresight_.related(model, field, id);
        all = all && known != nullptr;
        for (std::size_t i = 0; known != nullptr && i < known->size() && !is_gone(model, id); ++i) {
            if (!is_gone(far, (*known)[i]) && seen.insert(key_of((*known)[i])).second) {
                out.push_back((*known)[i]);
            }
        }
    }
    if (!all) {
        return std::nullopt;
    }
    in_groups(t_, from, [&](ids const& group) {
        std::set<std::string> expected;
        for (auto const& id : group) {
            for (auto const& other : *foresight_.related(model, field, id)) {
                if (!is_gone(model, id) && !is_gone(far, other)) {
                    expected.insert(key_of(other));
                }
            }
        }
        tx_.queue_check(
            sql::select_related(t_, model, field, group.size()), group, id_column(far), require_ids(std::move(expected))
        );
    });
    return out;
}

/// The statements are those of look_up(), but nobody waits.
REFRACT_DECL bool writer::foresee(std::vector<lookup*> const& wanted) {
    std::map<std::pair<index, index>, std::map<std::string, lookup*>> places;
    bool all = true;
    for (auto* const l : wanted) {
        if (l->field == dm().models[l->model].id_field) {
            l->id = l->value;
        } else if (auto const* const id = foresight_.id_of(l->model, l->field, l->value)) {
            l->id = *id;
            all = all && !id->is_null(); // it may be created on the way
        } else {
            all = false;
        }
        places[{l->model, l->field}].emplace(printed(l->value), l);
    }
    if (!all || foresight_.is_walking()) {
        return all;
    }
    for (auto const& [key, at] : places) {
        auto const model = key.first;
        std::set<std::string> expected;
        ids values;
        for (auto const& [text, l] : at) {
            expected.insert(printed(l->id) + ' ' + text);
            values.push_back(l->value);
        }
        std::vector<db::value_type> const columns{
            id_column(model).front(), sql::column_type(dm().field_at(model, key.second).type)};
        auto left = std::make_shared<std::set<std::string>>(std::move(expected));
        in_padded_groups(t_, values, [&, field = key.second](ids const& some) {
            std::set<std::string> names;
            for (auto const& v : some) {
                names.insert(printed(v));
            }
            auto check = [left, count = names.size()](db::result_set const& rows) {
                bool same = rows.rows() == count;
                for (std::size_t i = 0; i < rows.rows(); ++i) {
                    auto const seen = printed(db::to_value(rows.cell(i, 0))) + ' ' + printed(db::to_value(rows.cell(i, 1)));
                    same = same && left->count(seen) > 0;
                }
                return same ? std::nullopt : std::optional<plan::failure>(unforeseen());
            };
            tx_.queue_check(sql::select_ids(t_, model, field, some.size()), some, columns, std::move(check));
        });
    }
    return true;
}

/// The id of a record that is there and related to the parent, if that is foreseen; null if it is not related.
REFRACT_DECL std::optional<db::value>
foresee_upserted(foresight& f, edge const& e, plan::selector const& where, db::value const& value, bool is_id) {
    auto const* const known = is_id ? &value : f.id_of(e.child_model(), where.field, value);
    if (known == nullptr || known->is_null()) {
        return known == nullptr ? std::nullopt : std::optional(db::value{});
    }
    auto const connected = f.connected(e.model, e.field, e.parent, *known);
    if (!connected) {
        return std::nullopt;
    }
    return *connected ? *known : db::value{};
}

REFRACT_DECL writer::found writer::find_upserted(edge const& e, plan::selector const& where) {
    ids const inputs{value_of(where.value), e.parent};
    auto columns = id_column(e.child_model());
    columns.push_back(db::value_type::integer);
    auto const text = sql::select_id_and_connected(t_, e.model, e.field, where.field);
    if (!foresight_.is_blind()) {
        bool const is_id = where.field == dm().models[e.child_model()].id_field;
        auto const known = foresee_upserted(foresight_, e, where, inputs.front(), is_id);
        if (known) {
            auto check = [id = *known](db::result_set const& rows) {
                bool const connected = rows.rows() > 0 && rows.cell(0, 1).number != 0;
                bool const same = id.is_null() ? !connected : connected && printed(db::to_value(rows.cell(0, 0))) == printed(id);
                return same ? std::nullopt : std::optional<plan::failure>(unforeseen());
            };
            tx_.queue_check(text, inputs, columns, std::move(check));
            co_return *known;
        }
        if (foresight_.is_walking()) {
            co_return unforeseen();
        }
    }
    db::value id;
    tx_.queue_read(text, inputs, columns, take_connected_id(id));
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    co_return id;
}

REFRACT_DECL boost::asio::awaitable<outcome<writer::ids>> writer::members(sql::record_set const& set, db::value const& parent) {
    ids out;
    if (!foresight_.is_blind()) {
        if (auto const* const known = foresight_.members(set, parent)) {
            std::set<std::string> expected;
            for (auto const& id : *known) {
                if (!is_gone(set.model, id)) {
                    expected.insert(key_of(id));
                    out.push_back(id);
                }
            }
            tx_.queue_check(sql::select_ids(t_, set), {parent}, id_column(set.model), require_ids(std::move(expected)));
            co_return out;
        }
        if (foresight_.is_walking()) {
            co_return unforeseen();
        }
    }
    std::set<std::string> seen;
    ids const inputs{parent};
    tx_.queue_read(sql::select_ids(t_, set), inputs, id_column(set.model), take_ids(out, seen));
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    co_return out;
}

} // namespace refract::engine::detail
