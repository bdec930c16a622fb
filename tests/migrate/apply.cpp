// Test that the header is self-contained.
#include <refract/migrate/apply.hpp>

#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/check.hpp>
#include <refract/migrate/compare_tables.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/migrate/layout.hpp>
#include <refract/migrate/read_tables.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/migrate/statements.hpp>

#include "migrate/describe_tables.hpp"
#include "migrate/sqlite_folder.hpp"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace {

using namespace refract;

std::shared_ptr<datamodel::datamodel const> model_of(std::string_view text) {
    auto parsed = datamodel::parse_sdl(text, datamodel::sqlite_capabilities);
    for (auto const& e : parsed.errors) {
        UNSCOPED_INFO(e.type << ": " << e.description);
    }
    REQUIRE(parsed.ok());
    return std::make_shared<datamodel::datamodel const>(std::move(parsed.model));
}

/// One SQLite file that goes from datamodel to datamodel.
struct project {
    boost::asio::io_context context{};
    refract_tests::sqlite_folder folder{};
    std::shared_ptr<db::database> database = folder.open(context, "project");
    std::shared_ptr<datamodel::datamodel const> current = std::make_shared<datamodel::datamodel const>();
    std::uint64_t revision = 1;

    migrate::application_result go(std::string_view text) {
        auto next = model_of(text);
        migrate::application what;
        what.target = {&sql::sqlite, {}};
        what.previous = current;
        what.next = next;
        what.steps = migrate::infer(*current, *next).value();
        what.revision = ++revision;
        auto out = refract_tests::run_to_end(context, migrate::apply(*database, std::move(what)));
        if (out.applied) {
            current = next;
        }
        return out;
    }

    migrate::check_result check(std::string_view text) {
        auto const next = model_of(text);
        auto const matched = migrate::match(*current, *next).value();
        auto checks = migrate::plan_checks({&sql::sqlite, {}}, *current, *next, matched, migrate::infer_steps(*current, *next, matched));
        auto found = refract_tests::run_to_end(context, migrate::run_checks(*database, std::move(checks)));
        REQUIRE(found);
        return std::move(*found);
    }

    std::vector<sql::table> tables() {
        auto const read = [&]() -> boost::asio::awaitable<std::vector<sql::table>> {
            auto const work = [](db::connection& c) { return migrate::read_tables(c, {&sql::sqlite, {}}); };
            auto task = migrate::with_connection<std::vector<sql::table>>(*database, db::access::write, work);
            auto out = co_await std::move(task);
            co_return out ? std::move(*out) : std::vector<sql::table>{};
        };
        return refract_tests::run_to_end(context, read());
    }

    std::vector<std::string> sql(sql::literal text) {
        return refract_tests::first_column(context, *database, text);
    }
};

using refract_tests::describe;

} // namespace

