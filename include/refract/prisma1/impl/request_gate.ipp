#pragma once

#include <refract/prisma1/request_gate.hpp>

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::prisma1 {

REFRACT_DECL refract::result<request_gate::turn, gate_refusal>
request_gate::queue(std::string const& project_id, clock::time_point now) {
    std::lock_guard const hold(mutex_);
    group& g = groups_[project_id];
    turn out;
    if (!throttles(project_id)) {
        ++g.waiting;
        return out;
    }
    clock::duration const interval = clock::duration(std::chrono::seconds(options_.per_seconds)) / options_.rate;
    auto const full_at = std::max(g.empty_until, now);
    out.wait = std::max(clock::duration(0), full_at - now - interval * (options_.rate - 1));
    if (out.wait.count() > 0 && g.waiting >= options_.max_waiting) {
        return gate_refusal::full;
    }
    if (out.wait > options_.max_wait) {
        out = {options_.max_wait, true}; // it will not run, so it takes no token
    } else {
        g.empty_until = full_at + interval;
    }
    ++g.waiting;
    return out;
}

REFRACT_DECL refract::result<void, gate_refusal>
request_gate::arrive(std::string const& project_id, turn const& t, clock::time_point now) {
    std::lock_guard const hold(mutex_);
    auto const at = groups_.find(project_id);
    --at->second.waiting;
    bool const crowded = options_.max_running > 0 && at->second.running >= options_.max_running;
    if (t.late || crowded) {
        forget_if_idle(at, now);
        return t.late ? gate_refusal::late : gate_refusal::crowded;
    }
    ++at->second.running;
    return {};
}

REFRACT_DECL void request_gate::leave(std::string const& project_id, clock::time_point now) {
    std::lock_guard const hold(mutex_);
    auto const at = groups_.find(project_id);
    --at->second.running;
    forget_if_idle(at, now);
}

REFRACT_DECL void request_gate::forget_if_idle(std::unordered_map<std::string, group>::iterator at, clock::time_point now) {
    if (at->second.waiting == 0 && at->second.running == 0 && at->second.empty_until <= now) {
        groups_.erase(at);
    }
}

REFRACT_DECL std::size_t request_gate::size() const {
    std::lock_guard const hold(mutex_);
    return groups_.size();
}

REFRACT_DECL boost::asio::awaitable<refract::result<request_gate::pass, gate_refusal>> request_gate::enter(std::string project_id) {
    namespace asio = boost::asio;
    auto const came = clock::now();
    auto const t = queue(project_id, came);
    if (!t) {
        co_return t.failure();
    }
    if (t->wait.count() > 0) {
        asio::steady_timer timer(co_await asio::this_coro::executor, t->wait);
        boost::system::error_code ignored; // nobody cancels it
        auto token = asio::redirect_error(asio::use_awaitable, ignored);
        co_await timer.async_wait(token);
    }
    auto const now = clock::now();
    auto const arrived = arrive(project_id, *t, now);
    if (!arrived) {
        co_return arrived.failure();
    }
    auto const waited = t->wait.count() > 0 ? std::chrono::duration_cast<std::chrono::milliseconds>(now - came) : std::chrono::milliseconds(0);
    bool const throttled = throttles(project_id);
    pass through(shared_from_this(), std::move(project_id), waited, throttled);
    co_return through;
}

} // namespace refract::prisma1
