// Any row of commands for a pool of connections, on a clock of its own.
//
// Never more connections than allowed; nobody else on one that is used alone; nobody gets a broken one; those who wait are served in their
// order and not longer than allowed; no free connection while somebody waits; in the end everybody has an answer and the pool is gone.
//
// The clock: pool and timers ask std::chrono::steady_clock, whose now() is defined here, so that minutes pass in no time. Asio's reactor is the
// one that looks at that clock whenever it is polled; the other one leaves it to the kernel.
#define BOOST_ASIO_DISABLE_EPOLL 1

#include "check.hpp"
#include "choices.hpp"

#include <refract/db/pool.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace {

std::chrono::steady_clock::time_point time_of_target{std::chrono::hours(1)};

} // namespace

std::chrono::steady_clock::time_point std::chrono::steady_clock::now() noexcept { return time_of_target; }

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using namespace std::chrono_literals;
using refract_fuzz::check;

struct connection {
    [[nodiscard]] bool usable() const noexcept { return !is_broken; }

    bool is_broken = false;
    std::size_t users = 0;
    bool is_exclusive = false;
};

using pool_type = db::pool<connection>;
using answer_type = db::result<db::pooled<connection>>;

/// Somebody who wants a connection.
struct caller {
    db::use how;
    std::chrono::steady_clock::time_point since;
    std::optional<answer_type> answer{};
    bool is_seen = false; ///< its answer has been looked at
    bool is_done = false; ///< it has given back what it got
};

enum class database_state : std::uint8_t { up, away, refusing };

class machine {
public:
    explicit machine(refract_fuzz::choices& c) {
        static constexpr std::size_t sizes[] = {1, 2, 3, 5};
        options_.max_connections = c.of(sizes);
        options_.reserved = c.below(3);
        options_.shared_target = 1 + c.below(3);
        options_.max_queued = 1 + c.below(6);
        options_.acquire_timeout = 1s;
        options_.patience = c.sometimes(128) ? 300ms : 0ms;
        pool_ = std::make_shared<pool_type>(context_.get_executor(), [this] { return open(); }, options_);
    }

