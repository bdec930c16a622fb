#pragma once

#include <refract/core/json_buffer.hpp>
#include <refract/core/utf8.hpp>
#include <refract/prisma1/impl/json_tape_reader.hpp>

#include <bit>
#include <charconv>
#include <cstring>
#include <system_error>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace refract::prisma1::detail {

REFRACT_DECL bool tape_reader::read() {
    if (!value()) {
        return false;
    }
    skip_space();
    return at_ == end_;
}

REFRACT_DECL bool tape_reader::value() {
    skip_space();
    if (at_ == end_) {
        return false;
    }
    switch (*at_) {
    case '"': return string();
    case '{': return container(json_kind::object, '}');
    case '[': return container(json_kind::list, ']');
    case 't': return word("true", json_kind::boolean, true);
    case 'f': return word("false", json_kind::boolean);
    case 'n': return word("null", json_kind::null);
    default: return number();
    }
}

/// A list, or an object: each of its values has a name in front then.
REFRACT_DECL bool tape_reader::container(json_kind kind, char bracket) {
    if (levels_ == 0) {
        return false;
    }
    --levels_;
    auto const position = to_.items_.size();
    add(kind);
    ++at_;
    bool ended = accept(bracket);
    while (!ended) {
        if (kind == json_kind::object) {
            skip_space();
            if (at_ == end_ || *at_ != '"' || !string() || !accept(':')) {
                return false;
            }
        }
        if (!value()) {
            return false;
        }
        if (!accept(',')) {
            ended = at_ != end_ && *at_ == bracket;
            if (!ended) {
                return false;
            }
            ++at_;
        }
    }
    ++levels_;
    to_.items_[position].size = static_cast<std::uint32_t>(to_.items_.size() - position);
    return true;
}

REFRACT_DECL void tape_reader::skip_plain() noexcept {
    char const* at = at_;
#ifdef __SSE2__
    auto const quote = _mm_set1_epi8('"');
    auto const backslash = _mm_set1_epi8('\\');
    auto const last_control = _mm_set1_epi8(0x1f);
    while (end_ - at >= 16) {
        auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(at));
        auto const is_control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        auto const is_special = _mm_or_si128(is_control, _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
        auto const special = static_cast<unsigned>(_mm_movemask_epi8(is_special));
        auto const high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
        if (special != 0) {
            auto const first = special & (0U - special);
            beyond_ascii_ = beyond_ascii_ || (high & (first - 1)) != 0;
            at_ = at + std::countr_zero(first);
            return;
        }
        beyond_ascii_ = beyond_ascii_ || high != 0;
        at += 16;
    }
#endif
    for (; at != end_ && !refract::detail::must_escape(*at); ++at) {
        beyond_ascii_ = beyond_ascii_ || (static_cast<unsigned char>(*at) & 0x80U) != 0;
    }
    at_ = at;
}

REFRACT_DECL bool tape_reader::string() {
    char const* const start = ++at_;
    beyond_ascii_ = false;
    skip_plain();
    if (at_ == end_) {
        return false;
    }
    if (*at_ != '"') {
        return *at_ == '\\' && escaped_string(start);
    }
    std::string_view const text(start, static_cast<std::size_t>(at_ - start));
    ++at_;
    add(json_kind::string).text = text;
    return !beyond_ascii_ || is_valid_utf8(text);
}

/// A string from its first escape on.
REFRACT_DECL bool tape_reader::escaped_string(char const* start) {
    if (unescaped_ == nullptr) {
        unescaped_ = &to_.unescaped_.emplace_front();
        unescaped_->reserve(static_cast<std::size_t>(end_ - start)); // no string is longer than it was with its escapes
    }
    auto& out = *unescaped_;
    auto const begin = out.size();
    out.append(start, at_);
    while (at_ != end_ && *at_ == '\\') {
        if (!escape(out)) {
            return false;
        }
        start = at_;
        skip_plain();
        out.append(start, at_);
    }
    if (at_ == end_ || *at_ != '"') {
        return false;
    }
    ++at_;
    auto const text = std::string_view(out).substr(begin);
    add(json_kind::string).text = text;
    return !beyond_ascii_ || is_valid_utf8(text);
}

