// Test that the header is self-contained.
#include <refract/http/request_head.hpp>

#include <random>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
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

namespace {

int parse(std::string_view head, http::request& r, http::framing& f) {
    limits bounds;
    bounds.max_body_bytes = 1'000;
    bounds.max_request_line_bytes = 100;
    bounds.max_header_fields = 8;
    return http::parse_head(head, bounds, r, f);
}

int parse(std::string_view head) {
    http::request r;
    http::framing f;
    return parse(head, r, f);
}

/// Whether Beast takes these bytes for a head and nothing more; and what it reads in them.
bool beast_takes(std::string_view head, http::request const& r, http::framing const& f) {
    namespace beast = boost::beast;
    beast::http::request_parser<beast::http::empty_body> parser;
    parser.body_limit(1'000);
    boost::system::error_code failed;
    std::size_t const taken = parser.put(boost::asio::buffer(head.data(), head.size()), failed);
    if (failed || !parser.is_header_done() || taken != head.size()) {
        return false;
    }
    auto const& message = parser.get();
    CHECK(message.keep_alive() == f.keep_alive);
    CHECK(message.chunked() == f.chunked);
    CHECK(parser.content_length().value_or(0) == f.content_length);
    CHECK(std::string_view(message.method_string().data(), message.method_string().size()) == r.method);
    CHECK(std::string_view(message.target().data(), message.target().size()) == r.target);
    auto mine = r.headers.begin();
    for (auto const& field : message) {
        REQUIRE(mine != r.headers.end());
        CHECK(std::string_view(field.name_string().data(), field.name_string().size()) == mine->first);
        CHECK(std::string_view(field.value().data(), field.value().size()) == mine->second);
        ++mine;
    }
    return mine == r.headers.end();
}

} // namespace

TEST_CASE("parse_head: method, target, fields, framing", "[http][request_head]") {
    http::request r;
    r.headers = {{"left", "over"}};
    http::framing f;
    CHECK(parse("POST /a/b?c HTTP/1.1\r\nHost: x\r\nContent-Length:\t12 \r\nA:\r\nB: \xC3\xA4 b\r\n\r\n", r, f) == 0);
    CHECK(r.method == "POST");
    CHECK(r.target == "/a/b?c");
    CHECK(r.segments == std::vector<std::string_view>{"a", "b"});
    CHECK(r.headers == decltype(r.headers){{"Host", "x"}, {"Content-Length", "12"}, {"A", ""}, {"B", "\xC3\xA4 b"}});
    CHECK(f.keep_alive);
    CHECK_FALSE(f.chunked);
    CHECK(f.content_length == 12);
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\nconnection: Foo , CLOSE\r\n\r\n", r, f) == 0);
    CHECK_FALSE(f.keep_alive);
    CHECK(parse("GET / HTTP/1.0\r\n\r\n", r, f) == 0);
    CHECK_FALSE(f.keep_alive);
    CHECK(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", r, f) == 0);
    CHECK(f.keep_alive);
    CHECK(parse("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", r, f) == 0);
    CHECK(f.chunked);
}

TEST_CASE("parse_head: what is refused", "[http][request_head]") {
    auto const with = [](std::string_view fields) { return parse("POST / HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n"); };
    struct {
        std::string_view fields;
        int status;
    } const cases[] = {
        {"A : b\r\n", 400},
        {" A: b\r\n", 400},
        {"A: b\r\n c\r\n", 400},
        {": b\r\n", 400},
        {"A\r\n", 400},
        {"A: b\nC: d\r\n", 400},
        {"A: b\rC: d\r\n", 400},
        {std::string_view("A: \0\r\n", 6), 400},
        {"A: \x7F\r\n", 400},
        {"\xC3\xA4: b\r\n", 400},
        {"Content-Length: 1 2\r\n", 400},
        {"Content-Length: 0x1\r\n", 400},
        {"Content-Length: \r\n", 400},
        {"Content-Length: 99999999999999999999\r\n", 400},
        {"Content-Length: 1001\r\n", 413},
        {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400},
        {"Transfer-Encoding: chunked, chunked\r\n", 501},
        {"Transfer-Encoding: \x0B" "chunked\r\n", 400},
        {"Connection: clo se\r\n", 400},
        {"Host: y\r\n", 400},
    };
    for (auto const& c : cases) {
        INFO(c.fields);
        CHECK(with(c.fields) == c.status);
    }
    std::string many;
    for (int i = 0; i < 7; ++i) {
        many += "A: b\r\n";
    }
    CHECK(with(many) == 0);
    CHECK(with(many + "A: b\r\n") == 431);
    CHECK(with(many + "A: b\r\nContent-Length: 1\r\nContent-Length: 1\r\n") == 400);
    CHECK(parse("GET /" + std::string(86, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == 0);
    CHECK(parse("GET /" + std::string(87, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n") == 414);
    CHECK(parse("G(T / HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(parse("GET /\t HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(parse("GET /../a HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\n\r\nmore") == 400);
    CHECK(parse("GET / HTTP/1.1\r\nHost: x\r\n") == 400);
}

TEST_CASE("parse_head: takes nothing Beast does not take, and reads the same", "[http][request_head]") {
    std::string const seed = "POST /a/b HTTP/1.1\r\nHost: x\r\nConnection: close, te\r\nContent-Length: 12\r\nX-Y:  a\tb  \r\n\r\n";
    std::string_view const pieces[] = {" ",  "\t", "\r\n", "\r", "\n", ":", ",", "\r\n\r\n", "chunked", "Transfer-Encoding: chunked\r\n",
                                       "1",  "/", "close", "keep-alive", "\x80", "\x7F", "HTTP/1.0", "Connection:", "Content-Length: 7\r\n", ""};
    std::mt19937 random(20'240'501);
    std::size_t taken = 0;
    for (int i = 0; i < 40'000; ++i) {
        std::string head = seed;
        for (auto change = random() % 3; change < 3; ++change) {
            auto const at = random() % head.size();
            head.replace(at, random() % 3, pieces[random() % std::size(pieces)]);
        }
        http::request r;
        http::framing f;
        if (parse(head, r, f) == 0) {
            ++taken;
            INFO(head);
            REQUIRE(beast_takes(head, r, f));
        }
    }
    CHECK(taken > 1'000);
}
