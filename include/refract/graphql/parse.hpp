// Text to syntax tree.
// See: graphql/ast.hpp for the tree, graphql/lexer.hpp for the tokens.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/ast.hpp>

#include <string>
#include <string_view>

namespace refract::graphql {

/// No document nests deeper, whatever the options say: every walk over a tree fits into a stack of 512 KiB.
inline constexpr std::uint32_t most_depth = 500;

struct parse_options {
    std::size_t max_document_bytes = limits{}.max_document_bytes;
    std::uint32_t max_tokens = limits{}.max_tokens;
    std::uint32_t max_depth = limits{}.max_depth; ///< of selections, values and types; `most_depth` at the most
    std::uint32_t max_directives = limits{}.max_directives;
    bool own_source = false;               ///< copy the text into the document
    bool allow_empty = false;              ///< accept a text without definitions
    bool allow_fragment_variables = false; ///< accept `fragment F($v: T) on U`: not in the specification
};

/// Parses an executable or a type system document.
///
/// Shape: `text` is UTF-8; unless parse_options::own_source it must outlive the document.
/// Errors: errc::syntax with graphql-js' message (`Syntax Error: ...`), errc::depth_exceeded, errc::tokens_exceeded,
/// errc::limit_exceeded, errc::invalid_utf8; the location is set. Exceptions: std::bad_alloc only.
/// Cost: linear in the text; recursion bounded by max_depth.
/// Source: GraphQL October 2021, section 2, https://spec.graphql.org/October2021/#sec-Language
///
/// Example (examples/parse_query.cpp):
///   auto doc = graphql::parse("{ user { name } }");
REFRACT_DECL result<document> parse(std::string_view text, parse_options const& options = {});

/// A value and what it refers to. Lifetime and moving: as for `document`.
struct value_document {
    arena nodes;
    ast::value value;
};

/// Parses one literal, with variables in it or without.
///
/// Shape, errors, cost: as parse().
REFRACT_DECL result<value_document> parse_value(std::string_view text, parse_options const& options = {});

/// Parses one literal. Errors: those of parse_value(), and errc::syntax if there is a variable in it.
REFRACT_DECL result<value_document> parse_const_value(std::string_view text, parse_options const& options = {});

/// A type reference and what it refers to. Lifetime and moving: as for `document`.
struct type_document {
    arena nodes;
    ast::type_reference type;
};

/// Parses a type reference: `[Post!]!`.
///
/// Shape, errors, cost: as parse().
REFRACT_DECL result<type_document> parse_type(std::string_view text, parse_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/parse.ipp>
#endif
