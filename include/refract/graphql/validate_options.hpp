// Which rules validation tries, in whose words, and within which limits.
#pragma once

#include <refract/core/limits.hpp>
#include <refract/graphql/scalar_check.hpp>
#include <refract/graphql/violation.hpp>

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace refract::graphql {

/// The rules of validation. At one node of the document they are tried in this order.
enum class rule : std::uint8_t {
    values_of_correct_type,         ///< of arguments
    default_values_of_correct_type, ///< of variables
    executable_definitions,
    fields_on_correct_type,
    fragments_on_composite_types,
    known_argument_names,
    known_directives,
    known_fragment_names,
    known_type_names,
    lone_anonymous_operation,
    no_fragment_cycles,
    no_undefined_variables,
    no_unused_fragments,
    no_unused_variables,
    overlapping_fields_can_be_merged,
    possible_fragment_spreads,
    provided_required_arguments,
    scalar_leafs,
    single_field_subscriptions, ///< not a rule of Sangria 1.3
    unique_argument_names,
    unique_directives_per_location,
    unique_fragment_names,
    unique_input_field_names,
    unique_operation_names,
    unique_variable_names,
    variables_are_input_types,
    variables_in_allowed_position,
    max_introspection_depth, ///< lists within lists of the introspection types; not a rule of Sangria 1.3
    no_deprecated,           ///< in no style: ask for it
    no_schema_introspection, ///< in no style: ask for it
};

inline constexpr std::size_t rule_count = static_cast<std::size_t>(rule::no_schema_introspection) + 1;

/// Which rules are tried.
class rule_set {
public:
    /// All rules of a style.
    explicit rule_set(message_style style) {
        rules_.set();
        without(rule::no_deprecated).without(rule::no_schema_introspection);
        if (style == message_style::sangria) {
            without(rule::single_field_subscriptions).without(rule::max_introspection_depth);
        }
    }

    /// These rules only.
    rule_set(std::initializer_list<rule> rules) {
        for (auto const r : rules) {
            rules_.set(static_cast<std::size_t>(r));
        }
    }

    rule_set& with(rule r) {
        rules_.set(static_cast<std::size_t>(r));
        return *this;
    }

    rule_set& without(rule r) {
        rules_.reset(static_cast<std::size_t>(r));
        return *this;
    }

    [[nodiscard]] bool has(rule r) const noexcept { return rules_.test(static_cast<std::size_t>(r)); }

private:
    std::bitset<rule_count> rules_;
};

struct validate_options {
    message_style style = message_style::sangria;
    rule_set rules{message_style::sangria};
    bool suggestions = true; ///< `Did you mean ...?`
    limits bounds{};         ///< of documents and operations; not those of parsing
    scalar_checks checks{};  ///< of the caller's scalars
};

} // namespace refract::graphql
