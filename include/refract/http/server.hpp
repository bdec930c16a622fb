// An HTTP/1.1 server: sockets in, one handler for every request.
// See: http/server_options.hpp, http/message.hpp, http/cors.hpp, http/request_head.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/http/server_options.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace refract::http {

namespace detail {
struct server_state;
}

/// An HTTP/1.1 server on Asio.
///
/// Shape: keep-alive; pipelined requests are answered one after the other, in order, and what a client sends meanwhile waits in the
/// socket. GET, HEAD and POST reach the handler (HEAD's answer is sent without its body), OPTIONS of a preflight is answered as
/// http/cors.hpp says, everything else with 405. A body over the limit gets 413, a first line 414, a head 431, slow ones 408, what comes
/// without TLS to a port that speaks it 400; after a fault the connection is closed, and so is that of a client that does not take its
/// answer. Where there are too many connections, the one that has waited longest without a request makes room, or the new one gets 503.
/// Thread safety: all functions from any thread once constructed.
/// Source: RFC 9110, RFC 9112
class server {
public:
    REFRACT_DECL server(boost::asio::any_io_executor executor, server_options options, handler answer);
    server(server const&) = delete;
    server& operator=(server const&) = delete;
    REFRACT_DECL ~server();

    /// Binds the port and the Unix socket and starts to accept.
    ///
    /// Shape: a socket left at that path by a server that was killed is replaced, nothing else is; stop() removes it.
    /// Errors: errc::unavailable with the system's reason.
    REFRACT_DECL result<void> listen();

    /// The port it listens on, 0 before listen().
    REFRACT_DECL std::uint16_t port() const noexcept;

    /// Open connections.
    REFRACT_DECL std::size_t connections() const noexcept;

    /// Stops accepting, closes idle connections and lets requests under way finish.
    REFRACT_DECL void stop();

    /// stop(), then waits until all connections are closed, at most `seconds`; what is open then is cut.
    REFRACT_DECL boost::asio::awaitable<void> drain(std::uint32_t seconds);

private:
    std::shared_ptr<detail::server_state> state_;
};

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/address_count.ipp>
#include <refract/http/impl/deadline.ipp>
#include <refract/http/impl/listener.ipp>
#include <refract/http/impl/server.ipp>
#include <refract/http/impl/session.ipp>
#include <refract/http/impl/session_read.ipp>
#include <refract/http/impl/session_write.ipp>
#include <refract/http/impl/unix_socket.ipp>
#include <refract/http/impl/zipped_bodies.ipp>
#endif