TEST_CASE("migrate::apply: any way to a datamodel gives the tables of the straight way", "[migrate][apply]") {
    char const* const models[] = {
        "type A { id: ID! @id }",
        "type A { id: ID! @id a: String }",
        "type A { id: ID! @id a: String! @unique b: Int! c: Float d: Boolean! @default(value: true) e: DateTime! f: Json! }",
        "type A { id: ID! @id a: Int b: String! @unique e: E! } enum E { X Y }",
        "type A { id: ID! @id a: [String] @scalarList(strategy: RELATION) b: E } enum E { Y Z }",
        "type A { id: ID! @id a: [Int] @scalarList(strategy: RELATION) c: [String] @scalarList(strategy: RELATION) }",
        "type A { id: Int! @id a: String }",
        "type A { id: Int! @id a: [String] @scalarList(strategy: RELATION) b: B @relation(link: INLINE) } type B { id: ID! @id a: [A] cs: [C] }"
        " type C { id: ID! @id bs: [B] }",
        "type A { id: ID! @id b: B } type B { id: ID! @id a: [A] cs: [C] } type C { id: Int! @id bs: [B] }",
        "type A { id: ID! @id b: B } type B { id: Int! @id a: [A] cs: [C] } type C { id: Int! @id bs: [B] }",
        "type A { id: ID! @id bs: [B] @relation(link: TABLE) } type B { id: ID! @id a: A }",
        "type A { id: ID! @id bs: [B] @relation(name: \"L\") } type B { id: ID! @id as: [A] @relation(name: \"L\") }"
        " type L @relationTable { x: A! y: B! }",
        "type A { id: ID! @id b: B @relation(link: INLINE) @db(name: \"b_id\") } type B { id: ID! @id a: A }",
        "type A { id: ID! @id b: B } type B { id: ID! @id a: A @relation(link: INLINE) }",
        "type A { id: ID! @id parent: A @relation(name: \"Tree\") children: [A] @relation(name: \"Tree\") }",
        "type A { id: ID! @id parents: [A] @relation(name: \"Graph\") children: [A] @relation(name: \"Graph\") }",
        "type A @db(name: \"a_table\") { id: ID! @id a: String! @db(name: \"a_column\") @unique tags: [String] @scalarList(strategy: RELATION)"
        " b: B } type B @db(name: \"b_table\") { id: ID! @id @db(name: \"b_key\") }",
        "type B @rename(oldName: \"A\") { id: ID! @id x: String @rename(oldName: \"a\") }",
    };
    for (auto const* before : models) {
        for (auto const* after : models) {
            INFO("before: " << before << "\nafter: " << after);
            if (!migrate::infer(*model_of(before), *model_of(after))) {
                continue; // relations have to be named first
            }
            project straight;
            REQUIRE(straight.go(after).error.empty());
            project way;
            REQUIRE(way.go(before).error.empty());
            auto const moved = way.go(after);
            INFO(moved.error);
            REQUIRE(moved.applied);
            CHECK(describe(way.tables()) == describe(straight.tables()));
            CHECK(migrate::compare_tables(*way.current, way.tables()).empty());
            CHECK(way.sql("PRAGMA foreign_keys") == std::vector<std::string>{"1"});
        }
    }
}

TEST_CASE("migrate::statement_writer: new tables of a SQLite file have their links at once", "[migrate][apply]") {
    auto const altered = [](std::string_view before, std::string_view after) {
        auto const empty = std::make_shared<datamodel::datamodel const>();
        auto const previous = before.empty() ? empty : model_of(before);
        auto const next = model_of(after);
        std::vector<sql::table> tables;
        std::size_t alters = 0;
        for (auto const& [from, to] : {std::pair(empty, previous), std::pair(previous, next)}) {
            auto const matched = migrate::match(*from, *to).value();
            migrate::statement_writer writer({&sql::sqlite, {}}, tables, *from, *to, matched);
            alters = 0;
            for (auto const& step : migrate::infer_steps(*from, *to, matched)) {
                for (auto const& statement : writer.write(step)) {
                    alters += statement.text().starts_with("ALTER TABLE") ? 1U : 0U;
                }
            }
            tables = writer.tables();
        }
        return alters;
    };
    constexpr std::string_view ring = "type A { id: ID! @id b: B @relation(name: \"AB\", link: INLINE) of: B @relation(name: \"BA\") "
                                      "self: A @relation(name: \"Self\", link: INLINE) }\n"
                                      "type B { id: ID! @id a: A @relation(name: \"BA\", link: INLINE) as: [A] @relation(name: \"AB\") }";
    CHECK(altered("", ring) == 0);
    CHECK(altered("type A { id: ID! @id }", ring) == 3); // A was there: both of its links, and the one to it
    CHECK(altered("type C { id: ID! @id }", std::string(ring) + "\ntype C { id: ID! @id }") == 0);
    // Another model has the name B until it is renamed: a reference to it would be renamed too.
    CHECK(altered("type B { id: ID! @id }", std::string(ring) + "\ntype C @rename(oldName: \"B\") { id: ID! @id }") > 0);
}

