#pragma once

#include <refract/http/impl/server_state.hpp>
#include <refract/http/server.hpp>

#include <chrono>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http {

REFRACT_DECL server::server(boost::asio::any_io_executor executor, server_options options, handler answer)
    : state_(std::make_shared<detail::server_state>(executor, std::move(options), std::move(answer))) {}

REFRACT_DECL server::~server() { stop(); }

REFRACT_DECL result<void> server::listen() {
    auto const kept = state_;
    server_options const& options = kept->shared->options;
    if (!options.address.empty()) {
        if (auto const listening = kept->listen_tcp(); !listening) {
            return listening;
        }
    }
    if (!options.unix_socket.empty()) {
        if (auto const listening = kept->listen_local(); !listening) {
            kept->close_acceptors();
            return listening;
        }
        boost::asio::co_spawn(kept->accepting, kept->accept_local(), boost::asio::detached);
    }
    if (!options.address.empty()) {
        boost::asio::co_spawn(kept->accepting, kept->accept_tcp(), boost::asio::detached);
    }
    return {};
}

REFRACT_DECL std::uint16_t server::port() const noexcept { return state_->port.load(); }

REFRACT_DECL std::size_t server::connections() const noexcept { return state_->shared->open.load(); }

REFRACT_DECL void server::stop() {
    if (state_->shared->stopping.exchange(true)) {
        return;
    }
    auto const kept = state_;
    boost::asio::post(kept->accepting, [kept] { kept->close_acceptors(); });
    state_->close_sessions(false);
}

REFRACT_DECL boost::asio::awaitable<void> server::drain(std::uint32_t seconds) {
    auto const kept = state_;
    stop();
    using clock = std::chrono::steady_clock;
    auto const until = clock::now() + std::chrono::seconds(seconds);
    boost::asio::steady_timer pause(kept->executor);
    while (kept->shared->open.load() > 0 && clock::now() < until) {
        boost::system::error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        pause.expires_after(std::chrono::milliseconds(20));
        co_await pause.async_wait(token);
    }
    kept->close_sessions(true);
}

} // namespace refract::http
