// A SQLite file behind a pool: one writer, several readers, and what a caller sees of it.
// Build: refract::db and refract::sqlite. Run: ./example_connection_pool
#include <refract/sqlite/database.hpp>

#include <exception>
#include <filesystem>
#include <iostream>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

namespace asio = boost::asio;
namespace db = refract::db;
using type = db::value_type;

namespace {

/// Ends the program with the database's words.
template <class T> T or_throw(db::result<T> r) {
    if (!r) {
        throw std::runtime_error(r.failure().message + " " + r.failure().server_text);
    }
    return std::move(*r);
}

/// One statement, on whichever connection is free.
asio::awaitable<std::unique_ptr<db::result_set>>
run(db::database& d, db::statement const& s, std::vector<db::value> parameters, db::isolation mode) {
    auto const query = db::query{&s, parameters};
    auto answer = co_await d.run(std::span(&query, 1), mode);
    auto rows = or_throw(std::move(answer));
    co_return std::move(rows.front());
}

asio::awaitable<void> tour(db::database& d) {
    auto const create = db::statement{"CREATE TABLE \"Artist\" (\"id\" INTEGER PRIMARY KEY, \"name\" TEXT UNIQUE)", 0, {}};
    co_await run(d, create, {}, db::isolation::none);

    // A statement with an id stays prepared on every connection that has seen it.
    auto const insert = db::statement{"INSERT INTO \"Artist\" (\"name\") VALUES (?1)", db::next_statement_id(), {}};
    std::vector<std::string> const names{"Nina Simone", "Miles Davis", "Alice Coltrane"};
    for (auto const& name : names) {
        std::vector<db::value> parameters{db::value::text(name)};
        co_await run(d, insert, std::move(parameters), db::isolation::none);
    }

    auto const select =
        db::statement{"SELECT \"id\", \"name\" FROM \"Artist\" ORDER BY \"name\"", db::next_statement_id(), {type::integer, type::text}};
    auto rows = co_await run(d, select, {}, db::isolation::snapshot_read_only);
    for (std::size_t i = 0; i < rows->rows(); ++i) {
        std::cout << rows->cell(i, 0).number << ' ' << rows->cell(i, 1).text << '\n';
    }

    // An error is a value: what happened, and where.
    std::vector<db::value> const twice{db::value::text("Nina Simone")};
    auto const query = db::query{&insert, twice};
    auto refused = co_await d.run(std::span(&query, 1), db::isolation::none);
    if (!refused && refused.failure().kind == db::error_kind::unique_violation) {
        std::cout << refused.failure().table << '.' << refused.failure().column << " is taken\n";
    }
}

} // namespace

int main() {
    auto const file = std::filesystem::temp_directory_path() / ("refract-example-" + std::to_string(std::random_device{}()) + ".db");
    int status = 0;
    {
        asio::thread_pool workers(2); // shared by any number of databases
        refract::sqlite::database_options options;
        options.connection.path = file.string();
        refract::sqlite::database database(workers.get_executor(), options);

        asio::io_context context;
        asio::co_spawn(context, tour(database), [&](std::exception_ptr failed) {
            try {
                if (failed) {
                    std::rethrow_exception(failed);
                }
            } catch (std::exception const& e) {
                std::cerr << e.what() << '\n';
                status = 1;
            }
        });
        context.run();
    }
    for (auto const* suffix : {"", "-wal", "-shm"}) {
        std::filesystem::remove(file.string() + suffix);
    }
    return status;
}