TEST_CASE("migrate::apply: rows survive what does not concern them", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String! b: B tags: [String] @scalarList(strategy: RELATION) } type B { id: ID! @id as: [A] }").applied);
    p.sql("INSERT INTO \"B\" VALUES ('b1')");
    p.sql("INSERT INTO \"A\" (\"id\", \"a\", \"b\") VALUES ('a1', 'x', 'b1')");
    p.sql("INSERT INTO \"A_tags\" VALUES ('a1', 1000, 't')");
    // the table A is rebuilt: what refers to it, and what it refers to, stays
    REQUIRE(p.go("type A { id: ID! @id a: String n: Int! @default(value: 5) b: B tags: [String] @scalarList(strategy: RELATION) }"
                 " type B { id: ID! @id as: [A] }").applied);
    CHECK(p.sql("SELECT \"a\" || \"n\" || \"b\" FROM \"A\"") == std::vector<std::string>{"x5b1"});
    CHECK(p.sql("SELECT \"value\" FROM \"A_tags\"") == std::vector<std::string>{"t"});
    // an optional field becomes required
    p.sql("INSERT INTO \"A\" (\"id\", \"n\") VALUES ('a2', 1)");
    REQUIRE(p.go("type A { id: ID! @id a: String! n: Int b: B tags: [String] @scalarList(strategy: RELATION) } type B { id: ID! @id as: [A] }").applied);
    CHECK(p.sql("SELECT \"a\" FROM \"A\" ORDER BY \"id\"") == std::vector<std::string>{"x", ""});
    CHECK(p.sql("SELECT \"b\" FROM \"A\" ORDER BY \"id\"") == std::vector<std::string>{"b1", "null"});
    p.sql("DELETE FROM \"A\" WHERE \"id\" = 'a1'");
    CHECK(p.sql("SELECT \"value\" FROM \"A_tags\"").empty());
}

TEST_CASE("migrate::apply: links follow renames of models", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id bs: [B] } type B { id: ID! @id as: [A] }").applied);
    p.sql("INSERT INTO \"A\" VALUES ('a1')");
    p.sql("INSERT INTO \"B\" VALUES ('b1')");
    p.sql("INSERT INTO \"_AToB\" VALUES ('a1', 'b1')");
    // A becomes Z: its side of the relation changes from A to B
    REQUIRE(p.go("type Z @rename(oldName: \"A\") { id: ID! @id bs: [B] } type B { id: ID! @id as: [Z] }").applied);
    CHECK(p.sql("SELECT \"A\" || \"B\" FROM \"_BToZ\"") == std::vector<std::string>{"b1a1"});
    CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
}

TEST_CASE("migrate::apply: a link table whose sides change has the indexes of a new one", "[migrate][apply]") {
    auto const* after = "type Z @rename(oldName: \"A\") { id: ID! @id bs: [B] } type B { id: ID! @id as: [Z] }";
    project way;
    REQUIRE(way.go("type A { id: ID! @id bs: [B] } type B { id: ID! @id as: [A] }").applied);
    REQUIRE(way.go(after).applied);
    project straight;
    REQUIRE(straight.go(after).applied);
    CHECK(describe(way.tables()) == describe(straight.tables()));
}

