// What clients notice when one schema takes the place of another.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/schema.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql {

/// What happened to a schema. Everything before `value_added_to_enum` breaks clients that use the element; the rest may surprise
/// them, because it brings answers or arguments they do not know.
enum class schema_change_kind : std::uint8_t {
    type_removed,
    type_changed_kind,
    type_removed_from_union,
    value_removed_from_enum,
    required_input_field_added,
    implemented_interface_removed,
    field_removed,
    field_changed_kind,
    required_argument_added,
    argument_removed,
    argument_changed_kind,
    directive_removed,
    directive_argument_removed,
    required_directive_argument_added,
    directive_repeatable_removed,
    directive_location_removed,
    value_added_to_enum,
    type_added_to_union,
    optional_input_field_added,
    optional_argument_added,
    implemented_interface_added,
    argument_default_value_change,
};

/// graphql-js' name: `TYPE_REMOVED`.
REFRACT_DECL std::string_view name(schema_change_kind kind) noexcept;

struct schema_change {
    schema_change_kind kind = schema_change_kind::type_removed;
    std::string description; ///< graphql-js' text

    [[nodiscard]] bool is_breaking() const noexcept { return kind < schema_change_kind::value_added_to_enum; }
};

/// Breaking and dangerous changes from `before` to `after`, in the order of `before`; changes nobody can notice (a new type, a
/// field that is never null any more) are not reported.
///
/// Shape: both schemas are finished. Defaults are compared as they are printed.
/// Cost: linear in both schemas, members of a type multiplied.
/// Source: graphql-js 16, findBreakingChanges and findDangerousChanges
///
/// Example (examples/graphql_diff.cpp): for (auto const& c : graphql::compare_schemas(before, after)) ...
REFRACT_DECL std::vector<schema_change> compare_schemas(schema const& before, schema const& after);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/compare_schemas.ipp>
#endif
