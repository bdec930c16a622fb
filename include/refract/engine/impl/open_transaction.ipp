#pragma once

#include <refract/db/run_there.hpp>
#include <refract/engine/open_transaction.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace refract::engine {

namespace detail {

/// The statements of savepoints; one name is enough, as no savepoint is ever left open around another.
struct savepoint_statements {
    db::statement begin{"SAVEPOINT request", db::next_statement_id()};
    db::statement release{"RELEASE SAVEPOINT request", db::next_statement_id()};
    db::statement rollback_to{"ROLLBACK TO SAVEPOINT request", db::next_statement_id()};
};

REFRACT_DECL savepoint_statements const& savepoints() {
    static savepoint_statements const all;
    return all;
}

/// A connection inside a transaction, for those who begin and end one of their own: theirs is a savepoint.
class savepoint_connection final : public db::connection {
public:
    savepoint_connection(db::connection& inner, bool& lost) : inner_(inner), lost_(lost) {}

    boost::asio::any_io_executor executor() override { return inner_.executor(); }
    db::local_connection* local() noexcept override { return inner_.local(); }

    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation /*mode*/) override {
        bool const begins = !batch.empty() && is_begin(batch.front());
        auto work = inside_ || begins ? run_inside(batch) : run_alone(batch);
        auto answered = co_await std::move(work);
        co_return answered;
    }

private:
    static bool is_begin(db::query const& q) { return q.statement->text == "BEGIN" || q.statement->text == "BEGIN IMMEDIATE"; }

    /// A part of a transaction somebody begins, goes on with, or ends.
    boost::asio::awaitable<db::result<db::results>> run_inside(std::span<db::query const> batch) {
        if (batch.size() == 1 && batch.front().statement->text == "ROLLBACK") {
            auto work = take_back();
            auto undone = co_await std::move(work);
            inside_ = false;
            if (undone) {
                undone->pop_back();
            }
            co_return undone;
        }
        std::vector<db::query> all(batch.begin(), batch.end());
        for (auto& q : all) {
            if (is_begin(q)) {
                inside_ = true;
                q = {&savepoints().begin, {}};
            } else if (q.statement->text == "COMMIT") {
                q = {&savepoints().release, {}};
            }
        }
        bool const ends = all.back().statement == &savepoints().release;
        auto work = send(all);
        auto answered = co_await std::move(work);
        inside_ = inside_ && !(ends && answered);
        co_return answered;
    }

    /// A batch that is a transaction by itself.
    boost::asio::awaitable<db::result<db::results>> run_alone(std::span<db::query const> batch) {
        std::vector<db::query> all{{&savepoints().begin, {}}};
        all.insert(all.end(), batch.begin(), batch.end());
        all.push_back({&savepoints().release, {}});
        auto work = send(all);
        auto answered = co_await std::move(work);
        if (answered) {
            answered->erase(answered->begin());
            answered->pop_back();
            co_return answered;
        }
        auto taking_back = take_back();
        static_cast<void>(co_await std::move(taking_back)); // lost_ tells
        auto failure = std::move(answered.failure());
        failure.statement -= std::min<std::uint32_t>(1, failure.statement);
        co_return failure;
    }

    /// Back to the savepoint. What can't be taken back is lost with the whole transaction.
    boost::asio::awaitable<db::result<db::results>> take_back() {
        std::vector<db::query> const all{{&savepoints().rollback_to, {}}, {&savepoints().release, {}}};
        auto work = inner_.run(all, db::isolation::none);
        auto done = co_await std::move(work);
        lost_ = lost_ || !done;
        co_return done;
    }

    boost::asio::awaitable<db::result<db::results>> send(std::span<db::query const> all) {
        auto work = inner_.run(all, db::isolation::none);
        auto answered = co_await std::move(work);
        lost_ = lost_ || (!answered && (db::poisons_connection(answered.failure()) || answered.failure().kind == db::error_kind::unavailable));
        co_return answered;
    }

    db::connection& inner_;
    bool& lost_;          ///< of the whole transaction
    bool inside_ = false; ///< between a BEGIN and its end
};

/// A batch as a part of the transaction of an in-process database.
class batch_part final : public db::local_write {
public:
    explicit batch_part(std::span<db::query const> batch) : batch_(batch) {}

    boost::asio::awaitable<bool> run(db::connection& on) override {
        auto work = on.run(batch_, db::isolation::none);
        answer.emplace(co_await std::move(work));
        if (*answer) {
            if (auto refused = on.local()->check(); !refused) {
                answer.emplace(std::move(refused.failure()));
            }
        }
        co_return answer->has_value();
    }

    std::optional<db::result<db::results>> answer{};

private:
    std::span<db::query const> batch_;
};

