#pragma once

#include <refract/core/text.hpp>
#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>
#include <refract/datamodel/naming.hpp>

#include <unordered_map>
#include <unordered_set>

namespace refract::datamodel {
namespace detail {

// Bodies in check_directives.ipp, check_relations.ipp.
REFRACT_DECL void check_directives(declarations const& all, capabilities const& can, problems& out);
REFRACT_DECL void check_type_directives(type_declaration const& t, capabilities const& can, problems& out);
REFRACT_DECL void check_relations(declarations const& all, problems& out);

/// `a`, `b`
template <class Names> std::string quoted_list(Names const& names) {
    std::string out;
    for (auto const& n : names) {
        out.append(out.empty() ? "`" : ", `").append(n).append("`");
    }
    return out;
}

REFRACT_DECL void check_type_names(declarations const& all, problems& out) {
    std::unordered_map<std::string, int> uses;
    for (auto const& t : all.types) {
        ++uses[ascii_lower(t.name)];
        if (is_reserved_type_name(t.name)) {
            out.add(t.name, text("The type `", t.name, "` has is using a reserved type name. Please rename it."));
        }
    }
    for (auto const& t : all.types) {
        if (uses[ascii_lower(t.name)] > 1 || all.enum_by_name.count(t.name) != 0) {
            out.add(t.name, text("The name of the type `", t.name,
                                 "` occurs more than once. The detection of duplicates is performed case insensitive."));
        }
    }
}

REFRACT_DECL void check_field_names(declarations const& all, problems& out) {
    for (auto const& t : all.types) {
        if (t.is_embedded && t.fields.empty()) { // others need an id field
            out.add(t.name, text("The type `", t.name, "` must have at least one field."));
        }
        std::unordered_map<std::string, int> uses;
        for (auto const& f : t.fields) {
            ++uses[ascii_lower(f.name)];
        }
        for (auto const& f : t.fields) {
            if (uses[ascii_lower(f.name)] > 1) {
                out.add(t, f, text("The type `", t.name, "` has a duplicate fieldName. The detection of duplicates is performed case "
                                   "insensitive. "));
            }
            if (f.name.substr(0, 2) == "__") {
                out.add(t, f, text("The name `", f.name, "` is reserved: names of fields must not begin with two underscores."));
            }
        }
    }
}

REFRACT_DECL void check_field_types(declarations const& all, problems& out) {
    for (auto const& t : all.types) {
        for (auto const& f : t.fields) {
            if (!f.is_relation()) {
                continue;
            }
            if (f.target == none) {
                out.add(t, f, text("The field `", f.name, "` has the type `", f.type_text,
                                   "` but there's no type or enum declaration with that name."));
            } else if (all.types[f.target].is_relation_table) {
                out.add(t, f, text("The field `", f.name, "` has the type `", f.type_text,
                                   "`, which is a link table. Fields must not point to link tables."));
            }
        }
    }
}

REFRACT_DECL void check_id_fields(declarations const& all, problems& out) {
    for (auto const& t : all.types) {
        bool has_id = t.is_embedded || t.is_relation_table;
        for (auto const& f : t.fields) {
            has_id = has_id || f.directive("id") != nullptr;
        }
        if (!has_id) {
            out.add(t.name, text("One field of the type `", t.name, "` must be marked as the id field with the `@id` directive."));
        }
    }
}

/// The old name of a renamed type must not be the new name's old name: A to B while B to C.
REFRACT_DECL void check_renames(declarations const& all, problems& out) {
    std::unordered_map<std::string_view, std::string_view> new_name_of;
    auto const old_name = [](type_declaration const& t) -> std::string_view {
        auto const* d = t.directive("rename");
        return d == nullptr || d->arguments.empty() ? std::string_view{} : d->arguments[0].value.text;
    };
    for (auto const& t : all.types) {
        if (auto const old = old_name(t); !old.empty()) {
            new_name_of.emplace(old, t.name);
        }
    }
    for (auto const& t : all.types) {
        auto const other = new_name_of.find(t.name);
        if (auto const old = old_name(t); !old.empty() && other != new_name_of.end() && other->second != t.name) {
            out.add(t.name, text("You renamed type `", old, "` to `", t.name, "`. But that is the old name of type `", other->second,
                                 "`. Please do this in two steps."));
        }
    }
}

REFRACT_DECL void check_enum_values(enum_declaration const& e, problems& out) {
    std::vector<std::string_view> invalid;
    std::unordered_set<std::string_view> seen;
    bool lower = false;
    for (auto const& v : e.values) {
        lower = lower || (v.front() >= 'a' && v.front() <= 'z');
        if (!is_enum_value(v)) {
            invalid.push_back(v);
        }
        if (!seen.insert(v).second) {
            out.add(e.name, text("The enum type `", e.name, "` contains the value `", v, "` more than once."));
        }
    }
    if (e.values.empty()) {
        out.add(e.name, text("The enum type `", e.name, "` must have at least one value."));
    }
    if (lower) {
        out.add(e.name, text("The enum type `", e.name,
                             "` contains invalid enum values. The first character of each value must be an uppercase letter."));
    } else if (!invalid.empty()) {
        out.add(e.name, text("The enum type `", e.name, "` contains invalid enum values. Those are invalid: ", quoted_list(invalid),
                             "."));
    }
}

REFRACT_DECL void check_enums(declarations const& all, problems& out) {
    for (index i = 0; i < all.enums.size(); ++i) {
        auto const& e = all.enums[i];
        if (all.enum_by_name.at(e.name) != i) {
            out.add(e.name, text("The enum type `", e.name, "` is defined twice in the schema. Enum names must be unique."));
        }
        if (is_reserved_type_name(e.name)) {
            out.add(e.name, text("The type `", e.name, "` has is using a reserved type name. Please rename it."));
        }
    }
    for (auto const& e : all.enums) {
        check_enum_values(e, out);
    }
}

} // namespace detail

REFRACT_DECL std::vector<problem> check(declarations const& all, capabilities const& can) {
    detail::problems out;
    detail::check_type_names(all, out);
    detail::check_field_names(all, out);
    detail::check_field_types(all, out);
    bool const is_v1_1 = all.version == syntax_version::v1_1;
    if (is_v1_1) {
        detail::check_id_fields(all, out);
    }
    detail::check_renames(all, out);
    detail::check_relations(all, out);
    if (is_v1_1) {
        detail::check_directives(all, can, out);
    } else {
        for (auto const& t : all.types) {
            detail::check_type_directives(t, can, out);
        }
    }
    detail::check_enums(all, out);
    return out.take();
}

} // namespace refract::datamodel
