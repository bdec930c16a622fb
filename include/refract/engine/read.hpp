// Plans to statements, statements to JSON bytes.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/db/connection.hpp>
#include <refract/plan/failure.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/select.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace refract::engine {

template <class T> using outcome = refract::result<T, plan::failure>;

/// A read ready to run: its statements, and how their rows become JSON. Immutable; shared between requests.
class compiled_read;

/// Compiles one root. Keeps nothing of `root` alive: takes it over.
REFRACT_DECL std::shared_ptr<compiled_read const> compile_read(plan::read_root root, sql::target const& t);

/// Runs roots together, in one round trip and on one state of the data, and gives the JSON of each.
///
/// Errors: failure_kind::negative_argument, invalid_cursor (of one root), unavailable, timeout, internal (of all).
REFRACT_DECL boost::asio::awaitable<std::vector<outcome<std::string>>> run_reads(
    db::database& database, std::span<compiled_read const* const> roots, plan::bindings const& bindings
);

/// Runs one root on a leased connection, inside its transaction if there is one. Must run on the lease's executor.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_read(
    db::connection& connection, compiled_read const& root, plan::bindings const& bindings
);

/// A database's error as a plan failure: what is not about the user's data is unavailable, timeout, overloaded or internal.
REFRACT_DECL plan::failure to_failure(db::error const& e);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/read.ipp>
#endif
