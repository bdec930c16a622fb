// Test that the header is self-contained.
#include <refract/sqlite/write_queue.hpp>

#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <sqlite3.h>

#include "temporary_database.hpp"

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using refract::sqlite::connection;
using refract::sqlite::database;
using refract_tests::file_options;
using refract_tests::run;
using refract_tests::temporary_folder;

/// For statements whose failure is nobody's doing. Not an assertion: those are for one thread at a time.
void must(db::result<void> const& done) {
    if (!done) {
        throw std::logic_error(done.failure().server_text);
    }
}

db::result<void> execute(db::connection& on, std::string_view text) {
    return dynamic_cast<connection&>(on).execute_script(text);
}

/// Does what it is told, and counts how often.
class told_write final : public db::local_write {
public:
    using action = std::function<bool(db::connection&)>;
    explicit told_write(action what) : what_(std::move(what)) {}
    asio::awaitable<bool> run(db::connection& on) override {
        ++runs;
        co_return what_(on);
    }

    int runs = 0;

private:
    action what_;
};

told_write::action insert(int id, bool keep = true) {
    return [=](db::connection& on) {
        must(execute(on, "INSERT INTO \"T\" VALUES (" + std::to_string(id) + ")"));
        return keep;
    };
}

struct fixture {
    explicit fixture(refract::sqlite::group_options groups = {}) {
        auto o = file_options(folder);
        o.groups = groups;
        d = std::make_unique<database>(workers.get_executor(), o);
        must(one([this](db::connection& on) {
            sqlite3_commit_hook(dynamic_cast<connection&>(on).native_handle(), &fixture::on_commit, this);
            must(execute(on, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)"));
            return true;
        }));
        commits = 0;
    }
    ~fixture() {
        d->close();
        workers.join();
        d.reset();
    }
    fixture(fixture const&) = delete;
    fixture& operator=(fixture const&) = delete;

    static int on_commit(void* self) {
        ++static_cast<fixture*>(self)->commits;
        return 0;
    }

    /// Starts them all before the first one can run, and gives their results.
    std::vector<db::result<void>> together(std::vector<std::unique_ptr<told_write>> const& all) {
        auto held = run(d->acquire(db::access::write));
        REQUIRE(held);
        asio::io_context context;
        std::vector<std::optional<db::result<void>>> kept(all.size());
        std::vector<std::future<void>> done;
        auto keep = [this](told_write& w, std::optional<db::result<void>>& to) -> asio::awaitable<void> {
            auto result = co_await d->write(w);
            to.emplace(std::move(result));
        };
        for (std::size_t i = 0; i < all.size(); ++i) {
            done.push_back(asio::co_spawn(context, keep(*all[i], kept[i]), asio::use_future));
        }
        context.poll();
        *held = db::lease();
        context.run();
        thrown = 0;
        std::vector<db::result<void>> out;
        for (std::size_t i = 0; i < all.size(); ++i) {
            try {
                done[i].get();
                out.push_back(std::move(*kept[i]));
            } catch (std::runtime_error const&) {
                ++thrown;
                out.push_back(db::error{});
            }
        }
        return out;
    }

    db::result<void> one(told_write::action what) {
        std::vector<std::unique_ptr<told_write>> all;
        all.push_back(std::make_unique<told_write>(std::move(what)));
        return std::move(together(all).front());
    }

    std::string ids() {
        auto const s = db::statement{
            "SELECT group_concat(\"id\") FROM (SELECT \"id\" FROM \"T\" ORDER BY \"id\")", 0, {db::value_type::text}};
        auto const q = db::query{&s, {}};
        auto rows = run(d->run(std::span(&q, 1), db::isolation::snapshot_read_only));
        REQUIRE(rows);
        return std::string((*rows)[0]->cell(0, 0).text);
    }

    temporary_folder folder;
    asio::thread_pool workers{2};
    std::unique_ptr<database> d;
    int commits = 0;
    int thrown = 0;
};

std::vector<std::unique_ptr<told_write>> writes(std::vector<told_write::action> actions) {
    std::vector<std::unique_ptr<told_write>> out;
    for (auto& a : actions) {
        out.push_back(std::make_unique<told_write>(std::move(a)));
    }
    return out;
}

} // namespace

