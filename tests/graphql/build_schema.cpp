// Test that the header is self-contained.
#include <refract/graphql/build_schema.hpp>

#include <refract/graphql/print_schema.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using namespace refract::graphql;

TEST_CASE("graphql::build_schema: definitions in any order", "[graphql][build_schema]") {
    auto const s = build_schema(R"(
        extend type Query { more: Int @deprecated }
        type Query implements Node { id: ID!, find(by: Filter = {name: "x", tags: ["a", null]}, n: Int = 3): [Pet!]! }
        "A thing" interface Node { id: ID! }
        input Filter { name: String! tags: [String] = [] kind: Kind = CAT }
        enum Kind { CAT DOG @deprecated(reason: "gone") }
        type Cat { meow: Boolean } type Dog { bark: Boolean }
        union Pet = Cat | Dog
        scalar Date @specifiedBy(url: "https://example.org")
        directive @mark(on: Boolean = true) repeatable on FIELD | QUERY
        type Mutation { do: Date }
    )")
                       .value();
    REQUIRE(s.query != nullptr);
    CHECK(s.query->name == "Query");
    CHECK(s.mutation->name == "Mutation");
    CHECK(s.subscription == nullptr);
    CHECK(s.query->fields.size() == 3);
    CHECK(s.query->find_field("more")->deprecation_reason == "No longer supported");
    auto const* const find = s.query->find_field("find");
    CHECK(to_string(find->type) == "[Pet!]!");
    CHECK(find->argument("by")->default_value == R"({name: "x", tags: ["a", null]})");
    CHECK(find->argument("n")->default_value == "3");
    CHECK(find->argument("none") == nullptr);
    CHECK(s.find("Node")->description == "A thing");
    CHECK(s.find("Node")->possible_types.size() == 1);
    CHECK(s.find("Pet")->possible_types.size() == 2);
    CHECK(s.find("Kind")->find_value("DOG")->deprecation_reason == "gone");
    CHECK(s.find("Filter")->find_input_field("name")->is_required());
    CHECK_FALSE(s.find("Filter")->find_input_field("kind")->is_required());
    CHECK(s.find("Date")->specified_by_url == "https://example.org");
    CHECK(s.find_directive("mark")->repeatable);
    CHECK(s.find_directive("mark")->locations == std::vector<std::string>{"FIELD", "QUERY"});
    CHECK(s.types().front()->name == "Query");
    CHECK(s.types()[1]->name == "Node");
}

TEST_CASE("graphql::build_schema: a schema definition names the roots", "[graphql][build_schema]") {
    auto const s = build_schema(R"("all" schema { query: Q } extend schema { mutation: M }
                                   type Q { a: Int } type M { a: Int } type Subscription { a: Int })")
                       .value();
    CHECK(s.description == "all");
    CHECK(s.query->name == "Q");
    CHECK(s.mutation->name == "M");
    CHECK(s.subscription == nullptr);
}

