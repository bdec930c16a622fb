// A transaction that stays open over several requests: a database of one connection, for prisma1::service::execute().
// See: engine/transaction.hpp, whose transactions are savepoints in it.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>

#include <memory>
#include <span>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace refract::engine {

/// What is run here sees what was run here before, and nobody else does before commit(). What fails is taken back alone.
///
/// PostgreSQL: READ COMMITTED. An in-process database: the only writer as long as it is open. Ended by its destruction, it is rolled back.
/// Thread safety: none; one call at a time, from any executor. Coroutines resume on the caller's.
class open_transaction final : public db::database, public db::local_database {
public:
    using begun = db::result<std::shared_ptr<open_transaction>>;

    /// Leases a writer and begins. Errors: unavailable, queue_full, timeout; serialization, when another process holds the lock for too long.
    [[nodiscard]] static REFRACT_DECL boost::asio::awaitable<begun> begin(db::database& database);

    explicit open_transaction(db::lease held) : lease_(std::move(held)) {}

    /// Everything that succeeded is durable, or nothing. Errors: what a COMMIT can fail with; connection_lost, if the transaction was lost
    /// before.
    [[nodiscard]] REFRACT_DECL boost::asio::awaitable<db::result<void>> commit();

    /// Takes everything back, as destruction does.
    void rollback() { lease_ = {}; }

    /// The connection; a transaction that is begun on it is a savepoint.
    REFRACT_DECL boost::asio::awaitable<db::result<db::lease>> acquire(db::access mode) override;
    /// All of the batch happens, or nothing.
    REFRACT_DECL boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;
    [[nodiscard]] db::local_database* local() noexcept override { return lease_ && lease_->local() != nullptr ? this : nullptr; }

    bool try_read(db::local_read& /*work*/) override { return false; } // its connection is not the caller's
    REFRACT_DECL boost::asio::awaitable<db::result<void>> read(db::local_read& work) override;
    REFRACT_DECL boost::asio::awaitable<db::result<void>> write(db::local_write& work) override;

private:
    [[nodiscard]] REFRACT_DECL db::result<void> usable() const;

    db::lease lease_;
    bool lost_ = false; ///< the database gave it up
};

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/open_transaction.ipp>
#endif
