// Syntax tree to text.
// See: graphql/parse.hpp for the way back, graphql/print_schema.hpp for a whole type system.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>

#include <string>
#include <string_view>

namespace refract::graphql {

/// The document in graphql-js 16's layout: two spaces a level, an empty line between definitions, no newline at the end.
///
/// Shape: a field's arguments stand one per line if its line would be longer than 80 UTF-16 code units without the
/// indentation. Strings and descriptions keep their form. parse() of the result gives an equal tree.
/// Cost: linear.
REFRACT_DECL std::string print(document const& doc);

/// One definition, as in print(document).
REFRACT_DECL std::string print(ast::definition const& definition);

/// A literal: `{key: "value", list: [1, $x]}`; block strings stay block strings.
REFRACT_DECL std::string print(ast::value const& value);

/// A type: `[Post!]!`.
REFRACT_DECL std::string print(ast::type_reference const& type);

/// A literal on one line: as print(), with block strings as ordinary ones. For messages and default values.
REFRACT_DECL std::string print_compact(ast::value const& value);

/// Appends `value` as an ordinary string, quotes included.
///
/// Shape: quote, backslash and the control characters (U+0000 to U+001F, U+007F to U+009F) are escaped: `\n`, `\u007F`.
REFRACT_DECL void append_string(std::string& out, std::string_view value);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/print.ipp>
#endif
