#pragma once

#include <refract/core/log.hpp>
#include <refract/postgres/connection.hpp>
#include <refract/postgres/listener.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::postgres {

REFRACT_DECL listener::listener(boost::asio::any_io_executor executor, options o, std::string channel, callbacks c)
    : strand_(boost::asio::make_strand(std::move(executor))), options_(std::move(o)), channel_(std::move(channel)),
      callbacks_(std::move(c)), timer_(strand_) {}

REFRACT_DECL void listener::start() {
    auto self = shared_from_this();
    auto const work = [self]() -> boost::asio::awaitable<void> {
        auto running = self->run();
        co_await std::move(running);
    };
    boost::asio::co_spawn(strand_, work, boost::asio::detached);
}

REFRACT_DECL void listener::close() {
    boost::asio::post(strand_, [self = shared_from_this()] {
        self->closed_ = true;
        if (self->session_) {
            self->session_->close();
        }
        self->timer_.cancel();
    });
}

REFRACT_DECL boost::asio::awaitable<void> listener::wait_until(boost::asio::steady_timer::time_point t) {
    timer_.expires_at(t);
    boost::system::error_code interrupted;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, interrupted);
    co_await timer_.async_wait(token);
}

/// A session that listens. False if there is none to be had.
REFRACT_DECL boost::asio::awaitable<bool> listener::connect() {
    auto fresh = std::make_shared<detail::session>(strand_, options_);
    std::weak_ptr<listener> const weak = weak_from_this();
    fresh->listen(
        [weak](std::string_view payload) {
            if (auto const self = weak.lock()) {
                self->callbacks_.heard(payload);
            }
        },
        [weak] {
            if (auto const self = weak.lock()) {
                self->lost_ = true;
                self->timer_.cancel();
            }
        }
    );
    lost_ = false;
    auto connecting = fresh->connect();
    auto failed = co_await std::move(connecting);
    if (failed || closed_) {
        fresh->close();
        co_return false;
    }
    session_ = fresh;
    std::string quoted;
    for (char const c : channel_) {
        quoted += c;
        quoted += c == '"' ? "\"" : "";
    }
    db::statement const statement{"LISTEN \"" + quoted + "\"", 0, {}};
    db::query const query{&statement, {}};
    detail::submission handing{fresh, std::span<db::query const>(&query, 1), db::isolation::none};
    auto done = co_await db::wait_for<detail::outcome>(std::move(handing));
    co_return done.answer.has_value();
}

REFRACT_DECL boost::asio::awaitable<void> listener::run() {
    using clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds shortest{100};
    constexpr std::chrono::milliseconds longest{5'000};
    auto pause = shortest;
    while (!closed_) {
        auto connecting = connect();
        if (co_await std::move(connecting)) {
            log::write(log::level::debug, "postgres.listening", {{"channel", channel_}});
            pause = shortest;
            callbacks_.connected();
            while (!lost_ && !closed_) {
                auto waiting = wait_until(clock::time_point::max());
                co_await std::move(waiting);
            }
        }
        session_ = nullptr;
        if (!closed_) {
            log::write(log::level::debug, "postgres.not_listening", {{"channel", channel_}});
            auto waiting = wait_until(clock::now() + pause);
            co_await std::move(waiting);
            pause = std::min(pause * 2, longest);
        }
    }
}

} // namespace refract::postgres
