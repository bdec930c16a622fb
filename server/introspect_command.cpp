#include "introspect_command.hpp"

#include "backend.hpp"
#include "command_line.hpp"
#include "effective_config.hpp"

#include <refract/config/database_uri.hpp>
#include <refract/core/result.hpp>
#include <refract/migrate/introspect.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/postgres/connection.hpp>
#include <refract/sqlite/connection.hpp>

#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <sqlite3.h>

namespace refract::server {

namespace {

namespace asio = boost::asio;

constexpr char const* description = R"(Prints a datamodel for the tables of a database that somebody else made, for a service with `migrations: false`.

The database is the configuration's, or the one of --uri, or a SQLite file. It is only read. What a datamodel can't express is a comment.
)";

constexpr char const* examples = R"help(
Examples:

  refract-server introspect --config config.yml --schema shop > datamodel.prisma
  refract-server introspect --uri postgres://me:secret@localhost:5432/shop?sslmode=require
  refract-server introspect --file shop.db)help";

error mistake(std::string message) { return error{errc::wrong_type, std::move(message), {}}; }

error trouble(db::error const& e) {
    return error{errc::unavailable, e.server_text.empty() ? e.message : e.message + " " + e.server_text, {}};
}

/// Reads the tables and writes the text.
asio::awaitable<result<std::string>> draw(db::connection& connection, sql::ddl_target target) {
    auto reading = migrate::read_database(connection, target);
    auto const found = co_await std::move(reading);
    if (!found) {
        co_return trouble(found.failure());
    }
    if (found->tables.empty()) {
        co_return mistake(target.schema.empty() ? "There is no table." : "There is no table in the schema " + target.schema + ".");
    }
    co_return migrate::introspect(*found, *target.dialect);
}

/// Runs one coroutine to its end.
template <class Task> result<std::string> run_alone(asio::io_context& context, Task task) {
    std::optional<result<std::string>> out;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            auto running = task();
            out.emplace(co_await std::move(running));
        },
        asio::detached
    );
    context.run();
    return out ? std::move(*out) : result<std::string>(mistake("The database gave no answer."));
}

result<std::string> introspect_postgres(config::database_config const& database, std::string const& schema, limits const& bounds) {
    asio::io_context context;
    auto options = connection_options(database, bounds, true);
    auto const work = [&]() -> asio::awaitable<result<std::string>> {
        auto opening = postgres::connection::open(context.get_executor(), options);
        auto const opened = co_await std::move(opening);
        if (!opened) {
            co_return trouble(opened.failure());
        }
        auto drawing = draw(**opened, {&sql::postgres, schema});
        co_return co_await std::move(drawing);
    };
    return run_alone(context, work);
}

/// The statements a SQLite file was made with.
///
/// A connection of the server's would turn the file's journal into a write-ahead log; this one can't write.
result<std::vector<std::string>> definitions_of(std::string const& path) {
    sqlite3* opened = nullptr;
    int const code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    std::unique_ptr<sqlite3, decltype(&sqlite3_close)> const file(opened, &sqlite3_close);
    sqlite3_stmt* prepared = nullptr;
    constexpr char const* query = "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
                                  "AND sql NOT LIKE 'CREATE VIRTUAL%' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY type = 'index'";
    if (code != SQLITE_OK || sqlite3_prepare_v2(file.get(), query, -1, &prepared, nullptr) != SQLITE_OK) {
        return error{errc::file_unreadable, path + ": " + (file ? sqlite3_errmsg(file.get()) : "out of memory"), {}};
    }
    std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> const statement(prepared, &sqlite3_finalize);
    std::vector<std::string> out;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
        out.emplace_back(reinterpret_cast<char const*>(sqlite3_column_text(statement.get(), 0)));
    }
    return out;
}

result<std::string> introspect_file(std::string const& path) {
    auto const definitions = definitions_of(path);
    if (!definitions) {
        return definitions.failure();
    }
    asio::io_context context;
    auto const work = [&]() -> asio::awaitable<result<std::string>> {
        sqlite::options options;
        options.path = ":memory:"; // the same tables, without their rows
        auto opened = sqlite::connection::open(options, sqlite::role::writer, context.get_executor());
        if (!opened) {
            co_return trouble(opened.failure());
        }
        for (auto const& text : *definitions) {
            db::statement const statement{text, 0, {}};
            db::query const query{&statement, {}};
            auto running = (*opened)->run(std::span<db::query const>(&query, 1), db::isolation::none);
            auto const done = co_await std::move(running);
            if (!done) {
                co_return trouble(done.failure());
            }
        }
        auto drawing = draw(**opened, {&sql::sqlite, {}});
        co_return co_await std::move(drawing);
    };
    return run_alone(context, work);
}

/// The database of a URI.
result<config::database_config> database_of(std::string const& uri) {
    auto const parts = config::parse_database_uri(uri);
    if (!parts) {
        return error{parts.failure().code, "--uri: " + parts.failure().message, {}};
    }
    if (parts->scheme != "postgres" && parts->scheme != "postgresql") {
        return mistake("--uri: This server has no connector " + parts->scheme + "; it reads postgres:// URIs, and SQLite with --file.");
    }
    config::database_config out;
    out.type = config::connector::postgres;
    out.host = parts->host;
    out.port = parts->port;
    out.user = parts->user;
    out.password = parts->password;
    out.database = parts->database;
    out.ssl = parts->ssl;
    out.ssl_mode = parts->ssl_mode;
    out.ssl_root_cert = parts->ssl_root_cert;
    return out;
}

result<std::string> introspect(command_line const& line) {
    auto const& options = line.introspect;
    if (!options.file.empty()) {
        return options.uri.empty() && options.schema.empty() ? introspect_file(options.file)
                                                             : mistake("--file stands alone: --uri and --schema are for PostgreSQL.");
    }
    config::database_config database;
    if (!options.uri.empty()) {
        auto named = database_of(options.uri);
        if (!named) {
            return named.failure();
        }
        database = std::move(*named);
    } else {
        auto loaded = effective_config(line);
        if (!loaded) {
            return loaded.failure();
        }
        database = loaded->config.databases.front();
    }
    if (database.type != config::connector::postgres) {
        return mistake("The configuration's database is a folder of SQLite files: name one of them with --file.");
    }
    return introspect_postgres(database, !options.schema.empty() ? options.schema : database.schema.value_or("public"), line.bounds);
}

} // namespace

CLI::App* add_introspect_command(CLI::App& app, introspect_options& out) {
    CLI::App* const command = app.add_subcommand("introspect", description);
    command->footer(examples);
    command->add_option("--uri", out.uri, "PostgreSQL database, instead of the configuration's")->type_name("URI");
    command->add_option("--schema", out.schema, "Its schema, instead of the configuration's (public)")->type_name("NAME");
    command->add_option("--file", out.file, "SQLite file")->type_name("FILE");
    return command;
}

int run_introspect(command_line const& line) {
    auto const text = introspect(line);
    if (!text) {
        std::fprintf(stderr, "refract-server introspect: %s\n", text.failure().message.c_str());
        return 1;
    }
    bool const printed = std::fputs(text->c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    return printed ? 0 : 1;
}

} // namespace refract::server
