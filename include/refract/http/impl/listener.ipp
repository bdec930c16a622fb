#pragma once

#include <refract/core/log.hpp>
#include <refract/http/impl/server_state.hpp>
#include <refract/http/impl/unix_socket.hpp>
#include <refract/http/tls.hpp>

#include <chrono>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http::detail {

/// Connections above the maximum that are told so; more are closed without a word.
inline constexpr std::size_t told_connections = 100;

/// Closes a connection that is one too many, at once.
REFRACT_DECL void turn_away(stream::socket_type socket, bool in_plain_text) {
    error_code ignored;
    if (in_plain_text) {
        static constexpr std::string_view answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
        socket.write_some(asio::buffer(answer.data(), answer.size()), ignored);
        socket.shutdown(stream::socket_type::shutdown_send, ignored);
    }
    socket.close(ignored);
}

REFRACT_DECL server_state::server_state(boost::asio::any_io_executor const& e, server_options o, handler h)
    : executor(e), accepting(o.strands ? boost::asio::any_io_executor(boost::asio::make_strand(e)) : e), tcp_acceptor(accepting),
      local_acceptor(accepting), shared(std::make_shared<shared_state>()) {
    shared->options = std::move(o);
    if (shared->options.rate.requests > 0) {
        shared->limiter = std::make_unique<rate_limiter>(shared->options.rate);
    }
    shared->answer = std::move(h);
}

REFRACT_DECL boost::asio::any_io_executor server_state::session_executor() {
    auto const& loops = shared->options.loops;
    if (!loops.empty()) {
        next_loop = (next_loop + 1) % loops.size();
        return loops[next_loop];
    }
    if (shared->options.strands) {
        return boost::asio::make_strand(executor);
    }
    return executor;
}

REFRACT_DECL result<void> server_state::listen_tcp() {
    boost::system::error_code failed;
    server_options const& options = shared->options;
    auto const address = boost::asio::ip::make_address(options.address, failed);
    if (failed) {
        return error{errc::unavailable, "Not an IP address to listen on: " + options.address, {}};
    }
    tcp::endpoint const endpoint(address, options.port);
    tcp_acceptor.open(endpoint.protocol(), failed);
    if (!failed) {
        tcp_acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    }
    if (!failed) {
        tcp_acceptor.bind(endpoint, failed);
    }
    if (!failed) {
        tcp_acceptor.listen(boost::asio::socket_base::max_listen_connections, failed);
    }
    if (failed) {
        return error{errc::unavailable,
                     "Can't listen on " + options.address + ":" + std::to_string(options.port) + ": " + failed.message(), {}};
    }
    port = tcp_acceptor.local_endpoint(failed).port();
    return {};
}

REFRACT_DECL result<void> server_state::listen_local() {
    return listen_at(local_acceptor, shared->options.unix_socket, shared->options.unix_socket_permissions);
}

REFRACT_DECL boost::asio::awaitable<bool> server_state::pause_after(boost::system::error_code failed) {
    if (failed == boost::asio::error::operation_aborted || shared->stopping.load()) {
        co_return false;
    }
    // Out of descriptors, most likely: wait until a connection is closed.
    using std::chrono::steady_clock;
    auto const second = std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now().time_since_epoch()).count();
    if (complained.exchange(second) != second) {
        log::write(log::level::warn, "http.accept_failed", {{"reason", failed.message()}});
    }
    close_oldest_fresh();
    boost::asio::steady_timer pause(accepting, std::chrono::milliseconds(50));
    boost::system::error_code ignored;
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
    co_await pause.async_wait(token);
    co_return !shared->stopping.load();
}

REFRACT_DECL boost::asio::awaitable<void> server_state::accept_tcp() {
    auto const self = shared_from_this();
    server_options const& options = shared->options;
    bool open = true;
    while (open) {
        boost::system::error_code failed;
        auto const on = session_executor();
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
        tcp::socket socket = co_await tcp_acceptor.async_accept(on, token);
        if (failed || shared->stopping.load()) {
            open = co_await pause_after(failed);
            continue;
        }
        socket.set_option(tcp::no_delay(true), failed);
        auto const from = key_of(socket.remote_endpoint(failed).address());
        auto const tls = options.tls ? options.tls->context() : nullptr;
        if (failed) {
            continue; // gone already
        }
        if (from && !shared->addresses.enter(*from, options.bounds.max_connections_per_address)) {
            turn_away(std::move(socket), tls == nullptr);
            continue;
        }
        begin(std::move(socket), tls, from);
    }
}

REFRACT_DECL boost::asio::awaitable<void> server_state::accept_local() {
    auto const self = shared_from_this();
    bool open = true;
    while (open) {
        boost::system::error_code failed;
        auto const on = session_executor();
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
        local::socket socket = co_await local_acceptor.async_accept(on, token);
        if (failed || shared->stopping.load()) {
            open = co_await pause_after(failed);
            continue;
        }
        begin(std::move(socket), nullptr, std::nullopt);
    }
}

REFRACT_DECL void
server_state::begin(stream::socket_type socket, std::shared_ptr<SSL_CTX> const& tls, std::optional<address_key> from) {
    std::size_t const open = shared->open.load();
    std::size_t const most = shared->options.bounds.max_connections;
    bool const full = open >= most && !close_oldest_fresh();
    if (full && (tls || open >= most + told_connections)) {
        if (from) {
            shared->addresses.leave(*from);
        }
        turn_away(std::move(socket), !tls);
        return;
    }
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored); // writes are tried before they are waited for
    auto const on = socket.get_executor();
    auto connection = std::make_shared<session>(std::move(socket), tls, shared, from);
    auto work = full ? connection->refuse(503) : tls ? connection->run_secure() : connection->run();
    boost::asio::co_spawn(on, std::move(work), [connection](std::exception_ptr thrown) {
        if (thrown) {
            log::write(log::level::error, "http.session_failed", {});
        }
    });
}

REFRACT_DECL bool server_state::close_oldest_fresh() {
    std::shared_ptr<session> oldest;
    {
        std::lock_guard const lock(shared->mutex);
        while (!oldest && !shared->fresh.empty()) {
            auto& front = *shared->fresh.front();
            front.forget_fresh();
            oldest = front.weak_from_this().lock(); // null: it is going, and waits for the mutex
        }
    }
    if (!oldest) {
        return false;
    }
    boost::asio::post(oldest->executor(), [oldest] { oldest->close(true); });
    return true;
}

REFRACT_DECL void server_state::close_acceptors() {
    boost::system::error_code ignored;
    tcp_acceptor.close(ignored);
    remove_socket(local_acceptor, shared->options.unix_socket);
    local_acceptor.close(ignored);
}

REFRACT_DECL void server_state::close_sessions(bool even_if_busy) {
    // The last owner of a session takes the mutex when it goes: none may go while it is held here.
    std::vector<std::shared_ptr<session>> kept;
    {
        std::lock_guard const lock(shared->mutex);
        for (auto* const s : shared->sessions) {
            if (auto alive = s->weak_from_this().lock()) {
                kept.push_back(std::move(alive));
            }
        }
    }
    for (auto const& s : kept) {
        boost::asio::post(s->executor(), [s, even_if_busy] { s->close(even_if_busy); });
    }
}

} // namespace refract::http::detail
