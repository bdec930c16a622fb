// Import in the normalized data format.
// See: ndf.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/plan/failure.hpp>
#include <refract/prisma1/ndf.hpp>
#include <refract/sql/condition.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace refract::prisma1 {

/// Why an import stopped: the request is not one (nothing was written), or the database can't be used.
using import_failure = std::variant<error, plan::failure>;

/// Inserts the elements of a request.
///
/// Shape: the errors of single elements, in the words for the client; all other elements are written, in transactions of many
/// rows. `project` names the service in the log, where the progress is told.
/// Errors: as parse_element, for the first element that is none; unavailable, overloaded, timeout.
/// Cost: memory for a thousand rows and for the errors. A transaction that fails is halved until the row is found.
/// Source: Prisma 1.34, import_export.
REFRACT_DECL boost::asio::awaitable<refract::result<std::vector<std::string>, import_failure>> import_elements(
    db::database& database, sql::target const& t, engine::statement_store& statements, import_request const& request,
    limits const& bounds, std::string_view project
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/import.ipp>
#endif
