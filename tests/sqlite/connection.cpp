// Test that the header is self-contained.
#include <refract/sqlite/connection.hpp>

#include <limits>
#include <string>
#include <vector>

#include <boost/asio/system_executor.hpp>
#include <catch2/catch.hpp>

namespace {

namespace db = refract::db;
using refract::sqlite::connection;
using refract::sqlite::options;
using type = db::value_type;

std::shared_ptr<connection> open_memory(options o = {}) {
    o.path = ":memory:";
    auto opened = connection::open(o, refract::sqlite::role::writer, boost::asio::system_executor());
    REQUIRE(opened);
    return *opened;
}

db::result<db::results>
query(connection& c, std::string text, std::vector<db::value> const& parameters = {}, std::vector<type> columns = {}) {
    auto const s = db::statement{std::move(text), 0, std::move(columns)};
    auto const q = db::query{&s, parameters};
    return c.run_now(std::span(&q, 1), db::isolation::none);
}

} // namespace

TEST_CASE("sqlite::connection: parameters come back as they were", "[sqlite][connection]") {
    auto c = open_memory();
    db::value const values[] = {
        {},
        db::value::boolean(true),
        db::value::boolean(false),
        db::value::integer(0),
        db::value::integer(std::numeric_limits<std::int64_t>::min()),
        db::value::integer(std::numeric_limits<std::int64_t>::max()),
        db::value::floating(0.1),
        db::value::floating(-5e-324),
        db::value::date_time(-1),
        db::value::date_time(1582979696789),
        db::value::decimal("0"),
        db::value::decimal("0.1"),
        db::value::decimal("-12345678901234567890.000001"),
        db::value::decimal("9007199254740993"),
        db::value::text(""),
        db::value::text("quote ' and \" and \xF0\x9F\x98\x80"),
        db::value::text(std::string("a\0b", 3)),
        db::value::uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        db::value::json("{\"a\":1}"),
    };
    for (auto const& v : values) {
        CAPTURE(static_cast<int>(v.type()), v.text_value(), v.number());
        auto rows = query(*c, "SELECT ?1", {v}, {v.type()});
        REQUIRE(rows);
        CHECK(db::to_value((*rows)[0]->cell(0, 0)) == v);
    }
}

TEST_CASE("sqlite::connection: what is stored, read as the column says", "[sqlite][connection]") {
    auto c = open_memory();
    struct {
        std::string_view sql;
        type wanted;
        db::value expected;
    } const cases[] = {
        {"1", type::boolean, db::value::boolean(true)},
        {"'true'", type::boolean, db::value::boolean(true)},
        {"'0'", type::boolean, db::value::boolean(false)},
        {"0", type::date_time, db::value::date_time(0)},
        {"'1970-01-01 00:00:01'", type::date_time, db::value::date_time(1000)},
        {"'1970-01-01T00:00:01.5Z'", type::date_time, db::value::date_time(1500)},
        {"'soon'", type::date_time, db::value::text("soon")},
        {"1.50", type::decimal, db::value::decimal("1.5")},
        {"2", type::decimal, db::value::decimal("2")},
        {"1e20", type::decimal, db::value::decimal("100000000000000000000")},
        {"'1.500'", type::decimal, db::value::decimal("1.5")},
        {"7", type::text, db::value::text("7")},
        {"0.5", type::text, db::value::text("0.5")},
        {"x'616263'", type::text, db::value::text("abc")},
        {"3", type::floating, db::value::floating(3)},
        {"NULL", type::integer, {}},
        {"7", type::null, db::value::integer(7)},
        {"0.5", type::null, db::value::floating(0.5)},
        {"'x'", type::null, db::value::text("x")},
        {"x'00ff'", type::null, db::value::text("00ff")},
    };
    for (auto const& one : cases) {
        CAPTURE(one.sql, static_cast<int>(one.wanted));
        auto rows = query(*c, "SELECT " + std::string(one.sql), {}, {one.wanted});
        REQUIRE(rows);
        CHECK(db::to_value((*rows)[0]->cell(0, 0)) == one.expected);
    }
}

TEST_CASE("sqlite::connection: LIKE does not tell case apart, in ASCII", "[sqlite][connection]") {
    auto c = open_memory();
    auto rows = query(*c, "SELECT 'ABC' LIKE ?1 ESCAPE '!'", {db::value::text("%b%")});
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 1);
}

