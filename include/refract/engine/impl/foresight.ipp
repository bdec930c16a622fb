#pragma once

#include <refract/engine/impl/foresight.hpp>
#include <refract/engine/violation.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <set>

namespace refract::engine::detail {

/// A place and values as a key.
REFRACT_DECL std::string foresight_key(datamodel::index model, datamodel::index field, db::value const& value) {
    return std::to_string(model) + ',' + std::to_string(field) + ',' + printed(value);
}

REFRACT_DECL std::string
foresight_key(datamodel::index model, datamodel::index field, db::value const& id, db::value const& other) {
    auto const first = printed(id);
    return std::to_string(model) + ',' + std::to_string(field) + ',' + std::to_string(first.size()) + ',' + first +
           printed(other);
}

/// A set is told by the filter's place in the plan.
REFRACT_DECL std::string foresight_key(sql::record_set const& set, db::value const& parent) {
    auto const filter = reinterpret_cast<std::uintptr_t>(set.filter); // NOLINT: a name, never a pointer again
    return std::to_string(set.parent_model) + ',' + std::to_string(set.parent_field) + ',' + std::to_string(filter) + ',' +
           printed(parent);
}

REFRACT_DECL void foresight::walk() {
    stage_ = stage::walking;
    tx_.hold(true);
    for (auto& [model, of] : numbers_) {
        of.next = 0;
    }
}

REFRACT_DECL boost::asio::awaitable<outcome<bool>> foresight::learn() {
    tx_.hold(false);
    stage_ = stage::knowing;
    read_numbers();
    read_ids();
    read_related();
    read_connected();
    read_members();
    bool const asked = tx_.has_queued();
    if (asked) {
        auto read = co_await tx_.flush();
        if (!read) {
            co_return read.failure();
        }
    }
    for (auto& [model, of] : numbers_) {
        of.next = 0;
    }
    co_return asked;
}

// ---- asking ----------------------------------------------------------------------------------------------------------

REFRACT_DECL db::value const* foresight::id_of(index model, index field, db::value const& value) {
    auto const hit = ids_.find(foresight_key(model, field, value));
    if (hit != ids_.end()) {
        return &hit->second;
    }
    if (is_walking()) {
        ids_asked_[{model, field}].push_back(value);
    }
    return nullptr;
}

REFRACT_DECL foresight::ids const* foresight::related(index model, index field, db::value const& id) {
    auto const hit = related_.find(foresight_key(model, field, id));
    if (hit != related_.end()) {
        return &hit->second;
    }
    if (is_walking()) {
        related_asked_[{model, field}].push_back(id);
    }
    return nullptr;
}

REFRACT_DECL std::optional<bool> foresight::connected(index model, index field, db::value const& id, db::value const& other) {
    auto const hit = connected_.find(foresight_key(model, field, id, other));
    if (hit != connected_.end()) {
        return hit->second;
    }
    if (is_walking()) {
        connected_asked_[{model, field}].emplace_back(id, other);
    }
    return std::nullopt;
}

REFRACT_DECL foresight::ids const* foresight::members(sql::record_set const& set, db::value const& parent) {
    auto key = foresight_key(set, parent);
    auto const hit = members_.find(key);
    if (hit != members_.end()) {
        return &hit->second;
    }
    if (is_walking()) {
        members_asked_.push_back({set, parent, std::move(key)});
    }
    return nullptr;
}

REFRACT_DECL db::value foresight::next_id(index model) {
    if (is_blind()) {
        return {};
    }
    auto& of = numbers_[model];
    auto const at = of.next++;
    return at < of.values.size() ? of.values[at] : db::value{};
}

// ---- reading ---------------------------------------------------------------------------------------------------------

REFRACT_DECL void foresight::read_numbers() {
    for (auto& [model, of] : numbers_) {
        if (of.next <= of.asked) {
            continue;
        }
        auto read = [&to = of.values](db::result_set const& rows) {
            for (std::size_t i = 0; i < rows.rows(); ++i) {
                auto number = db::to_value(rows.cell(i, 0));
                if (!number.is_null()) { // a column without a sequence of its own
                    to.push_back(std::move(number));
                }
            }
        };
        auto const count = db::value::integer(static_cast<std::int64_t>(of.next - of.asked));
        of.asked = of.next;
        tx_.queue_read(sql::take_numbers(t_, model), {count}, {db::value_type::integer}, std::move(read));
    }
}

REFRACT_DECL void foresight::read_ids() {
    for (auto const& [at, values] : std::exchange(ids_asked_, {})) {
        auto const [model, field] = at;
        for (auto const& value : values) {
            ids_[foresight_key(model, field, value)] = db::value{};
        }
        std::vector<db::value_type> const columns{id_type(model), sql::column_type(t_.model->field_at(model, field).type)};
        auto const read = [this, model = model, field = field](db::result_set const& rows) {
            for (std::size_t i = 0; i < rows.rows(); ++i) {
                ids_[foresight_key(model, field, db::to_value(rows.cell(i, 1)))] = db::to_value(rows.cell(i, 0));
            }
        };
        in_padded_groups(t_, values, [&, model = model, field = field](ids const& some) {
            tx_.queue_read(sql::select_ids(t_, model, field, some.size()), some, columns, read);
        });
    }
}

REFRACT_DECL void foresight::read_related() {
    for (auto const& [at, asked] : std::exchange(related_asked_, {})) {
        auto const [model, field] = at;
        ids from;
        for (auto const& id : asked) {
            if (related_.try_emplace(foresight_key(model, field, id)).second) {
                from.push_back(id);
            }
        }
        std::vector<db::value_type> const columns{id_type(model), id_type(t_.model->field_at(model, field).related_model)};
        auto const read = [this, model = model, field = field](db::result_set const& rows) {
            for (std::size_t i = 0; i < rows.rows(); ++i) {
                related_[foresight_key(model, field, db::to_value(rows.cell(i, 0)))].push_back(db::to_value(rows.cell(i, 1)));
            }
        };
        in_padded_groups(t_, from, [&, model = model, field = field](ids const& some) {
            tx_.queue_read(sql::select_links(t_, model, field, some.size(), 0), some, columns, read);
        });
    }
}

REFRACT_DECL void foresight::read_connected() {
    for (auto const& [at, pairs] : std::exchange(connected_asked_, {})) {
        auto const [model, field] = at;
        std::map<std::string, db::value> from; // often a single one
        ids others;
        for (auto const& [id, other] : pairs) {
            connected_[foresight_key(model, field, id, other)] = false;
            from.emplace(printed(id), id);
            others.push_back(other);
        }
        ids parents;
        for (auto const& [text, id] : from) {
            parents.push_back(id);
        }
        std::vector<db::value_type> const columns{id_type(model), id_type(t_.model->field_at(model, field).related_model)};
        auto const read = [this, model = model, field = field](db::result_set const& rows) {
            for (std::size_t i = 0; i < rows.rows(); ++i) {
                connected_[foresight_key(model, field, db::to_value(rows.cell(i, 0)), db::to_value(rows.cell(i, 1)))] = true;
            }
        };
        in_padded_groups(t_, parents, [&, model = model, field = field](ids const& some) {
            in_padded_groups(t_, others, [&](ids const& far) {
                ids inputs = some;
                inputs.insert(inputs.end(), far.begin(), far.end());
                tx_.queue_read(sql::select_links(t_, model, field, some.size(), far.size()), inputs, columns, read);
            });
        });
    }
}

REFRACT_DECL void foresight::read_members() {
    for (auto const& asked : std::exchange(members_asked_, {})) {
        auto const [hit, is_new] = members_.try_emplace(asked.key);
        if (!is_new) {
            continue;
        }
        auto& to = hit->second;
        auto read = [&to](db::result_set const& rows) {
            for (std::size_t i = 0; i < rows.rows(); ++i) {
                to.push_back(db::to_value(rows.cell(i, 0)));
            }
        };
        tx_.queue_read(sql::select_ids(t_, asked.set), {asked.parent}, {id_type(asked.set.model)}, std::move(read));
    }
}

} // namespace refract::engine::detail
