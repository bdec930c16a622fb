// refract.Pool: SQL on the connections an engine would use.
#include "database_error.hpp"
#include "database_value.hpp"
#include "handle.hpp"

#include <refract/core/text.hpp>
#include <refract/db/run_there.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/postgres/database.hpp>
#include <refract/sqlite/database.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

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
        auto const body = [&]() -> asio::awaitable<void> {
            auto work = held_->run(prepared.batch(), db::isolation::none);
            answer.emplace(co_await std::move(work));
        };
        auto work = db::run_there(held_->executor(), body());
        co_await std::move(work);
        co_return std::move(*answer);
    }

private:
    std::shared_ptr<pool> from_;
    db::lease held_;
};

py::object finish(sql_answer const& answer) {
    if (!answer) {
        raise_database_error(answer.failure());
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

sql_call call_of(std::string text, py::iterable const& parameters) {
    sql_call out{std::move(text), {}};
    for (auto const& p : parameters) {
        out.parameters.push_back(to_db_value(p));
    }
    return out;
}

template <class T> void def_run(handle_class<T>& c) {
    constexpr char const* doc = "Runs one statement.";
    c.def("run", [](handle<T> const& h, std::string text, py::iterable const& parameters) {
        auto const used = h.use();
        auto const call = call_of(std::move(text), parameters);
        return wait_here<sql_answer>(used, [&](T& one) { return one.run(call); }, [](sql_answer const& answer) { return finish(answer); });
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
        raise_database_error(answer.failure());
    }
    return py::cast(std::make_shared<handle<connection>>(std::make_shared<connection>(from, std::move(*answer))));
}

void bind_acquire(handle_class<pool>& c) {
    constexpr char const* doc = "A connection of one's own, until it is closed.";
    c.def("acquire", [](handle<pool> const& h) {
        auto const used = h.use();
        return wait_here<lease_answer>(used, [](pool& p) { return p.acquire(); }, [&](lease_answer& answer) { return finish_lease(used, answer); });
    }, doc);
    c.def("acquire_async", [](handle<pool> const& h, std::shared_ptr<completions> to, std::uint64_t ticket) {
        auto const used = h.use();
        start_there<lease_answer>(used, std::move(to), ticket, [](pool& p) { return p.acquire(); },
                                  [used](lease_answer& answer) { return finish_lease(used, answer); });
    }, py::arg("to"), py::arg("ticket"), doc);
}

} // namespace

void bind_pool(py::module_& m) {
    handle_class<connection> one(m, "ConnectionCore", "A leased connection.");
    def_run<connection>(one);

    handle_class<pool> c(m, "PoolCore", "An open pool.");
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
