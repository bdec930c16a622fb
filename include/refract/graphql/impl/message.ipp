#pragma once

#include <refract/graphql/message.hpp>

namespace refract::graphql {

/// The sigil (`@`, `$`) is part of the name in both styles for variables, in graphql-js' only for directives.
REFRACT_DECL std::string messages::quote(std::string_view name, std::string_view sigil) const {
    auto const mark = sangria() ? '\'' : '"';
    std::string text(1, mark);
    if (!sangria() || sigil == "$") {
        text += sigil;
    }
    text += name;
    text += mark;
    return text;
}

REFRACT_DECL std::string messages::unknown_field(std::string_view field, std::string_view type) const {
    return "Cannot query field " + quote(field) + " on type " + quote(type) + ".";
}

REFRACT_DECL std::string messages::unknown_argument(std::string_view argument, std::string_view field,
                                                    std::string_view type) const {
    return "Unknown argument " + quote(argument) + " on field " +
           (sangria() ? quote(field) + " of type " + quote(type) : quote(std::string(type) + "." + std::string(field))) + ".";
}

REFRACT_DECL std::string messages::unknown_directive_argument(std::string_view argument, std::string_view directive) const {
    return "Unknown argument " + quote(argument) + " on directive " + quote(directive, "@") + ".";
}

REFRACT_DECL std::string messages::missing_argument(std::string_view field, std::string_view argument,
                                                    std::string_view type) const {
    return "Field " + quote(field) + " argument " + quote(argument) + " of type " + quote(type) +
           (sangria() ? " is required but not provided." : " is required, but it was not provided.");
}

REFRACT_DECL std::string messages::missing_directive_argument(std::string_view directive, std::string_view argument,
                                                              std::string_view type) const {
    // Sangria calls a directive a field here.
    return sangria() ? missing_argument(directive, argument, type)
                     : "Directive " + quote(directive, "@") + " argument " + quote(argument) + " of type " + quote(type) +
                           " is required, but it was not provided.";
}

REFRACT_DECL std::string messages::no_selection_allowed(std::string_view field, std::string_view type) const {
    return sangria() ? "Field " + quote(field) + " of type " + quote(type) + " must not have a sub selection."
                     : "Field " + quote(field) + " must not have a selection since type " + quote(type) +
                           " has no subfields.";
}

REFRACT_DECL std::string messages::selection_required(std::string_view field, std::string_view type) const {
    auto const start = "Field " + quote(field) + " of type " + quote(type) + " must have a ";
    return sangria() ? start + "sub selection."
                     : start + "selection of subfields. Did you mean " + quote(std::string(field) + " { ... }") + "?";
}

REFRACT_DECL std::string messages::conflict(std::string_view response_key, std::string_view reason) const {
    return (sangria() ? "Field " : "Fields ") + quote(response_key) + " conflict because " + std::string(reason) +
           ". Use different aliases on the fields to fetch both if this was intentional.";
}

REFRACT_DECL std::string messages::different_fields(std::string_view a, std::string_view b) const {
    return quote(a) + " and " + quote(b) + " are different fields";
}

REFRACT_DECL std::string messages::conflicting_types(std::string_view a, std::string_view b) const {
    return "they return conflicting types " + quote(a) + " and " + quote(b);
}

REFRACT_DECL std::string messages::conflicting_subfields(std::string_view response_key, std::string_view reason) const {
    return "subfields " + quote(response_key) + " conflict because " + std::string(reason);
}

REFRACT_DECL std::string messages::bad_argument(std::string_view argument, std::string_view type, std::string_view literal,
                                                std::string_view reason) const {
    return sangria() ? "Argument " + quote(argument) + " expected type " + quote(type) + " but got: " + std::string(literal) +
                           ". Reason: " + std::string(reason)
                     : std::string(reason);
}

REFRACT_DECL std::string messages::bad_default(std::string_view variable, std::string_view type, std::string_view literal,
                                               std::string_view reason) const {
    return sangria() ? "Variable " + quote(variable, "$") + " of type " + quote(type) + " has invalid default value: " +
                           std::string(literal) + ". Reason: " + std::string(reason)
                     : std::string(reason);
}

REFRACT_DECL std::string messages::default_of_required(std::string_view variable, std::string_view type,
                                                       std::string_view nullable_type) const {
    return "Variable " + quote(variable, "$") + " of type " + quote(type) +
           " is required and will never use the default value. Perhaps you meant to use type " + quote(nullable_type) + ".";
}

REFRACT_DECL std::string messages::unknown_type(std::string_view type) const { return "Unknown type " + quote(type) + "."; }

REFRACT_DECL std::string messages::unknown_directive(std::string_view directive) const {
    return "Unknown directive " + quote(directive, "@") + ".";
}

REFRACT_DECL std::string messages::misplaced_directive(std::string_view directive, std::string_view place) const {
    return "Directive " + quote(directive, "@") + " may not be used " + std::string(place) + ".";
}

REFRACT_DECL std::string messages::duplicate_argument(std::string_view argument) const {
    return "There can be only one argument named " + quote(argument) + ".";
}

REFRACT_DECL std::string messages::duplicate_directive(std::string_view directive) const {
    return "The directive " + quote(directive, "@") + " can only be used once at this location.";
}

REFRACT_DECL std::string messages::duplicate_fragment(std::string_view fragment) const {
    return (sangria() ? "There can only be one fragment named " : "There can be only one fragment named ") + quote(fragment) +
           ".";
}

REFRACT_DECL std::string messages::duplicate_input_field(std::string_view field) const {
    return "There can be only one input field named " + quote(field) + ".";
}

REFRACT_DECL std::string messages::duplicate_operation(std::string_view operation) const {
    return (sangria() ? "There can only be one operation named " : "There can be only one operation named ") +
           quote(operation) + ".";
}

REFRACT_DECL std::string messages::duplicate_variable(std::string_view variable) const {
    return "There can be only one variable named " + (sangria() ? quote(variable) : quote(variable, "$")) + ".";
}

REFRACT_DECL std::string messages::not_executable(std::string_view definition) const {
    return "The " + (definition.empty() ? std::string("schema") : quote(definition)) + " definition is not executable.";
}

REFRACT_DECL std::string messages::anonymous_not_alone() const {
    return "This anonymous operation must be the only defined operation.";
}

REFRACT_DECL std::string messages::several_subscription_fields(std::string_view operation) const {
    return (operation.empty() ? std::string("Anonymous Subscription") : "Subscription " + quote(operation)) +
           " must select only one top level field.";
}

REFRACT_DECL std::string messages::introspection_subscription_field(std::string_view operation) const {
    return (operation.empty() ? std::string("Anonymous Subscription") : "Subscription " + quote(operation)) +
           " must not select an introspection top level field.";
}

REFRACT_DECL std::string messages::inline_fragment_on_non_composite(std::string_view type) const {
    return "Fragment cannot condition on non composite type " + quote(type) + ".";
}

REFRACT_DECL std::string messages::fragment_on_non_composite(std::string_view fragment, std::string_view type) const {
    return "Fragment " + quote(fragment) + " cannot condition on non composite type " + quote(type) + ".";
}

REFRACT_DECL std::string messages::unknown_fragment(std::string_view fragment) const {
    return "Unknown fragment " + quote(fragment) + ".";
}

REFRACT_DECL std::string messages::unused_fragment(std::string_view fragment) const {
    return "Fragment " + quote(fragment) + (sangria() ? " is not used." : " is never used.");
}

REFRACT_DECL std::string messages::fragment_cycle(std::string_view fragment,
                                                  std::vector<std::string_view> const& via) const {
    auto text = "Cannot spread fragment " + quote(fragment) + " within itself";
    for (std::size_t i = 0; i < via.size() && text.size() < max_message_bytes; ++i) {
        text += (i == 0 ? " via " : ", ") + quote(via[i]);
    }
    return text + ".";
}

REFRACT_DECL std::string messages::impossible_inline_fragment(std::string_view parent, std::string_view type) const {
    return "Fragment cannot be spread here as objects of type " + quote(parent) + " can never be of type " + quote(type) + ".";
}

REFRACT_DECL std::string messages::impossible_spread(std::string_view fragment, std::string_view parent,
                                                     std::string_view type) const {
    return "Fragment " + quote(fragment) + " cannot be spread here as objects of type " + quote(parent) +
           " can never be of type " + quote(type) + ".";
}

REFRACT_DECL std::string messages::undefined_variable(std::string_view variable, std::string_view operation) const {
    return "Variable " + quote(variable, "$") +
           (operation.empty() ? " is not defined." : " is not defined by operation " + quote(operation) + ".");
}

REFRACT_DECL std::string messages::unused_variable(std::string_view variable, std::string_view operation) const {
    auto text = "Variable " + quote(variable, "$") + (sangria() ? " is not used" : " is never used");
    if (!operation.empty()) {
        text += " in operation " + (sangria() ? std::string(operation) : quote(operation));
    }
    return text + ".";
}

REFRACT_DECL std::string messages::non_input_variable(std::string_view variable, std::string_view type) const {
    return "Variable " + quote(variable, "$") + (sangria() ? " cannot be non input type " : " cannot be non-input type ") +
           quote(type) + ".";
}

REFRACT_DECL std::string messages::bad_variable_position(std::string_view variable, std::string_view type,
                                                         std::string_view expected) const {
    return "Variable " + quote(variable, "$") + " of type " + quote(type) + " used in position expecting type " +
           quote(expected) + ".";
}

REFRACT_DECL std::string messages::nullable_one_of_variable(std::string_view variable, std::string_view type,
                                                            std::string_view input_object) const {
    return "Variable " + quote(variable, "$") + " is of type " + quote(type) +
           " but must be non-nullable to be used for OneOf Input Object " + quote(input_object) + ".";
}

REFRACT_DECL std::string messages::deprecated_field(std::string_view type, std::string_view field,
                                                    std::string_view reason) const {
    return "The field " + std::string(type) + "." + std::string(field) + " is deprecated. " + std::string(reason);
}

/// `owner`: `Field "Type.field"` or `Directive "@name"`.
REFRACT_DECL std::string messages::deprecated_argument(std::string_view owner, std::string_view argument,
                                                       std::string_view reason) const {
    return std::string(owner) + " argument " + quote(argument) + " is deprecated. " + std::string(reason);
}

REFRACT_DECL std::string messages::deprecated_input_field(std::string_view type, std::string_view field,
                                                          std::string_view reason) const {
    return "The input field " + std::string(type) + "." + std::string(field) + " is deprecated. " + std::string(reason);
}

REFRACT_DECL std::string messages::deprecated_value(std::string_view type, std::string_view value,
                                                    std::string_view reason) const {
    return "The enum value " + quote(std::string(type) + "." + std::string(value)) + " is deprecated. " + std::string(reason);
}

REFRACT_DECL std::string messages::introspection_disabled(std::string_view field) const {
    return "GraphQL introspection has been disabled, but the requested query contained the field " + quote(field) + ".";
}

REFRACT_DECL std::string messages::introspection_too_deep() const { return "Maximum introspection depth exceeded"; }

REFRACT_DECL std::string messages::document_limit_exceeded(std::string_view what, std::string_view limit, std::size_t maximum) const {
    return "The document has more " + std::string(what) + " than " + std::string(limit) + " allows (" + std::to_string(maximum) + ").";
}

REFRACT_DECL std::string messages::limit_exceeded(std::string_view operation, std::string_view what, std::string_view limit,
                                                  std::size_t maximum) const {
    return (operation.empty() ? std::string("The operation") : "Operation " + quote(operation)) + " has " +
           std::string(what) + " than " + std::string(limit) + " allows (" + std::to_string(maximum) + ").";
}

} // namespace refract::graphql
