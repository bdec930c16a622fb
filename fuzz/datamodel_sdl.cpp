// Any text as a datamodel, for each database.
#include <refract/datamodel/sdl.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace refract;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const parsed = datamodel::parse_sdl(text, datamodel::sqlite_capabilities);
    // What is accepted has two ends to every relation.
    for (auto const& relation : parsed.model.relations) {
        if (!parsed.ok() || relation.field_a == datamodel::none || relation.field_b == datamodel::none) {
            std::abort();
        }
    }
    (void)datamodel::parse_sdl(text, datamodel::postgres_capabilities);
    return 0;
}
