// One SQLite database file: one writer, several readers, opened when first used.
// See: sqlite/connection.hpp, db/pool.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/db/connection.hpp>
#include <refract/db/pool.hpp>
#include <refract/sqlite/connection.hpp>
#include <refract/sqlite/write_queue.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace refract::sqlite {

/// How a database is shared out.
struct database_options {
    sqlite::options connection;
    std::size_t readers = 0; ///< open at the same time on workers; 0: one per core, at least two
    std::size_t readers_here = 0; ///< and on the callers' own threads; 0: one per core
    std::uint32_t short_read_steps = 4'000; ///< reads that take more, in SQLite's steps, run on a worker; 4,000: about 0.1 ms
    std::chrono::microseconds short_read_time{1'000}; ///< a read thought to be short is cut short after it, and run again on a worker
    group_options groups{};
    std::size_t max_queued = limits{}.max_queued;
    std::chrono::milliseconds acquire_timeout{limits{}.acquire_timeout_seconds * 1'000};
};

/// A database file. `:memory:` has one connection for everything, and is gone with it.
///
/// Short reads run where they are asked for: handing them to another thread and back costs more than most of them take. Long ones, as
/// far as is known from the last times, and writes run on `workers`: a thread pool shared by all databases, or the executor of the
/// callers themselves. Writes of several callers share transactions. Nothing is opened and no thread is bound before the first use.
/// Thread safety: as db::database. Must be destroyed before the context of `workers`.
class database final : public db::database, public db::local_database {
public:
    database(boost::asio::any_io_executor workers, database_options o);
    ~database() override;

    /// access::read: a reader that can't write; access::write and access::management: the writer, alone.
    boost::asio::awaitable<db::result<db::lease>> acquire(db::access mode) override;
    /// snapshot_read_only on a reader, none on the writer; atomic as a write that shares a transaction with others.
    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;
    [[nodiscard]] db::local_database* local() noexcept override { return this; }

    bool try_read(db::local_read& work) override;
    boost::asio::awaitable<db::result<void>> read(db::local_read& work) override;
    boost::asio::awaitable<db::result<void>> write(db::local_write& work) override;

    /// Closes idle connections and fails whoever waits.
    void close();

private:
    using pool_type = db::pool<connection>;

    std::shared_ptr<pool_type> make_pool(role r, std::size_t size, std::size_t reserved);
    [[nodiscard]] bool is_short(db::local_read& work) const;

    boost::asio::any_io_executor workers_;
    std::shared_ptr<database_options const> options_;
    std::shared_ptr<std::atomic<std::size_t>> opened_; ///< connections so far: the file was there, never create it silently again
    std::shared_ptr<pool_type> writer_;
    std::shared_ptr<pool_type> readers_; ///< the writer's pool for `:memory:`; reserved: for reads on the callers' threads
    std::shared_ptr<detail::write_queue> writes_;
};

} // namespace refract::sqlite

#ifdef REFRACT_HEADER_ONLY
#include <refract/sqlite/impl/database.ipp>
#endif
