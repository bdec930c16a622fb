// Writes of many callers, carried out one after the other in transactions they share: one way to the disk for all of them.
// See: sqlite/database.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/completion.hpp>
#include <refract/db/local_database.hpp>
#include <refract/db/pool.hpp>
#include <refract/sqlite/connection.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace refract::sqlite {

/// How far writes of different callers share transactions.
struct group_options {
    std::size_t max_writes = 256;                ///< in one transaction
    std::chrono::milliseconds max_time{20};      ///< after so long a transaction takes no further writes
    std::chrono::microseconds max_linger{2'000}; ///< to wait for those who wrote in the last transaction too; 0: never
};

namespace detail {

/// Writes waiting for the one writer, and what runs them: a coroutine on the workers that is there while there are writes.
///
/// A write that fails takes back its own changes alone. If the database gives up a whole transaction (the disk is full, a
/// statement took too long), those of its writes that had not failed run again, each in a transaction of its own. Lifetime:
/// create with std::make_shared. Thread safety: all members.
class write_queue : public std::enable_shared_from_this<write_queue> {
public:
    using pool_type = db::pool<connection>;

    write_queue(
        boost::asio::any_io_executor workers, std::shared_ptr<pool_type> writer, group_options groups, std::size_t max_queued,
        std::chrono::milliseconds patience
    )
        : workers_(std::move(workers)), writer_(std::move(writer)), groups_(groups), max_queued_(max_queued),
          patience_(patience) {}

    /// As db::local_database::write().
    boost::asio::awaitable<db::result<void>> write(db::local_write& work);

    /// Fails those who wait.
    void close();

private:
    using clock = std::chrono::steady_clock;

    struct outcome {
        db::result<void> done;
        std::exception_ptr thrown;
    };

    struct entry {
        db::local_write* work = nullptr;
        db::completion<outcome> done{};
        clock::time_point deadline{};
        outcome result{};
        bool kept = false;
        bool alone = false; ///< once the others' transaction was given up with it
    };
    using group = std::vector<entry>;

    void enqueue(db::local_write& work, db::completion<outcome> done);
    boost::asio::awaitable<void> run();
    boost::asio::awaitable<void> run_group(connection& on, group& all);
    boost::asio::awaitable<void> run_one(connection& on, entry& one);
    void commit(connection& on, group& all);
    void run_again(group& all, std::size_t lost_at);
    void take(group& to, bool linger);
    void fail_waiting(db::error const& e);
    bool finish();
    static void fail(group& all, db::error const& e);

    boost::asio::any_io_executor workers_;
    std::shared_ptr<pool_type> writer_;
    group_options groups_;
    std::size_t max_queued_;
    std::chrono::milliseconds patience_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<entry> waiting_;
    bool running_ = false;
    bool closed_ = false;
    // Of the last transaction; touched by run() alone.
    std::size_t last_size_ = 0;
    clock::duration last_commit_{};
};

/// A connection whose file is still there; others are dropped on the way.
boost::asio::awaitable<db::result<db::pooled<connection>>>
acquire_present(std::shared_ptr<db::pool<connection>> from, db::use how);

} // namespace detail

} // namespace refract::sqlite

#ifdef REFRACT_HEADER_ONLY
#include <refract/sqlite/impl/write_queue.ipp>
#endif
