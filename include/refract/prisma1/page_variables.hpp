// Variables that say how long a page is: their values belong to the shape of a request.
//
// A statement is made with its LIMIT as a number: PostgreSQL then plans for a page of that length, and one plan serves all requests.
// With a parameter it would assume a tenth of the table, find that plan dear, and plan anew for each request (measured on a three-level
// read: 45 % more CPU in PostgreSQL). Clients use few page lengths; an OFFSET takes many values and stays a parameter, unless it is 0.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>

#include <functional>
#include <set>
#include <string>

namespace refract::prisma1 {

struct page_variables {
    std::set<std::string, std::less<>> limits{};  ///< values of an argument `first` or `last`
    std::set<std::string, std::less<>> offsets{}; ///< values of an argument `skip`
};

/// The variables of a validated document. Cost: a walk over its fields.
REFRACT_DECL page_variables find_page_variables(graphql::document const& d);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/page_variables.ipp>
#endif
