// Any text as a connection URI: what is read is in the text, and reads the same once it is written again.
#include "check.hpp"

#include <refract/config/database_uri.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace refract;
    using refract_fuzz::check;
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    auto const uri = config::parse_database_uri(text);
    if (!uri) {
        // The text may hold a password. The one message there is has a text of its own.
        static auto const message = config::parse_database_uri("").failure().message;
        check(uri.failure().message == message, "an error that tells of the text", text, uri.failure().message);
        return 0;
    }
    check(!uri->scheme.empty() && !uri->host.empty() && uri->port != 0, "a URI without what a connection needs", text);
    for (auto const& part : {uri->scheme, uri->user, uri->password, uri->host, uri->database}) {
        check(text.find(part) != std::string_view::npos, "a part of a URI that is not in it", text, part);
    }
    bool const is_address = uri->host.find(':') != std::string::npos;
    auto const again_text = uri->scheme + "://" + uri->user + ":" + uri->password + "@" + (is_address ? "[" + uri->host + "]" : uri->host) + ":" +
                            std::to_string(uri->port) + "/" + uri->database + (uri->ssl ? "?ssl=1" : "");
    auto const again = config::parse_database_uri(again_text);
    check(again && again->scheme == uri->scheme && again->user == uri->user && again->password == uri->password && again->host == uri->host &&
              again->port == uri->port && again->database == uri->database && again->ssl == uri->ssl,
          "a URI that is written again is another one", text, again_text);
    return 0;
}
