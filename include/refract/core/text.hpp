// Text helpers every floor needs: JSON strings, ASCII case, splitting.
// See: core/utf8.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/utf8.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract {

/// Appends `utf8` as a JSON string, quotes included.
///
/// Shape: `"`, `\` and the characters below U+0020 are escaped (`\n \t \r \b \f`, else `\u00XX`); every other byte is
/// copied as it is, so the result is valid JSON exactly if `utf8` is valid UTF-8.
/// Cost: linear; runs without escapes are copied in one piece.
/// Source: RFC 8259, section 7  https://www.rfc-editor.org/rfc/rfc8259#section-7
REFRACT_DECL void append_json_string(std::string& out, std::string_view utf8);

/// `utf8` as a JSON string, quotes included.
REFRACT_DECL std::string json_string(std::string_view utf8);

/// `text` with A-Z turned into a-z; other bytes are kept.
REFRACT_DECL std::string ascii_lower(std::string_view text);

/// `text` with a-z turned into A-Z; other bytes are kept.
REFRACT_DECL std::string ascii_upper(std::string_view text);

/// Whether the two texts are the same but for the case of ASCII letters.
REFRACT_DECL bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept;

/// `text` with its first letter in upper case (ASCII).
REFRACT_DECL std::string capitalized(std::string_view text);

/// `text` with its first letter in lower case (ASCII).
REFRACT_DECL std::string uncapitalized(std::string_view text);

/// `text` without spaces, tabs and line ends at both ends.
REFRACT_DECL std::string_view trimmed(std::string_view text) noexcept;

/// The parts of `text` between separators, empty ones included: n separators give n + 1 parts.
///
/// Shape: the parts refer to `text`.
REFRACT_DECL std::vector<std::string_view> split(std::string_view text, char separator);

/// How many single-character insertions, deletions and replacements turn one text into the other.
///
/// Cost: left.size() * right.size(); meant for names. Used for "did you mean".
REFRACT_DECL std::size_t edit_distance(std::string_view left, std::string_view right);

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/text.ipp>
#endif
