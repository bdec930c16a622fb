#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/block_string.hpp>
#include <refract/graphql/print.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace refract::graphql {

namespace detail {

/// Writes nodes one after the other, at an indentation.
class syntax_printer {
public:
    explicit syntax_printer(bool compact = false) : compact_(compact) {}

    [[nodiscard]] std::string take() { return std::move(out_); }

    void put(ast::value const& v) {
        switch (v.kind) {
        case ast::value_kind::variable:
            out_ += '$';
            out_ += v.text;
            break;
        case ast::value_kind::string: put_string(v.text, v.block && !compact_); break;
        case ast::value_kind::list:
            out_ += '[';
            put_joined(v.items, ", ");
            out_ += ']';
            break;
        case ast::value_kind::object:
            out_ += '{';
            put_joined(v.fields, ", ");
            out_ += '}';
            break;
        case ast::value_kind::null: out_ += "null"; break;
        default: out_ += v.text;
        }
    }

    void put(ast::type_reference const& t) {
        switch (t.kind) {
        case ast::type_reference_kind::named: out_ += t.name; break;
        case ast::type_reference_kind::list:
            out_ += '[';
            put(*t.of);
            out_ += ']';
            break;
        case ast::type_reference_kind::non_null:
            put(*t.of);
            out_ += '!';
            break;
        }
    }

    void put(document const& doc) {
        auto is_open = false;
        for (auto const& d : doc.definitions) {
            out_ += out_.empty() ? "" : "\n\n";
            // graphql-js prints `enum E` and then `{ a }`, which reads as one definition.
            out_ += is_open && is_short(d) ? "query " : "";
            put(d);
            is_open = can_take_braces(d);
        }
    }

    void put(ast::definition const& d) {
        switch (d.kind) {
        case ast::definition_kind::operation: put_operation(d); break;
        case ast::definition_kind::fragment:
            put_description(d);
            out_.append("fragment ").append(d.name);
            put_wrapped("(", d.variables, ", ", ")");
            out_.append(" on ").append(d.type_condition);
            put_wrapped(" ", d.directives, " ", "");
            out_ += ' ';
            put_block(d.selections);
            break;
        default: put_type_system(d);
        }
    }

private:
    void put(ast::object_field const& f) { put_named(f.name, f.value); }
    void put(ast::argument const& a) { put_named(a.name, a.value); }
    void put(ast::name_reference const& n) { out_ += n.name; }

    void put_named(std::string_view name, ast::value const& v) {
        out_.append(name).append(": ");
        put(v);
    }

    void put(ast::directive const& d) {
        out_.append("@").append(d.name);
        put_wrapped("(", d.arguments, ", ", ")");
    }

    void put(ast::variable_definition const& v) {
        put_description(v);
        out_.append("$").append(v.name).append(": ");
        put(*v.type);
        put_default(v.default_value);
        put_wrapped(" ", v.directives, " ", "");
    }

    void put(ast::operation_type_definition const& o) { out_.append(name(o.operation)).append(": ").append(o.type); }

    void put(ast::enum_value_definition const& v) {
        put_description(v);
        out_ += v.name;
        put_wrapped(" ", v.directives, " ", "");
    }

    void put(ast::input_value_definition const& v) {
        put_description(v);
        out_.append(v.name).append(": ");
        put(*v.type);
        put_default(v.default_value);
        put_wrapped(" ", v.directives, " ", "");
    }

    void put(ast::field_definition const& f) {
        put_description(f);
        out_ += f.name;
        put_parameters(f.arguments);
        out_ += ": ";
        put(*f.type);
        put_wrapped(" ", f.directives, " ", "");
    }

    void put(ast::selection const& s) {
        switch (s.kind) {
        case ast::selection_kind::field: put_field(s); break;
        case ast::selection_kind::fragment_spread:
            out_.append("...").append(s.name);
            put_wrapped(" ", s.directives, " ", "");
            break;
        case ast::selection_kind::inline_fragment:
            out_ += "...";
            if (!s.type_condition.empty()) {
                out_.append(" on ").append(s.type_condition);
            }
            put_wrapped(" ", s.directives, " ", "");
            break;
        }
        if (!s.selections.empty()) {
            out_ += ' ';
            put_block(s.selections);
        }
    }