TEST_CASE("sqlite::connection: errors in the words of db", "[sqlite][connection]") {
    auto c = open_memory();
    REQUIRE(c->execute_script("CREATE TABLE \"User\" (\"id\" TEXT PRIMARY KEY, \"email\" TEXT UNIQUE, \"a\" INT, \"b\" INT, \"n\" INT NOT "
                              "NULL DEFAULT 1, \"boss\" TEXT REFERENCES \"User\"); CREATE UNIQUE INDEX \"ab\" ON \"User\" (\"a\", \"b\"); "
                              "CREATE UNIQUE INDEX \"lower\" ON \"User\" (lower(\"email\")) WHERE \"a\" = 5;"
                              "INSERT INTO \"User\" (\"id\", \"email\", \"a\", \"b\") VALUES ('1', 'e', 1, 2), ('2', 'f', 5, 2)"));
    struct {
        std::string_view sql;
        db::error_kind kind;
        std::string_view table, column, constraint;
    } const cases[] = {
        {"INSERT INTO \"User\" (\"id\") VALUES ('1')", db::error_kind::unique_violation, "User", "id", ""},
        {"INSERT INTO \"User\" (\"id\", \"email\") VALUES ('3', 'e')", db::error_kind::unique_violation, "User", "email", ""},
        {"INSERT INTO \"User\" (\"id\", \"a\", \"b\") VALUES ('3', 1, 2)", db::error_kind::unique_violation, "User", "a,b", ""},
        {"INSERT INTO \"User\" (\"id\", \"email\", \"a\") VALUES ('3', 'F', 5)", db::error_kind::unique_violation, "", "", "lower"},
        {"INSERT INTO \"User\" (\"id\", \"n\") VALUES ('3', NULL)", db::error_kind::null_violation, "User", "n", ""},
        {"INSERT INTO \"User\" (\"id\", \"boss\") VALUES ('3', 'x')", db::error_kind::foreign_key_violation, "", "", ""},
        {"SELECT * FROM \"Nothing\"", db::error_kind::undefined_object, "", "", ""},
        {"SELECT \"nothing\" FROM \"User\"", db::error_kind::undefined_object, "", "", ""},
        {"SELEC 1", db::error_kind::statement_failed, "", "", ""},
        {"SELECT 1; SELECT 2", db::error_kind::statement_failed, "", "", ""},
        {"", db::error_kind::statement_failed, "", "", ""},
        {"SELECT ?1", db::error_kind::statement_failed, "", "", ""},
        {"SELECT ?999999", db::error_kind::value_out_of_range, "", "", ""},
    };
    for (auto const& one : cases) {
        CAPTURE(one.sql);
        auto failed = query(*c, std::string(one.sql));
        REQUIRE_FALSE(failed);
        CHECK(failed.failure().kind == one.kind);
        CHECK(failed.failure().table == one.table);
        CHECK(failed.failure().column == one.column);
        CHECK(failed.failure().constraint == one.constraint);
        CHECK_FALSE(failed.failure().message.empty());
    }
}

TEST_CASE("sqlite::connection: the first error ends a batch", "[sqlite][connection]") {
    auto c = open_memory();
    auto const create = db::statement{"CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)", 0, {}};
    auto const insert = db::statement{"INSERT INTO \"T\" VALUES (1)", 0, {}};
    auto const drop = db::statement{"DROP TABLE \"T\"", 0, {}};
    db::query const batch[] = {{&create, {}}, {&insert, {}}, {&insert, {}}, {&drop, {}}};
    auto failed = c->run_now(batch, db::isolation::none);
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().statement == 2);
    CHECK(failed.failure().kind == db::error_kind::unique_violation);
    auto rows = query(*c, "SELECT count(*) FROM \"T\"");
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 1);
}

