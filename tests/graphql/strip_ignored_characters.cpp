// Test that the header is self-contained.
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;
using graphql::strip_ignored_characters;

TEST_CASE("graphql::strip_ignored_characters: as graphql-js", "[graphql][strip_ignored_characters]") {
    struct sample {
        char const* text;
        char const* stripped;
    };
    constexpr sample samples[] = {
        {"", ""},
        {" ,\t\xEF\xBB\xBF# only what is ignored\r\n", ""},
        {"{ a, b # c\n }", "{a b}"},
        {"query Q ( $a : Int = 1 ) @d { a ( b : [ 1 , 2 ] ) ... F }", "query Q($a:Int=1)@d{a(b:[1 2])...F}"},
        {"{ a(b: 1 ... ) }", "{a(b:1 ...)}"},
        {"a ...b", "a ...b"},
        {"\"a  b\"   \"\\u0041\"", "\"a  b\" \"\\u0041\""},
        {"\"\"\"\n    a\n      b\n\"\"\"", "\"\"\"\na\n  b\"\"\""},
        {"\"\"\"\n    a\n\n    b\n\"\"\"", "\"\"\"a\n\nb\"\"\""},
        {"\"\"\"a \\\"\"\" b\"\"\"", "\"\"\"a \\\"\"\" b\"\"\""},
        {"\"\"\"a\"\n\"\"\"", "\"\"\"a\"\n\"\"\""},
        {"\"\"\"a\\\"\"\"\"\n\"\"\"", "\"\"\"a\\\"\"\"\"\n\"\"\""},
        {"\"\"\"a\\\"\"\"\n\"\"\"", "\"\"\"a\\\"\"\"\"\"\""},
        {"\"\"\"a\\\n\"\"\"", "\"\"\"a\\\n\"\"\""},
        {"\"\"\"\n a\n\n  b\n\"\"\"", "\"\"\"\na\n\n b\"\"\""},
        {"\"\"\"x\n  a\n   b\"\"\"", "\"\"\"x\na\n b\"\"\""},
        {"\"\"\"\"\"\"", "\"\"\"\"\"\""},
    };
    for (auto const& s : samples) {
        CAPTURE(s.text);
        auto const once = strip_ignored_characters(s.text).value();
        CHECK(once == s.stripped);
        CHECK(strip_ignored_characters(once).value() == once);
    }
}

TEST_CASE("graphql::strip_ignored_characters: the tree stays", "[graphql][strip_ignored_characters]") {
    for (auto const* const name : {"kitchen_sink_query.graphql", "kitchen_sink_schema.graphql"}) {
        auto const text = test::read_vector_file(name);
        auto const stripped = strip_ignored_characters(text).value();
        CHECK(stripped.size() < text.size());
        CHECK(graphql::print(graphql::parse(stripped).value()) == graphql::print(graphql::parse(text).value()));
    }
}

TEST_CASE("graphql::strip_ignored_characters: errors have their place", "[graphql][strip_ignored_characters]") {
    auto const bad = strip_ignored_characters("{ a\n  ? }");
    REQUIRE_FALSE(bad);
    CHECK(bad.failure().message == "Syntax Error: Unexpected character: \"?\".");
    CHECK(bad.failure().where == location{2, 3, 6});
    CHECK(strip_ignored_characters("\xFF").failure().code == errc::invalid_utf8);
    graphql::parse_options options;
    options.max_tokens = 2;
    CHECK(strip_ignored_characters("a b", options).value() == "a b");
    CHECK(strip_ignored_characters("a b c", options).failure().code == errc::tokens_exceeded);
}
