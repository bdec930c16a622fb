// Test that the header is self-contained.
#include <refract/jwt/base64url.hpp>

#include "jwt/vectors.hpp"

using namespace refract;

namespace {

std::string hex(std::string_view bytes) {
    std::string out;
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
}

} // namespace

TEST_CASE("decode_base64url: one text per value", "[jwt][base64url]") {
    auto const vectors = read_vectors("base64/base64url_edge.json");
    for (auto const& c : vectors.at("cases").as_array()) {
        auto const in = text_of(c.at("in"));
        INFO(in);
        auto const decoded = jwt::decode_base64url(in);
        REQUIRE(decoded.has_value() == c.at("ok").as_bool());
        if (decoded) {
            CHECK(hex(*decoded) == text_of(c.at("hex")));
            CHECK(jwt::encode_base64url(*decoded) == in);
        } else {
            CHECK(decoded.failure().code == errc::malformed_token);
        }
    }
}

TEST_CASE("decode_base64url: locates the first wrong character", "[jwt][base64url]") {
    auto const decoded = jwt::decode_base64url("Zm9v+mFy");
    REQUIRE_FALSE(decoded);
    CHECK(decoded.failure().where.offset == 4);
}
