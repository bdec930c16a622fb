#pragma once

#include <refract/db/pool.hpp>

#include <tuple>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace refract::db {

template <class Connection> Connection* pooled<Connection>::operator->() const noexcept { return slot_->connection.get(); }

template <class Connection> std::shared_ptr<Connection> const& pooled<Connection>::get() const noexcept {
    return slot_->connection;
}

template <class Connection> void pooled<Connection>::give_back() noexcept {
    if (slot_) {
        auto owner = std::move(pool_);
        auto s = std::move(slot_);
        slot_ = nullptr;
        owner->release(s);
    }
}

template <class Connection>
pool<Connection>::pool(boost::asio::any_io_executor executor, opener open, pool_options options)
    : pool(std::move(executor), lane_opener([kept = std::move(open)](std::size_t /*lane*/) { return kept(); }), options) {}

template <class Connection>
pool<Connection>::pool(boost::asio::any_io_executor executor, lane_opener open, pool_options options)
    : executor_(std::move(executor)), open_(std::move(open)), options_(options), retry_delay_(options.first_retry_delay),
      random_(std::random_device{}()), timer_strand_(boost::asio::make_strand(executor_)), timer_(timer_strand_) {
    options_.max_connections = std::max<std::size_t>(options_.max_connections, 1);
    options_.lanes = std::max<std::size_t>(options_.lanes, 1);
    // With a single connection everybody has to share it.
    options_.reserved = std::min(options_.reserved, options_.max_connections - 1);
}

template <class Connection>
boost::asio::awaitable<result<pooled<Connection>>> pool<Connection>::acquire(use how, std::size_t lane) {
    auto self = this->shared_from_this();
    auto now_free = try_acquire(how, lane);
    if (now_free) {
        co_return std::move(*now_free);
    }
    auto start = [self, how, lane](completion<result<pooled_type>> done) { self->enqueue(how, lane, std::move(done)); };
    auto waiting = wait_for<result<pooled_type>>(std::move(start));
    auto handed_out = co_await std::move(waiting);
    co_return handed_out;
}

template <class Connection> std::optional<pooled<Connection>> pool<Connection>::try_acquire(use how, std::size_t lane) {
    auto const lock = std::lock_guard(mutex_);
    if (closed_ || !queue(how).empty()) {
        return std::nullopt;
    }
    // Only sharing looks at the time.
    auto const now = how == use::shared ? clock::now() : clock::time_point{};
    auto s = pick(how, now, lane);
    if (!s) {
        return std::nullopt;
    }
    return hand_out(std::move(s), how, now);
}

template <class Connection> void pool<Connection>::enqueue(use how, std::size_t lane, completion<result<pooled_type>> done) {
    answers out;
    {
        auto const lock = std::lock_guard(mutex_);
        auto const now = clock::now();
        if (closed_) {
            out.emplace_back(std::move(done), error{error_kind::unavailable, "The database is closed."});
        } else if (known_down(now)) {
            out.emplace_back(std::move(done), *last_error_);
        } else if (how != use::reserved && queued() >= options_.max_queued) {
            out.emplace_back(std::move(done), error{error_kind::queue_full, "Too many requests wait for a database connection."});
        } else {
            queue(how).push_back(waiter{std::move(done), now + options_.acquire_timeout, next_ticket_++, lane});
            serve(out, now);
        }
    }
    answer(out);
    arm();
}

template <class Connection> void pool<Connection>::close() {
    answers out;
    {
        auto const lock = std::lock_guard(mutex_);
        closed_ = true;
        fail_all(out, error{error_kind::unavailable, "The database is closed."});
        slots_.clear();
    }
    answer(out);
    arm();
}

template <class Connection> pool_state pool<Connection>::state() const {
    auto const lock = std::lock_guard(mutex_);
    pool_state s;
    s.connections = slots_.size();
    s.opening = opening_ + opening_reserved_;
    s.busy = static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](auto const& one) { return one->users > 0; }));
    s.queued = queued();
    return s;
}

// --- choosing -------------------------------------------------------------------------------------------------------

template <class Connection> auto pool<Connection>::pick(use how, clock::time_point now, std::size_t lane) -> std::shared_ptr<slot> {
    drop_broken();
    switch (how) {
    case use::exclusive: return pick_idle(false, lane);
    case use::shared: return pick_shared(now, lane);
    case use::reserved: {
        auto s = pick_idle(true, lane);
        return s ? s : pick_idle(false, lane);
    }
    }
    return nullptr;
}

template <class Connection> auto pool<Connection>::pick_idle(bool reserved, std::size_t lane) -> std::shared_ptr<slot> {
    std::shared_ptr<slot> of_another;
    // The last one first: shared use keeps to the first ones.
    for (auto s = slots_.rbegin(); s != slots_.rend(); ++s) {
        if ((*s)->users == 0 && (*s)->reserved == reserved) {
            if ((*s)->lane == lane) {
                return *s;
            }
            of_another = of_another ? of_another : *s;
        }
    }
    return of_another;
}

