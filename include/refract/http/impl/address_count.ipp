#pragma once

#include <refract/http/impl/address_count.hpp>

#include <algorithm>
#include <cstring>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace refract::http::detail {

REFRACT_DECL std::optional<address_key> key_of(boost::asio::ip::address const& address) {
    namespace ip = boost::asio::ip;
    bool const is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
    auto const plain = is_mapped ? ip::address(ip::make_address_v4(ip::v4_mapped, address.to_v6())) : address;
    if (plain.is_loopback()) {
        return std::nullopt;
    }
    address_key out{};
    if (plain.is_v4()) {
        auto const bytes = plain.to_v4().to_bytes();
        std::copy(bytes.begin(), bytes.end(), out.begin()); // no IPv6 network in use ends its first half with zeros like this
    } else {
        auto const bytes = plain.to_v6().to_bytes();
        std::copy_n(bytes.begin(), out.size(), out.begin());
    }
    return out;
}

REFRACT_DECL std::string bytes_of_peer(boost::asio::generic::stream_protocol::endpoint const& peer) {
    namespace ip = boost::asio::ip;
    ip::tcp::endpoint known;
    if (peer.size() > known.capacity() || (peer.protocol().family() != AF_INET && peer.protocol().family() != AF_INET6)) {
        return {};
    }
    std::memcpy(known.data(), peer.data(), peer.size());
    auto const address = known.address();
    if (address.is_v4() || address.to_v6().is_v4_mapped()) {
        auto const bytes = (address.is_v4() ? address.to_v4() : ip::make_address_v4(ip::v4_mapped, address.to_v6())).to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    auto const bytes = address.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + 8};
}

REFRACT_DECL bool address_count::enter(address_key const& key, std::size_t maximum) {
    std::lock_guard const hold(mutex_);
    auto& count = counts_[key];
    if (count >= maximum) {
        return false;
    }
    ++count;
    return true;
}

REFRACT_DECL void address_count::leave(address_key const& key) {
    std::lock_guard const hold(mutex_);
    auto const at = counts_.find(key);
    if (at != counts_.end() && --at->second == 0) {
        counts_.erase(at);
    }
}

} // namespace refract::http::detail
