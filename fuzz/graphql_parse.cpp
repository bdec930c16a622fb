// Any bytes: parsing never crashes, and what was accepted prints to a text that parses and prints the same.
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    refract::graphql::parse_options options;
    // The printed text is longer than the parsed one.
    options.max_document_bytes = std::size_t{64} << 20U;
    options.allow_fragment_variables = true;
    auto const doc = refract::graphql::parse({reinterpret_cast<char const*>(data), size}, options);
    if (!doc) {
        return 0;
    }
    auto const once = refract::graphql::print(*doc);
    auto const again = refract::graphql::parse(once, options);
    if (!again || refract::graphql::print(*again) != once) {
        std::abort();
    }
    return 0;
}
