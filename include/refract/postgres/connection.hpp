// One PostgreSQL connection on Asio.
// See: postgres/database.hpp, which opens them and shares them out.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/postgres/options.hpp>
#include <refract/postgres/session.hpp>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace refract::postgres {

/// An open connection.
///
/// Batches may be under way at the same time: they leave in the order of the calls, without waiting for each other's answers.
/// A batch is one round trip and one transaction; with isolation::snapshot_read_only and more than one query a REPEATABLE READ
/// READ ONLY one. A statement with an id is prepared once, in the batch that needs it first. Rows are binary; those of a
/// statement without declared columns are text.
/// Thread safety: all members, from any executor.
/// Lifetime: must be destroyed before its executor's context. While it is open it keeps that context busy.
class connection final : public db::connection {
public:
    /// Connects on a strand of `executor`, or on `executor` itself (options::strand).
    ///
    /// Errors: unavailable; with an `sqlstate` if the server refused in a way that waiting does not cure.
    [[nodiscard]] static boost::asio::awaitable<db::result<std::shared_ptr<connection>>>
    open(boost::asio::any_io_executor executor, options o);

    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection() override { session_->close(); }

    [[nodiscard]] boost::asio::any_io_executor executor() override { return session_->executor(); }

    /// Errors: invalid_text for a NUL in a parameter, before anything is sent; connection_lost; what the server says.
    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;

    /// For db::wait_for(): as run(), and tells whether anything was sent.
    [[nodiscard]] detail::submission hand_over(std::span<db::query const> batch, db::isolation mode) const {
        return {session_, batch, mode};
    }

    /// Runs each text as a statement, in one batch: one transaction unless one is open already.
    boost::asio::awaitable<db::result<void>> execute(std::vector<std::string> statements);

    /// Ready for the next user: a transaction that is open is rolled back, settings are as they were.
    void end_lease() { session_->end_lease(); }

    /// False once the connection is lost.
    [[nodiscard]] bool usable() const noexcept { return session_->usable(); }

private:
    explicit connection(std::shared_ptr<detail::session> s) : session_(std::move(s)) {}

    std::shared_ptr<detail::session> session_;
};

} // namespace refract::postgres

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/connection.ipp>
#endif