template <class Connection> auto pool<Connection>::pick_shared(clock::time_point now, std::size_t lane) -> std::shared_ptr<slot> {
    std::shared_ptr<slot> best;
    bool best_is_slow = true;
    bool best_is_away = true; // of another lane: what it answers has to be told to this one's thread
    bool best_is_extra = true;
    std::size_t const target = std::max<std::size_t>(1, options_.shared_target / options_.lanes);
    std::size_t own = 0;
    std::size_t own_shared = 0;
    bool const somebody_wants_one_alone = !queue(use::exclusive).empty() || !queue(use::reserved).empty();
    for (auto const& s : slots_) {
        bool const is_away = s->lane != lane;
        own += is_away ? 0 : 1;
        if (s->exclusive || s->reserved || (s->draining && somebody_wants_one_alone)) {
            continue;
        }
        bool const is_slow = s->users > 0 && now - s->progress > options_.slow_after;
        bool const is_extra = !is_away && own_shared++ >= target;
        if (!best || std::tuple(is_slow, is_away, is_extra, s->users) < std::tuple(best_is_slow, best_is_away, best_is_extra, best->users)) {
            best = s;
            best_is_slow = is_slow;
            best_is_away = is_away;
            best_is_extra = is_extra;
        }
    }
    if (!best || (best->users == 0 && !best_is_away)) {
        return best;
    }
    if (best_is_slow && can_open(use::shared, now)) {
        return nullptr; // waiting for a new connection is better than queueing behind a slow statement
    }
    if (own < target && opening_ == 0) {
        want_more(use::shared, now, lane);
    }
    return best;
}

template <class Connection>
auto pool<Connection>::hand_out(std::shared_ptr<slot> s, use how, clock::time_point now) -> pooled_type {
    if (s->users == 0) {
        s->progress = now;
    }
    ++s->users;
    s->exclusive = how != use::shared;
    s->draining = false;
    return pooled_type(this->shared_from_this(), std::move(s));
}

template <class Connection> bool pool<Connection>::can_open(use how, clock::time_point now) const {
    if (closed_ || now < not_before_) {
        return false;
    }
    auto const reserved_open =
        static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](auto const& s) { return s->reserved; }));
    if (how == use::reserved) {
        return reserved_open + opening_reserved_ < options_.reserved;
    }
    return slots_.size() - reserved_open + opening_ < options_.max_connections - options_.reserved;
}

template <class Connection> void pool<Connection>::want_more(use how, clock::time_point now, std::size_t lane) {
    bool const reserved = how == use::reserved && options_.reserved > 0;
    if (!can_open(reserved ? use::reserved : use::shared, now)) {
        return;
    }
    ++(reserved ? opening_reserved_ : opening_);
    // Never inline: the lock is held.
    boost::asio::post(executor_, [self = this->shared_from_this(), reserved, lane] {
        boost::asio::co_spawn(self->executor_, [self, reserved, lane] { return self->open_one(reserved, lane); }, boost::asio::detached);
    });
}

template <class Connection> void pool<Connection>::drain_one() {
    std::shared_ptr<slot> best;
    for (auto const& s : slots_) {
        if (s->draining) {
            return;
        }
        if (!s->exclusive && !s->reserved && (!best || s->users < best->users)) {
            best = s;
        }
    }
    if (best) {
        best->draining = true;
    }
}

template <class Connection> void pool<Connection>::drop_broken() {
    std::erase_if(slots_, [](auto const& s) { return !s->connection->usable(); });
}

// --- serving those who wait -----------------------------------------------------------------------------------------

template <class Connection> std::size_t pool<Connection>::queued() const {
    return queue(use::exclusive).size() + queue(use::shared).size();
}

template <class Connection> void pool<Connection>::serve(answers& out, clock::time_point now) {
    serve_queue(use::reserved, out, now);
    bool const exclusive_first = !queue(use::exclusive).empty() &&
                                 (queue(use::shared).empty() ||
                                  queue(use::exclusive).front().ticket < queue(use::shared).front().ticket);
    serve_queue(exclusive_first ? use::exclusive : use::shared, out, now);
    serve_queue(exclusive_first ? use::shared : use::exclusive, out, now);
}

template <class Connection> void pool<Connection>::serve_queue(use how, answers& out, clock::time_point now) {
    auto& waiting = queue(how);
    while (!waiting.empty()) {
        auto s = pick(how, now, waiting.front().lane);
        if (!s) {
            break;
        }
        auto done = std::move(waiting.front().done);
        waiting.pop_front();
        out.emplace_back(std::move(done), hand_out(std::move(s), how, now));
    }
    if (waiting.empty()) {
        return;
    }
    auto const coming = how == use::reserved && options_.reserved > 0 ? opening_reserved_ : opening_;
    // One more at a time for sharers: they all fit on it.
    auto const wanted = how == use::shared ? std::size_t{1} : waiting.size();
    for (auto missing = wanted > coming ? wanted - coming : 0; missing > 0; --missing) {
        want_more(how, now, waiting.front().lane);
    }
    if (how != use::shared && coming == 0 && opening_ + opening_reserved_ == 0) {
        drain_one();
    }
}

