#pragma once

#include <refract/engine/impl/combined_write.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstdint>
#include <map>

namespace refract::engine::detail {

/// Rows in one statement: a power of two, so that there are few different texts to prepare.
inline constexpr std::size_t max_combined_rows = 256;

/// Calls `action(at, rows)` for groups of rows that fit one statement.
template <class Action>
void in_rows(sql::target const& t, std::size_t total, std::size_t parameters_per_row, Action const& action) {
    auto const most = t.dialect->max_parameters / std::max<std::size_t>(parameters_per_row, 1);
    std::size_t at = 0;
    for (std::size_t rows = max_combined_rows; rows > 0; rows /= 2) {
        for (; (rows <= most || rows == 1) && at + rows <= total; at += rows) {
            action(at, rows);
        }
    }
}

// ---- finding ---------------------------------------------------------------------------------------------------------

/// Puts ids in their places, by the printed value they were found with.
REFRACT_DECL result_reader take_found(std::map<std::string, db::value>& to) {
    return [&to](db::result_set const& rows) {
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            to[printed(db::to_value(rows.cell(i, 1)))] = db::to_value(rows.cell(i, 0));
        }
    };
}

REFRACT_DECL writer::done writer::look_up(std::vector<lookup*> const& wanted) {
    if (!foresight_.is_blind()) {
        bool const all = foresee(wanted);
        if (all) {
            co_return outcome<void>{};
        }
        if (foresight_.is_walking()) {
            co_return unforeseen();
        }
    }
    struct place {
        std::map<std::string, db::value> values; ///< asked for, each once
        std::map<std::string, db::value> ids_found;
    };
    std::map<std::pair<index, index>, place> places;
    for (auto const* l : wanted) {
        places[{l->model, l->field}].values.emplace(printed(l->value), l->value);
    }
    bool waits = false;
    for (auto& [key, at] : places) {
        auto const model = key.first;
        auto const field = key.second;
        bool const is_id = field == dm().models[model].id_field;
        waits = waits || !is_id;
        ids values;
        for (auto const& [text, value] : at.values) {
            values.push_back(value);
        }
        auto columns = id_column(model);
        columns.push_back(sql::column_type(dm().field_at(model, field).type));
        in_groups(t_, values, [&, &to = at.ids_found](ids const& some) {
            auto const text = sql::select_ids(t_, model, field, some.size());
            if (!is_id) {
                tx_.queue_read(text, some, columns, take_found(to));
                return;
            }
            auto missing = not_found(model, {field, plan::operand::of(some.front())}); // which one is told record by record
            tx_.queue_check(text, some, columns, require_rows(some.size(), std::move(missing)));
        });
    }
    if (waits) {
        auto sent = co_await tx_.flush();
        if (!sent) {
            co_return sent;
        }
    }
    for (auto* const l : wanted) {
        auto& at = places[{l->model, l->field}];
        bool const is_id = l->field == dm().models[l->model].id_field;
        auto const hit = at.ids_found.find(printed(l->value));
        l->id = is_id ? l->value : hit == at.ids_found.end() ? db::value{} : hit->second;
    }
    co_return outcome<void>{};
}

REFRACT_DECL result_check require_rows(std::size_t count, plan::failure missing) {
    return [count, missing = std::move(missing)](db::result_set const& rows) {
        return rows.rows() < count ? std::optional<plan::failure>(missing) : std::nullopt;
    };
}

// ---- the tree --------------------------------------------------------------------------------------------------------

REFRACT_DECL combined_create::branch& combined_create::branch_of(group& g, index field) {
    for (auto& b : g.branches) {
        if (b.field == field) {
            return b;
        }
    }
    g.branches.emplace_back();
    g.branches.back().field = field;
    return g.branches.back();
}

