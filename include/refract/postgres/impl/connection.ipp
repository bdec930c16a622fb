#pragma once

#include <refract/postgres/connection.hpp>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::postgres {

namespace detail {

/// Hands a batch over. A named type: g++ 12 warns of a lambda that lives in a coroutine.
struct submission {
    std::shared_ptr<session> to;
    std::span<db::query const> queries;
    db::isolation mode;

    void operator()(db::completion<outcome> done) const {
        auto b = std::make_unique<batch>();
        b->queries = queries;
        b->mode = mode;
        b->done = std::move(done);
        to->submit(std::move(b));
    }
};

} // namespace detail

REFRACT_DECL boost::asio::awaitable<db::result<std::shared_ptr<connection>>>
connection::open(boost::asio::any_io_executor executor, options o) {
    boost::asio::any_io_executor strand = o.strand ? boost::asio::any_io_executor(boost::asio::make_strand(executor)) : executor;
    auto fresh = std::make_shared<detail::session>(strand, std::move(o));
    auto connecting = fresh->connect();
    auto failed = co_await boost::asio::co_spawn(strand, std::move(connecting), boost::asio::use_awaitable);
    if (failed) {
        co_return std::move(*failed);
    }
    co_return std::shared_ptr<connection>(new connection(std::move(fresh)));
}

REFRACT_DECL boost::asio::awaitable<detail::outcome>
connection::try_run(std::span<db::query const> queries, db::isolation mode) {
    return db::wait_for<detail::outcome>(detail::submission{session_, queries, mode});
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
connection::run(std::span<db::query const> batch, db::isolation mode) {
    auto done = co_await try_run(batch, mode);
    co_return std::move(done.answer);
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> connection::execute(std::vector<std::string> statements) {
    std::vector<db::statement> compiled;
    for (auto& text : statements) {
        compiled.push_back(db::statement{std::move(text), 0, {}});
    }
    std::vector<db::query> batch;
    for (auto const& s : compiled) {
        batch.push_back(db::query{&s, {}});
    }
    auto done = co_await try_run(batch, db::isolation::none);
    if (!done.answer) {
        co_return std::move(done.answer.failure());
    }
    co_return db::result<void>();
}

} // namespace refract::postgres
