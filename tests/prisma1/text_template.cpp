// Test that the header is self-contained.
#include <refract/prisma1/text_template.hpp>

#include <refract/core/text.hpp>
#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/prisma1/request_cache.hpp>

#include "service_fixture.hpp"

#include <catch2/catch.hpp>

using namespace refract;

namespace {

/// The text with its literals cut out, or "-".
std::string cut(std::string_view text) {
    auto const out = prisma1::cut_literals(text);
    return out ? out->text : "-";
}

/// A service and what its cache knows.
struct store {
    std::shared_ptr<prisma1::request_cache> cache = std::make_shared<prisma1::request_cache>(8U << 20U);
    refract::test::service_fixture fixture{R"(
type User { id: ID! @id name: String @unique age: Int score: Float tags: [String] @scalarList(strategy: RELATION) at: DateTime extra: Json
  posts: [Post] }
type Post { id: ID! @id title: String! author: User @relation(link: INLINE) }
)",
                                           {{}, true, true, {"default"}, 0, cache}};

    std::string ask(std::string const& query, std::string const& variables = "null") {
        prisma1::json_tape json;
        auto const body = R"({"query":)" + json_string(query) + R"(,"variables":)" + variables + "}";
        REQUIRE(json.parse(body, {}));
        auto const r = prisma1::find_requests(json, {}).value().requests.front();
        return std::string(refract::test::wait_for(fixture.service().execute(r, "local:test")).bytes());
    }

    [[nodiscard]] std::size_t compiled() const { return cache->compiled.statistics().entries; }
};

} // namespace