REFRACT_DECL bool combined_create::add(std::vector<plan::create> const& items) {
    root_.model = edge_.model;
    root_.rows.front().id = edge_.parent;
    auto& b = branch_of(root_, edge_.field);
    b.creates = std::make_unique<group>();
    b.creates->model = edge_.child_model();
    b.creates->rows.reserve(items.size());
    for (auto const& item : items) {
        if (!add(*b.creates, item, 0)) {
            return false;
        }
    }
    std::set<index> models;
    return has_known_order(*b.creates, models);
}

REFRACT_DECL bool combined_create::add(group& to, plan::create const& c, std::size_t parent) {
    auto const id_field = w_.dm().models[to.model].id_field;
    row r;
    r.data = &c;
    r.parent = parent;
    for (auto const& a : c.values) {
        r.fields.push_back(a.field);
        r.values.push_back(w_.value_of(a.value));
        if (a.field == id_field) {
            r.id = r.values.back();
        }
    }
    if (r.id.is_null()) {
        r.id = w_.foresight_.next_id(to.model);
        if (!r.id.is_null()) {
            r.fields.push_back(id_field);
            r.values.push_back(r.id);
        }
    }
    to.ids_by_database = to.ids_by_database || r.id.is_null();
    auto const at = to.rows.size();
    to.rows.push_back(std::move(r));
    for (auto const& w : c.relations) {
        if (!add_relation(to, w, at)) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL bool combined_create::add_relation(group& to, plan::relation_write const& w, std::size_t at) {
    auto const& p = w_.dm().field_at(to.model, w.field);
    auto const& c = w_.dm().back(p);
    bool const others = !w.updates.empty() || !w.upserts.empty() || !w.removes.empty() || w.set || !w.disconnects.empty() ||
                        !w.update_manys.empty() || !w.remove_manys.empty();
    bool const refused = !p.is_list && p.is_required && !c.is_list && c.is_required && !w.connects.empty();
    bool const twice = !p.is_list && w.creates.size() + w.connects.size() > 1;
    if (others || refused || twice) {
        return false;
    }
    auto const place = [&]() -> branch& { return branch_of(to, w.field); };
    if (!w.creates.empty() && place().creates == nullptr) {
        place().creates = std::make_unique<group>();
        place().creates->model = p.related_model;
    }
    for (auto const& item : w.creates) {
        auto const goes_back = [&](plan::relation_write const& r) { return r.field == p.related_field; };
        if (std::any_of(item.relations.begin(), item.relations.end(), goes_back) || !add(*place().creates, item, at)) {
            return false;
        }
    }
    for (auto const& where : w.connects) {
        place().connects.push_back({at, {p.related_model, where.field, w_.value_of(where.value), {}}});
    }
    return true;
}

REFRACT_DECL bool combined_create::has_known_order(group const& g, std::set<index>& models) const {
    if (!models.insert(g.model).second && g.ids_by_database) {
        return false;
    }
    for (auto const& b : g.branches) {
        if (b.creates != nullptr && !has_known_order(*b.creates, models)) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL void combined_create::collect(group& g, std::vector<lookup*>& to) {
    for (auto& b : g.branches) {
        for (auto& c : b.connects) {
            to.push_back(&c.child);
        }
        if (b.creates != nullptr) {
            collect(*b.creates, to);
        }
    }
}

REFRACT_DECL bool combined_create::links_are_apart(group const& g) {
    for (auto const& b : g.branches) {
        auto const& c = back_of(g, b);
        for (auto const& to : b.connects) {
            bool const is_a = c.side == datamodel::relation_side::a;
            if (to.child.id.is_null() || (!c.is_list && !linked_.emplace(c.relation, is_a, printed(to.child.id)).second)) {
                return false;
            }
        }
        if (b.creates != nullptr && !links_are_apart(*b.creates)) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL boost::asio::awaitable<outcome<bool>> combined_create::find_connected() {
    std::vector<lookup*> wanted;
    collect(root_, wanted);
    if (!wanted.empty()) {
        auto found = co_await w_.look_up(wanted);
        if (!found) {
            co_return found.failure();
        }
    }
    // One that is not there may be created on the way.
    bool const apart = links_are_apart(root_);
    co_return apart;
}

// ---- writing ---------------------------------------------------------------------------------------------------------

REFRACT_DECL combined_create::done combined_create::run() {
    auto& b = root_.branches.front();
    auto written = co_await write(*b.creates, root_.model, b, root_);
    co_return written;
}

/// The records of `g`, which are the ones created through `from` by the records `above`, their links, and what is below them.
REFRACT_DECL combined_create::done combined_create::write(group& g, index model, branch& from, group const& above) {
    auto const& p = w_.dm().field_at(model, from.field);
    auto const& c = w_.dm().back(p);
    auto keys = co_await write_keys(g);
    if (!keys) {
        co_return keys;
    }
    bool const child_holds_key = sql::holds_key(w_.t_, c);
    if (child_holds_key) {
        for (auto& r : g.rows) {
            r.fields.push_back(p.related_field);
            r.values.push_back(above.rows[r.parent].id);
        }
    }
    auto inserted = co_await insert(g);
    if (!inserted) {
        co_return inserted;
    }
    if (!child_holds_key && !sql::holds_key(w_.t_, p)) {
        ids pairs;
        for (auto const& r : g.rows) {
            pairs.push_back(above.rows[r.parent].id);
            pairs.push_back(r.id);
        }
        link(model, from.field, pairs);
    }
    write_lists(g);
    auto below = co_await write_below(g);
    co_return below;
}

REFRACT_DECL combined_create::done combined_create::write_keys(group& g) {
    for (auto& b : g.branches) {
        if (!sql::holds_key(w_.t_, field_of(g, b))) {
            continue;
        }
        if (b.creates != nullptr) {
            auto written = co_await write(*b.creates, g.model, b, g);
            if (!written) {
                co_return written;
            }
            for (auto const& child : b.creates->rows) {
                g.rows[child.parent].fields.push_back(b.field);
                g.rows[child.parent].values.push_back(child.id);
            }
        }
        take_from_old_parents(g.model, b);
        for (auto const& to : b.connects) {
            g.rows[to.parent].fields.push_back(b.field);
            g.rows[to.parent].values.push_back(to.child.id);
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL combined_create::done combined_create::write_below(group& g) {
    for (auto& b : g.branches) {
        if (b.creates != nullptr && !sql::holds_key(w_.t_, field_of(g, b))) {
            auto written = co_await write(*b.creates, g.model, b, g);
            if (!written) {
                co_return written;
            }
        }
    }
    for (auto const& b : g.branches) {
        if (b.connects.empty() || sql::holds_key(w_.t_, field_of(g, b))) {
            continue;
        }
        take_from_old_parents(g.model, b);
        ids pairs;
        for (auto const& to : b.connects) {
            pairs.push_back(g.rows[to.parent].id);
            pairs.push_back(to.child.id);
        }
        link(g.model, b.field, pairs);
    }
    co_return outcome<void>{};
}

/// What a child that can have but one parent has to give up, if the parent before can spare it.
REFRACT_DECL void combined_create::take_from_old_parents(index model, branch const& b) {
    if (b.connects.empty()) {
        return;
    }
    edge e;
    e.model = model;
    e.field = b.field;
    e.p = &w_.dm().field_at(model, b.field);
    e.c = &w_.dm().back(*e.p);
    ids children;
    for (auto const& to : b.connects) {
        children.push_back(to.child.id);
    }
    if (e.p_is_required() && e.c_is_one()) {
        in_groups(w_.t_, children, [&](ids const& some) {
            w_.forbid(sql::find_any_related(w_.t_, e.child_model(), e.p->related_field, some.size()), some, w_.violates(*e.p));
        });
    }
    w_.unlink_children(e, children);
}

/// Neighbours with values for the same fields share a statement.
REFRACT_DECL combined_create::done combined_create::insert(group& g) {
    std::size_t at = 0;
    while (at < g.rows.size()) {
        auto const from = at;
        auto const& fields = g.rows[from].fields;
        while (at < g.rows.size() && g.rows[at].fields == fields && (at == from || !fields.empty())) {
            ++at;
        }
        in_rows(w_.t_, at - from, fields.size(), [&](std::size_t offset, std::size_t rows) {
            insert_rows(g, from + offset, rows);
        });
    }
    if (!g.ids_by_database) {
        co_return outcome<void>{};
    }
    auto sent = co_await w_.tx_.flush();
    if (!sent) {
        co_return sent;
    }
    for (auto const& r : g.rows) {
        if (r.id.is_null()) {
            plan::failure out;
            out.message = "A row was inserted without an id.";
            co_return out;
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL void combined_create::insert_rows(group& g, std::size_t from, std::size_t count) {
    auto const& fields = g.rows[from].fields;
    ids values;
    std::vector<db::value*> wanted;
    for (std::size_t i = from; i < from + count; ++i) {
        values.insert(values.end(), g.rows[i].values.begin(), g.rows[i].values.end());
        if (g.rows[i].id.is_null()) {
            wanted.push_back(&g.rows[i].id);
        }
    }
    write_context const context{g.model, write_context::use::insert};
    bool const by_database = !wanted.empty();
    auto const text = fields.empty() ? sql::insert_record(w_.t_, g.model, fields, by_database)
                                     : sql::insert_records(w_.t_, g.model, fields, count, by_database);
    if (!by_database) {
        w_.tx_.queue(text, values, context);
        return;
    }
    // Rows get their numbers in the order of VALUES; SQLite may return them in another.
    auto read = [wanted = std::move(wanted), sorts = w_.t_.dialect->nested_cursors](db::result_set const& rows) {
        ids made;
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            made.push_back(db::to_value(rows.cell(i, 0)));
        }
        if (sorts) {
            std::sort(made.begin(), made.end(), [](db::value const& a, db::value const& b) { return a.number() < b.number(); });
        }
        for (std::size_t i = 0; i < made.size() && i < wanted.size(); ++i) {
            *wanted[i] = std::move(made[i]);
        }
    };
    w_.tx_.queue_read(text, values, w_.id_column(g.model), std::move(read), context);
}

REFRACT_DECL void combined_create::write_lists(group const& g) {
    std::map<index, ids> values; // by field: id, position, value
    for (auto const& r : g.rows) {
        for (auto const& list : r.data->lists) {
            auto& to = values[list.field];
            std::int64_t position = 0;
            for (auto const& item : list.values) {
                position += 1000;
                to.push_back(r.id);
                to.push_back(db::value::integer(position));
                to.push_back(w_.value_of(item));
            }
        }
    }
    write_context const context{g.model, write_context::use::update};
    for (auto const& [field, all] : values) {
        in_rows(w_.t_, all.size() / 3, 3, [&, &f = field, &v = all](std::size_t at, std::size_t rows) {
            auto const from = v.begin() + static_cast<std::ptrdiff_t>(3 * at);
            ids const some(from, from + static_cast<std::ptrdiff_t>(3 * rows));
            w_.tx_.queue(sql::insert_list_rows(w_.t_, g.model, f, rows), some, context);
        });
    }
}

REFRACT_DECL void combined_create::link(index model, index field, ids const& pairs) {
    auto const child = w_.dm().field_at(model, field).related_model;
    in_rows(w_.t_, pairs.size() / 2, 4, [&](std::size_t at, std::size_t rows) {
        auto const from = pairs.begin() + static_cast<std::ptrdiff_t>(2 * at);
        ids const some(from, from + static_cast<std::ptrdiff_t>(2 * rows));
        w_.tx_.queue(sql::link_pairs(w_.t_, model, field, rows), some, {child, write_context::use::insert});
    });
}

} // namespace refract::engine::detail
