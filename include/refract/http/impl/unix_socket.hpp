// A Unix socket's place in the file system.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <string>

#include <boost/asio/local/stream_protocol.hpp>

namespace refract::http::detail {

/// Binds and listens at a path, which nobody but those the permissions name can connect to at any time.
///
/// Shape: a socket that is there and that nobody listens on, left behind by a server that was killed, is replaced; nothing else is.
/// Errors: errc::unavailable: the path is too long or can't be made, something else is there, or somebody listens there.
REFRACT_DECL result<void>
listen_at(boost::asio::local::stream_protocol::acceptor& acceptor, std::string const& path, std::uint32_t permissions);

/// Removes the socket at a path, if `acceptor` is the one bound there.
REFRACT_DECL void remove_socket(boost::asio::local::stream_protocol::acceptor& acceptor, std::string const& path);

} // namespace refract::http::detail
