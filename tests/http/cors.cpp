// Test that the header is self-contained.
#include <refract/http/cors.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("preflight_response: only to a preflight", "[http][cors]") {
    http::request r;
    r.method = "OPTIONS";
    r.headers = {{"Origin", "http://x"}};
    CHECK_FALSE(http::preflight_response(r));
    r.headers.emplace_back("Access-Control-Request-Method", "POST");
    r.headers.emplace_back("Access-Control-Request-Headers", "content-type, authorization");
    auto const answer = http::preflight_response(r);
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.empty());
    CHECK(answer->content_type.empty());
    std::string head;
    http::append_head(head, *answer, {});
    CHECK(head.find("Access-Control-Allow-Methods: GET, POST, HEAD, OPTIONS\r\n") != std::string::npos);
    CHECK(head.find("Access-Control-Allow-Headers: content-type, authorization\r\n") != std::string::npos);
    CHECK(head.find("Access-Control-Max-Age: 1800\r\n") != std::string::npos);
    r.method = "POST";
    CHECK_FALSE(http::preflight_response(r));
}

TEST_CASE("preflight_response: other methods are refused", "[http][cors]") {
    http::request r;
    r.method = "OPTIONS";
    r.headers = {{"origin", "http://x"}, {"access-control-request-method", "PUT"}};
    auto const answer = http::preflight_response(r);
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(answer->body == "CORS: invalid method 'PUT'");
}
