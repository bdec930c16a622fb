// Test that the header is self-contained.
#include <refract/sqlite/database.hpp>

#include "temporary_database.hpp"

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

using refract_tests::file_options;
using refract_tests::run;
using refract_tests::temporary_folder;

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
        return (*opened)->row()[0].number;
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

namespace {

/// Counts to a number in SQL, which takes about ten of its steps each, and writes down where it ran.
class counting_read final : public db::local_read {
public:
    explicit counting_read(int to) : to_(db::value::integer(to)) {}

    void run(db::local_connection& on) override {
        threads.push_back(std::this_thread::get_id());
        counted.reset();
        auto opened = on.open(statement_, 0);
        REQUIRE(opened);
        REQUIRE((*opened)->bind(0, to_));
        if (auto const more = (*opened)->step(); more && *more) {
            counted = (*opened)->row()[0].number;
        }
        (*opened)->rewind();
    }
    db::work_estimate& estimate() override { return work; }

    std::vector<std::thread::id> threads;
    std::optional<std::int64_t> counted;
    db::work_estimate work;

private:
    db::value to_;
    db::statement const statement_{
        "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ?1) SELECT count(*) FROM t", db::next_statement_id(),
        {db::value_type::integer}
    };
};

} // namespace

TEST_CASE("sqlite::database: a short read runs where it is asked for", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    counting_read work(3);
    CHECK_FALSE(d.try_read(work)); // nothing is open yet
    REQUIRE(run(d.read(work)));
    CHECK(work.counted == 3);
    CHECK(d.try_read(work));
    CHECK(work.threads == std::vector(2, std::this_thread::get_id()));
}

TEST_CASE("sqlite::database: a file that is gone is not read for longer than a moment", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    auto const o = file_options(folder);
    database d(workers.get_executor(), o);
    counting_read work(3);
    REQUIRE(run(d.read(work)));
    CHECK(d.try_read(work));
    std::filesystem::rename(o.connection.path, o.connection.path + ".away");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK_FALSE(d.try_read(work));
}

TEST_CASE("sqlite::database: nobody reads a replaced file after a write to the new one", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    auto const o = file_options(folder);
    auto restored = o.connection;
    restored.path += ".restored";
    {
        auto made = refract::sqlite::connection::open(restored, refract::sqlite::role::writer, workers.get_executor());
        REQUIRE(made);
        REQUIRE((*made)->execute_script("CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    }
    database d(workers.get_executor(), o);
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    counting_read work(3);
    REQUIRE(run(d.read(work)));
    CHECK(d.try_read(work));
    for (auto const* part : {"", "-wal", "-shm"}) {
        std::filesystem::rename(o.connection.path + part, o.connection.path + ".old" + part);
    }
    std::filesystem::rename(restored.path, o.connection.path);
    static_cast<void>(d.try_read(work)); // may look at the file, or trust the last look
    REQUIRE(query(d, "INSERT INTO \"T\" DEFAULT VALUES"));
    CHECK_FALSE(d.try_read(work));
    REQUIRE(run(d.read(work)));
    CHECK(d.try_read(work));
}

TEST_CASE("sqlite::database: a read known to be long runs on a worker", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    database d(workers.get_executor(), file_options(folder));
    counting_read work(100'000);
    for (int i = 0; i < 8; ++i) {
        work.work.note(1'000);
    }
    CHECK_FALSE(d.try_read(work));
    CHECK(work.threads.empty());
    REQUIRE(run(d.read(work)));
    CHECK(work.counted == 100'000);
    REQUIRE(work.threads.size() == 1);
    CHECK(work.threads.front() != std::this_thread::get_id());
    CHECK(work.work.expected() > 100);
}

TEST_CASE("sqlite::database: a read that turns out to be long does not hold up its thread", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    auto o = file_options(folder);
    o.short_read_time = std::chrono::microseconds(100);
    database d(workers.get_executor(), o);
    counting_read work(500'000);
    REQUIRE(run(d.read(work)));
    CHECK(work.counted == 500'000);
    REQUIRE(work.threads.size() == 2); // cut short here, and run again there
    CHECK(work.threads[0] == std::this_thread::get_id());
    CHECK(work.threads[1] != std::this_thread::get_id());
    CHECK_FALSE(d.try_read(work)); // that much was learnt
    CHECK(work.threads.size() == 2);
}

TEST_CASE("sqlite::database: somebody else's write is not in a read's way", "[sqlite][database]") {
    asio::thread_pool workers(2);
    temporary_folder folder;
    auto const o = file_options(folder);
    database d(workers.get_executor(), o);
    counting_read work(3);
    REQUIRE(run(d.read(work)));
    REQUIRE(query(d, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
    auto other = refract::sqlite::connection::open(o.connection, refract::sqlite::role::writer, workers.get_executor());
    REQUIRE(other);
    REQUIRE((*other)->execute_script("BEGIN IMMEDIATE; INSERT INTO \"T\" DEFAULT VALUES"));
    CHECK(d.try_read(work)); // a writer is in nobody's way
    REQUIRE((*other)->execute_script("COMMIT"));
}
