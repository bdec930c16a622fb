// The syntax of datamodels before v1.1: a field is what its name says, every relation has a join table of its own.
// See: Prisma 1 documentation, "Datamodel v1". Its users know these texts, they are kept to the letter.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/capabilities.hpp>
#include <refract/datamodel/declaration.hpp>
#include <refract/datamodel/problem.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::datamodel {

/// A field every legacy model has, written or not.
struct system_field {
    std::string_view name;
    field_type type;
};

/// In the order in which those nobody wrote are added.
inline constexpr std::array<system_field, 3> system_fields{{
    {"id", field_type::id}, {"updatedAt", field_type::date_time}, {"createdAt", field_type::date_time}
}};

/// The syntax of a text, by what it contains.
///
/// Shape: a directive only v1.1 knows (`@id`, `@createdAt`, `@updatedAt`, `@scalarList`, `@sequence`, `@db`, `@relationTable`,
/// `@relation(link:)`) makes it v1.1. Otherwise it is legacy if a field `id` is `@unique`, or if the datamodel it follows is legacy
/// and there is any type.
REFRACT_DECL syntax_version detect_syntax(declarations const& all, bool follows_legacy) noexcept;

/// The rules only legacy datamodels have: system fields, types, defaults, directives. Each problem once.
///
/// Shape: `adds_fields`: system fields nobody wrote are added; otherwise the id has to be written.
REFRACT_DECL std::vector<problem> check_legacy_fields(declarations const& all, capabilities const& can, bool adds_fields);

} // namespace refract::datamodel

#ifdef REFRACT_HEADER_ONLY
#include <refract/datamodel/impl/legacy.ipp>
#endif
