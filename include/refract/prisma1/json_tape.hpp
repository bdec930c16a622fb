// JSON from outside, taken apart in one pass: a flat list of its values, no tree.
// See: prisma1/json_text.hpp for a tree of it.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

enum class json_kind : std::uint8_t {
    null,
    boolean,
    integer,
    natural,  ///< an integer beyond those of 64 bits with a sign: in `natural`
    floating,
    string,
    list,
    object,   ///< its members follow: each a string, the name, and a value
};

/// One value. What is in a list or an object comes right after it.
struct json_item {
    json_kind kind = json_kind::null;
    bool boolean = false;
    std::uint32_t size = 1;   ///< this item and all that are inside it: where the next one begins
    union {
        std::int64_t integer = 0;
        std::uint64_t natural;
        double floating;
    };
    std::string_view text{};  ///< of a string, unescaped; of a `floating` that was sent as append_json_number() writes it, as it was sent
};

namespace detail {
class tape_writer;
class tape_reader;
}

/// The values of one JSON text, in its order. Refers to the text; what had escapes is kept here.
class json_tape {
public:
    json_tape() = default;
    json_tape(json_tape const&) = delete;
    json_tape& operator=(json_tape const&) = delete;

    /// Takes a text apart.
    ///
    /// Errors: errc::invalid_json (no JSON, or a number beyond those of a double, which would be read as infinity),
    /// errc::limit_exceeded (`max_json_depth`, `max_json_values`); the tape is good for nothing then.
    /// Cost: linear; one allocation, and one for strings with escapes. Boost.JSON reads what is rare, and says what is wrong: its calls
    /// for each value and each piece of a string take three times as long (a body of 600 bytes: 13,300 instructions).
    REFRACT_DECL result<void> parse(std::string_view text, limits const& bounds);

    [[nodiscard]] json_item const& operator[](std::size_t at) const noexcept { return items_[at]; }
    [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

    /// The position of a member's value in the object at `object`, the last one of that name; 0 if there is none.
    [[nodiscard]] REFRACT_DECL std::size_t find(std::size_t object, std::string_view name) const noexcept;

private:
    friend class detail::tape_writer;
    friend class detail::tape_reader;

    std::vector<json_item> items_{};
    std::forward_list<std::string> unescaped_{};
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/json_tape.ipp>
#endif
