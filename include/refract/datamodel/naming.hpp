// Names a datamodel's author need not write, and the shapes names must have.
// See: Prisma 1 datamodel documentation, "Relations".
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace refract::datamodel {

inline constexpr std::size_t max_relation_name = 54;
inline constexpr std::size_t max_enum_value = 191;
/// Bytes of an identifier PostgreSQL keeps (NAMEDATALEN - 1).
inline constexpr std::size_t max_database_name = 63;

/// `[A-Z][a-zA-Z0-9_]*`, at most max_relation_name bytes.
REFRACT_DECL bool is_relation_name(std::string_view name) noexcept;

/// `[A-Z][a-zA-Z0-9_]*`, at most max_enum_value bytes.
REFRACT_DECL bool is_enum_value(std::string_view name) noexcept;

/// A name a table, column or sequence can have: 1 to max_database_name bytes, no NUL.
REFRACT_DECL bool is_database_name(std::string_view name) noexcept;

/// What PostgreSQL makes of a longer name: its first max_database_name bytes. The same on every database.
///
/// Shape: ASCII, as names of GraphQL are; names in `@db` are not longer.
REFRACT_DECL std::string fitted_database_name(std::string name);

/// A type name the API needs for itself.
REFRACT_DECL bool is_reserved_type_name(std::string_view name) noexcept;

/// Name of a relation nobody named: `PostToUser`, the smaller name first.
///
/// Too long, it loses characters from the end of the longer model name (of the first if they are as long) until it fits.
REFRACT_DECL std::string generated_relation_name(std::string_view model, std::string_view other);

/// Name of the field that stands for a missing back relation.
REFRACT_DECL std::string hidden_field_name(std::string_view relation);

} // namespace refract::datamodel

#ifdef REFRACT_HEADER_ONLY
#include <refract/datamodel/impl/naming.ipp>
#endif
