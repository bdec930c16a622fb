// Test that the header is self-contained.
#include <refract/sqlite/database.hpp>

#include "remove_folder.hpp"

#include <cstdlib>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using refract::sqlite::database;
using refract::sqlite::database_options;

/// A folder that is gone when the test is over.
struct temporary_folder {
    temporary_folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "refract-sqlite-XXXXXX").string();
        path = mkdtemp(pattern.data());
    }
    ~temporary_folder() { refract_tests::remove_folder(path); }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;

    std::filesystem::path path;
};

database_options file_options(temporary_folder const& folder) {
    database_options o;
    o.connection.path = (folder.path / "test.db").string();
    return o;
}

template <class T> T run(asio::awaitable<T> task) {
    asio::io_context context;
    std::optional<T> answer;
    auto keep = [](asio::awaitable<T> from, std::optional<T>& to) -> asio::awaitable<void> { to.emplace(co_await std::move(from)); };
    auto done = asio::co_spawn(context, keep(std::move(task), answer), asio::use_future);
    context.run();
    done.get();
    return std::move(*answer);
}

db::result<db::results>
query(database& d, std::string text, std::vector<db::value> parameters = {}, std::vector<db::value_type> columns = {}) {
    auto const s = db::statement{std::move(text), 0, std::move(columns)};
    auto const q = db::query{&s, parameters};
    return run(d.run(std::span(&q, 1), db::isolation::none));
}

db::result<db::results> read(database& d, std::string text, std::vector<db::value_type> columns = {}) {
    auto const s = db::statement{std::move(text), 0, std::move(columns)};
    auto const q = db::query{&s, {}};
    return run(d.run(std::span(&q, 1), db::isolation::snapshot_read_only));
}

} // namespace

TEST_CASE("sqlite::database: what one writes another reads", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    for (auto const& path : {file_options(folder).connection.path, std::string(":memory:")}) {
        DYNAMIC_SECTION((path == ":memory:" ? "memory" : "file")) {
            database_options o;
            o.connection.path = path;
            database d(workers.get_executor(), o);
            REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY, \"n\" TEXT)"));
            auto inserted = query(d, "INSERT INTO \"T\" (\"n\") VALUES (?1), (?2)", {db::value::text("a"), db::value::text("b")});
            REQUIRE(inserted);
            CHECK((*inserted)[0]->affected() == 2);
            auto rows = read(d, "SELECT \"n\" FROM \"T\" ORDER BY \"id\" DESC");
            REQUIRE(rows);
            REQUIRE((*rows)[0]->rows() == 2);
            CHECK((*rows)[0]->cell(0, 0).text == "b");
            CHECK((*rows)[0]->name(0) == "n");
        }
    }
}

TEST_CASE("sqlite::database: a reader can't write", "[sqlite][database]") {
    asio::thread_pool workers(1);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    auto refused = read(d, "INSERT INTO \"T\" DEFAULT VALUES");
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().kind == db::error_kind::statement_failed);
    CHECK(refused.failure().message == "The database can't be written.");
}

TEST_CASE("sqlite::database: a file that is removed is missed, not written to", "[sqlite][database]") {
    asio::thread_pool workers(1);
    temporary_folder folder;
    auto const o = file_options(folder);
    database d(workers.get_executor(), o);
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    REQUIRE(read(d, "SELECT 1 FROM \"T\""));
    std::filesystem::rename(o.connection.path, o.connection.path + ".away");
    for (int i = 0; i < 2; ++i) {
        auto const written = query(d, "INSERT INTO \"T\" DEFAULT VALUES");
        REQUIRE_FALSE(written);
        CHECK(written.failure().kind == db::error_kind::unavailable);
        auto const missed = read(d, "SELECT 1 FROM \"T\"");
        REQUIRE_FALSE(missed);
        CHECK(missed.failure().kind == db::error_kind::unavailable);
    }
    CHECK_FALSE(std::filesystem::exists(o.connection.path));
    std::filesystem::rename(o.connection.path + ".away", o.connection.path);
    std::optional<db::result<db::results>> again;
    for (int i = 0; i < 100 && !(again && *again); ++i) { // the pool waits a moment between two attempts
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        again = read(d, "SELECT 1 FROM \"T\"");
    }
    CHECK(again->has_value());
}

TEST_CASE("sqlite::database: a damaged file is told", "[sqlite][database]") {
    asio::thread_pool workers(1);
    temporary_folder folder;
    auto const o = file_options(folder);
    std::ofstream(o.connection.path) << std::string(8192, 'x');
    database d(workers.get_executor(), o);
    auto const failed = query(d, "SELECT 1");
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::unavailable);
    CHECK(failed.failure().message == "The database file is damaged.");
}

