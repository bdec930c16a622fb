#pragma once

#include <refract/core/utf8.hpp>
#include <refract/graphql/block_string.hpp>

#include <algorithm>
#include <limits>

namespace refract::graphql {

namespace detail {

/// Cuts the first line off `text`; LF, CR and CR LF end a line. False if nothing is left; then `text.data()` is null.
REFRACT_DECL bool next_line(std::string_view& text, std::string_view& line) noexcept {
    if (text.data() == nullptr) {
        return false;
    }
    auto const end = text.find_first_of("\r\n");
    if (end == std::string_view::npos) {
        line = text;
        text = {};
        return true;
    }
    line = text.substr(0, end);
    auto const is_pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (is_pair ? 2 : 1));
    return true;
}

REFRACT_DECL std::size_t leading_blanks(std::string_view line) noexcept {
    auto const at = line.find_first_not_of(" \t");
    return at == std::string_view::npos ? line.size() : at;
}

/// Copies a line, turning `\"""` into `"""`.
REFRACT_DECL char* copy_block_line(std::string_view line, char* out) noexcept {
    while (true) {
        auto const at = line.find("\\\"\"\"");
        out = std::copy_n(line.data(), std::min(at, line.size()), out);
        if (at == std::string_view::npos) {
            return out;
        }
        out = std::copy_n("\"\"\"", 3, out);
        line.remove_prefix(at + 4);
    }
}

REFRACT_DECL bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

} // namespace detail

REFRACT_DECL std::size_t block_string_value(std::string_view raw, char* out) noexcept {
    if (raw.empty()) {
        return 0;
    }
    auto indent = std::numeric_limits<std::size_t>::max();
    std::size_t first = 0;
    std::size_t last = 0; // one past the last line that is not blank
    std::size_t number = 0;
    std::string_view line;
    for (auto rest = raw; detail::next_line(rest, line); ++number) {
        auto const blanks = detail::leading_blanks(line);
        if (blanks == line.size()) {
            continue;
        }
        if (last == 0) {
            first = number;
        }
        last = number + 1;
        if (number != 0) {
            indent = std::min(indent, blanks);
        }
    }
    auto* to = out;
    number = 0;
    for (auto rest = raw; number < last && detail::next_line(rest, line); ++number) {
        if (number < first) {
            continue;
        }
        if (number != first) {
            *to++ = '\n';
        }
        if (number != 0) {
            line.remove_prefix(std::min(indent, line.size()));
        }
        to = detail::copy_block_line(line, to);
    }
    return static_cast<std::size_t>(to - out);
}

REFRACT_DECL std::string block_string_value(std::string_view raw) {
    std::string value(raw.size(), '\0');
    value.resize(block_string_value(raw, value.data()));
    return value;
}

REFRACT_DECL bool is_printable_as_block_string(std::string_view value) noexcept {
    if (value.empty()) {
        return true;
    }
    auto is_line_empty = true;
    auto has_indent = false;
    auto has_common_indent = true;
    auto seen_text = false;
    for (auto const c : value) {
        if (c == '\n') {
            if (is_line_empty && !seen_text) {
                return false; // a leading empty line
            }
            seen_text = true;
            is_line_empty = true;
            has_indent = false;
        } else if (detail::is_blank(c)) {
            has_indent = has_indent || is_line_empty;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            return false;
        } else {
            has_common_indent = has_common_indent && has_indent;
            is_line_empty = false;
        }
    }
    if (is_line_empty) {
        return false; // trailing empty line
    }
    return !(has_common_indent && seen_text);
}

REFRACT_DECL void append_block_string(std::string& out, std::string_view value) {
    constexpr std::size_t long_line = 70; // UTF-16 code units, as graphql-js 16
    auto const is_single_line = value.find('\n') == std::string_view::npos;
    auto is_indented = !is_single_line; // every line but the first is empty or starts with a blank
    for (auto at = value.find('\n'); at != std::string_view::npos && is_indented; at = value.find('\n', at + 1)) {
        is_indented = at + 1 == value.size() || value[at + 1] == '\n' || detail::is_blank(value[at + 1]);
    }
    auto const ends_with = [&](std::string_view tail) {
        return value.size() >= tail.size() && value.substr(value.size() - tail.size()) == tail;
    };
    auto const multiple_lines = !is_single_line || ends_with("\"") || ends_with("\\") || count_utf16_units(value) > long_line;
    auto const starts_blank = is_single_line && !value.empty() && detail::is_blank(value.front());

    out += "\"\"\"";
    if ((multiple_lines && !starts_blank) || is_indented) {
        out += '\n';
    }
    while (true) {
        auto const at = value.find("\"\"\"");
        out += value.substr(0, at);
        if (at == std::string_view::npos) {
            break;
        }
        out += "\\\"\"\"";
        value.remove_prefix(at + 3);
    }
    if (multiple_lines) {
        out += '\n';
    }
    out += "\"\"\"";
}

} // namespace refract::graphql
