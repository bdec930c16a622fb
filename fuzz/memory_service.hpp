// A service on a SQLite database in memory: datamodel in, tables made, requests answered. One thread.
#pragma once

#include "check.hpp"

#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/sqlite/database.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace refract_fuzz {

/// Runs a coroutine to its end, and everything it started.
template <class T> T run_to_end(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    std::optional<T> out;
    auto const done = [&](std::exception_ptr const& thrown, T value) {
        check(thrown == nullptr, "an exception left a coroutine");
        out.emplace(std::move(value));
    };
    boost::asio::co_spawn(context, std::move(task), done);
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
        migrate::application change;
        change.target.dialect = &sql::sqlite;
        change.previous = std::make_shared<datamodel::datamodel const>();
        change.next = model_;
        change.steps = migrate::infer(*change.previous, *model_).value();
        change.revision = 2;
        auto const applied = run_to_end(context_, migrate::apply(*database_, std::move(change)));
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

    std::string reset() {
        auto const answer = run_to_end(context_, service_->execute_private({"mutation { resetData }", "", {}}, id_));
        return std::string(answer.bytes());
    }

    [[nodiscard]] refract::datamodel::datamodel const& model() const { return *model_; }
    [[nodiscard]] refract::graphql::schema const& api() const { return service_->api(); }

private:
    boost::asio::io_context context_{1};
    std::shared_ptr<refract::datamodel::datamodel const> model_;
    std::shared_ptr<refract::sqlite::database> database_;
    std::unique_ptr<refract::prisma1::service> service_;
    std::string id_ = "local:fuzz";
};

} // namespace refract_fuzz
