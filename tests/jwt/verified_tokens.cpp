// Test that the header is self-contained.
#include <refract/jwt/verified_tokens.hpp>

#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>

#include "jwt/vectors.hpp"

using namespace refract;

namespace {

constexpr std::int64_t now = 1'520'363'765;

std::string token_of(jwt::key const& k, std::int64_t exp, std::string_view target = "blog/dev") {
    return jwt::sign({{"grants", {{{"target", target}, {"action", "*"}}}}, {"exp", exp}}, k).value();
}

std::string refusal(std::string const& token, jwt::key const& k, std::int64_t at) {
    auto const checked = jwt::check_management_token(token, k, "blog", "dev", at);
    return checked ? "" : checked.failure().message;
}

} // namespace

TEST_CASE("verified_tokens: finds the same text only", "[jwt][verified_tokens]") {
    jwt::verified_tokens tokens;
    auto const known = std::make_shared<jwt::verified_token const>(jwt::verified_token{.grants = std::vector<jwt::grant>{}});
    CHECK(tokens.find("abc") == nullptr);
    tokens.keep("abc", known);
    CHECK(tokens.find("abc") == known);
    CHECK(tokens.find("abd") == nullptr);
    CHECK(tokens.find("ab") == nullptr);
    tokens.keep(std::string(jwt::max_kept_token_bytes + 1, 'x'), known);
    CHECK(tokens.size() == 1);
}

TEST_CASE("verified_tokens: bounded, what is used stays", "[jwt][verified_tokens]") {
    jwt::verified_tokens tokens;
    auto const known = std::make_shared<jwt::verified_token const>(jwt::verified_token{.grants = std::vector<jwt::grant>{}});
    tokens.keep("used", known);
    for (int i = 0; i < 5'000; ++i) {
        tokens.keep("token " + std::to_string(i), known);
        REQUIRE(tokens.find("used") == known);
        REQUIRE(tokens.size() <= jwt::max_kept_tokens);
    }
    CHECK(tokens.find("token 0") == nullptr);
    CHECK(tokens.find("token 4999") == known);
}

TEST_CASE("check_management_token: a token verified before is still checked", "[jwt][verified_tokens]") {
    auto const k = short_key("one");
    auto const other = short_key("two");
    auto const token = token_of(k, now + 10);
    for (int i = 0; i < 3; ++i) {
        CHECK(refusal(token, k, now) == "");
        CHECK(k.verified().size() == 1);
        CHECK(refusal("Bearer " + token, k, now + 9) == "");
        CHECK(refusal(token, k, now + 10) == "Token can't be decoded: The token is expired since 2018-03-06T19:16:15Z");
        CHECK(refusal(token, other, now) == "Token can't be decoded: Invalid signature for this token or wrong algorithm.");
        auto forged = token;
        forged.back() = forged.back() == 'A' ? 'E' : 'A';
        CHECK(refusal(forged, k, now) != "");
        auto const checked = jwt::check_management_token(token, k, "blog", "prod", now);
        CHECK(checked.failure().message == "Token contained 1 grants but none satisfied the request.");
    }
    CHECK(other.verified().size() == 0);
    CHECK(refusal(token_of(k, now + 10, "a/b/c"), k, now) == "Contained invalid grant 'Vector(a, b, c)'");
}

TEST_CASE("service_keys: new secrets forget what the old ones verified", "[jwt][verified_tokens]") {
    auto const token = jwt::sign({{"nbf", now}}, short_key("old")).value();
    jwt::service_keys const before({"new", "old"});
    CHECK_FALSE(before.check(token, now - 1));
    CHECK(before.check(token, now));
    CHECK(before.check(token, now));
    CHECK_FALSE(before.check(token, now - 1));
    jwt::service_keys const after({"new"});
    CHECK_FALSE(after.check(token, now));
}
