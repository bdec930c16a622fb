// Names of refract/graphql for headers that only mention them.
#pragma once

#include <cstdint>

namespace refract {

struct error;
struct limits;
struct location;
template <class T, class E> class result;

} // namespace refract

namespace refract::graphql {

// text and tree
class arena;
class lexer;
struct document;
struct parse_options;
struct token;
struct type_document;
struct value_document;
enum class token_kind : std::uint8_t;
template <class T> class list;

// type system
class schema;
class type_reference;
struct build_options;
struct directive_definition;
struct enum_value;
struct field;
struct input_value;
struct schema_change;
struct schema_fault;
struct type;
enum class type_kind : std::uint8_t;

// rules and values
class field_collector;
class rule_set;
class scalar_checks;
class variable_values;
struct coerced;
struct collected_field;
struct input;
struct validate_options;
struct validate_sdl_options;
struct violation;
enum class message_style : std::uint8_t;
enum class rule : std::uint8_t;
enum class sdl_rule : std::uint8_t;

} // namespace refract::graphql

namespace refract::graphql::ast {

struct argument;
struct definition;
struct directive;
struct enum_value_definition;
struct field_definition;
struct input_value_definition;
struct name_reference;
struct object_field;
struct operation_type_definition;
struct selection;
struct type_reference;
struct value;
struct variable_definition;
enum class definition_kind : std::uint8_t;
enum class operation_type : std::uint8_t;
enum class selection_kind : std::uint8_t;
enum class type_reference_kind : std::uint8_t;
enum class value_kind : std::uint8_t;

} // namespace refract::graphql::ast
