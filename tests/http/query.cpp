// Test that the header is self-contained.
#include <refract/http/query.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using parameters = http::query_parameters;

TEST_CASE("parse_query: names and values, decoded", "[http][query]") {
    CHECK(http::parse_query("/a") == parameters{});
    CHECK(http::parse_query("/a?") == parameters{});
    CHECK(http::parse_query("/a?b=c") == parameters{{"b", "c"}});
    CHECK(http::parse_query("/a?b=c&&d&e=f=g&") == parameters{{"b", "c"}, {"d", ""}, {"e", "f=g"}});
    CHECK(http::parse_query("/a?query=%7B+a%2Bb%20%C3%A4%7d#x=y") == parameters{{"query", "{ a+b \xC3\xA4}"}});
    CHECK(http::parse_query("/a?%62=%00") == parameters{{"b", std::string(1, '\0')}});
    CHECK(http::parse_query("/a?b=1&b=2") == parameters{{"b", "1"}, {"b", "2"}});
}

TEST_CASE("parse_query: a percent sign without its digits", "[http][query]") {
    for (char const* const target : {"/?a=%", "/?a=%4", "/?a=%4g", "/?a=%g4", "/?%=a", "/?a=%-1", "/?a=% 1"}) {
        INFO(target);
        CHECK_FALSE(http::parse_query(target));
    }
}
