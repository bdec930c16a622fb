// `@default` values, which the server applies: the database has none.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/value.hpp>

namespace refract::prisma1 {

/// The default of a field as a value of its type; null if there is none, or none that can be read.
///
/// Source: Service API, "Scalars, defaults, ids, timestamps". A datamodel that was checked has readable defaults only.
REFRACT_DECL db::value default_of(datamodel::field const& f);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/default_value.ipp>
#endif
