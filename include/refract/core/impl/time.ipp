#pragma once

#include <refract/core/time.hpp>

#include <ctime>

namespace refract {

namespace detail {

inline constexpr std::int64_t milliseconds_per_day = 86'400'000;

/// Reads the parts of a date-time from left to right.
class date_time_reader {
public:
    explicit date_time_reader(std::string_view text) noexcept : text_(text) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
    [[nodiscard]] std::size_t position() const noexcept { return at_; }

    bool accept(char lower, char upper) noexcept {
        if (at_end() || (text_[at_] != lower && text_[at_] != upper)) {
            return false;
        }
        ++at_;
        return true;
    }

    bool accept(char c) noexcept { return accept(c, c); }

    [[nodiscard]] bool at_digit() const noexcept { return !at_end() && text_[at_] >= '0' && text_[at_] <= '9'; }

    /// One to `max_digits` digits with a value of `low` to `high`.
    bool number(std::size_t max_digits, std::int64_t low, std::int64_t high, std::int64_t& value) noexcept {
        std::size_t const start = at_;
        std::int64_t read = 0;
        while (at_digit() && at_ - start < max_digits) {
            read = read * 10 + (text_[at_] - '0');
            ++at_;
        }
        if (at_ == start || at_digit() || read < low || read > high) {
            at_ = start;
            return false;
        }
        value = read;
        return true;
    }

    /// Exactly two digits with a value up to `high`.
    bool two_digits(std::int64_t high, std::int64_t& value) noexcept {
        std::int64_t read = 0;
        for (int i = 0; i < 2; ++i, ++at_) {
            if (!at_digit()) {
                return false;
            }
            read = read * 10 + (text_[at_] - '0');
        }
        value = read;
        return read <= high;
    }

