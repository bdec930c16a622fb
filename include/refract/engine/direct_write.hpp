// Writes that are one statement: compiled once, run as reads are.
// See: engine/write.hpp, which runs the others in steps; sql/direct_write.hpp, which says what can be one statement.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/plan/operand.hpp>
#include <refract/plan/write.hpp>
#include <refract/sql/condition.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace refract::engine {

/// A write ready to run, shared between requests. Its answer is a read whose first statement writes.
struct direct_write {
    std::optional<compiled_statement> first{}; ///< what writes, if the answer's own first statement does not
    compiled_read answer{};                    ///< without alternatives: the number of affected records
    std::optional<plan::operand> id{};
    std::size_t bytes = 0;
    /// The database has refused the statement as such: it is not tried again.
    mutable std::atomic<bool> is_refused{false};
};

/// Compiles a write and its answer (null: there is none to read), if it can be one statement; else null.
REFRACT_DECL std::shared_ptr<direct_write const>
compile_direct_write(plan::write_root const& root, plan::read_root* answer, sql::target const& t);

/// Runs it: one round trip, shared with other requests'. Puts the record's id into `bindings`.
///
/// Nothing means that nothing was written and that writing in steps tells why, or does it: the statement found a record missing,
/// a rule of the datamodel against it, or was refused. Failures are those after which no second try may be made: unavailable,
/// overloaded, timeout. The JSON begins with `head`.
REFRACT_DECL boost::asio::awaitable<std::optional<outcome<std::string>>> run_direct_write(
    db::database& database, direct_write const& w, plan::write_root const& root, plan::bindings& bindings, std::string_view head = {}
);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/direct_write.ipp>
#endif
