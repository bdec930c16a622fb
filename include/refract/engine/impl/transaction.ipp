#pragma once

#include <refract/db/run_there.hpp>
#include <refract/engine/transaction.hpp>

#include <chrono>
#include <cstdint>
#include <random>
#include <span>
#include <utility>

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
        if (shared_ == nullptr) {
            // An in-process database takes its write lock at once: a read lock can't always be turned into one later.
            bool const in_process = connection_.local() != nullptr;
            add_plain(in_process ? "BEGIN IMMEDIATE" : "BEGIN", true);
        }
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
    if (shared_ != nullptr) {
        auto flushed = co_await flush();
        if (flushed) {
            if (auto refusal = shared_->check(); !refusal) {
                co_return to_write_failure(refusal.failure(), target_, {});
            }
        }
        committed_ = flushed.has_value();
        co_return flushed;
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
    if (shared_ != nullptr) {
        // What can't be taken back was lost with the whole transaction.
        static_cast<void>(shared_->undo());
        begun_ = false;
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

/// How a transaction is attempted, and how it went.
struct attempts {
    sql::target const& target;
    statement_store& statements;
    plan::bindings const& bindings;
    transaction_body const& body;
    unsigned max = 1;
    std::optional<outcome<std::string>> out{}; ///< co_spawn wants results with a default
    bool committed = false;
};

/// Tries until it succeeds, fails for good, or was tried too often.
REFRACT_DECL boost::asio::awaitable<void>
attempt_transaction(db::connection& connection, attempts& a, db::local_connection* shared) {
    auto speed = pace::combined;
    for (unsigned attempt = 1;; ++attempt) {
        transaction current(connection, a.target, a.statements, a.bindings, speed, shared);
        auto answer = co_await a.body(current);
        if (!answer && current.has_queued()) { // what was to be written before may fail first
            auto const sent = co_await current.flush();
            if (!sent) {
                answer = sent.failure();
            }
        }
        a.committed = current.is_committed();
        if (answer || a.committed) {
            a.out.emplace(std::move(answer));
            co_return;
        }
        co_await current.rollback();
        if (auto const next = current.next_pace(); next != speed) {
            speed = next;
            continue;
        }
        if (!current.is_retryable() || attempt >= a.max) {
            a.out.emplace(std::move(answer));
            co_return;
        }
        co_await wait_before_attempt(attempt);
    }
}

/// A transaction that may share its way to the disk with others.
class shared_transaction final : public db::local_write {
public:
    explicit shared_transaction(attempts& a) : attempts_(a) {}

    boost::asio::awaitable<bool> run(db::connection& on) override {
        // Nobody else writes meanwhile: what fails now fails again.
        attempts_.max = 1;
        co_await attempt_transaction(on, attempts_, on.local());
        co_return attempts_.committed;
    }

private:
    attempts& attempts_;
};

REFRACT_DECL boost::asio::awaitable<void> run_shared(db::local_database& database, attempts& a, unsigned max_attempts) {
    for (unsigned attempt = 1;; ++attempt) {
        shared_transaction work(a);
        auto const written = co_await database.write(work);
        if (written) {
            co_return;
        }
        if (!db::is_retryable(written.failure()) || attempt >= max_attempts) {
            a.out.emplace(to_failure(written.failure()));
            co_return;
        }
        co_await wait_before_attempt(attempt);
    }
}

REFRACT_DECL boost::asio::awaitable<void> run_leased(db::database& database, attempts& a) {
    auto acquired = co_await database.acquire(db::access::write);
    if (!acquired) {
        a.out.emplace(to_failure(acquired.failure()));
        co_return;
    }
    db::lease const lease = std::move(*acquired);
    auto work = db::run_there(lease->executor(), attempt_transaction(*lease, a, nullptr));
    co_await std::move(work);
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_transaction(
    db::database& database, sql::target const& t, statement_store& statements, plan::bindings const& bindings,
    transaction_body const& body, unsigned max_attempts
) {
    detail::attempts all{t, statements, bindings, body, max_attempts};
    auto* const local = database.local();
    auto work = local != nullptr ? detail::run_shared(*local, all, max_attempts) : detail::run_leased(database, all);
    co_await std::move(work);
    co_return std::move(*all.out);
}

} // namespace refract::engine
