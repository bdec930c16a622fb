// A service on each database whose statements and round trips are counted.
#pragma once

#include <refract/core/text.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/engine/open_transaction.hpp>
#include <refract/postgres/database.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/sqlite/database.hpp>

#include "migrate/first_deploy.hpp"
#include "remove_folder.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <postgres_server.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

namespace refract::test {

namespace asio = boost::asio;

struct traffic {
    std::size_t statements = 0;
    std::size_t round_trips = 0;
    std::size_t direct = 0; ///< writes tried as one statement
};

/// Counts what goes through.
class counting_connection final : public db::connection {
public:
    counting_connection(db::connection& inner, traffic& seen) : inner_(inner), seen_(seen) {}
    asio::any_io_executor executor() override { return inner_.executor(); }
    db::local_connection* local() noexcept override { return inner_.local(); }
    asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override {
        seen_.statements += batch.size();
        ++seen_.round_trips;
        return inner_.run(batch, mode);
    }

private:
    db::connection& inner_;
    traffic& seen_;
};

class counting_write final : public db::local_write {
public:
    counting_write(db::local_write& inner, traffic& seen) : inner_(inner), seen_(seen) {}
    asio::awaitable<bool> run(db::connection& on) override {
        counting_connection counted(on, seen_);
        auto kept = co_await inner_.run(counted);
        co_return kept;
    }

private:
    db::local_write& inner_;
    traffic& seen_;
};

class counting_database final : public db::database, public db::local_database {
public:
    explicit counting_database(std::unique_ptr<db::database> inner) : inner_(std::move(inner)) {}
    db::local_database* local() noexcept override { return inner_->local() != nullptr ? this : nullptr; }
    asio::awaitable<db::result<db::lease>> acquire(db::access mode) override {
        auto inner = co_await inner_->acquire(mode);
        if (!inner) {
            co_return inner.failure();
        }
        auto lease = std::make_shared<db::lease>(std::move(*inner));
        std::shared_ptr<db::connection> counted = std::make_shared<counting_connection>(**lease, seen);
        co_return db::lease(std::move(counted), [lease](std::shared_ptr<db::connection>) {});
    }
    asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override {
        seen.statements += batch.size();
        ++seen.round_trips;
        seen.direct += mode == db::isolation::atomic ? 1 : 0;
        if (refuses_direct && mode == db::isolation::atomic) {
            co_return db::error{db::error_kind::statement_failed, "refused", {}, {}, {}, {}, {}, 0};
        }
        auto answer = co_await inner_->run(batch, mode);
        co_return answer;
    }
    bool try_read(db::local_read& work) override { return inner_->local()->try_read(work); }
    asio::awaitable<db::result<void>> read(db::local_read& work) override { return inner_->local()->read(work); }
    asio::awaitable<db::result<void>> write(db::local_write& work) override {
        counting_write counted(work, seen);
        auto done = co_await inner_->local()->write(counted);
        co_return done;
    }

    traffic seen;
    bool refuses_direct = false;

private:
    std::unique_ptr<db::database> inner_;
};

template <class T> asio::awaitable<void> keep(asio::awaitable<T> from, std::optional<T>& to) {
    auto answer = co_await std::move(from);
    to.emplace(std::move(answer));
}

/// Runs a coroutine to its end on a loop of its own.
template <class T> T wait_for(asio::awaitable<T> work) {
    asio::io_context loop;
    std::optional<T> out;
    auto done = asio::co_spawn(loop, keep(std::move(work), out), asio::use_future);
    loop.run();
    done.get();
    return std::move(*out);
}

/// A service whose statements are counted.
class store {
public:
    store(bool on_postgres, std::string_view sdl) {
        auto const& can = on_postgres ? datamodel::postgres_capabilities : datamodel::sqlite_capabilities;
        auto parsed = datamodel::parse_sdl(sdl, can);
        for (auto const& e : parsed.errors) {
            FAIL(e.type << ": " << e.description);
        }
        model_ = std::make_shared<datamodel::datamodel const>(std::move(parsed.model));
        std::string const schema = on_postgres ? "round_trips" : "";
        database_ = std::make_shared<counting_database>(on_postgres ? open_postgres() : open_sqlite());
        if (on_postgres) {
            statement(R"(DROP SCHEMA IF EXISTS "round_trips" CASCADE)");
            statement(R"(CREATE SCHEMA "round_trips")");
        }
        auto const& dialect = on_postgres ? sql::postgres : sql::sqlite;
        auto const applied = wait_for(migrate::apply(*database_, refract_tests::first_deploy(model_, {&dialect, schema})));
        REQUIRE(applied.error == "");
        service_ = std::make_unique<prisma1::service>(
            "round_trips", model_, database_, dialect, schema, prisma1::service_options{{}, true, true, {"default"}}
        );
    }
    ~store() {
        open_.reset();
        service_.reset();
        database_.reset();
        workers_.join();
        refract_tests::remove_folder(folder_);
    }
    store(store const&) = delete;
    store& operator=(store const&) = delete;

