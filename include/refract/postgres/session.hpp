// One server connection: batches go out as they come, answers come back in order.
// See: postgres/connection.hpp, the form in which others use it.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/completion.hpp>
#include <refract/db/connection.hpp>
#include <refract/postgres/message.hpp>
#include <refract/postgres/options.hpp>
#include <refract/postgres/receive_block.hpp>
#include <refract/postgres/result.hpp>
#include <refract/postgres/statement_cache.hpp>
#include <refract/postgres/transport.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/container/small_vector.hpp>

#include <libpq-fe.h>

namespace refract::postgres::detail {

/// The answer to a batch. `sent` is false if nothing of it has left: it may go to another connection.
struct outcome {
    db::result<db::results> answer;
    bool sent = true;
};

/// What one command of a batch is for, and what its answer consists of.
struct command {
    enum class purpose : std::uint8_t {
        query,       ///< BindComplete, rows, CommandComplete
        raw_query,   ///< ParseComplete, BindComplete, RowDescription or NoData, rows, CommandComplete
        prepare,     ///< ParseComplete, ParameterDescription, RowDescription or NoData
        begin,       ///< as query
        commit,      ///< as query
        setting,     ///< as query
        housekeeping,///< as raw_query, and nobody reads it
        close        ///< CloseComplete
    };

    purpose what = purpose::query;
    std::uint32_t position = 0;     ///< of the query in its batch
    std::uint64_t statement_id = 0; ///< of a prepared one
    std::uint64_t name = 0;         ///< under which it was prepared
    std::shared_ptr<row_form> form{};
};

/// Queries on their way, up to one synchronisation point.
struct batch {
    std::span<db::query const> queries{}; ///< the caller's
    db::isolation mode = db::isolation::none;
    db::completion<outcome> done{};       ///< empty for our own
    std::vector<std::string> own{};       ///< texts of our own
    boost::container::small_vector<command, 4> commands{};
    std::size_t next = 0; ///< the command whose answer comes next
    db::results rows{};
    std::unique_ptr<received_rows> receiving{}; ///< of the command whose answer is under way
    std::optional<db::error> failure{};         ///< once there is one, only the synchronisation point is still to come
    bool begun = false;   ///< our BEGIN has succeeded, our COMMIT has not
    bool stale = false;   ///< failed for a reason of ours; nothing has happened; send it again
    bool behind_failed_read = false; ///< stale because a read of ours on the same connection failed, in its transaction
    std::uint8_t attempts = 0;
    std::uint64_t rollbacks_before = 0; ///< session's count when this was sent
};

/// A PGconn that libpq has connected, and the protocol spoken on it since.
///
/// What is sent in one turn of the event loop leaves in one write; rows stay where they were received.
/// A server that breaks the protocol loses the connection.
/// Thread safety: submit(), end_lease(), close() and usable() on any thread; the rest runs on the strand.
class session : public std::enable_shared_from_this<session> {
public:
    session(boost::asio::any_io_executor strand, options o);
    session(session const&) = delete;
    session& operator=(session const&) = delete;
    ~session();

    /// Before connect(): what to do with notifications, and when an open connection is lost. Both are invoked on the strand.
    void listen(std::function<void(std::string_view payload)> heard, std::function<void()> lost) {
        heard_ = std::move(heard);
        lost_ = std::move(lost);
    }

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
    boost::asio::awaitable<bool> poll_until(clock::time_point deadline);
    db::error connect_error() const;

    // Sending (session.ipp)
    void start(std::unique_ptr<batch> b);
    [[nodiscard]] static std::optional<db::error> refuse(batch const& b);
    void compose(batch& b);
    void compose_query(batch& b, std::uint32_t position);
    void compose_prepared(batch& b, db::statement const& s, command c, std::span<db::value const> parameters);
    void compose_raw(batch& b, std::string_view text, std::span<db::value const> parameters, command c);
    void compose_close(batch& b, std::uint64_t name);
    void compose_planning(batch& b);
    void bind(std::uint64_t name, std::span<db::value const> parameters, bool binary);
    void send_own(std::vector<std::string> texts);
    void flush_soon();
    void flush();
    static void answer(batch& b);
    void fail(db::error_kind kind, std::string server_text);
    void watch();

    // Receiving (session_receive.ipp)
    void read_more();
    void on_readable();
    void make_room();
    [[nodiscard]] bool process();
    [[nodiscard]] bool on_message(message const& m);
    [[nodiscard]] bool on_notification(std::string_view body);
    [[nodiscard]] bool on_answer(batch& b, message const& m);
    [[nodiscard]] bool on_description(batch& b, command& c, message const& m);
    [[nodiscard]] bool on_complete(batch& b, command& c, std::uint64_t affected);
    [[nodiscard]] bool on_ready(std::string_view body);
    [[nodiscard]] bool on_copy(batch& b);
    void on_error(std::string_view body);
    void on_failed(batch& b, command const& c, db::error& e);
    void skip_rest(batch& b);
    void finish_front();

    boost::asio::any_io_executor strand_;
    options options_;
    PGconn* pg_ = nullptr;
    transport transport_;
    boost::asio::steady_timer timer_;
    std::deque<std::unique_ptr<batch>> pending_; ///< sent, oldest first
    statement_cache prepared_;
    std::vector<std::uint64_t> evicted_; ///< names to close with the next batch
    std::string out_;                    ///< composed, and not yet taken by the socket from `out_sent_` on
    std::size_t out_sent_ = 0;
    message_writer writer_{out_};
    std::string parameter_text_;
    // What was received: [0, answer_) belongs to answers that are given, [answer_, parsed_) to the one under way.
    receive_block in_;
    std::size_t answer_ = 0;
    std::size_t parsed_ = 0;
    std::size_t filled_ = 0;
    std::string farewell_;          ///< what the server said when nothing was under way
    char transaction_status_ = 'I'; ///< as of the last synchronisation point: I idle, T in a transaction, E in a failed one
    clock::time_point progress_{}; ///< when the server last said something
    std::uint64_t rollbacks_ = 0;  ///< sent because a wrapped read failed; what was in the pipeline fails until then
    bool reading_ = false;
    bool writing_ = false;
    bool flush_posted_ = false;
    bool watching_ = false;
    std::optional<bool> plans_each_time_ = false; ///< the server's plan_cache_mode as last set; nothing: an error may have undone that
    bool planning_changed_ = false; ///< since the last lease ended: its rollback may have undone it
    bool ran_raw_ = false; ///< a statement that is not ours ran: it may have changed the session
    std::function<void(std::string_view)> heard_{};
    std::function<void()> lost_{};
    std::atomic<bool> usable_{false};
};

/// Hands a caller's queries over to a session.
struct submission {
    std::shared_ptr<session> to;
    std::span<db::query const> queries;
    db::isolation mode;

    void operator()(db::completion<outcome> done) const {
        auto b = std::make_unique<batch>();
        b->queries = queries;
        b->mode = mode;
        b->done = std::move(done);
        to->submit(std::move(b));
    }
};

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/session.ipp>
#include <refract/postgres/impl/session_connect.ipp>
#include <refract/postgres/impl/session_receive.ipp>
#endif
