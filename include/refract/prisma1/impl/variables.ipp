#pragma once

#include <refract/core/id.hpp>
#include <refract/core/number.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/variables.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

namespace refract::prisma1 {

namespace detail {

/// A Json variable back to JSON text.
REFRACT_DECL void append_json_value(std::string& out, graphql::coerced const& v) {
    using kind = graphql::coerced_kind;
    switch (v.kind) {
    case kind::null: out += "null"; break;
    case kind::boolean: out += v.boolean ? "true" : "false"; break;
    case kind::integer: out += v.out_of_range ? v.text : std::to_string(v.integer); break;
    case kind::floating: append_json_number(out, v.floating == 0 ? 0 : v.floating); break; // -0 is 0
    case kind::string:
    case kind::enumeration: append_json_string(out, v.text); break;
    case kind::list:
        out += '[';
        for (std::size_t i = 0; i < v.items.size(); ++i) {
            out += i > 0 ? "," : "";
            append_json_value(out, v.items[i]);
        }
        out += ']';
        break;
    case kind::object:
        out += '{';
        for (std::size_t i = 0; i < v.fields.size(); ++i) {
            out += i > 0 ? "," : "";
            append_json_string(out, v.fields[i].name);
            out += ':';
            append_json_value(out, v.fields[i].value);
        }
        out += '}';
        break;
    }
}

REFRACT_DECL db::value leaf_value(graphql::coerced const& v) {
    using kind = graphql::coerced_kind;
    auto const& type = v.type->name;
    if (type == "Json" && v.kind != kind::string) { // a string is a default's literal: JSON text, as in any literal
        std::string text;
        append_json_value(text, v);
        return db::value::json(std::move(text));
    }
    if (v.kind == kind::floating) {
        auto text = db::plain_decimal(v.floating);
        return type == "Float" ? db::value::decimal(std::move(text)) : prisma1::leaf_value(type, text);
    }
    if (v.kind == kind::integer) {
        return prisma1::leaf_value(type, std::to_string(v.integer));
    }
    return prisma1::leaf_value(type, v.text);
}

/// Walks coerced variables: gives each scalar leaf a slot and writes the shape.
class variable_binder {
public:
    explicit variable_binder(bound_variables& out) : out_(out) {}

    argument bind(graphql::coerced const& v) {
        using kind = graphql::coerced_kind;
        argument a;
        bool const is_json = !v.is_list_type && v.type != nullptr && v.type->kind == graphql::type_kind::scalar && v.type->name == "Json";
        bool const is_null_word = v.kind == kind::string && v.type != nullptr && prisma1::is_null_word(v.type->name, v.text);
        if (v.kind == kind::null || is_null_word) {
            out_.shape += 'n';
        } else if (v.kind == kind::list && !is_json) {
            a.kind = argument_kind::list;
            out_.shape += '[';
            for (auto const& item : v.items) {
                a.items.push_back(bind(item));
            }
            out_.shape += ']';
        } else if (v.kind == kind::object && !is_json) {
            a.kind = argument_kind::object;
            out_.shape += '{';
            for (auto const& f : v.fields) {
                out_.shape += f.name;
                out_.shape += ':';
                a.fields.emplace_back(f.name, bind(f.value));
            }
            out_.shape += '}';
        } else {
            a.kind = argument_kind::scalar;
            a.operand = leaf(v);
        }
        return a;
    }

    /// A number whose value is part of the shape.
    argument constant(std::int64_t n) {
        argument a;
        a.kind = argument_kind::scalar;
        a.operand = plan::operand::of(db::value::integer(n));
        out_.shape += '#';
        out_.shape += std::to_string(n);
        out_.shape += ';';
        return a;
    }

private:
    plan::operand leaf(graphql::coerced const& v) {
        if (v.kind == graphql::coerced_kind::boolean) {
            out_.shape += v.boolean ? 't' : 'f';
            return plan::operand::of(db::value::boolean(v.boolean));
        }
        if (v.kind == graphql::coerced_kind::enumeration) {
            out_.shape += '=';
            out_.shape += v.text;
            out_.shape += ';';
            return plan::operand::of(db::value::text(v.text));
        }
        out_.shape += 's';
        out_.slots.push_back(leaf_value(v));
        return plan::operand::at(static_cast<std::uint32_t>(out_.slots.size() - 1));
    }

