// A request's variables as operands: the scalar leaves become slots, the rest the shape a plan is compiled for.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/scalar_check.hpp>
#include <refract/plan/operand.hpp>
#include <refract/prisma1/literal.hpp>
#include <refract/prisma1/page_variables.hpp>

#include <string>
#include <vector>

namespace refract::prisma1 {

/// Coerced variables, split in two.
///
/// Shape: two requests of one text whose `shape` is equal can use one plan: they differ in `slots` only. The shape holds which
/// variables and keys are given, nulls, lengths of lists, and the values of booleans and enums, as these can decide what a plan does;
/// and lengths of pages (page_variables).
struct bound_variables {
    variable_map values;            ///< leaves are slots or, if their value is in the shape, constants
    std::vector<db::value> slots;
    std::string shape;
};

REFRACT_DECL bound_variables bind_variables(graphql::variable_values const& values, page_variables const& pages);

/// Prisma 1's own scalars: DateTime, Json, UUID, Long.
REFRACT_DECL graphql::scalar_checks const& prisma1_scalars();

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/variables.ipp>
#endif
