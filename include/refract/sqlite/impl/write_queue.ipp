#pragma once

#include <refract/sqlite/write_queue.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace refract::sqlite::detail {

/// Waiting for less is not worth the look at the clock.
inline constexpr std::chrono::microseconds shortest_linger{20};

REFRACT_DECL boost::asio::awaitable<db::result<db::pooled<connection>>>
acquire_present(std::shared_ptr<db::pool<connection>> from, db::use how) {
    for (;;) {
        auto held = co_await from->acquire(how);
        if (!held || (*held)->still_there()) {
            co_return held;
        }
        held->give_back(); // the pool drops it, and opens another one if there is a file again
    }
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> write_queue::write(db::local_write& work) {
    auto start = [&](db::completion<outcome> done) { enqueue(work, std::move(done)); };
    auto waiting = db::wait_for<outcome>(start);
    auto finished = co_await std::move(waiting);
    if (finished.thrown) {
        std::rethrow_exception(finished.thrown);
    }
    co_return std::move(finished.done);
}

REFRACT_DECL void write_queue::enqueue(db::local_write& work, db::completion<outcome> done) {
    std::optional<db::error> refused;
    bool start = false;
    {
        auto const lock = std::lock_guard(mutex_);
        if (closed_) {
            refused = db::error{db::error_kind::unavailable, "The database is closed."};
        } else if (waiting_.size() >= max_queued_) {
            refused = db::error{db::error_kind::queue_full, "Too many requests wait for a database connection."};
        } else {
            entry e;
            e.work = &work;
            e.done = std::move(done);
            e.deadline = clock::now() + patience_;
            waiting_.push_back(std::move(e));
            start = !std::exchange(running_, true);
        }
    }
    if (refused) {
        done({std::move(*refused), nullptr});
    } else if (start) {
        boost::asio::co_spawn(
            workers_, [self = shared_from_this()] { return self->run(); }, boost::asio::detached
        );
    } else {
        arrived_.notify_one();
    }
}

REFRACT_DECL void write_queue::close() {
    {
        auto const lock = std::lock_guard(mutex_);
        closed_ = true;
    }
    fail_waiting({db::error_kind::unavailable, "The database is closed."});
}

REFRACT_DECL void write_queue::fail_waiting(db::error const& e) {
    std::deque<entry> failed;
    {
        auto const lock = std::lock_guard(mutex_);
        bool const only_late = e.kind == db::error_kind::timeout; // the later ones may still have luck
        auto const late = [now = clock::now(), only_late](entry const& one) { return !only_late || one.deadline <= now; };
        auto const first = std::stable_partition(waiting_.begin(), waiting_.end(), [&](entry const& one) { return !late(one); });
        failed.assign(std::make_move_iterator(first), std::make_move_iterator(waiting_.end()));
        waiting_.erase(first, waiting_.end());
    }
    for (auto& one : failed) {
        one.done({e, nullptr});
    }
}

/// True, and nothing is running any more, if nobody waits.
REFRACT_DECL bool write_queue::finish() {
    auto const lock = std::lock_guard(mutex_);
    running_ = !waiting_.empty();
    return !running_;
}

/// Moves waiting writes to a group, as many as it may have.
///
/// With `linger` a group smaller than the last one waits a moment: writers come in waves, those who were answered together write
/// again together, and a transaction without them costs as much time as one with them.
REFRACT_DECL void write_queue::take(group& to, bool linger) {
    group late;
    {
        auto lock = std::unique_lock(mutex_);
        auto const missing = last_size_ > to.size() ? last_size_ - to.size() : 0;
        auto const wait = std::min<clock::duration>(last_commit_ / 4, groups_.max_linger);
        if (linger && waiting_.size() < missing && wait >= shortest_linger) {
            arrived_.wait_for(lock, wait, [&] { return waiting_.size() >= missing || closed_; });
        }
        auto const now = clock::now();
        while (!waiting_.empty() && to.size() < groups_.max_writes &&
               (to.empty() || !(to.front().alone || waiting_.front().alone))) {
            (waiting_.front().deadline <= now ? late : to).push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
    }
    fail(late, {db::error_kind::timeout, "No database connection became free in time."});
}

REFRACT_DECL void write_queue::fail(group& all, db::error const& e) {
    for (auto& one : all) {
        one.done({e, nullptr});
    }
}

REFRACT_DECL boost::asio::awaitable<void> write_queue::run() {
    auto const self = shared_from_this();
    while (!finish()) {
        auto held = co_await acquire_present(writer_, db::use::exclusive);
        if (!held) {
            fail_waiting(held.failure());
            continue;
        }
        group all;
        take(all, false);
        if (!all.empty()) {
            co_await run_group(**held, all);
        }
        held->give_back(); // in between others get their turn
        for (auto& one : all) {
            one.done(std::move(one.result));
        }
    }
}

REFRACT_DECL boost::asio::awaitable<void> write_queue::run_group(connection& on, group& all) {
    auto const started = clock::now();
    auto const begun = on.begin_writes();
    if (!begun) {
        for (auto& one : all) {
            one.result = {begun.failure(), nullptr};
        }
        co_return;
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        co_await run_one(on, all[i]);
        if (!on.in_transaction()) {
            on.reset();
            run_again(all, i);
            co_return;
        }
        if (i + 1 == all.size() && clock::now() - started < groups_.max_time) {
            take(all, true);
        }
    }
    commit(on, all);
}

/// One write, between the two that come before and after it.
REFRACT_DECL boost::asio::awaitable<void> write_queue::run_one(connection& on, entry& one) {
    one.kept = false;
    one.result = {};
    auto begun = on.begin_part();
    if (!begun) {
        one.result.done = std::move(begun);
        co_return;
    }
    try {
        auto work = one.work->run(on);
        one.kept = co_await std::move(work);
    } catch (...) {
        one.result.thrown = std::current_exception();
    }
    if (!on.in_transaction()) {
        co_return;
    }
    auto ended = on.end_part(one.kept);
    if (!ended) {
        one.kept = false;
        one.result.done = std::move(ended);
    }
}

REFRACT_DECL void write_queue::commit(connection& on, group& all) {
    auto const started = clock::now();
    auto const committed = on.commit_writes();
    last_commit_ = clock::now() - started;
    last_size_ = all.size();
    for (auto& one : all) {
        if (!committed && one.kept) {
            one.result.done = committed.failure();
        }
    }
}

/// The database gave up the transaction at one of its writes, with all that was kept before. Nobody was told: these run again,
/// each alone, and those after it as if nothing had happened.
REFRACT_DECL void write_queue::run_again(group& all, std::size_t lost_at) {
    group finished;
    group again;
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& one = all[i];
        bool const twice = one.alone && i <= lost_at;
        if (twice && one.kept) {
            one.result.done = db::error{db::error_kind::statement_failed, "The database gave up the transaction."};
        }
        bool const runs = i > lost_at || (one.kept && !twice);
        one.alone = one.alone || (runs && i <= lost_at);
        (runs ? again : finished).push_back(std::move(one));
    }
    all = std::move(finished);
    auto const lock = std::lock_guard(mutex_);
    waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()), std::make_move_iterator(again.end()));
}

} // namespace refract::sqlite::detail