/// A write between the ones before and after it. `lost`: the database gave up the transaction.
REFRACT_DECL boost::asio::awaitable<db::result<void>> write_part(db::connection& on, db::local_write& work, bool& lost) {
    auto& local = *on.local();
    if (auto started = local.begin_part(); !started) {
        lost = true;
        co_return started;
    }
    std::exception_ptr thrown;
    bool kept = false;
    try {
        auto writing = work.run(on);
        kept = co_await std::move(writing);
    } catch (...) {
        thrown = std::current_exception();
    }
    auto ended = local.end_part(kept);
    lost = lost || !ended;
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    co_return ended;
}

/// Begins or ends the whole transaction.
REFRACT_DECL boost::asio::awaitable<db::result<void>> run_control(db::connection& on, db::statement const& text) {
    db::query const query{&text, {}};
    auto work = on.run({&query, 1}, db::isolation::none);
    auto done = co_await std::move(work);
    if (!done) {
        co_return std::move(done.failure());
    }
    co_return db::result<void>();
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<open_transaction::begun> open_transaction::begin(db::database& database) {
    auto acquiring = database.acquire(db::access::write);
    auto acquired = co_await std::move(acquiring);
    if (!acquired) {
        co_return std::move(acquired.failure());
    }
    auto out = std::make_shared<open_transaction>(std::move(*acquired));
    db::result<void> started;
    auto const start = [&]() -> boost::asio::awaitable<void> {
        if (auto* const local = out->lease_->local()) {
            started = local->begin_writes();
            co_return;
        }
        static db::statement const text{"BEGIN", db::next_statement_id()};
        auto work = detail::run_control(*out->lease_, text);
        started = co_await std::move(work);
    };
    auto work = db::run_there(out->lease_->executor(), start());
    co_await std::move(work);
    if (!started) {
        co_return std::move(started.failure());
    }
    co_return out;
}

REFRACT_DECL db::result<void> open_transaction::usable() const {
    if (!lease_ || lost_) {
        db::error e;
        e.kind = db::error_kind::connection_lost;
        e.message = lost_ ? "The transaction was lost." : "The transaction has ended.";
        return e;
    }
    return {};
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> open_transaction::commit() {
    if (auto able = usable(); !able) {
        lease_ = {};
        co_return able;
    }
    auto held = std::exchange(lease_, {});
    db::result<void> out;
    auto const commit = [&]() -> boost::asio::awaitable<void> {
        if (auto* const local = held->local()) {
            out = local->commit_writes();
            co_return;
        }
        static db::statement const text{"COMMIT", db::next_statement_id()};
        auto work = detail::run_control(*held, text);
        out = co_await std::move(work);
    };
    auto work = db::run_there(held->executor(), commit());
    co_await std::move(work);
    co_return out;
}

REFRACT_DECL boost::asio::awaitable<db::result<db::lease>> open_transaction::acquire(db::access /*mode*/) {
    if (auto able = usable(); !able) {
        co_return std::move(able.failure());
    }
    auto kept = [](std::shared_ptr<db::connection> const&) {}; // it stays this transaction's
    co_return db::lease(std::make_shared<detail::savepoint_connection>(*lease_, lost_), kept);
}

REFRACT_DECL boost::asio::awaitable<db::result<db::results>>
open_transaction::run(std::span<db::query const> batch, db::isolation mode) {
    if (auto able = usable(); !able) {
        co_return std::move(able.failure());
    }
    if (local() != nullptr) {
        detail::batch_part part(batch);
        auto writing = write(part);
        auto written = co_await std::move(writing);
        if (!written) {
            co_return std::move(written.failure());
        }
        co_return std::move(*part.answer);
    }
    std::optional<db::result<db::results>> out;
    auto const send = [&]() -> boost::asio::awaitable<void> {
        detail::savepoint_connection there(*lease_, lost_);
        auto work = there.run(batch, mode);
        out.emplace(co_await std::move(work));
    };
    auto work = db::run_there(lease_->executor(), send());
    co_await std::move(work);
    co_return std::move(*out);
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> open_transaction::read(db::local_read& work) {
    if (auto able = usable(); !able) {
        co_return able;
    }
    auto const look = [&]() -> boost::asio::awaitable<void> {
        try {
            lease_->local()->read(work);
        } catch (...) {
            lost_ = true; // the connection has cleaned up
            throw;
        }
        co_return;
    };
    auto reading = db::run_there(lease_->executor(), look());
    co_await std::move(reading);
    co_return db::result<void>();
}

REFRACT_DECL boost::asio::awaitable<db::result<void>> open_transaction::write(db::local_write& work) {
    if (auto able = usable(); !able) {
        co_return able;
    }
    db::result<void> out;
    auto const write = [&]() -> boost::asio::awaitable<void> {
        auto part = detail::write_part(*lease_, work, lost_);
        out = co_await std::move(part);
    };
    auto writing = db::run_there(lease_->executor(), write());
    co_await std::move(writing);
    co_return out;
}

} // namespace refract::engine
