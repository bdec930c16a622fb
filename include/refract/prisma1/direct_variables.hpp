// Variables bound straight from a request's JSON: what the hot path does instead of graphql/coerce.hpp.
// See: prisma1/variables.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/value.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/prisma1/page_variables.hpp>
#include <refract/prisma1/request.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// A variable an operation defines.
struct variable_rule {
    std::string_view name{};             ///< refers to the document
    graphql::type_reference type{};
    bool is_limit = false;               ///< of a page, see page_variables
    bool is_offset = false;
    bool has_default = false;
    std::string default_shape{};         ///< what a default adds to the shape and to the slots
    std::vector<db::value> default_slots{};
};

/// The variables of one operation of a valid document. They refer to document and schema.
struct operation_variables {
    graphql::ast::definition const* operation = nullptr;
    std::vector<variable_rule> rules{};
};

/// The rules of all operations of a valid document.
REFRACT_DECL std::vector<operation_variables>
find_operation_variables(graphql::schema const& api, graphql::document const& d, page_variables const& pages);

/// What bind_variables() gives of coerced variables, without their values as operands.
struct direct_variables {
    std::vector<db::value> slots{};
    std::string shape{};
};

/// Binds the variables of a request.
///
/// Shape: true with the same shape and slots as coercing the variables first; false where a value does not fit its type, or is of a
/// kind that is not bound directly (Json, defaults inside of input types, numbers with a fraction where an integer is wanted).
/// Then `out` is good for nothing, and the long way says what is wrong, if anything is.
/// Cost: linear in the variables; each is looked at once.
REFRACT_DECL bool bind_directly(operation_variables const& variables, request_view const& r, direct_variables& out);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/direct_variables.ipp>
#endif
