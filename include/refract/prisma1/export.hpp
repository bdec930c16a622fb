// Export in the normalized data format, page by page.
// See: ndf.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/prisma1/ndf.hpp>
#include <refract/sql/condition.hpp>

#include <cstddef>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace refract::prisma1 {

/// One page, from the request's cursor on.
///
/// Shape: `{"out":{"jsonElements":[...],"size":N},"cursor":{"table","row","field","array"},"isFull":true}`. `size` is the sum of
/// the elements' lengths. A page holds at most `max_characters` (UTF-16 units) of elements, or a single longer one; then it is
/// full and the cursor is where the next one starts, else all of the cursor is -1. Tables: models, (model, list field) pairs,
/// relations by name, the last first. Rows are in the order of their ids.
/// Errors: unavailable, overloaded, timeout, internal.
/// Cost: memory for a page and one read of at most 1000 rows; the rows before the cursor are skipped by the database.
/// Source: Prisma 1.34, import_export.
REFRACT_DECL boost::asio::awaitable<engine::outcome<std::string>> export_page(
    db::database& database, sql::target const& t, engine::statement_store& statements, export_request request,
    std::size_t max_characters
);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/export.ipp>
#endif
