// """Block strings""": from what was written to the value, and back.
// See: GraphQL October 2021, 2.9.4 String Value, https://spec.graphql.org/October2021/#BlockStringValue()
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace refract::graphql {

/// The value of a block string: common indentation and blank lines at both ends removed, lines joined with LF.
///
/// Shape: `raw` is the text between the triple quotes, `\"""` still escaped.
/// Cost: linear.
REFRACT_DECL std::string block_string_value(std::string_view raw);

/// As above, written to `out`, which has room for raw.size() bytes. Gives the number of bytes written.
REFRACT_DECL std::size_t block_string_value(std::string_view raw, char* out) noexcept;

/// Whether `value` comes back unchanged when it is printed as a block string and parsed again.
REFRACT_DECL bool is_printable_as_block_string(std::string_view value) noexcept;

/// Appends `value` as a block string, quotes included, laid out as graphql-js 16 does.
///
/// Shape: lines are not indented; who prints it deeper adds the same indentation to every line.
REFRACT_DECL void append_block_string(std::string& out, std::string_view value);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/block_string.ipp>
#endif
