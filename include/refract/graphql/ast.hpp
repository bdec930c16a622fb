// The syntax tree of a GraphQL document: plain structs in an arena.
// See: GraphQL October 2021, Appendix B (grammar summary), https://spec.graphql.org/October2021/#sec-Appendix-Grammar-Summary
#pragma once

#include <refract/core/location.hpp>
#include <refract/graphql/arena.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// Every `string_view` of a node points into the text the document was parsed from, or into its arena (strings with escapes).
namespace refract::graphql::ast {

enum class value_kind : std::uint8_t { variable, integer, floating, string, boolean, null, enumeration, list, object };

struct object_field;

/// A literal or variable. `text`: variable name without `$`, digits as written, decoded string, enum name, `true`/`false`.
struct value {
    value_kind kind = value_kind::null;
    bool block = false; ///< a string written as """block string"""
    location at{};
    std::uint32_t end = 0; ///< offset one past the last byte
    std::string_view text{};
    list<value> items{};         ///< of a list
    list<object_field> fields{}; ///< of an object
};

struct object_field {
    std::string_view name;
    location at{};
    graphql::ast::value value{};
};

struct argument {
    std::string_view name;
    location at{};
    graphql::ast::value value{};
};

struct directive {
    std::string_view name; ///< without `@`
    location at{};         ///< of the `@`
    list<argument> arguments{};
};

enum class type_reference_kind : std::uint8_t { named, list, non_null };

/// `Name`, `[Type]` or `Type!`.
struct type_reference {
    type_reference_kind kind = type_reference_kind::named;
    location at{};
    std::uint32_t end = 0;
    std::string_view name{};             ///< of a named type
    type_reference const* of = nullptr;  ///< of a list or non-null type
};

enum class selection_kind : std::uint8_t { field, fragment_spread, inline_fragment };

/// A field, `...Name` or `... on Type { }`.
struct selection {
    selection_kind kind = selection_kind::field;
    location at{};                   ///< of the field's alias or name, or of `...`
    location name_at{};              ///< of the field's name, the spread's name or the type condition's name
    std::string_view alias{};        ///< empty if the field has none
    std::string_view name{};         ///< of the field, or of the spread fragment
    std::string_view type_condition{}; ///< of an inline fragment; may be empty
    list<argument> arguments{};
    list<directive> directives{};
    list<selection> selections{};
    bool has_selections = false;     ///< braces were written

    /// The key in the answer: alias, or name.
    [[nodiscard]] std::string_view response_key() const noexcept { return alias.empty() ? name : alias; }
};

struct variable_definition {
    std::string_view name; ///< without `$`
    location at{};         ///< of the `$`, or of the description
    location name_at{};
    bool has_description = false;
    bool is_description_block = false; ///< written as """block string"""
    std::string_view description{};
    type_reference const* type = nullptr;
    graphql::ast::value const* default_value = nullptr;
    list<directive> directives{};
};

enum class operation_type : std::uint8_t { query, mutation, subscription };

/// A type system field's argument or an input object's field.
struct input_value_definition {
    std::string_view name;
    location at{};
    bool has_description = false;
    bool is_description_block = false; ///< written as """block string"""
    std::string_view description{};
    type_reference const* type = nullptr;
    graphql::ast::value const* default_value = nullptr;
    list<directive> directives{};
};

struct field_definition {
    std::string_view name;
    location at{};
    bool has_description = false;
    bool is_description_block = false; ///< written as """block string"""
    std::string_view description{};
    list<input_value_definition> arguments{};
    type_reference const* type = nullptr;
    list<directive> directives{};
};

struct enum_value_definition {
    std::string_view name;
    location at{};
    bool has_description = false;
    bool is_description_block = false; ///< written as """block string"""
    std::string_view description{};
    list<directive> directives{};
};

/// A name with its place: of an interface, a union member, a directive location.
struct name_reference {
    std::string_view name;
    location at{};
};

struct operation_type_definition {
    operation_type operation = operation_type::query;
    std::string_view type;
    location at{};
    location type_at{};
};

enum class definition_kind : std::uint8_t {
    operation, fragment, schema, scalar_type, object_type, interface_type, union_type, enum_type, input_object_type, directive
};

/// Any definition; which members are set follows from `kind`.
struct definition {
    definition_kind kind = definition_kind::operation;
    bool extension = false;          ///< `extend ...`
    bool shorthand = false;          ///< `{ ... }` without the word `query`
    bool repeatable = false;         ///< of a directive definition
    operation_type operation = operation_type::query;
    location at{};                   ///< of the first token (the description, if there is one)
    location name_at{};
    std::uint32_t end = 0;           ///< offset one past the last byte
    std::string_view name{};         ///< empty for an anonymous operation and for `schema`
    bool has_description = false;
    bool is_description_block = false; ///< written as """block string"""
    std::string_view description{};
    std::string_view type_condition{}; ///< of a fragment
    location type_condition_at{};
    list<variable_definition> variables{};
    list<directive> directives{};
    list<selection> selections{};
    list<name_reference> interfaces{};
    list<field_definition> fields{};          ///< of an object or interface type
    list<name_reference> members{};           ///< of a union
    list<enum_value_definition> values{};     ///< of an enum
    list<input_value_definition> input_fields{}; ///< of an input object type; arguments of a directive definition
    list<name_reference> locations{};         ///< of a directive definition
    list<operation_type_definition> operation_types{}; ///< of a schema definition
};

} // namespace refract::graphql::ast

namespace refract::graphql {

/// A parsed document.
///
/// Lifetime: names and values point into `nodes` when the document owns its text (parse_options::own_source), else into the
/// text given to parse(), which must outlive the document. Movable; moving keeps every node where it is.
struct document {
    std::string_view text; ///< the text it was parsed from
    arena nodes;
    list<ast::definition> definitions;
    std::uint32_t token_count = 0;
};

} // namespace refract::graphql
