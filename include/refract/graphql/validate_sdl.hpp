// Whether a type system document keeps the rules for its text: names that are unique, known and in their place.
// See: graphql/check_schema.hpp for the rules about types; GraphQL October 2021, section 3,
// https://spec.graphql.org/October2021/#sec-Type-System
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/violation.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace refract::graphql {

/// The rules for type system documents, in graphql-js' order.
enum class sdl_rule : std::uint8_t {
    lone_schema_definition,
    unique_operation_types,
    unique_type_names,
    unique_enum_value_names,
    unique_field_definition_names,
    unique_argument_definition_names,
    unique_directive_names,
    known_type_names,
    known_directives,
    unique_directives_per_location,
    possible_type_extensions,
    known_argument_names_on_directives,
    unique_argument_names,
    unique_input_field_names,
    provided_required_arguments_on_directives,
};

inline constexpr std::size_t sdl_rule_count = static_cast<std::size_t>(sdl_rule::provided_required_arguments_on_directives) + 1;

struct validate_sdl_options {
    /// The rules that are tried; initially all.
    std::bitset<sdl_rule_count> rules = std::bitset<sdl_rule_count>().set();
    bool suggestions = true; ///< `Did you mean ...?`
    std::uint32_t max_errors = limits{}.max_errors;

    validate_sdl_options() = default;
    /// These rules only.
    validate_sdl_options(std::initializer_list<sdl_rule> only) : rules() {
        for (auto const r : only) {
            rules.set(static_cast<std::size_t>(r));
        }
    }
};

/// All violations of a type system document, in graphql-js 16's words, in the order of the text.
///
/// Shape: `extended` is the finished schema the document adds to; null if it stands alone. Operations and fragments in the
/// document are looked at only where their types, directives and arguments are concerned. After `max_errors` there is one more
/// violation, `Too many validation errors, error limit reached. Validation aborted.`
/// Cost: linear in the document; each suggestion, in the number of names it compares.
/// Source: graphql-js 16, specifiedSDLRules
///
/// Example: auto violations = graphql::validate_sdl(graphql::parse("type A { b: C }").value());
REFRACT_DECL std::vector<violation>
validate_sdl(document const& doc, schema const* extended = nullptr, validate_sdl_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/validate_sdl.ipp>
#endif
