#pragma once

#include <refract/sqlite/database.hpp>

#include <refract/db/completion.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <span>
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
    std::shared_ptr<std::atomic<std::size_t>> already
) {
    boost::asio::any_io_executor strand = boost::asio::make_strand(workers);
    auto there = boost::asio::bind_executor(strand, boost::asio::use_awaitable);
    co_await boost::asio::dispatch(there);
    auto settings = o->connection;
    settings.create = settings.create && already->load() == 0;
    auto opened = connection::open(settings, r, strand);
    if (opened) {
        already->fetch_add(1); // from now on the others look whether theirs is this file
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

/// Runs `work` on the connection's executor and waits for it.
template <class Work> boost::asio::awaitable<void> run_there(connection& on, Work& work) {
    std::exception_ptr thrown;
    // Not a coroutine that goes there and comes back: the post that brings it back may still be at work in the caller's execution
    // context when the caller, gone on already, destroys that. A completion keeps the context busy until its post has returned.
    auto start = [&](db::completion<bool> done) {
        boost::asio::dispatch(on.executor(), [&, done = std::move(done)]() mutable {
            try {
                work();
            } catch (...) {
                thrown = std::current_exception();
            }
            done(true);
        });
    };
    auto waiting = db::wait_for<bool>(start);
    co_await std::move(waiting);
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

/// A batch as a part of a shared transaction.
class batch_write final : public db::local_write {
public:
    explicit batch_write(std::span<db::query const> batch) : batch_(batch) {}

    boost::asio::awaitable<bool> run(db::connection& on) override {
        auto& writer = static_cast<connection&>(on);
        answer.emplace(writer.run_now(batch_, db::isolation::none));
        if (*answer) {
            if (auto refused = writer.check(); !refused) {
                answer.emplace(std::move(refused.failure()));
            }
        }
        co_return answer->has_value();
    }

    std::optional<db::result<db::results>> answer{};

private:
    std::span<db::query const> batch_;
};

} // namespace detail

REFRACT_DECL database::database(boost::asio::any_io_executor workers, database_options o)
    : workers_(std::move(workers)), opened_(std::make_shared<std::atomic<std::size_t>>(0)) {
    auto const cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    o.readers = o.readers == 0 ? std::max<std::size_t>(2, cores) : o.readers;
    o.readers_here = o.readers_here == 0 ? cores : o.readers_here;
    options_ = std::make_shared<database_options const>(std::move(o));
    writer_ = make_pool(role::writer, 1, 0);
    bool const in_memory = options_->connection.path == ":memory:";
    readers_ = in_memory ? writer_ : make_pool(role::reader, options_->readers + options_->readers_here, options_->readers_here);
    writes_ = std::make_shared<detail::write_queue>(
        workers_, writer_, options_->groups, options_->max_queued, options_->acquire_timeout
    );
}

REFRACT_DECL database::~database() { close(); }

REFRACT_DECL void database::close() {
    writes_->close();
    readers_->close();
    writer_->close();
}

REFRACT_DECL std::shared_ptr<database::pool_type> database::make_pool(role r, std::size_t size, std::size_t reserved) {
    db::pool_options p;
    p.max_connections = size;
    p.reserved = reserved;
    p.max_queued = options_->max_queued;
    p.acquire_timeout = options_->acquire_timeout;
    p.patience = std::chrono::milliseconds(0); // a file that can't be opened will not come back by waiting
    auto open = [workers = workers_, o = options_, r, already = opened_] {
        return detail::open_on_strand(workers, o, r, already);
    };
    return std::make_shared<pool_type>(workers_, std::move(open), p);
}

REFRACT_DECL boost::asio::awaitable<db::result<db::lease>> database::acquire(db::access mode) {
    auto from = mode == db::access::read ? readers_ : writer_;
    auto held = co_await detail::acquire_present(std::move(from), db::use::exclusive);
    if (!held) {
        co_return std::move(held.failure());
    }
    co_return detail::lease_of(std::move(*held));
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
database::run(std::span<db::query const> batch, db::isolation mode) {
    if (mode == db::isolation::atomic) {
        detail::batch_write work(batch);
        auto written = co_await writes_->write(work);
        if (!written) {
            co_return std::move(written.failure());
        }
        co_return std::move(*work.answer);
    }
    auto from = mode == db::isolation::snapshot_read_only ? readers_ : writer_;
    auto held = co_await detail::acquire_present(std::move(from), db::use::exclusive);
    if (!held) {
        co_return std::move(held.failure());
    }
    std::optional<db::result<db::results>> answer;
    auto work = [&] {
        try {
            answer.emplace((*held)->run_now(batch, mode));
        } catch (...) {
            (*held)->reset();
            throw;
        }
        (*held)->reset();
        held->give_back();
    };
    co_await detail::run_there(**held, work);
    co_return std::move(*answer);
}

REFRACT_DECL bool database::is_short(db::local_read& work) const {
    return work.estimate().expected() <= options_->short_read_steps / detail::steps_per_tick;
}

REFRACT_DECL bool database::try_read(db::local_read& work) {
    if (!is_short(work)) {
        return false;
    }
    auto held = readers_->try_acquire(db::use::reserved);
    return held && (*held)->still_there_lately(opened_->load()) && (*held)->try_read(work, options_->short_read_time);
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> database::read(db::local_read& work) {
    if (is_short(work)) {
        auto held = co_await detail::acquire_present(readers_, db::use::reserved);
        if (!held) {
            co_return std::move(held.failure());
        }
        if ((*held)->try_read(work, options_->short_read_time)) {
            co_return db::result<void>();
        }
    }
    auto held = co_await detail::acquire_present(readers_, db::use::exclusive);
    if (!held) {
        co_return std::move(held.failure());
    }
    auto all = [&] {
        (*held)->read(work);
        held->give_back();
    };
    co_await detail::run_there(**held, all);
    co_return db::result<void>();
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> database::write(db::local_write& work) { return writes_->write(work); }

} // namespace refract::sqlite
