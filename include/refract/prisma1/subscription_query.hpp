// What is wrong with the query of a subscription, before anybody subscribes.
// See: docs of the Management API, "Subscriptions".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/graphql/schema.hpp>

#include <string>
#include <vector>

namespace refract::prisma1 {

/// What Prisma 1 says against a subscription's text; empty if nothing.
///
/// Shape: that it is not GraphQL, or is about no model (the first field of the last subscription in it), or about an embedded one; else one
/// text for each rule of GraphQL it breaks. `api` is the API of `dm`.
REFRACT_DECL std::vector<std::string> check_subscription_query(
    std::string const& query, graphql::schema const& api, datamodel::datamodel const& dm, limits const& bounds = {}
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/subscription_query.ipp>
#endif
