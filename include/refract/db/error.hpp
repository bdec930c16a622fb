// What a database can answer instead of rows.
#pragma once

#include <refract/core/result.hpp>

#include <cstdint>
#include <string>

namespace refract::db {

enum class error_kind : std::uint8_t {
    unavailable,        ///< no connection could be opened, or none was free in time
    connection_lost,    ///< the connection broke; statements sent on it may or may not have happened
    queue_full,         ///< too many callers wait
    timeout,            ///< the deadline passed
    unique_violation,   ///< PostgreSQL 23505, SQLite UNIQUE constraint
    foreign_key_violation, ///< 23503
    null_violation,     ///< 23502
    serialization,      ///< 40001, 40P01, SQLITE_BUSY: safe to run the whole transaction again
    value_out_of_range, ///< 22003 and its like: the value does not fit the column
    invalid_text,       ///< 22P02, 22021: text that can't be read as the column's type
    undefined_object,   ///< a table or column that is not there: 42P01, 42703
    statement_failed,   ///< anything else the database said
};

/// An error from a database.
///
/// `message` is safe to send to a client. `server_text`, `sqlstate` are for logs: they may hold values of the user.
struct error {
    error_kind kind = error_kind::statement_failed;
    std::string message{};
    std::string sqlstate{};     ///< SQLSTATE, or SQLite's extended result code in decimal
    std::string server_text{};
    std::string constraint{};   ///< name of the violated constraint or index, as far as the database tells (PostgreSQL)
    std::string table{};        ///< of a violated constraint
    std::string column{};       ///< of a violated not-null constraint; of a unique one on SQLite (comma separated `column`s)
    std::uint32_t statement = 0; ///< position in the batch
};

template <class T> using result = refract::result<T, error>;

/// True if the same transaction may simply be tried again.
[[nodiscard]] inline bool is_retryable(error const& e) noexcept { return e.kind == error_kind::serialization; }

/// True if the connection can't be used any more.
[[nodiscard]] inline bool poisons_connection(error const& e) noexcept {
    return e.kind == error_kind::connection_lost || e.kind == error_kind::timeout;
}

} // namespace refract::db
