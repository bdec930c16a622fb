#pragma once

#include <refract/graphql/scalar_check.hpp>

#include <charconv>
#include <cmath>
#include <limits>

namespace refract::graphql {

namespace detail {

REFRACT_DECL bool fits_int(std::string_view digits) {
    std::int32_t value = 0;
    auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return code == std::errc{} && end == digits.data() + digits.size();
}

REFRACT_DECL bool fits_double(std::string_view digits) {
    double value = 0;
    auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // Numbers too close to zero are out of range too; they become zero.
    auto const tiny = code == std::errc::result_out_of_range && digits.find("e-") != std::string_view::npos;
    auto const tiny_upper = code == std::errc::result_out_of_range && digits.find("E-") != std::string_view::npos;
    return tiny || tiny_upper || (code == std::errc{} && end == digits.data() + digits.size());
}

REFRACT_DECL char const* int_literal(ast::value const& v) {
    if (v.kind != ast::value_kind::integer) {
        return "Int value expected";
    }
    return fits_int(v.text) ? nullptr : "Value is too big to fit in Int";
}

REFRACT_DECL char const* int_value(input const& v) {
    constexpr auto low = std::numeric_limits<std::int32_t>::min();
    constexpr auto high = std::numeric_limits<std::int32_t>::max();
    constexpr auto too_big = "Value is too big to fit in Int";
    if (v.kind == input_kind::integer) {
        return !v.out_of_range && v.integer >= low && v.integer <= high ? nullptr : too_big;
    }
    if (v.kind == input_kind::floating && std::trunc(v.floating) == v.floating) {
        return v.floating >= low && v.floating <= high ? nullptr : too_big;
    }
    return "Int value expected";
}

REFRACT_DECL char const* float_literal(ast::value const& v) {
    if (v.kind != ast::value_kind::integer && v.kind != ast::value_kind::floating) {
        return "Float or Int value expected";
    }
    return fits_double(v.text) ? nullptr : "Float or Int value is too big to fit in double";
}

REFRACT_DECL char const* float_value(input const& v) {
    if (v.kind == input_kind::integer) {
        return !v.out_of_range || fits_double(v.text) ? nullptr : "Float or Int value is too big to fit in double";
    }
    return v.kind == input_kind::floating ? nullptr : "Float or Int value expected";
}

REFRACT_DECL char const* string_literal(ast::value const& v) {
    return v.kind == ast::value_kind::string ? nullptr : "String value expected";
}

REFRACT_DECL char const* string_value(input const& v) {
    return v.kind == input_kind::string ? nullptr : "String value expected";
}

REFRACT_DECL char const* boolean_literal(ast::value const& v) {
    return v.kind == ast::value_kind::boolean ? nullptr : "Boolean value expected";
}

REFRACT_DECL char const* boolean_value(input const& v) {
    return v.kind == input_kind::boolean ? nullptr : "Boolean value expected";
}

REFRACT_DECL char const* id_literal(ast::value const& v) {
    return v.kind == ast::value_kind::string || v.kind == ast::value_kind::integer ? nullptr
                                                                                     : "String or Int value expected";
}

REFRACT_DECL char const* id_value(input const& v) {
    return v.kind == input_kind::string || v.kind == input_kind::integer ? nullptr : "String or Int value expected";
}

inline constexpr char const* no_reason = "Invalid value";

REFRACT_DECL std::string reason_text(char const* reason) {
    return reason == nullptr ? std::string{} : *reason == '\0' ? std::string(no_reason) : std::string(reason);
}

REFRACT_DECL std::string undefined_enum_value(type const& t, std::string_view name) {
    auto text = "Enum value '" + std::string(name) + "' is undefined in enum type '" + t.name + "'. Known values are: ";
    for (auto const& v : t.values) {
        if (&v != &t.values.front()) {
            text += ", ";
        }
        text += v.name;
    }
    return text + ".";
}

} // namespace detail

REFRACT_DECL scalar_checks::scalar_checks() {
    set("Int", {detail::int_literal, detail::int_value});
    set("Float", {detail::float_literal, detail::float_value});
    set("String", {detail::string_literal, detail::string_value});
    set("Boolean", {detail::boolean_literal, detail::boolean_value});
    set("ID", {detail::id_literal, detail::id_value});
}

REFRACT_DECL scalar_check const* scalar_checks::find(std::string_view name) const {
    auto const at = by_name_.find(std::string(name));
    return at == by_name_.end() ? nullptr : &at->second;
}

REFRACT_DECL std::string literal_fault(type const& t, ast::value const& v, scalar_checks const& checks) {
    if (t.kind == type_kind::enumeration) {
        if (v.kind != ast::value_kind::enumeration) {
            return "Enum value expected";
        }
        return t.find_value(v.text) == nullptr ? detail::undefined_enum_value(t, v.text) : std::string{};
    }
    auto const* const check = checks.find(t.name);
    auto const* const reason = check == nullptr || check->literal == nullptr ? nullptr : check->literal(v);
    return detail::reason_text(reason);
}

REFRACT_DECL std::string input_fault(type const& t, input const& v, scalar_checks const& checks) {
    if (t.kind == type_kind::enumeration) {
        if (v.kind != input_kind::string) {
            return "Enum value expected";
        }
        return t.find_value(v.text) == nullptr ? detail::undefined_enum_value(t, v.text) : std::string{};
    }
    auto const* const check = checks.find(t.name);
    auto const* const reason = check == nullptr || check->value == nullptr ? nullptr : check->value(v);
    return detail::reason_text(reason);
}

} // namespace refract::graphql
