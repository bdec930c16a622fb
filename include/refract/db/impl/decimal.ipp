#pragma once

#include <refract/db/decimal.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace refract::db {

namespace detail {

/// The digits of a decimal without its point, and where the point is.
struct decimal_parts {
    bool negative = false;
    std::string digits{};
    std::int64_t point = 0; ///< digits in front of the point
};

REFRACT_DECL std::optional<decimal_parts> split_decimal(std::string_view text) {
    decimal_parts parts;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        parts.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    auto const mark = text.find_first_of("eE");
    std::int64_t exponent = 0;
    if (mark != std::string_view::npos) {
        auto power = text.substr(mark + 1);
        if (!power.empty() && power.front() == '+') {
            power.remove_prefix(1);
        }
        auto const [end, ec] = std::from_chars(power.data(), power.data() + power.size(), exponent);
        if (ec != std::errc() || end != power.data() + power.size() || exponent > 100'000 || exponent < -100'000) {
            return std::nullopt;
        }
        text = text.substr(0, mark);
    }
    bool seen_point = false;
    for (auto const c : text) {
        if (c == '.' && !seen_point) {
            seen_point = true;
            parts.point = static_cast<std::int64_t>(parts.digits.size());
        } else if (c >= '0' && c <= '9') {
            parts.digits.push_back(c);
        } else {
            return std::nullopt;
        }
    }
    if (parts.digits.empty()) {
        return std::nullopt;
    }
    if (!seen_point) {
        parts.point = static_cast<std::int64_t>(parts.digits.size());
    }
    parts.point += exponent;
    return parts;
}

} // namespace detail

REFRACT_DECL std::optional<std::string> plain_decimal(std::string_view text) {
    auto parts = detail::split_decimal(text);
    if (!parts) {
        return std::nullopt;
    }
    auto& digits = parts->digits;
    auto const leading = std::min(digits.find_first_not_of('0'), digits.size());
    digits.erase(0, leading);
    parts->point -= static_cast<std::int64_t>(leading);
    while (!digits.empty() && digits.back() == '0') {
        digits.pop_back();
    }
    if (digits.empty()) {
        return "0";
    }
    std::string out = parts->negative ? "-" : "";
    auto const count = static_cast<std::int64_t>(digits.size());
    if (parts->point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-parts->point), '0');
        out += digits;
    } else if (parts->point >= count) {
        out += digits;
        out.append(static_cast<std::size_t>(parts->point - count), '0');
    } else {
        out.append(digits, 0, static_cast<std::size_t>(parts->point));
        out += '.';
        out.append(digits, static_cast<std::size_t>(parts->point));
    }
    return out;
}

REFRACT_DECL std::string plain_decimal(double d) {
    if (std::isnan(d)) {
        return "NaN";
    }
    if (std::isinf(d)) {
        return d > 0 ? "Infinity" : "-Infinity";
    }
    if (d == 0) {
        return "0";
    }
    char buffer[400];
    auto const [end, ec] = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::scientific);
    auto text = plain_decimal(std::string_view(buffer, static_cast<std::size_t>(end - buffer)));
    return ec == std::errc() && text ? *text : "NaN";
}

REFRACT_DECL void append_plain_decimal(std::string& to, double d) {
    // Fixed notation is the shortest text too, unless it fills up with digits the number does not need.
    auto const size = std::abs(d);
    if (size >= 1e-6 && size < 1e15) {
        char buffer[40];
        auto const [end, ec] = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::fixed);
        if (ec == std::errc()) {
            to.append(buffer, end);
            return;
        }
    }
    to += plain_decimal(d);
}

} // namespace refract::db
