// The Management API's executor: what the resolvers gave, cut to the selection.
// See: GraphQL October 2021, section 6.3, https://spec.graphql.org/October2021/#sec-Executing-Selection-Sets
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/graphql/schema.hpp>

#include <string>

#include <boost/json/value.hpp>

namespace refract::prisma1 {

/// Appends a resolved value as JSON, cut to what `field` selects of it.
///
/// Shape: objects of an interface carry `__typename`; a member that is absent is null.
REFRACT_DECL void append_selected(
    std::string& out, graphql::field_collector const& collector, graphql::collected_field const& field,
    graphql::type_reference type, boost::json::value const& value
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/management_answer.ipp>
#endif
