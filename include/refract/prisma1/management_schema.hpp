// The type system of the Management API.
// See: docs of the Management API.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/schema.hpp>

#include <string_view>

namespace refract::prisma1 {

/// The SDL of the Management API of Prisma 1.34, with descriptions.
REFRACT_DECL std::string_view management_sdl() noexcept;

/// The same, built once.
REFRACT_DECL graphql::schema const& management_schema();

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/management_schema.ipp>
#endif
