// Test that the header is self-contained.
#include <refract/db/pool.hpp>

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

namespace {

namespace asio = boost::asio;
namespace db = refract::db;
using namespace std::chrono_literals;

struct fake_connection {
    explicit fake_connection(int n) : number(n) {}
    [[nodiscard]] bool usable() const noexcept { return !broken; }

    int number;
    std::atomic<bool> broken{false};
};

using fake_pool = db::pool<fake_connection>;
using held = db::pooled<fake_connection>;

/// Opens fakes, or fails as told.
struct script {
    int opened = 0;
    int attempts = 0;
    std::optional<db::error> failure;
    std::chrono::milliseconds delay{0};
};

/// One thread: the test steps the context.
class fixture {
public:
    explicit fixture(db::pool_options o) {
        pool = std::make_shared<fake_pool>(context.get_executor(), [this] { return open(); }, o);
    }

    asio::awaitable<fake_pool::opened> open() {
        ++plan.attempts;
        if (plan.delay.count() > 0) {
            asio::steady_timer timer(context, plan.delay);
            co_await timer.async_wait(asio::use_awaitable);
        }
        if (plan.failure) {
            co_return *plan.failure;
        }
        co_return std::make_shared<fake_connection>(++plan.opened);
    }

    /// Starts an acquire; its answer appears in the result.
    std::shared_ptr<std::optional<db::result<held>>> ask(db::use how) {
        auto answer = std::make_shared<std::optional<db::result<held>>>();
        auto task = [](std::shared_ptr<fake_pool> from, db::use wanted, auto to) -> asio::awaitable<void> {
            to->emplace(co_await from->acquire(wanted));
        };
        asio::co_spawn(context, task(pool, how, answer), asio::detached);
        step();
        return answer;
    }

    void step(std::chrono::milliseconds time = 0ms) {
        auto const end = std::chrono::steady_clock::now() + time;
        do {
            context.restart();
            context.run_until(end);
            while (context.poll() > 0) {
            }
            std::this_thread::sleep_for(time / 10);
        } while (std::chrono::steady_clock::now() < end);
    }

    asio::io_context context;
    script plan;
    std::shared_ptr<fake_pool> pool;
};

db::pool_options sized(std::size_t max) {
    db::pool_options o;
    o.max_connections = max;
    o.acquire_timeout = 50ms;
    o.patience = 30ms;
    o.first_retry_delay = 8ms;
    o.max_retry_delay = 16ms;
    return o;
}

db::error away() { return db::error{db::error_kind::unavailable, "away"}; }

bool has_connection(std::shared_ptr<std::optional<db::result<held>>> const& answer) { return *answer && (*answer)->has_value(); }

db::error_kind failure_of(std::shared_ptr<std::optional<db::result<held>>> const& answer) {
    REQUIRE(*answer);
    REQUIRE_FALSE((*answer)->has_value());
    return (*answer)->failure().kind;
}

} // namespace

TEST_CASE("db::pool: opens when asked, up to the limit, and gives back", "[db][pool]") {
    fixture f(sized(2));
    CHECK(f.pool->state().connections == 0);
    auto a = f.ask(db::use::exclusive);
    auto b = f.ask(db::use::exclusive);
    auto c = f.ask(db::use::exclusive);
    CHECK(has_connection(a));
    CHECK(has_connection(b));
    CHECK_FALSE(*c);
    CHECK(f.plan.opened == 2);
    CHECK(f.pool->state().queued == 1);
    a->reset();
    f.step();
    CHECK(has_connection(c));
    CHECK(f.plan.opened == 2);
    CHECK(f.pool->state().queued == 0);
}

TEST_CASE("db::pool: waiters are served in order of arrival", "[db][pool]") {
    auto o = sized(1);
    o.acquire_timeout = 5s;
    fixture f(o);
    auto first = f.ask(db::use::exclusive);
    std::vector<std::shared_ptr<std::optional<db::result<held>>>> waiting;
    for (int i = 0; i < 5; ++i) {
        waiting.push_back(f.ask(db::use::exclusive));
    }
    first->reset();
    for (std::size_t i = 0; i < waiting.size(); ++i) {
        f.step();
        for (std::size_t k = i; k < waiting.size(); ++k) {
            CHECK(has_connection(waiting[k]) == (k == i));
        }
        waiting[i]->reset();
    }
}

