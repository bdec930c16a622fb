#pragma once

#include <refract/postgres/session.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

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

/// db::statement::plan_each_time is a setting of the connection.
REFRACT_DECL db::statement const& planning_statement(bool each_time) {
    static db::statement const custom{"SET plan_cache_mode = force_custom_plan", db::next_statement_id(), {}};
    static db::statement const automatic{"SET plan_cache_mode = auto", db::next_statement_id(), {}};
    return each_time ? custom : automatic;
}

/// How often a batch is sent again for a reason of ours.
inline constexpr int max_attempts = 4;

/// Parameters of one statement: a 16-bit number in the protocol.
inline constexpr std::size_t max_parameters = 65'535;

/// Texts of one batch: far below what the 32-bit lengths of the protocol could say.
inline constexpr std::size_t max_batch_bytes = 1U << 30U;

// --- sending --------------------------------------------------------------------------------------------------------

REFRACT_DECL void session::submit(std::unique_ptr<batch> b) {
    boost::asio::dispatch(strand_, [self = shared_from_this(), b = std::move(b)]() mutable { self->start(std::move(b)); });
}

/// What must not be sent: the protocol ends a statement at its first NUL, and no text of the database can hold one.
REFRACT_DECL std::optional<db::error> session::refuse(batch const& b) {
    db::error e;
    std::size_t bytes = 0;
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
            bytes += p.text_value().size();
            if (bytes > max_batch_bytes) {
                e.kind = db::error_kind::value_out_of_range;
                e.message = "A statement has larger values than the database takes.";
                return e;
            }
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
    if (!usable()) {
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
    compose(*pending_.back());
    flush_soon();
    watch();
}

REFRACT_DECL void session::compose(batch& b) {
    b.commands.clear();
    b.rows.reserve(b.queries.size());
    b.next = 0;
    for (auto const name : std::exchange(evicted_, {})) {
        compose_close(b, name);
    }
    for (auto const& text : b.own) {
        compose_raw(b, text, {}, command{command::purpose::housekeeping, 0, 0, 0, std::make_shared<row_form>()});
    }
    bool const wrap = b.mode == db::isolation::snapshot_read_only && b.queries.size() > 1;
    if (wrap) {
        compose_prepared(b, begin_statement(), command{command::purpose::begin, 0, 0, 0, {}}, {});
    }
    compose_planning(b);
    for (std::uint32_t i = 0; i < b.queries.size(); ++i) {
        compose_query(b, i);
    }
    if (wrap) {
        compose_prepared(b, commit_statement(), command{command::purpose::commit, 0, 0, 0, {}}, {});
    }
    writer_.sync();
}

/// Sets how the statements of the batch are planned, if that is not how the ones before were.
REFRACT_DECL void session::compose_planning(batch& b) {
    bool const each_time = std::any_of(b.queries.begin(), b.queries.end(), [](db::query const& q) { return q.statement->plan_each_time; });
    bool const may_only_roll_back = transaction_status_ == 'E';
    if (b.queries.empty() || plans_each_time_ == each_time || may_only_roll_back) {
        return;
    }
    compose_prepared(b, planning_statement(each_time), command{command::purpose::setting, 0, 0, 0, {}}, {});
    plans_each_time_ = each_time;
    planning_changed_ = true;
}

REFRACT_DECL void session::compose_query(batch& b, std::uint32_t position) {
    auto const& q = b.queries[position];
    if (q.statement->id != 0) {
        compose_prepared(b, *q.statement, command{command::purpose::query, position, 0, 0, {}}, q.parameters);
        return;
    }
    ran_raw_ = true;
    auto form = std::make_shared<row_form>();
    // Without declared columns any type may come: as text all of them can be read.
    form->binary = !q.statement->columns.empty();
    compose_raw(b, q.statement->text, q.parameters, command{command::purpose::raw_query, position, 0, 0, std::move(form)});
}

REFRACT_DECL void session::compose_raw(batch& b, std::string_view text, std::span<db::value const> parameters, command c) {
    writer_.parse({}, text);
    bind(0, parameters, c.form->binary);
    writer_.describe_portal();
    writer_.execute();
    b.commands.push_back(std::move(c));
}

REFRACT_DECL void session::compose_close(batch& b, std::uint64_t name) {
    writer_.close_statement({name});
    b.commands.push_back(command{command::purpose::close, 0, 0, name, {}});
}

REFRACT_DECL void
session::compose_prepared(batch& b, db::statement const& s, command c, std::span<db::value const> parameters) {
    auto const* known = prepared_.find(s.id);
    if (known == nullptr) {
        auto form = std::make_shared<row_form>();
        form->binary = !s.columns.empty();
        known = &prepared_.add(s.id, std::move(form));
        // Described once: no answer of the statement needs a description of its own.
        writer_.parse({known->name}, s.text);
        writer_.describe_statement({known->name});
        b.commands.push_back(command{command::purpose::prepare, c.position, s.id, known->name, known->form});
    }
    c.statement_id = s.id;
    c.name = known->name;
    c.form = known->form;
    bind(c.name, parameters, c.form->binary);
    writer_.execute();
    b.commands.push_back(std::move(c));
    while (auto const old = prepared_.evict()) {
        compose_close(b, *old);
    }
}

REFRACT_DECL void session::bind(std::uint64_t name, std::span<db::value const> parameters, bool binary) {
    writer_.begin_bind({name}, static_cast<std::uint16_t>(parameters.size()));
    {
        constexpr std::size_t usual_bytes = 16;
        auto to = writer_.parameters();
        to.reserve(parameters.size() * usual_bytes);
        for (auto const& p : parameters) {
            if (p.is_null()) {
                to.null();
            } else if (p.type() == db::value_type::integer) {
                to.integer(p.number());
            } else {
                to.text(parameter_text(p, parameter_text_));
            }
        }
    }
    writer_.end_bind(binary);
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
        if (self->transaction_status_ != 'I' || !self->pending_.empty()) {
            self->send_own({"ROLLBACK"});
        }
        if (std::exchange(self->planning_changed_, false) || self->ran_raw_) {
            self->plans_each_time_.reset();
        }
        if (std::exchange(self->ran_raw_, false)) {
            self->send_own({"SET SESSION AUTHORIZATION DEFAULT", "RESET ALL"});
            self->send_own({"UNLISTEN *", "SELECT pg_advisory_unlock_all()", "DISCARD TEMP"});
        }
    });
}

