// Test that the header is self-contained.
#include <refract/jwt/verify.hpp>

#include "jwt/vectors.hpp"

#include <refract/jwt/grant.hpp>
#include <refract/jwt/sign.hpp>

using namespace refract;

namespace {

std::string token_text(boost::json::value const& c) {
    if (auto const* const whole = c.as_object().if_contains("token")) {
        return text_of(*whole);
    }
    std::string text;
    for (auto const& part : c.at("token_parts").as_array()) {
        for (std::int64_t i = 0; i < part.at(1).as_int64(); ++i) {
            text += text_of(part.at(0));
        }
    }
    return text;
}

jwt::key test_key() { return jwt::key::from_secret(jwt::algorithm::hs256, std::string(32, 'k')).value(); }

std::string signed_token(boost::json::object const& claims) { return jwt::sign(claims, test_key()).value(); }

errc refused(std::string_view token, std::int64_t now, jwt::verify_options const& options = {}) {
    auto const claims = jwt::verify(token, test_key(), now, options);
    return claims ? errc::ok : claims.failure().code;
}

} // namespace

TEST_CASE("verify: hostile tokens", "[jwt][verify]") {
    auto const vectors = read_vectors("jwt/hostile_tokens.json");
    std::int64_t const now = vectors.at("now").as_int64();
    auto const secret = jwt::key::from_secret(jwt::algorithm::hs256, text_of(vectors.at("keys").at("hmac"))).value();
    auto const rsa = jwt::key::from_pem(jwt::algorithm::rs256, text_of(vectors.at("keys").at("rsa_pem"))).value();
    for (auto const& c : vectors.at("cases").as_array()) {
        auto const name = text_of(c.at("name"));
        INFO(name);
        auto const token = token_text(c);
        jwt::verify_options options;
        options.require_expiration = true;
        auto const claims = jwt::verify(token, text_of(c.at("key")) == "rsa" ? rsa : secret, now, options);
        bool accepted = claims.has_value();
        if (accepted && name.find("grants") == 0) {
            auto const grants = jwt::parse_grants(*claims);
            accepted = grants && jwt::check_grants(*grants, "blog", "dev").has_value();
        }
        CHECK(accepted == (text_of(c.at("expect")) == "accept"));
    }
}

TEST_CASE("verify: times and leeway", "[jwt][verify]") {
    auto const token = signed_token({{"exp", 200}, {"nbf", 100}, {"iat", 100}});
    jwt::verify_options lenient;
    lenient.leeway_seconds = 10;
    CHECK(refused(token, 99) == errc::token_not_yet_valid);
    CHECK(refused(token, 100) == errc::ok);
    CHECK(refused(token, 199) == errc::ok);
    CHECK(refused(token, 200) == errc::token_expired);
    CHECK(refused(token, 90, lenient) == errc::ok);
    CHECK(refused(token, 89, lenient) == errc::token_not_yet_valid);
    CHECK(refused(token, 209, lenient) == errc::ok);
    CHECK(refused(token, 210, lenient) == errc::token_expired);
    jwt::verify_options expiring;
    expiring.require_expiration = true;
    CHECK(refused(signed_token({}), 100, expiring) == errc::invalid_claim);
    CHECK(refused(signed_token({}), 100) == errc::ok);
    CHECK(refused(signed_token({{"iat", 101}}), 100) == errc::token_not_yet_valid);
    expiring = {};
    expiring.refuse_future_issue = false;
    CHECK(refused(signed_token({{"iat", 101}}), 100, expiring) == errc::ok);
}

TEST_CASE("verify: a key of another algorithm never fits", "[jwt][verify]") {
    auto const other = jwt::key::from_secret(jwt::algorithm::hs512, std::string(64, 'k')).value();
    auto const token = jwt::sign({{"exp", 200}}, other).value();
    CHECK(refused(token, 100) == errc::unsupported_algorithm);
    CHECK(jwt::verify(token, other, 100).has_value());
}
