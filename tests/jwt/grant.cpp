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

TEST_CASE("management_public_key: PEM as people have it in a variable", "[jwt][grant]") {
    auto const keys = read_vectors("jwt/keys.json");
    std::string const pem = text_of(keys.at("rsa_public"));
    auto const instead = [&](std::string const& line_end) {
        std::string out;
        for (char const c : pem) {
            out += c == '\n' ? line_end : std::string(1, c);
        }
        return out;
    };
    auto const token = jwt::sign(claims_with("*/*"), jwt::key::from_pem(jwt::algorithm::rs256, text_of(keys.at("rsa_private"))).value());
    REQUIRE(token);
    for (std::string const& text : {pem, instead("\r\n"), instead("\\n"), instead("\\r\\n"), instead(" "), instead(""), "  " + pem + "\n\n"}) {
        INFO(text);
        auto const k = jwt::management_public_key(text);
        REQUIRE(k);
        CHECK(jwt::check_management_token(*token, *k, "blog", "dev", now));
    }
    CHECK(jwt::management_public_key(text_of(keys.at("rsa_1024_public")))); // others have chosen it
    for (std::string const& text : {std::string("secret"), pem.substr(0, 60), std::string("-----BEGIN PUBLIC KEY-----"),
                                    std::string("-----BEGIN PUBLIC KEY----- AAAA -----END PUBLIC KEY-----"), text_of(keys.at("p256_public"))}) {
        INFO(text);
        CHECK_FALSE(jwt::management_public_key(text));
    }
}
