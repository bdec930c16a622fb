// Test that the header is self-contained.
#include <refract/postgres/database.hpp>

#include <chrono>
#include <future>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <postgres_server.hpp>

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using refract::postgres::database;
using refract::postgres::database_options;
using type = db::value_type;

/// A database on a context of its own, with two threads.
class fixture {
public:
    explicit fixture(postgres_server const& server, std::size_t limit = 4, std::size_t max_statements = 500)
        : fixture(server.conninfo(), limit, max_statements) {}
    explicit fixture(std::string conninfo, std::size_t limit = 4, std::size_t max_statements = 500) {
        options_.connection.conninfo = std::move(conninfo);
        options_.connection.connect_timeout = std::chrono::seconds(3);
        options_.connection.max_statements = max_statements;
        options_.connection_limit = limit;
        options_.acquire_timeout = std::chrono::seconds(5);
        reopen();
    }
    fixture(fixture const&) = delete;
    fixture& operator=(fixture const&) = delete;
    ~fixture() { stop(); }

    void reopen() {
        database_.emplace(context_.get_executor(), options_);
        work_.emplace(context_.get_executor());
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this] { context_.run(); });
        }
    }

    void stop() {
        database_->close();
        work_.reset();
        for (auto& t : threads_) {
            t.join();
        }
        threads_.clear();
    }

    database& operator*() { return *database_; }
    database* operator->() { return &*database_; }

    template <class T> std::future<void> start(asio::awaitable<T> task, std::optional<T>& to) {
        auto keep = [](asio::awaitable<T> from, std::optional<T>& into) -> asio::awaitable<void> {
            into.emplace(co_await std::move(from));
        };
        return asio::co_spawn(context_, keep(std::move(task), to), asio::use_future);
    }

    template <class T> T run(asio::awaitable<T> task) {
        std::optional<T> answer;
        start(std::move(task), answer).get();
        return std::move(*answer);
    }

    db::result<db::results> query(std::string text, std::vector<db::value> parameters = {}, std::vector<type> columns = {}) {
        auto const s = db::statement{std::move(text), db::next_statement_id(), std::move(columns)};
        auto const q = db::query{&s, parameters};
        return run(database_->run(std::span(&q, 1), db::isolation::none));
    }

    db::result<db::results> read(std::vector<db::query> const& batch) {
        return run(database_->run(batch, db::isolation::snapshot_read_only));
    }

private:
    asio::io_context context_{2};
    database_options options_;
    std::optional<database> database_;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
    std::vector<std::thread> threads_;
};

db::statement kept(std::string text, std::vector<type> columns = {}) {
    return {std::move(text), db::next_statement_id(), std::move(columns)};
}

