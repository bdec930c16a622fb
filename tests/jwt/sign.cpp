// Test that the header is self-contained.
#include <refract/jwt/sign.hpp>

#include <refract/jwt/verify.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("sign: makes what other libraries make", "[jwt][sign]") {
    jwt::key_options weak;
    weak.allow_weak_keys = true;
    auto const k = jwt::key::from_secret(jwt::algorithm::hs256, "your-256-bit-secret", weak).value();
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