TEST_CASE("graphql::build_schema: broken rules are refused with their place", "[graphql][build_schema]") {
    struct {
        std::string_view text, message;
        std::uint32_t line, column;
    } const cases[] = {
        {"type A { a: B }", R"(Unknown type "B".)", 1, 13},
        {"type A { a: Int }\ntype A { a: Int }", R"(There can be only one type named "A".)", 2, 6},
        {"type A { a: Int a: Int }", R"(Field "A.a" can only be defined once.)", 1, 17},
        {"type A { a(x: Int, x: Int): Int }", "Argument \"A.a(x:)\" can only be defined once.", 1, 20},
        {"enum E { A A }", R"(Enum value "E.A" can only be defined once.)", 1, 12},
        {"enum E { __A }", R"(Name "__A" must not begin with "__", which is reserved by GraphQL introspection.)", 1, 6},
        {"type __A { a: Int }", R"(Name "__A" must not begin with "__", which is reserved by GraphQL introspection.)", 1, 6},
        {"input I { a: A } type A { a: Int }", "The type of a must be Input Type but got: A.", 1, 14},
        {"type A { a: I } input I { a: Int }", "The type of A.a must be Output Type but got: I.", 1, 13},
        {"type A implements B { a: Int } type B { a: Int }",
         "Type A must only implement Interface types, it cannot implement B.", 1, 19},
        {"type A implements I { a: Int } interface I { b: Int }",
         "Interface field I.b expected but A does not provide it.", 1, 6},
        {"type A implements I { a: String } interface I { a: Int }",
         "Interface field I.a expects type Int but A.a is type String.", 1, 6},
        {"interface I implements I { a: Int }",
         "Type I cannot implement itself because it would create a circular reference.", 1, 11},
        {"union U = U", "Union type U can only include Object types, it cannot include U.", 1, 11},
        {"type A", "Type A must define one or more fields.", 1, 6},
        {"input I { i: I! }",
         R"(Cannot reference Input Object "I" within itself through a series of non-null fields: "i".)", 1, 7},
        {"input A { b: B! } input B { a: A! }",
         R"(Cannot reference Input Object "A" within itself through a series of non-null fields: "b.a".)", 1, 7},
        {"extend type A { a: Int }", R"(Cannot extend type "A" because it is not defined.)", 1, 13},
        {"extend type A { a: Int } enum A { B }", R"(Cannot extend non-object type "A".)", 1, 1},
        {"schema { query: A } input A { a: Int }", "Query root type must be Object type, it cannot be A.", 1, 10},
        {"schema { query: A } schema { query: A } type A { a: Int }", "Must provide only one schema definition.", 1, 21},
        {"directive @a on FIELD directive @a on QUERY", R"(There can be only one directive named "@a".)", 1, 34},
        {"type A { a: Int @b }", R"(Unknown directive "@b".)", 1, 17},
        {"type A { a: Int @skip }", R"(Directive "@skip" may not be used on FIELD_DEFINITION.)", 1, 17},
        {"input A @oneOf { a: Int! }", "OneOf input field A.a must be nullable.", 1, 7},
        {"input A @oneOf { a: Int = 1 }", "OneOf input field A.a cannot have a default value.", 1, 7},
        {"{ a }", "The anonymous operation definition is not part of a type system.", 1, 1},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.text) {
            auto const s = build_schema(c.text);
            REQUIRE_FALSE(s);
            CHECK(s.failure().code == errc::invalid_schema);
            CHECK(s.failure().message == c.message);
            CHECK(s.failure().where.line == c.line);
            CHECK(s.failure().where.column == c.column);
        }
    }
}

TEST_CASE("graphql::build_schema: what is taken on trust", "[graphql][build_schema]") {
    CHECK(build_schema("type A @key(fields: \"a\") { a: Int }", {false, true}).has_value());
    CHECK_FALSE(build_schema("type A { a: B }", {false, true}).has_value());
    CHECK_FALSE(build_schema("type A", {true, true}).has_value());
    CHECK(build_schema("type A", {true, false}).has_value());
}

TEST_CASE("graphql::build_schema: @oneOf, in the schema only where it is used", "[graphql][build_schema]") {
    constexpr auto text = "input A @oneOf {\n  a: Int\n  b: Int\n}\n";
    auto const with = build_schema(text).value();
    CHECK(with.find("A")->one_of);
    CHECK(with.find_directive("oneOf") != nullptr);
    CHECK(with.find("__Type")->find_field("isOneOf") != nullptr);
    CHECK(print_schema(with) == text);
    auto const without = build_schema("input A { a: Int }").value();
    CHECK(without.find_directive("oneOf") == nullptr);
    CHECK(without.find("__Type")->find_field("isOneOf") == nullptr);
}

TEST_CASE("graphql::build_schema: nullable and listed cycles of input objects are fine", "[graphql][build_schema]") {
    CHECK(build_schema("input A { b: B a: [A!]! } input B { a: A! }"));
}

TEST_CASE("graphql::build_schema: syntax errors are those of parse", "[graphql][build_schema]") {
    auto const s = build_schema("type {");
    REQUIRE_FALSE(s);
    CHECK(s.failure().code == errc::syntax);
}