/// Seconds a call took.
template <class F> double seconds(F f) {
    auto const start = std::chrono::steady_clock::now();
    f();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

#define SERVER_OR_SKIP()                                                                                                           \
    auto* server = postgres_server::get();                                                                                         \
    if (server == nullptr) {                                                                                                       \
        WARN("skipped: no PostgreSQL");                                                                                            \
        return;                                                                                                                    \
    }

TEST_CASE("postgres::database: every type, binary and as text", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    struct {
        std::string_view expression;
        db::value expected;
    } const cases[] = {
        {"NULL::int4", {}},
        {"true", db::value::boolean(true)},
        {"false", db::value::boolean(false)},
        {"(-7)::int2", db::value::integer(-7)},
        {"(-70000)::int4", db::value::integer(-70000)},
        {"(-9223372036854775808)::int8", db::value::integer(std::numeric_limits<std::int64_t>::min())},
        {"4294967295::oid", db::value::integer(4294967295)},
        {"1.1::float4", db::value::floating(1.1)},
        {"-1.5e300::float8", db::value::floating(-1.5e300)},
        {"1.50::numeric", db::value::decimal("1.5")},
        {"0::numeric", db::value::decimal("0")},
        {"100::numeric", db::value::decimal("100")},
        {"10000::numeric", db::value::decimal("10000")},
        {"100000000.00::numeric(20,2)", db::value::decimal("100000000")},
        {"-0.00000000000012345::numeric", db::value::decimal("-0.00000000000012345")},
        {"12345678901234567890.000010000::numeric", db::value::decimal("12345678901234567890.00001")},
        {"0.1::numeric(65,30)", db::value::decimal("0.1")},
        {"'NaN'::numeric", db::value::decimal("NaN")},
        {"'text'::text", db::value::text("text")},
        {"''::varchar", db::value::text("")},
        {"'name'::name", db::value::text("name")},
        {"timestamp '2020-02-29 12:34:56.789'", db::value::date_time(1582979696789)},
        {"timestamptz '2020-02-29 12:34:56.789+02'", db::value::date_time(1582972496789)},
        {"timestamp '1969-12-31 23:59:59.999'", db::value::date_time(-1)},
        {"timestamp '1999-12-31 23:59:59.999'", db::value::date_time(946684799999)},
        {"date '1970-01-02'", db::value::date_time(86400000)},
        {"timestamp 'infinity'", db::value::text("infinity")},
        {"'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", db::value::uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")},
        {"'{\"a\": 1}'::json", db::value::json("{\"a\": 1}")},
        {"'{\"a\":1}'::jsonb", db::value::json("{\"a\": 1}")},
        {"'\\x00ff'::bytea", db::value::text("\\x00ff")},
    };
    for (auto const& c : cases) {
        CAPTURE(c.expression);
        for (auto const binary : {true, false}) {
            CAPTURE(binary);
            auto rows = d.query("SELECT " + std::string(c.expression) + " AS x", {}, binary ? std::vector{type::null} : std::vector<type>{});
            REQUIRE(rows);
            REQUIRE((*rows)[0]->rows() == 1);
            CHECK((*rows)[0]->name(0) == "x");
            CHECK(db::to_value((*rows)[0]->cell(0, 0)) == c.expected);
        }
    }
}

TEST_CASE("postgres::database: parameters come back as they were", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    struct {
        std::string_view cast;
        db::value value;
    } const cases[] = {
        {"int4", {}},
        {"boolean", db::value::boolean(true)},
        {"boolean", db::value::boolean(false)},
        {"int8", db::value::integer(std::numeric_limits<std::int64_t>::min())},
        {"float8", db::value::floating(0.1)},
        {"float8", db::value::floating(5e-324)},
        {"float8", db::value::floating(1.7976931348623157e308)},
        {"float8", db::value::floating(std::numeric_limits<double>::infinity())},
        {"numeric", db::value::decimal("123456789012345678901234567890.123")},
        {"text", db::value::text("")},
        {"text", db::value::text("quote ' and \" and \\ and \xF0\x9F\x98\x80")},
        {"timestamp", db::value::date_time(0)},
        {"timestamp", db::value::date_time(-62135596800000)},
        {"timestamp", db::value::date_time(-62135596800001)},
        {"timestamp", db::value::date_time(253402300800000)},
        {"timestamptz", db::value::date_time(1582979696789)},
        {"uuid", db::value::uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")},
        {"json", db::value::json("{\"b\":1,\"a\":[null]}")},
    };
    for (auto const& c : cases) {
        CAPTURE(c.cast);
        auto rows = d.query("SELECT $1::" + std::string(c.cast), {c.value}, {c.value.type()});
        REQUIRE(rows);
        CHECK(db::to_value((*rows)[0]->cell(0, 0)) == c.value);
    }
}

TEST_CASE("postgres::database: errors in the words of db", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    REQUIRE(d.query("CREATE TABLE IF NOT EXISTS \"E\" (\"id\" int PRIMARY KEY, \"email\" text UNIQUE, \"n\" int NOT NULL DEFAULT 1, "
                    "\"parent\" int REFERENCES \"E\")"));
    REQUIRE(d.query("INSERT INTO \"E\" (\"id\", \"email\") VALUES (1, 'a') ON CONFLICT DO NOTHING"));
    struct {
        std::string_view sql;
        db::error_kind kind;
        std::string_view sqlstate, constraint, column;
    } const cases[] = {
        {"INSERT INTO \"E\" (\"id\", \"email\") VALUES (2, 'a')", db::error_kind::unique_violation, "23505", "E_email_key", ""},
        {"INSERT INTO \"E\" (\"id\", \"n\") VALUES (3, NULL)", db::error_kind::null_violation, "23502", "", "n"},
        {"INSERT INTO \"E\" (\"id\", \"parent\") VALUES (4, 9)", db::error_kind::foreign_key_violation, "23503", "E_parent_fkey", ""},
        {"SELECT 3000000000::int4", db::error_kind::value_out_of_range, "22003", "", ""},
        {"SELECT 'x'::int4", db::error_kind::invalid_text, "22P02", "", ""},
        {"SELECT * FROM \"Nothing\"", db::error_kind::undefined_object, "42P01", "", ""},
        {"SELECT \"nothing\" FROM \"E\"", db::error_kind::undefined_object, "42703", "", ""},
        {"SELEC 1", db::error_kind::statement_failed, "42601", "", ""},
    };
    for (auto const& c : cases) {
        CAPTURE(c.sql);
        auto failed = d.query(std::string(c.sql));
        REQUIRE_FALSE(failed);
        CHECK(failed.failure().kind == c.kind);
        CHECK(failed.failure().sqlstate == c.sqlstate);
        CHECK(failed.failure().constraint == c.constraint);
        CHECK(failed.failure().column == c.column);
        CHECK_FALSE(failed.failure().server_text.empty());
    }
    REQUIRE(d.query("DROP TABLE \"E\""));
}

TEST_CASE("postgres::database: a NUL never reaches the server", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    auto failed = d.query("SELECT $1::text", {db::value::text(std::string("a\0b", 3))}, {type::text});
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::invalid_text);
    CHECK(d.query("SELECT 1"));
}

TEST_CASE("postgres::database: more values than the protocol can number", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    auto failed = d.query("SELECT 1", std::vector<db::value>(65'536, db::value::integer(1)), {type::integer});
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::value_out_of_range);
    CHECK(d.query("SELECT 1"));
}

TEST_CASE("postgres::database: an error in the middle of a batch", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 2);
    auto const good = kept("SELECT 1::int4", {type::integer});
    auto const bad = kept("SELECT 1 / $1::int4", {type::integer});
    auto const after = kept("SELECT 2::int4", {type::integer});
    std::vector<db::value> const zero{db::value::integer(0)};
    std::vector<db::value> const one{db::value::integer(1)};
    for (auto const mode : {db::isolation::none, db::isolation::snapshot_read_only}) {
        for (int round = 0; round < 3; ++round) {
            std::vector<db::query> const batch{{&good, {}}, {&bad, zero}, {&after, {}}};
            auto failed = d.run(d->run(batch, mode));
            REQUIRE_FALSE(failed);
            CHECK(failed.failure().statement == 1);
            CHECK(failed.failure().sqlstate == "22012");
            // What the failed batch would have prepared behind its error is prepared again.
            std::vector<db::query> const fine{{&good, {}}, {&bad, one}, {&after, {}}};
            auto rows = d.run(d->run(fine, mode));
            REQUIRE(rows);
            CHECK((*rows)[2]->cell(0, 0).number == 2);
        }
    }
}

TEST_CASE("postgres::database: batches of many callers share connections", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 3);
    auto const echo = kept("SELECT $1::int4", {type::integer});
    auto const fail = kept("SELECT 1 / $1::int4", {type::integer});
    constexpr int count = 400;
    std::vector<std::vector<db::value>> parameters;
    std::vector<std::vector<db::query>> batches;
    for (int i = 0; i < count; ++i) {
        parameters.push_back({db::value::integer(i % 7 == 0 ? 0 : i)});
    }
    for (int i = 0; i < count; ++i) {
        auto const& p = parameters[static_cast<std::size_t>(i)];
        batches.push_back(i % 7 == 0 ? std::vector<db::query>{{&echo, p}, {&fail, p}} : std::vector<db::query>{{&echo, p}, {&echo, p}});
    }
    std::vector<std::optional<db::result<db::results>>> answers(count);
    std::vector<std::future<void>> done;
    for (std::size_t i = 0; i < count; ++i) {
        done.push_back(d.start(d->run(batches[i], db::isolation::snapshot_read_only), answers[i]));
    }
    for (std::size_t i = 0; i < count; ++i) {
        done[i].get();
        CAPTURE(i);
        if (i % 7 == 0) {
            REQUIRE_FALSE(*answers[i]);
            CHECK(answers[i]->failure().sqlstate == "22012");
        } else {
            REQUIRE(*answers[i]);
            CHECK((**answers[i])[1]->cell(0, 0).number == static_cast<std::int64_t>(i));
        }
    }
    CHECK(d->state().connections <= 2);
}

TEST_CASE("postgres::database: a failed transaction is its owner's business", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 1);
    auto fail_twice = [](database& on) -> asio::awaitable<std::string> {
        auto lease = co_await on.acquire(db::access::write);
        auto const begin = kept("BEGIN");
        auto const bad = kept("SELECT 1 / 0", {type::integer});
        auto const good = kept("SELECT 1", {type::integer});
        std::vector<db::query> const first{{&begin, {}}, {&bad, {}}};
        auto failed = co_await (*lease)->run(std::span(first).subspan(0, 1), db::isolation::none);
        auto failed_too = co_await (*lease)->run(std::span(first).subspan(1, 1), db::isolation::none);
        std::vector<db::query> const reads{{&good, {}}, {&good, {}}};
        auto last = co_await (*lease)->run(reads, db::isolation::snapshot_read_only);
        co_return failed_too.failure().sqlstate + " " + last.failure().sqlstate;
    };
    CHECK(d.run(fail_twice(*d)) == "22012 25P02");
    CHECK(d.query("SELECT 1"));
}

