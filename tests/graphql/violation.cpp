// Test that the header is self-contained.
#include <refract/graphql/violation.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using namespace refract::graphql;

TEST_CASE("graphql::make_violation: an excerpt per place in Sangria's style", "[graphql][violation]") {
    auto const text = "first\r\nsecond line\nthird";
    auto const v = make_violation(message_style::sangria, text, "Wrong.", {{2, 8, 14}, {1, 1, 0}, {2, 8, 14}});
    CHECK(v.message == "Wrong. (line 2, column 8):\nsecond line\n       ^\n (line 1, column 1):\nfirst\n^");
    CHECK(v.locations.size() == 2);
    CHECK(make_violation(message_style::graphql_js, text, "Wrong.", {{2, 8, 14}}).message == "Wrong.");
    CHECK(make_violation(message_style::sangria, "", "Wrong.", {{2, 8, 14}}).message == "Wrong.");
}

TEST_CASE("graphql::make_violation: bounded, and places beyond the text are harmless", "[graphql][violation]") {
    std::string const line(1'000'000, 'x');
    auto const v = make_violation(message_style::sangria, line, std::string(1'000'000, 'm'), {{1, 5, 4}});
    CHECK(v.message.size() < 2 * max_message_bytes);
    CHECK(make_violation(message_style::sangria, "ab", "Wrong.", {{1, 10, 9}}).message ==
          "Wrong. (line 1, column 10):\nab\n         ^");
}
