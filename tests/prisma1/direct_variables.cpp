// Test that the header is self-contained.
#include <refract/prisma1/direct_variables.hpp>

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/prisma1/variables.hpp>

#include <catch2/catch.hpp>

using namespace refract;

namespace {

constexpr std::string_view sdl = R"(
scalar DateTime scalar UUID scalar Json scalar Long
enum Color { RED GREEN }
input Inner { a: Int b: [String!] c: Color d: Inner }
input Needs { must: String! may: Float }
input Defaults { n: Int = 3 s: String }
type Query {
  f(i: Int, l: Long, s: String, d: DateTime, u: UUID, x: Float, id: ID, b: Boolean, e: Color, list: [Int!], nested: [[ID]], o: Inner,
    os: [Inner!], needs: Needs, defaults: Defaults, json: Json, first: Int, skip: Int): Int
}
)";

/// What both ways give; nothing if a value does not fit.
struct both {
    std::optional<prisma1::bound_variables> coerced;
    std::optional<prisma1::direct_variables> direct;
};

both bind_both(std::string const& definitions, std::string_view body) {
    static auto const api = graphql::build_schema(sdl).value();
    auto const text = "query(" + definitions + ") { f(first: $first, skip: $skip) }";
    auto const document = graphql::parse(text).value();
    auto const pages = prisma1::find_page_variables(document);
    both out;
    prisma1::json_tape json;
    REQUIRE(json.parse(body, {}));
    auto const view = prisma1::find_requests(json, {}).value().requests.front();
    auto const coerced = graphql::coerce_variables(
        api, document, document.definitions[0], prisma1::to_request(view).variables, prisma1::prisma1_scalars()
    );
    if (coerced) {
        out.coerced = prisma1::bind_variables(*coerced, pages);
    }
    auto const operations = prisma1::find_operation_variables(api, document, pages);
    prisma1::direct_variables direct;
    if (prisma1::bind_directly(operations.front(), view, direct)) {
        out.direct = std::move(direct);
    }
    return out;
}

} // namespace

TEST_CASE("bind_directly: the same as by coercion", "[prisma1][direct_variables]") {
    struct {
        char const* definitions;
        char const* variables;
    } const cases[] = {
        {"$i: Int", R"({"i": 5})"},
        {"$i: Int", R"({"i": -2147483648})"},
        {"$i: Int, $s: String", R"({"s": "a\u00e4\n\"", "other": [1]})"},
        {"$i: Int", R"({"i": null})"},
        {"$i: Int", "{}"},
        {"$l: Long!", R"({"l": 9007199254740993})"},
        {"$x: Float", R"({"x": 1.5e3})"},
        {"$x: Float", R"({"x": 7})"},
        {"$xs: [Float!]", R"({"xs": [0.99, 1.50, 0.1234567890123456, -0.5, 1e-3, 123456789012345.5, 0.0]})"},
        {"$id: ID!", R"({"id": 7})"},
        {"$id: ID!", R"({"id": "c7"})"},
        {"$id: ID", R"({"id": "null"})"},
        {"$nested: [[ID]]", R"({"nested": [["null"]]})"},
        {"$x: Float, $s: String", R"({"x": -0.0, "s": "null"})"},
        {"$b: Boolean, $e: Color", R"({"e": "GREEN", "b": true})"},
        {"$d: DateTime, $u: UUID", R"({"d": "2020-01-02", "u": "1-2-3-4-5"})"},
        {"$list: [Int!]", R"({"list": [1, 2]})"},
        {"$list: [Int!]", R"({"list": 1})"},
        {"$list: [Int!]", R"({"list": []})"},
        {"$nested: [[ID]]", R"({"nested": [["a", null], null, "b"]})"},
        {"$o: Inner", R"({"o": {"d": {"c": "RED", "a": 1}, "b": "x", "a": null}})"},
        {"$o: Inner", R"({"o": {}})"},
        {"$o: Inner", R"({"o": {"a": 1, "b": [], "c": "GREEN", "d": {"d": {"b": null}}}})"},
        {"$os: [Inner!]!", R"({"os": [{"a": 1}, {"b": ["x", "y"]}]})"},
        {"$needs: Needs", R"({"needs": {"may": -0.25, "must": ""}})"},
        {"$first: Int, $skip: Int", R"({"first": 10, "skip": 0})"},
        {"$first: Int, $skip: Int", R"({"first": -1, "skip": 3})"},
        {"$first: Int, $skip: Int", R"({"first": 0, "skip": -1})"},
        {"$i: Int = 4, $s: [String] = [\"a\", null], $first: Int = 9", "{}"},
        {"$i: Int! = 4", R"({"i": 5})"},
        {"$o: Inner = {a: 1, d: {c: RED}}", "{}"},
        {"$i: Int", R"({"i": 1, "i": 2})"},
    };
    for (auto const& c : cases) {
        INFO(c.definitions << " " << c.variables);
        auto const got = bind_both(c.definitions, std::string(R"({"query": "", "variables": )") + c.variables + "}");
        REQUIRE(got.coerced);
        REQUIRE(got.direct);
        CHECK(got.direct->shape == got.coerced->shape);
        CHECK(got.direct->slots == got.coerced->slots);
    }
    CHECK(bind_both("$i: Int", R"({"query": ""})").direct->shape.empty());
}

TEST_CASE("bind_directly: leaves alone what does not fit, or is rare", "[prisma1][direct_variables]") {
    struct {
        char const* definitions;
        char const* variables;
        bool fits;
    } const cases[] = {
        {"$i: Int!", "{}", false},
        {"$i: Int!", R"({"i": null})", false},
        {"$i: Int", R"({"i": 2147483648})", false},
        {"$i: Int", R"({"i": "1"})", false},
        {"$i: Int", R"({"i": 1.0})", true},
        {"$l: Long", R"({"l": 18446744073709551615})", false},
        {"$s: String", R"({"s": 1})", false},
        {"$s: String", R"({"s": "a\u0000b"})", false},
        {"$b: Boolean", R"({"b": 0})", false},
        {"$e: Color", R"({"e": "BLUE"})", false},
        {"$e: Color", R"({"e": 1})", false},
        {"$d: DateTime", R"({"d": "never"})", false},
        {"$u: UUID", R"({"u": "x"})", false},
        {"$list: [Int!]", R"({"list": [null]})", false},
        {"$list: [Int!]", R"({"list": [[1]]})", false},
        {"$o: Inner", R"({"o": {"z": 1}})", false},
        {"$o: Inner", R"({"o": [{"a": 1}]})", false},
        {"$o: Inner", R"({"o": {"a": 1, "a": 2}})", true},
        {"$needs: Needs", R"({"needs": {"may": 1}})", false},
        {"$needs: Needs", R"({"needs": {}})", false},
        {"$o: Inner", R"({"o": {"b": [], "a": 1, "b": []}})", true},
        {"$needs: Needs", R"({"needs": {"must": null}})", false},
        {"$defaults: Defaults", R"({"defaults": {"s": "x"}})", true},
        {"$json: Json", R"({"json": {"a": 1}})", true},
    };
    for (auto const& c : cases) {
        INFO(c.definitions << " " << c.variables);
        auto const got = bind_both(c.definitions, std::string(R"({"query": "", "variables": )") + c.variables + "}");
        CHECK(got.coerced.has_value() == c.fits);
        CHECK_FALSE(got.direct.has_value());
    }
}
