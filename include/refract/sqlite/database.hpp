// One SQLite database file: one writer, several readers, opened when first used.
// See: sqlite/connection.hpp, db/pool.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/db/connection.hpp>
#include <refract/db/pool.hpp>
#include <refract/sqlite/connection.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace refract::sqlite {

/// How a database is shared out.
struct database_options {
    sqlite::options connection;
    std::size_t readers = 0; ///< open at the same time; 0: one per core, at least two
    std::size_t max_queued = limits{}.max_queued;
    std::chrono::milliseconds acquire_timeout{limits{}.acquire_timeout_seconds * 1'000};
};

/// A database file. `:memory:` has one connection for everything, and is gone with it.
///
/// Statements run on `workers`: a thread pool shared by all databases, or the executor of the callers themselves, which saves
/// two thread switches and lets a long statement hold up a thread of theirs. Nothing is opened and no thread is bound before
/// the first use.
/// Thread safety: as db::database. Must be destroyed before the context of `workers`.
class database final : public db::database {
public:
    database(boost::asio::any_io_executor workers, database_options o);
    ~database() override;

    /// access::read: a reader that can't write; access::write and access::management: the writer, alone.
    boost::asio::awaitable<db::result<db::lease>> acquire(db::access mode) override;
    /// snapshot_read_only on a reader, none on the writer.
    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;
    [[nodiscard]] bool is_local() const noexcept override { return true; }

    /// Closes idle connections and fails whoever waits.
    void close();

private:
    using pool_type = db::pool<connection>;

    std::shared_ptr<pool_type> make_pool(role r, std::size_t size);
    /// A connection whose file is still there; others are dropped on the way.
    static boost::asio::awaitable<db::result<db::pooled<connection>>> acquire_from(std::shared_ptr<pool_type> from);

    boost::asio::any_io_executor workers_;
    std::shared_ptr<database_options const> options_;
    std::shared_ptr<std::atomic<bool>> created_; ///< the file was there once: never create it silently again
    std::shared_ptr<pool_type> writer_;
    std::shared_ptr<pool_type> readers_; ///< the writer's pool for `:memory:`
};

} // namespace refract::sqlite

#ifdef REFRACT_HEADER_ONLY
#include <refract/sqlite/impl/database.ipp>
#endif
