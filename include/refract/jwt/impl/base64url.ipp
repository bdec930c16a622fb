#pragma once

#include <refract/jwt/base64url.hpp>

#include <cstdint>

namespace refract::jwt {

namespace detail {

/// The value of one base64url digit, or 64.
REFRACT_DECL std::uint32_t base64url_digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') {
        return static_cast<std::uint32_t>(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return static_cast<std::uint32_t>(c - 'a') + 26U;
    }
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint32_t>(c - '0') + 52U;
    }
    return c == '-' ? 62U : (c == '_' ? 63U : 64U);
}

REFRACT_DECL error not_base64url(std::size_t offset) {
    auto const at = static_cast<std::uint32_t>(offset);
    return error{errc::malformed_token, "The text is not base64url.", location{1, at + 1, at}};
}

} // namespace detail

REFRACT_DECL std::string encode_base64url(std::string_view bytes) {
    constexpr char const* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    out.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (char const c : bytes) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(c);
        for (bits += 8; bits >= 6; bits -= 6) {
            out += digits[(buffer >> (bits - 6)) & 63U];
        }
    }
    if (bits > 0) {
        out += digits[(buffer << (6 - bits)) & 63U];
    }
    return out;
}

REFRACT_DECL result<std::string> decode_base64url(std::string_view text) {
    if (text.size() % 4 == 1) {
        return detail::not_base64url(text.size());
    }
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t buffer = 0;
    unsigned bits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        std::uint32_t const digit = detail::base64url_digit(text[at]);
        if (digit == 64) {
            return detail::not_base64url(at);
        }
        buffer = (buffer << 6U) | digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out += static_cast<char>((buffer >> bits) & 0xFFU);
        }
    }
    if ((buffer & ((1U << bits) - 1U)) != 0) {
        return detail::not_base64url(text.size() - 1);
    }
    return out;
}

} // namespace refract::jwt
