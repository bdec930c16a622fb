// Test that the header is self-contained.
#include <refract/jwt/sign.hpp>

#include "jwt/vectors.hpp"

#include <refract/jwt/verify.hpp>

using namespace refract;

TEST_CASE("sign: makes what other libraries make", "[jwt][sign]") {
    auto const k = short_key("your-256-bit-secret");
    // The example everybody knows from jwt.io.
    CHECK(jwt::sign({{"sub", "1234567890"}, {"name", "John Doe"}, {"iat", 1516239022}}, k).value() ==
          "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
          "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");
}

TEST_CASE("sign: verify gives the claims back", "[jwt][sign]") {
    auto const k = jwt::key::from_secret(jwt::algorithm::hs384, std::string(48, 'k')).value();
    boost::json::object const claims{{"data", {{"service", "blog@dev"}}}, {"exp", 200}};
    CHECK(jwt::verify(jwt::sign(claims, k).value(), k, 100).value() == claims);
}

TEST_CASE("sign: a short key verifies if allowed, and signs only if that is allowed too", "[jwt][sign]") {
    auto const keys = read_vectors("jwt/keys.json");
    for (bool const with_rsa : {false, true}) {
        auto const key_with = [&](jwt::key_options options) {
            return with_rsa ? jwt::key::from_pem(jwt::algorithm::rs256, text_of(keys.at("rsa_1024_private")), options)
                            : jwt::key::from_secret(jwt::algorithm::hs256, "31 bytes are one byte too few..", options);
        };
        jwt::key_options options;
        options.sign_with_weak_keys = true;
        CHECK(key_with(options).failure().code == errc::weak_key); // nothing lets it in
        options.allow_weak_keys = true;
        auto const signs = key_with(options).value();
        CHECK(signs.weak());
        CHECK(signs.can_sign());
        auto const token = jwt::sign({{"exp", 200}}, signs).value();
        options.sign_with_weak_keys = false;
        auto const verifies = key_with(options).value();
        CHECK_FALSE(verifies.can_sign());
        CHECK(jwt::sign({{"exp", 200}}, verifies).failure().code == errc::weak_key);
        CHECK(jwt::verify(token, verifies, 100));
    }
    CHECK_FALSE(jwt::key::from_secret(jwt::algorithm::hs256, std::string(32, 'k')).value().weak());
}
