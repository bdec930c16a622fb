// Test that the header is self-contained.
#include <refract/prisma1/json_text.hpp>

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

TEST_CASE("prisma1::parse_json: nesting costs no stack", "[prisma1][json_text]") {
    auto const parsed = prisma1::parse_json(std::string(1'000'000, '['), {});
    REQUIRE_FALSE(parsed);
    CHECK(parsed.failure().code == errc::limit_exceeded);
}
