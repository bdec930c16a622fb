#pragma once

#include <refract/datamodel/naming.hpp>

#include <algorithm>
#include <iterator>

namespace refract::datamodel {
namespace detail {

inline constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
inline constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
inline constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// `[A-Z][a-zA-Z0-9_]*`
REFRACT_DECL bool is_capitalised_name(std::string_view name, std::size_t max_bytes) noexcept {
    return !name.empty() && name.size() <= max_bytes && is_upper(name.front()) &&
        std::all_of(name.begin(), name.end(), [](char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; });
}

} // namespace detail

REFRACT_DECL bool is_relation_name(std::string_view name) noexcept {
    return detail::is_capitalised_name(name, max_relation_name);
}

REFRACT_DECL bool is_enum_value(std::string_view name) noexcept { return detail::is_capitalised_name(name, max_enum_value); }

REFRACT_DECL bool is_database_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= max_database_name && name.find('\0') == std::string_view::npos;
}

REFRACT_DECL std::string fitted_database_name(std::string name) {
    name.resize(std::min(name.size(), max_database_name));
    return name;
}

REFRACT_DECL bool is_reserved_type_name(std::string_view name) noexcept {
    // The first six are the original's; the others would stand twice in the generated API.
    constexpr std::string_view reserved[] = {"Mutation", "Query", "Subscription", "Node", "PageInfo", "BatchPayload", "MutationType",
                                             "PrismaDatabase", "Long", "ID", "UUID", "String", "Int", "Float", "Boolean", "DateTime",
                                             "Json"};
    return name.substr(0, 2) == "__" || std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved);
}

REFRACT_DECL std::string generated_relation_name(std::string_view model, std::string_view other) {
    auto first = std::min(model, other);
    auto second = std::max(model, other);
    constexpr std::size_t infix = 2; // "To"
    while (first.size() + infix + second.size() > max_relation_name) {
        if (second.size() > first.size()) {
            second.remove_suffix(1);
        } else {
            first.remove_suffix(1);
        }
    }
    return std::string(first).append("To").append(second);
}

REFRACT_DECL std::string hidden_field_name(std::string_view relation) {
    return std::string("_MagicalBackRelation_").append(relation);
}

} // namespace refract::datamodel
