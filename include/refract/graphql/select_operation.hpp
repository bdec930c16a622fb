// The operation of a document that a request means.
// See: GraphQL October 2021, 6.1, https://spec.graphql.org/October2021/#GetOperation()
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/violation.hpp>

#include <string_view>

namespace refract::graphql {

/// The operation called `name`, or the only one if `name` is empty. The result points into the document.
/// Errors: errc::invalid_document: no operation, no name but several operations, or an unknown name.
REFRACT_DECL result<ast::definition const*> select_operation(document const& doc, std::string_view name,
                                                             message_style style = message_style::sangria);

/// The fragment of that name; null if there is none, the first if there are several.
REFRACT_DECL ast::definition const* find_fragment(document const& doc, std::string_view name) noexcept;

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/select_operation.ipp>
#endif
