// Prisma 1's coded errors and how they are spelled.
// See: docs of the Service API, "error codes".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/error.hpp>
#include <refract/core/result.hpp>
#include <refract/plan/failure.hpp>

#include <string>

namespace refract::prisma1 {

/// An error as a client sees it. `code` 0: an internal error, whose text is not for clients.
struct api_error {
    int code = 0;
    std::string message{};
};

/// Spells a plan's failure. Internal failures become code 0 with the text for the log.
///
/// Codes of our own, where the original had none or never raised it: 1000 the deadline passed, 1004 too many requests wait, 1006
/// the database can't be reached, 1007 the service's storage is used up, 3035 the database can't hold a value. A refused executeRaw has the database's own number: SQLite's result code, or 1 where there is
/// only an SQLSTATE.
REFRACT_DECL api_error spell(plan::failure const& f);

/// What a client is told of an error of the toolkit that is about the database itself: 1000, 1004, 1006, 3035; else code 0.
REFRACT_DECL api_error to_api_error(error const& e);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/api_error.ipp>
#endif
