// The rules a type system has to keep.
// See: GraphQL October 2021, section 3, "Type Validation", https://spec.graphql.org/October2021/#sec-Schema
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/schema.hpp>

#include <string>
#include <vector>

namespace refract::graphql {

/// A broken rule of the type system.
struct schema_fault {
    std::string message; ///< graphql-js' text
    std::string at;      ///< name of the type or directive; empty for the schema itself
};

/// All broken rules of a finished schema: names, empty types, interface implementations, endless input objects.
///
/// Shape: empty if the schema is valid. A missing query root is not a fault here.
/// Cost: linear in the schema, plus fields times interfaces.
REFRACT_DECL std::vector<schema_fault> check_schema(schema const& s);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/check_schema.ipp>
#endif
