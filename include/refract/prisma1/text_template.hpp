// Requests that differ in literals only: one text for all of them, in which the literals are variables.
// See: prisma1/service.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/value.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/scalar_check.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/prisma1/literal.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

inline constexpr std::size_t max_template_literals = 1'000; ///< a text with more is compiled by itself

/// A literal that was taken out of a text, which `text` refers to: digits, or what is between the quotes.
struct cut_literal {
    graphql::ast::value_kind kind = graphql::ast::value_kind::integer;
    std::string_view text{};
};

/// A text with its literals taken out.
struct cut_text {
    std::string text{};                  ///< with a variable of its own in the place of each
    std::vector<cut_literal> literals{}; ///< in their order
};

/// Takes numbers and strings out of a request's text.
///
/// Shape: lengths of pages (`first`, `last`) and an offset of 0, or a negative one (`skip`), stay: they are part of the plan, or refused.
/// Nothing if there is no other literal, or a kind that is rare: block strings, strings with escapes, or something that is no GraphQL.
/// Cost: one pass.
REFRACT_DECL std::optional<cut_text> cut_literals(std::string_view text);

/// What a literal that was taken out is, by the place it was taken from.
struct literal_rule {
    std::string_view type{};                      ///< name of its scalar type, of the schema
    graphql::scalar_check const* check = nullptr; ///< null: everything is accepted
    std::uint32_t list_depth = 0;                 ///< a single value where a list is wanted
};

/// The rules of the literals of a cut text that was parsed; the text itself was valid before it was cut.
///
/// Shape: nothing if one of them is where no slot can be: in a directive, in a default, of type Json, in introspection, or in a field that
/// may be merged with another.
REFRACT_DECL std::optional<std::vector<literal_rule>>
find_literal_rules(graphql::schema const& api, graphql::document const& cut, std::size_t literals);

/// Appends the values of literals to `slots`. False if one does not fit its type: then the text has to be validated as a whole.
REFRACT_DECL bool bind_literals(
    std::vector<literal_rule> const& rules, std::vector<cut_literal> const& literals, std::vector<db::value>& slots
);

/// Adds the variables that stand for literals; the first one's slot is `first_slot`.
REFRACT_DECL void add_literal_variables(std::vector<literal_rule> const& rules, std::size_t first_slot, variable_map& variables);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/text_template.ipp>
#endif
