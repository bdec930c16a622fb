#pragma once

#include <refract/sqlite/database.hpp>

#include <refract/db/completion.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::sqlite {

namespace detail {

/// Opens a connection on a strand of its own.
REFRACT_DECL boost::asio::awaitable<db::result<std::shared_ptr<connection>>> open_on_strand(
    boost::asio::any_io_executor workers, std::shared_ptr<database_options const> o, role r,
    std::shared_ptr<std::atomic<bool>> created
) {
    boost::asio::any_io_executor strand = boost::asio::make_strand(workers);
    auto there = boost::asio::bind_executor(strand, boost::asio::use_awaitable);
    co_await boost::asio::dispatch(there);
    auto settings = o->connection;
    settings.create = settings.create && !created->load();
    auto opened = connection::open(settings, r, strand);
    if (opened) {
        created->store(true);
    }
    co_return opened;
}

/// A lease on a pooled connection. What it leaves behind is cleaned up on the connection's own executor.
REFRACT_DECL db::lease lease_of(db::pooled<connection> held) {
    auto shared = held.get();
    auto keep = std::make_shared<db::pooled<connection>>(std::move(held));
    return db::lease(shared, [keep](std::shared_ptr<db::connection> const&) {
        auto executor = (*keep)->executor();
        boost::asio::dispatch(executor, [keep] {
            (*keep)->reset();
            keep->give_back();
        });
    });
}

} // namespace detail

REFRACT_DECL database::database(boost::asio::any_io_executor workers, database_options o)
    : workers_(std::move(workers)), created_(std::make_shared<std::atomic<bool>>(false)) {
    if (o.readers == 0) {
        o.readers = std::max<std::size_t>(2, std::thread::hardware_concurrency());
    }
    options_ = std::make_shared<database_options const>(std::move(o));
    writer_ = make_pool(role::writer, 1);
    readers_ = options_->connection.path == ":memory:" ? writer_ : make_pool(role::reader, options_->readers);
}

REFRACT_DECL database::~database() { close(); }

REFRACT_DECL void database::close() {
    readers_->close();
    writer_->close();
}

REFRACT_DECL std::shared_ptr<database::pool_type> database::make_pool(role r, std::size_t size) {
    db::pool_options p;
    p.max_connections = size;
    p.max_queued = options_->max_queued;
    p.acquire_timeout = options_->acquire_timeout;
    p.patience = std::chrono::milliseconds(0); // a file that can't be opened will not come back by waiting
    auto open = [workers = workers_, o = options_, r, created = created_] {
        return detail::open_on_strand(workers, o, r, created);
    };
    return std::make_shared<pool_type>(workers_, std::move(open), p);
}

REFRACT_DECL boost::asio::awaitable<db::result<db::pooled<connection>>> database::acquire_from(std::shared_ptr<pool_type> from) {
    for (;;) {
        auto held = co_await from->acquire(db::use::exclusive);
        if (!held || (*held)->still_there()) {
            co_return held;
        }
        held->give_back(); // the pool drops it, and opens another one if there is a file again
    }
}

REFRACT_DECL boost::asio::awaitable<db::result<db::lease>> database::acquire(db::access mode) {
    auto from = mode == db::access::read ? readers_ : writer_;
    auto held = co_await acquire_from(from);
    if (!held) {
        co_return std::move(held.failure());
    }
    co_return detail::lease_of(std::move(*held));
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
database::run(std::span<db::query const> batch, db::isolation mode) {
    auto from = mode == db::isolation::snapshot_read_only ? readers_ : writer_;
    auto held = co_await acquire_from(from);
    if (!held) {
        co_return std::move(held.failure());
    }
    std::optional<db::result<db::results>> answer;
    std::exception_ptr thrown;
    // Not a coroutine that goes there and comes back: the post that brings it back may still be at work in the caller's execution
    // context when the caller, gone on already, destroys that. A completion keeps the context busy until its post has returned.
    auto start = [&](db::completion<bool> done) {
        auto const there = (*held)->executor();
        boost::asio::dispatch(there, [&, done = std::move(done)]() mutable {
            try {
                answer.emplace((*held)->run_now(batch, mode));
                (*held)->reset();
            } catch (...) {
                thrown = std::current_exception();
            }
            held->give_back();
            done(true);
        });
    };
    co_await db::wait_for<bool>(start);
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    co_return std::move(*answer);
}

} // namespace refract::sqlite
