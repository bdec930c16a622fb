// JSON text written piece by piece into one string, with a check of the room per value instead of per byte.
// See: core/text.hpp and core/number.hpp, which say what the pieces look like.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace refract {

namespace detail {

/// Whether one of eight bytes must be escaped in a JSON string: below 0x20, `"` or `\`.
/// Source: Sean Eron Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n"
inline bool has_escape(std::uint64_t eight) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    auto const has_zero = [](std::uint64_t v) { return (v - ones) & ~v & highs; };
    auto const below_space = (eight - ones * 0x20U) & ~eight & highs;
    return (below_space | has_zero(eight ^ (ones * '"')) | has_zero(eight ^ (ones * '\\'))) != 0;
}

inline bool must_escape(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

inline constexpr char two_digits[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748"
                                     "4950515253545556575859606162636465666768697071727374757677787980818283848586878889909192939495969798"
                                     "99";

inline unsigned digit_count(std::uint64_t number) noexcept {
    unsigned count = 1;
    for (;; number /= 10'000, count += 4) {
        if (number < 100) {
            return number < 10 ? count : count + 1;
        }
        if (number < 10'000) {
            return number < 1'000 ? count + 2 : count + 3;
        }
    }
}

/// Copies eight bytes; true if one of them must be escaped.
inline bool copy_8(char* to, char const* from) noexcept {
    std::uint64_t eight;
    std::memcpy(&eight, from, 8);
    std::memcpy(to, &eight, 8);
    return has_escape(eight);
}

/// Copies sixteen bytes; true if one of them must be escaped. Vector instructions wherever there are some.
inline bool copy_16(char* to, char const* from) noexcept {
    using bytes_16 [[gnu::vector_size(16)]] = unsigned char;
    bytes_16 bytes;
    std::memcpy(&bytes, from, 16);
    std::memcpy(to, &bytes, 16);
    auto const escape = (bytes < 0x20) | (bytes == '"') | (bytes == '\\');
    std::uint64_t halves[2];
    std::memcpy(halves, &escape, 16);
    return (halves[0] | halves[1]) != 0;
}

} // namespace detail

/// Appends to a string, which is longer than what was written until finish().
///
/// Cost: amortised constant per byte; no allocation while there is room.
class json_buffer {
public:
    /// Writes behind what `out` holds. `out` must not be touched until finish().
    explicit json_buffer(std::string& out) : out_(out) { resume(); }
    json_buffer(json_buffer const&) = delete;
    json_buffer& operator=(json_buffer const&) = delete;
    ~json_buffer() { finish(); }

    /// Cuts the string down to what was written, and lets it be touched.
    void finish() noexcept {
        out_.resize(size());
        end_ = at_;
    }
    /// Goes on behind what the string holds now.
    void resume() noexcept { at_ = end_ = out_.data() + out_.size(); }

    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - out_.data()); }
    [[nodiscard]] std::string_view written(std::size_t from) const noexcept { return {out_.data() + from, size() - from}; }
    /// Forgets what was written behind `size`.
    void shrink(std::size_t size) noexcept { at_ = out_.data() + size; }
    /// Makes room for `bytes` more at once.
    void reserve(std::size_t bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes) {
            grow(bytes);
        }
    }

    void raw(char c) {
        *room(1) = c;
        ++at_;
    }

    /// Text that is JSON already.
    void raw(std::string_view text) {
        auto const size = text.size();
        char* const to = room(size);
        // Keys and words are short: two copies that overlap are done before memcpy would have begun.
        if (size >= 8 && size <= 16) {
            std::memcpy(to, text.data(), 8);
            std::memcpy(to + size - 8, text.data() + size - 8, 8);
        } else if (size >= 4 && size < 8) {
            std::memcpy(to, text.data(), 4);
            std::memcpy(to + size - 4, text.data() + size - 4, 4);
        } else {
            std::memcpy(to, text.data(), size);
        }
        at_ += size;
    }

    /// Replaces the character written last.
    void replace_last(char c) noexcept { at_[-1] = c; }

    void integer(std::int64_t number) {
        auto rest = static_cast<std::uint64_t>(number);
        char* to = room(20);
        if (number < 0) {
            *to++ = '-';
            rest = 0U - rest;
        }
        auto const size = detail::digit_count(rest);
        at_ = to + size;
        for (to = at_; rest >= 100; rest /= 100) {
            to -= 2;
            std::memcpy(to, detail::two_digits + 2 * (rest % 100), 2);
        }
        if (rest >= 10) {
            std::memcpy(to - 2, detail::two_digits + 2 * rest, 2);
        } else {
            to[-1] = static_cast<char>('0' + rest);
        }
    }

    /// As append_json_string().
    void text(std::string_view utf8) {
        char* const to = room(utf8.size() + 2);
        *to = '"';
        if (copied(to + 1, utf8)) {
            to[utf8.size() + 1] = '"';
            at_ += utf8.size() + 2;
        } else {
            escaped(utf8);
        }
    }

    /// As append_json_number().
    REFRACT_DECL void number(double d);

    /// A date-time in quotes, as append_date_time().
    REFRACT_DECL void date_time(std::int64_t milliseconds);

    /// Room for `bytes` more, to be written to directly; written() ends there after advance().
    [[nodiscard]] char* room(std::size_t bytes) {
        reserve(bytes);
        return at_;
    }
    void advance(std::size_t bytes) noexcept { at_ += bytes; }

private:
    /// Copies; false if something of it must be escaped.
    static bool copied(char* to, std::string_view from) noexcept {
        auto const size = from.size();
        if (size >= 16) {
            auto const last = size - 16;
            bool escape = detail::copy_16(to + last, from.data() + last);
            for (std::size_t i = 0; i < last; i += 16) {
                escape = detail::copy_16(to + i, from.data() + i) || escape;
            }
            return !escape;
        }
        if (size >= 8) {
            bool const escape = detail::copy_8(to, from.data());
            return !detail::copy_8(to + size - 8, from.data() + size - 8) && !escape;
        }
        bool escape = false;
        for (std::size_t i = 0; i < size; ++i) {
            to[i] = from[i];
            escape = escape || detail::must_escape(from[i]);
        }
        return !escape;
    }

    REFRACT_DECL void escaped(std::string_view utf8);
    REFRACT_DECL void grow(std::size_t bytes);

    std::string& out_;
    char* at_ = nullptr;  ///< where the next byte goes
    char* end_ = nullptr; ///< of the string
};

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/json_buffer.ipp>
#endif
