// The tables that are there.
// See: sql/ddl.hpp for how a table is described.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/sql/ddl.hpp>

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace refract::migrate {

/// Reads the definition of every table of a schema (PostgreSQL) or file (SQLite): columns, keys, references, indexes.
///
/// Shape: ordered by name. A column type nobody here writes reads as string. References of more than one column are left out.
/// Must run on the connection's executor.
/// Cost: three statements, whatever the number of tables.
REFRACT_DECL boost::asio::awaitable<db::result<std::vector<sql::table>>> read_tables(
    db::connection& connection, sql::ddl_target target
);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/read_tables.ipp>
#endif
