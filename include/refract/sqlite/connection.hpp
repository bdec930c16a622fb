// One SQLite connection: prepared statements kept by id, cursors stepped in place, errors in the words of db/.
// See: sqlite/database.hpp, which opens them and shares them out.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/db/connection.hpp>
#include <refract/sqlite/cursor.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

struct sqlite3;

namespace refract::sqlite {

/// When a commit is on the disk.
enum class synchronous : std::uint8_t {
    normal, ///< a power cut may lose the last commits, never the consistency
    full    ///< an acknowledged commit survives a power cut
};

/// How a connection is opened.
struct options {
    std::string path;                            ///< a file, or `:memory:`
    bool create = true;                          ///< create the file if there is none
    sqlite::synchronous synchronous = synchronous::full;
    std::chrono::milliseconds busy_timeout{5'000}; ///< to wait for another process
    std::chrono::seconds statement_timeout{limits{}.statement_timeout_seconds}; ///< for one batch or one read; 0: none
    std::size_t max_statements = 500;            ///< prepared statements kept by one connection
};

enum class role : std::uint8_t { reader, writer };

namespace detail {

/// The statements around others, prepared once.
enum class control : std::uint8_t { begin, begin_immediate, commit, savepoint, release, rollback_to };

} // namespace detail

/// An open SQLite database.
///
/// Thread safety: none; every call on `executor()`. `run()` never suspends.
class connection final : public db::connection, public db::local_connection {
public:
    /// Opens and configures: WAL, foreign keys on, double-quoted strings off; a reader can't write.
    ///
    /// Errors: unavailable, with a message safe to send.
    [[nodiscard]] static db::result<std::shared_ptr<connection>>
    open(options const& o, role r, boost::asio::any_io_executor executor);

    connection(connection const&) = delete;
    connection& operator=(connection const&) = delete;
    ~connection() override;

    [[nodiscard]] boost::asio::any_io_executor executor() override { return executor_; }
    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override;
    [[nodiscard]] db::local_connection* local() noexcept override { return this; }

    /// As run(), without a coroutine.
    [[nodiscard]] db::result<db::results> run_now(std::span<db::query const> batch, db::isolation mode);

    /// Runs every statement of a script; the first error ends it.
    [[nodiscard]] db::result<void> execute_script(std::string_view text);

    db::result<db::cursor*> open(db::statement const& s, std::uint32_t nesting) override;
    db::result<void> begin_read() override;
    void end_read() override;
    void read(db::local_read& work) override;
    /// Runs reads, but neither waits for anybody nor, about, for longer than `budget`. False: they were cut short.
    [[nodiscard]] bool try_read(db::local_read& work, std::chrono::microseconds budget);

    db::result<void> begin_writes() override;
    db::result<void> begin_part() override;
    db::result<void> check() override;
    db::result<void> undo() override;
    db::result<void> end_part(bool keep) override;
    db::result<void> commit_writes() override;

    /// Ready for the next user: no open transaction, no stepped statement, at most max_statements prepared ones.
    void reset();

    /// Whether the file is still the one that was opened. Writes to a file that was removed or replaced would be lost.
    /// Cost: one look at the file system.
    [[nodiscard]] bool still_there() noexcept;
    /// The same as it was a moment ago: a tenth of a millisecond at most, and not before the file was opened for the `opened`th
    /// time, by whomever. For reads, which lose nothing; what one connection has seen of a new file no other one will miss.
    [[nodiscard]] bool still_there_lately(std::size_t opened) noexcept;
    /// False once still_there() was.
    [[nodiscard]] bool usable() const noexcept { return usable_.load(std::memory_order_acquire); }
    [[nodiscard]] bool in_transaction() const noexcept;
    [[nodiscard]] sqlite3* native_handle() const noexcept { return handle_; }

private:
    connection(options o, boost::asio::any_io_executor executor);
    db::result<void> configure(role r);
    db::result<std::unique_ptr<db::result_set>> run_one(db::query const& q);
    db::result<void> control(detail::control which);
    void run_read(db::local_read& work);
    void start_clock(std::chrono::steady_clock::duration allowed);
    void stop_clock() { allowed_ = std::chrono::steady_clock::duration::max(); }
    void rewind_all();
    static int on_progress(void* self);
    static int on_busy(void* self, int attempts);

    options options_;
    boost::asio::any_io_executor executor_;
    sqlite3* handle_ = nullptr;
    std::size_t stepped_ = 0;      ///< cursors that are not rewound
    detail::cursor_cache cursors_; ///< of open()
    detail::cursor_cache batches_; ///< of run()
    std::array<std::unique_ptr<cursor>, 6> controls_{};
    std::atomic<bool> usable_{true};
    std::chrono::steady_clock::time_point seen_there_{};
    std::size_t opened_when_seen_ = 0;
    bool reading_ = false; ///< between begin_read() and end_read()
    bool began_ = false;   ///< begin_read() opened a transaction of its own
    bool in_part_ = false; ///< between begin_part() and end_part(): one clock for all of it
    // The clock is read for the first time when a statement turns out to be no short one.
    std::chrono::steady_clock::duration allowed_ = std::chrono::steady_clock::duration::max();
    std::chrono::steady_clock::time_point deadline_{};
    std::uint32_t ticks_ = 0; ///< work since start_clock(), in detail::steps_per_tick
    bool hurried_ = false;    ///< inside try_read()
    bool cut_short_ = false;
};

} // namespace refract::sqlite

#ifdef REFRACT_HEADER_ONLY
#include <refract/sqlite/impl/connection.ipp>
#endif
