#pragma once

#include <refract/db/text_form.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace refract::db {

namespace detail {

/// `count` digits from `at` on, or -1.
REFRACT_DECL int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) {
        return -1;
    }
    int value = 0;
    for (auto const c : text.substr(at, count)) {
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    return value;
}

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

REFRACT_DECL std::string date_time_text(std::int64_t milliseconds) {
    using namespace std::chrono;
    auto const day_length = std::int64_t{86'400'000};
    auto day = milliseconds / day_length;
    auto rest = milliseconds % day_length;
    if (rest < 0) {
        rest += day_length;
        --day;
    }
    // std::chrono's years end at 32767; beyond that a date is no date, but must not be undefined behaviour either.
    auto const limit = std::int64_t{11'000'000};
    day = std::max(std::min(day, limit), -limit);
    auto const date = year_month_day(sys_days(days(static_cast<int>(day))));
    char buffer[64];
    auto const size = std::snprintf(
        buffer, sizeof(buffer), "%04d-%02u-%02u %02d:%02d:%02d.%03d", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(rest / 3'600'000),
        static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1'000 % 60), static_cast<int>(rest % 1'000)
    );
    return std::string(buffer, static_cast<std::size_t>(size));
}

namespace detail {

/// Milliseconds of `HH:MM[:SS[.fraction]]` in front of `text`, which is moved behind it.
REFRACT_DECL std::optional<std::int64_t> take_time(std::string_view& text) {
    auto const hour = digits(text, 0, 2);
    auto const minute = digits(text, 3, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') {
        return std::nullopt;
    }
    std::int64_t ms = (hour * 60LL + minute) * 60'000;
    text.remove_prefix(5);
    if (text.empty() || text.front() != ':') {
        return ms;
    }
    auto const second = digits(text, 1, 2);
    if (second < 0 || second > 59) {
        return std::nullopt;
    }
    ms += second * 1'000LL;
    text.remove_prefix(3);
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        std::int64_t unit = 100;
        std::size_t used = 0;
        for (; used < text.size() && text[used] >= '0' && text[used] <= '9'; ++used) {
            ms += (text[used] - '0') * unit;
            unit /= 10;
        }
        if (used == 0) {
            return std::nullopt;
        }
        text.remove_prefix(used);
    }
    return ms;
}

/// Milliseconds of `Z`, `+HH`, `+HHMM`, `+HH:MM` or nothing.
REFRACT_DECL std::optional<std::int64_t> zone_offset(std::string_view text) {
    if (text.empty() || text == "Z" || text == "z") {
        return 0;
    }
    if (text.front() != '+' && text.front() != '-') {
        return std::nullopt;
    }
    auto const hours = digits(text, 1, 2);
    auto const colon = text.size() > 3 && text[3] == ':' ? std::size_t{1} : std::size_t{0};
    auto const minutes = text.size() == 3 ? 0 : digits(text, 3 + colon, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || (text.size() != 3 && text.size() != 5 + colon)) {
        return std::nullopt;
    }
    auto const ms = (hours * 60LL + minutes) * 60'000;
    return text.front() == '-' ? -ms : ms;
}

} // namespace detail

REFRACT_DECL std::optional<std::int64_t> parse_date_time(std::string_view text) {
    using namespace std::chrono;
    auto const y = detail::digits(text, 0, 4);
    auto const m = detail::digits(text, 5, 2);
    auto const d = detail::digits(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    auto const date = year(y) / month(static_cast<unsigned>(m)) / day(static_cast<unsigned>(d));
    if (!date.ok()) {
        return std::nullopt;
    }
    std::int64_t ms = sys_days(date).time_since_epoch().count() * std::int64_t{86'400'000};
    text.remove_prefix(10);
    if (text.empty()) {
        return ms;
    }
    if (text.front() != 'T' && text.front() != 't' && text.front() != ' ') {
        return std::nullopt;
    }
    text.remove_prefix(1);
    auto const time = detail::take_time(text);
    if (!time) {
        return std::nullopt;
    }
    auto const zone = detail::zone_offset(text);
    if (!zone) {
        return std::nullopt;
    }
    return ms + *time - *zone;
}

} // namespace refract::db
