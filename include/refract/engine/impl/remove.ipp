#pragma once

#include <refract/engine/impl/writer.hpp>

#include <algorithm>
#include <cstddef>

namespace refract::engine::detail {

REFRACT_DECL std::string key_of(db::value const& v) {
    if (v.type() == db::value_type::integer) {
        return std::to_string(v.number());
    }
    return v.text_value();
}

REFRACT_DECL bool writer::cascades(index model, index field) const {
    auto const& f = dm().field_at(model, field);
    return f.is_relation() && datamodel::on_delete_of(dm(), f) == datamodel::on_delete::cascade;
}

REFRACT_DECL bool writer::cascades(index model) const {
    for (index i = 0; i < dm().models[model].fields.size(); ++i) {
        if (cascades(model, i)) {
            return true;
        }
    }
    return false;
}

/// Appends the ids in the first column, each once.
REFRACT_DECL result_reader take_ids(writer::ids& to, std::set<std::string>& seen) {
    return [&to, &seen](db::result_set const& rows) {
        for (std::size_t i = 0; i < rows.rows(); ++i) {
            auto id = db::to_value(rows.cell(i, 0));
            if (seen.insert(key_of(id)).second) {
                to.push_back(std::move(id));
            }
        }
    };
}

REFRACT_DECL boost::asio::awaitable<outcome<writer::ids>> writer::related(index model, index field, ids const& from) {
    if (!foresight_.is_blind()) {
        auto foreseen = foresee_related(model, field, from);
        if (foreseen) {
            co_return std::move(*foreseen);
        }
        if (foresight_.is_walking()) {
            co_return unforeseen();
        }
    }
    ids out;
    std::set<std::string> seen;
    auto const columns = id_column(dm().field_at(model, field).related_model);
    auto const read = take_ids(out, seen);
    in_groups(t_, from, [&](ids const& group) {
        tx_.queue_read(sql::select_related(t_, model, field, group.size()), group, columns, read);
    });
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    co_return out;
}

/// Refuses the transaction if a record still requires one of these, through any field but the one given.
REFRACT_DECL void writer::check_not_required(index model, ids const& records, index but_model, index but_field) {
    if (foresight_.is_walking()) {
        return;
    }
    for (index other = 0; other < dm().models.size(); ++other) {
        auto const& fields = dm().models[other].fields;
        for (index i = 0; i < fields.size(); ++i) {
            auto const& f = fields[i];
            bool const requires_it = f.is_relation() && !f.is_list && f.is_required && f.related_model == model;
            if (!requires_it || (other == but_model && i == but_field)) {
                continue;
            }
            in_groups(t_, records, [&](ids const& group) {
                forbid(sql::find_any_related(t_, model, f.related_field, group.size()), group, violates(f));
            });
        }
    }
}

REFRACT_DECL void writer::delete_rows(index model, ids const& records) {
    if (!foresight_.is_blind()) {
        for (auto const& id : records) {
            removed_.emplace(model, key_of(id));
        }
    }
    if (foresight_.is_walking()) {
        return;
    }
    auto const& fields = dm().models[model].fields;
    in_groups(t_, records, [&](ids const& group) {
        for (index i = 0; i < fields.size(); ++i) {
            if (fields[i].is_scalar_list()) {
                tx_.queue(sql::delete_list_values(t_, model, i, group.size()), group);
            }
        }
        tx_.queue(sql::delete_records(t_, model, group.size()), group);
    });
}

/// The ids that are not among others.
REFRACT_DECL writer::ids without(writer::ids const& all, writer::ids const& others) {
    std::set<std::string> left_out;
    for (auto const& id : others) {
        left_out.insert(key_of(id));
    }
    writer::ids out;
    for (auto const& id : all) {
        if (left_out.count(key_of(id)) == 0) {
            out.push_back(id);
        }
    }
    return out;
}

/// Removes what is reached through a cascading field, deepest first.
///
/// `from` are records of `model`; `came_from` the records of the other model they were reached from, which somebody else removes.
/// A record is followed through a field once, so circles end.
REFRACT_DECL writer::done writer::cascade(index model, index field, ids from, ids came_from) {
    auto& followed = cascaded_[{model, field}];
    ids fresh;
    for (auto& id : from) {
        if (followed.insert(key_of(id)).second) {
            fresh.push_back(std::move(id));
        }
    }
    if (fresh.empty()) {
        co_return outcome<void>{};
    }
    auto reached = co_await related(model, field, fresh);
    if (!reached) {
        co_return reached.failure();
    }
    auto const children = without(*reached, came_from);
    if (children.empty()) {
        co_return outcome<void>{};
    }
    auto const& f = dm().field_at(model, field);
    for (index i = 0; i < dm().models[f.related_model].fields.size(); ++i) {
        if (i == f.related_field || !cascades(f.related_model, i)) {
            continue;
        }
        ids next = children;
        ids nowhere;
        auto below = co_await cascade(f.related_model, i, std::move(next), std::move(nowhere));
        if (!below) {
            co_return below;
        }
    }
    if (cascades(f.related_model, f.related_field)) {
        ids next = children;
        auto beside = co_await cascade(f.related_model, f.related_field, std::move(next), std::move(fresh));
        if (!beside) {
            co_return beside;
        }
    }
    check_not_required(f.related_model, children, model, field);
    delete_rows(f.related_model, children);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::remove(index model, ids records) {
    for (index i = 0; i < dm().models[model].fields.size(); ++i) {
        if (!cascades(model, i)) {
            continue;
        }
        ids from = records;
        ids nowhere;
        auto below = co_await cascade(model, i, std::move(from), std::move(nowhere));
        if (!below) {
            co_return below;
        }
    }
    check_not_required(model, records, datamodel::none, datamodel::none);
    delete_rows(model, records);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::remove_many(sql::record_set set, db::value parent, std::uint64_t* count) {
    if (!cascades(set.model)) {
        ids const inputs{parent};
        if (!foresight_.is_walking()) {
            remove_set(set, inputs, count);
        }
        co_return outcome<void>{};
    }
    auto records = co_await members(set, parent); // needed to follow them
    if (!records) {
        co_return records.failure();
    }
    if (count != nullptr) {
        *count = records->size();
    }
    auto removed = co_await remove(set.model, std::move(*records));
    co_return removed;
}

/// Nothing cascades from the set: no id has to be known.
REFRACT_DECL void writer::remove_set(sql::record_set const& set, ids const& inputs, std::uint64_t* count) {
    for (auto const& m : dm().models) {
        for (auto const& f : m.fields) {
            if (f.is_relation() && !f.is_list && f.is_required && f.related_model == set.model) {
                forbid(sql::find_any_related(t_, set, f.related_field), inputs, violates(f));
            }
        }
    }
    auto const& fields = dm().models[set.model].fields;
    for (index i = 0; i < fields.size(); ++i) {
        if (fields[i].is_scalar_list()) {
            tx_.queue(sql::delete_list_values(t_, set, i), inputs);
        }
    }
    auto read = [count](db::result_set const& rows) {
        if (count != nullptr) {
            *count = rows.affected();
        }
    };
    tx_.queue_read(sql::delete_records(t_, set), inputs, {}, read);
}

} // namespace refract::engine::detail
