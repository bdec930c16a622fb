// Whether a type system document keeps the rules for its text: names that are unique, known and in their place.
// See: graphql/check_schema.hpp for the rules about types; GraphQL October 2021, section 3,
// https://spec.graphql.org/October2021/#sec-Type-System
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/validate_sdl_options.hpp>
#include <refract/graphql/violation.hpp>

#include <vector>

namespace refract::graphql {

/// All violations of a type system document, in graphql-js 16's words, in the order of the text.
///
/// Shape: `extended` is the finished schema the document adds to; null if it stands alone. Operations and fragments in the
/// document are looked at only where their types, directives and arguments are concerned. After `max_errors` there is one more
/// violation, `Too many validation errors, error limit reached. Validation aborted.`
/// Cost: linear in the document; each suggestion, in the number of names it compares.
/// Source: graphql-js 16, specifiedSDLRules
///
/// Example: auto violations = graphql::validate_sdl(graphql::parse("type A { b: C }").value());
REFRACT_DECL std::vector<violation>
validate_sdl(document const& doc, schema const* extended = nullptr, validate_sdl_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/validate_sdl.ipp>
#endif
