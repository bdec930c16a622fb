// Test that the header is self-contained.
#include <refract/prisma1/variables.hpp>

#include "service_fixture.hpp"

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("prisma1::bind_variables: a list of Json is a list, each item a value", "[prisma1][variables]") {
    test::service_fixture s("type A { id: ID! @id list: [Json!] @scalarList(strategy: RELATION) one: Json }");
    constexpr std::string_view whole = "mutation($d: ACreateInput!) { createA(data: $d) { list one } }";
    constexpr std::string_view list = "mutation($d: [Json!]) { createA(data: {list: {set: $d}}) { list one } }";
    constexpr std::string_view item = "mutation($d: Json!) { createA(data: {list: {set: [$d]}}) { list one } }";
    struct {
        std::string_view query, variables, answer;
    } const cases[] = {
        {whole, R"({"d":{"list":{"set":[[1,2],[],{"a":[3]}]},"one":[4]}})", R"({"list":[[1,2],[],{"a":[3]}],"one":[4]})"},
        {whole, R"({"d":{"list":{"set":[]},"one":[]}})", R"({"list":[],"one":[]})"},
        {whole, R"({"d":{"list":{"set":{"a":1}}}})", R"({"list":[{"a":1}],"one":null})"},
        {list, R"({"d":[[1,2],{}]})", R"({"list":[[1,2],{}],"one":null})"},
        {list, R"({"d":[]})", R"({"list":[],"one":null})"},
        {list, R"({"d":{"a":1}})", R"({"list":[{"a":1}],"one":null})"},
        {item, R"({"d":[1,2]})", R"({"list":[[1,2]],"one":null})"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.query, c.variables);
        CHECK(s.ask(std::string(c.query), c.variables) == R"({"data":{"createA":)" + std::string(c.answer) + "}}");
    }
}

TEST_CASE("prisma1::leaf_value: Json has one text, in a literal and in a variable", "[prisma1][variables]") {
    test::service_fixture s("type A { id: ID! @id j: Json @unique }");
    CHECK(s.ask(R"(mutation { createA(data: {id: "1", j: "{ \"a\": [1.5, 1e-7] }"}) { j } })") == R"({"data":{"createA":{"j":{"a":[1.5,0.0000001]}}}})");
    CHECK(s.ask("query($j: Json) { a(where: {j: $j}) { id } }", R"({"j":{"a":[1.5,0.0000001]}})") == R"({"data":{"a":{"id":"1"}}})");
    CHECK(s.ask("mutation($j: Json) { createA(data: {j: $j}) { id } }", R"({"j":{"a":[15e-1,1E-7]}})").find("3010") != std::string::npos);
    CHECK(s.ask(R"(query($j: Json = "{\"a\": [1.5, 1e-7]}") { a(where: {j: $j}) { id } })") == R"({"data":{"a":{"id":"1"}}})");
    CHECK(s.ask(R"(mutation($d: ACreateInput = {id: "2", j: "[\"a\"]"}) { createA(data: $d) { j } })") == R"({"data":{"createA":{"j":["a"]}}})");
}
