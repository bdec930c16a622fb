// GraphQL literals and JSON values of Prisma 1's types to arguments.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/prisma1/argument.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace refract::prisma1 {

/// The request's variables, coerced; a variable that was not given and has no default is absent.
using variable_map = std::map<std::string, argument, std::less<>>;

/// A scalar leaf written as text (a literal, or a JSON string or number) as the value its type has in a plan.
///
/// Shape: the text has passed validation. A type nobody knows is taken as text.
REFRACT_DECL db::value leaf_value(std::string_view type_name, std::string_view text);

/// Whether a string is read as null: "null" is, for every type but String, as the original does.
///
/// Source: Service API, "Value encodings and limits".
REFRACT_DECL bool is_null_word(std::string_view type_name, std::string_view text) noexcept;

/// A validated literal. Nothing if it is a variable that is absent.
REFRACT_DECL std::optional<argument>
to_argument(graphql::ast::value const& literal, graphql::type_reference type, variable_map const& variables);

/// The arguments of a field, by name. Absent ones are left out.
REFRACT_DECL argument
to_arguments(graphql::list<graphql::ast::argument> const& arguments, graphql::field const& f, variable_map const& variables);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/literal.ipp>
#endif
