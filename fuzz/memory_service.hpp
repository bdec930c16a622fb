// A service on a SQLite database in memory: datamodel in, tables made, requests answered. One thread.
#pragma once

#include "check.hpp"

#include <refract/datamodel/sdl.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/sqlite/database.hpp>

#include "migrate/first_deploy.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <sqlite3.h>

namespace refract_fuzz {

/// Runs a coroutine to its end, and everything it started.
template <class T> T run_to_end(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    std::optional<T> out;
    auto const keep = [&]() -> boost::asio::awaitable<void> {
        auto value = co_await std::move(task);
        out.emplace(std::move(value));
    };
    auto const done = [](std::exception_ptr const& thrown) { check(thrown == nullptr, "an exception left a coroutine"); };
    boost::asio::co_spawn(context, keep, done);
    context.restart();
    context.run();
    check(out.has_value(), "a coroutine waits for ever");
    return std::move(*out);
}

inline std::shared_ptr<refract::sqlite::database> open_in_memory(boost::asio::io_context& context) {
    refract::sqlite::database_options place;
    place.connection.path = ":memory:";
    return std::make_shared<refract::sqlite::database>(context.get_executor(), place);
}

class memory_service {
public:
    memory_service(std::string_view sdl, std::size_t cache_bytes) {
        using namespace refract;
        auto parsed = datamodel::parse_sdl(sdl, datamodel::sqlite_capabilities);
        check(parsed.ok(), "the target's own datamodel is wrong", parsed.errors.empty() ? "" : parsed.errors.front().description);
        model_ = std::make_shared<datamodel::datamodel const>(std::move(parsed.model));
        database_ = open_in_memory(context_);
        auto const applied = run_to_end(context_, migrate::apply(*database_, refract_tests::first_deploy(model_, {&sql::sqlite, ""})));
        check(applied.applied, "the target's own datamodel can't be deployed", applied.error);
        prisma1::service_options options;
        options.bounds.max_cache_bytes = cache_bytes;
        service_ = std::make_unique<prisma1::service>("fuzz", model_, database_, sql::sqlite, "", std::move(options));
    }

    /// The answer to a body as it comes over HTTP, on the way requests take there.
    std::string ask(std::string_view body) {
        using namespace refract;
        prisma1::json_tape json;
        check(json.parse(body, {}).has_value(), "the target's own request is no JSON", body);
        auto const requests = prisma1::find_requests(json, {});
        check(requests.has_value(), "the target's own request is none", body);
        auto const answer = run_to_end(context_, service_->execute(requests->requests.front(), id_));
        return std::string(answer.bytes());
    }

    /// Keeps what the tables hold now, for restore().
    void save() {
        auto const lease = run_to_end(context_, database_->acquire(refract::db::access::write));
        check(lease.has_value(), "there is no connection");
        connection_ = &dynamic_cast<refract::sqlite::connection&>(**lease); // the only one, as it is all of the database
        std::vector<std::string> names;
        auto const add = [](void* to, int, char** values, char**) {
            static_cast<std::vector<std::string>*>(to)->emplace_back(values[0]);
            return 0;
        };
        auto const* text = "SELECT '\"' || name || '\"' FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
        check(sqlite3_exec(connection_->native_handle(), text, add, &names, nullptr) == SQLITE_OK && !names.empty(), "there are no tables");
        std::string copy = "ATTACH ':memory:' AS saved;";
        restore_ = "PRAGMA foreign_keys = OFF; BEGIN;";
        for (auto const& name : names) {
            copy += "CREATE TABLE saved." + name + " AS SELECT * FROM main." + name + ";";
            restore_ += "DELETE FROM main." + name + "; INSERT INTO main." + name + " SELECT * FROM saved." + name + ";";
        }
        restore_ += "COMMIT; PRAGMA foreign_keys = ON";
        run_script(copy);
        changes_ = sqlite3_total_changes(connection_->native_handle());
    }

    /// The tables hold again what they held at save(). Cost: nothing if nothing was written since.
    void restore() {
        if (sqlite3_total_changes(connection_->native_handle()) != changes_) {
            run_script(restore_);
            changes_ = sqlite3_total_changes(connection_->native_handle());
        }
    }

    [[nodiscard]] refract::datamodel::datamodel const& model() const { return *model_; }
    [[nodiscard]] refract::graphql::schema const& api() const { return service_->api(); }

private:
    void run_script(std::string const& text) {
        auto const done = connection_->execute_script(text);
        check(done.has_value(), "the target's own script fails", text, done ? "" : done.failure().server_text);
    }

    boost::asio::io_context context_{1};
    std::shared_ptr<refract::datamodel::datamodel const> model_;
    std::shared_ptr<refract::sqlite::database> database_;
    std::unique_ptr<refract::prisma1::service> service_;
    std::string id_ = "local:fuzz";
    refract::sqlite::connection* connection_ = nullptr; ///< of database_, once save() was called
    std::string restore_;                               ///< what restore() runs
    int changes_ = 0;                                   ///< rows written by the connection at save() or restore()
};

} // namespace refract_fuzz
