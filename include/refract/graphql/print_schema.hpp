// Schema to type system text.
// See: GraphQL October 2021, section 3, https://spec.graphql.org/October2021/#sec-Type-System
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/schema.hpp>

#include <string>

namespace refract::graphql {

enum class schema_order : std::uint8_t {
    as_added, ///< types and directives in the order of the schema
    by_name,  ///< types and directives sorted by name, byte by byte; members keep their order
};

/// The schema in graphql-js' layout, without what is built in, with a newline at the end.
///
/// Shape: the `schema` definition (only if the roots have unusual names or it has a description), directives, types, with an
/// empty line between two. build_schema() of the result gives an equal schema, unless it defines anew what is built in. An empty schema
/// gives an empty text.
/// Cost: linear in the schema.
REFRACT_DECL std::string print_schema(schema const& s, schema_order order = schema_order::as_added);

/// One type, as in print_schema(), without a newline at the end.
REFRACT_DECL std::string print_type(type const& t);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/print_schema.ipp>
#endif
