// Test that the header is self-contained.
#include <refract/jwt/grant.hpp>

#include "jwt/vectors.hpp"

#include <refract/jwt/sign.hpp>

using namespace refract;

namespace {

constexpr std::int64_t now = 1'520'363'765; // 2018-03-06T19:16:05Z

std::string token_of(boost::json::object const& claims, std::string_view secret = "short") {
    return jwt::sign(claims, short_key(secret)).value();
}

boost::json::object claims_with(std::string_view target, std::int64_t exp = now + 60) {
    return {{"grants", {{{"target", target}, {"action", "*"}}}}, {"exp", exp}};
}

std::string refusal(std::optional<std::string_view> authorization) {
    auto const checked = jwt::check_management_token(authorization, "short", "blog", "dev", now);
    if (checked) {
        return "";
    }
    CHECK(checked.failure().code == 3015);
    return checked.failure().message;
}

} // namespace

TEST_CASE("check_management_token: accepts what fits", "[jwt][grant]") {
    for (char const* const target : {"*/*", "blog/*", "*/dev", "blog/dev"}) {
        CHECK(refusal("Bearer " + token_of(claims_with(target))).empty());
        CHECK(refusal(token_of(claims_with(target))).empty());
    }
    auto late = claims_with("*/*");
    late["iat"] = now + 3600;
    CHECK(refusal(token_of(late)).empty());
}

TEST_CASE("check_management_token: the original's messages", "[jwt][grant]") {
    CHECK(refusal(std::nullopt) == "'Authorization' header not provided");
    CHECK(refusal("null") == "Token can't be decoded: Expected token [null] to be composed of 2 or 3 parts separated by dots.");
    CHECK(refusal("") == "Token can't be decoded: Expected token [] to be composed of 2 or 3 parts separated by dots.");
    CHECK(refusal("bearer x") ==
          "Token can't be decoded: Expected token [bearer x] to be composed of 2 or 3 parts separated by dots.");
    CHECK(refusal("\xff") == "Token can't be decoded: Expected token [?] to be composed of 2 or 3 parts separated by dots.");
    auto const good = token_of(claims_with("*/*"));
    CHECK(refusal(good.substr(0, good.rfind('.'))) ==
          "Token can't be decoded: No signature found inside the token while trying to verify it with a key.");
    CHECK(refusal(token_of(claims_with("*/*"), "other")) ==
          "Token can't be decoded: Invalid signature for this token or wrong algorithm.");
    CHECK(refusal(token_of(claims_with("*/*", now))) ==
          "Token can't be decoded: The token is expired since 2018-03-06T19:16:05Z");
    auto early = claims_with("*/*");
    early["nbf"] = now + 1;
    CHECK(refusal(token_of(early)) == "Token can't be decoded: The token will only be valid after 2018-03-06T19:16:06Z");
    CHECK(refusal(token_of({{"exp", now + 60}})) == "Failed to parse token data");
    auto endless = claims_with("*/*");
    endless.erase("exp");
    CHECK(refusal(token_of(endless)) == "Failed to parse token data");
    CHECK(refusal(token_of(claims_with("blog"))) == "Contained invalid grant 'Vector(blog)'");
    CHECK(refusal(token_of(claims_with("a/b/c"))) == "Contained invalid grant 'Vector(a, b, c)'");
    CHECK(refusal(token_of(claims_with("/dev"))) ==
          "Both service and stage must be defined in grant 'TokenGrant(/dev,*)'");
    CHECK(refusal(token_of(claims_with("blog/prod"))) == "Token contained 1 grants but none satisfied the request.");
    CHECK(refusal(token_of({{"exp", now + 60}, {"grants", boost::json::array()}})) ==
          "Token contained 0 grants but none satisfied the request.");
    CHECK_FALSE(jwt::check_management_token(good, "", "blog", "dev", now));
}

TEST_CASE("service_keys: any of the secrets, or open", "[jwt][grant]") {
    CHECK(jwt::service_keys().check(std::nullopt, now));
    jwt::service_keys const keys({"new", "old"});
    CHECK_FALSE(keys.open());
    CHECK(keys.check("Bearer " + token_of({{"iat", now + 5}}, "old"), now));
    CHECK(keys.check(token_of({}, "new"), now));
    auto const refused = keys.check(token_of({}, "new,old"), now);
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().code == 3015);
    CHECK(refused.failure().message ==
          "Your token is invalid. It might have expired or you might be using a token from a different project.");
    CHECK_FALSE(keys.check(std::nullopt, now));
    CHECK_FALSE(keys.check(token_of({{"exp", now}}, "new"), now));
    CHECK_FALSE(keys.check(token_of({{"nbf", now + 1}}, "new"), now));
    CHECK_FALSE(jwt::service_keys({""}).check(token_of({}, "x"), now));
}