TEST_CASE("migrate::apply: links move with their relation into another form of storage", "[migrate][apply]") {
    char const* const forms[] = {
        "type A { id: ID! @id b: B @relation(link: TABLE) } type B { id: ID! @id a: A }",
        "type A { id: ID! @id b: B @relation(link: INLINE) } type B { id: ID! @id a: A }",
        "type A { id: ID! @id b: B } type B { id: ID! @id a: A @relation(link: INLINE) }",
        "type A { id: ID! @id b: B @relation(name: \"L\") } type B { id: ID! @id a: A @relation(name: \"L\") }"
        " type L @relationTable { x: B! y: A! }",
        "type Z @rename(oldName: \"A\") { id: ID! @id b: B @relation(link: TABLE) } type B { id: ID! @id a: Z }",
    };
    sql::literal const links[] = {
        "SELECT \"A\" || \"B\" FROM \"_AToB\"", "SELECT \"id\" || \"b\" FROM \"A\" WHERE \"b\" IS NOT NULL",
        "SELECT \"a\" || \"id\" FROM \"B\" WHERE \"a\" IS NOT NULL", "SELECT \"y\" || \"x\" FROM \"L\"",
        "SELECT \"B\" || \"A\" FROM \"_BToZ\"",
    };
    for (std::size_t before = 0; before < 4; ++before) {
        for (std::size_t after = 0; after < 5; ++after) {
            if (before == after || (before == 3 && after == 4)) {
                continue; // the last would be another relation: two names change at once
            }
            INFO(forms[before] << "\n" << forms[after]);
            project p;
            REQUIRE(p.go(forms[0]).applied);
            p.sql("INSERT INTO \"A\" (\"id\") VALUES ('1'), ('2')");
            p.sql("INSERT INTO \"B\" (\"id\") VALUES ('3'), ('4')");
            p.sql("INSERT INTO \"_AToB\" VALUES ('1', '4')");
            REQUIRE(p.go(forms[before]).error.empty());
            CHECK(p.sql(links[before]) == std::vector<std::string>{"14"});
            REQUIRE(p.go(forms[after]).error.empty());
            CHECK(p.sql(links[after]) == std::vector<std::string>{"14"});
            CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
        }
    }
    project tree; // the same column, at the other end
    REQUIRE(tree.go("type A { id: ID! @id one: A @relation(name: \"T\", link: INLINE) @db(name: \"x\") two: A @relation(name: \"T\") }").applied);
    tree.sql("INSERT INTO \"A\" VALUES ('1', NULL), ('2', '1')");
    REQUIRE(tree.go("type A { id: ID! @id one: A @relation(name: \"T\") two: A @relation(name: \"T\", link: INLINE) @db(name: \"x\") }").error.empty());
    CHECK(tree.sql("SELECT \"id\" || coalesce(\"x\", '-') FROM \"A\" ORDER BY 1") == std::vector<std::string>{"12", "2-"});
}

TEST_CASE("migrate::apply: relations that take each other's place keep their links", "[migrate][apply]") {
    SECTION("another's column, another's table") {
        char const* const after = "type A { id: ID! @id cs: [Cc] @relation(name: \"R\") }"
                                  " type Cc @rename(oldName: \"C\") { id: ID! @id r: Cc @relation(link: INLINE) }";
        char const* const before = "type A { id: ID! @id } type C { id: ID! @id s: [C] @relation(name: \"R\") r: A @relation(link: INLINE) }";
        project way;
        REQUIRE(way.go(before).applied);
        way.sql("INSERT INTO \"A\" VALUES ('a')");
        way.sql("INSERT INTO \"C\" VALUES ('1', 'a'), ('2', NULL), ('3', NULL)");
        way.sql("INSERT INTO \"_R\" VALUES ('3', '2')");
        REQUIRE(way.go(after).error.empty());
        project straight;
        REQUIRE(straight.go(after).applied);
        CHECK(describe(way.tables()) == describe(straight.tables()));
        CHECK(way.sql("SELECT \"A\" || \"B\" FROM \"_R\"") == std::vector<std::string>{"a1"});
        CHECK(way.sql("SELECT \"id\" || \"r\" FROM \"Cc\" WHERE \"r\" IS NOT NULL").size() == 1);
    }
    SECTION("a table that is still another's") {
        char const* const before = "type A { id: ID! @id one: B @relation(name: \"R\", link: TABLE) two: B @relation(name: \"S\", link: INLINE) }"
                                   " type B { id: ID! @id }";
        char const* const after = "type A { id: ID! @id one: B @relation(name: \"S\", oldName: \"R\", link: INLINE)"
                                  " two: B @relation(name: \"R\", oldName: \"S\", link: TABLE) } type B { id: ID! @id }";
        project p;
        REQUIRE(p.go(before).applied);
        p.sql("INSERT INTO \"B\" VALUES ('1'), ('2')");
        p.sql("INSERT INTO \"A\" VALUES ('a', '2')");
        p.sql("INSERT INTO \"_R\" VALUES ('a', '1')");
        REQUIRE(p.go(after).error.empty());
        CHECK(p.sql("SELECT \"one\" FROM \"A\"") == std::vector<std::string>{"1"});
        CHECK(p.sql("SELECT \"B\" FROM \"_R\"") == std::vector<std::string>{"2"});
        CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
    }
    SECTION("two tables change their names") {
        char const* const before = "type A { id: ID! @id one: [B] @relation(name: \"R\") two: [B] @relation(name: \"S\") } type B { id: ID! @id }";
        char const* const after = "type A { id: ID! @id one: [B] @relation(name: \"S\", oldName: \"R\")"
                                  " two: [B] @relation(name: \"R\", oldName: \"S\") } type B { id: ID! @id }";
        project p;
        REQUIRE(p.go(before).applied);
        p.sql("INSERT INTO \"B\" VALUES ('1'), ('2')");
        p.sql("INSERT INTO \"A\" VALUES ('a')");
        p.sql("INSERT INTO \"_R\" VALUES ('a', '1')");
        p.sql("INSERT INTO \"_S\" VALUES ('a', '2')");
        REQUIRE(p.go(after).error.empty());
        CHECK(p.sql("SELECT \"B\" FROM \"_S\"") == std::vector<std::string>{"1"});
        CHECK(p.sql("SELECT \"B\" FROM \"_R\"") == std::vector<std::string>{"2"});
        CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
    }
}

