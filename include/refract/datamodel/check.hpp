// The rules of a datamodel and the words in which Prisma 1 tells that one is broken.
// See: Prisma 1 documentation, "Datamodel v1.1"; prisma-client users know these texts, they are kept to the letter.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/capabilities.hpp>
#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/problem.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::datamodel {

/// Everything that can be told from one declaration or its direct neighbours. Each problem once.
///
/// Shape: of a legacy datamodel what it shares with v1.1; see check_legacy_fields() for the rest.
REFRACT_DECL std::vector<problem> check(declarations const& all, capabilities const& can);

/// How relations, lists and link tables are stored. Call it only if check() found nothing. Each problem once.
REFRACT_DECL std::vector<problem> check_storage(declarations const& all, capabilities const& can);

/// What works, but should not be done any more.
REFRACT_DECL std::vector<problem> deprecations(declarations const& all);

/// Whether a literal can be the default of a field; the reason if not.
REFRACT_DECL std::optional<std::string> check_default(
    declarations const& all, field_declaration const& field, graphql::ast::value const& literal
);

/// `GraphQLID`, `String`, ...: how messages name a type.
REFRACT_DECL std::string_view type_code(field_type t) noexcept;

} // namespace refract::datamodel

#ifdef REFRACT_HEADER_ONLY
#include <refract/datamodel/impl/check.ipp>
#include <refract/datamodel/impl/check_default.ipp>
#include <refract/datamodel/impl/check_directives.ipp>
#include <refract/datamodel/impl/check_relations.ipp>
#include <refract/datamodel/impl/check_storage.ipp>
#endif