TEST_CASE("db::pool: the queue is bounded, waiting too", "[db][pool]") {
    auto o = sized(1);
    o.max_queued = 2;
    fixture f(o);
    auto first = f.ask(db::use::exclusive);
    auto second = f.ask(db::use::exclusive);
    auto third = f.ask(db::use::exclusive);
    auto refused = f.ask(db::use::exclusive);
    CHECK(failure_of(refused) == db::error_kind::queue_full);
    f.step(80ms);
    CHECK(failure_of(second) == db::error_kind::timeout);
    CHECK(failure_of(third) == db::error_kind::timeout);
    first->reset();
    auto later = f.ask(db::use::exclusive);
    CHECK(has_connection(later));
}

TEST_CASE("db::pool: a served waiter is not timed out later", "[db][pool]") {
    fixture f(sized(1));
    auto first = f.ask(db::use::exclusive);
    auto second = f.ask(db::use::exclusive);
    first->reset();
    f.step(80ms);
    CHECK(has_connection(second));
}

TEST_CASE("db::pool: sharers take the least busy connection", "[db][pool]") {
    auto o = sized(4);
    o.shared_target = 2;
    o.slow_after = 10s;
    fixture f(o);
    std::vector<std::shared_ptr<std::optional<db::result<held>>>> all;
    int on[3] = {0, 0, 0};
    for (int i = 0; i < 10; ++i) {
        all.push_back(f.ask(db::use::shared));
        REQUIRE(has_connection(all.back()));
        ++on[(**all.back())->operator->()->number];
    }
    CHECK(f.plan.opened == 2);
    CHECK(on[1] == 5);
    CHECK(on[2] == 5);
}

TEST_CASE("db::pool: sharers leave slow connections alone", "[db][pool]") {
    auto o = sized(3);
    o.shared_target = 1;
    o.slow_after = 5ms;
    fixture f(o);
    auto slow = f.ask(db::use::shared);
    f.step(15ms);
    auto next = f.ask(db::use::shared);
    CHECK(f.plan.opened == 2);
    REQUIRE(has_connection(next));
    CHECK((**next)->operator->()->number == 2);
}

TEST_CASE("db::pool: sharers keep to the first connections, exclusive users to the others", "[db][pool]") {
    auto o = sized(4);
    o.shared_target = 2;
    o.slow_after = 30ms;
    fixture f(o);
    auto const number = [](auto const& answer) {
        REQUIRE(has_connection(answer));
        return (**answer)->operator->()->number;
    };
    {
        auto a = f.ask(db::use::exclusive);
        auto b = f.ask(db::use::exclusive);
        auto c = f.ask(db::use::exclusive);
        CHECK(f.plan.opened == 3);
    }
    // The third stays idle although the first two are busy.
    std::vector<std::shared_ptr<std::optional<db::result<held>>>> all;
    for (int i = 0; i < 6; ++i) {
        all.push_back(f.ask(db::use::shared));
        CHECK(number(all.back()) <= 2);
    }
    auto alone = f.ask(db::use::exclusive);
    CHECK(number(alone) == 3);
    alone->reset();
    f.step(60ms);
    auto next = f.ask(db::use::shared); // the first two have answered nothing for too long
    CHECK(number(next) == 3);
    CHECK(f.plan.opened == 3);
}

TEST_CASE("db::pool: an exclusive user gets one although all are shared", "[db][pool]") {
    auto o = sized(2);
    o.shared_target = 2;
    o.slow_after = 10s;
    o.acquire_timeout = 5s;
    fixture f(o);
    auto a = f.ask(db::use::shared);
    auto a_too = f.ask(db::use::shared); // opens the second
    auto b = f.ask(db::use::shared);
    auto alone = f.ask(db::use::exclusive);
    CHECK_FALSE(*alone);
    // One of the two takes nobody in any more.
    auto c = f.ask(db::use::shared);
    auto d = f.ask(db::use::shared);
    REQUIRE(has_connection(c));
    REQUIRE(has_connection(d));
    CHECK((**c)->operator->() == (**d)->operator->());
    CHECK((**c)->operator->() == (**a)->operator->());
    b->reset();
    f.step();
    REQUIRE(has_connection(alone));
    CHECK((**alone)->operator->() != (**c)->operator->());
    alone->reset();
    auto e = f.ask(db::use::shared);
    CHECK(has_connection(e));
}

