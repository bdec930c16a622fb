// refract.Pool: SQL on the connections an engine would use.
#include "completions.hpp"
#include "convert.hpp"
#include "database_value.hpp"
#include "runtime.hpp"

#include <refract/core/text.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/postgres/database.hpp>
#include <refract/sqlite/database.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/use_awaitable.hpp>
#include <pybind11/stl.h>

namespace refract::python {

namespace {

/// A statement with its parameters.
struct sql_call {
    std::string text{};
    std::vector<db::value> parameters{};
};

using sql_answer = db::result<db::results>;

/// Whether a text only reads or writes rows: it may share a connection and stays prepared. Everything else may change the session.
bool touches_rows_only(std::string_view text, bool& reads) {
    auto const start = text.find_first_not_of(" \t\r\n(");
    auto const rest = start == std::string_view::npos ? std::string_view() : text.substr(start);
    auto const word = ascii_lower(rest.substr(0, rest.find_first_of(" \t\r\n(;")));
    reads = word == "select" || word == "values";
    return reads || word == "insert" || word == "update" || word == "delete" || word == "with";
}

/// A query of one statement, and what it borrows.
class prepared_call {
public:
    prepared_call(engine::statement_store& store, sql_call const& call) {
        if (touches_rows_only(call.text, reads_)) {
            statement_ = store.get(call.text);
        } else {
            statement_ = std::make_shared<db::statement const>(db::statement{.text = call.text});
        }
        query_ = {statement_.get(), call.parameters};
    }

    [[nodiscard]] bool reads() const noexcept { return reads_; }
    [[nodiscard]] std::span<db::query const> batch() const noexcept { return {&query_, 1}; }

private:
    std::shared_ptr<db::statement const> statement_;
    db::query query_;
    bool reads_ = false;
};

struct pool_options {
    std::string url;
    std::uint32_t connection_limit = 10;
};

/// The databases a pool can stand on.
class pool {
public:
    explicit pool(pool_options const& o) {
        if (o.url.rfind("postgres://", 0) == 0 || o.url.rfind("postgresql://", 0) == 0) {
            postgres::database_options options;
            options.connection.conninfo = o.url;
            options.connection_limit = o.connection_limit;
            postgres_ = std::make_shared<postgres::database>(io_context().get_executor(), std::move(options));
            database_ = postgres_;
            close_ = [opened = postgres_] { opened->close(); };
        } else if (o.url.find("://") != std::string::npos) {
            throw exception({errc::wrong_type, "The URL names no database there is a connector for; there are postgresql:// and SQLite files.", {}});
        } else {
            sqlite::database_options options;
            options.connection.path = o.url;
            auto const opened = std::make_shared<sqlite::database>(workers(), std::move(options));
            database_ = opened;
            close_ = [opened] { opened->close(); };
        }
    }
    pool(pool const&) = delete;
    pool& operator=(pool const&) = delete;
    ~pool() { close_(); }

    asio::awaitable<sql_answer> run(sql_call const& call) {
        prepared_call const prepared(statements_, call);
        // A reader of SQLite is another connection than its writer; on PostgreSQL all can do both.
        bool const on_reader = prepared.reads() && !postgres_;
        auto work = database_->run(prepared.batch(), on_reader ? db::isolation::snapshot_read_only : db::isolation::none);
        auto answer = co_await std::move(work);
        co_return answer;
    }

    asio::awaitable<db::result<db::lease>> acquire() {
        auto work = database_->acquire(db::access::write);
        auto held = co_await std::move(work);
        co_return held;
    }

    [[nodiscard]] std::optional<db::pool_state> state() const {
        return postgres_ ? std::optional(postgres_->state()) : std::nullopt;
    }

    [[nodiscard]] engine::statement_store& statements() noexcept { return statements_; }

private:
    std::shared_ptr<db::database> database_;
    std::shared_ptr<postgres::database> postgres_;
    std::function<void()> close_;
    engine::statement_store statements_;
};

/// A connection nobody else uses.
class connection {
public:
    connection(std::shared_ptr<pool> from, db::lease held) : from_(std::move(from)), held_(std::move(held)) {}

