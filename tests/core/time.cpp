// Test that the header is self-contained.
#include <refract/core/time.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("parse_date_time: reads the ISO-8601 forms and normalises to UTC", "[core][time]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {"2016", "2016-01-01T00:00:00.000Z"},
        {"2016-07", "2016-07-01T00:00:00.000Z"},
        {"2016-07-31", "2016-07-31T00:00:00.000Z"},
        {"2016-07-31T10", "2016-07-31T10:00:00.000Z"},
        {"2016-07-31T10:33", "2016-07-31T10:33:00.000Z"},
        {"2016-07-31T10:33:59", "2016-07-31T10:33:59.000Z"},
        {"2016-07-31T23:59:01.123Z", "2016-07-31T23:59:01.123Z"},
        {"2016-07-31t23:59:01,5z", "2016-07-31T23:59:01.500Z"},
        {"2016-07-31T23:59:01.123456789Z", "2016-07-31T23:59:01.123Z"},
        {"2016-07-31T10:33:59+02:00", "2016-07-31T08:33:59.000Z"},
        {"2016-01-01T00:00:00-00:30", "2016-01-01T00:30:00.000Z"},
        {"2016-01-01T00:00+0030", "2015-12-31T23:30:00.000Z"},
        {"2016-01-01T10+02", "2016-01-01T08:00:00.000Z"},
        {"2016-01-01T", "2016-01-01T00:00:00.000Z"},
        {"2016-02-29", "2016-02-29T00:00:00.000Z"},
        {"2000-02-29", "2000-02-29T00:00:00.000Z"},
        {"0000-01-01", "0000-01-01T00:00:00.000Z"},
        {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
        {"12345-06-07", "12345-06-07T00:00:00.000Z"},
        {"-0001-03-01", "-0001-03-01T00:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
    };
    for (auto const& c : cases) {
        INFO(c.in);
        auto const parsed = parse_date_time(c.in);
        REQUIRE(parsed);
        CHECK(format_date_time(*parsed) == c.out);
    }
}

TEST_CASE("parse_date_time: refuses what is no date-time", "[core][time]") {
    std::string_view const cases[] = {
        "", "x", "2016-", "2016-13", "2016-00", "2016-01-32", "2015-02-29", "1900-02-29", "2016-07-31T24", "2016-07-31T10:60",
        "2016-07-31T10:33:60", "2016-07-31T10:33:59.", "2016-07-31 10:33", "2016-07-31Z", "2016-07-31T10Zx", "2016-07-31T10+2",
        "2016-07-31T10+24:00", "2016-07-31T10+02:60", "2016-07-31T10+02:0", "2016-123", "1234567-01-01", "99999999999999999999",
        "2016-07-31T10:33:59Z ", " 2016", "null",
    };
    for (auto const text : cases) {
        INFO(text);
        auto const parsed = parse_date_time(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.failure().code == errc::invalid_date_time);
        CHECK(parsed.failure().where.offset <= text.size());
    }
}

TEST_CASE("append_date_time: is the inverse of parse_date_time", "[core][time]") {
    CHECK(format_date_time(0) == "1970-01-01T00:00:00.000Z");
    CHECK(format_date_time(-1) == "1969-12-31T23:59:59.999Z");
    CHECK(format_date_time(1451606400000) == "2016-01-01T00:00:00.000Z");
    for (std::int64_t time = -70'000'000'000'000; time < 300'000'000'000'000; time += 987'654'321'987) {
        auto const parsed = parse_date_time(format_date_time(time));
        REQUIRE(parsed);
        REQUIRE(*parsed == time);
    }
}

TEST_CASE("days_from_civil: known days", "[core][time]") {
    CHECK(days_from_civil(1970, 1, 1) == 0);
    CHECK(days_from_civil(1970, 3, 1) == 59);
    CHECK(days_from_civil(2000, 3, 1) == 11017);
    CHECK(days_from_civil(1969, 12, 31) == -1);
}

TEST_CASE("now_ms: is after this code was written", "[core][time]") { CHECK(now_ms() > 1'700'000'000'000); }