    /// Digits after the decimal sign, as milliseconds.
    bool fraction(std::int64_t& milliseconds) noexcept {
        if (!at_digit()) {
            return false;
        }
        std::int64_t scale = 100;
        milliseconds = 0;
        for (; at_digit(); ++at_) {
            milliseconds += (text_[at_] - '0') * scale;
            scale /= 10;
        }
        return true;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

REFRACT_DECL bool is_leap_year(std::int64_t year) noexcept {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

REFRACT_DECL std::int64_t days_in_month(std::int64_t year, std::int64_t month) noexcept {
    constexpr std::int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

/// `year[-month[-day]]`; `days` since 1970.
REFRACT_DECL bool read_date(date_time_reader& in, std::int64_t& days) noexcept {
    bool const before_zero = in.accept('-');
    if (!before_zero) {
        in.accept('+');
    }
    std::int64_t year = 0;
    std::int64_t month = 1;
    std::int64_t day = 1;
    if (!in.number(6, 0, 999'999, year)) {
        return false;
    }
    year = before_zero ? -year : year;
    if (in.accept('-')) {
        if (!in.number(2, 1, 12, month)) {
            return false;
        }
        if (in.accept('-') && !in.number(2, 1, days_in_month(year, month), day)) {
            return false;
        }
    }
    days = days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return true;
}

/// `hour[:minute[:second[.fraction]]]`, or nothing.
REFRACT_DECL bool read_time(date_time_reader& in, std::int64_t& milliseconds) noexcept {
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    std::int64_t second = 0;
    std::int64_t fraction = 0;
    if (!in.at_digit()) {
        return true;
    }
    bool valid = in.number(2, 0, 23, hour);
    if (valid && in.accept(':')) {
        valid = in.number(2, 0, 59, minute);
        if (valid && in.accept(':')) {
            valid = in.number(2, 0, 59, second);
            if (valid && in.accept('.', ',')) {
                valid = in.fraction(fraction);
            }
        }
    }
    milliseconds = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
    return valid;
}

/// `Z`, `+hh:mm`, `+hhmm`, `+hh`, or nothing.
REFRACT_DECL bool read_offset(date_time_reader& in, std::int64_t& milliseconds) noexcept {
    if (in.at_end() || in.accept('Z', 'z')) {
        return true;
    }
    bool const west = in.accept('-');
    if (!west && !in.accept('+')) {
        return false;
    }
    std::int64_t hour = 0;
    std::int64_t minute = 0;
    if (!in.two_digits(23, hour)) {
        return false;
    }
    if ((in.accept(':') || in.at_digit()) && !in.two_digits(59, minute)) {
        return false;
    }
    milliseconds = (hour * 60 + minute) * 60'000 * (west ? -1 : 1);
    return true;
}

/// `value` (not negative) with zeros in front up to `width` digits.
REFRACT_DECL void append_padded(std::string& out, std::int64_t value, std::size_t width) {
    char digits[20]{};
    std::size_t at = sizeof digits;
    for (; value > 0 || sizeof digits - at < width; value /= 10) {
        digits[--at] = static_cast<char>('0' + value % 10);
    }
    out.append(digits + at, sizeof digits - at);
}

} // namespace detail

REFRACT_DECL std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) noexcept {
    // Counted from 0000-03-01, so that the leap day is the last day of a year; 400 years are 146097 days.
    year -= month <= 2 ? 1 : 0;
    std::int64_t const era = (year >= 0 ? year : year - 399) / 400;
    std::int64_t const year_of_era = year - era * 400;
    std::int64_t const shifted_month = (static_cast<std::int64_t>(month) + 9) % 12;
    std::int64_t const day_of_year = (153 * shifted_month + 2) / 5 + static_cast<std::int64_t>(day) - 1;
    std::int64_t const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

REFRACT_DECL result<std::int64_t> parse_date_time(std::string_view text) {
    detail::date_time_reader in(text);
    std::int64_t days = 0;
    std::int64_t time = 0;
    std::int64_t offset = 0;
    bool valid = detail::read_date(in, days);
    if (valid && in.accept('T', 't')) {
        valid = detail::read_time(in, time) && detail::read_offset(in, offset);
    }
    if (!valid || !in.at_end()) {
        auto const at = static_cast<std::uint32_t>(in.position());
        return error{errc::invalid_date_time, "Not an ISO-8601 date-time.", location{1, at + 1, at}};
    }
    return days * detail::milliseconds_per_day + time - offset;
}

REFRACT_DECL void append_date_time(std::string& out, std::int64_t milliseconds) {
    std::int64_t days = milliseconds / detail::milliseconds_per_day;
    std::int64_t rest = milliseconds % detail::milliseconds_per_day;
    if (rest < 0) {
        rest += detail::milliseconds_per_day;
        --days;
    }
    days += 719'468; // see days_from_civil
    std::int64_t const era = (days >= 0 ? days : days - 146'096) / 146'097;
    std::int64_t const day_of_era = days - era * 146'097;
    std::int64_t const year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    std::int64_t const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    std::int64_t const shifted_month = (5 * day_of_year + 2) / 153;
    std::int64_t const day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    std::int64_t const month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
    std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    if (year >= 0 && year <= 9'999) {
        char text[] = "0000-00-00T00:00:00.000Z";
        auto const put = [&text](std::size_t at, std::int64_t two_digits) {
            text[at] = static_cast<char>('0' + two_digits / 10);
            text[at + 1] = static_cast<char>('0' + two_digits % 10);
        };
        put(0, year / 100);
        put(2, year % 100);
        put(5, month);
        put(8, day);
        put(11, rest / 3'600'000);
        put(14, rest / 60'000 % 60);
        put(17, rest / 1'000 % 60);
        text[20] = static_cast<char>('0' + rest % 1'000 / 100);
        put(21, rest % 100);
        out.append(text, sizeof text - 1);
        return;
    }
    if (year < 0) {
        out += '-';
        year = -year;
    }
    detail::append_padded(out, year, 4);
    out += '-';
    detail::append_padded(out, month, 2);
    out += '-';
    detail::append_padded(out, day, 2);
    out += 'T';
    detail::append_padded(out, rest / 3'600'000, 2);
    out += ':';
    detail::append_padded(out, rest / 60'000 % 60, 2);
    out += ':';
    detail::append_padded(out, rest / 1'000 % 60, 2);
    out += '.';
    detail::append_padded(out, rest % 1'000, 3);
    out += 'Z';
}

REFRACT_DECL std::string format_date_time(std::int64_t milliseconds) {
    std::string out;
    append_date_time(out, milliseconds);
    return out;
}

REFRACT_DECL std::int64_t now_ms() noexcept {
    std::timespec now{};
    std::timespec_get(&now, TIME_UTC);
    return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace refract
