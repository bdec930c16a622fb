// Test that the header is self-contained.
#include <refract/core/utf8.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace refract;

TEST_CASE("is_valid_utf8: accepts exactly the well-formed sequences", "[core][utf8]") {
    std::string_view const valid[] = {
        "", "ascii", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
    };
    for (auto const text : valid) {
        CHECK(is_valid_utf8(text));
        CHECK(is_valid_utf8("12345678" + std::string(text) + "12345678"));
    }
    std::string_view const invalid[] = {
        "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe1\x80", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff", "\xf0\x90\x80",
    };
    for (auto const text : invalid) {
        CHECK_FALSE(is_valid_utf8(text));
        CHECK_FALSE(is_valid_utf8("12345678" + std::string(text)));
        CHECK_FALSE(is_valid_utf8(std::string(text) + "12345678"));
    }
}

TEST_CASE("count_code_points, count_utf16_units: astral characters are one and two", "[core][utf8]") {
    CHECK(count_code_points("") == 0);
    CHECK(count_code_points("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == 4);
    CHECK(count_utf16_units("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == 5);
}
