#pragma once

#include <refract/core/time.hpp>
#include <refract/migrate/infer.hpp>

#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace refract::migrate {

namespace detail {

REFRACT_DECL std::optional<std::string> changed(std::string const& before, std::string const& after) {
    return before == after ? std::nullopt : std::optional<std::string>(after);
}

/// A back relation nobody wrote: never a step of its own.
REFRACT_DECL bool is_hidden_back_relation(datamodel::field const& f) { return f.is_hidden && f.is_relation(); }

/// What an UpdateField is for: what the database or the API sees of one field. A default or an enum's values are not.
REFRACT_DECL bool field_differs(datamodel::field const& p, datamodel::field const& n) {
    return p.name != n.name || p.type != n.type || p.is_unique != n.is_unique || p.is_required != n.is_required ||
           p.is_list != n.is_list || p.db_name != n.db_name || p.is_id != n.is_id || p.strategy != n.strategy ||
           p.sequence != n.sequence || p.is_created_at != n.is_created_at || p.is_updated_at != n.is_updated_at;
}

/// The original stored what a default means, not what was written: 1.50 as 1.5.
REFRACT_DECL bool default_differs(datamodel::field const& p, datamodel::field const& n) {
    if (!p.default_value || !n.default_value || p.type != n.type) {
        return p.default_value != n.default_value;
    }
    auto const& before = p.default_value->text;
    auto const& after = n.default_value->text;
    if (n.type == datamodel::field_type::date_time) {
        auto const a = parse_date_time(before);
        auto const b = parse_date_time(after);
        return a && b ? *a != *b : before != after;
    }
    if (n.type == datamodel::field_type::floating) {
        auto const number = [](std::string const& text) {
            double d = 0;
            bool const is_number = std::from_chars(text.data(), text.data() + text.size(), d).ec == std::errc{};
            return is_number ? std::optional<double>(d) : std::nullopt;
        };
        auto const a = number(before);
        auto const b = number(after);
        return a && b ? *a != *b : before != after;
    }
    return before != after;
}

/// What an UpdateModel is for: anything at all.
REFRACT_DECL bool field_differs_at_all(
    datamodel::datamodel const& previous, datamodel::datamodel const& next, datamodel::field const& p, datamodel::field const& n
) {
    auto const enum_name = [](datamodel::datamodel const& dm, datamodel::field const& f) {
        return f.enum_type == datamodel::none ? std::string() : dm.enums[f.enum_type].name;
    };
    auto const relation_name = [](datamodel::datamodel const& dm, datamodel::field const& f) {
        return f.relation == datamodel::none ? std::string() : dm.relations[f.relation].name;
    };
    return field_differs(p, n) || p.is_hidden != n.is_hidden || default_differs(p, n) || p.side != n.side ||
           enum_name(previous, p) != enum_name(next, n) || relation_name(previous, p) != relation_name(next, n);
}

REFRACT_DECL bool model_differs(
    datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m, datamodel::index n
) {
    auto const p = m.previous_model[n];
    auto const& before = previous.models[p];
    auto const& after = next.models[n];
    if (before.name != after.name || before.is_embedded != after.is_embedded || before.db_name != after.db_name ||
        before.stable_id != after.stable_id || before.fields.size() != after.fields.size()) {
        return true;
    }
    for (datamodel::index f = 0; f < after.fields.size(); ++f) {
        auto const previous_field = m.previous_field[n][f];
        if (previous_field == datamodel::none ||
            field_differs_at_all(previous, next, before.fields[previous_field], after.fields[f])) {
            return true;
        }
    }
    return false;
}

REFRACT_DECL bool relation_differs(datamodel::datamodel const& previous, datamodel::datamodel const& next, datamodel::index p, datamodel::index n) {
    auto const& before = previous.relations[p];
    auto const& after = next.relations[n];
    if (before.name != after.name || previous.models[before.model_a].name != next.models[after.model_a].name ||
        previous.models[before.model_b].name != next.models[after.model_b].name || before.link.kind != after.link.kind) {
        return true;
    }
    if (before.link.kind == datamodel::link_kind::inline_column) {
        bool const other_end = before.is_self() && before.link.column_side != after.link.column_side;
        return other_end || previous.models[before.link.in_model].name != next.models[after.link.in_model].name ||
               before.link.column != after.link.column;
    }
    return before.link.table != after.link.table || before.link.column_a != after.link.column_a ||
           before.link.column_b != after.link.column_b || before.link.id_column != after.link.id_column;
}

REFRACT_DECL void append_deletions(std::vector<step>& out, datamodel::datamodel const& previous, matching const& m) {
    for (datamodel::index r = 0; r < previous.relations.size(); ++r) {
        if (m.next_relation[r] == datamodel::none) {
            out.emplace_back(delete_relation{previous.relations[r].name});
        }
    }
    for (datamodel::index p = 0; p < previous.models.size(); ++p) {
        if (m.next_model[p] == datamodel::none) {
            continue;
        }
        auto const& model = previous.models[p];
        for (datamodel::index f = 0; f < model.fields.size(); ++f) {
            if (m.next_field[p][f] == datamodel::none && !is_hidden_back_relation(model.fields[f])) {
                out.emplace_back(delete_field{model.name, model.fields[f].name});
            }
        }
    }
    for (datamodel::index p = 0; p < previous.models.size(); ++p) {
        if (m.next_model[p] == datamodel::none) {
            out.emplace_back(delete_model{previous.models[p].name});
        }
    }
    for (datamodel::index e = 0; e < previous.enums.size(); ++e) {
        if (m.next_enum[e] == datamodel::none) {
            out.emplace_back(delete_enum{previous.enums[e].name});
        }
    }
}

REFRACT_DECL void append_updates(
    std::vector<step>& out, datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m
) {
    for (datamodel::index e = 0; e < previous.enums.size(); ++e) {
        auto const n = m.next_enum[e];
        if (n != datamodel::none &&
            (previous.enums[e].name != next.enums[n].name || previous.enums[e].values != next.enums[n].values)) {
            out.emplace_back(update_enum{previous.enums[e].name, changed(previous.enums[e].name, next.enums[n].name)});
        }
    }
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        auto const p = m.previous_model[n];
        for (datamodel::index f = 0; p != datamodel::none && f < next.models[n].fields.size(); ++f) {
            auto const before = m.previous_field[n][f];
            auto const& field = next.models[n].fields[f];
            if (before == datamodel::none || is_hidden_back_relation(field) ||
                !field_differs(previous.models[p].fields[before], field)) {
                continue;
            }
            auto const& name = previous.models[p].fields[before].name;
            out.emplace_back(update_field{previous.models[p].name, next.models[n].name, name, changed(name, field.name)});
        }
    }
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        if (m.previous_model[n] != datamodel::none && model_differs(previous, next, m, n)) {
            out.emplace_back(update_model{previous.models[m.previous_model[n]].name, next.models[n].name});
        }
    }
    for (datamodel::index p = 0; p < previous.relations.size(); ++p) {
        auto const n = m.next_relation[p];
        if (n != datamodel::none && relation_differs(previous, next, p, n)) {
            auto const& name = previous.relations[p].name;
            out.emplace_back(update_relation{name, changed(name, next.relations[n].name)});
        }
    }
}

