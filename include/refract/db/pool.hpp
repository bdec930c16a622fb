// Who may use which connection, and for how long one waits: a pool that knows no database.
// See: examples/connection_pool.cpp; postgres/database.hpp and sqlite/database.hpp are built on it.
#pragma once

#include <refract/db/completion.hpp>
#include <refract/db/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace refract::db {

/// The numbers of a pool. The defaults are those of core/limits.hpp.
struct pool_options {
    std::size_t max_connections = 10; ///< open at the same time, the reserved ones among them
    std::size_t reserved = 0;         ///< of them: kept for use::reserved
    std::size_t shared_target = 2;    ///< shared use opens this many as soon as the others are busy, more only when all are slow
    std::size_t lanes = 1;            ///< threads the connections are spread over; each has its part of shared_target, one at least
    std::size_t max_queued = 1'000;   ///< callers waiting; the next one gets error_kind::queue_full
    std::chrono::milliseconds acquire_timeout{30'000}; ///< a waiter gets error_kind::timeout after it
    std::chrono::milliseconds slow_after{50};          ///< a shared connection that answered nothing for so long is slow
    std::chrono::milliseconds patience{1'000};         ///< failing to connect is not reported to waiters for so long
    std::chrono::milliseconds first_retry_delay{100};  ///< between two attempts to connect; doubles
    std::chrono::milliseconds max_retry_delay{500};    ///< the longest pause between two attempts
};

/// How a connection is wanted.
enum class use : std::uint8_t {
    exclusive, ///< nobody else on it
    shared,    ///< with others that share: the least busy of the first pool_options::shared_target, another if those are slow
    reserved   ///< exclusive, and may take one of the connections kept back for it
};

/// How a pool is doing.
struct pool_state {
    std::size_t connections = 0; ///< open
    std::size_t opening = 0;
    std::size_t busy = 0; ///< used by at least one caller
    std::size_t queued = 0;
};

template <class Connection> class pool;

/// A connection handed out by a pool. Gives it back when destroyed.
template <class Connection> class pooled {
public:
    pooled() = default;
    pooled(pooled&& other) noexcept : pool_(std::move(other.pool_)), slot_(std::move(other.slot_)) {}
    pooled& operator=(pooled&& other) noexcept {
        if (this != &other) {
            give_back();
            pool_ = std::move(other.pool_);
            slot_ = std::move(other.slot_);
        }
        return *this;
    }
    pooled(pooled const&) = delete;
    pooled& operator=(pooled const&) = delete;
    ~pooled() { give_back(); }

    explicit operator bool() const noexcept { return slot_ != nullptr; }
    [[nodiscard]] Connection* operator->() const noexcept;
    [[nodiscard]] Connection& operator*() const noexcept { return *operator->(); }
    [[nodiscard]] std::shared_ptr<Connection> const& get() const noexcept;

    /// Gives the connection back now.
    void give_back() noexcept;

private:
    friend class pool<Connection>;
    using slot = typename pool<Connection>::slot;
    pooled(std::shared_ptr<pool<Connection>> owner, std::shared_ptr<slot> s) : pool_(std::move(owner)), slot_(std::move(s)) {}

    std::shared_ptr<pool<Connection>> pool_;
    std::shared_ptr<slot> slot_;
};

/// A bounded set of connections and a bounded queue of callers.
///
/// `Connection` needs one member: `bool usable() const noexcept`, callable on any thread. A connection that is not usable
/// is dropped and replaced on demand; those who wait never see it. Connections are opened when somebody wants one and all
/// others are busy, never ahead of time. Waiters are served in order of arrival.
///
/// Lifetime: create with std::make_shared; must be destroyed before the executor's context.
/// Thread safety: every member may be called on any thread.
template <class Connection> class pool : public std::enable_shared_from_this<pool<Connection>> {
public:
    using pooled_type = pooled<Connection>;
    using opened = result<std::shared_ptr<Connection>>;
    /// Opens one connection. An error without `sqlstate` (nobody answered) is tried again for pool_options::patience; one with
    /// it (the database refused) is final.
    using opener = std::function<boost::asio::awaitable<opened>()>;
    /// The same on the thread with that number, below pool_options::lanes.
    using lane_opener = std::function<boost::asio::awaitable<opened>(std::size_t lane)>;

    pool(boost::asio::any_io_executor executor, opener open, pool_options options);
    pool(boost::asio::any_io_executor executor, lane_opener open, pool_options options);

    /// A connection.
    ///
    /// `lane`: where the caller is. A connection of that lane is preferred, another lane's is better than waiting.
    /// Errors: queue_full, timeout, unavailable (a connection was tried for pool_options::patience, or was known to fail a
    /// moment ago), whatever else the opener said.
    /// Cost: no suspension if a suitable connection is free.
    boost::asio::awaitable<result<pooled_type>> acquire(use how, std::size_t lane = 0);

    /// A connection if one is free now.
    [[nodiscard]] std::optional<pooled_type> try_acquire(use how, std::size_t lane = 0);

    /// Fails everyone who waits, closes idle connections and opens no more.
    void close();

    [[nodiscard]] pool_state state() const;

private:
    friend class pooled<Connection>;
    using clock = std::chrono::steady_clock;

    struct slot {
        std::shared_ptr<Connection> connection;
        std::size_t users = 0;
        std::size_t lane = 0;
        bool exclusive = false;
        bool reserved = false; ///< for use::reserved only
        bool draining = false; ///< takes no more sharers: somebody waits to have it alone
        clock::time_point progress{}; ///< when it last became busy or answered something
    };

    struct waiter {
        completion<result<pooled_type>> done;
        clock::time_point deadline;
        std::uint64_t ticket;
        std::size_t lane;
    };

    using answers = std::vector<std::pair<completion<result<pooled_type>>, result<pooled_type>>>;

    // All of these with mutex_ held. Completions are collected and invoked after it is released.
    std::shared_ptr<slot> pick(use how, clock::time_point now, std::size_t lane);
    std::shared_ptr<slot> pick_shared(clock::time_point now, std::size_t lane);
    std::shared_ptr<slot> pick_idle(bool reserved, std::size_t lane);
    pooled_type hand_out(std::shared_ptr<slot> s, use how, clock::time_point now);
    void want_more(use how, clock::time_point now, std::size_t lane);
    void drain_one();
    void serve(answers& out, clock::time_point now);
    void serve_queue(use how, answers& out, clock::time_point now);
    void drop_broken();
    void fail_all(answers& out, error const& e);
    void expire(answers& out, clock::time_point now);
    [[nodiscard]] bool can_open(use how, clock::time_point now) const;
    [[nodiscard]] bool known_down(clock::time_point now) const;
    [[nodiscard]] std::size_t queued() const;
    std::deque<waiter>& queue(use how) { return queues_[static_cast<std::size_t>(how)]; }
    std::deque<waiter> const& queue(use how) const { return queues_[static_cast<std::size_t>(how)]; }

    void enqueue(use how, std::size_t lane, completion<result<pooled_type>> done);
    void release(std::shared_ptr<slot> const& s) noexcept;
    boost::asio::awaitable<void> open_one(bool reserved, std::size_t lane);
    void on_open_failed(error e, answers& out, clock::time_point now);
    void arm();
    void rearm();
    void on_timer();
    static void answer(answers& list);

    boost::asio::any_io_executor executor_;
    lane_opener open_;
    pool_options options_;
    mutable std::mutex mutex_;
    std::vector<std::shared_ptr<slot>> slots_;
    std::deque<waiter> queues_[3];
    std::size_t opening_ = 0;          ///< for exclusive and shared use
    std::size_t opening_reserved_ = 0; ///< for use::reserved
    std::uint64_t next_ticket_ = 0;
    bool closed_ = false;
    // What is known about attempts to connect.
    std::optional<error> last_error_;
    clock::time_point failing_since_{};
    clock::time_point not_before_{};
    std::chrono::milliseconds retry_delay_;
    std::minstd_rand random_;
    // Touched on timer_strand_ only.
    boost::asio::strand<boost::asio::any_io_executor> timer_strand_;
    boost::asio::steady_timer timer_;
};

} // namespace refract::db

#include <refract/db/impl/pool.ipp>
