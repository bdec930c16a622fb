// Runs a coroutine where a connection lives.
#pragma once

#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::db {

/// Runs `work` on `there` and resumes on the caller's executor. Exceptions: those of `work`.
inline boost::asio::awaitable<void> run_there(boost::asio::any_io_executor there, boost::asio::awaitable<void> work) {
    boost::asio::any_io_executor const here = co_await boost::asio::this_coro::executor;
    if (here == there) {
        co_await std::move(work);
    } else {
        co_await boost::asio::co_spawn(there, std::move(work), boost::asio::use_awaitable);
    }
}

} // namespace refract::db
