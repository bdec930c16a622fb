#pragma once

#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>
#include <refract/datamodel/naming.hpp>

#include <unordered_map>

namespace refract::datamodel::detail {

/// The relation fields of a text, grouped as the rules ask.
struct relation_groups {
    std::vector<field_position> fields{};                                        ///< all, in the order of the text
    std::unordered_map<std::uint64_t, std::vector<field_position>> by_ends{};    ///< key: from_to(type, target)
    std::unordered_map<std::string_view, std::vector<field_position>> by_name{}; ///< those with `@relation(name:)`

    explicit relation_groups(declarations const& all) {
        for (index t = 0; t < all.types.size(); ++t) {
            for (index i = 0; !all.types[t].is_relation_table && i < all.types[t].fields.size(); ++i) {
                auto const& f = all.types[t].fields[i];
                if (f.target == none) {
                    continue;
                }
                fields.push_back({t, i});
                by_ends[from_to(t, f.target)].push_back({t, i});
                if (f.has_relation_name) {
                    by_name[f.relation_name].push_back({t, i});
                }
            }
        }
    }
};

/// A field named `@relation(name:)` whose name no other field has: the other type must not point back without a name.
REFRACT_DECL void check_single_name(declarations const& all, relation_groups const& groups, field_position p, problems& out) {
    auto const& t = all.types[p.type];
    auto const& f = all.at(p);
    auto const back = groups.by_ends.find(from_to(f.target, p.type));
    if (p.type == f.target || back == groups.by_ends.end()) {
        return;
    }
    for (auto const& b : back->second) {
        if (!all.at(b).has_relation_name) {
            auto const& a_name = t.name;
            auto const& b_name = all.types[f.target].name;
            if (all.version == syntax_version::legacy) {
                out.add(t, f, text("You are trying to set the relation '", f.relation_name, "' from `", a_name, "` to `", b_name,
                                   "` and are only providing a relation directive on `", a_name,
                                   "`. Since there is also a relation field without a relation directive on `", b_name,
                                   "` pointing towards `", a_name, "` that is ambiguous. Please provide the same relation directive on `",
                                   b_name, "` if this is supposed to be the same relation. If you meant to create two separate relations "
                                   "without backrelations please provide a relation directive with a different name on `", b_name,
                                   "`."));
                return;
            }
            out.add(t, f, text("You are trying to set the relation '", f.relation_name, "' from `", a_name, "` to `", b_name,
                               "` and are only providing a relation directive with a name on `", a_name,
                               "`. Please also provide the same named relation directive on the relation field on `", b_name,
                               "` pointing towards `", a_name, "`."));
            return;
        }
    }
}

REFRACT_DECL void check_relation_name(declarations const& all, relation_groups const& groups, field_position p, problems& out) {
    auto const& t = all.types[p.type];
    auto const& f = all.at(p);
    auto const& same_name = groups.by_name.at(f.relation_name);
    bool const is_self = f.target == p.type;
    if (same_name.size() > 2) {
        out.add(t, f, is_self ? text("A relation directive for a self relation must appear either 1 or 2 times. Relation name: '",
                                     f.relation_name, "'")
                              : text("A relation directive cannot appear more than twice. Relation name: '", f.relation_name, "'"));
    } else if (same_name.size() == 2) {
        auto const other = same_name[0] == p ? same_name[1] : same_name[0];
        if (other.type != f.target) {
            out.add(t, f, text("The relation field `", f.name, "` has the type `", f.type_text,
                               "`. But the other directive for this relation appeared on the type `", all.types[other.type].name, "`"));
        }
    } else {
        check_single_name(all, groups, p, out);
    }
    if (!is_relation_name(f.relation_name)) {
        out.add(t, f, text("The field `", f.name, "` has an invalid name in the `@relation` directive. It can only have up to 54 "
                           "characters and must have the shape [A-Z][a-zA-Z0-9]*"));
    }
}

REFRACT_DECL void check_relations(declarations const& all, problems& out) {
    relation_groups const groups(all);
    for (auto const& p : groups.fields) {
        auto const& f = all.at(p);
        if (!f.has_relation_name && groups.by_ends.at(from_to(p.type, f.target)).size() > 1) {
            out.add(all.types[p.type], f, text("The relation field `", f.name,
                                               "` must specify a `@relation` directive: `@relation(name: \"MyRelation\")`"));
        }
    }
    for (auto const& p : groups.fields) {
        if (all.at(p).has_relation_name) {
            check_relation_name(all, groups, p, out);
        }
    }
}

} // namespace refract::datamodel::detail
