#pragma once

#include <refract/migrate/matching.hpp>

#include <refract/core/id.hpp>
#include <refract/datamodel/naming.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace refract::migrate {

namespace detail {

/// Pairs named things: first those with an old name, then those whose name is unchanged.
template <class Items>
void pair_by_name(
    Items const& previous, Items const& next, std::vector<datamodel::index>& to_previous, std::vector<datamodel::index>& to_next
) {
    to_previous.assign(next.size(), datamodel::none);
    to_next.assign(previous.size(), datamodel::none);
    auto const find = [&](std::string const& name) {
        for (datamodel::index i = 0; i < previous.size(); ++i) {
            if (previous[i].name == name) {
                return i;
            }
        }
        return datamodel::none;
    };
    for (bool const renamed : {true, false}) {
        for (datamodel::index n = 0; n < next.size(); ++n) {
            auto const& name = renamed ? next[n].old_name : next[n].name;
            auto const p = to_previous[n] == datamodel::none && !name.empty() ? find(name) : datamodel::none;
            if (p != datamodel::none && to_next[p] == datamodel::none) {
                to_previous[n] = p;
                to_next[p] = n;
            }
        }
    }
}

REFRACT_DECL bool connects(datamodel::relation const& r, datamodel::index a, datamodel::index b) {
    return (r.model_a == a && r.model_b == b) || (r.model_a == b && r.model_b == a);
}

REFRACT_DECL std::size_t count_between(datamodel::datamodel const& dm, datamodel::index a, datamodel::index b) {
    auto const n = std::count_if(dm.relations.begin(), dm.relations.end(), [&](auto const& r) { return connects(r, a, b); });
    return static_cast<std::size_t>(n);
}

REFRACT_DECL bool is_unnamed(datamodel::datamodel const& dm, datamodel::relation const& r) {
    return r.name == datamodel::generated_relation_name(dm.models[r.model_a].name, dm.models[r.model_b].name);
}

REFRACT_DECL error ambiguity(datamodel::datamodel const& previous, datamodel::relation const& r, std::string const& advice) {
    return {
        errc::relation_ambiguity,
        "There is a relation ambiguity during the migration. " + advice + "The ambiguity is on a relation between " +
            previous.models[r.model_a].name + " and " + previous.models[r.model_b].name +
            ". Please name relations or change the schema in steps.",
        {}};
}

REFRACT_DECL result<void> check_ambiguity(datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m) {
    for (auto const& r : previous.relations) {
        auto const a = m.next_model[r.model_a];
        auto const b = m.next_model[r.model_b];
        if (a == datamodel::none || b == datamodel::none) {
            continue;
        }
        auto const before = count_between(previous, r.model_a, r.model_b);
        auto const after = count_between(next, a, b);
        if (is_unnamed(previous, r) && before == 1 && after > 1) {
            return ambiguity(previous, r, "Please first name the old relation on your schema. ");
        }
        if (before > 1 && after == 1) {
            auto const one =
                std::find_if(next.relations.begin(), next.relations.end(), [&](auto const& n) { return connects(n, a, b); });
            if (is_unnamed(next, *one)) {
                return ambiguity(previous, r, "");
            }
        }
    }
    return {};
}

enum class relation_pass { renamed, same_name, unnamed };

REFRACT_DECL bool is_same_relation(
    datamodel::datamodel const& previous, datamodel::datamodel const& next, matching const& m, datamodel::relation const& p,
    datamodel::relation const& n, relation_pass pass
) {
    auto const a = m.next_model[p.model_a];
    auto const b = m.next_model[p.model_b];
    if (a == datamodel::none || b == datamodel::none || !connects(n, a, b)) {
        return false;
    }
    switch (pass) {
    case relation_pass::renamed: return !n.old_name.empty() && n.old_name != n.name && n.old_name == p.name;
    case relation_pass::same_name: return n.name == p.name;
    case relation_pass::unnamed: break;
    }
    bool const single = count_between(previous, p.model_a, p.model_b) == 1 && count_between(next, a, b) == 1;
    return is_unnamed(next, n) || is_unnamed(previous, p) ? single || is_unnamed(next, n) : false;
}

REFRACT_DECL void pair_relations(datamodel::datamodel const& previous, datamodel::datamodel const& next, matching& m) {
    m.previous_relation.assign(next.relations.size(), datamodel::none);
    m.next_relation.assign(previous.relations.size(), datamodel::none);
    for (auto const pass : {relation_pass::renamed, relation_pass::same_name, relation_pass::unnamed}) {
        for (datamodel::index p = 0; p < previous.relations.size(); ++p) {
            for (datamodel::index n = 0; n < next.relations.size() && m.next_relation[p] == datamodel::none; ++n) {
                if (m.previous_relation[n] == datamodel::none &&
                    is_same_relation(previous, next, m, previous.relations[p], next.relations[n], pass)) {
                    m.previous_relation[n] = p;
                    m.next_relation[p] = n;
                }
            }
        }
    }
}

} // namespace detail

REFRACT_DECL result<matching> match(datamodel::datamodel const& previous, datamodel::datamodel const& next) {
    matching m;
    detail::pair_by_name(previous.models, next.models, m.previous_model, m.next_model);
    detail::pair_by_name(previous.enums, next.enums, m.previous_enum, m.next_enum);
    m.previous_field.resize(next.models.size());
    m.next_field.resize(previous.models.size());
    for (datamodel::index p = 0; p < previous.models.size(); ++p) {
        m.next_field[p].assign(previous.models[p].fields.size(), datamodel::none);
    }
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        m.previous_field[n].assign(next.models[n].fields.size(), datamodel::none);
        if (auto const p = m.previous_model[n]; p != datamodel::none) {
            detail::pair_by_name(previous.models[p].fields, next.models[n].fields, m.previous_field[n], m.next_field[p]);
        }
    }
    if (auto checked = detail::check_ambiguity(previous, next, m); !checked) {
        return checked.failure();
    }
    detail::pair_relations(previous, next, m);
    return m;
}

REFRACT_DECL void adopt_stable_ids(datamodel::datamodel const& previous, datamodel::datamodel& next, matching const& m) {
    for (datamodel::index n = 0; n < next.models.size(); ++n) {
        auto const p = m.previous_model[n];
        next.models[n].stable_id = p != datamodel::none && !previous.models[p].stable_id.empty() ? previous.models[p].stable_id
                                                                                                  : new_cuid();
    }
}

namespace detail {

REFRACT_DECL void switch_sides(datamodel::datamodel& dm, datamodel::relation& r) {
    using datamodel::relation_side;
    auto const other = [](relation_side s) { return s == relation_side::a ? relation_side::b : relation_side::a; };
    for (auto const f : {r.field_a, r.field_b}) {
        auto& end = dm.models[r.model_a].fields[f];
        end.side = other(end.side);
    }
    std::swap(r.field_a, r.field_b);
    std::swap(r.on_delete_a, r.on_delete_b);
    r.link.column_side = other(r.link.column_side);
}

} // namespace detail

REFRACT_DECL void adopt_sides(datamodel::datamodel const& previous, datamodel::datamodel& next, matching const& m) {
    for (datamodel::index n = 0; n < next.relations.size(); ++n) {
        auto const p = m.previous_relation[n];
        auto& r = next.relations[n];
        if (p == datamodel::none || !r.is_self() || r.field_a == r.field_b) {
            continue;
        }
        auto const& before = previous.relations[p];
        auto const& now = m.next_field[before.model_a];
        if (now[before.field_a] == r.field_b || now[before.field_b] == r.field_a) {
            detail::switch_sides(next, r);
        }
    }
}

} // namespace refract::migrate
