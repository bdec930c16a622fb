// Whether an executable document fits a schema.
// See: GraphQL October 2021, section 5, https://spec.graphql.org/October2021/#sec-Validation
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/validate_options.hpp>
#include <refract/graphql/violation.hpp>

#include <vector>

namespace refract::graphql {

/// All violations of a document, in the order of the text.
///
/// Shape: empty if the document is valid. After limits::max_errors there is one more, `Too many validation errors, error limit
/// reached. Validation aborted.` Operations beyond max_selection_depth, max_aliases or max_fields get a violation that names
/// the limit and are not looked at by the field-merge rule; beyond max_merge_steps that rule ends with `Validation aborted.`
/// Cost: linear in the document, except the field-merge rule: bounded by max_merge_steps.
/// Source: GraphQL October 2021, section 5
///
/// Example: auto violations = graphql::validate(schema, document);
REFRACT_DECL std::vector<violation> validate(schema const& s, document const& doc, validate_options const& options = {});

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/validate.ipp>
#endif