REFRACT_DECL void append_creations(std::vector<step>& out, datamodel::datamodel const& next, matching const& m) {
    for (datamodel::index e = 0; e < next.enums.size(); ++e) {
        if (m.previous_enum[e] == datamodel::none) {
            out.emplace_back(create_enum{next.enums[e].name});
        }
    }
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        if (m.previous_model[n] == datamodel::none) {
            out.emplace_back(create_model{next.models[n].name});
        }
    }
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        for (datamodel::index f = 0; f < next.models[n].fields.size(); ++f) {
            auto const& field = next.models[n].fields[f];
            if (m.previous_field[n][f] == datamodel::none && !is_hidden_back_relation(field)) {
                out.emplace_back(create_field{next.models[n].name, field.name});
            }
        }
    }
    for (datamodel::index r = 0; r < next.relations.size(); ++r) {
        if (m.previous_relation[r] == datamodel::none) {
            out.emplace_back(create_relation{next.relations[r].name});
        }
    }
}

} // namespace detail

REFRACT_DECL std::vector<step> infer_steps(
    datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m
) {
    std::vector<step> out;
    detail::append_deletions(out, previous, m);
    detail::append_updates(out, previous, next, m);
    detail::append_creations(out, next, m);
    return out;
}

REFRACT_DECL result<std::vector<step>> infer(datamodel::datamodel const& previous, datamodel::datamodel const& next) {
    auto m = match(previous, next);
    if (!m) {
        return m.failure();
    }
    return infer_steps(previous, next, *m);
}

namespace detail {

/// Sets the old names of what one step renames.
struct old_name_restorer {
    datamodel::datamodel& next;

    template <class Items> static void set(Items& items, datamodel::index i, std::string const& old_name) {
        if (i != datamodel::none && items[i].name != old_name) {
            items[i].old_name = old_name;
        }
    }

    void operator()(update_model const& s) const { set(next.models, next.find_model(s.new_name), s.name); }
    void operator()(update_enum const& s) const { set(next.enums, next.find_enum(s.new_name.value_or(s.name)), s.name); }
    void operator()(update_relation const& s) const {
        set(next.relations, next.find_relation(s.new_name.value_or(s.name)), s.name);
    }
    void operator()(update_field const& s) const {
        if (auto const m = next.find_model(s.new_model); m != datamodel::none) {
            auto& fields = next.models[m].fields;
            set(fields, next.models[m].find_index(s.new_name.value_or(s.name)), s.name);
        }
    }
    template <class Other> void operator()(Other const&) const {} // renames nothing
};

} // namespace detail

REFRACT_DECL void restore_old_names(std::vector<step> const& steps, datamodel::datamodel& next) {
    for (auto const& s : steps) {
        std::visit(detail::old_name_restorer{next}, s);
    }
}

} // namespace refract::migrate