TEST_CASE("migrate::apply: names are passed on", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A @db(name: \"x\") { id: ID! @id a: String @unique b: String c: Int l: [Int] @scalarList(strategy: RELATION)"
                 " m: [Int] @scalarList(strategy: RELATION) r: B } type B @db(name: \"y\") { id: ID! @id }").applied);
    p.sql("INSERT INTO \"y\" VALUES ('b1')");
    p.sql("INSERT INTO \"x\" (\"id\", \"a\", \"b\", \"c\", \"r\") VALUES ('1', 'was a', 'was b', 3, 'b1')");
    p.sql("INSERT INTO \"x_l\" VALUES ('1', 1000, 11)");
    p.sql("INSERT INTO \"x_m\" VALUES ('1', 1000, 22)");
    auto const moved =
        p.go("type A @db(name: \"y\") { id: ID! @id b: String @unique @rename(oldName: \"a\") c: String @rename(oldName: \"b\")"
             " a: Int @rename(oldName: \"c\") m: [Int] @scalarList(strategy: RELATION) @rename(oldName: \"l\")"
             " l: [Int] @scalarList(strategy: RELATION) @rename(oldName: \"m\") r: B } type B @db(name: \"x\") { id: ID! @id }");
    INFO(moved.error);
    REQUIRE(moved.applied);
    CHECK(p.sql("SELECT \"b\" || \"c\" || \"a\" || \"r\" FROM \"y\"") == std::vector<std::string>{"was awas b3b1"});
    CHECK(p.sql("SELECT \"value\" FROM \"y_m\"") == std::vector<std::string>{"11"});
    CHECK(p.sql("SELECT \"value\" FROM \"y_l\"") == std::vector<std::string>{"22"});
    CHECK(p.sql("SELECT \"id\" FROM \"x\"") == std::vector<std::string>{"b1"});
    CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
    // what stands in the way and is nobody's stays there
    p.sql("ALTER TABLE \"y\" ADD COLUMN \"own\" int");
    auto const refused = p.go("type A @db(name: \"y\") { id: ID! @id own: String @unique @rename(oldName: \"b\") r: B } type B @db(name: \"x\") { id: ID! @id }");
    CHECK_FALSE(refused.applied);
    CHECK(p.sql("SELECT \"b\" FROM \"y\"") == std::vector<std::string>{"was a"});
}

