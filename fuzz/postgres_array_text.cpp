// Any text as a PostgreSQL array literal: what is read gives JSON.
//
// The first byte chooses the element's type, among those whose values come as JSON of their own.
#include "check.hpp"

#include <refract/postgres/array_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/parse.hpp>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace refract;
    using refract_fuzz::check;
    constexpr std::array<std::uint32_t, 6> as_text{25, 114, 1114, 1184, 2950, 16};
    constexpr std::array<std::uint32_t, 3> as_number{700, 701, 1700};
    if (size == 0) {
        return 0;
    }
    std::string_view const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    auto const wanted = data[0] % (as_text.size() + as_number.size());
    auto const type = wanted < as_text.size() ? as_text[wanted] : as_number[wanted - as_text.size()];
    auto const json = postgres::detail::array_json(type, text);
    if (!json) {
        return 0;
    }
    boost::json::parse_options options;
    options.allow_invalid_utf8 = true; // the server's text is UTF-8; these bytes need not be
    options.max_depth = 8;
    boost::system::error_code failed;
    auto const value = boost::json::parse(*json, failed, {}, options);
    check(!failed && value.is_array(), "an array literal became something that is no JSON array", text, *json);
    return 0;
}
