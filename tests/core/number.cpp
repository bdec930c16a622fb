// Test that the header is self-contained.
#include <refract/core/number.hpp>

#include <catch2/catch.hpp>

#include <limits>
#include <string_view>

using namespace refract;

TEST_CASE("append_json_number: plain, and no digit more than it takes", "[core][number]") {
    struct {
        double in;
        std::string_view out;
    } const cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1e-7, "0.0000001"},
        {0.30000000000000004, "0.30000000000000004"},
        {123456789012345.6, "123456789012345.6"},
        {1e15, "1000000000000000"},
        {1234567890123456.8, "1234567890123456.8"},
        {-1234567890123456.8, "-1234567890123456.8"},
        {9007199254740993.0, "9007199254740992"},
        {1e22, "10000000000000000000000"},
        {1e23, "100000000000000000000000"},
        {-1e33, "-1000000000000000000000000000000000"},
        {1.7e30, "1700000000000000000000000000000"},
        {std::numeric_limits<double>::infinity(), "null"},
        {std::numeric_limits<double>::quiet_NaN(), "null"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.out);
        std::string out = "[";
        append_json_number(out, c.in);
        CHECK(out == "[" + std::string(c.out));
    }
    std::string largest;
    append_json_number(largest, std::numeric_limits<double>::max());
    CHECK(largest.size() == 309);
    CHECK(largest.substr(0, 18) == "179769313486231570");
}
