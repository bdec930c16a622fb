// Messages of PostgreSQL's protocol 3.0: read in place and written into a buffer. No I/O, nothing kept.
// See: postgres/session.hpp, which sends and receives them; postgres/README.md, why libpq does not.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/json_buffer.hpp>

#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace refract::postgres::detail {

/// The largest message a server can have a reason to send: no value is larger than 1 GiB.
/// Source: PostgreSQL 15, src/include/utils/memutils.h, MaxAllocSize
inline constexpr std::size_t max_message_bytes = (1U << 30U) + (1U << 20U);

/// One message of the server. `body` refers to the bytes it was found in, without type and length.
struct message {
    char type = 0;
    std::string_view body{};
};

enum class framing : std::uint8_t {
    complete,
    incomplete, ///< more bytes are needed
    invalid     ///< a length that can't be: the stream makes no sense any more
};

/// The first message of `bytes`.
///
/// Grammar: Byte1(type) Int32(length, itself included) Byte(length - 4)
/// Source: PostgreSQL 15, 55.7 Message Formats  https://www.postgresql.org/docs/15/protocol-message-formats.html
[[nodiscard]] REFRACT_DECL framing next_message(std::string_view bytes, message& m) noexcept;

/// A big-endian number. `at` must be followed by enough bytes.
template <class Unsigned> [[nodiscard]] Unsigned load_number(char const* at) noexcept {
    Unsigned value;
    std::memcpy(&value, at, sizeof value);
    if constexpr (std::endian::native == std::endian::big || sizeof value == 1) {
        return value;
    } else if constexpr (sizeof value == 2) {
        return __builtin_bswap16(value);
    } else if constexpr (sizeof value == 4) {
        return __builtin_bswap32(value);
    } else {
        return __builtin_bswap64(value);
    }
}

/// Fields of a message's body, from left to right. Once a field is missing, ok() is false and the rest is empty.
class body_reader {
public:
    explicit body_reader(std::string_view body) noexcept : rest_(body) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    template <class Unsigned> Unsigned number() noexcept {
        if (rest_.size() < sizeof(Unsigned)) {
            fail();
            return 0;
        }
        auto const value = load_number<Unsigned>(rest_.data());
        rest_.remove_prefix(sizeof(Unsigned));
        return value;
    }

    /// Up to the next NUL, which is consumed.
    std::string_view text() noexcept {
        auto const end = rest_.find('\0');
        if (end == std::string_view::npos) {
            fail();
            return {};
        }
        auto const value = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return value;
    }

private:
    void fail() noexcept {
        ok_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool ok_ = true;
};

/// What is known of a result column.
struct column {
    std::string name;
    std::uint32_t type = 0; ///< object id
};

/// Reads a RowDescription. False if it is malformed.
[[nodiscard]] REFRACT_DECL bool read_row_description(std::string_view body, std::vector<column>& columns);

/// Reads a CommandComplete's count of rows; 0 if it has none.
[[nodiscard]] REFRACT_DECL std::uint64_t read_row_count(std::string_view body) noexcept;

/// The fields of an ErrorResponse that are asked for by letter; empty if missing.
/// Source: PostgreSQL 15, 55.8 Error and Notice Message Fields
class error_fields {
public:
    explicit error_fields(std::string_view body) noexcept : body_(body) {}
    [[nodiscard]] REFRACT_DECL std::string_view operator[](char letter) const noexcept;

private:
    std::string_view body_;
};

/// Writes a big-endian number to `at`.
template <class Unsigned> void store_number(char* at, Unsigned value) noexcept {
    static_assert(sizeof value == 4);
    if constexpr (std::endian::native == std::endian::little) {
        value = __builtin_bswap32(value);
    }
    std::memcpy(at, &value, sizeof value);
}

/// Appends the parameters of a statement, with a check of the room for each instead of one for each number and text.
class parameter_writer {
public:
    explicit parameter_writer(std::string& out) : out_(out) {}

    void reserve(std::size_t bytes) { out_.reserve(bytes); }

    void null() {
        store_number(out_.room(head), static_cast<std::uint32_t>(-1));
        out_.advance(head);
    }

    void text(std::string_view value) {
        char* const to = out_.room(head + value.size());
        store_number(to, static_cast<std::uint32_t>(value.size()));
        std::memcpy(to + head, value.data(), value.size());
        out_.advance(head + value.size());
    }

    /// Its digits.
    void integer(std::int64_t number) {
        char* const to = out_.room(head + 20);
        auto const* const end = std::to_chars(to + head, to + head + 20, number).ptr;
        store_number(to, static_cast<std::uint32_t>(end - to - static_cast<std::ptrdiff_t>(head)));
        out_.advance(static_cast<std::size_t>(end - to));
    }

private:
    static constexpr std::size_t head = 4; ///< the length of a value

    json_buffer out_;
};

/// Appends messages of a client to a buffer.
class message_writer {
public:
    explicit message_writer(std::string& out) noexcept : out_(out) {}

    /// A statement's name, or nothing for the one without a name.
    struct name {
        std::uint64_t number = 0;
    };

    REFRACT_DECL void parse(name statement, std::string_view text);
    REFRACT_DECL void describe_statement(name statement);
    REFRACT_DECL void describe_portal();
    REFRACT_DECL void close_statement(name statement);
    REFRACT_DECL void execute();
    REFRACT_DECL void sync();

    /// Parameters follow, written by parameters(); when that is destroyed, end_bind().
    REFRACT_DECL void begin_bind(name statement, std::uint16_t parameters);
    [[nodiscard]] parameter_writer parameters() { return parameter_writer(out_); }
    REFRACT_DECL void end_bind(bool binary_result);

private:
    void begin(char type) {
        start_ = out_.size() + 1;
        out_.append({type, 0, 0, 0, 0});
    }
    REFRACT_DECL void end() noexcept;
    REFRACT_DECL void append_name(name statement);
    void number(std::uint16_t value) { out_.append({static_cast<char>(value >> 8U), static_cast<char>(value)}); }

    std::string& out_;
    std::size_t start_ = 0; ///< of the length of the message being written
};

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/message.ipp>
#endif