TEST_CASE("sqlite::database: there is one writer at a time", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    auto o = file_options(folder);
    o.acquire_timeout = std::chrono::milliseconds(50);
    database d(workers.get_executor(), o);
    auto held = run(d.acquire(db::access::write));
    REQUIRE(held);
    auto second = run(d.acquire(db::access::write));
    REQUIRE_FALSE(second);
    CHECK(second.failure().kind == db::error_kind::timeout);
    CHECK(run(d.acquire(db::access::read)));
    *held = db::lease();
    CHECK(run(d.acquire(db::access::write)));
}

TEST_CASE("sqlite::database: a lease given back inside a transaction is rolled back", "[sqlite][database]") {
    asio::thread_pool workers(1);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    auto half_done = [](database& on) -> asio::awaitable<bool> {
        auto lease = co_await on.acquire(db::access::write);
        auto there = asio::bind_executor((*lease)->executor(), asio::use_awaitable);
        co_await asio::dispatch(there);
        auto const begin = db::statement{"BEGIN IMMEDIATE", 0, {}};
        auto const insert = db::statement{"INSERT INTO \"T\" DEFAULT VALUES", 0, {}};
        db::query const batch[] = {{&begin, {}}, {&insert, {}}};
        auto done = co_await (*lease)->run(batch, db::isolation::none);
        co_return done.has_value();
    };
    CHECK(run(half_done(d)));
    auto rows = read(d, "SELECT * FROM \"T\"");
    REQUIRE(rows);
    CHECK((*rows)[0]->rows() == 0);
}

TEST_CASE("sqlite::database: a reader sees one state while the writer goes on", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    auto const count = db::statement{"SELECT count(*) FROM \"T\"", db::next_statement_id(), {db::value_type::integer}};
    auto counted = [&](db::local_connection& on) {
        auto opened = on.open(count, 0);
        REQUIRE(opened);
        auto more = (*opened)->step();
        REQUIRE(more);
        return (*opened)->cell(0).number;
    };
    auto reader = run(d.acquire(db::access::read));
    REQUIRE(reader);
    auto& local = *(*reader)->local(); // nobody else uses this connection: any thread will do
    REQUIRE(local.begin_read());
    CHECK(counted(local) == 0);
    REQUIRE(query(d, "INSERT INTO \"T\" DEFAULT VALUES"));
    CHECK(counted(local) == 0);
    local.end_read();
    CHECK(counted(local) == 1);
}

TEST_CASE("sqlite::database: the workers may be the caller's own thread", "[sqlite][database]") {
    asio::io_context context;
    temporary_folder folder;
    database d(context.get_executor(), file_options(folder));
    std::optional<bool> stayed;
    auto task = [&]() -> asio::awaitable<void> {
        auto const s = db::statement{"SELECT 1", 0, {}};
        auto const q = db::query{&s, {}};
        auto done = co_await d.run(std::span(&q, 1), db::isolation::snapshot_read_only);
        stayed = done.has_value();
    };
    auto done = asio::co_spawn(context, task, asio::use_future);
    context.run();
    done.get();
    CHECK(stayed == true);
}

TEST_CASE("sqlite::database: a missing folder is an error, not a crash", "[sqlite][database]") {
    asio::thread_pool workers(1);
    database_options o;
    o.connection.path = "/nonexistent/folder/x.db";
    database d(workers.get_executor(), o);
    auto failed = query(d, "SELECT 1");
    REQUIRE_FALSE(failed);
    CHECK(failed.failure().kind == db::error_kind::unavailable);
    CHECK(failed.failure().message == "The database file can't be opened.");
}

TEST_CASE("sqlite::database: many callers, all are served", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    auto const insert = db::statement{"INSERT INTO \"T\" DEFAULT VALUES", db::next_statement_id(), {}};
    auto const count = db::statement{"SELECT count(*) FROM \"T\"", db::next_statement_id(), {db::value_type::integer}};
    auto one = [&](bool write) -> asio::awaitable<bool> {
        auto const q = db::query{write ? &insert : &count, {}};
        auto done = co_await d.run(std::span(&q, 1), write ? db::isolation::none : db::isolation::snapshot_read_only);
        co_return done.has_value();
    };
    asio::io_context context;
    std::vector<std::future<bool>> answers;
    for (int i = 0; i < 200; ++i) {
        answers.push_back(asio::co_spawn(context, one(i % 2 == 0), asio::use_future));
    }
    context.run();
    for (auto& answer : answers) {
        CHECK(answer.get());
    }
    auto rows = read(d, count.text, count.columns);
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 100);
}
