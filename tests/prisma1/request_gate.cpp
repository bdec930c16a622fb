// Test that the header is self-contained.
#include <refract/prisma1/request_gate.hpp>

#include <catch2/catch.hpp>

#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

using namespace refract;
using namespace std::chrono_literals;
using prisma1::gate_refusal;
using prisma1::request_gate;

namespace {

/// The rule of Prisma 1's demo servers.
prisma1::request_gate_options demo() {
    prisma1::request_gate_options options;
    options.rate = 10;
    options.per_seconds = 10;
    options.max_waiting = 25;
    return options;
}

auto const start = request_gate::clock::now();

/// The turn of a request that finds a place in the row.
request_gate::turn turn_at(request_gate& gate, char const* project, request_gate::clock::time_point now) {
    auto const t = gate.queue(project, now);
    REQUIRE(t);
    return *t;
}

} // namespace

TEST_CASE("request_gate: as many as the bucket holds at once, then one after the other", "[prisma1][request_gate]") {
    request_gate gate(demo());
    for (int i = 0; i < 10; ++i) {
        auto const t = turn_at(gate, "a", start);
        CHECK(t.wait == 0s);
        CHECK(gate.arrive("a", t, start));
    }
    for (int i = 1; i <= 25; ++i) {
        auto const t = turn_at(gate, "a", start);
        CHECK(t.wait == i * 1s);
        CHECK_FALSE(t.late);
    }
    CHECK(gate.queue("a", start).failure() == gate_refusal::full);
    CHECK(turn_at(gate, "b", start).wait == 0s); // another service
}

TEST_CASE("request_gate: the bucket fills again", "[prisma1][request_gate]") {
    request_gate gate(demo());
    auto const pass_at = [&](request_gate::clock::duration after) {
        auto const t = turn_at(gate, "a", start + after);
        REQUIRE(t.wait == 0s);
        REQUIRE(gate.arrive("a", t, start + after));
        gate.leave("a", start + after);
    };
    for (int i = 0; i < 10; ++i) {
        pass_at(0s);
    }
    pass_at(1s);
    CHECK(turn_at(gate, "a", start + 1500ms).wait == 500ms);
    for (int i = 0; i < 10; ++i) { // full again
        pass_at(12s);
    }
    CHECK(turn_at(gate, "a", start + 12s).wait > 0s);
}

TEST_CASE("request_gate: whose turn does not come in time takes nobody's", "[prisma1][request_gate]") {
    auto options = demo();
    options.max_waiting = 1'000;
    request_gate gate(options);
    for (int i = 0; i < 10 + 25; ++i) {
        CHECK_FALSE(turn_at(gate, "a", start).late);
    }
    for (int i = 0; i < 5; ++i) {
        auto const t = turn_at(gate, "a", start);
        CHECK(t.late);
        CHECK(t.wait == 25s);
        CHECK(gate.arrive("a", t, start + 25s).failure() == gate_refusal::late);
    }
    CHECK(turn_at(gate, "a", start + 1s).wait == 25s);
}

TEST_CASE("request_gate: exempt services, and a bound on requests under way", "[prisma1][request_gate]") {
    auto options = demo();
    options.exempt = {"free$dev"};
    options.max_running = 2;
    request_gate gate(options);
    for (int i = 0; i < 100; ++i) {
        auto const t = turn_at(gate, "free$dev", start);
        CHECK(t.wait == 0s);
        if (i < 2) {
            CHECK(gate.arrive("free$dev", t, start));
        } else {
            CHECK(gate.arrive("free$dev", t, start).failure() == gate_refusal::crowded);
        }
    }
    gate.leave("free$dev", start);
    auto const t = turn_at(gate, "free$dev", start);
    CHECK(gate.arrive("free$dev", t, start));
    CHECK_FALSE(prisma1::request_gate_options{}.on());
}

TEST_CASE("request_gate: enter waits, and nothing is kept of services that rest", "[prisma1][request_gate]") {
    boost::asio::io_context context;
    auto options = demo();
    options.rate = 50;
    options.per_seconds = 1;
    options.max_running = 100;
    auto const gate = std::make_shared<request_gate>(options);
    int entered = 0;
    int waited = 0;
    auto const begin = request_gate::clock::now();
    auto const call = [&]() -> boost::asio::awaitable<void> {
        auto entering = gate->enter("a");
        auto pass = co_await std::move(entering);
        REQUIRE(pass);
        CHECK(pass->throttled());
        waited += pass->waited() > 0ms ? 1 : 0;
        ++entered;
    };
    for (int i = 0; i < 60; ++i) {
        boost::asio::co_spawn(context, call(), boost::asio::detached);
    }
    context.run();
    CHECK(entered == 60);
    CHECK(waited >= 5); // fifty pass at once, and one more each 20 ms
    CHECK(waited <= 10);
    CHECK(request_gate::clock::now() - begin >= 150ms);
    CHECK(gate->size() == 1); // its bucket is not full yet
    turn_at(*gate, "b", request_gate::clock::now() - 10s);
    CHECK(gate->arrive("b", {}, request_gate::clock::now()));
    gate->leave("b", request_gate::clock::now());
    CHECK(gate->size() == 1);
}