TEST_CASE("migrate::apply: values survive a change of type that any of them fits", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id e: E i: ID j: Json s: String t: String u: E } enum E { X Y }").applied);
    p.sql("INSERT INTO \"A\" VALUES ('1', 'X', 'key', '{}', '[]', 'X', 'Y')");
    REQUIRE(p.go("type A { id: ID! @id e: String i: String! j: String s: Json t: E u: E } enum E { X Y }").applied);
    CHECK(p.sql("SELECT \"e\" || \"i\" || \"j\" FROM \"A\"") == std::vector<std::string>{"Xkey{}"});
    CHECK(p.sql("SELECT coalesce(\"s\", 'none') || coalesce(\"t\", 'none') FROM \"A\"") == std::vector<std::string>{"nonenone"});
    // the table was written anew: a column that was not meant is what it was
    CHECK(p.sql("SELECT group_concat(type) FROM (SELECT type FROM pragma_table_info('A') ORDER BY name)") ==
          std::vector<std::string>{"mediumtext,mediumtext,char(25),mediumtext,mediumtext,varchar(191),varchar(191)"});
}

TEST_CASE("migrate::apply: a field that is unique no more may be filled with one value", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String @unique }").applied);
    p.sql("INSERT INTO \"A\" VALUES ('1', NULL), ('2', NULL), ('3', 'x')");
    REQUIRE(p.go("type A { id: ID! @id a: String! @default(value: \"x\") }").applied);
    CHECK(p.sql("SELECT \"a\" FROM \"A\"") == std::vector<std::string>{"x", "x", "x"});
    CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
}

TEST_CASE("migrate::apply: numbers of an Int id start where they should and never come again", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: Int! @id(strategy: SEQUENCE) @sequence(name: \"s\", initialValue: 100, allocationSize: 1) a: String }").applied);
    p.sql("INSERT INTO \"A\" (\"a\") VALUES ('x')");
    CHECK(p.sql("SELECT \"id\" FROM \"A\"") == std::vector<std::string>{"100"});
    p.sql("INSERT INTO \"A\" (\"a\") VALUES ('y')");
    p.sql("DELETE FROM \"A\" WHERE \"id\" = 101");
    REQUIRE(p.go("type A { id: Int! @id(strategy: SEQUENCE) @sequence(name: \"s\", initialValue: 100, allocationSize: 1) a: String! }").applied);
    p.sql("INSERT INTO \"A\" (\"a\") VALUES ('z')");
    CHECK(p.sql("SELECT \"id\" FROM \"A\"") == std::vector<std::string>{"100", "102"});
}

TEST_CASE("migrate::apply: a revision that was committed is not applied again", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String }").applied);
    p.revision -= 1; // the server was killed before it could record the success
    p.current = std::make_shared<datamodel::datamodel const>();
    auto const again = p.go("type A { id: ID! @id b: String }");
    CHECK(again.applied);
    CHECK(p.sql("SELECT name FROM pragma_table_info('A')") == std::vector<std::string>{"id", "a"});
}

TEST_CASE("migrate::apply: a statement that fails leaves no trace", "[migrate][apply]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String }").applied);
    p.sql("INSERT INTO \"A\" VALUES ('1', 'x')");
    p.sql("INSERT INTO \"A\" VALUES ('2', 'x')");
    auto const before = describe(p.tables());
    auto const failed = p.go("type A { id: ID! @id z: Int! a: String @unique }");
    CHECK_FALSE(failed.applied);
    CHECK(failed.error.find("UNIQUE") != std::string::npos);
    CHECK(describe(p.tables()) == before);
    CHECK(p.sql("PRAGMA foreign_keys") == std::vector<std::string>{"1"});
}

TEST_CASE("migrate::apply: tables somebody made are taken over", "[migrate][apply]") {
    project p;
    p.sql("CREATE TABLE \"A\" (\"id\" char(25) NOT NULL PRIMARY KEY, \"a\" mediumtext, \"extra\" int)");
    p.sql("INSERT INTO \"A\" VALUES ('1', NULL, 7)");
    REQUIRE(p.go("type A { id: ID! @id a: String! @unique b: Int }").applied);
    CHECK(p.sql("SELECT \"a\" || \"extra\" FROM \"A\"") == std::vector<std::string>{"7"});
    CHECK(migrate::compare_tables(*p.current, p.tables()).empty());
}

