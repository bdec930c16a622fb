// Test that the header is self-contained.
#include <refract/postgres/array_text.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace refract::postgres::detail;

TEST_CASE("postgres::array_json: literals as JSON", "[postgres][array_text]") {
    constexpr std::uint32_t int4 = 23, text = 25, boolean = 16, numeric = 1700, float8 = 701, date = 1082, timestamp = 1114, json = 114;
    struct {
        std::uint32_t element;
        char const* literal;
        char const* json; ///< null: no array
    } const cases[] = {
        {int4, "{}", "[]"},
        {int4, "{1,-2,NULL}", "[1,-2,null]"},
        {int4, "{{1,2},{3,4}}", "[[1,2],[3,4]]"},
        {int4, "[0:1]={1,2}", "[1,2]"},
        {int4, "[0:1][2:2]={{1},{2}}", "[[1],[2]]"},
        {int4, "{{{{{{1}}}}}}", "[[[[[[1]]]]]]"},
        {text, R"({a,"b\"c","\\","null",NULL,"","x,y","{}"," d "})", R"(["a","b\"c","\\","null",null,"","x,y","{}"," d "])"},
        {text, "{a b}", R"(["a b"])"},
        {boolean, "{t,f,NULL}", "[true,false,null]"},
        {numeric, "{1.50,100,NaN}", "[1.5,100,null]"},
        {float8, "{1e+30,Infinity}", "[1000000000000000000000000000000,null]"},
        {date, "{2016-01-01}", R"(["2016-01-01"])"},
        {timestamp, R"({"2016-01-01 10:00:00","2016-01-01 10:00:00.123456",infinity})",
         R"(["2016-01-01 10:00:00.0","2016-01-01 10:00:00.123456","infinity"])"},
        {json, R"({"{\"a\": 1}"})", R"(["{\"a\": 1}"])"},
        {int4, "", nullptr},
        {int4, "1", nullptr},
        {int4, "{", nullptr},
        {int4, "{1", nullptr},
        {int4, "{1,2}x", nullptr},
        {int4, "{1 2}{", nullptr},
        {text, R"({"a)", nullptr},
        {text, R"({"a\)", nullptr},
        {text, R"({"a""b"})", nullptr},
        {int4, "[0:1]", nullptr},
        {int4, "{{{{{{{1}}}}}}}", nullptr},
    };
    for (auto const& c : cases) {
        CAPTURE(c.literal);
        auto const found = array_json(c.element, c.literal);
        REQUIRE(found.has_value() == (c.json != nullptr));
        if (found) {
            CHECK(*found == c.json);
        }
    }
    CHECK(element_type(1007) == int4);
    CHECK(element_type(2951) == 2950);
    CHECK(element_type(int4) == 0);
    std::string zoned;
    append_raw_json(zoned, 1184, "2016-01-01 08:00:00+00");
    CHECK(zoned == R"("2016-01-01 08:00:00.0")");
}
