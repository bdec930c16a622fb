#pragma once

#include <refract/http/query.hpp>

#include <charconv>

namespace refract::http {

namespace detail {

REFRACT_DECL std::optional<std::string> decode_form(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        unsigned char byte = 0;
        auto const digits = text.substr(i + 1, 2);
        auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || read.ptr != digits.data() + 2) {
            return std::nullopt;
        }
        out += static_cast<char>(byte);
        i += 2;
    }
    return out;
}

} // namespace detail

REFRACT_DECL std::optional<query_parameters> parse_query(std::string_view target) {
    query_parameters out;
    target = target.substr(0, target.find('#'));
    auto const mark = target.find('?');
    std::string_view rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!rest.empty()) {
        auto const piece = rest.substr(0, rest.find('&'));
        rest.remove_prefix(piece.size() < rest.size() ? piece.size() + 1 : piece.size());
        if (piece.empty()) {
            continue;
        }
        auto const equals = piece.find('=');
        auto name = detail::decode_form(piece.substr(0, equals));
        auto value = detail::decode_form(equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1));
        if (!name || !value) {
            return std::nullopt;
        }
        out.emplace_back(std::move(*name), std::move(*value));
    }
    return out;
}

} // namespace refract::http