TEST_CASE("cut_literals: numbers and strings become variables", "[prisma1][text_template]") {
    CHECK(cut(R"({ f(a: 1, b: -2.5e3, c: "x") })") == "{ f(a: $_literalI0 , b: $_literalF1 , c: $_literalS2 ) }");
    CHECK(cut(R"({f(a:"x"b:["y"true])})") == "{f(a:$_literalS0 b:[$_literalS1 true])}");
    CHECK(cut(R"({ f(first: 10, last : 3, skip: 0, x: "") })") == "{ f(first: 10, last : 3, skip: 0, x: $_literalS0 ) }");
    CHECK(cut(R"({ f(skip: -1, x: -1) })") == "{ f(skip: -1, x: $_literalI0 ) }");
    CHECK(cut("{ f(skip: 5) } # 7 \"") == "{ f(skip: $_literalI0 ) } # 7 \"");
    CHECK(prisma1::cut_literals(R"({ f(a: "x y", b: 7) })")->literals[0].text == "x y");
    for (char const* const text : {"{ a }", "{ a1(b: $c) }", "{ f(first: 5) }", R"({ f(a: """x""") })", R"({ f(a: "\n") })", "{ f(a: 01) }",
                                   "{ f(a: 1a) }", "{ f(a: 1.) }", "{ f(a: - 1) }", "{ f(a: \"x) }", "{ f(a: 1.5.2) }", "{ f(_literalI0: 1) }",
                                   "{ f(a: 1, b: \x02) }"}) {
        INFO(text);
        CHECK(cut(text) == "-");
    }
}

TEST_CASE("find_literal_rules: types by place, and what can't be shared", "[prisma1][text_template]") {
    auto const api = graphql::build_schema(R"(
scalar Json scalar DateTime
input In { n: Int s: [String!] o: In j: Json }
type Sub { g(x: Float): Int }
type Query { f(i: Int, in: In, ids: [[ID]], at: DateTime): Sub h(i: Int): Sub }
)").value();
    auto const rules = [&](std::string_view text) {
        auto const pieces = prisma1::cut_literals(text).value();
        return prisma1::find_literal_rules(api, graphql::parse(pieces.text).value(), pieces.literals.size());
    };
    auto const found = rules(R"({ f(i: 1, in: {s: "a", o: {n: 2}}, ids: ["b", ["c"]]) { g(x: 3) } })").value();
    REQUIRE(found.size() == 6);
    CHECK(found[0].type == "Int");
    CHECK(found[1].type == "String");
    CHECK(found[1].list_depth == 1);
    CHECK(found[2].type == "Int");
    CHECK(found[3].type == "ID");
    CHECK(found[3].list_depth == 1);
    CHECK(found[4].list_depth == 0);
    CHECK(found[5].type == "Float");
    CHECK(rules("fragment F on Query { f(i: 1) { g } } { ...F ... on Query { h(i: 2) { g } } }"));
    for (char const* const text : {R"({ f(in: {j: "1"}) { g } })", R"({ __type(name: "a") { name } })", R"({ f @x(a: 1) { g } })",
                                   "{ f(i: 1) { g } f(i: 1) { g } }", "{ f(i: 1) { g } ... { f(i: 1) { g } } }"}) {
        INFO(text);
        CHECK_FALSE(rules(text));
    }
}

TEST_CASE("service: texts that differ in literals share one compiled operation", "[prisma1][text_template]") {
    store s;
    for (int i = 0; i < 20; ++i) {
        auto const n = std::to_string(i);
        CHECK(s.ask("mutation { createUser(data: {name: \"u" + n + "\", age: " + n + ", tags: {set: \"t\"}, at: \"2020-01-02\", posts: {create: [{title: \"p" +
                    n + "\"}]}}) { name age tags at posts { title } } }") ==
              R"({"data":{"createUser":{"name":"u)" + n + R"(","age":)" + n + R"(,"tags":["t"],"at":"2020-01-02T00:00:00.000Z","posts":[{"title":"p)" + n + R"("}]}}})");
    }
    CHECK(s.compiled() == 2); // the first text by itself, and one for all others
    for (int i = 0; i < 20; ++i) {
        auto const n = std::to_string(i);
        CHECK(s.ask("query($t: String) { users(where: {name: \"u" + n + "\", posts_some: {title: $t}}, first: 5) { age } }", "{\"t\": \"p" + n + "\"}") ==
              R"({"data":{"users":[{"age":)" + n + "}]}}");
    }
    CHECK(s.compiled() == 4);
    CHECK(s.ask("{ users(skip: 3, first: 2, orderBy: age_ASC) { age } }") == R"({"data":{"users":[{"age":3},{"age":4}]}})");
    CHECK(s.ask("{ users(skip: 5, first: 2, orderBy: age_ASC) { age } }") == R"({"data":{"users":[{"age":5},{"age":6}]}})");
    CHECK(s.ask("{ users(skip: 5, first: 1, orderBy: age_ASC) { age } }") == R"({"data":{"users":[{"age":5}]}})");
    CHECK(s.ask("{ users(skip: 0, first: 1, orderBy: age_ASC) { age } }") == R"({"data":{"users":[{"age":0}]}})");
}

TEST_CASE("service: errors of shared texts are those of the text itself", "[prisma1][text_template]") {
    std::vector<std::string> const texts{
        R"({ user(where: {name: "a"}) { id } })",
        R"({ user(where: {name: 1}) { id } })",
        R"({ users(where: {age: 1}) { id } })",
        R"({ users(where: {age: 99999999999}) { id } })",
        R"({ users(where: {at: "2020"}) { id } })",
        R"({ users(where: {at: "never"}) { id } })",
        R"({ a: user(where: {name: "short"}) { id } b: user(where: {name: "a much longer one"}) { id } })",
        R"({ a: user(where: {name: "x"}) { id } a: user(where: {name: "x"}) { id } })",
        R"({ a: user(where: {name: "x"}) { id } a: user(where: {name: "y"}) { id } })",
        R"({ users(skip: -1) { id } })",
        R"({ users(skip: -20) { id } })",
        R"({ user(where: {name: "n"}) { posts(skip: 1) { id } } })",
        R"({ user(where: {name: "n"}) { posts(skip: -1) { id } } })",
        R"(mutation { updateUser(where: {name: "n"}, data: {age: 3}) { a: posts(skip: 7) { id } } })",
        R"(mutation { updateUser(where: {name: "n"}, data: {age: 3}) { a: posts(skip: -7) { id } } })",
        R"(mutation { updateUser(where: {name: "nobody"}, data: {age: 1}) { id } })",
        R"(mutation { a: updateUser(where: {name: "nobody at all"}, data: {age: 2}) { id } b: deleteUser(where: {name: "no"}) { id } })",
        R"(mutation { a: updateUser(where: {name: "x"}, data: {age: 2}) { id } b: deleteUser(where: {name: "nobody again"}) { id } })",
        R"(mutation { createUser(data: {name: "n", extra: "{\"a\": 1}"}) { extra } })",
        R"(mutation { createUser(data: {name: "n", age: 1}) { age } })",
    };
    store shared; // meets all of them after texts like them
    for (auto const& text : texts) {
        shared.ask(text);
        shared.ask(text);
    }
    for (auto const& text : texts) {
        store alone; // meets it first
        alone.ask(R"(mutation { createUser(data: {name: "n", age: 3}) { age } })");
        INFO(text);
        CHECK(shared.ask(text) == alone.ask(text));
    }
}
