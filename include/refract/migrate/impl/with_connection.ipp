#pragma once

#include <refract/migrate/run_fragment.hpp>

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::migrate {

template <class T, class Work>
boost::asio::awaitable<db::result<T>> with_connection(db::database& database, db::access mode, Work work) {
    auto acquired = database.acquire(mode);
    auto lease = co_await std::move(acquired);
    if (!lease) {
        co_return std::move(lease.failure());
    }
    auto const executor = (*lease)->executor();
    std::optional<db::result<T>> out; // a result has no default, which co_spawn asks of what it carries
    auto const run = [&]() -> boost::asio::awaitable<void> {
        auto task = work(*lease->operator->());
        out.emplace(co_await std::move(task));
    };
    auto spawned = boost::asio::co_spawn(executor, run, boost::asio::use_awaitable);
    co_await std::move(spawned);
    co_return std::move(*out);
}

} // namespace refract::migrate
