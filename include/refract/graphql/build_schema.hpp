// Type system text to schema.
// See: GraphQL October 2021, section 3, https://spec.graphql.org/October2021/#sec-Type-System
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>

#include <string_view>

namespace refract::graphql {

/// What build_schema() takes on trust.
struct build_options {
    /// Refuse what validate_sdl() reports: unknown directives above all. Without it directives the schema does not define are
    /// skipped; names that are defined twice or not at all are still refused.
    bool check_text = true;
    /// Refuse what check_schema() reports.
    bool check_types = true;
};

/// Builds the schema a type system document describes.
///
/// Shape: definitions and extensions in any order; types keep the order of the text, built-in ones come last. Without a
/// `schema` definition the types Query, Mutation and Subscription are the roots; a schema without a query root is accepted.
/// The result owns its text and does not refer to the document. `finish()` has been called.
/// Errors: errc::invalid_schema for the first broken rule, with graphql-js' message where it has one and the location.
/// Cost: linear in the document, plus fields times interfaces.
REFRACT_DECL result<schema> build_schema(document const& doc, build_options const& options = {});

/// Parses and builds. Errors: those of parse() too.
///
/// Example: auto schema = graphql::build_schema("type Query { hello: String }").value();
REFRACT_DECL result<schema> build_schema(std::string_view text, build_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/build_schema.ipp>
#endif
