#pragma once

#include <refract/graphql/violation.hpp>

#include <algorithm>
#include <utility>

namespace refract::graphql {

namespace detail {

/// The whole line around a byte of the text, without its line break.
REFRACT_DECL std::string_view source_line(std::string_view text, std::uint32_t offset) {
    auto begin = std::min<std::size_t>(offset, text.size());
    auto end = begin;
    while (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r') {
        --begin;
    }
    while (end < text.size() && text[end] != '\n' && text[end] != '\r') {
        ++end;
    }
    return text.substr(begin, end - begin);
}

REFRACT_DECL void append_excerpt(std::string& message, std::string_view text, location at) {
    message += " (line " + std::to_string(at.line) + ", column " + std::to_string(at.column) + ")";
    auto const line = source_line(text, at.offset);
    if (message.size() + 2 * line.size() > max_message_bytes) {
        return;
    }
    message += ":\n";
    message += line;
    message += '\n';
    message.append(at.column - 1, ' ');
    message += '^';
}

} // namespace detail

REFRACT_DECL violation make_violation(message_style style, std::string_view text, std::string message,
                                      std::vector<location> locations) {
    if (message.size() > max_message_bytes) {
        message.resize(max_message_bytes);
        while (!message.empty() && (static_cast<unsigned char>(message.back()) & 0x80U) != 0) {
            message.pop_back(); // no half of a character at the end
        }
        message += "...";
    }
    std::vector<location> unique;
    for (auto const& l : locations) {
        if (unique.size() == max_locations) {
            break;
        }
        if (style == message_style::graphql_js || std::find(unique.begin(), unique.end(), l) == unique.end()) {
            unique.push_back(l);
        }
    }
    if (style == message_style::sangria && !text.empty()) {
        auto first = true;
        for (auto const& l : unique) {
            if (!first) {
                message += '\n';
            }
            first = false;
            detail::append_excerpt(message, text, l);
        }
    }
    return {std::move(message), std::move(unique)};
}

} // namespace refract::graphql
