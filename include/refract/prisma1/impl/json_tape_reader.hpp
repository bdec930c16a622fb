// JSON as clients send it, read in one pass onto a tape.
// See: prisma1/json_tape.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/prisma1/json_tape.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace refract::prisma1::detail {

/// Reads what is plain: no halves of a surrogate pair, no integers of more than 18 digits, no exponents of more than 3, no more levels
/// than allowed.
class tape_reader {
public:
    tape_reader(json_tape& to, std::string_view text, limits const& bounds)
        : to_(to), at_(text.data()), end_(text.data() + text.size()), levels_(bounds.max_json_depth) {}

    /// True: all of the text is on the tape, as Boost.JSON would have it. False: it is for Boost.JSON to read, or to say what is wrong.
    [[nodiscard]] REFRACT_DECL bool read();

private:
    [[nodiscard]] REFRACT_DECL bool value();
    [[nodiscard]] REFRACT_DECL bool container(json_kind kind, char bracket);
    [[nodiscard]] REFRACT_DECL bool string();
    [[nodiscard]] REFRACT_DECL bool escaped_string(char const* start);
    [[nodiscard]] REFRACT_DECL bool escape(std::string& out);
    [[nodiscard]] REFRACT_DECL bool number();
    [[nodiscard]] REFRACT_DECL bool fraction(char const* start, char const* digits);
    [[nodiscard]] REFRACT_DECL bool word(std::string_view expected, json_kind kind, bool truth = false);
    /// Goes to the next `"`, `\` or control character; notes whether there were others than ASCII before it.
    REFRACT_DECL void skip_plain() noexcept;

    void skip_space() noexcept {
        while (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ' && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
            ++at_;
        }
    }

    /// Whether this character comes next, behind space; then it is passed.
    bool accept(char c) noexcept {
        skip_space();
        bool const found = at_ != end_ && *at_ == c;
        at_ += found ? 1 : 0;
        return found;
    }

    void skip_digits() noexcept {
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9') {
            ++at_;
        }
    }

    json_item& add(json_kind kind) {
        auto& item = to_.items_.emplace_back();
        item.kind = kind;
        return item;
    }

    json_tape& to_;
    char const* at_;
    char const* end_;
    std::size_t levels_;            ///< that may still be opened
    bool beyond_ascii_ = false;
    std::string* unescaped_ = nullptr; ///< has room for all strings with escapes: it never moves
};

} // namespace refract::prisma1::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/json_tape_reader.ipp>
#endif
