// Test that the header is self-contained.
#include <refract/prisma1/json_text.hpp>

#include <refract/core/number.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace refract;

TEST_CASE("prisma1::parse_json: bounds", "[prisma1][json_text]") {
    limits bounds;
    bounds.max_json_depth = 3;
    bounds.max_json_values = 6;
    struct {
        char const* text;
        errc code; ///< ok: accepted
    } const cases[] = {
        {R"({"a":[[1]]})", errc::ok},
        {R"({"a":[[[1]]]})", errc::limit_exceeded},
        {"[1,2,3,4,5,6]", errc::limit_exceeded}, // the list is a value, too
        {"[1,2,3,4,5]", errc::ok},
        {R"(",,,,,,,,\",,,,,")", errc::ok},
        {R"(["\\",",,,,,,,"])", errc::ok},
        {"[1e308]", errc::ok},
        {"[1e400]", errc::invalid_json},
        {R"({"a":[-1e400]})", errc::invalid_json},
        {R"({"a":1e400,"a":1})", errc::invalid_json}, // of a name that is written again, too
        {"[NaN]", errc::invalid_json},
        {"", errc::invalid_json},
        {"\"\xff\"", errc::invalid_json},
        {R"("\ud800")", errc::invalid_json},
    };
    for (auto const& c : cases) {
        CAPTURE(c.text);
        auto const parsed = prisma1::parse_json(c.text, bounds);
        CHECK((parsed ? errc::ok : parsed.failure().code) == c.code);
    }
}

TEST_CASE("prisma1::parse_json: doubles are the nearest to their text", "[prisma1][json_text]") {
    for (double const d : {1.5e-30, -1.5e-30, 0.1, 0.30000000000000004, 3.141592653589793, 1.7e30, -1e33, 1e22, 1.7976931348623157e308,
                           5e-324, -493013991.9043981, 1e-7, 123456789012345680000.0}) {
        std::string text = "[";
        append_json_number(text, d);
        text += "]";
        CAPTURE(text);
        auto const parsed = prisma1::parse_json(text, {});
        REQUIRE(parsed);
        CHECK(parsed->at(0).to_number<double>() == d);
    }
    auto const exponents = prisma1::parse_json("[1.5e-30, -2.5E+3, 1e-400]", {});
    REQUIRE(exponents);
    CHECK(exponents->at(0).get_double() == 1.5e-30);
    CHECK(exponents->at(1).get_double() == -2500.0);
    CHECK(exponents->at(2).get_double() == 0.0);
}

TEST_CASE("prisma1::parse_json: one value, and nothing behind it", "[prisma1][json_text]") {
    for (auto const* text : {"1 1", "{}x", "[]]", "nul", "\"a", "{\"a\":}", "[1,]"}) {
        CAPTURE(text);
        CHECK_FALSE(prisma1::parse_json(text, {}));
    }
    auto const spaced = prisma1::parse_json(" { \"a\" : [ null , true , \"x\" , -1 , 18446744073709551615 ] } \n", {});
    REQUIRE(spaced);
    CHECK(spaced->at("a").as_array().size() == 5);
}

TEST_CASE("prisma1::append_json: one text for a value", "[prisma1][json_text]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {" [ 1.50 , 15e-1, 1E21, 18446744073709551615, -0.25 ] ", "[1.5,1.5,1000000000000000000000,18446744073709551615,-0.25]"},
        {R"({ "b" : { } , "a" : [ ] , "\u0041\u001f" : "\u00e9\/" })", "{\"b\":{},\"a\":[],\"A\\u001f\":\"\xc3\xa9/\"}"},
        {"[null,true,false,\"\"]", "[null,true,false,\"\"]"},
        {"[0,-0,-0.0,0.0,-0e1]", "[0,0,0,0,0]"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.in);
        std::string out;
        prisma1::append_json(out, prisma1::parse_json(c.in, {}).value());
        CHECK(out == c.out);
    }
}

TEST_CASE("prisma1::parse_json: nesting costs no stack", "[prisma1][json_text]") {
    auto const parsed = prisma1::parse_json(std::string(1'000'000, '['), {});
    REQUIRE_FALSE(parsed);
    CHECK(parsed.failure().code == errc::limit_exceeded);
}
