// The GraphQL API generated from a datamodel, name for name Prisma 1's.
// See: Prisma 1 documentation, "Prisma API"; api_names.hpp makes the names.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/graphql/schema.hpp>

#include <string>
#include <vector>

namespace refract::prisma1 {

struct api_options {
    bool raw_access = false;                               ///< offer `executeRaw`
    std::vector<std::string> database_names = {"default"}; ///< values of `PrismaDatabase`
};

/// Builds the API of a service.
///
/// Shape: finished; does not refer to the datamodel. Types that no operation can reach are left out; the others are in the order in
/// which the root types lead to them. Input types without fields are left out, and with them what would need them.
/// A generated name that a model or enum has already gets underscores appended.
/// Cost: linear in the generated types, about 40 for a model with a relation.
REFRACT_DECL graphql::schema build_api_schema(datamodel::datamodel const& dm, api_options const& options = {});

/// The API below `/private`: `resetData`, `validateSubscriptionQuery`.
REFRACT_DECL graphql::schema build_private_schema();

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/api.ipp>
#endif