TEST_CASE("postgres::database: all statements of a read see one state", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server);
    REQUIRE(d.query("CREATE TABLE \"S\" (\"id\" serial)"));
    auto const count = kept("SELECT count(*) FROM \"S\"", {type::integer});
    auto const sleep = kept("SELECT 1 FROM pg_sleep(0.2)", {type::integer});
    auto const insert = kept("INSERT INTO \"S\" DEFAULT VALUES");
    std::vector<db::query> const reads{{&count, {}}, {&sleep, {}}, {&count, {}}};
    std::optional<db::result<db::results>> answer;
    auto reading = d.start(d->run(reads, db::isolation::snapshot_read_only), answer);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    auto const q = db::query{&insert, {}};
    REQUIRE(d.run(d->run(std::span(&q, 1), db::isolation::none)));
    reading.get();
    REQUIRE(*answer);
    CHECK((**answer)[0]->cell(0, 0).number == (**answer)[2]->cell(0, 0).number);
    REQUIRE(d.query("DROP TABLE \"S\""));
}

TEST_CASE("postgres::database: a lease leaves nothing behind", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 1);
    REQUIRE(d.query("CREATE TABLE \"L\" (\"id\" serial)"));
    auto half_done = [](database& on) -> asio::awaitable<bool> {
        auto lease = co_await on.acquire(db::access::write);
        std::string const texts[] = {"BEGIN", "SET search_path TO nowhere", "INSERT INTO public.\"L\" DEFAULT VALUES"};
        bool fine = true;
        for (auto const& text : texts) {
            auto const s = db::statement{text, 0, {}};
            auto const q = db::query{&s, {}};
            auto done = co_await (*lease)->run(std::span(&q, 1), db::isolation::none);
            fine = fine && done.has_value();
        }
        co_return fine;
    };
    CHECK(d.run(half_done(*d)));
    auto rows = d.query("SELECT count(*), current_setting('search_path') FROM \"L\"", {}, {type::integer, type::text});
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 0);
    CHECK((*rows)[0]->cell(0, 1).text == "\"$user\", public");
    REQUIRE(d.query("DROP TABLE \"L\""));
}

