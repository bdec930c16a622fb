// The texts of validation, all in one place, in both styles.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/violation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql {

/// One function per violation. Types are given as text: `[Int!]!`.
/// Source: the texts of Sangria 1.3 and graphql-js 16.
class messages {
public:
    explicit messages(message_style style) : style_(style) {}

    [[nodiscard]] message_style style() const noexcept { return style_; }

    // fields and arguments
    REFRACT_DECL std::string unknown_field(std::string_view field, std::string_view type) const;
    REFRACT_DECL std::string unknown_argument(std::string_view argument, std::string_view field, std::string_view type) const;
    REFRACT_DECL std::string unknown_directive_argument(std::string_view argument, std::string_view directive) const;
    REFRACT_DECL std::string missing_argument(std::string_view field, std::string_view argument, std::string_view type) const;
    REFRACT_DECL std::string missing_directive_argument(std::string_view directive, std::string_view argument,
                                                        std::string_view type) const;
    REFRACT_DECL std::string no_selection_allowed(std::string_view field, std::string_view type) const;
    REFRACT_DECL std::string selection_required(std::string_view field, std::string_view type) const;
    REFRACT_DECL std::string conflict(std::string_view response_key, std::string_view reason) const;
    REFRACT_DECL std::string different_fields(std::string_view a, std::string_view b) const;
    REFRACT_DECL std::string conflicting_types(std::string_view a, std::string_view b) const;
    REFRACT_DECL std::string conflicting_subfields(std::string_view response_key, std::string_view reason) const;

    // values
    REFRACT_DECL std::string bad_argument(std::string_view argument, std::string_view type, std::string_view literal,
                                          std::string_view reason) const;
    REFRACT_DECL std::string bad_default(std::string_view variable, std::string_view type, std::string_view literal,
                                         std::string_view reason) const;
    REFRACT_DECL std::string default_of_required(std::string_view variable, std::string_view type,
                                                 std::string_view nullable_type) const;

    // names
    REFRACT_DECL std::string unknown_type(std::string_view type) const;
    REFRACT_DECL std::string unknown_directive(std::string_view directive) const;
    REFRACT_DECL std::string misplaced_directive(std::string_view directive, std::string_view place) const;
    REFRACT_DECL std::string duplicate_argument(std::string_view argument) const;
    REFRACT_DECL std::string duplicate_directive(std::string_view directive) const;
    REFRACT_DECL std::string duplicate_fragment(std::string_view fragment) const;
    REFRACT_DECL std::string duplicate_input_field(std::string_view field) const;
    REFRACT_DECL std::string duplicate_operation(std::string_view operation) const;
    REFRACT_DECL std::string duplicate_variable(std::string_view variable) const;

    // definitions and fragments
    REFRACT_DECL std::string not_executable(std::string_view definition) const;
    REFRACT_DECL std::string anonymous_not_alone() const;
    REFRACT_DECL std::string several_subscription_fields(std::string_view operation) const;
    REFRACT_DECL std::string introspection_subscription_field(std::string_view operation) const;
    REFRACT_DECL std::string inline_fragment_on_non_composite(std::string_view type) const;
    REFRACT_DECL std::string fragment_on_non_composite(std::string_view fragment, std::string_view type) const;
    REFRACT_DECL std::string unknown_fragment(std::string_view fragment) const;
    REFRACT_DECL std::string unused_fragment(std::string_view fragment) const;
    REFRACT_DECL std::string fragment_cycle(std::string_view fragment, std::vector<std::string_view> const& via) const;
    REFRACT_DECL std::string impossible_inline_fragment(std::string_view parent, std::string_view type) const;
    REFRACT_DECL std::string impossible_spread(std::string_view fragment, std::string_view parent, std::string_view type) const;

    // variables; an anonymous operation has an empty name
    REFRACT_DECL std::string undefined_variable(std::string_view variable, std::string_view operation) const;
    REFRACT_DECL std::string unused_variable(std::string_view variable, std::string_view operation) const;
    REFRACT_DECL std::string non_input_variable(std::string_view variable, std::string_view type) const;
    REFRACT_DECL std::string bad_variable_position(std::string_view variable, std::string_view type,
                                                   std::string_view expected) const;

    REFRACT_DECL std::string nullable_one_of_variable(std::string_view variable, std::string_view type,
                                                      std::string_view input_object) const;

    // what is deprecated or closed
    REFRACT_DECL std::string deprecated_field(std::string_view type, std::string_view field, std::string_view reason) const;
    REFRACT_DECL std::string deprecated_argument(std::string_view owner, std::string_view argument,
                                                 std::string_view reason) const;
    REFRACT_DECL std::string deprecated_input_field(std::string_view type, std::string_view field,
                                                    std::string_view reason) const;
    REFRACT_DECL std::string deprecated_value(std::string_view type, std::string_view value, std::string_view reason) const;
    REFRACT_DECL std::string introspection_disabled(std::string_view field) const;
    REFRACT_DECL std::string introspection_too_deep() const;

    // limits
    REFRACT_DECL std::string document_limit_exceeded(std::string_view what, std::string_view limit, std::size_t maximum) const;
    REFRACT_DECL std::string limit_exceeded(std::string_view operation, std::string_view what, std::string_view limit,
                                            std::size_t maximum) const;

private:
    [[nodiscard]] bool sangria() const noexcept { return style_ == message_style::sangria; }
    [[nodiscard]] REFRACT_DECL std::string quote(std::string_view name, std::string_view sigil = {}) const;

    message_style style_;
};

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/message.ipp>
#endif
