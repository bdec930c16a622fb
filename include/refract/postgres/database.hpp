// One PostgreSQL database: few connections, many callers.
// See: postgres/connection.hpp, db/pool.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/db/connection.hpp>
#include <refract/db/pool.hpp>
#include <refract/postgres/connection.hpp>

#include <cstddef>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace refract::postgres {

/// How a database is shared out.
struct database_options {
    postgres::options connection;
    std::size_t connection_limit = 10; ///< server connections, one of them kept for access::management
    std::size_t shared_target = 0;     ///< opened for shared use before any of them is slow; 0: two per core
    /// Where connections live: each caller on one of these is given one that lives there, as far as there are enough. Each is run by
    /// one thread. None: the database's executor.
    std::vector<boost::asio::any_io_executor> loops{};
    std::size_t max_queued = limits{}.max_queued;
    std::chrono::milliseconds acquire_timeout{limits{}.acquire_timeout_seconds * 1'000};
};

/// A database behind a pool.
///
/// run() shares the least busy connection with other callers; SQL without a statement id gets one alone, because it may
/// change the session. A read whose connection breaks is sent again on another one; a write only if nothing of it was sent.
/// A database that is away is reported as unavailable after a second of trying, at once while it is known to be away, and
/// used again as soon as it is back.
/// Lifetime: must be destroyed before the context of its executor; open connections keep that context busy until close().
class database final : public db::database {
public:
    database(boost::asio::any_io_executor executor, database_options o);
    ~database() override;

    boost::asio::awaitable<db::result<db::lease>> acquire(db::access mode) override;
    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;

    /// Closes idle connections and fails whoever waits. Connections in use are closed when they are given back.
    void close();

    [[nodiscard]] db::pool_state state() const { return pool_->state(); }

private:
    using pool_type = db::pool<connection>;

    /// The number of the loop that a caller is on; 0 if it is on none.
    [[nodiscard]] std::size_t lane_of(boost::asio::any_io_executor const& caller) const noexcept;

    std::vector<boost::asio::any_io_executor> loops_; ///< none if there is but one
    std::shared_ptr<pool_type> pool_;
};

} // namespace refract::postgres

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/database.ipp>
#endif