TEST_CASE("migrate::run_checks: what existing rows have to say", "[migrate][check]") {
    struct {
        char const* before;
        char const* after;
        char const* warning; ///< start of the description; null: none
        char const* error;
    } const cases[] = {
        {"type A { id: ID! @id }", "type B { id: ID! @id }", "You already have nodes for this model. This change will", nullptr},
        {"type A { id: ID! @id }", "type A { id: ID! @id a: String }", nullptr, nullptr},
        {"type A { id: ID! @id }", "type A { id: ID! @id a: String! }", "You are creating a required field", nullptr},
        {"type A { id: ID! @id }", "type A { id: ID! @id a: String! @unique }", nullptr, "You are creating a new required unique field `a`"},
        {"type A { id: ID! @id a: String }", "type A { id: ID! @id }", "You already have nodes for this model. This change may", nullptr},
        {"type A { id: ID! @id a: String }", "type A { id: ID! @id a: Int }", "You already have nodes for this model. This change may", nullptr},
        {"type A { id: ID! @id a: String }", "type A { id: ID! @id a: String! }", "You are changing the type of a required field.", nullptr},
        {"type A { id: ID! @id a: String }", "type A { id: ID! @id a: String! @unique }", nullptr, "You are updating the field `a` to be required and unique."},
        {"type A { id: ID! @id a: String }", "type A { id: ID! @id a: String @unique }", nullptr, nullptr},
        {"type A { id: ID! @id }", "type A { id: Int! @id }", nullptr, "You are changing the type of the id field `id`."},
        {"type A { id: ID! @id } type B { id: ID! @id }", "type A { id: ID! @id b: B! } type B { id: ID! @id }", nullptr,
         "You are creating a required relation"},
        {"type A { id: ID! @id } type B { id: ID! @id }", "type A { id: ID! @id b: B } type B { id: ID! @id a: [A] }", nullptr, nullptr},
        {"type A { id: ID! @id b: B } type B { id: ID! @id }", "type A { id: ID! @id b: B! } type B { id: ID! @id }", nullptr,
         "You are updating the field `b` to be required. But"},
        {"type A { id: ID! @id b: B } type B { id: ID! @id }", "type A { id: ID! @id } type B { id: ID! @id }", nullptr, nullptr},
        {"type A { id: ID! @id }", "type A { id: ID! @id createdAt: DateTime }", "You are adding the field `createdAt` but is missing", nullptr},
        {"type A { id: ID! @id }", "type A { id: ID! @id createdAt: DateTime @createdAt }", nullptr, nullptr},
    };
    for (auto const& c : cases) {
        INFO(c.before << " => " << c.after);
        project p;
        REQUIRE(p.go(c.before).applied);
        p.sql("INSERT INTO \"A\" (\"id\") VALUES ('a1')");
        auto const found = p.check(c.after);
        REQUIRE(found.warnings.size() == (c.warning == nullptr ? 0 : 1));
        REQUIRE(found.errors.size() == (c.error == nullptr ? 0 : 1));
        if (c.warning != nullptr) {
            CHECK(found.warnings[0].description.rfind(c.warning, 0) == 0);
        }
        if (c.error != nullptr) {
            CHECK(found.errors[0].description.rfind(c.error, 0) == 0);
        }
    }
}

TEST_CASE("migrate::run_checks: an answer that did not come is no 'no data'", "[migrate][check]") {
    project p;
    REQUIRE(p.go("type User { id: ID! @id  name: String }").applied);
    auto const asked = [&](sql::literal text) {
        sql::fragment query(sql::sqlite);
        query.append(text);
        std::vector<migrate::data_check> checks(1);
        checks[0].query = std::move(query);
        checks[0].errors.push_back({"User", "name", "found"});
        return refract_tests::run_to_end(p.context, migrate::run_checks(*p.database, std::move(checks)));
    };
    CHECK(asked("SELECT 1 FROM \"Nothing\" LIMIT 1")->errors.empty());
    CHECK(asked("SELECT \"nothing\" FROM \"User\" LIMIT 1")->errors.empty());
    CHECK(asked("SELECT 1")->errors.size() == 1);
    auto const refused = asked("SELECT 1 FROM");
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().kind == db::error_kind::statement_failed);
}

