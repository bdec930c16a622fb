// One server connection in pipeline mode: batches go out as they come, answers come back in order.
// See: postgres/connection.hpp, the form in which others use it.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/completion.hpp>
#include <refract/db/connection.hpp>
#include <refract/postgres/options.hpp>
#include <refract/postgres/result.hpp>
#include <refract/postgres/statement_cache.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <libpq-fe.h>

namespace refract::postgres::detail {

/// The answer to a batch. `sent` is false if nothing of it has left: it may go to another connection.
struct outcome {
    db::result<db::results> answer;
    bool sent = true;
};

/// What one command of a batch is for.
struct command {
    enum class purpose : std::uint8_t { query, prepare, begin, commit, housekeeping };

    purpose what = purpose::query;
    std::uint32_t position = 0;     ///< of the query in its batch
    std::uint64_t statement_id = 0; ///< of a prepared one
    std::uint64_t name = 0;         ///< under which it was prepared
};

/// Queries on their way, up to one synchronisation point.
struct batch {
    std::span<db::query const> queries{}; ///< the caller's
    db::isolation mode = db::isolation::none;
    db::completion<outcome> done{};       ///< empty for our own
    std::vector<std::string> own{};       ///< texts of our own
    std::vector<command> commands{};
    std::size_t next = 0; ///< the command whose answer comes next
    db::results rows{};
    std::optional<db::error> failure{};
    bool begun = false;   ///< our BEGIN has succeeded, our COMMIT has not
    bool stale = false;   ///< failed for a reason of ours; nothing has happened; send it again
    std::uint8_t attempts = 0;
    std::uint64_t rollbacks_before = 0; ///< session's count when this was sent
};

/// A PGconn and its pipeline.
///
/// Thread safety: submit(), end_lease(), close() and usable() on any thread; the rest runs on the strand.
class session : public std::enable_shared_from_this<session> {
public:
    session(boost::asio::any_io_executor strand, options o);
    session(session const&) = delete;
    session& operator=(session const&) = delete;
    ~session();

    /// Connects; the error, if any. Call once, on the strand.
    boost::asio::awaitable<std::optional<db::error>> connect();

    /// Sends a batch behind all others. Parameters and statements must live until `done` is invoked.
    void submit(std::unique_ptr<batch> b);

    /// Leaves no trace of an exclusive user: an open transaction is rolled back, session settings are as they were.
    void end_lease();

    void close();
    [[nodiscard]] bool usable() const noexcept { return usable_.load(std::memory_order_acquire); }
    [[nodiscard]] boost::asio::any_io_executor const& executor() const noexcept { return strand_; }

private:
    using clock = std::chrono::steady_clock;

    // Connecting (session_connect.ipp)
    boost::asio::awaitable<std::string> resolve();
    void start_connecting(std::string const& address);
    void follow_socket();
    boost::asio::awaitable<bool> poll_until(clock::time_point deadline);
    db::error connect_error() const;
    void begin_pipeline();

    // Sending
    void start(std::unique_ptr<batch> b);
    [[nodiscard]] static std::optional<db::error> refuse(batch const& b);
    bool send_all(batch& b);
    bool send_query(batch& b, std::uint32_t position);
    bool send_prepared(batch& b, db::statement const& s, command c, std::span<db::value const> parameters);
    void send_own(std::vector<std::string> texts);
    void send_evicted();
    void load_parameters(std::span<db::value const> parameters);
    void flush();

    // Receiving
    void read_more();
    void on_readable();
    bool process();
    bool on_result(result_ptr r);
    void on_answer(batch& b, command const& c, result_ptr r);
    void on_error(batch& b, command const& c, PGresult const* r);
    void on_skipped(command const& c);
    void finish_front();
    static void answer(batch& b);
    void fail(db::error_kind kind, std::string server_text);
    void watch();

    boost::asio::any_io_executor strand_;
    options options_;
    PGconn* pg_ = nullptr;
    std::optional<boost::asio::posix::stream_descriptor> socket_;
    boost::asio::steady_timer timer_;
    std::deque<std::unique_ptr<batch>> pending_; ///< sent, oldest first
    statement_cache prepared_;
    std::vector<std::string> evicted_; ///< DEALLOCATE statements to send once no transaction is open
    std::vector<char const*> parameter_pointers_;
    std::deque<std::string> parameter_texts_;
    clock::time_point progress_{}; ///< when the server last said something
    std::uint64_t rollbacks_ = 0;  ///< sent because a wrapped read failed; what was in the pipeline fails until then
    bool reading_ = false;
    bool writing_ = false;
    bool watching_ = false;
    bool ran_raw_ = false; ///< a statement that is not ours ran: it may have changed the session
    std::atomic<bool> usable_{false};
};

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/session.ipp>
#include <refract/postgres/impl/session_connect.ipp>
#endif
