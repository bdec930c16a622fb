#pragma once

#include <refract/graphql/block_string.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/print_schema.hpp>

#include <algorithm>

namespace refract::graphql {

namespace detail {

REFRACT_DECL void append_description(std::string& out, std::optional<std::string> const& text, std::string_view indentation,
                                     bool first) {
    if (!text) {
        return;
    }
    if (!indentation.empty() && !first) {
        out += '\n';
    }
    std::string quoted;
    if (is_printable_as_block_string(*text)) {
        append_block_string(quoted, *text);
    } else {
        append_string(quoted, *text);
    }
    out += indentation;
    for (auto const c : quoted) {
        out += c;
        if (c == '\n') {
            out += indentation;
        }
    }
    out += '\n';
}

REFRACT_DECL void append_deprecated(std::string& out, std::optional<std::string> const& reason) {
    if (!reason) {
        return;
    }
    out += " @deprecated";
    if (*reason != "No longer supported") {
        out += "(reason: ";
        append_string(out, *reason);
        out += ')';
    }
}

REFRACT_DECL void append_input_value(std::string& out, input_value const& v) {
    out += v.name + ": " + to_string(v.type);
    if (v.default_value) {
        out += " = " + *v.default_value;
    }
    append_deprecated(out, v.deprecation_reason);
}

REFRACT_DECL void append_arguments(std::string& out, std::vector<input_value> const& arguments, std::string_view indentation) {
    if (arguments.empty()) {
        return;
    }
    out += '(';
    auto const is_described = [](input_value const& a) { return a.description && !a.description->empty(); };
    if (std::none_of(arguments.begin(), arguments.end(), is_described)) {
        for (auto const& a : arguments) {
            if (&a != &arguments.front()) {
                out += ", ";
            }
            append_input_value(out, a);
        }
    } else {
        auto const inner = std::string(indentation) + "  ";
        for (auto const& a : arguments) {
            out += '\n';
            append_description(out, a.description, inner, &a == &arguments.front());
            out += inner;
            append_input_value(out, a);
        }
        out += '\n';
        out += indentation;
    }
    out += ')';
}

/// ` {`, one member a line, `}`; nothing if there is none.
template <class Members, class Append> void append_block(std::string& out, Members const& members, Append append) {
    if (members.empty()) {
        return;
    }
    out += " {\n";
    for (auto const& m : members) {
        append_description(out, m.description, "  ", &m == &members.front());
        out += "  ";
        append(m);
        out += '\n';
    }
    out += '}';
}

template <class Names> void append_joined(std::string& out, Names const& names, std::string_view between) {
    auto first = true;
    for (auto const* n : names) {
        if (!first) {
            out += between;
        }
        first = false;
        out += n->name;
    }
}

REFRACT_DECL void append_fields(std::string& out, type const& t) {
    if (!t.interfaces.empty()) {
        out += " implements ";
        append_joined(out, t.interfaces, " & ");
    }
    append_block(out, t.fields, [&](field const& f) {
        out += f.name;
        append_arguments(out, f.arguments, "  ");
        out += ": " + to_string(f.type);
        append_deprecated(out, f.deprecation_reason);
    });
}

REFRACT_DECL void append_type(std::string& out, type const& t) {
    append_description(out, t.description, "", true);
    switch (t.kind) {
    case type_kind::scalar:
        out += "scalar " + t.name;
        if (t.specified_by_url) {
            out += " @specifiedBy(url: ";
            append_string(out, *t.specified_by_url);
            out += ')';
        }
        break;
    case type_kind::object:
        out += "type " + t.name;
        append_fields(out, t);
        break;
    case type_kind::interface:
        out += "interface " + t.name;
        append_fields(out, t);
        break;
    case type_kind::union_type:
        out += "union " + t.name;
        if (!t.possible_types.empty()) {
            out += " = ";
            append_joined(out, t.possible_types, " | ");
        }
        break;
    case type_kind::enumeration:
        out += "enum " + t.name;
        append_block(out, t.values, [&](enum_value const& v) {
            out += v.name;
            append_deprecated(out, v.deprecation_reason);
        });
        break;
    case type_kind::input_object:
        out += "input " + t.name;
        out += t.one_of ? " @oneOf" : "";
        append_block(out, t.input_fields, [&](input_value const& v) { append_input_value(out, v); });
        break;
    }
}

REFRACT_DECL void append_directive(std::string& out, directive_definition const& d) {
    append_description(out, d.description, "", true);
    out += "directive @" + d.name;
    append_arguments(out, d.arguments, "");
    out += d.repeatable ? " repeatable on " : " on ";
    for (auto const& l : d.locations) {
        if (&l != &d.locations.front()) {
            out += " | ";
        }
        out += l;
    }
}

/// True if the roots are what they are without a `schema` definition.
REFRACT_DECL bool has_usual_roots(schema const& s) {
    auto const usual = [&](type const* root, std::string_view name) {
        if (root != nullptr) {
            return root->name == name;
        }
        // Without a definition, an object type of this name would become the root.
        auto const* const other = s.find(name);
        return other == nullptr || other->kind != type_kind::object;
    };
    return usual(s.query, "Query") && usual(s.mutation, "Mutation") && usual(s.subscription, "Subscription");
}

REFRACT_DECL void append_schema_definition(std::string& out, schema const& s) {
    append_description(out, s.description, "", true);
    out += "schema {\n";
    if (s.query != nullptr) {
        out += "  query: " + s.query->name + "\n";
    }
    if (s.mutation != nullptr) {
        out += "  mutation: " + s.mutation->name + "\n";
    }
    if (s.subscription != nullptr) {
        out += "  subscription: " + s.subscription->name + "\n";
    }
    out += '}';
}

} // namespace detail

REFRACT_DECL std::string print_type(type const& t) {
    std::string out;
    detail::append_type(out, t);
    return out;
}

REFRACT_DECL std::string print_schema(schema const& s, schema_order order) {
    std::vector<directive_definition const*> directives;
    for (auto const& d : s.directives) {
        if (!is_built_in(d)) {
            directives.push_back(&d);
        }
    }
    std::vector<type const*> types;
    for (auto const& t : s.types()) {
        if (!is_built_in(*t)) {
            types.push_back(t.get());
        }
    }
    if (order == schema_order::by_name) {
        auto const by_name = [](auto const* a, auto const* b) { return a->name < b->name; };
        std::sort(directives.begin(), directives.end(), by_name);
        std::sort(types.begin(), types.end(), by_name);
    }
    std::string out;
    auto const between = [&] {
        if (!out.empty()) {
            out += "\n\n";
        }
    };
    auto const has_root = s.query != nullptr || s.mutation != nullptr || s.subscription != nullptr;
    if (has_root && (s.description || !detail::has_usual_roots(s))) {
        detail::append_schema_definition(out, s);
    }
    for (auto const* d : directives) {
        between();
        detail::append_directive(out, *d);
    }
    for (auto const* t : types) {
        between();
        detail::append_type(out, *t);
    }
    if (!out.empty()) {
        out += '\n';
    }
    return out;
}

} // namespace refract::graphql
