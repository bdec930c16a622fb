// Reads: plans to statements once, then statements to JSON bytes for every request.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/select.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace refract::engine {

/// Compiles one root; takes it over.
REFRACT_DECL std::shared_ptr<compiled_read const> compile_read(plan::read_root root, sql::target const& t);

/// Runs roots together, in one round trip and on one state of the data, and gives the JSON of each, in their order.
///
/// Errors: failure_kind::negative_argument or invalid_cursor of one root; unavailable, overloaded, timeout or internal.
/// Cost: one batch of statements, their number given by the selection alone; the answer is written once.
REFRACT_DECL boost::asio::awaitable<std::vector<outcome<std::string>>>
run_reads(db::database& database, std::span<compiled_read const* const> roots, plan::bindings const& bindings);

/// Runs one root as run_reads() does. What is given begins with `head`, so that nobody has to copy the value behind it.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_read(db::database& database, compiled_read const& root, plan::bindings const& bindings, std::string_view head = {});

/// Runs one root on a leased connection, inside its transaction if there is one. Must run on the lease's executor.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_read(db::connection& connection, compiled_read const& root, plan::bindings const& bindings);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/read.ipp>
#endif
