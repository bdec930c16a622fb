#pragma once

#include <refract/core/json_buffer.hpp>
#include <refract/core/number.hpp>
#include <refract/core/time.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace refract {

namespace detail {

/// `d` as digits / 10^places with at most 15 digits; false if it is not so short.
///
/// Two decimals of up to 15 digits never are the same double, and the quotient of two exact doubles is the nearest one: what
/// divides back to `d` is its shortest form.
inline bool short_decimal(double d, std::int64_t& digits, int& places) noexcept {
    constexpr struct {
        int places;
        double power;
    } tries[] = {{0, 1}, {2, 1e2}, {4, 1e4}, {8, 1e8}};
    for (auto const& t : tries) {
        double const scaled = d * t.power;
        if (!(std::abs(scaled) < 1e15)) {
            return false;
        }
        auto const rounded = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
        if (static_cast<double>(rounded) / t.power == d) {
            digits = rounded;
            places = t.places;
            return true;
        }
    }
    return false;
}

/// Two digits.
inline void put_2(char* to, std::int64_t value) noexcept {
    to[0] = static_cast<char>('0' + value / 10);
    to[1] = static_cast<char>('0' + value % 10);
}

} // namespace detail

REFRACT_DECL void json_buffer::grow(std::size_t bytes) {
    constexpr std::size_t least = 256;
    auto const written_bytes = size();
    out_.resize(std::max({least, 2 * out_.size(), written_bytes + bytes}));
    at_ = out_.data() + written_bytes;
    end_ = out_.data() + out_.size();
}

REFRACT_DECL void json_buffer::escaped(std::string_view utf8) {
    constexpr char const* digits = "0123456789abcdef";
    constexpr std::size_t at_a_time = 4'096; // an escape is up to six bytes long
    raw('"');
    for (std::size_t start = 0; start < utf8.size(); start += at_a_time) {
        auto const part = utf8.substr(start, at_a_time);
        char* const begin = room(6 * part.size());
        char* to = begin;
        for (char const c : part) {
            if (!detail::must_escape(c)) {
                *to++ = c;
                continue;
            }
            *to++ = '\\';
            switch (c) {
            case '"':
            case '\\': *to++ = c; break;
            case '\n': *to++ = 'n'; break;
            case '\t': *to++ = 't'; break;
            case '\r': *to++ = 'r'; break;
            case '\b': *to++ = 'b'; break;
            case '\f': *to++ = 'f'; break;
            default:
                std::memcpy(to, "u00", 3);
                to[3] = digits[static_cast<unsigned char>(c) >> 4U];
                to[4] = digits[static_cast<unsigned char>(c) & 15U];
                to += 5;
            }
        }
        advance(static_cast<std::size_t>(to - begin));
    }
    raw('"');
}

REFRACT_DECL void json_buffer::number(double d) {
    std::int64_t digits = 0;
    int places = 0;
    if (d == 0 || !detail::short_decimal(d, digits, places)) { // -0 keeps its sign there
        std::string text;
        append_json_number(text, d);
        raw(text);
        return;
    }
    for (; places > 0 && digits % 10 == 0; --places) {
        digits /= 10;
    }
    if (places == 0) {
        integer(digits);
        return;
    }
    char* to = room(24);
    char* const start = to;
    if (digits < 0) {
        *to++ = '-';
        digits = -digits;
    }
    std::int64_t power = 10;
    for (int i = 1; i < places; ++i) {
        power *= 10;
    }
    to = std::to_chars(to, to + 20, digits / power).ptr;
    *to++ = '.';
    auto rest = digits % power;
    for (int i = places; i-- > 0; rest /= 10) {
        to[i] = static_cast<char>('0' + rest % 10);
    }
    at_ += static_cast<std::size_t>(to + places - start);
}

REFRACT_DECL void json_buffer::date_time(std::int64_t milliseconds) {
    constexpr std::int64_t day_ms = 86'400'000;
    constexpr std::int64_t first = -62'167'219'200'000; // 0000-01-01
    constexpr std::int64_t end = 253'402'300'800'000;   // 10000-01-01
    if (milliseconds < first || milliseconds >= end) {
        raw('"');
        raw(format_date_time(milliseconds));
        raw('"');
        return;
    }
    auto const since = milliseconds - first;
    auto const day = static_cast<std::uint32_t>(since / day_ms);
    auto const rest = since % day_ms;
    // Counted from 400 years before 0000-03-01, so that the leap day is the last day of a year; see days_from_civil.
    auto const shifted = day - 60 + 146'097;
    auto const day_of_era = shifted % 146'097;
    auto const year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    auto const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    auto const shifted_month = (5 * day_of_year + 2) / 153;
    auto const day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    auto const month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    auto const year = static_cast<std::int64_t>(shifted / 146'097) * 400 - 400 + year_of_era + (month <= 2 ? 1 : 0);
    char* const to = room(26);
    std::memcpy(to, "\"0000-00-00T00:00:00.000Z\"", 26);
    detail::put_2(to + 1, year / 100);
    detail::put_2(to + 3, year % 100);
    detail::put_2(to + 6, month);
    detail::put_2(to + 9, day_of_month);
    detail::put_2(to + 12, rest / 3'600'000);
    detail::put_2(to + 15, rest / 60'000 % 60);
    detail::put_2(to + 18, rest / 1'000 % 60);
    auto const fraction = rest % 1'000;
    to[21] = static_cast<char>('0' + fraction / 100);
    detail::put_2(to + 22, fraction % 100);
    at_ += 26;
}

} // namespace refract