TEST_CASE("postgres::database: prepared statements are bounded", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 1, 10);
    for (int i = 0; i < 50; ++i) {
        auto rows = d.query("SELECT " + std::to_string(i) + "::int4", {}, {type::integer});
        REQUIRE(rows);
        CHECK((*rows)[0]->cell(0, 0).number == i);
    }
    auto rows = d.query("SELECT count(*) FROM pg_prepared_statements", {}, {type::integer});
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number <= 11);
}

TEST_CASE("postgres::database: a plan that became outdated is made again", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 1);
    REQUIRE(d.query("CREATE TABLE \"P\" (\"a\" int4)"));
    auto const all = kept("SELECT * FROM \"P\"", {type::integer});
    REQUIRE(d.read({{&all, {}}}));
    REQUIRE(d.query("ALTER TABLE \"P\" ADD COLUMN \"b\" int4"));
    auto rows = d.read({{&all, {}}});
    REQUIRE(rows);
    CHECK((*rows)[0]->columns() == 2);
    REQUIRE(d.query("DEALLOCATE ALL"));
    CHECK(d.read({{&all, {}}, {&all, {}}}));
    REQUIRE(d.query("DROP TABLE \"P\""));
}

TEST_CASE("postgres::database: how statements are planned is set when it changes", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 2, 500);
    auto const mode = [](bool each_time) {
        auto s = kept("SELECT current_setting('plan_cache_mode')", {type::text});
        s.plan_each_time = each_time;
        return s;
    };
    auto const each_time = mode(true);
    auto const as_usual = mode(false);
    auto const failing = kept("SELECT 1 / $1::integer", {type::integer});
    auto const ask = [&](db::statement const& s) {
        auto const q = db::query{&s, {}};
        auto const rows = d.run(d->run(std::span(&q, 1), db::isolation::none));
        REQUIRE(rows);
        return std::string((*rows)[0]->cell(0, 0).text);
    };
    for (int i = 0; i < 3; ++i) {
        CHECK(ask(as_usual) == "auto");
        CHECK(ask(each_time) == "force_custom_plan");
        // An error takes the setting made in its transaction back.
        auto const zero = std::vector{db::value::integer(0)};
        auto const batch = std::vector{db::query{&as_usual, {}}, db::query{&failing, zero}};
        CHECK_FALSE(d.run(d->run(batch, db::isolation::none)));
        CHECK(ask(as_usual) == "auto");
        CHECK(ask(each_time) == "force_custom_plan");
        auto const both = d.read({{&as_usual, {}}, {&each_time, {}}});
        REQUIRE(both);
        CHECK((*both)[0]->cell(0, 0).text == "force_custom_plan"); // one batch, one setting
    }
}