template <class Connection> void pool<Connection>::release(std::shared_ptr<slot> const& s) noexcept {
    answers out;
    bool had_waiters = false;
    {
        auto const lock = std::lock_guard(mutex_);
        had_waiters = queued() + queue(use::reserved).size() > 0;
        bool const timed = had_waiters || !s->exclusive;
        auto const now = timed ? clock::now() : clock::time_point{};
        --s->users;
        s->progress = now;
        if (s->users == 0) {
            s->exclusive = false;
        }
        if (had_waiters) {
            serve(out, now);
        }
    }
    answer(out);
    if (had_waiters) {
        arm();
    }
}

template <class Connection> void pool<Connection>::fail_all(answers& out, error const& e) {
    for (auto& waiting : queues_) {
        for (auto& w : waiting) {
            out.emplace_back(std::move(w.done), e);
        }
        waiting.clear();
    }
}

template <class Connection> void pool<Connection>::answer(answers& list) {
    for (auto& [done, value] : list) {
        done(std::move(value));
    }
}

// --- opening --------------------------------------------------------------------------------------------------------

template <class Connection> boost::asio::awaitable<void> pool<Connection>::open_one(bool reserved, std::size_t lane) {
    auto fresh = co_await open_(lane);
    answers out;
    {
        auto const lock = std::lock_guard(mutex_);
        auto const now = clock::now();
        --(reserved ? opening_reserved_ : opening_);
        if (!fresh) {
            on_open_failed(std::move(fresh.failure()), out, now);
        } else if (!closed_) {
            last_error_.reset();
            not_before_ = {};
            retry_delay_ = options_.first_retry_delay;
            auto s = std::make_shared<slot>();
            s->connection = std::move(*fresh);
            s->lane = lane;
            s->reserved = reserved;
            slots_.push_back(std::move(s));
            serve(out, now);
        }
    }
    answer(out);
    arm();
}

template <class Connection> void pool<Connection>::on_open_failed(error e, answers& out, clock::time_point now) {
    bool const may_pass = e.sqlstate.empty();
    if (!last_error_) {
        failing_since_ = now;
    }
    last_error_ = std::move(e);
    // Jitter, so that several servers do not come back in step.
    auto const spread = std::uniform_int_distribution<std::int64_t>(-retry_delay_.count() / 4, retry_delay_.count() / 4)(random_);
    not_before_ = now + retry_delay_ + std::chrono::milliseconds(spread);
    retry_delay_ = std::min(retry_delay_ * 2, options_.max_retry_delay);
    drop_broken();
    if (!may_pass) {
        failing_since_ = now - options_.patience;
    }
    if (slots_.empty() && now - failing_since_ >= options_.patience) {
        fail_all(out, *last_error_);
    } else {
        serve(out, now); // sharers are no longer waiting for a new connection
    }
}

template <class Connection> bool pool<Connection>::known_down(clock::time_point now) const {
    return last_error_ && slots_.empty() && now < not_before_ && now - failing_since_ >= options_.patience;
}

// --- time -----------------------------------------------------------------------------------------------------------

template <class Connection> void pool<Connection>::arm() {
    boost::asio::post(timer_strand_, [weak = this->weak_from_this()] {
        if (auto self = weak.lock()) {
            self->rearm();
        }
    });
}

template <class Connection> void pool<Connection>::rearm() {
    auto wake = clock::time_point::max();
    {
        auto const lock = std::lock_guard(mutex_);
        for (auto const& waiting : queues_) {
            if (!waiting.empty()) {
                wake = std::min(wake, waiting.front().deadline);
            }
        }
        if (wake != clock::time_point::max() && not_before_ > clock::now()) {
            wake = std::min(wake, not_before_);
        }
    }
    if (wake == clock::time_point::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(wake);
    timer_.async_wait([weak = this->weak_from_this()](boost::system::error_code ec) {
        auto self = weak.lock();
        if (!ec && self) {
            self->on_timer();
        }
    });
}

template <class Connection> void pool<Connection>::on_timer() {
    answers out;
    {
        auto const lock = std::lock_guard(mutex_);
        auto const now = clock::now();
        expire(out, now);
        serve(out, now);
    }
    answer(out);
    rearm();
}

template <class Connection> void pool<Connection>::expire(answers& out, clock::time_point now) {
    for (auto& waiting : queues_) {
        while (!waiting.empty() && waiting.front().deadline <= now) {
            out.emplace_back(
                std::move(waiting.front().done), error{error_kind::timeout, "No database connection became free in time."}
            );
            waiting.pop_front();
        }
    }
}

} // namespace refract::db
