#pragma once

#include <refract/core/text.hpp>

#include <algorithm>

namespace refract {

namespace detail {

REFRACT_DECL char lower_letter(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

REFRACT_DECL char upper_letter(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

REFRACT_DECL void append_json_escape(std::string& out, char c) {
    constexpr char const* digits = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\t': out += "\\t"; return;
    case '\r': out += "\\r"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    default: break;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
}

} // namespace detail

REFRACT_DECL void append_json_string(std::string& out, std::string_view utf8) {
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        char const c = utf8[at];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') {
            continue;
        }
        out.append(utf8.data() + copied, at - copied);
        detail::append_json_escape(out, c);
        copied = at + 1;
    }
    out.append(utf8.data() + copied, utf8.size() - copied);
    out += '"';
}

REFRACT_DECL std::string json_string(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size() + 2);
    append_json_string(out, utf8);
    return out;
}

REFRACT_DECL std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = detail::lower_letter(c);
    }
    return out;
}

REFRACT_DECL std::string ascii_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = detail::upper_letter(c);
    }
    return out;
}

REFRACT_DECL bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) {
        return false;
    }
    if (left == right) {
        return true; // most often, and faster
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
        auto const a = static_cast<unsigned char>(left[i]);
        auto const b = static_cast<unsigned char>(right[i]);
        // Letters differ in one bit only if they are the same in another case.
        if (a != b && ((a ^ b) != 0x20U || (a | 0x20U) < 'a' || (a | 0x20U) > 'z')) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL std::string capitalized(std::string_view text) {
    std::string out(text);
    if (!out.empty()) {
        out.front() = detail::upper_letter(out.front());
    }
    return out;
}

REFRACT_DECL std::string uncapitalized(std::string_view text) {
    std::string out(text);
    if (!out.empty()) {
        out.front() = detail::lower_letter(out.front());
    }
    return out;
}

REFRACT_DECL std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blank = " \t\r\n";
    auto const first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

REFRACT_DECL std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t start = 0;
    for (;;) {
        auto const end = text.find(separator, start);
        if (end == std::string_view::npos) {
            parts.push_back(text.substr(start));
            return parts;
        }
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
}

REFRACT_DECL std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = i;
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            std::size_t const replaced = diagonal + (left[i - 1] == right[j - 1] ? 0U : 1U);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

} // namespace refract
