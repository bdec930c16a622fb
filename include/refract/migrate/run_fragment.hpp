// One statement of our own, run once.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/sql/fragment.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <vector>

namespace refract::migrate {

/// Runs a statement on a leased connection; `columns` says how to read its rows. Must run on the connection's executor.
REFRACT_DECL boost::asio::awaitable<db::result<std::unique_ptr<db::result_set>>> run_fragment(
    db::connection& connection, sql::fragment statement, std::vector<db::value_type> columns = {}
);

/// The same on any connection of a database, on its own.
REFRACT_DECL boost::asio::awaitable<db::result<std::unique_ptr<db::result_set>>> run_fragment(
    db::database& database, sql::fragment statement, std::vector<db::value_type> columns = {}
);

/// Runs statements one after the other on a leased connection; the first error ends them.
REFRACT_DECL boost::asio::awaitable<db::result<void>> run_fragments(
    db::connection& connection, std::vector<sql::fragment> statements
);

/// Calls `work(connection)` (a coroutine) with an exclusive connection, on that connection's executor, and resumes on the caller's.
///
/// Shape: `Work` is a callable `(db::connection&) -> awaitable<db::result<T>>`.
template <class T, class Work>
boost::asio::awaitable<db::result<T>> with_connection(db::database& database, db::access mode, Work work);

} // namespace refract::migrate

#include <refract/migrate/impl/with_connection.ipp>
#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/run_fragment.ipp>
#endif