TEST_CASE("sqlite::connection: rows affected", "[sqlite][connection]") {
    auto c = open_memory();
    REQUIRE(c->execute_script("CREATE TABLE \"T\" (\"id\" INTEGER); INSERT INTO \"T\" VALUES (1), (2), (3)"));
    auto affected = [&](std::string text) {
        auto rows = query(*c, std::move(text));
        REQUIRE(rows);
        return (*rows)[0]->affected();
    };
    CHECK(affected("UPDATE \"T\" SET \"id\" = 0 WHERE \"id\" > 1") == 2);
    CHECK(affected("SELECT * FROM \"T\"") == 0);
    CHECK(affected("DELETE FROM \"T\" WHERE \"id\" = 7") == 0);
    CHECK(affected("DELETE FROM \"T\"") == 3);
}

TEST_CASE("sqlite::connection: cursors are stepped inside each other", "[sqlite][connection]") {
    auto c = open_memory();
    REQUIRE(c->execute_script("CREATE TABLE \"T\" (\"id\" TEXT, \"parent\" TEXT);"
                              "INSERT INTO \"T\" VALUES ('a', ''), ('b', ''), ('c', 'a'), ('d', 'a'), ('e', 'b'), ('f', 'c')"));
    auto const children = db::statement{"SELECT \"id\" FROM \"T\" WHERE \"parent\" = ?1 ORDER BY \"id\"", db::next_statement_id(), {type::text}};
    // The same statement at three depths: `nesting` keeps them apart.
    std::string seen;
    auto walk = [&](auto& self, db::cell const& parent, std::uint32_t depth) -> void {
        auto opened = c->open(children, depth);
        REQUIRE(opened);
        auto& rows = **opened;
        REQUIRE(rows.bind(0, parent));
        for (;;) {
            auto more = rows.step();
            REQUIRE(more);
            if (!*more) {
                break;
            }
            auto const id = rows.row()[0];
            seen += std::string(depth, '.') + std::string(id.text);
            self(self, id, depth + 1);
        }
        rows.rewind();
    };
    REQUIRE(c->begin_read());
    walk(walk, db::cell{type::text, 0, 0, ""}, 0);
    CHECK(seen == "a.c..f.db.e");
    c->end_read();
    CHECK_FALSE(c->in_transaction());
    auto again = c->open(children, 0);
    REQUIRE(again);
    std::vector<db::value> const top{db::value::text("b")};
    REQUIRE((*again)->bind(top));
    auto more = (*again)->step();
    REQUIRE(more);
    CHECK((*again)->row()[0].text == "e");
}

TEST_CASE("sqlite::connection: a read inside a transaction sees it and leaves it open", "[sqlite][connection]") {
    auto c = open_memory();
    REQUIRE(c->execute_script("CREATE TABLE \"T\" (\"id\" INTEGER); BEGIN IMMEDIATE; INSERT INTO \"T\" VALUES (1)"));
    REQUIRE(c->begin_read());
    auto rows = query(*c, "SELECT count(*) FROM \"T\"");
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 1);
    c->end_read();
    CHECK(c->in_transaction());
    c->reset();
    CHECK_FALSE(c->in_transaction());
    auto after = query(*c, "SELECT count(*) FROM \"T\"");
    REQUIRE(after);
    CHECK((*after)[0]->cell(0, 0).number == 0);
}

TEST_CASE("sqlite::connection: prepared statements are bounded", "[sqlite][connection]") {
    options o;
    o.max_statements = 3;
    auto c = open_memory(o);
    std::vector<db::statement> statements;
    for (int i = 0; i < 20; ++i) {
        statements.push_back({"SELECT " + std::to_string(i), db::next_statement_id(), {type::integer}});
    }
    for (int round = 0; round < 2; ++round) {
        for (auto const& s : statements) {
            auto const q = db::query{&s, {}};
            auto rows = c->run_now(std::span(&q, 1), db::isolation::none);
            REQUIRE(rows);
            CHECK("SELECT " + std::to_string((*rows)[0]->cell(0, 0).number) == s.text);
        }
        REQUIRE(c->begin_read());
        for (auto const& s : statements) {
            REQUIRE(c->open(s, 0)); // in use until end_read: none of them may go
        }
        c->end_read();
    }
}

TEST_CASE("sqlite::connection: a statement that takes too long", "[sqlite][connection]") {
    options o;
    o.statement_timeout = std::chrono::seconds(1);
    auto c = open_memory(o);
    auto failed = query(*c, "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::timeout);
    CHECK(query(*c, "SELECT 1"));
}
