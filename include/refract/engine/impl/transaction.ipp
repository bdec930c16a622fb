#pragma once

#include <refract/engine/transaction.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <span>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::engine {

REFRACT_DECL void transaction::add(
    sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns, pending entry
) {
    if (held_) {
        return;
    }
    entry.statement = statements_.get(text.text(), columns);
    entry.parameters = sql::bind(text.parameters(), bindings_, inputs);
    if (entry.check) {
        ++checks_;
    }
    queue_.push_back(std::move(entry));
}

REFRACT_DECL void transaction::add_plain(std::string text, bool first) {
    pending entry;
    entry.statement = statements_.get(std::move(text));
    queue_.insert(first ? queue_.begin() : queue_.end(), std::move(entry));
}

REFRACT_DECL void transaction::queue(sql::fragment const& text, std::vector<db::value> const& inputs, write_context context) {
    pending entry;
    entry.context = context;
    add(text, inputs, {}, std::move(entry));
}

REFRACT_DECL void transaction::queue_check(
    sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns,
    result_check check, write_context context
) {
    pending entry;
    entry.context = context;
    entry.check = std::move(check);
    add(text, inputs, columns, std::move(entry));
}

REFRACT_DECL void transaction::queue_read(
    sql::fragment const& text, std::vector<db::value> const& inputs, std::vector<db::value_type> const& columns,
    result_reader read, write_context context
) {
    pending entry;
    entry.context = context;
    entry.read = std::move(read);
    add(text, inputs, columns, std::move(entry));
}

REFRACT_DECL plan::failure transaction::refused(db::error const& e, std::vector<pending> const& batch) {
    retryable_ = db::is_retryable(e);
    broken_ = db::poisons_connection(e) || e.kind == db::error_kind::unavailable;
    for (std::size_t i = 0; i < batch.size() && i < e.statement; ++i) {
        ambiguous_ = ambiguous_ || batch[i].check != nullptr;
    }
    auto const context = e.statement < batch.size() ? batch[e.statement].context : write_context{};
    return to_write_failure(e, target_, context);
}

REFRACT_DECL pace transaction::next_pace() const noexcept {
    if (broken_ || pace_ == pace::one_by_one) {
        return pace_;
    }
    if (ambiguous_ && !combined_) {
        return pace::one_by_one;
    }
    return combined_ && !retryable_ ? pace::pipelined : pace_;
}

REFRACT_DECL boost::asio::awaitable<outcome<void>> transaction::send(std::vector<pending> batch) {
    std::vector<db::query> queries;
    queries.reserve(batch.size());
    for (auto const& entry : batch) {
        queries.push_back({entry.statement.get(), entry.parameters});
    }
    std::span<db::query const> const all(queries);
    auto results = co_await connection_.run(all, db::isolation::none);
    if (!results) {
        co_return refused(results.failure(), batch);
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
        auto const& result = *(*results)[i];
        if (batch[i].read) {
            batch[i].read(result);
        }
        if (batch[i].check) {
            auto failed = batch[i].check(result);
            if (failed) {
                co_return std::move(*failed);
            }
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL boost::asio::awaitable<outcome<void>> transaction::flush() {
    if (queue_.empty()) {
        co_return outcome<void>{};
    }
    if (!begun_) {
        begun_ = true;
        // An in-process database takes its write lock at once: a read lock can't always be turned into one later.
        bool const in_process = connection_.local() != nullptr;
        add_plain(in_process ? "BEGIN IMMEDIATE" : "BEGIN", true);
    }
    checks_ = 0;
    auto batch = std::exchange(queue_, {});
    if (pace_ != pace::one_by_one) {
        auto sent = co_await send(std::move(batch));
        co_return sent;
    }
    for (auto& entry : batch) {
        std::vector<pending> one;
        one.push_back(std::move(entry));
        auto sent = co_await send(std::move(one));
        if (!sent) {
            co_return sent;
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL boost::asio::awaitable<outcome<void>> transaction::commit() {
    if (has_checks()) {
        auto flushed = co_await flush();
        if (!flushed) {
            co_return flushed;
        }
    }
    if (!begun_ && queue_.size() <= 1) { // a statement alone is a transaction
        auto batch = std::exchange(queue_, {});
        if (!batch.empty()) {
            auto sent = co_await send(std::move(batch));
            if (!sent) {
                co_return sent;
            }
        }
        committed_ = true;
        co_return outcome<void>{};
    }
    add_plain("COMMIT", false);
    auto flushed = co_await flush();
    committed_ = flushed.has_value();
    co_return flushed;
}

REFRACT_DECL boost::asio::awaitable<void> transaction::rollback() {
    queue_.clear();
    checks_ = 0;
    if (!begun_ || committed_) {
        co_return;
    }
    std::vector<pending> batch(1);
    batch.front().statement = statements_.get("ROLLBACK");
    bool const was_retryable = retryable_;
    // A connection that can't even roll back is cleaned or closed when the lease is given back.
    auto const sent = co_await send(std::move(batch));
    retryable_ = was_retryable;
    begun_ = !sent.has_value();
}

namespace detail {

/// Lets the other transaction finish: 1 ms to 2^attempt * 5 ms.
REFRACT_DECL boost::asio::awaitable<void> wait_before_attempt(unsigned attempt) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> delay(1, std::int64_t{5} << attempt);
    auto const executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor, std::chrono::milliseconds(delay(random)));
    boost::system::error_code ignored; // the timer is not cancelled by anyone
    auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
    co_await timer.async_wait(token);
}

/// The result is written to `out`: co_spawn wants results with a default.
REFRACT_DECL boost::asio::awaitable<void> attempt_transaction(
    db::connection& connection, sql::target const& t, statement_store& statements, plan::bindings const& bindings,
    transaction_body const& body, unsigned max_attempts, std::optional<outcome<std::string>>& out
) {
    auto speed = pace::combined;
    for (unsigned attempt = 1;; ++attempt) {
        transaction current(connection, t, statements, bindings, speed);
        auto answer = co_await body(current);
        if (!answer && current.has_queued()) { // what was to be written before may fail first
            auto const sent = co_await current.flush();
            if (!sent) {
                answer = sent.failure();
            }
        }
        if (answer || current.is_committed()) {
            out.emplace(std::move(answer));
            co_return;
        }
        co_await current.rollback();
        if (auto const next = current.next_pace(); next != speed) {
            speed = next;
            continue;
        }
        if (!current.is_retryable() || attempt >= max_attempts) {
            out.emplace(std::move(answer));
            co_return;
        }
        co_await wait_before_attempt(attempt);
    }
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_transaction(
    db::database& database, sql::target const& t, statement_store& statements, plan::bindings const& bindings,
    transaction_body const& body, unsigned max_attempts
) {
    auto acquired = co_await database.acquire(db::access::write);
    if (!acquired) {
        co_return to_failure(acquired.failure());
    }
    db::lease const lease = std::move(*acquired);
    std::optional<outcome<std::string>> out;
    auto work = detail::attempt_transaction(*lease, t, statements, bindings, body, max_attempts, out);
    boost::asio::any_io_executor const here = co_await boost::asio::this_coro::executor;
    boost::asio::any_io_executor const there = lease->executor();
    if (here == there) {
        co_await std::move(work);
    } else {
        co_await boost::asio::co_spawn(there, std::move(work), boost::asio::use_awaitable);
    }
    co_return std::move(*out);
}

} // namespace refract::engine
