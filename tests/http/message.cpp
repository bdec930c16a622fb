// Test that the header is self-contained.
#include <refract/http/message.hpp>

#include <catch2/catch.hpp>

using namespace refract;

namespace {

std::vector<std::string_view> split(std::string_view target) {
    std::vector<std::string_view> out{"left from before"};
    http::split_target(target, out);
    return out;
}

} // namespace

TEST_CASE("split_target: segments without query, scheme and empty parts", "[http][message]") {
    using parts = std::vector<std::string_view>;
    CHECK(split("/") == parts{});
    CHECK(split("") == parts{});
    CHECK(split("/a/b") == parts{"a", "b"});
    CHECK(split("//a///b/") == parts{"a", "b"});
    CHECK(split("/a/b?x=/c/d#e") == parts{"a", "b"});
    CHECK(split("/a%2Fb") == parts{"a%2Fb"});
    CHECK(split("http://host:1/a/b") == parts{"a", "b"});
    CHECK(split("http://host") == parts{});
    CHECK(split("*") == parts{"*"});
}

TEST_CASE("has_dot_segment: plain and encoded", "[http][message]") {
    for (char const* const target : {"/a/../b", "/.", "/%2e%2E/x", "/.%2e"}) {
        CHECK(http::has_dot_segment(split(target)));
    }
    for (char const* const target : {"/a", "/...", "/.a", "/%2e%2ea", "/a.."}) {
        CHECK_FALSE(http::has_dot_segment(split(target)));
    }
}

TEST_CASE("request::header: any case, first one wins", "[http][message]") {
    http::request r;
    r.headers = {{"AUTHORIZATION", "a"}, {"authorization", "b"}};
    CHECK(r.header("Authorization") == "a");
    CHECK_FALSE(r.header("Origin"));
}

TEST_CASE("append_head: status line and headers", "[http][message]") {
    http::response r;
    r.body = "{}";
    r.headers.emplace_back("X-A", "b");
    std::string out;
    http::head_options options;
    options.request_id = "local:c1";
    options.origin = "http://x";
    options.date = "D";
    http::append_head(out, r, options);
    CHECK(out == "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nDate: D\r\nRequest-Id: local:c1\r\n"
                 "Access-Control-Allow-Origin: http://x\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\nX-A: b\r\n\r\n");
    out.clear();
    options = {};
    options.keep_alive = false;
    http::append_head(out, http::text_response(413, "no"), options);
    CHECK(out == "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: 2\r\n"
                 "Connection: close\r\n\r\n");
}

TEST_CASE("http_date: the example of RFC 9110", "[http][message]") {
    CHECK(http::http_date(784'111'777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http::http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}
