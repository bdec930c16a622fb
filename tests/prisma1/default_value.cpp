// Test that the header is self-contained.
#include <refract/prisma1/default_value.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using datamodel::field_type;

TEST_CASE("prisma1::default_of: the text of a default as a value of its type", "[prisma1][default_value]") {
    struct {
        field_type type;
        char const* text;
        db::value value;
    } const cases[] = {
        {field_type::string, "a", db::value::text("a")},
        {field_type::enumeration, "ADMIN", db::value::text("ADMIN")},
        {field_type::integer, "-3", db::value::integer(-3)},
        {field_type::floating, "1.50", db::value::decimal("1.5")},
        {field_type::boolean, "true", db::value::boolean(true)},
        {field_type::boolean, "false", db::value::boolean(false)},
        {field_type::date_time, "2016-01-01", db::value::date_time(1'451'606'400'000)},
        {field_type::json, "{\"a\":1}", db::value::json("{\"a\":1}")},
        {field_type::integer, "x", db::value()},
    };
    for (auto const& c : cases) {
        datamodel::field f;
        f.type = c.type;
        f.default_value = datamodel::default_value{c.text};
        INFO(c.text);
        CHECK(prisma1::default_of(f) == c.value);
    }
    CHECK(prisma1::default_of(datamodel::field{}).is_null());
}