TEST_CASE("postgres::database: a failed transaction can be rolled back, and another one begun on the same lease", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 1);
    auto again_and_again = [](database& on) -> asio::awaitable<std::string> {
        auto lease = co_await on.acquire(db::access::write);
        std::string seen;
        for (int i = 0; i < 2; ++i) {
            for (std::string const text : {"BEGIN", "SELECT 1 / 0", "ROLLBACK", "SELECT 1"}) {
                auto const s = kept(text);
                auto const q = db::query{&s, {}};
                auto done = co_await (*lease)->run(std::span(&q, 1), db::isolation::none);
                seen += done.has_value() ? "+" : "-";
            }
        }
        co_return seen;
    };
    CHECK(d.run(again_and_again(*d)) == "+-+++-++"); // nothing may be sent before ROLLBACK
}

TEST_CASE("postgres::database: killed backends are replaced", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 3);
    fixture other(*server, 1);
    auto const one = kept("SELECT 1::int4", {type::integer});
    auto const sleep = kept("SELECT 1 FROM pg_sleep(0.3)", {type::integer});
    REQUIRE(d.read({{&one, {}}}));
    auto const kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> "
                      "pg_backend_pid()";
    SECTION("while idle: nobody notices") {
        for (int i = 0; i < 3; ++i) {
            REQUIRE(other.query(kill));
            auto const q = db::query{&one, {}};
            CHECK(d.run(d->run(std::span(&q, 1), db::isolation::snapshot_read_only)));
        }
    }
    SECTION("with a read under way: it is sent again") {
        std::vector<db::query> const batch{{&sleep, {}}};
        std::optional<db::result<db::results>> answer;
        auto reading = d.start(d->run(batch, db::isolation::snapshot_read_only), answer);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        REQUIRE(other.query(kill));
        reading.get();
        CHECK(*answer);
    }
    SECTION("with a write under way: its caller is told") {
        std::vector<db::query> const batch{{&sleep, {}}};
        std::optional<db::result<db::results>> answer;
        auto writing = d.start(d->run(batch, db::isolation::none), answer);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        REQUIRE(other.query(kill));
        writing.get();
        REQUIRE_FALSE(*answer);
        CHECK(answer->failure().kind == db::error_kind::connection_lost);
        CHECK(d.read({{&one, {}}}));
    }
}

