// Any bytes as a token: refused, and never signed for by a key that did not make it.
#include <refract/jwt/grant.hpp>
#include <refract/jwt/token.hpp>
#include <refract/jwt/verify.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace refract;
    static auto const key = jwt::key::from_secret(jwt::algorithm::hs256, "the fuzzer does not know this secret").value();
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const sealed = jwt::parse_sealed(text);
    auto const token = jwt::parse_token(text);
    if (token && !sealed) {
        std::abort();
    }
    if (jwt::verify(text, key, 1'700'000'000)) {
        std::abort();
    }
    if (jwt::check_management_token(text, key, "service", "stage", 1'700'000'000)) {
        std::abort();
    }
    return 0;
}
