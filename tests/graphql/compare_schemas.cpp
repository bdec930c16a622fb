// Test that the header is self-contained.
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/compare_schemas.hpp>

#include <catch2/catch.hpp>

using namespace refract::graphql;

namespace {

std::string changes(std::string const& before, std::string const& after) {
    auto const base = std::string(" type Query { q: Int }");
    std::string shown;
    for (auto const& c : compare_schemas(build_schema(before + base).value(), build_schema(after + base).value())) {
        shown += std::string(c.is_breaking() ? "! " : "? ") + std::string(name(c.kind)) + ": " + c.description + '\n';
    }
    return shown;
}

} // namespace

TEST_CASE("graphql::compare_schemas: graphql-js' changes and texts", "[graphql][compare_schemas]") {
    struct sample {
        char const* before;
        char const* after;
        char const* changes;
    };
    constexpr sample samples[] = {
        {"type A { a: Int }", "type A { a: Int b: Int } type B { a: Int }", ""},
        {"type A { a: Int } scalar B", "scalar B", "! TYPE_REMOVED: A was removed.\n"},
        {"type A { a: Int }", "input A { a: Int }", "! TYPE_CHANGED_KIND: A changed from an Object type to an Input type.\n"},
        {"interface A { a: Int }", "enum A { a }", "! TYPE_CHANGED_KIND: A changed from an Interface type to an Enum type.\n"},
        {"union A = Query", "scalar A", "! TYPE_CHANGED_KIND: A changed from a Union type to a Scalar type.\n"},
        {"type A { a: Int b: Int }", "type A { b: Int }", "! FIELD_REMOVED: A.a was removed.\n"},
        {"type A { a: Int b: [Int] c: [Int!]! }", "type A { a: Int! b: [Int!]! c: [Int!]! }", ""},
        {"type A { a: Int! }", "type A { a: Int }", "! FIELD_CHANGED_KIND: A.a changed type from Int! to Int.\n"},
        {"type A { a: [Int!] }", "type A { a: [Int] }", "! FIELD_CHANGED_KIND: A.a changed type from [Int!] to [Int].\n"},
        {"type A { a: Int }", "type A { a: [Int] }", "! FIELD_CHANGED_KIND: A.a changed type from Int to [Int].\n"},
        {"type A { a: Int }", "type A { a: String! }", "! FIELD_CHANGED_KIND: A.a changed type from Int to String!.\n"},
        {"input A { a: Int! b: [Int!]! }", "input A { a: Int b: [Int] }", ""},
        {"input A { a: Int }", "input A { a: Int! }", "! FIELD_CHANGED_KIND: A.a changed type from Int to Int!.\n"},
        {"input A { a: [Int] }", "input A { a: [Int!] }", "! FIELD_CHANGED_KIND: A.a changed type from [Int] to [Int!].\n"},
        {"input A { a: Int b: Int }", "input A { b: Int c: Int! d: Int e: Int! = 1 }",
         "! REQUIRED_INPUT_FIELD_ADDED: A required field c on input type A was added.\n"
         "? OPTIONAL_INPUT_FIELD_ADDED: An optional field d on input type A was added.\n"
         "? OPTIONAL_INPUT_FIELD_ADDED: An optional field e on input type A was added.\n"
         "! FIELD_REMOVED: A.a was removed.\n"},
        {"type A { a(b: Int, c: Int!, d: Int = 1, e: Int = 1): Int }",
         "type A { a(c: Int, d: Int, e: Int = 2, f: Int, g: Int!): Int }",
         "! ARG_REMOVED: A.a arg b was removed.\n"
         "? ARG_DEFAULT_VALUE_CHANGE: A.a arg d defaultValue was removed.\n"
         "? ARG_DEFAULT_VALUE_CHANGE: A.a arg e has changed defaultValue from 1 to 2.\n"
         "? OPTIONAL_ARG_ADDED: An optional arg f on A.a was added.\n"
         "! REQUIRED_ARG_ADDED: A required arg g on A.a was added.\n"},
        {"type A { a(b: Int): Int }", "type A { a(b: Int!): Int }",
         "! ARG_CHANGED_KIND: A.a arg b has changed type from Int to Int!.\n"},
        {"enum A { B C }", "enum A { C D }",
         "? VALUE_ADDED_TO_ENUM: D was added to enum type A.\n! VALUE_REMOVED_FROM_ENUM: B was removed from enum type A.\n"},
        {"type B { a: Int } type C { a: Int } union A = B", "type B { a: Int } type C { a: Int } union A = C",
         "? TYPE_ADDED_TO_UNION: C was added to union type A.\n! TYPE_REMOVED_FROM_UNION: B was removed from union type A.\n"},
        {"interface I { a: Int } interface J { a: Int } type A implements I { a: Int }",
         "interface I { a: Int } interface J { a: Int } type A implements J { a: Int }",
         "? IMPLEMENTED_INTERFACE_ADDED: J added to interfaces implemented by A.\n"
         "! IMPLEMENTED_INTERFACE_REMOVED: A no longer implements interface I.\n"},
        {"directive @a on FIELD directive @b(x: Int, y: Int) repeatable on FIELD | QUERY",
         "directive @b(y: Int, z: Int!) on FIELD",
         "! DIRECTIVE_REMOVED: a was removed.\n"
         "! REQUIRED_DIRECTIVE_ARG_ADDED: A required arg z on directive b was added.\n"
         "! DIRECTIVE_ARG_REMOVED: x was removed from b.\n"
         "! DIRECTIVE_REPEATABLE_REMOVED: Repeatable flag was removed from b.\n"
         "! DIRECTIVE_LOCATION_REMOVED: QUERY was removed from b.\n"},
    };
    for (auto const& s : samples) {
        CAPTURE(s.before, s.after);
        CHECK(changes(s.before, s.after) == s.changes);
        CHECK(changes(s.before, s.before).empty());
    }
}
