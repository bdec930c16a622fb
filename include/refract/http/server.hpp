// An HTTP/1.1 server: sockets in, one handler for every request.
// See: http/message.hpp, http/cors.hpp, http/request_head.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/http/message.hpp>
#include <refract/http/rate_limiter.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace refract::http {

class tls_certificate;

/// How a server listens.
struct server_options {
    std::string address = "0.0.0.0";          ///< an IP address; empty: no TCP
    std::uint16_t port = 4466;                ///< 0: any free port; server::port() tells which
    std::shared_ptr<tls_certificate> tls{};   ///< HTTPS on that port; none: HTTP
    std::string unix_socket{};                ///< a path to listen on too, without TLS; empty: none
    std::uint32_t unix_socket_permissions = 0660;
    std::string request_id_prefix = "local";  ///< `Request-Id` is `prefix:cuid`
    bool strands = false;                     ///< set if several threads run the executor
    std::size_t min_gzip_bytes = 1'400;       ///< a smaller body is never compressed, a larger one if the client asks for it
    rate_limit rate{};                        ///< of each client address, beyond which a request gets 429; `GET /status` is free
    limits bounds{};                          ///< the part about HTTP
};

/// Answers one request. `r` is valid until the coroutine ends. May throw: the client gets a 500.
using handler = std::function<boost::asio::awaitable<response>(request const& r)>;

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
    struct state;
    std::shared_ptr<state> state_;
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