/// What others send in this turn of the event loop leaves in the same write.
REFRACT_DECL void session::flush_soon() {
    if (flush_posted_ || writing_) {
        return;
    }
    flush_posted_ = true;
    boost::asio::post(strand_, [self = shared_from_this()] {
        self->flush_posted_ = false;
        if (self->usable()) {
            self->flush();
        }
    });
}

REFRACT_DECL void session::flush() {
    constexpr std::size_t kept = 64U << 10U;
    while (out_sent_ < out_.size()) {
        auto const put = transport_.write(out_.data() + out_sent_, out_.size() - out_sent_);
        if (put.what == moved::state::broken) {
            fail(db::error_kind::connection_lost, "sending failed");
            return;
        }
        if (put.what == moved::state::wait_read) {
            return; // reading is always waited for, and ends with a call of flush()
        }
        if (put.what == moved::state::wait_write) {
            break;
        }
        out_sent_ += put.bytes;
    }
    if (out_sent_ == out_.size()) {
        out_sent_ = 0;
        out_.clear();
        if (out_.capacity() > kept) {
            std::string().swap(out_);
        }
        return;
    }
    if (writing_) {
        return;
    }
    writing_ = true;
    transport_.waiting().async_wait(transport::socket::wait_write, [self = shared_from_this()](boost::system::error_code ec) {
        self->writing_ = false;
        if (!ec && self->usable()) {
            self->flush();
        }
    });
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
    transport_.release();
    auto lost = std::exchange(pending_, {});
    for (auto& b : lost) {
        // What the server said before it went away tells more, but it does not change what has to be done.
        db::error e;
        e.kind = kind;
        e.message = kind == db::error_kind::timeout ? "The database did not answer in time."
                                                    : "The connection to the database was lost.";
        e.server_text = b->failure ? b->failure->server_text : farewell_.empty() ? server_text : farewell_;
        e.sqlstate = b->failure ? b->failure->sqlstate : "";
        b->failure = std::move(e);
        answer(*b);
    }
    PQfinish(std::exchange(pg_, nullptr));
    if (lost_) {
        lost_();
    }
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
