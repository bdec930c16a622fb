// What the engine knows of a database: statements in, result sets out.
// postgres/ and sqlite/ implement it; nothing above engine/ sees it.
#pragma once

#include <refract/core/json_buffer.hpp>
#include <refract/db/error.hpp>
#include <refract/db/local_database.hpp>
#include <refract/db/value.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace refract::db {

/// One SQL text. Kept by whoever compiled it; its address is not the key, its `id` is.
struct statement {
    std::string text;            ///< placeholders `$1..` (PostgreSQL) or `?1..` (SQLite)
    std::uint64_t id = 0;        ///< unique in the process, from next_statement_id(); 0: run once, do not keep prepared
    std::vector<value_type> columns{}; ///< how to read each result column; empty: no rows are wanted
    /// Planned for the values of each run, where the database would keep one plan for all. For pages of filtered rows: a plan that expects
    /// the filter to match often walks the whole table when it does not (PostgreSQL, 200,000 rows: 580 ms instead of 40 ms).
    bool plan_each_time = false;
};

/// A fresh statement id.
[[nodiscard]] inline std::uint64_t next_statement_id() noexcept;

/// A statement with its parameters. Both are borrowed: they must live until the batch is answered.
struct query {
    db::statement const* statement = nullptr;
    std::span<value const> parameters{};
};

/// Where the bytes of a cell are in its packed_rows.
struct cell_place {
    static constexpr std::uint32_t null = static_cast<std::uint32_t>(-1);

    std::uint32_t at;
    std::uint32_t size; ///< cell_place::null: there is no value
};

/// Rows as the database sent them: one block of bytes, and row by row where each cell is in it.
struct packed_rows {
    char const* bytes = nullptr;
    cell_place const* places = nullptr; ///< null: the rows can only be read cell by cell
    std::size_t columns = 0;

    [[nodiscard]] cell_place place(std::size_t row, std::size_t column) const noexcept { return places[row * columns + column]; }
};

/// Writes the bytes of a packed cell as a JSON value.
using json_formatter = void (*)(json_buffer& out, std::string_view bytes);

/// Rows of one statement. Thread safety: one thread at a time, const or not.
class result_set {
public:
    virtual ~result_set() = default;
    /// The rows in one piece, or nothing.
    [[nodiscard]] virtual packed_rows packed() const noexcept { return {}; }
    /// How the packed cells of a column become JSON that is `wanted`; null: as cell() gives them.
    [[nodiscard]] virtual json_formatter formatter(std::size_t /*column*/, value_type /*wanted*/) const noexcept { return nullptr; }
    /// A cell to compare with others of its kind: an integer by its number, all else by `text`, whatever that holds.
    [[nodiscard]] virtual db::cell key(std::size_t row, std::size_t column) const { return cell(row, column); }
    [[nodiscard]] virtual std::size_t rows() const noexcept = 0;
    [[nodiscard]] virtual std::size_t columns() const noexcept = 0;
    [[nodiscard]] virtual db::cell cell(std::size_t row, std::size_t column) const = 0;
    /// Rows inserted, updated or deleted.
    [[nodiscard]] virtual std::uint64_t affected() const noexcept = 0;
    /// Name of a column, for executeRaw.
    [[nodiscard]] virtual std::string_view name(std::size_t column) const = 0;
    /// A value's JSON for executeRaw, where it is not what cell() says: lists and dates. Nothing: cell() says it.
    [[nodiscard]] virtual std::optional<std::string> raw_json(std::size_t /*row*/, std::size_t /*column*/) const { return std::nullopt; }
};

using results = std::vector<std::unique_ptr<result_set>>;

/// What a batch is wrapped in.
enum class isolation : std::uint8_t {
    none,               ///< statements as they are; the connection may be inside a transaction
    snapshot_read_only, ///< all statements see one state of the data and write nothing
    atomic              ///< all statements happen, or none; an in-process database takes one statement only
};

/// One leased connection. All calls on `executor()`; a coroutine that uses it must run there.
class connection {
public:
    virtual ~connection() = default;
    [[nodiscard]] virtual boost::asio::any_io_executor executor() = 0;
    /// Sends all queries at once and gives their results in order. The first error ends the batch; the ones after it did not run.
    virtual boost::asio::awaitable<db::result<results>> run(std::span<query const> batch, isolation mode) = 0;
    /// The in-process interface, or null.
    [[nodiscard]] virtual local_connection* local() noexcept { return nullptr; }
};

/// What a lease is wanted for.
enum class access : std::uint8_t {
    read,
    write,
    management ///< as write, and may take the connection that is kept back for deployments
};

/// Gives a connection back when destroyed. One that is inside a transaction is rolled back first.
class lease {
public:
    lease() = default;
    lease(std::shared_ptr<connection> c, std::function<void(std::shared_ptr<connection>)> release)
        : connection_(std::move(c)), release_(std::move(release)) {}
    lease(lease&& other) noexcept : connection_(std::move(other.connection_)), release_(std::move(other.release_)) {
        other.connection_ = nullptr;
    }
    lease& operator=(lease&& other) noexcept {
        if (this != &other) {
            give_back();
            connection_ = std::move(other.connection_);
            release_ = std::move(other.release_);
            other.connection_ = nullptr;
        }
        return *this;
    }
    lease(lease const&) = delete;
    lease& operator=(lease const&) = delete;
    ~lease() { give_back(); }

    [[nodiscard]] connection* operator->() const noexcept { return connection_.get(); }
    [[nodiscard]] connection& operator*() const noexcept { return *connection_; }
    explicit operator bool() const noexcept { return connection_ != nullptr; }

private:
    void give_back() {
        if (connection_ && release_) {
            release_(std::move(connection_));
        }
        connection_ = nullptr;
    }

    std::shared_ptr<connection> connection_;
    std::function<void(std::shared_ptr<connection>)> release_;
};

/// All connections to one database (PostgreSQL), or one database file (SQLite).
///
/// Thread safety: run() and acquire() from any executor. The coroutine resumes on the caller's executor after run(), and must
/// switch to `lease->executor()` itself before using a lease (engine/transaction.hpp does).
class database {
public:
    virtual ~database() = default;
    /// An exclusive connection. Errors: unavailable, queue_full, timeout.
    virtual boost::asio::awaitable<db::result<lease>> acquire(access mode) = 0;
    /// A batch on any connection, possibly sharing one with other callers' batches (never inside somebody's transaction).
    virtual boost::asio::awaitable<db::result<results>> run(std::span<query const> batch, isolation mode) = 0;
    /// The in-process interface, or null.
    [[nodiscard]] virtual local_database* local() noexcept { return nullptr; }
};

} // namespace refract::db

#include <refract/db/impl/statement_id.ipp>