TEST_CASE("sqlite::write_queue: writes of many callers share a transaction", "[sqlite][write_queue]") {
    fixture f;
    auto const all = writes({insert(1), insert(2), insert(3), insert(4), insert(5)});
    for (auto const& result : f.together(all)) {
        CHECK(result);
    }
    CHECK(f.commits == 1);
    CHECK(f.ids() == "1,2,3,4,5");
}

TEST_CASE("sqlite::write_queue: a transaction holds so many writes and no more", "[sqlite][write_queue]") {
    fixture f({2, std::chrono::milliseconds(20), {}});
    auto const all = writes({insert(1), insert(2), insert(3), insert(4), insert(5)});
    for (auto const& result : f.together(all)) {
        CHECK(result);
    }
    CHECK(f.commits == 3);
    CHECK(f.ids() == "1,2,3,4,5");
}

TEST_CASE("sqlite::write_queue: after its time a transaction takes no further writes", "[sqlite][write_queue]") {
    fixture f({256, std::chrono::milliseconds(0), {}});
    asio::io_context context;
    std::vector<std::future<void>> done;
    told_write second(insert(2));
    CHECK(f.one([&](db::connection& on) {
        // It comes while this one is at work.
        done.push_back(asio::co_spawn(
            context, [&]() -> asio::awaitable<void> { must(co_await f.d->write(second)); }, asio::use_future
        ));
        context.poll();
        return insert(1)(on);
    }));
    context.run();
    done.front().get();
    CHECK(f.commits == 2);
    CHECK(f.ids() == "1,2");
}

TEST_CASE("sqlite::write_queue: what fails takes back its own changes alone", "[sqlite][write_queue]") {
    fixture f;
    auto const all = writes({
        insert(1),
        insert(2, false),
        [](db::connection& on) -> bool {
            REQUIRE(execute(on, "INSERT INTO \"T\" VALUES (3)"));
            throw std::runtime_error("no");
        },
        [](db::connection& on) {
            auto const refused = execute(on, "INSERT INTO \"T\" VALUES (4), (1)");
            REQUIRE_FALSE(refused);
            CHECK(refused.failure().kind == db::error_kind::unique_violation);
            return false;
        },
        [](db::connection& on) {
            REQUIRE(execute(on, "INSERT INTO \"T\" VALUES (50)"));
            REQUIRE(on.local()->undo());
            return insert(5)(on);
        },
    });
    auto const results = f.together(all);
    CHECK(f.commits == 1);
    CHECK(f.thrown == 1);
    CHECK(results[0]);
    CHECK(results[1]); // it failed by its own word
    CHECK(results[3]);
    CHECK(results[4]);
    CHECK(f.ids() == "1,5");
}

TEST_CASE("sqlite::write_queue: what a COMMIT would refuse is told to whom it concerns", "[sqlite][write_queue]") {
    fixture f;
    REQUIRE(f.one([](db::connection& on) {
        return execute(on, "CREATE TABLE \"C\" (\"t\" REFERENCES \"T\" (\"id\") DEFERRABLE INITIALLY DEFERRED)").has_value();
    }));
    f.commits = 0;
    auto const all = writes({
        insert(1),
        [](db::connection& on) {
            REQUIRE(execute(on, "INSERT INTO \"C\" VALUES (7)"));
            auto const refused = on.local()->check();
            REQUIRE_FALSE(refused);
            CHECK(refused.failure().kind == db::error_kind::foreign_key_violation);
            return false;
        },
        [](db::connection& on) {
            REQUIRE(execute(on, "INSERT INTO \"C\" VALUES (2); INSERT INTO \"T\" VALUES (2)"));
            CHECK(on.local()->check());
            return true;
        },
    });
    for (auto const& result : f.together(all)) {
        CHECK(result);
    }
    CHECK(f.commits == 1);
    CHECK(f.ids() == "1,2");
}

