// Test that the header is self-contained.
#include <refract/jwt/token.hpp>

#include <refract/jwt/base64url.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("parse_token: header, claims and signature", "[jwt][token]") {
    // The example of RFC 7515, appendix A.1.
    std::string const text = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                             "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    auto const token = jwt::parse_token(text);
    REQUIRE(token);
    CHECK(token->header.at("alg").as_string() == "HS256");
    CHECK(token->claims.at("iss").as_string() == "joe");
    CHECK(token->claims.at("exp").as_int64() == 1300819380);
    CHECK(token->signature.size() == 32);
    CHECK(token->signing_input.size() == text.rfind('.'));
}

TEST_CASE("parse_claims: names are unique at every depth", "[jwt][token]") {
    CHECK(jwt::parse_claims(R"({"a":{"b":1},"b":[{"b":2},{"b":"}\"{"}]})"));
    CHECK_FALSE(jwt::parse_claims(R"({"a":{"b":1,"b":2}})"));
    CHECK_FALSE(jwt::parse_claims(R"({"a" :1,"\u0061" :2})"));
    CHECK_FALSE(jwt::parse_claims("[]"));
    CHECK_FALSE(jwt::parse_claims(std::string(100'000, '[')));
}

TEST_CASE("parse_token: a long token is refused unread", "[jwt][token]") {
    CHECK(jwt::parse_token(std::string(jwt::max_token_bytes + 1, 'a')).failure().code == errc::limit_exceeded);
}
