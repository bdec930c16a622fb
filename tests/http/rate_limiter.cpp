// Test that the header is self-contained.
#include <refract/http/rate_limiter.hpp>

#include <catch2/catch.hpp>

using namespace refract;
using namespace std::chrono_literals;
using http::rate_limiter;

namespace {

/// The requests let through of one client that sends `per_second` of them for ten seconds.
std::uint32_t passed(http::rate_limit const& limit, std::uint32_t per_second, rate_limiter::clock::duration begin) {
    rate_limiter limiter(limit);
    std::uint32_t out = 0;
    for (std::uint32_t i = 0; i < 10 * per_second; ++i) {
        rate_limiter::clock::time_point const now(begin + i * rate_limiter::clock::duration(1s) / per_second);
        out += limiter.ask("10.0.0.1", now) == 0 ? 1 : 0;
    }
    return out;
}

} // namespace

TEST_CASE("rate_limiter: within 2 % of the limit over ten seconds", "[http][rate_limiter]") {
    for (auto const begin : {5s + 0ms, 5s + 700ms, 7s + 999ms}) {
        for (std::uint32_t const pressure : {150U, 1'000U, 20'000U}) {
            auto const in_seconds = passed({.requests = 100, .window = 1s}, pressure, begin);
            CHECK(in_seconds >= 980);
            CHECK(in_seconds <= 1'020);
            CHECK(passed({.requests = 100, .window = 10s}, pressure, begin) == 100);
            auto const few = passed({.requests = 20, .window = 2s}, pressure, begin);
            CHECK(few >= 98);
            CHECK(few <= 102);
        }
        CHECK(passed({.requests = 100, .window = 1s}, 99, begin) == 990); // who stays below is never refused
        CHECK(passed({.requests = 0}, 1'000, begin) == 10'000);
    }
}

TEST_CASE("rate_limiter: says when to come again, and that is true", "[http][rate_limiter]") {
    rate_limiter limiter({.requests = 10, .window = 60s});
    rate_limiter::clock::time_point now(1h);
    for (int i = 0; i < 10; ++i) {
        CHECK(limiter.ask("a", now) == 0);
    }
    CHECK(limiter.ask("b", now) == 0); // each client has its own
    for (int round = 0; round < 20; ++round) {
        auto const after = limiter.ask("a", now);
        REQUIRE(after > 0);
        CHECK(after <= 60);
        CHECK(limiter.ask("a", now + std::chrono::seconds(after) - 2s) > 0);
        now += std::chrono::seconds(after);
        CHECK(limiter.ask("a", now) == 0);
        while (limiter.ask("a", now) == 0) {
        }
    }
}

TEST_CASE("rate_limiter: a bounded number of clients, the one not seen for longest goes first", "[http][rate_limiter]") {
    rate_limiter limiter({.requests = 1, .window = 60s, .max_clients = 100});
    rate_limiter::clock::time_point const now(1h);
    CHECK(limiter.ask("first", now) == 0);
    for (int i = 0; i < 10'000; ++i) {
        CHECK(limiter.ask(std::to_string(i), now) == 0);
        CHECK(limiter.ask("first", now) > 0); // seen all the time
    }
    CHECK(limiter.size() == 100);
    CHECK(limiter.ask("9999", now) > 0);
    CHECK(limiter.ask("1", now) == 0); // forgotten
}
