// Test that the header is self-contained.
#include <refract/config/yaml.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using config::parse_yaml;

TEST_CASE("parse_yaml: maps, lists and texts with their places", "[config][yaml]") {
    auto const parsed = parse_yaml("a: 1\nb:\n  - x\n  - 'y'\nc: ~\n");
    REQUIRE(parsed);
    REQUIRE(parsed->type == config::yaml_node::kind::map);
    REQUIRE(parsed->entries.size() == 3);
    CHECK(parsed->entries[1].key == "b");
    CHECK(parsed->entries[1].where.line == 2);
    auto const& list = *parsed->find("b");
    REQUIRE(list.items.size() == 2);
    CHECK(list.items[0].text == "x");
    CHECK_FALSE(list.items[0].quoted);
    CHECK(list.items[1].quoted);
    CHECK(list.items[1].where.line == 4);
    CHECK(list.items[1].where.column == 5);
    CHECK(parsed->find("c")->type == config::yaml_node::kind::null);
    CHECK(parsed->find("d") == nullptr);
}

TEST_CASE("parse_yaml: aliases are expanded and bounded", "[config][yaml]") {
    auto const parsed = parse_yaml("a: &x {k: v}\nb: *x\n");
    REQUIRE(parsed);
    CHECK(parsed->find("b")->find("k")->text == "v");
    config::yaml_limits limits;
    limits.max_aliases = 1;
    CHECK(parse_yaml("a: &x 1\nb: *x\n", limits));
    CHECK(parse_yaml("a: &x 1\nb: *x\nc: *x\n", limits).failure().code == errc::limit_exceeded);
    limits = {};
    limits.max_nodes = 20;
    CHECK(parse_yaml("a: &x [1,2,3,4,5,6]\nb: *x\nc: *x\n", limits).failure().code == errc::limit_exceeded);
}

TEST_CASE("parse_yaml: what is refused, and where", "[config][yaml]") {
    struct {
        std::string_view name, in;
        errc code;
        std::uint32_t line;
    } const cases[] = {
        {"duplicate key", "a: 1\nb: 2\na: 3\n", errc::duplicate_key, 3},
        {"nested duplicate", "a:\n  b: 1\n  'b': 2\n", errc::duplicate_key, 3},
        {"tag", "a: !!binary AA==\n", errc::yaml_syntax, 1},
        {"merge", "a: &a {b: 1}\nc:\n  <<: *a\n", errc::yaml_syntax, 3},
        {"tab", "a:\n\tb: 1\n", errc::yaml_syntax, 2},
        {"two documents", "a: 1\n---\nb: 1\n", errc::yaml_syntax, 3},
        {"directive", "%FOO\n---\na: 1\n", errc::yaml_syntax, 1},
        {"complex key", "? [a]\n: 1\n", errc::yaml_syntax, 1},
        {"unclosed", "a: {b: 1\n", errc::yaml_syntax, 2},
        {"control", "a: 1\nb: \x07\n", errc::yaml_syntax, 2},
        {"utf-8", "a: 1\nb: \xff\n", errc::invalid_utf8, 2},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) {
            auto const parsed = parse_yaml(c.in);
            REQUIRE_FALSE(parsed);
            CHECK(parsed.failure().code == c.code);
            CHECK(parsed.failure().where.line == c.line);
        }
    }
}
