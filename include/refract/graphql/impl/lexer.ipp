#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/block_string.hpp>
#include <refract/graphql/impl/scan.ipp>
#include <refract/graphql/lexer.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace refract::graphql {

namespace detail {

/// What a byte starts outside of strings. Bytes of one-character tokens have the token's kind as their class.
enum lexical_class : std::uint8_t {
    class_other = 32,
    class_blank,
    class_line_feed,
    class_carriage_return,
    class_comment,
    class_dot,
    class_quote,
    class_number,
    class_name,
    class_byte_order_mark,
};

using lexical_classes = std::array<std::uint8_t, 256>; ///< of a token's first byte

consteval lexical_classes make_lexical_classes() {
    lexical_classes t{};
    for (unsigned c = 0; c < 256; ++c) {
        auto const is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        auto const is_digit = c >= '0' && c <= '9';
        t[c] = is_letter ? class_name : (is_digit || c == '-') ? class_number : class_other;
    }
    t[' '] = t['\t'] = t[','] = class_blank;
    t['\n'] = class_line_feed;
    t['\r'] = class_carriage_return;
    t['#'] = class_comment;
    t['.'] = class_dot;
    t['"'] = class_quote;
    t[0xEF] = class_byte_order_mark;
    constexpr std::pair<char, token_kind> punctuators[] = {
        {'!', token_kind::bang},          {'$', token_kind::dollar},      {'&', token_kind::ampersand},
        {'(', token_kind::paren_left},    {')', token_kind::paren_right}, {':', token_kind::colon},
        {'=', token_kind::equals},        {'@', token_kind::at},          {'[', token_kind::bracket_left},
        {']', token_kind::bracket_right}, {'{', token_kind::brace_left},  {'|', token_kind::pipe},
        {'}', token_kind::brace_right},
    };
    for (auto const& p : punctuators) {
        t[static_cast<unsigned char>(p.first)] = static_cast<std::uint8_t>(p.second);
    }
    return t;
}

inline constexpr lexical_classes first_classes = make_lexical_classes();

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_digit(char c) noexcept {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr std::size_t utf8_length(unsigned char lead) noexcept {
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

REFRACT_DECL std::uint32_t decode_utf8(char const* p) noexcept {
    auto const byte = [p](int i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(p[i])); };
    switch (utf8_length(static_cast<unsigned char>(*p))) {
    case 1: return byte(0);
    case 2: return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3: return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    default: return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    }
}

REFRACT_DECL void append_utf8(std::string& out, std::uint32_t point) {
    auto const put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        put(point);
        return;
    }
    if (point < 0x800) {
        put(0xC0U | point >> 6U);
    } else {
        if (point < 0x10000) {
            put(0xE0U | point >> 12U);
        } else {
            put(0xF0U | point >> 18U);
            put(0x80U | (point >> 12U & 0x3FU));
        }
        put(0x80U | (point >> 6U & 0x3FU));
    }
    put(0x80U | (point & 0x3FU));
}

/// A character for messages: `"x"`, `'"'`, `U+00DF`.
REFRACT_DECL std::string describe_character(std::uint32_t point) {
    if (point == '"') {
        return "'\"'";
    }
    if (point >= 0x20 && point <= 0x7E) {
        return {'"', static_cast<char>(point), '"'};
    }
    std::string digits;
    for (; point != 0 || digits.size() < 4; point >>= 4U) {
        digits.insert(digits.begin(), "0123456789ABCDEF"[point & 15U]);
    }
    return "U+" + digits;
}

/// Reads four hexadecimal digits. Negative if there are none.
REFRACT_DECL std::int32_t read_four_digits(char const* p, char const* end) noexcept {
    if (end - p < 4) {
        return -1;
    }
    std::int32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        auto const digit = hex_digit(p[i]);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

constexpr bool is_scalar_value(std::uint32_t point) noexcept {
    return point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
}

} // namespace detail

REFRACT_DECL std::string_view name(token_kind kind) noexcept {
    constexpr std::string_view names[] = {"<EOF>", "Name", "Int", "Float", "String", "BlockString", "!", "$", "&", "(",
                                          ")",     "...",  ":",   "=",     "@",      "[",           "]", "{", "|", "}"};
    return names[static_cast<std::size_t>(kind)];
}

REFRACT_DECL std::string describe(token const& t) {
    std::string text(name(t.kind));
    if (t.kind > token_kind::block_string) {
        return '"' + text + '"';
    }
    if (t.kind != token_kind::end_of_file) {
        text.append(" \"").append(t.text).append("\"");
    }
    return text;
}

REFRACT_DECL location locate(std::string_view text, std::size_t offset) noexcept {
    offset = std::min(offset, text.size());
    location at{1, 1, static_cast<std::uint32_t>(offset)};
    std::size_t line_start = 0;
    for (std::size_t i = 0; i < offset; ++i) {
        auto const is_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (text[i] == '\n' || (text[i] == '\r' && !is_pair)) {
            ++at.line;
            line_start = i + 1;
        }
    }
    at.column += static_cast<std::uint32_t>(count_utf16_units(text.substr(line_start, offset - line_start)));
    return at;
}

REFRACT_DECL bool lexer::fail(char const* p, std::string message) {
    error_ = {errc::syntax, "Syntax Error: " + std::move(message), locate(text(), offset(p))};
    return false;
}

/// Fails at a character: `before`, the character, a full stop.
REFRACT_DECL bool lexer::fail_character(char const* p, std::string_view before) {
    std::string message(before);
    message += p == end_ ? std::string("<EOF>") : detail::describe_character(detail::decode_utf8(p));
    return fail(p, message + ".");
}

REFRACT_DECL bool lexer::skip_byte_order_mark(char const*& p) noexcept {
    if (end_ - p < 3 || static_cast<unsigned char>(p[1]) != 0xBB || static_cast<unsigned char>(p[2]) != 0xBF) {
        return false;
    }
    p += 3;
    line_start_ += 2;
    return true;
}

REFRACT_DECL char const* lexer::skip_comment(char const* p) noexcept {
    for (; p != end_ && *p != '\n' && *p != '\r'; ++p) {
        count_wide(static_cast<unsigned char>(*p));
    }
    return p;
}

/// Fails at a byte that begins no token.
REFRACT_DECL bool lexer::fail_first_character(char const* p) {
    if (*p == '\'') {
        return fail(p, "Unexpected single quote character ('), did you mean to use a double quote (\")?");
    }
    return fail_character(p, "Unexpected character: ");
}

[[gnu::always_inline]] inline bool lexer::next() {
    auto const* p = next_;
    while (p != end_) {
        auto const kind = detail::first_classes[static_cast<unsigned char>(*p)];
        switch (kind) {
        case detail::class_line_feed:
            begin_line(++p);
            p = detail::scan::skip_spaces(p, end_);
            continue;
        case detail::class_blank: ++p; continue;
        case detail::class_carriage_return:
            p += is_at(p + 1, '\n') ? 2 : 1;
            begin_line(p);
            continue;
        case detail::class_comment: p = skip_comment(p); continue;
        case detail::class_byte_order_mark:
            if (!skip_byte_order_mark(p)) {
                return fail_first_character(p);
            }
            continue;
        case detail::class_name: {
            begin_token(p);
            auto const* const first = p;
            p = detail::scan::skip_name(p + 1, end_);
            token_.text = {first, static_cast<std::size_t>(p - first)};
            return end_token(token_kind::name, p);
        }
        case detail::class_number: begin_token(p); return read_number(p);
        case detail::class_quote:
            begin_token(p);
            return end_ - p >= 3 && p[1] == '"' && p[2] == '"' ? read_block_string(p) : read_string(p);
        case detail::class_dot:
            if (end_ - p < 3 || p[1] != '.' || p[2] != '.') {
                return fail_first_character(p);
            }
            begin_token(p);
            token_.text = {};
            return end_token(token_kind::spread, p + 3);
        case detail::class_other: return fail_first_character(p);
        default:
            begin_token(p);
            token_.text = {};
            return end_token(static_cast<token_kind>(kind), p + 1);
        }
    }
    begin_token(p);
    token_.text = {};
    return end_token(token_kind::end_of_file, p);
}

REFRACT_DECL bool lexer::advance() {
    return next();
}

/// Skips digits; null if there are none.
REFRACT_DECL char const* lexer::skip_digits(char const* p) const noexcept {
    if (p == end_ || !detail::is_digit(*p)) {
        return nullptr;
    }
    while (p != end_ && detail::is_digit(*p)) {
        ++p;
    }
    return p;
}

// IntValue :: -? (0 | [1-9][0-9]*)      FloatValue :: IntValue (. [0-9]+)? ((e | E) (+ | -)? [0-9]+)?
REFRACT_DECL bool lexer::read_number(char const* p) {
    constexpr std::string_view expected_digit = "Invalid number, expected digit but got: ";
    auto const* const first = p;
    auto kind = token_kind::integer;
    if (*p == '-') {
        ++p;
    }
    if (is_at(p, '0')) {
        ++p;
        if (p != end_ && detail::is_digit(*p)) {
            return fail_character(p, "Invalid number, unexpected digit after 0: ");
        }
    } else if (auto const* const end = skip_digits(p)) {
        p = end;
    } else {
        return fail_character(p, expected_digit);
    }
    if (is_at(p, '.')) {
        kind = token_kind::floating;
        auto const* const end = skip_digits(++p);
        if (end == nullptr) {
            return fail_character(p, expected_digit);
        }
        p = end;
    }
    if (is_at(p, 'e') || is_at(p, 'E')) {
        kind = token_kind::floating;
        ++p;
        if (is_at(p, '+') || is_at(p, '-')) {
            ++p;
        }
        auto const* const end = skip_digits(p);
        if (end == nullptr) {
            return fail_character(p, expected_digit);
        }
        p = end;
    }
    if (is_at(p, '.') || (p != end_ && detail::first_classes[static_cast<unsigned char>(*p)] == detail::class_name)) {
        return fail_character(p, expected_digit);
    }
    token_.text = {first, static_cast<std::size_t>(p - first)};
    return end_token(kind, p);
}

// StringValue :: " (SourceCharacter but not " or \ or LineTerminator, or an escape)* "
REFRACT_DECL bool lexer::read_string(char const* p) {
    auto const* const first = ++p;
    for (; (p = detail::scan::skip_plain(p, end_)) != end_; ++p) {
        auto const c = static_cast<unsigned char>(*p);
        if (c == '"') {
            token_.text = {first, static_cast<std::size_t>(p - first)};
            return end_token(token_kind::string, p + 1);
        }
        if (c == '\\') {
            return read_escaped_string(first, p);
        }
        if (c < 0x80) {
            break;
        }
        count_wide(c);
    }
    if (p == end_ || *p == '\n' || *p == '\r') {
        return fail(p, "Unterminated string.");
    }
    return fail_character(p, "Invalid character within String: ");
}

/// Goes on with a string that starts at `first` and has its first escape at `p`.
REFRACT_DECL bool lexer::read_escaped_string(char const* first, char const* p) {
    decoded_.assign(first, p);
    while (p != end_) {
        auto const c = static_cast<unsigned char>(*p);
        if (c == '"') {
            token_.text = nodes_->copy(std::string_view(decoded_));
            return end_token(token_kind::string, p + 1);
        }
        if (c == '\\') {
            if (!read_escape(p)) {
                return false;
            }
            continue;
        }
        if (c < 0x80 && !detail::is_plain_in_string(*p)) {
            break;
        }
        count_wide(c);
        decoded_ += *p++;
    }
    if (p == end_ || *p == '\n' || *p == '\r') {
        return fail(p, "Unterminated string.");
    }
    return fail_character(p, "Invalid character within String: ");
}

/// Fails at an escape; the message shows `units` UTF-16 code units of it.
REFRACT_DECL bool lexer::fail_escape(char const* p, std::string_view kind, std::size_t units) {
    auto const* end = p;
    while (end != end_ && units > 0) {
        auto const length = detail::utf8_length(static_cast<unsigned char>(*end));
        units -= std::min<std::size_t>(units, length == 4 ? 2 : 1);
        end += length;
    }
    std::string message("Invalid ");
    message.append(kind).append(" escape sequence: \"").append(p, end).append("\".");
    return fail(p, std::move(message));
}

REFRACT_DECL bool lexer::read_escape(char const*& p) {
    constexpr std::string_view written = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    if (is_at(p + 1, 'u')) {
        return is_at(p + 2, '{') ? read_braced_escape(p) : read_unicode_escape(p);
    }
    auto const index = p + 1 == end_ ? std::string_view::npos : written.find(p[1]);
    if (index == std::string_view::npos) {
        return fail_escape(p, "character", 2);
    }
    decoded_ += meant[index];
    p += 2;
    return true;
}

// \uXXXX, or two of them that are a surrogate pair
REFRACT_DECL bool lexer::read_unicode_escape(char const*& p) {
    auto const code = detail::read_four_digits(p + 2, end_);
    if (code >= 0 && detail::is_scalar_value(static_cast<std::uint32_t>(code))) {
        detail::append_utf8(decoded_, static_cast<std::uint32_t>(code));
        p += 6;
        return true;
    }
    if (code >= 0xD800 && code <= 0xDBFF && end_ - p >= 12 && p[6] == '\\' && p[7] == 'u') {
        auto const low = detail::read_four_digits(p + 8, end_);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            auto const point = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            detail::append_utf8(decoded_, static_cast<std::uint32_t>(point));
            p += 12;
            return true;
        }
    }
    return fail_escape(p, "Unicode", 6);
}

