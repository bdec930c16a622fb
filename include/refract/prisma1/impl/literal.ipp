#pragma once

#include <refract/core/id.hpp>
#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/literal.hpp>

#include <charconv>

namespace refract::prisma1 {

namespace detail {

/// JSON text without insignificant white space; text that is not JSON stays as it is, validation refused it.
REFRACT_DECL std::string compact_json(std::string_view text) {
    auto const value = parse_json(text, {});
    if (!value) {
        return std::string(text);
    }
    std::string out;
    append_json(out, *value);
    return out;
}

} // namespace detail

REFRACT_DECL db::value leaf_value(std::string_view type_name, std::string_view text) {
    if (type_name == "Int" || type_name == "Long") {
        std::int64_t n = 0;
        std::from_chars(text.data(), text.data() + text.size(), n);
        return db::value::integer(n);
    }
    if (type_name == "Float") {
        // A double, as the original has it: what was written with more digits is rounded before it is stored.
        double number = 0;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
        return read.ec == std::errc{} ? db::value::decimal(db::plain_decimal(number)) : db::value{};
    }
    if (type_name == "Boolean") {
        return db::value::boolean(text == "true");
    }
    if (type_name == "DateTime") {
        auto const ms = parse_date_time(text);
        return ms ? db::value::date_time(*ms) : db::value{};
    }
    if (type_name == "UUID") {
        auto canonical = parse_uuid(text);
        return canonical ? db::value::uuid(std::move(*canonical)) : db::value{};
    }
    if (type_name == "Json") {
        return db::value::json(detail::compact_json(text));
    }
    return db::value::text(std::string(text));
}

REFRACT_DECL bool is_null_word(std::string_view type_name, std::string_view text) noexcept {
    return text == "null" && type_name != "String";
}

REFRACT_DECL std::optional<argument>
to_argument(graphql::ast::value const& literal, graphql::type_reference type, variable_map const& variables) {
    using kind = graphql::ast::value_kind;
    if (literal.kind == kind::variable) {
        auto const at = variables.find(literal.text);
        return at == variables.end() ? std::nullopt : std::optional<argument>(at->second);
    }
    type = type.nullable();
    argument out;
    if (literal.kind == kind::null) {
        return out;
    }
    if (type.is_list()) {
        out.kind = argument_kind::list;
        if (literal.kind != kind::list) {
            if (auto single = to_argument(literal, type.unwrapped(), variables)) {
                out.items.push_back(std::move(*single));
            }
            return out;
        }
        for (auto const& item : literal.items) {
            auto one = to_argument(item, type.unwrapped(), variables);
            out.items.push_back(one ? std::move(*one) : argument{});
        }
        return out;
    }
    if (type.named()->kind == graphql::type_kind::input_object) {
        out.kind = argument_kind::object;
        for (auto const& f : literal.fields) {
            auto const* input = type.named()->find_input_field(f.name);
            auto value = input != nullptr ? to_argument(f.value, input->type, variables) : std::nullopt;
            if (value) {
                out.fields.emplace_back(std::string(f.name), std::move(*value));
            }
        }
        return out;
    }
    if (literal.kind == kind::string && is_null_word(type.named()->name, literal.text)) {
        return out;
    }
    out.kind = argument_kind::scalar;
    out.operand = plan::operand::of(leaf_value(type.named()->name, literal.text));
    return out;
}

REFRACT_DECL argument
to_arguments(graphql::list<graphql::ast::argument> const& arguments, graphql::field const& f, variable_map const& variables) {
    argument out;
    out.kind = argument_kind::object;
    for (auto const& a : arguments) {
        auto const* definition = f.argument(a.name);
        auto value = definition != nullptr ? to_argument(a.value, definition->type, variables) : std::nullopt;
        if (value) {
            out.fields.emplace_back(std::string(a.name), std::move(*value));
        }
    }
    return out;
}

} // namespace refract::prisma1
