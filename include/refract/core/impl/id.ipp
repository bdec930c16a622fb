#pragma once

#include <refract/core/id.hpp>
#include <refract/core/time.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <random>

namespace refract {

namespace detail {

/// 64 bits of the system's entropy.
REFRACT_DECL std::uint64_t random_bits() {
    thread_local std::random_device device;
    std::uint64_t const high = device();
    return (high << 32U) | device();
}

/// The next of a fast sequence, seeded once per thread from the system: for uniqueness, not for secrets.
/// Source: splitmix64, https://prng.di.unimi.it/splitmix64.c
REFRACT_DECL std::uint64_t next_random() {
    thread_local std::uint64_t state = random_bits();
    state += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
}

/// The last `width` base-36 digits of `value`.
REFRACT_DECL void append_base36(std::string& out, std::uint64_t value, std::size_t width) {
    constexpr char const* digits = "0123456789abcdefghijklmnopqrstuvwxyz";
    out.append(width, '0');
    for (std::size_t i = 1; i <= width; ++i) {
        out[out.size() - i] = digits[value % 36];
        value /= 36;
    }
}

REFRACT_DECL void append_hex(std::string& out, std::uint64_t value, unsigned digits) {
    constexpr char const* hex = "0123456789abcdef";
    for (unsigned i = digits; i > 0; --i) {
        out += hex[(value >> (4 * (i - 1))) & 0xFU];
    }
}

REFRACT_DECL std::string uuid_text(std::uint64_t high, std::uint64_t low) {
    std::string out;
    out.reserve(36);
    append_hex(out, high >> 32U, 8);
    out += '-';
    append_hex(out, high >> 16U, 4);
    out += '-';
    append_hex(out, high, 4);
    out += '-';
    append_hex(out, low >> 48U, 4);
    out += '-';
    append_hex(out, low, 12);
    return out;
}

/// Hexadecimal digits as a non-negative 64-bit integer, as java.lang.Long.decode reads them.
REFRACT_DECL bool decode_hex(std::string_view text, std::uint64_t& value) noexcept {
    value = 0;
    for (char const c : text) {
        unsigned digit = 0;
        if (c >= '0' && c <= '9') {
            digit = static_cast<unsigned>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<unsigned>(c - 'a') + 10U;
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<unsigned>(c - 'A') + 10U;
        } else {
            return false;
        }
        if ((value >> 59U) != 0) {
            return false;
        }
        value = (value << 4U) | digit;
    }
    return !text.empty();
}

} // namespace detail

REFRACT_DECL void append_cuid(std::string& out) {
    constexpr std::uint64_t block = 36ULL * 36 * 36 * 36;
    static std::atomic<std::uint64_t> counter{detail::random_bits() % block};
    static std::uint64_t const fingerprint = detail::random_bits() % block;
    out += 'c';
    detail::append_base36(out, static_cast<std::uint64_t>(now_ms()), 8);
    detail::append_base36(out, counter.fetch_add(1, std::memory_order_relaxed), 4);
    detail::append_base36(out, fingerprint, 4);
    detail::append_base36(out, detail::next_random(), 8);
}

REFRACT_DECL std::string new_cuid() {
    std::string out;
    out.reserve(25);
    append_cuid(out);
    return out;
}

REFRACT_DECL std::string new_uuid() {
    constexpr std::uint64_t version_mask = 0xF000U;
    std::uint64_t const high = (detail::random_bits() & ~version_mask) | 0x4000U;
    std::uint64_t const low = (detail::random_bits() & ~(3ULL << 62U)) | (2ULL << 62U);
    return detail::uuid_text(high, low);
}

REFRACT_DECL result<std::string> parse_uuid(std::string_view text) {
    // java.lang.String.split drops empty parts at the end.
    while (!text.empty() && text.back() == '-') {
        text.remove_suffix(1);
    }
    std::uint64_t groups[5]{};
    std::size_t count = 0;
    bool valid = true;
    for (bool more = true; valid && more; ++count) {
        auto const end = text.find('-');
        more = end != std::string_view::npos;
        valid = count < 5 && detail::decode_hex(text.substr(0, end), groups[count]);
        text.remove_prefix(more ? end + 1 : text.size());
    }
    if (!valid || count != 5) {
        return error{errc::invalid_id, "Not a UUID.", {}};
    }
    std::uint64_t const high = (((groups[0] << 16U) | groups[1]) << 16U) | groups[2];
    std::uint64_t const low = (groups[3] << 48U) | groups[4];
    return detail::uuid_text(high, low);
}

} // namespace refract