    std::string ask(std::string query, std::string const& variables = "null") {
        auto body = prisma1::parse_request_body(R"({"query":"","variables":)" + variables + "}", {}).value();
        body.requests.front().query = std::move(query);
        database_->seen = {};
        return std::string(wait_for(service_->execute(body.requests.front(), "local:test")).bytes());
    }

    /// Opens the transaction of ask_inside().
    void begin() {
        open_.reset();
        auto begun = wait_for(engine::open_transaction::begin(*database_));
        REQUIRE(begun.has_value());
        open_ = std::move(*begun);
    }

    std::string ask_inside(std::string_view query) {
        auto const body = R"({"query":)" + json_string(query) + "}";
        prisma1::json_tape json;
        REQUIRE(json.parse(body, {}).has_value());
        auto const requests = prisma1::find_requests(json, {});
        REQUIRE(requests.has_value());
        return std::string(wait_for(service_->execute(requests->requests.front(), "local:test", open_.get())).bytes());
    }

    [[nodiscard]] db::result<void> commit() { return wait_for(open_->commit()); }

    void rollback() { open_->rollback(); }

    [[nodiscard]] traffic seen() const { return database_->seen; }

    /// From now on no write can be one statement.
    void refuse_direct_writes() { database_->refuses_direct = true; }

    void statement(std::string_view text) {
        db::statement const s{std::string(text), 0, {}};
        db::query const q{&s, {}};
        auto const done = wait_for(database_->run(std::span(&q, 1), db::isolation::none));
        REQUIRE(done.has_value());
    }

private:
    std::unique_ptr<db::database> open_sqlite() {
        auto pattern = (std::filesystem::temp_directory_path() / "refract-round-trips-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        sqlite::database_options options;
        options.connection.path = folder_ + "/store.db";
        return std::make_unique<sqlite::database>(workers_.get_executor(), options);
    }
    std::unique_ptr<db::database> open_postgres() {
        postgres::database_options options;
        options.connection.conninfo = postgres_server::get()->conninfo();
        return std::make_unique<postgres::database>(workers_.get_executor(), options);
    }

    asio::thread_pool workers_{2};
    std::string folder_;
    std::shared_ptr<datamodel::datamodel const> model_;
    std::shared_ptr<counting_database> database_;
    std::unique_ptr<prisma1::service> service_;
    std::shared_ptr<engine::open_transaction> open_;
};

/// `[item(0),item(1),...]`
inline std::string json_list(std::size_t count, std::function<std::string(std::size_t)> const& item) {
    std::string out = "[";
    for (std::size_t i = 0; i < count; ++i) {
        out += (i > 0 ? "," : "") + item(i);
    }
    return out + "]";
}

/// Both databases, as far as there are both.
inline void on_each(std::string_view sdl, std::function<void(store&)> const& story) {
    SECTION("SQLite") {
        store s(false, sdl);
        story(s);
    }
    SECTION("PostgreSQL") {
        if (postgres_server::get() != nullptr) {
            store s(true, sdl);
            story(s);
        }
    }
}

} // namespace refract::test
