// Test that the header is self-contained.
#include <refract/http/request_head.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using state = http::head_scanner::state;

namespace {

/// The answer must not depend on how the bytes arrive.
state scan(std::string_view bytes) {
    http::head_scanner whole;
    state const at_once = whole.scan(bytes);
    http::head_scanner piecewise;
    state last = state::incomplete;
    for (std::size_t i = 1; i <= bytes.size() && last == state::incomplete; ++i) {
        last = piecewise.scan(bytes.substr(0, i));
    }
    CHECK(last == at_once);
    return at_once;
}

} // namespace

TEST_CASE("head_scanner: finds the empty line, refuses what is no head", "[http][request_head]") {
    http::head_scanner scanner;
    CHECK(scanner.scan("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody") == state::complete);
    CHECK(scanner.size() == 27);
    CHECK(scan("GET / HTTP/1.1\r\n\r\n") == state::complete);
    CHECK(scan("GET / HTTP/1.1\r\nHost") == state::incomplete);
    CHECK(scan("") == state::incomplete);
    for (std::string_view const bytes :
         {std::string_view("GET / HTTP/1.1\n\n"), std::string_view("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n"),
          std::string_view("GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n"), std::string_view("A\0B\r\n\r\n", 7),
          std::string_view("\x16\x03\x01"), std::string_view("\r\nGET /"), std::string_view("GET /\r\n\rX")}) {
        CHECK(scan(bytes) == state::bad);
    }
}

TEST_CASE("head_fault: ambiguous framing is refused", "[http][request_head]") {
    using fields = std::vector<std::pair<std::string_view, std::string_view>>;
    struct {
        char const* name;
        fields headers;
        unsigned version;
        int status;
    } const cases[] = {
        {"plain", {{"Host", "a"}}, 11, 0},
        {"no host", {}, 11, 400},
        {"no host in 1.0", {}, 10, 0},
        {"two hosts", {{"Host", "a"}, {"host", "a"}}, 11, 400},
        {"chunked", {{"Host", "a"}, {"Transfer-Encoding", "Chunked"}}, 11, 0},
        {"gzip", {{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}}, 11, 501},
        {"both", {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "1"}}, 11, 400},
        {"twice chunked", {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"transfer-encoding", "chunked"}}, 11, 400},
        {"length", {{"Host", "a"}, {"Content-Length", "+1"}}, 11, 400},
        {"two lengths", {{"Host", "a"}, {"Content-Length", "1"}, {"Content-Length", "1"}}, 11, 400},
        {"coding", {{"Host", "a"}, {"Content-Encoding", "gzip"}}, 11, 415},
        {"identity", {{"Host", "a"}, {"Content-Encoding", "identity"}}, 11, 0},
        {"many", fields(300, {"X", "y"}), 10, 431},
    };
    for (auto const& c : cases) {
        INFO(c.name);
        http::request r;
        r.headers = c.headers;
        CHECK(http::head_fault(r, c.version) == c.status);
    }
}

TEST_CASE("request_line_fault: three parts and a version we speak", "[http][request_head]") {
    struct {
        std::string_view line;
        int status;
    } const cases[] = {
        {"GET / HTTP/1.1\r\n", 0},     {"GET / HTTP/1.0\r\n", 0},   {"GET / HTTP/2.0\r\n", 505}, {"GET / HTTP/11.1\r\n", 505},
        {"GET / http/1.1\r\n", 400},   {"GET /\r\n", 400},          {"GET / x HTTP/1.1\r\n", 400}, {"GET  HTTP/1.1\r\n", 400},
        {"PRI * HTTP/2.0\r\n", 505},   {"\r\n", 400},               {"GET / HTTP/\r\n", 400},
    };
    for (auto const& c : cases) {
        INFO(c.line);
        CHECK(http::request_line_fault(c.line) == c.status);
    }
}

TEST_CASE("has_bare_line_feed", "[http][request_head]") {
    CHECK_FALSE(http::has_bare_line_feed("a\r\nb"));
    CHECK(http::has_bare_line_feed("\n"));
    CHECK(http::has_bare_line_feed("a\r\nb\n"));
}
