// A server's listening side: its acceptors, and the sessions they have made.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/http/impl/session.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace refract::http::detail {

/// What a server consists of, for as long as anything of it is under way.
struct server_state : std::enable_shared_from_this<server_state> {
    using tcp = boost::asio::ip::tcp;
    using local = boost::asio::local::stream_protocol;

    REFRACT_DECL server_state(boost::asio::any_io_executor const& e, server_options o, handler h);

    /// Where the next connection lives. On `accepting`.
    [[nodiscard]] REFRACT_DECL boost::asio::any_io_executor session_executor();

    REFRACT_DECL result<void> listen_tcp();
    REFRACT_DECL result<void> listen_local();

    /// Accepts until the acceptor is closed.
    boost::asio::awaitable<void> accept_tcp();
    boost::asio::awaitable<void> accept_local();

    /// Waits, after an accept failed, until it may be worth trying again. False: the acceptor is closed.
    boost::asio::awaitable<bool> pause_after(boost::system::error_code failed);

    /// Serves a connection, or turns it away if there are too many.
    REFRACT_DECL void begin(stream::socket_type socket, std::shared_ptr<SSL_CTX> const& tls, std::optional<address_key> from);

    /// Asks the connection that has waited longest for its first request to close. False: there is none such.
    REFRACT_DECL bool close_oldest_fresh();

    REFRACT_DECL void close_acceptors();

    /// Asks every session to close, on its own executor.
    REFRACT_DECL void close_sessions(bool even_if_busy);

    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor accepting; ///< one at a time: the acceptors' own
    tcp::acceptor tcp_acceptor;
    local::acceptor local_acceptor;
    std::shared_ptr<shared_state> shared;
    std::size_t next_loop = 0; ///< touched on `accepting`
    std::atomic<std::uint16_t> port{0};
    std::atomic<long long> complained{0}; ///< the second an accept was last said to have failed
};

} // namespace refract::http::detail
