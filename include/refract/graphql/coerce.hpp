// Arguments and variables to values of the schema's types: defaults applied, single values made lists, variables replaced.
// See: GraphQL October 2021, 6.1.2 and 6.4.1, https://spec.graphql.org/October2021/#sec-Coercing-Variable-Values
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/input.hpp>
#include <refract/graphql/scalar_check.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/violation.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql {

enum class coerced_kind : std::uint8_t { null, boolean, integer, floating, string, enumeration, list, object };

/// Where a value came from.
struct value_origin {
    std::string variable; ///< name without `$`; empty for a literal or a default of the schema
    std::string path;     ///< JSON pointer (RFC 6901) into the variable's value; empty for the whole
    bool is_default = false; ///< a default of the schema or of the variable's definition
};

struct coerced_field;

/// A value that fits its type.
///
/// Shape: Int, Long and other integers are `integer`; Float is `floating`, also when an integer was written; ID and String are
/// `string`. Values of other scalars keep the kind they were written in; a list or object among them has no type inside.
struct coerced {
    coerced_kind kind = coerced_kind::null;
    bool boolean = false;
    bool is_list_type = false; ///< a list because its type is one, not because a scalar takes lists
    bool out_of_range = false; ///< an integer beyond 64 bits, of a scalar that takes it; `text` holds its digits
    std::int64_t integer = 0;
    double floating = 0;
    std::string text;                  ///< of a string or enum value
    std::vector<coerced> items;        ///< of a list
    std::vector<coerced_field> fields; ///< of an object: in the order of its type, absent ones left out
    graphql::type const* type = nullptr; ///< the named type; null inside a scalar's own list or object
    value_origin origin;
    location at{}; ///< of the literal, or of the variable's use

    [[nodiscard]] bool is_null() const noexcept { return kind == coerced_kind::null; }
    [[nodiscard]] REFRACT_DECL coerced const* find(std::string_view name) const noexcept;
};

struct coerced_field {
    std::string name;
    coerced value;
};

/// The coerced variables of one request, absent ones left out.
class variable_values {
public:
    void add(std::string name, coerced value) { values_.push_back({std::move(name), std::move(value)}); }

    [[nodiscard]] REFRACT_DECL coerced const* find(std::string_view name) const noexcept;
    [[nodiscard]] std::vector<coerced_field> const& all() const noexcept { return values_; }

private:
    std::vector<coerced_field> values_;
};

/// Coerces the variables of one operation.
///
/// Shape: `values` is the JSON object of the request (null counts as empty); names the operation does not define are ignored.
/// Errors: a violation per value that does not fit, at most limits::max_errors, located at the variable's definition.
/// Cost: linear in values and definitions; recursion as deep as the values.
REFRACT_DECL result<variable_values, std::vector<violation>>
coerce_variables(schema const& s, document const& doc, ast::definition const& operation, input const& values,
                 scalar_checks const& checks, message_style style = message_style::sangria, limits const& bounds = {});

/// Coerces the arguments of a field or directive of a valid document.
///
/// Shape: in the order of `definitions`; absent ones left out; defaults applied; explicit nulls kept. An argument or input
/// field whose variable is absent counts as absent. Absent items of a list become null.
/// Errors: a violation if a variable brings null, or nothing, where a value is required.
/// Cost: linear in the literals and the variables they use.
REFRACT_DECL result<std::vector<coerced_field>, violation>
coerce_arguments(document const& doc, std::vector<input_value> const& definitions, list<ast::argument> arguments,
                 variable_values const& variables, message_style style = message_style::sangria);

/// Coerces one literal of a valid document that has no variables, a default value for example.
REFRACT_DECL coerced coerce_literal(type_reference t, ast::value const& v);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/coerce.ipp>
#endif