    void put_field(ast::selection const& s) {
        constexpr std::size_t max_units = 80; // of one line, without its indentation
        auto const start = out_.size();
        if (!s.alias.empty()) {
            out_.append(s.alias).append(": ");
        }
        out_ += s.name;
        auto const name_end = out_.size();
        auto const outer_indent = indent_;
        indent_ = 0;
        put_wrapped("(", s.arguments, ", ", ")");
        indent_ = outer_indent;
        if (count_utf16_units(std::string_view(out_).substr(start)) > max_units && !s.arguments.empty()) {
            out_.resize(name_end);
            put_lines("(", s.arguments, ")");
        } else if (outer_indent != 0 && out_.find('\n', name_end) != std::string::npos) {
            out_.resize(name_end);
            put_wrapped("(", s.arguments, ", ", ")");
        }
        put_wrapped(" ", s.directives, " ", "");
    }

    /// Whether an operation is printed as `{ ... }` alone.
    static bool is_short(ast::definition const& d) noexcept {
        return d.kind == ast::definition_kind::operation && d.operation == ast::operation_type::query && d.name.empty() &&
               d.variables.empty() && d.directives.empty() && !d.has_description;
    }

    /// Whether braces after a definition would belong to it.
    static bool can_take_braces(ast::definition const& d) noexcept {
        switch (d.kind) {
        case ast::definition_kind::schema:
        case ast::definition_kind::object_type:
        case ast::definition_kind::interface_type:
        case ast::definition_kind::enum_type:
        case ast::definition_kind::input_object_type:
            return d.operation_types.empty() && d.fields.empty() && d.values.empty() && d.input_fields.empty();
        default: return false;
        }
    }

    void put_operation(ast::definition const& d) {
        if (!is_short(d)) {
            put_description(d);
            out_ += name(d.operation);
            // graphql-js joins the name and the variables before it adds the space.
            if (!d.name.empty() || !d.variables.empty()) {
                out_.append(" ").append(d.name);
            }
            auto const start = out_.size();
            put_wrapped("(", d.variables, ", ", ")");
            if (out_.find('\n', start) != std::string::npos) {
                out_.resize(start);
                put_wrapped("(\n", d.variables, "\n", "\n)");
            }
            put_wrapped(" ", d.directives, " ", "");
            out_ += ' ';
        }
        put_block(d.selections);
    }

    void put_type_system(ast::definition const& d) {
        put_description(d);
        out_ += d.extension ? "extend " : "";
        out_ += keyword(d.kind);
        if (d.kind == ast::definition_kind::directive) {
            out_.append(" @").append(d.name);
            put_parameters(d.input_fields);
            out_ += d.repeatable ? " repeatable" : "";
            put_wrapped(" on ", d.locations, " | ", "");
            return;
        }
        if (!d.name.empty()) {
            out_.append(" ").append(d.name);
        }
        put_wrapped(" implements ", d.interfaces, " & ", "");
        put_wrapped(" ", d.directives, " ", "");
        put_wrapped(" = ", d.members, " | ", "");
        put_members(d.operation_types);
        put_members(d.fields);
        put_members(d.values);
        put_members(d.input_fields);
    }

    template <class Node> void put_members(list<Node> const& items) {
        if (!items.empty()) {
            out_ += ' ';
            put_block(items);
        }
    }

    static std::string_view name(ast::operation_type o) noexcept {
        constexpr std::string_view names[] = {"query", "mutation", "subscription"};
        return names[static_cast<std::size_t>(o)];
    }

    static std::string_view keyword(ast::definition_kind kind) noexcept {
        constexpr std::string_view words[] = {"query",     "fragment", "schema", "scalar", "type",
                                              "interface", "union",    "enum",   "input",  "directive"};
        return words[static_cast<std::size_t>(kind)];
    }

