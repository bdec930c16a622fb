// The bytes of a connection: a TCP or Unix socket, with TLS in between or not.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

namespace refract::http::detail {

namespace asio = boost::asio;
using boost::system::error_code;

/// A connected socket. Without TLS its functions are the socket's, a branch apart.
class stream {
public:
    using socket_type = asio::generic::stream_protocol::socket;
    using tls_type = asio::ssl::stream<socket_type&>;

    /// `context`: TLS is spoken, as the server; null: it is not.
    stream(socket_type socket, std::shared_ptr<SSL_CTX> const& context) : socket_(std::move(socket)) {
        if (context) {
            SSL* const connection = SSL_new(context.get());
            if (connection == nullptr) {
                throw std::bad_alloc();
            }
            tls_ = std::make_unique<tls_type>(socket_, connection);
        }
    }

    stream(stream const&) = delete;
    stream& operator=(stream const&) = delete;

    [[nodiscard]] asio::any_io_executor get_executor() { return socket_.get_executor(); }
    [[nodiscard]] socket_type& socket() noexcept { return socket_; }

    /// Null if the bytes are sent as they are.
    [[nodiscard]] tls_type* tls() noexcept { return tls_.get(); }

    /// The client does not speak it.
    void give_up_tls() noexcept { tls_.reset(); }

    template <class Buffers, class Token> auto async_read_some(Buffers const& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto&& handler, Buffers const& to) {
                if (tls_) {
                    tls_->async_read_some(to, std::forward<decltype(handler)>(handler));
                } else {
                    socket_.async_read_some(to, std::forward<decltype(handler)>(handler));
                }
            },
            token, buffers);
    }

    /// Cancels what is under way.
    void cancel() {
        error_code ignored;
        socket_.cancel(ignored);
    }

    void close() {
        error_code ignored;
        socket_.close(ignored);
    }

private:
    socket_type socket_;
    std::unique_ptr<tls_type> tls_{};
};

} // namespace refract::http::detail
