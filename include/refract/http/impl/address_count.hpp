// How many connections each client address has.
#pragma once

#include <refract/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>

namespace refract::http::detail {

/// What connections are counted by: an IPv4 address, or the first 64 bits of an IPv6 address, which one client has all addresses of.
using address_key = std::array<unsigned char, 8>;

/// Nothing for the machine itself: behind a proxy on it are many clients.
REFRACT_DECL std::optional<address_key> key_of(boost::asio::ip::address const& address);

/// The bytes of a peer's address that its requests are counted by: all of an IPv4 address, the first 64 bits of an IPv6 address; none
/// of a Unix socket's, behind which are many clients.
REFRACT_DECL std::string bytes_of_peer(boost::asio::generic::stream_protocol::endpoint const& peer);

/// Counts connections. Thread safety: all functions. Memory: an entry for each address that has a connection.
class address_count {
public:
    /// Counts one more, unless there are `maximum`. Whether it was counted.
    REFRACT_DECL bool enter(address_key const& key, std::size_t maximum);

    REFRACT_DECL void leave(address_key const& key);

private:
    std::mutex mutex_{};
    std::map<address_key, std::uint32_t> counts_{};
};

} // namespace refract::http::detail