    template <class Node> void put_description(Node const& n) {
        if (n.has_description) {
            put_string(n.description, n.is_description_block);
            new_line();
        }
    }

    void put_default(ast::value const* v) {
        if (v != nullptr) {
            out_ += " = ";
            put(*v);
        }
    }

    void put_string(std::string_view value, bool block) {
        if (!block) {
            append_string(out_, value);
            return;
        }
        auto const start = out_.size();
        append_block_string(out_, value);
        if (indent_ == 0 || out_.find('\n', start) == std::string::npos) {
            return;
        }
        auto const text = out_.substr(start);
        out_.resize(start);
        for (auto const c : text) {
            out_ += c;
            if (c == '\n') {
                out_.append(indent_, ' ');
            }
        }
    }

    /// Parameters on one line, or one a line if one of them has several lines itself.
    void put_parameters(list<ast::input_value_definition> const& items) {
        auto const start = out_.size();
        put_wrapped("(", items, ", ", ")");
        if (out_.find('\n', start) != std::string::npos) {
            out_.resize(start);
            put_lines("(", items, ")");
        }
    }

    void new_line() {
        out_ += '\n';
        out_.append(indent_, ' ');
    }

    template <class Node> void put_joined(list<Node> const& items, std::string_view separator) {
        for (auto const& item : items) {
            if (&item != items.begin()) {
                out_ += separator;
            }
            put(item);
        }
    }

    /// Nothing for an empty list.
    template <class Node>
    void put_wrapped(std::string_view before, list<Node> const& items, std::string_view separator, std::string_view after) {
        if (!items.empty()) {
            out_ += before;
            put_joined(items, separator);
            out_ += after;
        }
    }

    template <class Node> void put_lines(std::string_view open, list<Node> const& items, std::string_view close) {
        out_ += open;
        indent_ += 2;
        for (auto const& item : items) {
            new_line();
            put(item);
        }
        indent_ -= 2;
        new_line();
        out_ += close;
    }

    template <class Node> void put_block(list<Node> const& items) { put_lines("{", items, "}"); }

    std::string out_;
    std::size_t indent_ = 0;
    bool compact_;
};

template <class Node> std::string print_node(Node const& node, bool compact) {
    syntax_printer printer(compact);
    printer.put(node);
    return printer.take();
}

} // namespace detail

REFRACT_DECL void append_string(std::string& out, std::string_view value) {
    constexpr std::string_view meant = "\"\\\b\f\n\r\t";
    constexpr std::string_view written = "\"\\bfnrt";
    constexpr std::string_view digits = "0123456789ABCDEF";
    auto const put_code = [&](unsigned char code) {
        out.append("\\u00").append(1, digits[code >> 4U]).append(1, digits[code & 15U]);
    };
    out += '"';
    for (std::size_t i = 0; i < value.size(); ++i) {
        auto const c = static_cast<unsigned char>(value[i]);
        auto const index = meant.find(value[i]);
        if (index != std::string_view::npos) {
            out.append("\\").append(1, written[index]);
        } else if (c < 0x20 || c == 0x7F) {
            put_code(c);
        } else if (c == 0xC2 && i + 1 < value.size() && static_cast<unsigned char>(value[i + 1]) < 0xA0) {
            put_code(static_cast<unsigned char>(value[++i])); // U+0080 to U+009F
        } else {
            out += value[i];
        }
    }
    out += '"';
}

REFRACT_DECL std::string print(document const& doc) {
    return detail::print_node(doc, false);
}

REFRACT_DECL std::string print(ast::definition const& definition) {
    return detail::print_node(definition, false);
}

REFRACT_DECL std::string print(ast::value const& value) {
    return detail::print_node(value, false);
}

REFRACT_DECL std::string print(ast::type_reference const& type) {
    return detail::print_node(type, false);
}

REFRACT_DECL std::string print_compact(ast::value const& value) {
    return detail::print_node(value, true);
}

} // namespace refract::graphql
