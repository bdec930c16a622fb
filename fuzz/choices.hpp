// A fuzzer's bytes as a row of decisions, for targets that make something of a known shape out of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace refract_fuzz {

/// Takes one decision after the other. When the bytes are used up every decision is the first one.
class choices {
public:
    choices(std::uint8_t const* data, std::size_t size) : next_(data), end_(data + size) {}

    [[nodiscard]] bool used_up() const noexcept { return next_ == end_; }

    std::uint8_t byte() noexcept { return used_up() ? std::uint8_t{0} : *next_++; }

    /// 0 to n - 1. Shape: n is 1 to 256.
    std::size_t below(std::size_t n) noexcept { return byte() % n; }

    /// True `times` times of 256. False once the bytes are used up.
    bool sometimes(unsigned times) noexcept { return 255U - byte() < times; }

    template <class T, std::size_t N> T const& of(T const (&list)[N]) noexcept { return list[below(N)]; }
    template <class List> auto const& of(List const& list) noexcept { return list[below(list.size())]; }

    /// The bytes up to the next NUL, at most `max`.
    std::string text(std::size_t max) {
        std::string out;
        while (out.size() < max && !used_up() && *next_ != 0) {
            out += static_cast<char>(*next_++);
        }
        if (!used_up() && *next_ == 0) {
            ++next_;
        }
        return out;
    }

private:
    std::uint8_t const* next_;
    std::uint8_t const* end_;
};

} // namespace refract_fuzz
