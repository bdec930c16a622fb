// An in-process database: work is brought to a connection, instead of statements being sent to it.
// See: db/connection.hpp; sqlite/ implements it.
#pragma once

#include <refract/db/error.hpp>
#include <refract/db/value.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <boost/asio/awaitable.hpp>

namespace refract::db {

class connection;
class local_read;
struct statement;

/// A prepared statement stepped in place. Not thread-safe; used as its connection is.
class cursor {
public:
    virtual ~cursor() = default;
    /// Binds all parameters and rewinds.
    virtual db::result<void> bind(std::span<value const> parameters) = 0;
    /// Binds parameter `index` (0-based) and rewinds. The value is borrowed: it must stay as it is while the cursor is stepped.
    virtual db::result<void> bind(std::size_t index, value const& v) = 0;
    /// The same with a cell of another cursor's current row.
    virtual db::result<void> bind(std::size_t index, db::cell const& c) = 0;
    virtual void rewind() = 0;
    /// True if there is a row.
    virtual db::result<bool> step() = 0;
    /// The cells of the current row, one for each column; they live until the next step() or rewind().
    [[nodiscard]] virtual std::span<db::cell const> row() = 0;
};

/// The in-process side of a connection: cursors may be stepped inside each other.
class local_connection {
public:
    virtual ~local_connection() = default;
    /// The statement, prepared and kept by its id. `nesting` tells apart two uses of one statement at the same time.
    virtual db::result<cursor*> open(statement const& s, std::uint32_t nesting) = 0;
    /// All cursors until end_read() see one state. Not needed for a cursor and those that are stepped while it is.
    virtual db::result<void> begin_read() = 0;
    virtual void end_read() = 0;
    /// Runs reads for no longer than the statement timeout.
    virtual void read(local_read& work) = 0;

    /// Begins a transaction for several writes, each between begin_part() and end_part(). Errors: serialization, when another process
    /// holds the lock for too long; unavailable.
    virtual db::result<void> begin_writes() = 0;
    virtual db::result<void> begin_part() = 0;
    /// Inside a part: what a COMMIT here would be refused for.
    virtual db::result<void> check() = 0;
    /// Inside a part: takes back what was written since it began.
    virtual db::result<void> undo() = 0;
    /// Keeps what was written since begin_part(), or takes it back. Fails if the database gave up the transaction.
    virtual db::result<void> end_part(bool keep) = 0;
    /// Everything kept is on the disk, or nothing.
    virtual db::result<void> commit_writes() = 0;
};

/// How much work something was the last times it ran, so that it can be sent where it disturbs nobody.
///
/// Thread safety: all members; a lost update does no harm.
class work_estimate {
public:
    /// The mean of the last times, the latest counting a quarter.
    [[nodiscard]] std::uint32_t expected() const noexcept { return mean_.load(std::memory_order_relaxed) / scale; }

    void note(std::uint32_t work) noexcept {
        auto const mean = mean_.load(std::memory_order_relaxed);
        auto const seen = (work < most ? work : most) * scale;
        auto const next = mean - mean / 4 + seen / 4;
        if (next != mean) {
            mean_.store(next, std::memory_order_relaxed);
        }
    }

private:
    static constexpr std::uint32_t scale = 64;
    static constexpr std::uint32_t most = 1U << 24U;
    std::atomic<std::uint32_t> mean_{0};
};

/// Reads that run together on one connection.
class local_read {
public:
    virtual ~local_read() = default;
    /// Runs from the beginning to the end, on any thread. Called again if it was cut short; then only the last call counts.
    virtual void run(local_connection& on) = 0;
    [[nodiscard]] virtual work_estimate& estimate() = 0;
};

/// What is to happen in a transaction.
class local_write {
public:
    virtual ~local_write() = default;
    /// Runs inside a transaction that has begun; it may hold other writes, which this one neither sees fail nor takes along when
    /// it fails itself. True: keep it; false: take back what it wrote. May be called again, then only the last call counts.
    virtual boost::asio::awaitable<bool> run(connection& on) = 0;
};

/// What a database in the process can do beyond taking statements.
///
/// Thread safety: all members from any executor; coroutines resume on the caller's.
class local_database {
public:
    virtual ~local_database() = default;

    /// Runs reads on the calling thread, if they are short and can start at once. False: they did not come to their end.
    virtual bool try_read(local_read& work) = 0;

    /// Runs reads, on another thread if they are long. Errors: unavailable, queue_full, timeout; then they did not run.
    virtual boost::asio::awaitable<db::result<void>> read(local_read& work) = 0;

    /// Runs a write. When this resumes, what was to be kept is durable, whoever else's writes it went to the disk with.
    ///
    /// Errors: unavailable, queue_full, timeout, and what a COMMIT can fail with; nothing is written then.
    virtual boost::asio::awaitable<db::result<void>> write(local_write& work) = 0;
};

} // namespace refract::db
