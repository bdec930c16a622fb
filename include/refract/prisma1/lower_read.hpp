// Selections of the generated schema to plans.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/plan/read.hpp>
#include <refract/prisma1/api_names.hpp>
#include <refract/prisma1/literal.hpp>
#include <refract/prisma1/lower.hpp>
#include <refract/prisma1/nested_failure.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// What a request is lowered against. All borrowed.
struct lowering {
    datamodel::datamodel const& dm;
    api_names const& names;
    graphql::schema const& api;
    graphql::field_collector const& collector; ///< of the document and its variables
    variable_map const& variables;
    std::vector<nested_failure>* nested = nullptr; ///< takes the errors nested fields can have; without it the first one ends it all
};

/// What is selected of a record of `model` by the sub-selections of `nodes`.
///
/// Errors: those of lower_filter(), 3014 (first and last together), 3026 to 3028 (a count that is known to be negative); of nested
/// fields only if `nested` is null.
REFRACT_DECL lowered<plan::selection>
lower_selection(lowering const& l, datamodel::index model, std::vector<graphql::ast::selection const*> const& nodes);

/// A root field of a query: lists, single records, connections and `node`.
REFRACT_DECL lowered<plan::read_root>
lower_query(lowering const& l, root_field const& root, std::vector<graphql::ast::selection const*> const& nodes);

/// The answer of a mutation: the record whose id is in the slot `id_slot`. For a removed record (`removed`) what hangs on other
/// tables is gone by then: lists are empty and relations whose link is elsewhere null.
REFRACT_DECL lowered<plan::read_root> lower_answer(
    lowering const& l, datamodel::index model, std::vector<graphql::ast::selection const*> const& nodes, std::uint32_t id_slot,
    bool removed
);

/// The record of `model` whose id is in the slot `id_slot`, or null.
REFRACT_DECL plan::read_root
record_in_slot(datamodel::datamodel const& dm, datamodel::index model, std::uint32_t id_slot, plan::selection select);

/// `"key":`
REFRACT_DECL std::string json_key(std::string_view key);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/lower_read.ipp>
#endif