TEST_CASE("postgres::database: a server that is away, and back", "[postgres][database]") {
    SERVER_OR_SKIP();
    if (!server->is_ours()) {
        WARN("skipped: the server is not ours to stop");
        return;
    }
    fixture d(*server, 3);
    auto const one = kept("SELECT 1::int4", {type::integer});
    REQUIRE(d.read({{&one, {}}}));
    REQUIRE(server->stop("immediate"));
    auto failed = d.read({{&one, {}}});
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::unavailable);
    CHECK(failed.failure().message == "The database can't be reached.");
    // Known to be away: told at once, most of the time.
    double fastest = 10;
    for (int i = 0; i < 5; ++i) {
        fastest = std::min(fastest, seconds([&] { CHECK_FALSE(d.read({{&one, {}}})); }));
    }
    CHECK(fastest < 0.05);
    REQUIRE(server->start());
    bool back = false;
    auto const waited = seconds([&] {
        for (int i = 0; i < 40 && !back; ++i) {
            back = d.read({{&one, {}}}).has_value();
            std::this_thread::sleep_for(std::chrono::milliseconds(25));
        }
    });
    CHECK(back);
    CHECK(waited < 1.5);
}

TEST_CASE("postgres::database: a refusal is told at once", "[postgres][database]") {
    SERVER_OR_SKIP();
    asio::io_context context;
    database_options o;
    o.connection.conninfo = server->conninfo();
    o.connection.database = "there_is_no_such_database";
    database d(context.get_executor(), o);
    std::optional<db::result<db::lease>> answer;
    auto acquire = [&]() -> asio::awaitable<void> { answer.emplace(co_await d.acquire(db::access::read)); };
    auto done = asio::co_spawn(context, acquire, asio::use_future);
    auto const took = seconds([&] { context.run(); });
    done.get();
    REQUIRE_FALSE(*answer);
    CHECK(answer->failure().kind == db::error_kind::unavailable);
    CHECK(took < 0.5);
}

TEST_CASE("postgres::database: a constraint that is checked when the batch ends", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 2);
    REQUIRE(d.query("CREATE TABLE \"D\" (\"id\" int PRIMARY KEY, \"other\" int REFERENCES \"D\" DEFERRABLE INITIALLY DEFERRED)"));
    auto const insert = kept("INSERT INTO \"D\" VALUES ($1, $2)");
    std::vector<db::value> const missing{db::value::integer(1), db::value::integer(9)};
    std::vector<db::value> const itself{db::value::integer(1), db::value::integer(1)};
    for (int round = 0; round < 2; ++round) {
        std::vector<db::query> const batch{{&insert, missing}};
        auto failed = d.run(d->run(batch, db::isolation::none));
        REQUIRE_FALSE(failed);
        CHECK(failed.failure().kind == db::error_kind::foreign_key_violation);
    }
    std::vector<db::query> const batch{{&insert, itself}};
    CHECK(d.run(d->run(batch, db::isolation::none)));
    REQUIRE(d.query("DROP TABLE \"D\""));
}

TEST_CASE("postgres::database: COPY is refused, and the next statement runs", "[postgres][database]") {
    SERVER_OR_SKIP();
    fixture d(*server, 2);
    for (auto const* text : {"COPY (SELECT 1) TO STDOUT", "CREATE TEMP TABLE t (a int); ", "COPY pg_class FROM STDIN"}) {
        auto const s = db::statement{text, 0, {}};
        auto const q = db::query{&s, {}};
        auto done = d.run(d->run(std::span(&q, 1), db::isolation::none));
        if (std::string_view(text).substr(0, 4) == "COPY") {
            REQUIRE_FALSE(done);
            CHECK(done.failure().kind == db::error_kind::statement_failed);
        }
        CHECK(d.query("SELECT 1"));
    }
}

