// Test that the header is self-contained.
#include <refract/sql/fragment.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("sql::fragment: values become placeholders in the dialect's spelling", "[sql][fragment]") {
    sql::fragment pg(sql::postgres);
    pg.append("SELECT ").value(plan::operand::of(db::value::integer(1))).append(", ").input(3);
    CHECK(pg.text() == "SELECT $1, $2");
    REQUIRE(pg.parameters().size() == 2);
    CHECK(pg.parameters()[1].from == sql::parameter::source::input);
    CHECK(pg.parameters()[1].input == 3);

    sql::fragment lite(sql::sqlite);
    lite.append("SELECT ").value(plan::operand::at(7));
    CHECK(lite.text() == "SELECT ?");
    CHECK(lite.parameters()[0].operand.slot == 7);
}

TEST_CASE("sql::fragment: identifiers are quoted, quotes in them doubled", "[sql][fragment]") {
    sql::fragment f(sql::postgres);
    f.table("svc$dev", "we\"ird; DROP TABLE x").append(" ").identifier("");
    CHECK(f.text() == "\"svc$dev\".\"we\"\"ird; DROP TABLE x\" \"\"");

    sql::fragment lite(sql::sqlite);
    lite.table("ignored", "User");
    CHECK(lite.text() == "\"User\"");
}

TEST_CASE("sql::fragment: an appended fragment's placeholders are renumbered", "[sql][fragment]") {
    sql::fragment inner(sql::postgres);
    inner.append("a = ").value(plan::operand::at(0)).append(" AND b = ").value(plan::operand::at(1));
    sql::fragment outer(sql::postgres);
    outer.append("x = ").value(plan::operand::at(2)).append(" AND (").append(inner).append(") AND y = ").input(0);
    CHECK(outer.text() == "x = $1 AND (a = $2 AND b = $3) AND y = $4");
    REQUIRE(outer.parameters().size() == 4);
    CHECK(outer.parameters()[1].operand.slot == 0);
    CHECK(outer.parameters()[3].from == sql::parameter::source::input);
}

TEST_CASE("sql::bind: operands are read from the request, inputs from the engine", "[sql][fragment]") {
    plan::bindings bindings{{db::value::text("a"), db::value::integer(5)}, 1000};
    std::vector<sql::parameter> const parameters{
        {sql::parameter::source::operand, plan::operand::at(1), 0},
        {sql::parameter::source::input, {}, 0},
        {sql::parameter::source::operand, plan::operand::generated(plan::operand_kind::now), 0},
        {sql::parameter::source::operand, plan::operand::at(9), 0},
    };
    auto const values = sql::bind(parameters, bindings, {db::value::text("key")});
    CHECK(values[0] == db::value::integer(5));
    CHECK(values[1] == db::value::text("key"));
    CHECK(values[2] == db::value::date_time(1000));
    CHECK(values[3].is_null());
    CHECK(sql::bind(plan::operand::generated(plan::operand_kind::new_id), bindings).text_value().size() == 25);
}

TEST_CASE("sql::bind: a LIKE pattern never ends with a lone escape", "[sql][fragment]") {
    sql::fragment f(sql::postgres);
    f.append("a LIKE '%' || ").pattern_end(plan::operand::at(0)).append(" ESCAPE '!'");
    CHECK(f.text() == "a LIKE '%' || $1 ESCAPE '!'");
    struct {
        std::string given, bound;
    } const cases[] = {{"", ""}, {"a", "a"}, {"!", "!!"}, {"!!", "!!"}, {"a!!!", "a!!!!"}, {"!a", "!a"}, {"50!%!", "50!%!!"}};
    for (auto const& c : cases) {
        CAPTURE(c.given);
        CHECK(sql::bind(f.parameters(), {{db::value::text(c.given)}, 0}, {})[0] == db::value::text(c.bound));
    }
    CHECK(sql::bind(f.parameters(), {{db::value{}}, 0}, {})[0].is_null());
}
