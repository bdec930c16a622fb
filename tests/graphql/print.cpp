// Test that the header is self-contained.
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;

namespace {

std::string printed(std::string_view source) {
    graphql::parse_options options;
    options.allow_fragment_variables = true;
    return graphql::print(graphql::parse(source, options).value());
}

std::string printed_value(std::string_view source) {
    return graphql::print(graphql::parse_value(source).value().value);
}

} // namespace

TEST_CASE("graphql::print: operations and fragments as graphql-js", "[graphql][print]") {
    struct sample {
        char const* source;
        char const* expected;
    };
    constexpr sample samples[] = {
        {"{a}", "{\n  a\n}"},
        {"query{a}", "{\n  a\n}"},
        {"query Q{a}", "query Q {\n  a\n}"},
        {"query @d{a}", "query @d {\n  a\n}"},
        {"query($a:Int=1@d){a}", "query ($a: Int = 1 @d) {\n  a\n}"},
        {"mutation{a}", "mutation {\n  a\n}"},
        {"subscription S($a:[T!]!,$b:U){a}", "subscription S($a: [T!]!, $b: U) {\n  a\n}"},
        {"{a:b(c:1,d:\"e\")@f(g:H)@i{j{k}}}", "{\n  a: b(c: 1, d: \"e\") @f(g: H) @i {\n    j {\n      k\n    }\n  }\n}"},
        {"{...A@b ...on C@d{e}...{f}...@g{h}}",
         "{\n  ...A @b\n  ... on C @d {\n    e\n  }\n  ... {\n    f\n  }\n  ... @g {\n    h\n  }\n}"},
        {"fragment A on B@c{d}", "fragment A on B @c {\n  d\n}"},
        {"fragment A($a:B=1)on C{d}", "fragment A($a: B = 1) on C {\n  d\n}"},
        {"enum A query{b}", "enum A\n\nquery {\n  b\n}"}, // braces would belong to the enum
        {"scalar A query{b}", "scalar A\n\n{\n  b\n}"},
        {"{a}{b}", "{\n  a\n}\n\n{\n  b\n}"},
        // 80 characters fit, 81 do not
        {"{trip(wheelchair:false arriveBy:false includePlannedCancellation:true,x:1)}",
         "{\n  trip(wheelchair: false, arriveBy: false, includePlannedCancellation: true, x: 1)\n}"},
        {"{trip(wheelchair:false arriveBy:false includePlannedCancellation:true,xy:1){b}}",
         "{\n  trip(\n    wheelchair: false\n    arriveBy: false\n    includePlannedCancellation: true\n"
         "    xy: 1\n  ) {\n    b\n  }\n}"},
        {"{a{b(c:\"\"\"d\n  e\"\"\")}}", "{\n  a {\n    b(c: \"\"\"\n    d\n    e\n    \"\"\")\n  }\n}"},
    };
    for (auto const& s : samples) {
        CAPTURE(s.source);
        CHECK(printed(s.source) == s.expected);
    }
}

