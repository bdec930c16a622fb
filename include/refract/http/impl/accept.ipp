#pragma once

#include <refract/core/text.hpp>
#include <refract/http/accept.hpp>
#include <refract/http/impl/weight.hpp>

namespace refract::http {

namespace detail {

REFRACT_DECL std::optional<int> weight_of(std::string_view q) noexcept {
    if (q.empty() || (q[0] != '0' && q[0] != '1') || q.size() > 5 || (q.size() > 1 && q[1] != '.')) {
        return std::nullopt;
    }
    int value = q[0] - '0';
    for (std::size_t i = 2; i < 5; ++i) {
        char const digit = i < q.size() ? q[i] : '0';
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        value = value * 10 + (digit - '0');
    }
    return value <= 1000 ? std::optional(value) : std::nullopt;
}

REFRACT_DECL std::optional<int> element_weight(std::string_view parameters) noexcept {
    auto const text = trimmed(parameters);
    if (text.empty()) {
        return 1000;
    }
    bool const is_weight = text.size() > 2 && (text[0] == 'q' || text[0] == 'Q') && text[1] == '=';
    return is_weight ? weight_of(text.substr(2)) : std::nullopt;
}

REFRACT_DECL list_element take_element(std::string_view& list) noexcept {
    auto const comma = list.find(',');
    auto const element = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    auto const semicolon = element.find(';');
    return {trimmed(element.substr(0, semicolon)), semicolon == std::string_view::npos ? std::string_view() : element.substr(semicolon + 1)};
}

} // namespace detail

REFRACT_DECL std::optional<int> named_weight(std::string_view list, std::string_view name) noexcept {
    while (!list.empty()) {
        auto element = detail::take_element(list);
        if (!equal_ignoring_case(element.name, name)) {
            continue;
        }
        // The weight comes last; `charset` and the like are before it.
        auto const last = element.parameters.rfind(';');
        auto const weight = trimmed(last == std::string_view::npos ? element.parameters : element.parameters.substr(last + 1));
        bool const has_weight = weight.size() > 1 && (weight[0] == 'q' || weight[0] == 'Q') && weight[1] == '=';
        return has_weight ? detail::weight_of(weight.substr(2)) : std::optional(1000);
    }
    return std::nullopt;
}

} // namespace refract::http
