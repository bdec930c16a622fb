#pragma once

#include <refract/postgres/session.hpp>

#include <utility>

#include <boost/asio/dispatch.hpp>

namespace refract::postgres::detail {

/// Of a wrapped read. Kept prepared as any other statement.
REFRACT_DECL db::statement const& begin_statement() {
    static db::statement const s{"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", db::next_statement_id(), {}};
    return s;
}

REFRACT_DECL db::statement const& commit_statement() {
    static db::statement const s{"COMMIT", db::next_statement_id(), {}};
    return s;
}

/// How often a batch is sent again for a reason of ours.
inline constexpr int max_attempts = 4;

/// Parameters of one statement: a 16-bit number in the protocol.
inline constexpr std::size_t max_parameters = 65'535;

// --- sending --------------------------------------------------------------------------------------------------------

REFRACT_DECL void session::submit(std::unique_ptr<batch> b) {
    boost::asio::dispatch(strand_, [self = shared_from_this(), b = std::move(b)]() mutable { self->start(std::move(b)); });
}

/// What must not be sent: libpq ends a text at its first NUL, so the database would store something else.
REFRACT_DECL std::optional<db::error> session::refuse(batch const& b) {
    db::error e;
    for (auto const& q : b.queries) {
        if (q.parameters.size() > max_parameters) {
            e.kind = db::error_kind::value_out_of_range;
            e.message = "A statement has more values than the database takes.";
            return e;
        }
        if (q.statement->text.find('\0') != std::string::npos) {
            e.message = "The statement holds a NUL character.";
            return e;
        }
        for (auto const& p : q.parameters) {
            if (p.text_value().find('\0') != std::string::npos) {
                e.kind = db::error_kind::invalid_text;
                e.sqlstate = "22021";
                e.message = "A text holds a character the database can't store.";
                return e;
            }
        }
        ++e.statement;
    }
    return std::nullopt;
}

REFRACT_DECL void session::start(std::unique_ptr<batch> b) {
    if (b->attempts++ == 0) {
        if (auto refused = refuse(*b)) {
            b->done(outcome{std::move(*refused)});
            return;
        }
    }
    if (!usable() || (PQstatus(pg_) != CONNECTION_OK)) {
        if (b->done) {
            db::error e;
            e.kind = db::error_kind::connection_lost;
            e.message = "The connection to the database was lost.";
            b->done(outcome{std::move(e), false});
        }
        return;
    }
    if (pending_.empty()) {
        progress_ = clock::now();
    }
    b->rollbacks_before = rollbacks_;
    pending_.push_back(std::move(b));
    // A synchronisation point ends the batch even if something of it could not be sent: the server answers it.
    auto const sent = send_all(*pending_.back());
    if (PQpipelineSync(pg_) != 1 || !sent) {
        fail(db::error_kind::connection_lost, PQerrorMessage(pg_));
        return;
    }
    flush();
    watch();
}

REFRACT_DECL bool session::send_all(batch& b) {
    b.commands.clear();
    b.next = 0;
    for (auto const& text : b.own) {
        b.commands.push_back(command{command::purpose::housekeeping, 0, 0, 0});
        if (PQsendQueryParams(pg_, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) {
            return false;
        }
    }
    bool const wrap = b.mode == db::isolation::snapshot_read_only && b.queries.size() > 1;
    if (wrap && !send_prepared(b, begin_statement(), command{command::purpose::begin, 0, 0, 0}, {})) {
        return false;
    }
    for (std::uint32_t i = 0; i < b.queries.size(); ++i) {
        if (!send_query(b, i)) {
            return false;
        }
    }
    return !wrap || send_prepared(b, commit_statement(), command{command::purpose::commit, 0, 0, 0}, {});
}

REFRACT_DECL bool session::send_query(batch& b, std::uint32_t position) {
    auto const& q = b.queries[position];
    auto const c = command{command::purpose::query, position, 0, 0};
    if (q.statement->id != 0) {
        return send_prepared(b, *q.statement, c, q.parameters);
    }
    ran_raw_ = true;
    load_parameters(q.parameters);
    b.commands.push_back(c);
    // Without declared columns any type may come: as text all of them can be read.
    auto const format = q.statement->columns.empty() ? 0 : 1;
    auto const count = static_cast<int>(q.parameters.size());
    return PQsendQueryParams(
               pg_, q.statement->text.c_str(), count, nullptr, parameter_pointers_.data(), nullptr, nullptr, format
           ) == 1;
}

REFRACT_DECL bool
session::send_prepared(batch& b, db::statement const& s, command c, std::span<db::value const> parameters) {
    c.statement_id = s.id;
    c.name = prepared_.find(s.id);
    if (c.name == 0) {
        c.name = prepared_.add(s.id);
        auto preparing = c;
        preparing.what = command::purpose::prepare;
        b.commands.push_back(preparing);
        auto const name = statement_cache::spelled(c.name);
        if (PQsendPrepare(pg_, name.c_str(), s.text.c_str(), 0, nullptr) != 1) {
            return false;
        }
        while (auto const old = prepared_.evict()) {
            evicted_.push_back("DEALLOCATE " + statement_cache::spelled(*old));
        }
    }
    load_parameters(parameters);
    b.commands.push_back(c);
    auto const name = statement_cache::spelled(c.name);
    auto const format = s.columns.empty() ? 0 : 1;
    auto const count = static_cast<int>(parameters.size());
    return PQsendQueryPrepared(pg_, name.c_str(), count, parameter_pointers_.data(), nullptr, nullptr, format) == 1;
}

REFRACT_DECL void session::load_parameters(std::span<db::value const> parameters) {
    while (parameter_texts_.size() < parameters.size()) {
        parameter_texts_.emplace_back();
    }
    parameter_pointers_.clear();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameter_pointers_.push_back(parameter_text(parameters[i], parameter_texts_[i]));
    }
}

REFRACT_DECL void session::send_own(std::vector<std::string> texts) {
    auto b = std::make_unique<batch>();
    b->own = std::move(texts);
    start(std::move(b));
}

REFRACT_DECL void session::end_lease() {
    boost::asio::dispatch(strand_, [self = shared_from_this()] {
        if (!self->usable()) {
            return;
        }
        if (PQtransactionStatus(self->pg_) != PQTRANS_IDLE) {
            self->send_own({"ROLLBACK"});
        }
        if (std::exchange(self->ran_raw_, false)) {
            self->send_own({"SET SESSION AUTHORIZATION DEFAULT", "RESET ALL"});
            self->send_own({"UNLISTEN *", "SELECT pg_advisory_unlock_all()", "DISCARD TEMP"});
        }
    });
}

REFRACT_DECL void session::send_evicted() {
    if (evicted_.empty() || PQtransactionStatus(pg_) != PQTRANS_IDLE) {
        return;
    }
    for (auto& text : std::exchange(evicted_, {})) {
        send_own({std::move(text)}); // each on its own: one that is gone already must not keep the others
    }
}

REFRACT_DECL void session::flush() {
    auto const left = PQflush(pg_);
    if (left < 0) {
        fail(db::error_kind::connection_lost, PQerrorMessage(pg_));
        return;
    }
    if (left == 0 || writing_) {
        return;
    }
    writing_ = true;
    socket_->async_wait(
        boost::asio::posix::stream_descriptor::wait_write,
        [self = shared_from_this()](boost::system::error_code ec) {
            self->writing_ = false;
            if (!ec && self->usable()) {
                self->flush();
            }
        }
    );
}

// --- receiving ------------------------------------------------------------------------------------------------------

REFRACT_DECL void session::read_more() {
    if (reading_) {
        return;
    }
    reading_ = true;
    // Always waiting, also while idle: that is how a connection the server has closed is noticed before it is handed out.
    socket_->async_wait(
        boost::asio::posix::stream_descriptor::wait_read,
        [self = shared_from_this()](boost::system::error_code ec) {
            self->reading_ = false;
            if (!ec && self->usable()) {
                self->on_readable();
            }
        }
    );
}

REFRACT_DECL void session::on_readable() {
    auto const consumed = PQconsumeInput(pg_) == 1;
    progress_ = clock::now();
    auto const sane = process();
    if (!usable()) {
        return;
    }
    if (!consumed || !sane || PQstatus(pg_) != CONNECTION_OK) {
        fail(db::error_kind::connection_lost, PQerrorMessage(pg_));
        return;
    }
    while (auto* note = PQnotifies(pg_)) {
        PQfreemem(note);
    }
    send_evicted();
    if (usable()) {
        flush();
        read_more();
    }
}

/// Takes all results that have arrived. False if they make no sense.
REFRACT_DECL bool session::process() {
    int empty = 0;
    while (usable() && !pending_.empty() && PQisBusy(pg_) == 0) {
        auto r = result_ptr(PQgetResult(pg_));
        if (!r) {
            // One null ends each command; libpq gives nulls without end only if it has nothing to wait for.
            if (++empty > 2) {
                return false;
            }
            continue;
        }
        empty = 0;
        if (!on_result(std::move(r))) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL bool session::on_result(result_ptr r) {
    auto& b = *pending_.front();
    auto const status = PQresultStatus(r.get());
    if (status == PGRES_PIPELINE_SYNC) {
        finish_front();
        return true;
    }
    if (b.next >= b.commands.size()) {
        b.failure = to_error(r.get(), 0); // a farewell of the server
        return false;
    }
    auto const c = b.commands[b.next++];
    switch (status) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY: on_answer(b, c, std::move(r)); return true;
    case PGRES_PIPELINE_ABORTED: on_skipped(c); return true;
    case PGRES_FATAL_ERROR: on_error(b, c, r.get()); return true;
    default: {
        db::error e; // COPY: it would wait for data of ours
        e.statement = c.position;
        e.message = "This kind of statement is not supported.";
        b.failure = std::move(e);
        return false;
    }
    }
}

REFRACT_DECL void session::on_answer(batch& b, command const& c, result_ptr r) {
    switch (c.what) {
    case command::purpose::query: b.rows.push_back(std::make_unique<received_rows>(std::move(r))); break;
    case command::purpose::begin: b.begun = true; break;
    case command::purpose::commit: b.begun = false; break;
    case command::purpose::prepare:
    case command::purpose::housekeeping: break;
    }
}

REFRACT_DECL void session::on_skipped(command const& c) {
    if (c.what == command::purpose::prepare) {
        prepared_.forget(c.statement_id, c.name); // the server has never seen it
    }
}

REFRACT_DECL void session::on_error(batch& b, command const& c, PGresult const* r) {
    auto e = to_error(r, c.position);
    if (c.what == command::purpose::prepare) {
        prepared_.forget(c.statement_id, c.name);
    }
    // The three ways in which a batch can suffer from what others did on this connection. Nothing of it has happened: a
    // batch is one transaction, unless its caller has begun one - and then nobody else is here.
    bool const lost_plan = e.sqlstate == "26000" && c.name != 0;
    bool const outdated_plan = e.sqlstate == "0A000" && c.name != 0 && c.what == command::purpose::query;
    bool const in_our_failed_read = e.sqlstate == "25P02" && b.rollbacks_before != rollbacks_;
    if (lost_plan || outdated_plan) {
        if (prepared_.forget(c.statement_id, c.name) && outdated_plan) {
            evicted_.push_back("DEALLOCATE " + statement_cache::spelled(c.name));
        }
    }
    b.stale = lost_plan || outdated_plan || in_our_failed_read;
    if (in_our_failed_read) {
        b.attempts = 1; // not its fault, however often; each time the read that failed is one less
    }
    b.failure = std::move(e);
}

REFRACT_DECL void session::finish_front() {
    auto b = std::move(pending_.front());
    pending_.pop_front();
    if (b->begun) {
        b->begun = false;
        ++rollbacks_;
        send_own({"ROLLBACK"}); // what is in the pipeline already fails until then, and is sent again behind it
    }
    // Somebody who has begun a transaction of his own must begin it again himself.
    auto const status = PQtransactionStatus(pg_);
    bool const in_transaction = status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
    bool const again = b->stale && b->done && b->attempts < max_attempts &&
                       (b->mode == db::isolation::snapshot_read_only || !in_transaction);
    if (again) {
        b->rows.clear();
        b->failure.reset();
        b->stale = false;
        start(std::move(b));
        return;
    }
    if (b->stale && b->failure) {
        b->failure->kind = db::error_kind::serialization; // the whole transaction may be tried again
    }
    answer(*b);
}

REFRACT_DECL void session::answer(batch& b) {
    if (!b.done) {
        return;
    }
    if (b.failure) {
        b.done(outcome{std::move(*b.failure)});
    } else {
        b.done(outcome{std::move(b.rows)});
    }
}

// --- the end --------------------------------------------------------------------------------------------------------

REFRACT_DECL void session::fail(db::error_kind kind, std::string server_text) {
    if (!usable_.exchange(false)) {
        return;
    }
    timer_.cancel();
    if (socket_ && socket_->is_open()) {
        socket_->release();
    }
    auto lost = std::exchange(pending_, {});
    for (auto& b : lost) {
        // What the server said before it went away tells more, but it does not change what has to be done.
        db::error e;
        e.kind = kind;
        e.message = kind == db::error_kind::timeout ? "The database did not answer in time."
                                                    : "The connection to the database was lost.";
        e.server_text = b->failure ? b->failure->server_text : server_text;
        e.sqlstate = b->failure ? b->failure->sqlstate : "";
        b->failure = std::move(e);
        answer(*b);
    }
    PQfinish(std::exchange(pg_, nullptr));
}

REFRACT_DECL void session::close() {
    boost::asio::dispatch(strand_, [self = shared_from_this()] {
        self->fail(db::error_kind::connection_lost, "closed");
    });
}

/// Ends a connection whose server has stopped answering: the server's own time limit does not help then.
REFRACT_DECL void session::watch() {
    if (watching_ || options_.statement_timeout.count() == 0 || !usable()) {
        return;
    }
    watching_ = true;
    auto const limit = options_.statement_timeout + std::chrono::seconds(2);
    timer_.expires_at(progress_ + limit);
    timer_.async_wait([self = shared_from_this(), limit](boost::system::error_code ec) {
        self->watching_ = false;
        if (ec || !self->usable() || self->pending_.empty()) {
            return;
        }
        if (clock::now() - self->progress_ >= limit) {
            self->fail(db::error_kind::timeout, "no answer");
        } else {
            self->watch();
        }
    });
}

} // namespace refract::postgres::detail
