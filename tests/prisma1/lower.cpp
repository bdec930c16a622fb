// Test that the header is self-contained.
#include <refract/prisma1/lower.hpp>

#include "service_fixture.hpp"

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("prisma1::lower_filter: null where SQL compares with NULL is unknown, and so is its negation", "[prisma1][lower]") {
    test::service_fixture s("type A { id: ID! @id s: String n: Int bs: [B] } type B { id: ID! @id s: String a: A }");
    s.ask(R"(mutation { createA(data: {id: "1", s: "x", n: 1, bs: {create: [{id: "1", s: "y"}]}}) { id } })");
    s.ask(R"(mutation { createA(data: {id: "2"}) { id } })");
    constexpr std::string_view all = R"([{"id":"1"},{"id":"2"}])";
    struct {
        std::string_view where, answer;
    } const cases[] = {
        {"{s_contains: null}", "[]"},
        {"{NOT: [{s_contains: null}]}", "[]"},
        {"{n_lt: null}", "[]"},
        {"{NOT: {n_gte: null}}", "[]"},
        {"{OR: [{n_lt: null}, {n: 1}]}", R"([{"id":"1"}])"},
        {"{bs_every: {s_contains: null}}", all}, // nobody is known to violate it
        {"{bs_none: {s_starts_with: null}}", all},
        {"{bs_some: {s_not_ends_with: null}}", "[]"},
        {"{s: null}", R"([{"id":"2"}])"},
        {"{s_not: null}", R"([{"id":"1"}])"},
        {"{s_in: null}", R"([{"id":"2"}])"},
        {"{s_not_in: null}", R"([{"id":"1"}])"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.where);
        CHECK(s.ask("{ as(where: " + std::string(c.where) + ") { id } }") == R"({"data":{"as":)" + std::string(c.answer) + "}}");
    }
}
