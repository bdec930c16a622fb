// Test that the header is self-contained.
#include <refract/graphql/suggestion.hpp>

#include <catch2/catch.hpp>

using namespace refract::graphql;

using names = std::vector<std::string>;

TEST_CASE("graphql::suggest: nearest first, then by name", "[graphql][suggestion]") {
    CHECK(suggest(message_style::graphql_js, "greenn", {"blue", "green", "greens"}) == names{"green", "greens"});
    CHECK(suggest(message_style::graphql_js, "abc", {"a", "ab", "abc"}) == names{"abc", "ab", "a"});
    CHECK(suggest(message_style::graphql_js, "verylongstring", {"VERYLONGSTRING"}) == names{"VERYLONGSTRING"});
    CHECK(suggest(message_style::sangria, "verylongstring", {"VERYLONGSTRING"}).empty());
    CHECK(suggest(message_style::sangria, "naem", {"name"}) == names{"name"});
    CHECK(suggest(message_style::sangria, "x", {"unrelated"}).empty());
    CHECK(suggest(message_style::sangria, std::string(200, 'a'), {"a"}).empty());
}

TEST_CASE("graphql::did_you_mean: at most five, in the style's quotes", "[graphql][suggestion]") {
    CHECK(did_you_mean(message_style::sangria, {}).empty());
    CHECK(did_you_mean(message_style::sangria, {"a"}) == " Did you mean 'a'?");
    CHECK(did_you_mean(message_style::sangria, {"a", "b", "c"}) == " Did you mean 'a', 'b' or 'c'?");
    CHECK(did_you_mean(message_style::graphql_js, {"a", "b"}) == " Did you mean \"a\" or \"b\"?");
    CHECK(did_you_mean(message_style::graphql_js, {"a", "b", "c", "d", "e", "f"}) ==
          " Did you mean \"a\", \"b\", \"c\", \"d\", or \"e\"?");
    CHECK(did_you_mean(message_style::sangria, {"T"}, "Did you mean to use an inline fragment on") ==
          " Did you mean to use an inline fragment on 'T'?");
}
