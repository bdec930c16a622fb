// Answers to `__schema`, `__type` and `__typename`.
// See: GraphQL October 2021, section 4, https://spec.graphql.org/October2021/#sec-Introspection
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/collect_fields.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace refract::graphql {

/// True for `__schema`, `__type` and `__typename`.
REFRACT_DECL bool is_introspection_field(std::string_view name) noexcept;

/// Appends the JSON value of one introspection field of an operation's root.
///
/// Shape: the document is valid; `root_field` was collected from the operation's selections on the type `root`. Keys come in
/// the order of the selection. Types come in the order of the schema.
/// Errors: errc::limit_exceeded once more than `max_bytes` have been appended (nested lists of types multiply) or the selection
/// nests deeper than 200; `out` then ends in the middle of a value.
/// Cost: linear in the answer.
REFRACT_DECL result<void> append_introspection(std::string& out, field_collector const& collector, type const& root,
                                               collected_field const& root_field, std::size_t max_bytes = 64U << 20U);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/introspection.ipp>
#endif
