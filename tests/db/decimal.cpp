// Test that the header is self-contained.
#include <refract/db/decimal.hpp>

#include <limits>

#include <catch2/catch.hpp>

namespace db = refract::db;

TEST_CASE("db::plain_decimal: one text for one number", "[db][decimal]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {"0", "0"},           {"-0", "0"},          {"0.000", "0"},
        {"1", "1"},           {"1.0", "1"},         {"1.50", "1.5"},
        {"-12.340", "-12.34"}, {"007", "7"},        {"+3", "3"},
        {".5", "0.5"},        {"5.", "5"},          {"1e3", "1000"},
        {"1.25E+2", "125"},   {"1.255E+2", "125.5"}, {"12e-5", "0.00012"},
        {"100", "100"},       {"1e-3", "0.001"},    {"123456789012345678901234567890.10", "123456789012345678901234567890.1"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.in) {
            auto const plain = db::plain_decimal(c.in);
            REQUIRE(plain);
            CHECK(*plain == c.out);
        }
    }
}

TEST_CASE("db::plain_decimal: what is no decimal", "[db][decimal]") {
    for (std::string_view const text : {"", "-", ".", "e5", "1e", "1e999999999", "1..2", "1a", "NaN", " 1", "1 ", "--1", "0x10"}) {
        CAPTURE(text);
        CHECK_FALSE(db::plain_decimal(text));
    }
}

TEST_CASE("db::plain_decimal: of a double", "[db][decimal]") {
    CHECK(db::plain_decimal(0.1) == "0.1");
    CHECK(db::plain_decimal(-0.0) == "0");
    CHECK(db::plain_decimal(1e21) == "1000000000000000000000");
    CHECK(db::plain_decimal(1e-7) == "0.0000001");
    CHECK(db::plain_decimal(1234.5) == "1234.5");
    CHECK(db::plain_decimal(std::numeric_limits<double>::infinity()) == "Infinity");
    CHECK(db::plain_decimal(std::numeric_limits<double>::quiet_NaN()) == "NaN");
}
