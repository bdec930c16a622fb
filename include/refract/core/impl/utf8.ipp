#pragma once

#include <refract/core/utf8.hpp>

#include <cstdint>
#include <cstring>

namespace refract {

namespace detail {

/// The bytes of the well-formed sequence at the front of `text` (not empty), or 0.
REFRACT_DECL std::size_t utf8_sequence_length(std::string_view text) noexcept {
    auto const byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80U; };
    unsigned char const lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return continues(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!continues(1) || !continues(2)) {
            return 0;
        }
        bool const overlong = lead == 0xE0 && byte(1) < 0xA0;
        bool const surrogate = lead == 0xED && byte(1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!continues(1) || !continues(2) || !continues(3)) {
            return 0;
        }
        bool const overlong = lead == 0xF0 && byte(1) < 0x90;
        bool const too_large = lead == 0xF4 && byte(1) > 0x8F;
        return overlong || too_large ? 0 : 4;
    }
    return 0;
}

} // namespace detail

REFRACT_DECL bool is_valid_utf8(std::string_view text) noexcept {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t at = 0;
    while (at < text.size()) {
        while (at + sizeof(std::uint64_t) <= text.size()) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, sizeof word);
            if ((word & high_bits) != 0) {
                break;
            }
            at += sizeof word;
        }
        if (at == text.size()) {
            break;
        }
        std::size_t const length = detail::utf8_sequence_length(text.substr(at));
        if (length == 0) {
            return false;
        }
        at += length;
    }
    return true;
}

REFRACT_DECL std::size_t count_code_points(std::string_view utf8) noexcept {
    std::size_t count = 0;
    for (char const c : utf8) {
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    }
    return count;
}

REFRACT_DECL std::size_t count_utf16_units(std::string_view utf8) noexcept {
    std::size_t count = 0;
    for (char const c : utf8) {
        auto const byte = static_cast<unsigned char>(c);
        // A character of four bytes is above U+FFFF: two UTF-16 units.
        count += (byte & 0xC0U) == 0x80U ? 0U : (byte >= 0xF0U ? 2U : 1U);
    }
    return count;
}

} // namespace refract