    bound_variables& out_;
};

/// Whether a variable is a page's length, or an offset that is 0, or negative and refused.
REFRACT_DECL bool is_known_count(std::string_view name, graphql::coerced const& v, page_variables const& pages) {
    if (v.kind != graphql::coerced_kind::integer || v.out_of_range || v.type->name != "Int") {
        return false;
    }
    return pages.limits.contains(name) || (v.integer <= 0 && pages.offsets.contains(name));
}

REFRACT_DECL bool is_json_text(std::string_view text) {
    boost::json::monotonic_resource memory;
    return parse_json(text, {}, &memory).has_value();
}

/// Why a text can't be stored; null if it can. PostgreSQL has no NUL character, so no database of ours takes one: the one place
/// where it is refused, before anything runs. Json keeps it, as an escape.
REFRACT_DECL char const* text_fault(std::string_view text) {
    return text.find('\0') == std::string_view::npos ? nullptr : "Text can't hold a NUL character (\\u0000)";
}

REFRACT_DECL graphql::scalar_checks make_scalars() {
    using graphql::input;
    using graphql::input_kind;
    using graphql::ast::value;
    using graphql::ast::value_kind;
    graphql::scalar_checks out;
    out.set(
        "String", {[](value const& v) { return v.kind == value_kind::string ? text_fault(v.text) : "String value expected"; },
                   [](input const& v) { return v.kind == input_kind::string ? text_fault(v.text) : "String value expected"; }}
    );
    out.set(
        "ID", {[](value const& v) {
                   bool const fits = v.kind == value_kind::string || v.kind == value_kind::integer;
                   return fits ? text_fault(v.text) : "String or Int value expected";
               },
               [](input const& v) {
                   bool const fits = v.kind == input_kind::string || v.kind == input_kind::integer;
                   return fits ? text_fault(v.text) : "String or Int value expected";
               }}
    );
    out.set(
        "DateTime",
        {[](value const& v) -> char const* {
             return v.kind == value_kind::string && parse_date_time(v.text) ? nullptr : "Date value expected";
         },
         [](input const& v) -> char const* {
             return v.kind == input_kind::string && parse_date_time(v.text) ? nullptr : "Date value expected";
         }}
    );
    out.set(
        "UUID", {[](value const& v) -> char const* {
                     return v.kind == value_kind::string && parse_uuid(v.text) ? nullptr : "This is not a valid type 4 UUID.";
                 },
                 [](input const& v) -> char const* {
                     return v.kind == input_kind::string && parse_uuid(v.text) ? nullptr : "This is not a valid type 4 UUID.";
                 }}
    );
    out.set(
        "Json", {[](value const& v) -> char const* {
                     return v.kind == value_kind::string && is_json_text(v.text) ? nullptr : "Not valid JSON";
                 },
                 [](input const& v) -> char const* {
                     return v.kind == input_kind::object || v.kind == input_kind::list ? nullptr : "Not valid JSON";
                 }}
    );
    out.set(
        "Long", {[](value const& v) -> char const* { return v.kind == value_kind::integer ? nullptr : "Long value expected"; },
                 [](input const& v) -> char const* {
                     return v.kind == input_kind::integer && !v.out_of_range ? nullptr : "Long value expected";
                 }}
    );
    return out;
}

} // namespace detail

REFRACT_DECL bound_variables bind_variables(graphql::variable_values const& values, page_variables const& pages) {
    bound_variables out;
    detail::variable_binder binder(out);
    for (auto const& v : values.all()) {
        out.shape += '$';
        out.shape += v.name;
        out.shape += ':';
        bool const known = detail::is_known_count(v.name, v.value, pages);
        auto bound = known ? binder.constant(v.value.integer) : binder.bind(v.value);
        out.values.emplace(v.name, std::move(bound));
    }
    return out;
}

REFRACT_DECL graphql::scalar_checks const& prisma1_scalars() {
    static graphql::scalar_checks const scalars = detail::make_scalars();
    return scalars;
}

} // namespace refract::prisma1