TEST_CASE("postgres::database: answers and parameters of many megabytes, also through TLS", "[postgres][database]") {
    SERVER_OR_SKIP();
    std::vector<std::string> ways{server->conninfo()};
    if (server->tls_conninfo().empty()) {
        WARN("without TLS: no openssl program, or the server is not ours");
    } else {
        ways.push_back(server->tls_conninfo());
    }
    for (auto const& way : ways) {
        CAPTURE(way);
        fixture d(way, 2);
        auto used = d.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", {}, {type::boolean});
        REQUIRE(used);
        CHECK(((*used)[0]->cell(0, 0).number == 1) == (way == server->tls_conninfo()));
        for (std::size_t const size : {100U, 70'000U, 5'000'000U}) {
            std::string const text(size, 'x');
            auto rows = d.query("SELECT $1::text || n, n FROM generate_series(1, 3) n", {db::value::text(text)}, {type::text, type::integer});
            REQUIRE(rows);
            REQUIRE((*rows)[0]->rows() == 3);
            CHECK((*rows)[0]->cell(2, 0).text == text + "3");
            CHECK((*rows)[0]->cell(2, 1).number == 3);
        }
        // Many at a time, of sizes that end anywhere in the blocks they are received into.
        auto const repeat = kept("SELECT repeat('y', $1), $1", {type::text, type::integer});
        std::vector<std::vector<db::value>> parameters;
        std::vector<std::vector<db::query>> batches;
        std::vector<std::optional<db::result<db::results>>> answers(200);
        std::vector<std::future<void>> done;
        for (std::size_t i = 0; i < answers.size(); ++i) {
            parameters.push_back({db::value::integer(static_cast<std::int64_t>(i * 997 % 30'011))});
        }
        for (auto const& p : parameters) {
            batches.push_back({{&repeat, p}, {&repeat, p}});
        }
        for (std::size_t i = 0; i < answers.size(); ++i) {
            done.push_back(d.start(d->run(batches[i], db::isolation::snapshot_read_only), answers[i]));
        }
        for (std::size_t i = 0; i < answers.size(); ++i) {
            done[i].get();
            REQUIRE(*answers[i]);
            auto const size = static_cast<std::size_t>(parameters[i][0].number());
            CHECK((**answers[i])[1]->cell(0, 0).text == std::string(size, 'y'));
        }
    }
}

TEST_CASE("postgres::database: who is on a loop uses connections that live there", "[postgres][database]") {
    SERVER_OR_SKIP();
    asio::io_context contexts[2]{asio::io_context(1), asio::io_context(1)};
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
    std::vector<std::thread> threads;
    database_options options;
    options.connection.conninfo = server->conninfo();
    options.connection.strand = false;
    options.connection_limit = 5;
    options.shared_target = 4;
    for (auto& context : contexts) {
        options.loops.emplace_back(context.get_executor());
    }
    database d(contexts[0].get_executor(), options);
    for (auto& context : contexts) {
        guards.emplace_back(context.get_executor());
        threads.emplace_back([&context] { context.run(); });
    }
    auto const statement = kept("SELECT pg_backend_pid()", {type::integer});
    // The backends that answered queries of one loop, 8 at a time.
    auto ask = [&](asio::io_context& on, std::set<std::int64_t>& backends) {
        std::vector<std::future<std::int64_t>> answers;
        for (int i = 0; i < 8; ++i) {
            auto task = [&]() -> asio::awaitable<std::int64_t> {
                db::query const q{&statement, {}};
                auto work = d.run(std::span(&q, 1), db::isolation::none);
                auto rows = co_await std::move(work);
                co_return rows ? (*rows)[0]->cell(0, 0).number : -1;
            };
            answers.push_back(asio::co_spawn(on, task, asio::use_future));
        }
        for (auto& answer : answers) {
            backends.insert(answer.get());
        }
    };
    std::set<std::int64_t> early;
    for (int i = 0; i < 20 || early.size() < 4; ++i) { // until both have theirs; what is not there yet is borrowed
        REQUIRE(i < 2'000);
        ask(contexts[i % 2], early);
    }
    std::set<std::int64_t> first;
    std::set<std::int64_t> second;
    for (int i = 0; i < 50; ++i) {
        ask(contexts[0], first);
        ask(contexts[1], second);
    }
    CHECK(first.size() == 2);
    CHECK(second.size() == 2);
    for (auto const backend : first) {
        CHECK(second.count(backend) == 0);
    }
    CHECK(d.state().connections == 4);
    d.close();
    guards.clear();
    for (auto& thread : threads) {
        thread.join();
    }
}