TEST_CASE("db::pool: one connection is kept back", "[db][pool]") {
    auto o = sized(3);
    o.reserved = 1;
    fixture f(o);
    auto a = f.ask(db::use::exclusive);
    auto b = f.ask(db::use::exclusive);
    auto c = f.ask(db::use::exclusive);
    CHECK_FALSE(*c);
    auto management = f.ask(db::use::reserved);
    REQUIRE(has_connection(management));
    management->reset();
    f.step(80ms);
    CHECK(failure_of(c) == db::error_kind::timeout);
    CHECK(has_connection(f.ask(db::use::reserved)));
}

TEST_CASE("db::pool: the only connection can't be kept back", "[db][pool]") {
    auto o = sized(1);
    o.reserved = 1;
    fixture f(o);
    CHECK(has_connection(f.ask(db::use::exclusive)));
    CHECK(has_connection(f.ask(db::use::reserved)));
}

TEST_CASE("db::pool: broken connections are replaced unseen", "[db][pool]") {
    fixture f(sized(1));
    SECTION("while idle") {
        auto a = f.ask(db::use::exclusive);
        (**a)->operator->()->broken = true;
        a->reset();
        auto b = f.ask(db::use::exclusive);
        REQUIRE(has_connection(b));
        CHECK((**b)->operator->()->number == 2);
    }
    SECTION("with somebody waiting") {
        auto a = f.ask(db::use::exclusive);
        auto b = f.ask(db::use::exclusive);
        (**a)->operator->()->broken = true;
        a->reset();
        f.step();
        REQUIRE(has_connection(b));
        CHECK((**b)->operator->()->number == 2);
    }
    SECTION("while others share it") {
        auto a = f.ask(db::use::shared);
        auto b = f.ask(db::use::shared);
        (**a)->operator->()->broken = true;
        auto c = f.ask(db::use::shared);
        REQUIRE(has_connection(c));
        CHECK((**c)->operator->()->number == 2);
        a->reset();
        b->reset();
        CHECK(f.pool->state().connections == 1);
    }
}

TEST_CASE("db::pool: a database that is away", "[db][pool]") {
    auto o = sized(2);
    o.acquire_timeout = 5s;
    fixture f(o);
    f.plan.failure = away();
    auto waiting = f.ask(db::use::shared);
    CHECK_FALSE(*waiting); // it may be a restart
    SECTION("waiters are told after a while, others at once") {
        f.step(100ms);
        CHECK(failure_of(waiting) == db::error_kind::unavailable);
        CHECK(f.plan.attempts >= 2);
        CHECK(f.plan.attempts <= 10);
        auto attempts = f.plan.attempts;
        int at_once = 0;
        for (int i = 0; i < 20; ++i) {
            auto next = f.ask(db::use::shared);
            at_once += *next ? 1 : 0;
        }
        CHECK(at_once >= 19);
        CHECK(f.plan.attempts <= attempts + 1);
    }
    SECTION("back in time: nobody is told") {
        f.step(10ms);
        f.plan.failure.reset();
        f.step(40ms);
        CHECK(has_connection(waiting));
    }
    SECTION("back later") {
        f.step(100ms);
        f.plan.failure.reset();
        f.step(30ms);
        CHECK(has_connection(f.ask(db::use::shared)));
    }
}

TEST_CASE("db::pool: a refusal is final", "[db][pool]") {
    fixture f(sized(2));
    f.plan.failure = db::error{db::error_kind::unavailable, "no", "28P01"};
    auto refused = f.ask(db::use::exclusive);
    CHECK(failure_of(refused) == db::error_kind::unavailable);
    CHECK(f.plan.attempts == 1);
}

TEST_CASE("db::pool: a limit of the server below ours", "[db][pool]") {
    auto o = sized(3);
    o.acquire_timeout = 5s;
    fixture f(o);
    auto a = f.ask(db::use::exclusive);
    f.plan.failure = away();
    auto b = f.ask(db::use::exclusive);
    f.step(60ms);
    CHECK_FALSE(*b); // somebody has a connection: it will come free
    a->reset();
    f.step();
    CHECK(has_connection(b));
}

TEST_CASE("db::pool: close", "[db][pool]") {
    fixture f(sized(1));
    auto a = f.ask(db::use::exclusive);
    auto b = f.ask(db::use::exclusive);
    f.pool->close();
    f.step();
    CHECK(failure_of(b) == db::error_kind::unavailable);
    CHECK(failure_of(f.ask(db::use::exclusive)) == db::error_kind::unavailable);
    CHECK(has_connection(a));
    a->reset();
    CHECK(f.pool->state().connections == 0);
}

