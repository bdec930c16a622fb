// A service on a SQLite file of its own: datamodel in, tables made, requests answered.
#pragma once

#include <refract/datamodel/sdl.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/sqlite/database.hpp>

#include "migrate/first_deploy.hpp"
#include "remove_folder.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>
#include <unistd.h>

namespace refract::test {

/// Runs a coroutine to its end on a loop of its own.
template <class T> T wait_for(boost::asio::awaitable<T> work) {
    boost::asio::io_context loop;
    auto done = boost::asio::co_spawn(loop, std::move(work), boost::asio::use_future);
    loop.run();
    return done.get();
}

class service_fixture {
public:
    explicit service_fixture(std::string_view datamodel_text, prisma1::service_options options = {{}, true, true, {"default"}}) {
        auto parsed = datamodel::parse_sdl(datamodel_text, datamodel::sqlite_capabilities);
        for (auto const& e : parsed.errors) {
            FAIL(e.type << ": " << e.description);
        }
        auto pattern = (std::filesystem::temp_directory_path() / "refract-service-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        model_ = std::make_shared<datamodel::datamodel const>(std::move(parsed.model));
        sqlite::database_options place;
        place.connection.path = folder_ + "/service.db";
        database_ = std::make_shared<sqlite::database>(workers_.get_executor(), place);
        auto const applied = wait_for(migrate::apply(*database_, refract_tests::first_deploy(model_, {&sql::sqlite, ""})));
        REQUIRE(applied.error == "");
        REQUIRE(applied.applied);
        service_ = std::make_unique<prisma1::service>(
            "svc_dev", model_, database_, sql::sqlite, "", std::move(options)
        );
    }

    ~service_fixture() {
        service_.reset();
        database_.reset();
        workers_.join();
        refract_tests::remove_folder(folder_);
    }

    service_fixture(service_fixture const&) = delete;
    service_fixture& operator=(service_fixture const&) = delete;

    prisma1::response send(std::string query, std::string_view variables = "null") {
        auto body = prisma1::parse_request_body(R"({"query":"","variables":)" + std::string(variables) + "}", {}).value();
        body.requests.front().query = std::move(query);
        return wait_for(service_->execute(body.requests.front(), "local:test"));
    }

    /// The body of an answer with status 200.
    std::string ask(std::string query, std::string_view variables = "null") {
        auto const answer = send(std::move(query), variables);
        CHECK(answer.status == 200);
        return std::string(answer.bytes());
    }

    prisma1::service& service() { return *service_; }

private:
    boost::asio::thread_pool workers_{2};
    std::string folder_;
    std::shared_ptr<datamodel::datamodel const> model_;
    std::shared_ptr<db::database> database_;
    std::unique_ptr<prisma1::service> service_;
};

} // namespace refract::test