    void command(refract_fuzz::choices& c) {
        static constexpr db::use uses[] = {db::use::exclusive, db::use::shared, db::use::reserved, db::use::exclusive};
        static constexpr std::chrono::milliseconds times[] = {1ms, 6ms, 60ms, 400ms, 1'500ms};
        static constexpr std::chrono::milliseconds delays[] = {0ms, 0ms, 20ms, 2'000ms};
        auto const which = c.below(16);
        if (which < 5) {
            ask(c.of(uses));
        } else if (which < 9) {
            give_back(c.byte());
        } else if (which == 9) {
            try_acquire(c.of(uses));
        } else if (which == 10) {
            kill(c.byte());
        } else if (which == 11) {
            restart_database();
        } else if (which == 12) {
            state_ = static_cast<database_state>(c.below(3));
        } else if (which == 13) {
            delay_ = c.of(delays);
        } else if (which == 14 && c.sometimes(24)) {
            pool_->close();
            is_closed_ = true;
        } else {
            time_of_target += c.of(times);
        }
        step();
    }

    /// Everybody gives back and the database is up again: nobody may be left without an answer, and nothing of the pool.
    void finish() {
        state_ = database_state::up;
        delay_ = 0ms;
        for (int round = 0; round < 8; ++round) {
            for (auto const& one : callers_) {
                release(*one);
            }
            step();
            time_of_target += 500ms;
            step();
        }
        for (auto const& one : callers_) {
            check(one->answer.has_value(), "somebody waits for ever");
        }
        for (auto const& one : callers_) {
            release(*one);
        }
        std::weak_ptr<pool_type> const gone = pool_;
        pool_->close();
        pool_.reset();
        time_of_target += 10s; // whatever was being opened
        context_.restart();
        context_.poll();
        check(gone.expired(), "the pool is not gone");
        for (auto const& one : connections_) {
            check(one.expired(), "a connection is not gone");
        }
    }

private:
    asio::awaitable<pool_type::opened> open() {
        if (delay_ > 0ms) {
            asio::steady_timer timer(context_, delay_);
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (state_ != database_state::up) {
            db::error failed{db::error_kind::unavailable, "away"};
            failed.sqlstate = state_ == database_state::refusing ? "28P01" : "";
            co_return failed;
        }
        auto fresh = std::make_shared<connection>();
        connections_.push_back(fresh);
        co_return fresh;
    }

    void ask(db::use how) {
        auto const one = std::make_shared<caller>(caller{how, time_of_target, std::nullopt});
        callers_.push_back(one);
        auto task = [](std::shared_ptr<pool_type> from, std::shared_ptr<caller> to) -> asio::awaitable<void> {
            auto wanted = from->acquire(to->how);
            from.reset(); // the pool is kept by those who hold something of it
            to->answer.emplace(co_await std::move(wanted));
        };
        asio::co_spawn(context_, task(pool_, one), asio::detached);
    }

    void try_acquire(db::use how) {
        auto got = pool_->try_acquire(how);
        if (got) {
            callers_.push_back(std::make_shared<caller>(caller{how, time_of_target, std::nullopt}));
            callers_.back()->answer.emplace(std::move(*got));
        }
    }

    void give_back(std::size_t which) {
        std::vector<caller*> holders;
        for (auto const& one : callers_) {
            if (one->answer && one->answer->has_value() && !one->is_done) {
                holders.push_back(one.get());
            }
        }
        if (!holders.empty()) {
            release(*holders[which % holders.size()]);
        }
    }

    static void release(caller& one) {
        if (!one.answer || !one.answer->has_value() || one.is_done) {
            return;
        }
        one.is_done = true;
        auto& held = **one.answer;
        if (one.is_seen) {
            --held->users;
            held->is_exclusive = false;
        }
        held.give_back();
    }

    void kill(std::size_t which) {
        if (auto const one = connections_.empty() ? nullptr : connections_[which % connections_.size()].lock()) {
            one->is_broken = true;
        }
    }

    void restart_database() {
        for (auto const& weak : connections_) {
            if (auto const one = weak.lock()) {
                one->is_broken = true;
            }
        }
    }

    void step() {
        context_.restart();
        while (context_.poll() > 0) {
        }
        look_at_answers();
        look_at_pool();
    }

    void look_at_answers() {
        std::array<bool, 3> is_waiting{};
        for (auto const& one : callers_) {
            auto& earlier_waits = is_waiting[static_cast<std::size_t>(one->how)];
            if (!one->answer) {
                check(time_of_target - one->since <= options_.acquire_timeout, "somebody waits for too long");
                check(!is_closed_, "somebody waits for a pool that is closed");
                earlier_waits = true;
                continue;
            }
            if (one->is_seen) {
                continue;
            }
            one->is_seen = true;
            if (!one->answer->has_value()) {
                auto const kind = one->answer->failure().kind;
                check(kind == db::error_kind::timeout || kind == db::error_kind::queue_full || kind == db::error_kind::unavailable, "an error of another kind");
                check(kind != db::error_kind::timeout || time_of_target - one->since >= options_.acquire_timeout, "a timeout too early");
                continue;
            }
            check(!earlier_waits, "somebody was served before one who came earlier");
            auto& held = ***one->answer;
            check(!held.is_broken || one->is_done, "a broken connection was handed out");
            check(!held.is_exclusive, "a connection that is used alone was shared");
            check(one->how == db::use::shared || held.users == 0, "a connection is used alone by two");
            ++held.users;
            held.is_exclusive = one->how != db::use::shared;
        }
    }

    void look_at_pool() {
        auto const now = pool_->state();
        check(now.connections + now.opening <= options_.max_connections, "more connections than allowed");
        check(now.queued <= options_.max_queued, "more callers wait than allowed");
        check(now.busy <= now.connections, "more connections are busy than there are");
        if (is_closed_) {
            return;
        }
        // Those kept back are idle while others wait.
        auto const kept = std::min(options_.reserved, options_.max_connections - 1);
        std::size_t idle = 0;
        for (auto const& weak : connections_) {
            auto const one = weak.lock();
            idle += one && one->usable() && one->users == 0 ? 1U : 0U;
        }
        check(now.queued == 0 || idle <= kept, "a connection is free and somebody waits");
    }

    asio::io_context context_{1};
    db::pool_options options_;
    std::shared_ptr<pool_type> pool_;
    std::vector<std::weak_ptr<connection>> connections_;
    std::vector<std::shared_ptr<caller>> callers_;
    database_state state_ = database_state::up;
    std::chrono::milliseconds delay_{0};
    bool is_closed_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    refract_fuzz::choices decisions(data, std::min<std::size_t>(size, 200));
    machine one(decisions);
    while (!decisions.used_up()) {
        one.command(decisions);
    }
    one.finish();
    return 0;
}