/// A backslash and what belongs to it.
REFRACT_DECL bool tape_reader::escape(std::string& out) {
    if (end_ - at_ < 2) {
        return false;
    }
    char const what = at_[1];
    at_ += 2;
    switch (what) {
    case '"':
    case '\\':
    case '/': out += what; return true;
    case 'b': out += '\b'; return true;
    case 'f': out += '\f'; return true;
    case 'n': out += '\n'; return true;
    case 'r': out += '\r'; return true;
    case 't': out += '\t'; return true;
    case 'u': break;
    default: return false;
    }
    unsigned code = 0;
    if (end_ - at_ < 4 || std::from_chars(at_, at_ + 4, code, 16).ptr != at_ + 4) {
        return false;
    }
    at_ += 4;
    if (code < 0x80) {
        out += static_cast<char>(code);
        return true;
    }
    if (code >= 0xD800 && code <= 0xDFFF) {
        return false; // half of a pair
    }
    if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
    } else {
        out += static_cast<char>(0xE0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    }
    out += static_cast<char>(0x80U | (code & 0x3FU));
    return true;
}

REFRACT_DECL bool tape_reader::word(std::string_view expected, json_kind kind, bool truth) {
    if (static_cast<std::size_t>(end_ - at_) < expected.size() || std::memcmp(at_, expected.data(), expected.size()) != 0) {
        return false;
    }
    at_ += expected.size();
    add(kind).boolean = truth;
    return true;
}

REFRACT_DECL bool tape_reader::number() {
    char const* const start = at_;
    bool const negative = *at_ == '-';
    char const* const digits = at_ + (negative ? 1 : 0);
    char const* at = digits;
    std::uint64_t n = 0; // of the first 19 digits right, and no more are wanted
    for (; at != end_ && *at >= '0' && *at <= '9'; ++at) {
        n = n * 10 + static_cast<std::uint64_t>(*at - '0');
    }
    at_ = at;
    auto const count = at - digits;
    if (count == 0 || (count > 1 && *digits == '0')) {
        return false;
    }
    if (at != end_ && (*at == '.' || *at == 'e' || *at == 'E')) {
        return fraction(start, digits);
    }
    if (count > 18 || (negative && n == 0)) {
        return false;
    }
    auto const whole = static_cast<std::int64_t>(n);
    add(json_kind::integer).integer = negative ? -whole : whole;
    return true;
}

/// A decimal of up to 15 digits with a point: the quotient of two exact doubles is the nearest one.
REFRACT_DECL double short_decimal(char const* at, char const* end) noexcept {
    bool const negative = *at == '-';
    std::int64_t digits = 0;
    double power = 1;
    bool behind = false;
    for (at += negative ? 1 : 0; at != end; ++at) {
        if (*at == '.') {
            behind = true;
        } else {
            digits = digits * 10 + (*at - '0');
            power = behind ? power * 10 : power;
        }
    }
    double const d = static_cast<double>(digits) / power;
    return negative ? -d : d;
}

/// The rest of a number that is no integer.
REFRACT_DECL bool tape_reader::fraction(char const* start, char const* digits) {
    bool plain = *at_ == '.';
    if (plain) {
        ++at_;
        char const* const behind = at_;
        skip_digits();
        if (at_ == behind) {
            return false;
        }
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
        plain = false;
        ++at_;
        at_ += at_ != end_ && (*at_ == '+' || *at_ == '-') ? 1 : 0;
        char const* const power = at_;
        skip_digits();
        if (at_ == power || at_ - power > 3) {
            return false; // Boost.JSON refuses very large exponents, of zero too
        }
    }
    double d = 0;
    constexpr std::ptrdiff_t digits_and_point = 16;
    bool const is_short = plain && at_ - digits <= digits_and_point;
    if (is_short) {
        d = short_decimal(start, at_);
    } else if (std::from_chars(start, at_, d).ec != std::errc{}) {
        return false;
    }
    auto& item = add(json_kind::floating);
    item.floating = d;
    // Two decimals of up to 15 digits never are the same double, so without zeros at its end one is the shortest there is.
    if (is_short && at_[-1] != '0') {
        item.text = {start, static_cast<std::size_t>(at_ - start)};
    }
    return true;
}

} // namespace refract::prisma1::detail
