// Prisma 1's operations to plans.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/plan/read.hpp>
#include <refract/plan/write.hpp>
#include <refract/prisma1/api_error.hpp>
#include <refract/prisma1/api_names.hpp>
#include <refract/prisma1/argument.hpp>

#include <vector>

namespace refract::prisma1 {

template <class T> using lowered = refract::result<T, api_error>;

/// A `where` object to a condition. Errors: 3033 (null for a to-many relation).
REFRACT_DECL lowered<plan::filter> lower_filter(
    datamodel::datamodel const& dm, api_names const& names, datamodel::index model, argument const& where
);

/// A `WhereUniqueInput` to a selector. Errors: 3040, 3045.
REFRACT_DECL lowered<plan::selector> lower_selector(datamodel::datamodel const& dm, datamodel::index model, argument const& where);

/// The arguments of one mutation field to a write, without its answer.
///
/// Errors: 3007, 3032, 3036, 3020, 3040, 3045 as far as they can be told before anything runs.
/// Source: Service API, section "Mutations".
REFRACT_DECL lowered<plan::write_root> lower_mutation(
    datamodel::datamodel const& dm, api_names const& names, root_field const& field, argument const& arguments
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/lower_filter.ipp>
#include <refract/prisma1/impl/lower_mutation.ipp>
#endif
