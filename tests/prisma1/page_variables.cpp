// Test that the header is self-contained.
#include <refract/prisma1/page_variables.hpp>

#include <refract/graphql/parse.hpp>

#include "service_fixture.hpp"

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("prisma1::find_page_variables: first, last and skip, at any depth and in fragments", "[prisma1][page_variables]") {
    auto const document = graphql::parse(
        "query($a: Int, $b: Int, $c: Int, $d: Int) { users(first: $a, skip: 3) { posts(last: $b) { id } ...F } x(where: {n: $d}) { id } }"
        " fragment F on User { posts(skip: $c) { id } }"
    );
    REQUIRE(document);
    auto const found = prisma1::find_page_variables(*document);
    CHECK(found.limits == std::set<std::string, std::less<>>{"a", "b"});
    CHECK(found.offsets == std::set<std::string, std::less<>>{"c"});
}

TEST_CASE("prisma1::service: one text with many page lengths and offsets", "[prisma1][page_variables]") {
    test::service_fixture s("type User { id: ID! @id n: Int! }");
    for (auto const* id : {"a", "b", "c", "d"}) {
        s.ask(std::string(R"(mutation { createUser(data: {id: ")") + id + R"(", n: 2}) { id } })");
    }
    constexpr std::string_view query = "query($n: Int, $s: Int, $v: Int) { users(first: $n, skip: $s, where: {n: $v}) { id } }";
    struct {
        std::string_view variables, answer;
    } const cases[] = {
        {R"({"n":2,"s":0,"v":2})", R"({"data":{"users":[{"id":"a"},{"id":"b"}]}})"},
        {R"({"n":2,"s":1,"v":2})", R"({"data":{"users":[{"id":"b"},{"id":"c"}]}})"},
        {R"({"n":2,"s":3,"v":2})", R"({"data":{"users":[{"id":"d"}]}})"},
        {R"({"n":1,"s":0,"v":2})", R"({"data":{"users":[{"id":"a"}]}})"},
        {R"({"n":0,"s":0,"v":2})", R"({"data":{"users":[]}})"},
        {R"({"s":2,"v":2})", R"({"data":{"users":[{"id":"c"},{"id":"d"}]}})"},
        {R"({"n":2,"v":3})", R"({"data":{"users":[]}})"},
        {R"({"n":2,"s":0,"v":2})", R"({"data":{"users":[{"id":"a"},{"id":"b"}]}})"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.variables);
        CHECK(s.ask(std::string(query), c.variables) == c.answer);
    }
}
