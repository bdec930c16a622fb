// Test that the header is self-contained.
#include <refract/jwt/algorithm.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("parse_algorithm: exact names only", "[jwt][algorithm]") {
    CHECK(jwt::parse_algorithm("HS256") == jwt::algorithm::hs256);
    CHECK(jwt::parse_algorithm("EdDSA") == jwt::algorithm::eddsa);
    for (char const* const text : {"none", "None", "hs256", "HS256 ", "", "PS256", "ES512"}) {
        CHECK_FALSE(jwt::parse_algorithm(text));
    }
    for (auto const a : {jwt::algorithm::hs384, jwt::algorithm::rs256, jwt::algorithm::es256, jwt::algorithm::eddsa}) {
        CHECK(jwt::parse_algorithm(jwt::name(a)) == a);
    }
}