TEST_CASE("migrate::run_checks: duplicates, links, enum values", "[migrate][check]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String e: E b: B } type B { id: ID! @id } enum E { X Y }").applied);
    p.sql("INSERT INTO \"B\" VALUES ('b1')");
    p.sql("INSERT INTO \"A\" (\"id\", \"a\", \"e\", \"b\") VALUES ('a1', 'x', 'X', 'b1'), ('a2', 'x', 'X', 'b1')");
    auto const unique = p.check("type A { id: ID! @id a: String @unique e: E b: B } type B { id: ID! @id } enum E { X Y }");
    REQUIRE(unique.errors.size() == 1);
    CHECK(unique.errors[0].field == "a");
    auto const value = p.check("type A { id: ID! @id a: String e: E b: B } type B { id: ID! @id } enum E { Y }");
    REQUIRE(value.errors.size() == 1);
    CHECK(value.errors[0] == datamodel::problem{"Global", std::nullopt, "You are deleting the value 'X' of the enum 'E', but that value is in use."});
    CHECK(p.check("type A { id: ID! @id a: String e: E b: B } type B { id: ID! @id } enum E { X }").errors.empty());
    auto const relation = p.check("type A { id: ID! @id a: String e: E } type B { id: ID! @id } enum E { X Y }");
    REQUIRE(relation.warnings.size() == 1);
    CHECK(relation.warnings[0] == datamodel::problem{"AToB", std::nullopt, "You already have nodes for this relation. This change will result in data loss."});
    auto const back = p.check("type A { id: ID! @id a: String e: E b: B @relation(link: INLINE) } type B { id: ID! @id a: A } enum E { X Y }");
    REQUIRE(back.errors.size() == 1);
    CHECK(back.errors[0].description.rfind("You are adding a singular backrelation field", 0) == 0);
}

TEST_CASE("migrate::run_checks: fields that are stored anew, and links that would be too many", "[migrate][check]") {
    project p;
    REQUIRE(p.go("type A { id: ID! @id a: String b: [B] e: E } type B { id: ID! @id a: [A] } enum E { X }").applied);
    p.sql("INSERT INTO \"B\" VALUES ('b1'), ('b2')");
    p.sql("INSERT INTO \"A\" (\"id\", \"a\", \"e\") VALUES ('a1', 'x', 'X'), ('a2', 'y', 'X')");
    auto const anew = p.check("type A { id: ID! @id a: Int! @unique b: [B] e: E } type B { id: ID! @id a: [A] } enum E { X }");
    REQUIRE(anew.errors.size() == 1);
    CHECK(anew.errors[0].description == "You are updating the field `a` to be required and unique. But there are already nodes for the model "
                                        "`A` that would violate that constraint.");
    CHECK(p.check("type A { id: ID! @id a: Int @unique b: [B] e: E } type B { id: ID! @id a: [A] } enum E { X }").errors.empty());
    auto const kept = p.check("type A { id: ID! @id a: String b: [B] e: String @unique } type B { id: ID! @id a: [A] } enum E { X }");
    REQUIRE(kept.errors.size() == 1);
    CHECK(kept.errors[0].description.rfind("You are updating the field `e` to be unique.", 0) == 0);
    auto const* single = "type A { id: ID! @id a: String b: B @relation(link: TABLE) e: E } type B { id: ID! @id a: [A] } enum E { X }";
    p.sql("INSERT INTO \"_AToB\" VALUES ('a1', 'b1'), ('a2', 'b1')");
    auto const fits = p.check(single);
    CHECK(fits.errors.empty());
    REQUIRE(fits.warnings.size() == 1);
    CHECK(fits.warnings[0].field == "b");
    p.sql("INSERT INTO \"_AToB\" VALUES ('a1', 'b2')");
    auto const too_many = p.check(single);
    REQUIRE(too_many.errors.size() == 1);
    CHECK(too_many.errors[0] == datamodel::problem{"A", "b", "You are updating the field `b` to a single value. But there are already pairs in "
                                                             "the relation that would violate that constraint."});
}