// \u{X...}: at most eight digits
REFRACT_DECL bool lexer::read_braced_escape(char const*& p) {
    std::uint32_t point = 0;
    std::size_t size = 3;
    while (size < 12) {
        if (p + size >= end_) {
            ++size;
            break;
        }
        auto const c = p[size++];
        if (c == '}') {
            if (size < 5 || !detail::is_scalar_value(point)) {
                break;
            }
            detail::append_utf8(decoded_, point);
            p += size;
            return true;
        }
        auto const digit = detail::hex_digit(c);
        point = point << 4U | static_cast<std::uint32_t>(digit);
        if (digit < 0 || point > 0x7FFFFFFFU) {
            break;
        }
    }
    return fail_escape(p, "Unicode", size);
}

// BlockString :: """ (SourceCharacter but not """ or \""", or \""")* """
REFRACT_DECL bool lexer::read_block_string(char const* p) {
    p += 3;
    auto const* const first = p;
    auto is_plain = true; // one line without escapes
    while ((p = detail::scan::skip_plain(p, end_)) != end_) {
        auto const c = static_cast<unsigned char>(*p);
        if (c == '"') {
            if (end_ - p >= 3 && p[1] == '"' && p[2] == '"') {
                set_block_value({first, static_cast<std::size_t>(p - first)}, is_plain);
                return end_token(token_kind::block_string, p + 3);
            }
            ++p;
        } else if (c == '\\') {
            auto const is_escape = end_ - p >= 4 && p[1] == '"' && p[2] == '"' && p[3] == '"';
            is_plain = is_plain && !is_escape;
            p += is_escape ? 4 : 1;
        } else if (c == '\n' || c == '\r') {
            is_plain = false;
            p += c == '\r' && is_at(p + 1, '\n') ? 2 : 1;
            begin_line(p);
        } else if (c < 0x80) {
            return fail_character(p, "Invalid character within String: ");
        } else {
            count_wide(c);
            ++p;
        }
    }
    return fail(p, "Unterminated string.");
}

REFRACT_DECL void lexer::set_block_value(std::string_view raw, bool plain) {
    if (plain) {
        token_.text = raw.find_first_not_of(" \t") == std::string_view::npos ? std::string_view{} : raw;
        return;
    }
    auto* const to = static_cast<char*>(nodes_->allocate(raw.size(), 1));
    token_.text = {to, block_string_value(raw, to)};
}

} // namespace refract::graphql
