// The shortest text with the same tokens.
// See: GraphQL October 2021, 2.1.7, https://spec.graphql.org/October2021/#sec-Language.Source-Text.Lexical-Tokens
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/parse.hpp>

#include <string>
#include <string_view>

namespace refract::graphql {

/// `text` without comments, commas and white space that means nothing; block strings lose their indentation.
///
/// Shape: `text` is UTF-8 and has valid tokens; it need not be a document. Names, numbers and ordinary strings stay as they are
/// written. Two texts of the same tokens give the same result, so it serves as a key for caches.
/// Errors: errc::syntax, errc::tokens_exceeded, errc::limit_exceeded, errc::invalid_utf8, with the place, as parse().
/// Cost: linear.
/// Source: graphql-js 16, stripIgnoredCharacters
///
/// Example: graphql::strip_ignored_characters("{ a, b # c\n }").value() == "{a b}"
REFRACT_DECL result<std::string> strip_ignored_characters(std::string_view text, parse_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/strip_ignored_characters.ipp>
#endif
