// Test that the header is self-contained.
#include <refract/http/impl/address_count.hpp>
// What the header declares is defined where the server is.
#include <refract/http/server.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <catch2/catch.hpp>

using namespace refract;
using boost::asio::ip::make_address;
using http::detail::key_of;

TEST_CASE("address_count: what connections are counted by", "[http][address_count]") {
    for (char const* const own : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
        INFO(own);
        CHECK_FALSE(key_of(make_address(own)));
    }
    CHECK(key_of(make_address("192.0.2.1")) == key_of(make_address("::ffff:192.0.2.1")));
    CHECK(key_of(make_address("192.0.2.1")) != key_of(make_address("192.0.2.2")));
    CHECK(key_of(make_address("2001:db8:0:1::1")) == key_of(make_address("2001:db8:0:1:ffff::2")));
    CHECK(key_of(make_address("2001:db8:0:1::1")) != key_of(make_address("2001:db8:0:2::1")));
}

TEST_CASE("address_count: up to the maximum, and again once one is gone", "[http][address_count]") {
    http::detail::address_count counts;
    auto const a = key_of(make_address("192.0.2.1")).value();
    auto const b = key_of(make_address("192.0.2.2")).value();
    CHECK(counts.enter(a, 2));
    CHECK(counts.enter(a, 2));
    CHECK_FALSE(counts.enter(a, 2));
    CHECK(counts.enter(b, 2));
    counts.leave(a);
    CHECK(counts.enter(a, 2));
    CHECK_FALSE(counts.enter(a, 2));
    counts.leave(a);
    counts.leave(a);
    CHECK(counts.enter(a, 1));
}

TEST_CASE("bytes_of_peer: what requests are counted by", "[http][address_count]") {
    namespace asio = boost::asio;
    auto const bytes = [](char const* text) {
        return http::detail::bytes_of_peer(asio::ip::tcp::endpoint(asio::ip::make_address(text), 1));
    };
    CHECK(bytes("10.0.0.1") == std::string("\x0a\0\0\x01", 4));
    CHECK(bytes("127.0.0.1") != bytes("127.0.0.2"));
    CHECK(bytes("::ffff:10.0.0.1") == bytes("10.0.0.1"));
    CHECK(bytes("2001:db8:1:2:3::4").size() == 8);
    CHECK(bytes("2001:db8:1:2:3::4") == bytes("2001:db8:1:2:ffff::1"));
    CHECK(bytes("2001:db8:1:2::1") != bytes("2001:db8:1:3::1"));
    CHECK(http::detail::bytes_of_peer(asio::local::stream_protocol::endpoint("/tmp/socket")).empty());
}