TEST_CASE("graphql::print: the type system as graphql-js", "[graphql][print]") {
    struct sample {
        char const* source;
        char const* expected;
    };
    constexpr sample samples[] = {
        {"schema@a{query:Q,mutation:M}", "schema @a {\n  query: Q\n  mutation: M\n}"},
        {"extend schema@a", "extend schema @a"},
        {"extend schema{subscription:S}", "extend schema {\n  subscription: S\n}"},
        {"scalar S@a(b:1)", "scalar S @a(b: 1)"},
        {"type T", "type T"},
        {"type T implements&A&B@c{d(e:F=1@g,h:I):J!@k}", "type T implements A & B @c {\n  d(e: F = 1 @g, h: I): J! @k\n}"},
        {"interface I implements A{b:C}", "interface I implements A {\n  b: C\n}"},
        {"union U@a=|B|C", "union U @a = B | C"},
        {"enum E@a{B@c D}", "enum E @a {\n  B @c\n  D\n}"},
        {"input I@a{b:C=[1]@d}", "input I @a {\n  b: C = [1] @d\n}"},
        {"directive@a(b:C)repeatable on|FIELD|QUERY", "directive @a(b: C) repeatable on FIELD | QUERY"},
        {"extend input I{a:B}", "extend input I {\n  a: B\n}"},
        {"\"\"\"a\nb\"\"\"type T{\"\"\"c\"\"\"d(\"\"\"e\"\"\"f:G,h:I):J}",
         "\"\"\"\na\nb\n\"\"\"\ntype T {\n  \"\"\"c\"\"\"\n  d(\n    \"\"\"e\"\"\"\n    f: G\n    h: I\n  ): J\n}"},
        {"\"\"scalar S", "\"\"\nscalar S"},
        {"\"\"\"\"\"\"scalar S", "\"\"\"\"\"\"\nscalar S"},
        {"\"a\\n\"scalar S", "\"a\\n\"\nscalar S"},
        {"\"a\"query Q{b}", "\"a\"\nquery Q {\n  b\n}"},
        {"\"a\"query{b}", "\"a\"\nquery {\n  b\n}"},
        {"\"a\"fragment F on T{b}", "\"a\"\nfragment F on T {\n  b\n}"},
        {"query(\"a\"$b:C $d:E){f}", "query (\n\"a\"\n$b: C\n$d: E\n) {\n  f\n}"},
    };
    for (auto const& s : samples) {
        CAPTURE(s.source);
        CHECK(printed(s.source) == s.expected);
    }
}

TEST_CASE("graphql::print: values and types", "[graphql][print]") {
    CHECK(printed_value("{a:1,b:[$c,D,null,true,-1.5e3],e:{}}") == "{a: 1, b: [$c, D, null, true, -1.5e3], e: {}}");
    CHECK(printed_value("\"\\u0007\\n\\\"\\\\\\u007F\\u0080\\u00A0\"") == "\"\\u0007\\n\\\"\\\\\\u007F\\u0080\xC2\xA0\"");
    CHECK(printed_value("\"\"\"a\nb\"\"\"") == "\"\"\"\na\nb\n\"\"\"");
    CHECK(
        graphql::print_compact(graphql::parse_value("{b:\"\"\"a\nc\"\"\",key:null}").value().value) == "{b: \"a\\nc\", key: null}"
    );
    CHECK(graphql::print_compact(graphql::parse_value("[1 2]").value().value) == "[1, 2]");
    CHECK(graphql::print(graphql::parse_type("[[Int!]]!").value().type) == "[[Int!]]!");
}

TEST_CASE("graphql::print: the longest fragment of the kitchen sink is wrapped", "[graphql][print]") {
    auto const text = printed(test::read_vector_file("kitchen_sink_query.graphql"));
    CHECK_THAT(
        text, Catch::Contains("fragment frag on Friend @onFragmentDefinition {\n"
                              "  foo(\n"
                              "    size: $size\n"
                              "    bar: $b\n"
                              "    obj: {key: \"value\", block: \"\"\"\n"
                              "    block string uses \\\"\"\"\n"
                              "    \"\"\"}\n"
                              "  )\n"
                              "}")
    );
}

TEST_CASE("graphql::print: printing what was printed changes nothing", "[graphql][print]") {
    std::vector<std::string> sources = {
        test::read_vector_file("kitchen_sink_query.graphql"), test::read_vector_file("kitchen_sink_schema.graphql")};
    for (auto const* const name : {"parser_accept.json", "libgraphqlparser_accept.json"}) {
        auto const file = test::read_vectors(name);
        for (auto const& entry : file.at("cases").as_array()) {
            auto const& c = entry.as_object();
            if (!c.contains("fn") || c.at("fn") == "parse") {
                sources.push_back(test::text(c, "source"));
            }
        }
    }
    for (auto const& source : sources) {
        CAPTURE(source);
        auto const once = printed(source);
        CHECK(printed(once) == once);
    }
}
