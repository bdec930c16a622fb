// The bytes of a connection that libpq has made: through its socket, or through its TLS session.
// See: postgres/session.hpp.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <libpq-fe.h>
#include <openssl/ssl.h>

namespace refract::postgres::detail {

/// What came of moving bytes.
struct moved {
    enum class state : std::uint8_t {
        some,       ///< `bytes` of them, at least one
        wait_read,  ///< nothing until the socket can be read
        wait_write, ///< nothing until the socket can be written
        broken      ///< the other side is gone
    };

    state what = state::broken;
    std::size_t bytes = 0;
};

/// Borrows a PGconn's socket. Never blocks.
///
/// libpq goes on owning the socket and the TLS session: release() before it closes them.
/// Thread safety: none.
class transport {
public:
    using socket = boost::asio::generic::stream_protocol::socket;

    explicit transport(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    transport(transport const&) = delete;
    transport& operator=(transport const&) = delete;
    ~transport() { release(); }

    /// Watches the socket the connection has now: while it is being made, that may be another one for each address.
    REFRACT_DECL void follow(PGconn* pg);

    /// The connection is made: its bytes are ours from now on. False if they are wrapped in a way we can't unwrap (GSSAPI).
    [[nodiscard]] REFRACT_DECL bool take_over(PGconn* pg);

    REFRACT_DECL void release() noexcept;

    /// The socket to wait on. Only after follow(), and before release().
    [[nodiscard]] socket& waiting() noexcept { return *socket_; }
    [[nodiscard]] bool is_open() const noexcept { return socket_ && socket_->is_open(); }
    [[nodiscard]] bool is_encrypted() const noexcept { return tls_ != nullptr; }

    [[nodiscard]] REFRACT_DECL moved read(char* to, std::size_t room);
    [[nodiscard]] REFRACT_DECL moved write(char const* from, std::size_t size);

private:
    [[nodiscard]] moved tls_outcome(int returned) const;

    boost::asio::any_io_executor executor_;
    std::optional<socket> socket_;
    SSL* tls_ = nullptr; ///< libpq's
};

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/transport.ipp>
#endif
