#pragma once

#include <refract/core/log.hpp>
#include <refract/http/impl/server_state.hpp>
#include <refract/http/server.hpp>

#include <chrono>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http {

namespace detail {

/// Accepts until the acceptor is closed. Template: the server's state is private.
template <class State> asio::awaitable<void> accept_connections(std::shared_ptr<State> state) {
    while (!state->shared->stopping.load()) {
        error_code failed;
        auto const executor = state->session_executor();
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        tcp::socket socket = co_await state->acceptor.async_accept(executor, token);
        if (failed == asio::error::operation_aborted || state->shared->stopping.load()) {
            break;
        }
        if (failed) {
            // Out of descriptors, most likely: wait until a connection is closed.
            log::write(log::level::warn, "http.accept_failed", {{"reason", failed.message()}});
            asio::steady_timer pause(state->executor, std::chrono::milliseconds(100));
            error_code ignored;
            auto pause_token = asio::redirect_error(asio::use_awaitable, ignored);
            co_await pause.async_wait(pause_token);
            continue;
        }
        socket.set_option(tcp::no_delay(true), failed);
        socket.non_blocking(true, failed); // writes are tried before they are waited for
        bool const full = state->shared->open.load() >= state->shared->options.bounds.max_connections;
        auto connection = std::make_shared<session>(std::move(socket), state->shared);
        auto work = full ? connection->refuse(503) : connection->run();
        asio::co_spawn(executor, std::move(work), [connection](std::exception_ptr thrown) {
            if (thrown) {
                log::write(log::level::error, "http.session_failed", {});
            }
        });
    }
}

} // namespace detail

REFRACT_DECL server::server(boost::asio::any_io_executor executor, server_options options, handler answer)
    : state_(std::make_shared<state>(executor, std::move(options), std::move(answer))) {}

REFRACT_DECL server::~server() { stop(); }

REFRACT_DECL result<void> server::listen() {
    namespace asio = boost::asio;
    using tcp = asio::ip::tcp;
    boost::system::error_code failed;
    server_options const& options = state_->shared->options;
    auto const address = asio::ip::make_address(options.address, failed);
    if (failed) {
        return error{errc::unavailable, "Not an IP address to listen on: " + options.address, {}};
    }
    tcp::endpoint const endpoint(address, options.port);
    auto& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    }
    if (!failed) {
        acceptor.bind(endpoint, failed);
    }
    if (!failed) {
        acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }
    if (failed) {
        return error{errc::unavailable,
                     "Can't listen on " + options.address + ":" + std::to_string(options.port) + ": " + failed.message(), {}};
    }
    state_->port = acceptor.local_endpoint(failed).port();
    asio::co_spawn(state_->executor, detail::accept_connections(state_), asio::detached);
    return {};
}

REFRACT_DECL std::uint16_t server::port() const noexcept { return state_->port.load(); }

REFRACT_DECL std::size_t server::connections() const noexcept { return state_->shared->open.load(); }

REFRACT_DECL void server::stop() {
    if (state_->shared->stopping.exchange(true)) {
        return;
    }
    auto const kept = state_;
    boost::asio::post(state_->executor, [kept] {
        boost::system::error_code ignored;
        kept->acceptor.close(ignored);
    });
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
