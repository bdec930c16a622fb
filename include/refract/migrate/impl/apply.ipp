#pragma once

#include <refract/core/log.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/matching.hpp>
#include <refract/migrate/read_tables.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/migrate/statements.hpp>

#include <utility>

namespace refract::migrate {

namespace detail {

/// `PRAGMA user_version` of a service's file: a mark of ours and the revision whose transaction was the last to be committed.
inline constexpr std::int64_t revision_mark = 0x5200'0000;
inline constexpr std::int64_t revision_bits = 0x00ff'ffff;

REFRACT_DECL sql::fragment statement_of(sql::dialect const& d, sql::literal text) {
    sql::fragment f(d);
    f.append(text);
    return f;
}

REFRACT_DECL std::string text_of(db::error const& e) {
    auto const& told = e.server_text.empty() ? e.message : e.server_text;
    return e.sqlstate.empty() ? told : told + " (" + e.sqlstate + ")";
}

REFRACT_DECL boost::asio::awaitable<db::result<bool>> was_committed(db::connection& connection, application const& what) {
    if (what.target.dialect->has_schemas) {
        co_return false;
    }
    std::vector<db::value_type> const one_number{db::value_type::integer};
    auto task = run_fragment(connection, statement_of(*what.target.dialect, "PRAGMA user_version"), one_number);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    auto const marked = (*rows)->rows() == 1 ? (*rows)->cell(0, 0).number : 0;
    auto const own = static_cast<std::int64_t>(what.revision);
    co_return own != 0 && marked == (revision_mark | (own & revision_bits));
}

/// Statements that begin the transaction: on PostgreSQL a lock per project, which other servers honour.
REFRACT_DECL std::vector<sql::fragment> beginning(application const& what) {
    auto const& d = *what.target.dialect;
    std::vector<sql::fragment> out;
    if (!d.has_schemas) {
        out.push_back(statement_of(d, "PRAGMA foreign_keys = OFF")); // has no effect inside a transaction
        out.push_back(statement_of(d, "BEGIN IMMEDIATE"));
        return out;
    }
    out.push_back(statement_of(d, "BEGIN"));
    return out;
}

REFRACT_DECL sql::fragment project_lock(application const& what) {
    sql::fragment f(*what.target.dialect);
    f.append("SELECT 1 WHERE pg_try_advisory_xact_lock(hashtextextended(");
    return f.value(plan::operand::of(db::value::text("refract:" + what.target.schema))).append("::text, 0))");
}

/// Runs the steps inside the transaction. On failure `failed_step` says where.
REFRACT_DECL boost::asio::awaitable<db::result<void>> run_steps(
    db::connection& connection, application const& what, matching const& m, application_result& progress
) {
    auto reading = read_tables(connection, what.target);
    auto tables = co_await std::move(reading);
    if (!tables) {
        co_return std::move(tables.failure());
    }
    statement_writer writer(what.target, std::move(*tables), *what.previous, *what.next, m);
    for (auto const& s : what.steps) {
        auto task = run_fragments(connection, writer.write(s));
        auto done = co_await std::move(task);
        if (!done) {
            co_return done;
        }
        ++progress.failed_step;
    }
    auto finishing = run_fragments(connection, writer.finish());
    auto finished = co_await std::move(finishing);
    co_return finished;
}

/// SQLite: rows that refer to nothing would be found later by anybody's statement; better now.
REFRACT_DECL boost::asio::awaitable<db::result<void>> check_references(db::connection& connection, application const& what) {
    std::vector<db::value_type> const columns{db::value_type::text};
    auto task = run_fragment(connection, statement_of(*what.target.dialect, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1"), columns);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    if ((*rows)->rows() != 0) {
        db::error e;
        e.kind = db::error_kind::foreign_key_violation;
        e.message = "Rows of the table " + std::string((*rows)->cell(0, 0).text) + " refer to rows that are not there.";
        co_return e;
    }
    co_return db::result<void>{};
}

/// The whole transaction but BEGIN, COMMIT and ROLLBACK. False: somebody else did it.
REFRACT_DECL boost::asio::awaitable<db::result<bool>> run_transaction(
    db::connection& connection, application const& what, matching const& m, application_result& progress
) {
    std::vector<db::value_type> const one_number{db::value_type::integer};
    if (what.target.dialect->has_schemas) {
        auto locking = run_fragment(connection, project_lock(what), one_number);
        auto locked = co_await std::move(locking);
        if (!locked) {
            co_return std::move(locked.failure());
        }
        progress.busy = (*locked)->rows() == 0;
        if (progress.busy) {
            co_return false;
        }
    }
    for (auto const& guard : what.guard) {
        auto asking = run_fragment(connection, guard, one_number);
        auto rows = co_await std::move(asking);
        if (!rows) {
            co_return std::move(rows.failure());
        }
        if ((*rows)->rows() == 0) {
            co_return false;
        }
    }
    auto running = run_steps(connection, what, m, progress);
    auto ran = co_await std::move(running);
    if (!ran) {
        co_return std::move(ran.failure());
    }
    auto last = what.record;
    if (!what.target.dialect->has_schemas) {
        auto checking = check_references(connection, what);
        auto checked = co_await std::move(checking);
        if (!checked) {
            co_return std::move(checked.failure());
        }
        sql::fragment mark(*what.target.dialect);
        mark.append("PRAGMA user_version = ");
        mark.number(static_cast<std::uint64_t>(revision_mark | (static_cast<std::int64_t>(what.revision) & revision_bits)));
        last.push_back(std::move(mark));
    }
    auto recording = run_fragments(connection, std::move(last));
    auto recorded = co_await std::move(recording);
    if (!recorded) {
        co_return std::move(recorded.failure());
    }
    co_return true;
}

REFRACT_DECL boost::asio::awaitable<db::result<application_result>> apply_on(db::connection& connection, application const& what) {
    application_result out;
    auto m = match(*what.previous, *what.next);
    if (!m) {
        out.error = m.failure().message;
        co_return out;
    }
    auto asking = was_committed(connection, what);
    auto committed = co_await std::move(asking);
    if (!committed) {
        co_return std::move(committed.failure());
    }
    if (*committed) {
        out.applied = true;
        out.failed_step = static_cast<std::uint32_t>(what.steps.size());
        co_return out;
    }
    auto const& d = *what.target.dialect;
    auto starting = run_fragments(connection, beginning(what));
    auto started = co_await std::move(starting);
    db::result<bool> done = false;
    if (started) {
        auto running = run_transaction(connection, what, *m, out);
        done = co_await std::move(running);
        std::vector<sql::fragment> end;
        end.push_back(done && *done ? statement_of(d, "COMMIT") : statement_of(d, "ROLLBACK"));
        auto ending = run_fragments(connection, std::move(end));
        auto ended = co_await std::move(ending);
        if (!ended && done) {
            done = std::move(ended.failure());
        }
    } else {
        done = std::move(started.failure());
    }
    if (!d.has_schemas) {
        std::vector<sql::fragment> end;
        end.push_back(statement_of(d, "PRAGMA foreign_keys = ON"));
        auto ending = run_fragments(connection, std::move(end));
        auto ended = co_await std::move(ending);
        if (!ended) {
            auto const reason = text_of(ended.failure());
            log::write(log::level::error, "migration.foreign_keys_still_off", {{"error", reason}});
        }
    }
    if (!done) {
        out.error = text_of(done.failure());
    }
    out.applied = done && *done;
    co_return out;
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<application_result> apply(db::database& database, application what) {
    auto const work = [&what](db::connection& connection) { return detail::apply_on(connection, what); };
    auto task = with_connection<application_result>(database, db::access::management, work);
    auto done = co_await std::move(task);
    if (!done) {
        application_result failed;
        failed.error = detail::text_of(done.failure());
        co_return failed;
    }
    co_return std::move(*done);
}

} // namespace refract::migrate