    asio::awaitable<sql_answer> run(sql_call const& call) {
        prepared_call const prepared(from_->statements(), call);
        std::optional<sql_answer> answer;
        auto const there = held_->executor();
        auto const body = [&]() -> asio::awaitable<void> {
            auto work = held_->run(prepared.batch(), db::isolation::none);
            answer.emplace(co_await std::move(work));
        };
        auto work = asio::co_spawn(there, body, asio::use_awaitable);
        co_await std::move(work);
        co_return std::move(*answer);
    }

private:
    std::shared_ptr<pool> from_;
    db::lease held_;
};

[[noreturn]] void raise_db(db::error const& e) {
    auto code = errc::statement_failed;
    switch (e.kind) {
    case db::error_kind::unavailable: code = errc::unavailable; break;
    case db::error_kind::connection_lost: code = errc::connection_lost; break;
    case db::error_kind::queue_full: code = errc::queue_full; break;
    case db::error_kind::timeout: code = errc::timeout; break;
    default: break;
    }
    // Whoever writes SQL is told what the database says about it.
    raise({code, e.server_text.empty() ? e.message : e.server_text, {}});
}

py::object finish(sql_answer const& answer) {
    if (!answer) {
        raise_db(answer.failure());
    }
    auto const& set = *answer->front();
    py::list rows;
    for (std::size_t row = 0; row < set.rows(); ++row) {
        py::tuple cells(set.columns());
        for (std::size_t column = 0; column < set.columns(); ++column) {
            cells[column] = to_object(set.cell(row, column));
        }
        rows.append(std::move(cells));
    }
    py::list names;
    for (std::size_t column = 0; column < set.columns(); ++column) {
        names.append(set.name(column));
    }
    return value_class("Rows")(names, rows, set.affected());
}

/// What Python holds of a pool or connection: it can be closed, and knows the process it was opened in. With the GIL.
template <class T> class handle {
public:
    explicit handle(std::shared_ptr<T> used) : used_(std::move(used)), forks_(fork_count()) {}
    handle(handle const&) = delete;
    handle& operator=(handle const&) = delete;
    ~handle() { close(); }

    [[nodiscard]] std::shared_ptr<T> use() const {
        if (!used_) {
            raise({errc::unavailable, "It is closed.", {}});
        }
        if (forks_ != fork_count()) {
            raise({errc::unavailable, "It was opened before this process was forked: open it in the process that uses it.", {}});
        }
        return used_;
    }

    void close() {
        if (forks_ != fork_count()) {
            new std::shared_ptr<T>(std::move(used_)); // NOLINT: its threads are the parent's: nothing of it can be ended here
            return;
        }
        auto closing = std::exchange(used_, nullptr);
        gil_release const released;
        closing.reset();
    }

private:
    std::shared_ptr<T> used_;
    std::uint64_t forks_;
};

sql_call call_of(std::string text, py::iterable const& parameters) {
    sql_call out{std::move(text), {}};
    for (auto const& p : parameters) {
        out.parameters.push_back(to_db_value(p));
    }
    return out;
}

/// Starts `run` on the module's thread; `finish_with` makes the Python value.
template <class Answer, class T, class Run, class Finish>
void start_there(std::shared_ptr<T> used, std::shared_ptr<completions> to, std::uint64_t ticket, Run run, Finish finish_with) {
    struct state {
        std::shared_ptr<T> used;
        Run run;
        std::optional<Answer> answer{};
    };
    auto const s = std::make_shared<state>(state{std::move(used), std::move(run)});
    auto const body = [s]() -> asio::awaitable<void> {
        auto work = s->run(*s->used);
        s->answer.emplace(co_await std::move(work));
    };
    auto const ended = [s, to = std::move(to), ticket, finish_with](std::exception_ptr const& thrown) {
        to->push(ticket, [s, thrown, finish_with] {
            if (thrown) {
                std::rethrow_exception(thrown);
            }
            return finish_with(*s->answer);
        });
    };
    gil_release const released;
    asio::co_spawn(io_context(), body, ended);
}

template <class T> void def_run(py::class_<handle<T>, std::shared_ptr<handle<T>>>& c) {
    constexpr char const* doc = "Runs one statement.";
    c.def("run", [](handle<T> const& h, std::string text, py::iterable const& parameters) {
        auto const used = h.use();
        auto const call = call_of(std::move(text), parameters);
        auto const answer = unlocked([&] { return run_here<sql_answer>([&] { return used->run(call); }); });
        return finish(answer);
    }, py::arg("text"), py::arg("parameters"), doc);
    c.def("run_async", [](handle<T> const& h, std::shared_ptr<completions> to, std::uint64_t ticket, std::string text, py::iterable const& parameters) {
        start_there<sql_answer>(h.use(), std::move(to), ticket,
                                [call = call_of(std::move(text), parameters)](T& used) { return used.run(call); },
                                [](sql_answer const& answer) { return finish(answer); });
    }, py::arg("to"), py::arg("ticket"), py::arg("text"), py::arg("parameters"), doc);
    c.def("close", &handle<T>::close, "Calls under way end as usual.");
}

using lease_answer = db::result<db::lease>;

py::object finish_lease(std::shared_ptr<pool> const& from, lease_answer& answer) {
    if (!answer) {
        raise_db(answer.failure());
    }
    return py::cast(std::make_shared<handle<connection>>(std::make_shared<connection>(from, std::move(*answer))));
}

void bind_acquire(py::class_<handle<pool>, std::shared_ptr<handle<pool>>>& c) {
    constexpr char const* doc = "A connection of one's own, until it is closed.";
    c.def("acquire", [](handle<pool> const& h) {
        auto const used = h.use();
        auto answer = unlocked([&] { return run_here<lease_answer>([&] { return used->acquire(); }); });
        return finish_lease(used, answer);
    }, doc);
    c.def("acquire_async", [](handle<pool> const& h, std::shared_ptr<completions> to, std::uint64_t ticket) {
        auto const used = h.use();
        start_there<lease_answer>(used, std::move(to), ticket, [](pool& p) { return p.acquire(); },
                                  [used](lease_answer& answer) { return finish_lease(used, answer); });
    }, py::arg("to"), py::arg("ticket"), doc);
}

} // namespace

void bind_pool(py::module_& m) {
    py::class_<handle<connection>, std::shared_ptr<handle<connection>>> one(m, "ConnectionCore", "A leased connection.");
    def_run<connection>(one);

    py::class_<handle<pool>, std::shared_ptr<handle<pool>>> c(m, "PoolCore", "An open pool.");
    c.def(py::init([](std::string url, std::uint32_t connection_limit) {
        auto made = unlocked([&] { return std::make_shared<pool>(pool_options{std::move(url), connection_limit}); });
        return std::make_shared<handle<pool>>(std::move(made));
    }), py::arg("url"), py::arg("connection_limit"));
    def_run<pool>(c);
    bind_acquire(c);
    c.def("state", [](handle<pool> const& h) {
        auto const state = h.use()->state();
        return state ? py::object(value_class("PoolState")(state->connections, state->opening, state->busy, state->queued)) : py::object(py::none());
    }, "How it is doing; None on SQLite.");
}

} // namespace refract::python
