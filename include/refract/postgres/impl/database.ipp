#pragma once

#include <refract/postgres/database.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace refract::postgres {

/// How often a batch may meet a broken connection before its caller hears of it.
inline constexpr int max_connections_tried = 3;

REFRACT_DECL database::database(boost::asio::any_io_executor executor, database_options o) {
    if (o.loops.empty()) {
        o.loops.push_back(executor);
    }
    db::pool_options p;
    p.lanes = o.loops.size();
    p.max_connections = o.connection_limit;
    p.reserved = o.connection_limit > 1 ? 1 : 0;
    p.shared_target =
        o.shared_target != 0 ? o.shared_target : std::max<std::size_t>(2, 2 * std::thread::hardware_concurrency());
    p.max_queued = o.max_queued;
    p.acquire_timeout = o.acquire_timeout;
    loops_ = o.loops.size() > 1 ? o.loops : std::vector<boost::asio::any_io_executor>();
    auto open = [on = std::move(o.loops), settings = std::move(o.connection)](std::size_t lane) { return connection::open(on[lane], settings); };
    pool_ = std::make_shared<pool_type>(std::move(executor), pool_type::lane_opener(std::move(open)), p);
}

REFRACT_DECL database::~database() { close(); }

REFRACT_DECL void database::close() { pool_->close(); }

REFRACT_DECL std::size_t database::lane_of(boost::asio::any_io_executor const& caller) const noexcept {
    auto const at = std::find(loops_.begin(), loops_.end(), caller);
    return at == loops_.end() ? 0 : static_cast<std::size_t>(at - loops_.begin());
}

REFRACT_DECL boost::asio::awaitable<db::result<db::lease>> database::acquire(db::access mode) {
    auto from = pool_;
    auto const here = co_await boost::asio::this_coro::executor;
    auto held = co_await from->acquire(mode == db::access::management ? db::use::reserved : db::use::exclusive, lane_of(here));
    if (!held) {
        co_return std::move(held.failure());
    }
    auto shared = held->get();
    auto keep = std::make_shared<db::pooled<connection>>(std::move(*held));
    co_return db::lease(shared, [keep](std::shared_ptr<db::connection> const&) {
        // Nothing to wait for: what the next user sends comes behind it.
        (*keep)->end_lease();
        keep->give_back();
    });
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
database::run(std::span<db::query const> batch, db::isolation mode) {
    auto from = pool_;
    std::size_t lane = 0;
    if (!loops_.empty()) {
        auto const here = co_await boost::asio::this_coro::executor;
        lane = lane_of(here);
    }
    auto const raw = std::any_of(batch.begin(), batch.end(), [](auto const& q) { return q.statement->id == 0; });
    for (int tried = 1;; ++tried) {
        auto const how = raw ? db::use::exclusive : db::use::shared;
        auto held = from->try_acquire(how, lane);
        if (!held) {
            auto waited = co_await from->acquire(how, lane);
            if (!waited) {
                co_return std::move(waited.failure());
            }
            held.emplace(std::move(*waited));
        }
        auto waiting = db::wait_for<detail::outcome>((*held)->hand_over(batch, mode));
        auto done = co_await std::move(waiting);
        if (raw) {
            (*held)->end_lease();
        }
        bool const harmless = !done.sent || mode == db::isolation::snapshot_read_only;
        bool const again = !done.answer && done.answer.failure().kind == db::error_kind::connection_lost && harmless;
        if (!again || tried == max_connections_tried) {
            co_return std::move(done.answer);
        }
    }
}

} // namespace refract::postgres