TEST_CASE("sqlite::write_queue: when the database gives up a transaction, the others run again", "[sqlite][write_queue]") {
    fixture f;
    auto const all = writes({
        insert(1),
        insert(2, false),
        [](db::connection& on) {
            // As SQLite does by itself when the disk is full.
            REQUIRE(execute(on, "INSERT INTO \"T\" VALUES (3); ROLLBACK"));
            return false;
        },
        insert(4),
        [](db::connection& on) {
            REQUIRE(execute(on, "ROLLBACK"));
            return true; // it did not notice
        },
        insert(6),
    });
    auto const results = f.together(all);
    for (std::size_t const good : {0, 1, 2, 3, 5}) {
        CAPTURE(good);
        CHECK(results[good]);
    }
    REQUIRE_FALSE(results[4]);
    CHECK(results[4].failure().kind == db::error_kind::statement_failed);
    CHECK(f.ids() == "1,4,6");
    CHECK(all[1]->runs == 1);
    CHECK(all[4]->runs == 2);
}

TEST_CASE("sqlite::write_queue: another process's lock is waited for, and told", "[sqlite][write_queue]") {
    temporary_folder folder;
    asio::thread_pool workers(2);
    auto o = file_options(folder);
    o.connection.busy_timeout = std::chrono::milliseconds(30);
    database d(workers.get_executor(), o);
    told_write first([](db::connection& on) { return execute(on, "CREATE TABLE \"T\" (\"id\" INTEGER PRIMARY KEY)").has_value(); }
    );
    REQUIRE(run(d.write(first)));
    auto other = connection::open(o.connection, refract::sqlite::role::writer, workers.get_executor());
    REQUIRE(other);
    REQUIRE((*other)->execute_script("BEGIN IMMEDIATE"));
    told_write second(insert(1));
    auto const refused = run(d.write(second));
    REQUIRE_FALSE(refused);
    CHECK(refused.failure().kind == db::error_kind::serialization);
    CHECK(second.runs == 0);
    REQUIRE((*other)->execute_script("ROLLBACK"));
    CHECK(run(d.write(second)));
}

TEST_CASE("sqlite::write_queue: who waits too long, or is one too many, is told", "[sqlite][write_queue]") {
    temporary_folder folder;
    asio::thread_pool workers(2);
    auto o = file_options(folder);
    o.acquire_timeout = std::chrono::milliseconds(50);
    o.max_queued = 1;
    database d(workers.get_executor(), o);
    auto held = run(d.acquire(db::access::write));
    REQUIRE(held);
    told_write first([](db::connection&) { return true; });
    told_write second([](db::connection&) { return true; });
    asio::io_context context;
    auto waiting = asio::co_spawn(context, d.write(first), asio::use_future);
    context.poll();
    auto const too_many = run(d.write(second));
    REQUIRE_FALSE(too_many);
    CHECK(too_many.failure().kind == db::error_kind::queue_full);
    context.run();
    auto const too_long = waiting.get();
    REQUIRE_FALSE(too_long);
    CHECK(too_long.failure().kind == db::error_kind::timeout);
    *held = db::lease();
    CHECK(run(d.write(second)));
    d.close();
    auto const closed = run(d.write(second));
    REQUIRE_FALSE(closed);
    CHECK(closed.failure().kind == db::error_kind::unavailable);
}

TEST_CASE("sqlite::write_queue: writers from many threads, and leases between them", "[sqlite][write_queue]") {
    fixture f;
    asio::thread_pool callers(3);
    std::vector<std::future<void>> done;
    auto some = [&](int from) -> asio::awaitable<void> {
        for (int i = 0; i < 50; ++i) {
            told_write w(insert(from + i, i % 10 != 9));
            must(co_await f.d->write(w));
        }
    };
    auto lease = [&]() -> asio::awaitable<void> {
        for (int i = 0; i < 20; ++i) {
            auto held = co_await f.d->acquire(db::access::write);
            if (!held) {
                throw std::logic_error(held.failure().message);
            }
        }
    };
    for (int i = 0; i < 6; ++i) {
        done.push_back(asio::co_spawn(callers, some(i * 100), asio::use_future));
    }
    done.push_back(asio::co_spawn(callers, lease(), asio::use_future));
    for (auto& one : done) {
        one.get();
    }
    auto const s = db::statement{"SELECT count(*) FROM \"T\"", 0, {db::value_type::integer}};
    auto const q = db::query{&s, {}};
    auto rows = run(f.d->run(std::span(&q, 1), db::isolation::snapshot_read_only));
    REQUIRE(rows);
    CHECK((*rows)[0]->cell(0, 0).number == 6 * 45);
    CHECK(f.commits > 0);
}
