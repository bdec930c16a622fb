// What decodes encodes to the same text: there is one spelling of every value.
#include <refract/jwt/base64url.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace refract;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const bytes = jwt::decode_base64url(text);
    if (bytes && jwt::encode_base64url(*bytes) != text) {
        std::abort();
    }
    auto const back = jwt::decode_base64url(jwt::encode_base64url(text));
    if (!back || *back != text) {
        std::abort();
    }
    return 0;
}
