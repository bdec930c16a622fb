// Which rules for type system documents are tried, and how far.
#pragma once

#include <refract/core/limits.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

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

} // namespace refract::graphql
