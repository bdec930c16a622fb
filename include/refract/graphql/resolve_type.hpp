// From the type a document writes to the type of the schema.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>

#include <string>

namespace refract::graphql {

/// The schema's type for `[Name!]!`; a null reference if the name is unknown or more than 16 wrappers are written.
REFRACT_DECL type_reference resolve_type(schema const& s, ast::type_reference const* written);

/// The type as a document writes it: `[Name!]!`.
REFRACT_DECL std::string to_string(ast::type_reference const& written);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/resolve_type.ipp>
#endif
