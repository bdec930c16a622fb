// English plurals of model names, as Prisma 1 forms them.
// See: the evo-inflector library 1.2 (anglicised rules), whose results clients depend on, wrong ones included.
#pragma once

#include <refract/core/config.hpp>

#include <string>
#include <string_view>

namespace refract::prisma1 {

/// Plural by evo-inflector's rules; `sheep` stays `sheep`.
///
/// Cost: a few hundred suffix comparisons; meant for building schemas.
/// Source: D. Conway, "An Algorithmic Approach to English Pluralization", as implemented by evo-inflector 1.2.
REFRACT_DECL std::string english_plural(std::string_view word);

/// Plural with a capital, as in `updateManyPosts`: differs from the singular always.
REFRACT_DECL std::string plural_name(std::string_view model);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/inflection.ipp>
#endif
