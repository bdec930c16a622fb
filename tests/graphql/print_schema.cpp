// Test that the header is self-contained.
#include <refract/graphql/print_schema.hpp>

#include <refract/graphql/build_schema.hpp>

#include <catch2/catch.hpp>

using namespace refract::graphql;

TEST_CASE("graphql::print_schema: graphql-js layout", "[graphql][print_schema]") {
    constexpr auto text = R"(directive @mark(on: Boolean = true) repeatable on FIELD | QUERY

type Query implements Node {
  id: ID!

  """All of them."""
  pets(
    first: Int = 3

    """Which"""
    by: Filter = {name: "x"}
  ): [Pet!]!
  old(a: Int, b: [Int!]): Int @deprecated
  older: Int @deprecated(reason: "gone \"away\"")
}

"""A thing"""
interface Node {
  id: ID!
}

"""
Two
lines
"""
input Filter {
  name: String!
  tags: [String] = []
}

enum Kind {
  """Meows"""
  CAT
  DOG @deprecated
}

type Cat {
  a: Int
}

union Pet = Cat | Query

scalar Date @specifiedBy(url: "https://example.org")
)";
    auto const s = build_schema(text).value();
    CHECK(print_schema(s) == text);
    CHECK(print_type(*s.find("Pet")) == "union Pet = Cat | Query");
}

TEST_CASE("graphql::print_schema: arguments with empty descriptions stay in one line", "[graphql][print_schema]") {
    auto const built = build_schema("type Query { a(\"\" b: Int c: Int): Int d(\"\" e: Int \"f\" g: Int): Int }");
    REQUIRE(built);
    CHECK(print_schema(*built) ==
          "type Query {\n  a(b: Int, c: Int): Int\n  d(\n    \"\"\"\"\"\"\n    e: Int\n\n    \"\"\"f\"\"\"\n    g: Int\n  ): Int\n}\n");
}

TEST_CASE("graphql::print_schema: a schema definition only if needed", "[graphql][print_schema]") {
    CHECK(print_schema(build_schema("type Query { a: Int }").value()) == "type Query {\n  a: Int\n}\n");
    CHECK(print_schema(build_schema("schema { query: Q } type Q { a: Int }").value()) ==
          "schema {\n  query: Q\n}\n\ntype Q {\n  a: Int\n}\n");
    CHECK(print_schema(build_schema("schema { query: Query } type Query { a: Int } type Mutation { a: Int }").value()) ==
          "schema {\n  query: Query\n}\n\ntype Query {\n  a: Int\n}\n\ntype Mutation {\n  a: Int\n}\n");
    CHECK(print_schema(build_schema("").value()).empty());
}

TEST_CASE("graphql::print_schema: sorts by name on demand", "[graphql][print_schema]") {
    auto const s = build_schema("scalar B directive @z on FIELD directive @y on FIELD scalar A").value();
    CHECK(print_schema(s, schema_order::by_name) ==
          "directive @y on FIELD\n\ndirective @z on FIELD\n\nscalar A\n\nscalar B\n");
    CHECK(print_schema(s) == "directive @z on FIELD\n\ndirective @y on FIELD\n\nscalar B\n\nscalar A\n");
}
