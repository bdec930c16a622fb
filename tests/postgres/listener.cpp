// Test that the header is self-contained.
#include <refract/postgres/listener.hpp>

#include <refract/postgres/connection.hpp>

#include "postgres_server.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace refract;

/// Runs statements on a connection of their own.
boost::asio::awaitable<void> run(boost::asio::any_io_executor executor, std::string conninfo, std::vector<std::string> statements) {
    postgres::options o;
    o.conninfo = std::move(conninfo);
    auto opening = postgres::connection::open(executor, std::move(o));
    auto opened = co_await std::move(opening);
    if (opened) {
        auto executing = (*opened)->execute(std::move(statements));
        auto const done = co_await std::move(executing);
        CHECK(done.has_value());
    }
    CHECK(opened.has_value());
}

} // namespace

TEST_CASE("postgres::listener: hears its channel, again after its connection was lost, and ends", "[postgres][listener]") {
    auto* const server = postgres_server::get();
    if (server == nullptr) {
        return;
    }
    boost::asio::io_context context;
    postgres::options o;
    o.conninfo = server->conninfo();
    o.application_name = "listens";
    std::vector<std::string> heard;
    int connected = 0;
    postgres::listener::callbacks callbacks;
    callbacks.heard = [&](std::string_view payload) { heard.emplace_back(payload); };
    callbacks.connected = [&] { ++connected; };
    auto const listener = std::make_shared<postgres::listener>(context.get_executor(), o, "a \"channel\"", callbacks);
    listener->start();
    auto const until = [&](auto const& holds) {
        auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            context.run_for(std::chrono::milliseconds(5));
            context.restart();
        }
        REQUIRE(holds());
    };
    auto const send = [&](std::vector<std::string> statements) {
        boost::asio::co_spawn(context, run(context.get_executor(), server->conninfo(), std::move(statements)), boost::asio::detached);
    };
    until([&] { return connected == 1; });
    send({"NOTIFY \"a \"\"channel\"\"\", 'one'", "NOTIFY another, 'no'", "SELECT pg_notify('a \"channel\"', '')"});
    until([&] { return heard.size() == 2; });
    CHECK(heard == std::vector<std::string>{"one", ""});
    send({"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listens'"});
    until([&] { return connected == 2; });
    send({"NOTIFY \"a \"\"channel\"\"\", 'two'"});
    until([&] { return heard.size() == 3; });
    CHECK(heard.back() == "two");
    listener->close();
    context.restart();
    context.run(); // nothing is left
}

TEST_CASE("postgres::listener: a server that is away", "[postgres][listener]") {
    boost::asio::io_context context;
    postgres::options o;
    o.host = "127.0.0.1";
    o.port = 1;
    postgres::listener::callbacks callbacks;
    callbacks.heard = [](std::string_view) { FAIL(); };
    callbacks.connected = [] { FAIL(); };
    auto const listener = std::make_shared<postgres::listener>(context.get_executor(), o, "c", callbacks);
    listener->start();
    context.run_for(std::chrono::milliseconds(150));
    listener->close();
    context.restart();
    context.run();
    CHECK(context.stopped());
}
