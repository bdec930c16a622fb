// What the pool costs: taking and giving back a connection beside a list behind a mutex, and lookups by key of many callers beside the
// same lookups on bare libpq, on as many connections to the same throw-away PostgreSQL.
#include "../engine/ratio_reporter.hpp"
#include "bare_libpq.hpp"

#include <refract/postgres/database.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <benchmark/benchmark.h>
#include <postgres_server.hpp>

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using namespace refract;

constexpr std::size_t connections = 4;
constexpr std::size_t lookups_of_each = 100;
constexpr char const* lookup_text = "SELECT name FROM refract_bench_pool WHERE id = $1";

struct fake_connection {
    [[nodiscard]] bool usable() const noexcept { return true; }
};

using fake_pool = db::pool<fake_connection>;

/// The least a pool can be: a list of connections behind a mutex.
class plain_list {
public:
    std::shared_ptr<fake_connection> take() {
        std::lock_guard const hold(mutex_);
        auto out = std::move(idle_.back());
        idle_.pop_back();
        return out;
    }
    void give_back(std::shared_ptr<fake_connection> c) {
        std::lock_guard const hold(mutex_);
        idle_.push_back(std::move(c));
    }

private:
    std::mutex mutex_;
    std::vector<std::shared_ptr<fake_connection>> idle_{connections, std::make_shared<fake_connection>()};
};

asio::awaitable<fake_pool::opened> open_fake() { co_return std::make_shared<fake_connection>(); }

asio::awaitable<void> take_each(fake_pool& from, db::use how, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        auto held = co_await from.acquire(how);
        benchmark::DoNotOptimize(held);
    }
}

void add_acquire(char const* name, fake_pool& from, db::use how) {
    benchmark::RegisterBenchmark(name, [&from, how](benchmark::State& state) {
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            auto held = from.try_acquire(how);
            benchmark::DoNotOptimize(held);
        }
    });
}

void add_acquires(asio::io_context& loop, std::shared_ptr<fake_pool> const& from) {
    benchmark::RegisterBenchmark("acquire/bare", [list = std::make_shared<plain_list>()](benchmark::State& state) {
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            auto c = list->take();
            benchmark::DoNotOptimize(c);
            list->give_back(std::move(c));
        }
    });
    asio::co_spawn(loop, take_each(*from, db::use::shared, 1), asio::detached); // opens it
    loop.run();
    add_acquire("acquire/shared", *from, db::use::shared);
    add_acquire("acquire/exclusive", *from, db::use::exclusive);
    benchmark::RegisterBenchmark("acquire/awaited", [&loop, from](benchmark::State& state) {
        constexpr std::size_t of_each = 1'000;
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            loop.restart();
            asio::co_spawn(loop, take_each(*from, db::use::shared, of_each), asio::detached);
            loop.run();
        }
        state.counters["items_per_run"] = of_each;
    });
}

/// One caller: a lookup after the other.
asio::awaitable<void> look_up(postgres::database& from, db::statement const& statement, std::size_t first, std::size_t& bytes) {
    for (std::size_t i = 0; i < lookups_of_each; ++i) {
        db::value const id = db::value::integer(static_cast<std::int64_t>((first + i) % 1000));
        db::query const query{&statement, {&id, 1}};
        auto const answer = co_await from.run({&query, 1}, db::isolation::none);
        if (!answer) {
            throw std::runtime_error(answer.failure().message);
        }
        bytes += answer->front()->cell(0, 0).text.size();
    }
}

void add_lookups(refract_bench::bare_libpq& bare, asio::io_context& loop, postgres::database& pooled, std::size_t callers) {
    auto const name = "lookup x" + std::to_string(callers);
    auto* const plain = benchmark::RegisterBenchmark((name + "/bare").c_str(), [&bare, callers](benchmark::State& state) {
        std::size_t bytes = 0;
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            bytes += bare.run(callers * lookups_of_each, callers);
        }
        benchmark::DoNotOptimize(bytes);
        state.counters["items_per_run"] = static_cast<double>(callers * lookups_of_each);
    });
    auto* const ours = benchmark::RegisterBenchmark((name + "/pool").c_str(), [&loop, &pooled, callers](benchmark::State& state) {
        db::statement const statement{lookup_text, db::next_statement_id(), {db::value_type::text}};
        std::size_t bytes = 0;
        for (auto const& ignored : state) {
            static_cast<void>(ignored);
            loop.restart();
            std::size_t running = callers;
            for (std::size_t i = 0; i < callers; ++i) {
                asio::co_spawn(loop, look_up(pooled, statement, i * lookups_of_each, bytes), [&](std::exception_ptr const& failed) {
                    if (failed) {
                        std::rethrow_exception(failed);
                    }
                    if (--running == 0) {
                        loop.stop(); // the open connections keep it busy
                    }
                });
            }
            loop.run();
        }
        benchmark::DoNotOptimize(bytes);
        state.counters["items_per_run"] = static_cast<double>(callers * lookups_of_each);
    });
    plain->MeasureProcessCPUTime()->UseRealTime();
    ours->MeasureProcessCPUTime()->UseRealTime();
}

void make_table(std::string const& conninfo) {
    std::unique_ptr<PGconn, void (*)(PGconn*)> const pg(PQconnectdb(conninfo.c_str()), PQfinish);
    auto const* const text = "DROP TABLE IF EXISTS refract_bench_pool; CREATE TABLE refract_bench_pool (id int PRIMARY KEY, name text);"
                             "INSERT INTO refract_bench_pool SELECT i, 'name number ' || i FROM generate_series(0, 999) i; ANALYZE refract_bench_pool";
    std::unique_ptr<PGresult, refract_bench::close_result> const done(PQexec(pg.get(), text));
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) {
        throw std::runtime_error(PQerrorMessage(pg.get()));
    }
}

} // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    auto const* const server = postgres_server::get();
    if (server == nullptr) {
        return 1;
    }
    make_table(server->conninfo());
    asio::io_context fakes(1);
    db::pool_options few;
    few.max_connections = connections;
    auto const of_fakes = std::make_shared<fake_pool>(fakes.get_executor(), open_fake, few);
    add_acquires(fakes, of_fakes);

    refract_bench::bare_libpq bare(server->conninfo(), connections, lookup_text);
    asio::io_context loop(1);
    postgres::database_options options;
    options.connection.conninfo = server->conninfo();
    options.connection.strand = false;
    options.connection_limit = connections + 1; // one is kept for management
    options.shared_target = connections;
    postgres::database pooled(loop.get_executor(), options);
    for (std::size_t const callers : {1U, 16U, 64U}) {
        add_lookups(bare, loop, pooled, callers);
    }
    refract_bench::ratio_reporter reporter("bare");
    benchmark::RunSpecifiedBenchmarks(&reporter);
    pooled.close();
    loop.restart();
    loop.poll();
    return 0;
}
