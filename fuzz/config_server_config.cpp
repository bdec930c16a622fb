// Any text as the server's configuration, and as a connection URI.
#include <refract/config/database_uri.hpp>
#include <refract/config/server_config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    (void)refract::config::parse_server_config(text);
    (void)refract::config::parse_database_uri(text);
    return 0;
}