TEST_CASE("db::pool: many threads", "[db][pool]") {
    asio::thread_pool threads(4);
    std::atomic<int> opened{0};
    db::pool_options o;
    o.max_connections = 3;
    o.reserved = 1;
    o.slow_after = 1ms;
    auto open = [&]() -> asio::awaitable<fake_pool::opened> { co_return std::make_shared<fake_connection>(++opened); };
    auto shared = std::make_shared<fake_pool>(threads.get_executor(), open, o);
    std::atomic<int> served{0};
    auto use = [&](int i) -> asio::awaitable<void> {
        for (int k = 0; k < 50; ++k) {
            auto how = i % 3 == 0 ? db::use::exclusive : i % 7 == 0 ? db::use::reserved : db::use::shared;
            auto got = co_await shared->acquire(how);
            if (!got) {
                co_return;
            }
            if ((i + k) % 40 == 0) {
                (*got)->broken = true;
            }
            co_await asio::post(asio::use_awaitable);
            ++served;
        }
    };
    for (int i = 0; i < 60; ++i) {
        asio::co_spawn(threads, use(i), asio::detached);
    }
    threads.join();
    CHECK(served == 60 * 50);
    CHECK(shared->state().busy == 0);
    CHECK(shared->state().queued == 0);
    CHECK(shared->state().connections <= 3);
}

namespace {

/// A pool of several lanes; a connection's number tells its lane: 10, 11 of lane 1.
class lanes_fixture {
public:
    explicit lanes_fixture(db::pool_options o) {
        auto open = [this](std::size_t lane) -> asio::awaitable<fake_pool::opened> {
            ++opened;
            co_return std::make_shared<fake_connection>(static_cast<int>(10 * lane + made[lane]++));
        };
        pool = std::make_shared<fake_pool>(context.get_executor(), fake_pool::lane_opener(open), o);
    }

    /// Who is given to a caller on that lane, once everything that was begun is done.
    held take(db::use how, std::size_t lane) {
        std::optional<db::result<held>> answer;
        auto task = [&]() -> asio::awaitable<void> {
            auto work = pool->acquire(how, lane);
            answer.emplace(co_await std::move(work));
        };
        asio::co_spawn(context, task, asio::detached);
        context.restart();
        context.poll();
        REQUIRE(answer);
        return std::move(**answer);
    }

    asio::io_context context;
    int opened = 0;
    std::vector<int> made{0, 0, 0};
    std::shared_ptr<fake_pool> pool;
};

} // namespace

TEST_CASE("db::pool: callers of a lane share its connections", "[db][pool]") {
    auto o = sized(7);
    o.lanes = 3;
    o.shared_target = 6;
    lanes_fixture f(o);
    std::vector<held> users;
    for (int round = 0; round < 8; ++round) {
        for (std::size_t const lane : {0U, 1U, 2U}) {
            users.push_back(f.take(db::use::shared, lane));
        }
    }
    CHECK(f.opened == 6);
    CHECK(f.made == std::vector<int>{2, 2, 2});
    users.clear();
    for (std::size_t const lane : {2U, 1U, 0U}) {
        auto const first = f.take(db::use::shared, lane);
        auto const second = f.take(db::use::shared, lane);
        CHECK(first->number / 10 == static_cast<int>(lane));
        CHECK(second->number / 10 == static_cast<int>(lane));
        CHECK(first->number != second->number);
        auto const alone = f.take(db::use::exclusive, lane); // both of the lane are in use
        CHECK(alone->number / 10 != static_cast<int>(lane));
    }
    auto const alone = f.take(db::use::exclusive, 1);
    CHECK(alone->number / 10 == 1);
    CHECK(f.opened == 6);
}

TEST_CASE("db::pool: a lane that can open no connection uses those of others", "[db][pool]") {
    auto o = sized(2);
    o.lanes = 3;
    o.shared_target = 3;
    lanes_fixture f(o);
    auto const of_first = f.take(db::use::shared, 0);
    auto const of_second = f.take(db::use::shared, 1);
    auto const second_again = f.take(db::use::shared, 1);
    CHECK(f.opened == 2);
    CHECK(of_first->number == 0);
    CHECK(second_again->number == 10);
    auto const homeless = f.take(db::use::shared, 2);
    CHECK(homeless->number == 10); // the least busy one: the first one serves two, as the second was not there at once
    CHECK(f.opened == 2);
}
