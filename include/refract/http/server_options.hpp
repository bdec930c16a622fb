// How an HTTP server listens, and what answers for it.
// See: http/server.hpp.
#pragma once

#include <refract/core/limits.hpp>
#include <refract/http/message.hpp>
#include <refract/http/rate_limiter.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

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
    std::vector<boost::asio::any_io_executor> loops{}; ///< connections live on these in turn, each run by one thread; none: on the executor
    std::size_t min_gzip_bytes = 1'400;       ///< a smaller body is never compressed, a larger one if the client asks for it
    rate_limit rate{};                        ///< of each client address, beyond which a request gets 429; `GET /status` is free
    limits bounds{};                          ///< the part about HTTP
};

/// Answers one request. `r` is valid until the coroutine ends. May throw: the client gets a 500.
using handler = std::function<boost::asio::awaitable<response>(request const& r)>;

} // namespace refract::http
