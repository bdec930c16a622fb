// Text to tokens.
// See: GraphQL October 2021, 2.1 Source Text, https://spec.graphql.org/October2021/#sec-Language.Source-Text
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/error.hpp>
#include <refract/core/location.hpp>
#include <refract/graphql/arena.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace refract::graphql {

namespace detail {
class token_reader;
}

enum class token_kind : std::uint8_t {
    end_of_file,
    name,
    integer,
    floating,
    string,
    block_string,
    bang,
    dollar,
    ampersand,
    paren_left,
    paren_right,
    spread,
    colon,
    equals,
    at,
    bracket_left,
    bracket_right,
    brace_left,
    pipe,
    brace_right,
};

/// How graphql-js calls the kind: `Name`, `<EOF>`, `{`, `...`.
REFRACT_DECL std::string_view name(token_kind kind) noexcept;

/// A lexical token.
struct token {
    token_kind kind = token_kind::end_of_file;
    location at{};
    std::uint32_t end = 0;   ///< offset one past the last byte
    std::string_view text{}; ///< of a name or number: as written; of a string: its value; else empty
};

/// A token for error messages: `Name "foo"`, `"{"`, `<EOF>`.
REFRACT_DECL std::string describe(token const& t);

/// The place of a byte.
///
/// Cost: linear in `offset`; for error messages.
REFRACT_DECL location locate(std::string_view text, std::size_t offset) noexcept;

/// Reads one token after the other. White space, commas, comments and byte order marks are skipped.
///
/// Shape: `text` is valid UTF-8, shorter than 4 GiB, and outlives the tokens; values of strings that are not simply a part
/// of it (escapes, block strings of several lines) are written to `nodes`.
/// Cost: linear; no allocation but those of `nodes` and one buffer for strings with escapes.
/// Source: GraphQL October 2021, 2.1.7, https://spec.graphql.org/October2021/#sec-Language.Source-Text.Lexical-Tokens;
/// `\u{...}` and surrogate pairs in strings as graphql-js 16 reads them.
class lexer {
public:
    lexer(std::string_view text, arena& nodes) noexcept
        : nodes_(&nodes), begin_(text.data()), next_(text.data()), end_(text.data() + text.size()) {}

    /// Reads the next token into current(). False if there is none that is valid: see failure().
    /// At the end of the text it gives the token end_of_file, again and again.
    REFRACT_DECL bool advance();

    [[nodiscard]] token const& current() const noexcept { return token_; }

    /// errc::syntax, with graphql-js' message and the place of the character.
    [[nodiscard]] error& failure() noexcept { return error_; }

    [[nodiscard]] std::string_view text() const noexcept { return {begin_, static_cast<std::size_t>(end_ - begin_)}; }

private:
    [[nodiscard]] std::uint32_t offset(char const* p) const noexcept { return static_cast<std::uint32_t>(p - begin_); }
    [[nodiscard]] bool is_at(char const* p, char c) const noexcept { return p != end_ && *p == c; }
    void begin_line(char const* p) noexcept {
        ++line_;
        line_start_ = offset(p);
    }

    // Keeps the column right after a byte of a character above ASCII: two to four bytes are one unit, or two.
    void count_wide(unsigned char c) noexcept {
        if ((c & 0xC0U) == 0x80U) {
            ++line_start_;
        } else if (c >= 0xF0U) {
            --line_start_;
        }
    }

    void begin_token(char const* p) noexcept {
        auto const at = offset(p);
        token_.at = {line_, at - line_start_ + 1, at};
    }

    bool end_token(token_kind kind, char const* p) noexcept {
        token_.kind = kind;
        token_.end = offset(p);
        next_ = p;
        return true;
    }

    // The body of advance(), for the parser: one call less a token.
    friend class detail::token_reader;
    bool next();

    [[gnu::cold]] bool fail(char const* p, std::string message);
    [[gnu::cold]] bool fail_character(char const* p, std::string_view before);
    [[gnu::cold]] bool fail_first_character(char const* p);
    bool skip_byte_order_mark(char const*& p) noexcept;
    char const* skip_comment(char const* p) noexcept;
    char const* skip_digits(char const* p) const noexcept;
    bool read_number(char const* p);
    bool read_string(char const* p);
    bool read_escaped_string(char const* first, char const* p);
    bool read_escape(char const*& p);
    bool read_unicode_escape(char const*& p);
    bool read_braced_escape(char const*& p);
    bool read_block_string(char const* p);
    void set_block_value(std::string_view raw, bool plain);
    [[gnu::cold]] bool fail_escape(char const* p, std::string_view kind, std::size_t units);

    arena* nodes_;
    char const* begin_;
    char const* next_;
    char const* end_;
    std::uint32_t line_ = 1;
    std::uint32_t line_start_ = 0; // offset of the line, plus the bytes UTF-16 has fewer units for: column = offset - this + 1
    token token_{};
    error error_{};
    std::string decoded_{};
};

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/lexer.ipp>
#endif
