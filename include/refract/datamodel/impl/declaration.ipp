#pragma once

#include <refract/core/text.hpp>
#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/naming.hpp>

#include <utility>

namespace refract::datamodel {

REFRACT_DECL graphql::ast::directive const* find_directive(
    graphql::list<graphql::ast::directive> const& directives, std::string_view name
) noexcept {
    for (auto const& d : directives) {
        if (d.name == name) {
            return &d;
        }
    }
    return nullptr;
}

REFRACT_DECL graphql::ast::value const* find_argument(graphql::ast::directive const* directive, std::string_view name) noexcept {
    if (directive != nullptr) {
        for (auto const& a : directive->arguments) {
            if (a.name == name) {
                return &a.value;
            }
        }
    }
    return nullptr;
}

REFRACT_DECL std::optional<std::string_view> string_argument(
    graphql::ast::directive const* directive, std::string_view name
) noexcept {
    auto const* v = find_argument(directive, name);
    if (v == nullptr || v->kind != graphql::ast::value_kind::string) {
        return std::nullopt;
    }
    return v->text;
}

REFRACT_DECL graphql::ast::directive const* field_declaration::directive(std::string_view directive_name) const noexcept {
    return find_directive(directives, directive_name);
}

REFRACT_DECL graphql::ast::directive const* type_declaration::directive(std::string_view directive_name) const noexcept {
    return find_directive(directives, directive_name);
}

REFRACT_DECL std::string to_string(graphql::ast::type_reference const& type) {
    using graphql::ast::type_reference_kind;
    switch (type.kind) {
    case type_reference_kind::named: return std::string(type.name);
    case type_reference_kind::list: return "[" + to_string(*type.of) + "]";
    case type_reference_kind::non_null: return to_string(*type.of) + "!";
    }
    return {};
}

REFRACT_DECL std::string to_string(graphql::ast::value const& literal) {
    using graphql::ast::value_kind;
    std::string out;
    switch (literal.kind) {
    case value_kind::variable: return "$" + std::string(literal.text);
    case value_kind::string: return json_string(literal.text);
    case value_kind::null: return "null";
    case value_kind::integer:
    case value_kind::floating:
    case value_kind::boolean:
    case value_kind::enumeration: return std::string(literal.text);
    case value_kind::list:
        for (auto const& item : literal.items) {
            out += (out.empty() ? "" : ",") + to_string(item);
        }
        return "[" + out + "]";
    case value_kind::object:
        for (auto const& f : literal.fields) {
            out += (out.empty() ? "" : ",") + std::string(f.name) + ":" + to_string(f.value);
        }
        return "{" + out + "}";
    }
    return out;
}

namespace detail {

REFRACT_DECL std::optional<field_type> scalar_type(std::string_view name) noexcept {
    using enum field_type;
    for (auto const t : {id, uuid, string, integer, floating, boolean, date_time, json}) {
        if (to_string(t) == name) {
            return t;
        }
    }
    return std::nullopt;
}

REFRACT_DECL field_declaration read_field(graphql::ast::field_definition const& node) {
    using graphql::ast::type_reference_kind;
    field_declaration f;
    f.name = node.name;
    f.type_text = to_string(*node.type);
    f.directives = node.directives;
    auto const* type = node.type;
    f.is_required = type->kind == type_reference_kind::non_null && type->of->kind == type_reference_kind::named;
    for (; type->kind != type_reference_kind::named; type = type->of) {
        f.is_list = f.is_list || type->kind == type_reference_kind::list;
    }
    f.type_name = type->name;
    auto const* relation = f.directive("relation");
    if (auto const name = string_argument(relation, "name")) {
        f.relation_name = *name;
        f.has_relation_name = true;
    }
    if (auto const* link = find_argument(relation, "link"); link != nullptr) {
        f.link = link->text == "INLINE" ? link_argument::inline_column
            : link->text == "TABLE"     ? link_argument::table
                                        : link_argument::absent;
    }
    return f;
}

REFRACT_DECL void resolve_types(declarations& all) {
    for (auto& t : all.types) {
        for (auto& f : t.fields) {
            if (auto const scalar = scalar_type(f.type_name)) {
                f.type = *scalar;
            } else if (auto const e = all.enum_by_name.find(f.type_name); e != all.enum_by_name.end()) {
                f.type = field_type::enumeration;
                f.enum_type = e->second;
            } else if (auto const m = all.type_by_name.find(f.type_name); m != all.type_by_name.end()) {
                f.target = m->second;
            }
        }
    }
}

/// Relation fields by where they stand and where they point to.
using relation_fields = std::unordered_map<std::uint64_t, std::vector<field_position>>;

/// With a name: the candidate of the same name. Without: the first candidate.
REFRACT_DECL field_position find_partner(declarations const& all, relation_fields const& by_ends, field_position of) {
    auto const& f = all.at(of);
    auto const candidates = by_ends.find(from_to(f.target, of.type));
    if (candidates == by_ends.end()) {
        return {};
    }
    for (auto const& c : candidates->second) {
        auto const& other = all.at(c);
        if (c != of && (!f.has_relation_name || (other.has_relation_name && other.relation_name == f.relation_name))) {
            return c;
        }
    }
    return {};
}

REFRACT_DECL void pair_relations(declarations& all) {
    relation_fields by_ends;
    auto const each = [&all](auto&& visit) {
        for (index t = 0; t < all.types.size(); ++t) {
            for (index i = 0; !all.types[t].is_relation_table && i < all.types[t].fields.size(); ++i) {
                if (all.types[t].fields[i].target != none) {
                    visit(field_position{t, i});
                }
            }
        }
    };
    each([&](field_position p) { by_ends[from_to(p.type, all.at(p).target)].push_back(p); });
    each([&](field_position p) { all.types[p.type].fields[p.field].partner = find_partner(all, by_ends, p); });
    // One side may find a partner that found another, or none: a relation needs both to agree.
    std::vector<field_position> disagreeing;
    each([&](field_position p) {
        auto const partner = all.at(p).partner;
        if (partner && all.at(partner).partner != p) {
            disagreeing.push_back(p);
        }
    });
    for (auto const& p : disagreeing) {
        all.types[p.type].fields[p.field].partner = {};
    }
}

} // namespace detail

REFRACT_DECL std::string relation_name(declarations const& all, field_position p) {
    auto const& f = all.at(p);
    if (f.has_relation_name) {
        return std::string(f.relation_name);
    }
    if (f.partner && all.at(f.partner).has_relation_name) {
        return std::string(all.at(f.partner).relation_name);
    }
    return generated_relation_name(all.types[p.type].name, all.types[f.target].name);
}

REFRACT_DECL declarations declare(graphql::document const& document) {
    using graphql::ast::definition_kind;
    declarations all;
    for (auto const& d : document.definitions) {
        if (d.kind == definition_kind::object_type && !d.extension) {
            type_declaration t;
            t.name = d.name;
            t.directives = d.directives;
            t.is_embedded = t.directive("embedded") != nullptr;
            t.is_relation_table = t.directive("relationTable") != nullptr;
            for (auto const& f : d.fields) {
                t.fields.push_back(detail::read_field(f));
            }
            all.type_by_name.emplace(t.name, static_cast<index>(all.types.size()));
            all.types.push_back(std::move(t));
        } else if (d.kind == definition_kind::enum_type && !d.extension) {
            enum_declaration e;
            e.name = d.name;
            e.directives = d.directives;
            for (auto const& v : d.values) {
                e.values.push_back(v.name);
            }
            all.enum_by_name.emplace(e.name, static_cast<index>(all.enums.size()));
            all.enums.push_back(std::move(e));
        }
    }
    detail::resolve_types(all);
    detail::pair_relations(all);
    return all;
}

} // namespace refract::datamodel
