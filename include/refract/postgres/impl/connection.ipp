#pragma once

#include <refract/postgres/connection.hpp>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::postgres {

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

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
connection::run(std::span<db::query const> batch, db::isolation mode) {
    auto waiting = db::wait_for<detail::outcome>(hand_over(batch, mode));
    auto done = co_await std::move(waiting);
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
    auto waiting = db::wait_for<detail::outcome>(hand_over(batch, db::isolation::none));
    auto done = co_await std::move(waiting);
    if (!done.answer) {
        co_return std::move(done.answer.failure());
    }
    co_return db::result<void>();
}

} // namespace refract::postgres
