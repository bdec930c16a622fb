#pragma once

#include <refract/migrate/history.hpp>
#include <refract/migrate/run_fragment.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace refract::migrate {

namespace detail {

inline constexpr std::array<std::string_view, 6> status_names{
    "PENDING", "IN_PROGRESS", "SUCCESS", "ROLLING_BACK", "ROLLBACK_SUCCESS", "ROLLBACK_FAILURE"};

REFRACT_DECL migration_status status_of(std::string_view name) {
    for (std::size_t i = 0; i < status_names.size(); ++i) {
        if (status_names[i] == name) {
            return static_cast<migration_status>(i);
        }
    }
    return migration_status::rollback_failure;
}

REFRACT_DECL plan::operand text_operand(std::string s) { return plan::operand::of(db::value::text(std::move(s))); }

REFRACT_DECL plan::operand number_operand(std::uint64_t n) {
    return plan::operand::of(db::value::integer(static_cast<std::int64_t>(n)));
}

REFRACT_DECL plan::operand time_operand(std::int64_t ms) { return plan::operand::of(db::value::date_time(ms)); }

REFRACT_DECL db::error unreadable(error const& e) {
    return db::error{.kind = db::error_kind::statement_failed, .message = e.message};
}

REFRACT_DECL db::result<migration_record> migration_of(db::result_set const& rows, std::size_t i) {
    migration_record m;
    m.project = std::string(rows.cell(i, 0).text);
    m.revision = static_cast<std::uint64_t>(rows.cell(i, 1).number);
    m.status = status_of(rows.cell(i, 2).text);
    m.applied = static_cast<std::uint32_t>(rows.cell(i, 3).number);
    m.rolled_back = static_cast<std::uint32_t>(rows.cell(i, 4).number);
    auto steps = parse_steps_json(rows.cell(i, 5).text);
    auto errors = parse_strings_json(rows.cell(i, 6).text);
    auto webhooks = parse_webhooks_json(rows.cell(i, 11).text);
    if (!steps || !errors || !webhooks) {
        return unreadable(!steps ? steps.failure() : !errors ? errors.failure() : webhooks.failure());
    }
    m.steps = std::move(*steps);
    m.errors = std::move(*errors);
    m.webhooks = std::move(*webhooks);
    if (!rows.cell(i, 7).is_null()) {
        m.started_ms = rows.cell(i, 7).number;
    }
    if (!rows.cell(i, 8).is_null()) {
        m.finished_ms = rows.cell(i, 8).number;
    }
    m.schema_json = std::string(rows.cell(i, 9).text);
    m.datamodel = std::string(rows.cell(i, 10).text);
    return m;
}

REFRACT_DECL sql::fragment begin_statement(sql::dialect const& d) {
    sql::fragment begin(d);
    d.has_schemas ? begin.append("BEGIN") : begin.append("BEGIN IMMEDIATE");
    return begin;
}

/// Statements as one transaction; the number of rows the first one gives.
REFRACT_DECL history_task<std::uint64_t> run_and_count(
    db::connection& connection, sql::dialect const& d, std::vector<sql::fragment> statements
) {
    auto beginning = run_fragment(connection, begin_statement(d));
    auto const begun = co_await std::move(beginning);
    if (!begun) {
        co_return begun.failure();
    }
    std::vector<db::value_type> const columns{db::value_type::text};
    auto counting = run_fragment(connection, statements.front(), columns);
    auto const counted = co_await std::move(counting);
    if (!counted) {
        co_return counted.failure(); // the lease rolls back what is open
    }
    statements.erase(statements.begin());
    sql::fragment commit(d);
    commit.append("COMMIT");
    statements.push_back(std::move(commit));
    auto task = run_fragments(connection, std::move(statements));
    auto const done = co_await std::move(task);
    if (!done) {
        co_return done.failure();
    }
    co_return static_cast<std::uint64_t>((*counted)->rows());
}

/// Statements as one transaction.
REFRACT_DECL history_task<bool> run_together(db::connection& connection, sql::dialect const& d, std::vector<sql::fragment> statements) {
    std::vector<sql::fragment> all;
    all.push_back(begin_statement(d));
    for (auto& s : statements) {
        all.push_back(std::move(s));
    }
    sql::fragment commit(d);
    commit.append("COMMIT");
    all.push_back(std::move(commit));
    auto task = run_fragments(connection, std::move(all));
    auto done = co_await std::move(task);
    if (!done) {
        co_return std::move(done.failure()); // the lease rolls back what is open
    }
    co_return true;
}

} // namespace detail

REFRACT_DECL std::string_view to_string(migration_status s) noexcept {
    return detail::status_names[static_cast<std::size_t>(s)];
}

REFRACT_DECL std::vector<sql::fragment> history::definitions() const {
    auto const& d = *target_.dialect;
    std::vector<sql::fragment> out;
    if (d.has_schemas) {
        out.push_back(sql::create_schema(d, target_.schema));
    }
    auto const define = [&](std::string_view name, sql::literal columns) {
        sql::fragment f(d);
        f.append("CREATE TABLE IF NOT EXISTS ").table(target_.schema, name).append(" (").append(columns);
        out.push_back(std::move(f));
    };
    define("Project",
           "\"id\" varchar(200) NOT NULL DEFAULT '' PRIMARY KEY, \"secrets\" text, \"allowQueries\" boolean NOT NULL DEFAULT TRUE, "
           "\"allowMutations\" boolean NOT NULL DEFAULT TRUE, \"functions\" text)");
    define("Migration",
           "\"projectId\" varchar(200) NOT NULL, \"revision\" int NOT NULL DEFAULT 1, \"schema\" text, \"functions\" text, "
           "\"status\" varchar(20) NOT NULL DEFAULT 'PENDING' CHECK (\"status\" IN ('PENDING', 'IN_PROGRESS', 'SUCCESS', "
           "'ROLLING_BACK', 'ROLLBACK_SUCCESS', 'ROLLBACK_FAILURE')), \"applied\" int NOT NULL DEFAULT 0, "
           "\"rolledBack\" int NOT NULL DEFAULT 0, \"steps\" text, \"errors\" text, \"startedAt\" timestamp, "
           "\"finishedAt\" timestamp, \"datamodel\" text, PRIMARY KEY (\"projectId\", \"revision\"), "
           "CONSTRAINT \"migrations_projectid_foreign\" FOREIGN KEY (\"projectId\") REFERENCES ");
    out.back().table(target_.schema, "Project").append(" (\"id\") ON DELETE CASCADE ON UPDATE CASCADE)");
    define("InternalMigration", "\"id\" varchar(255) NOT NULL PRIMARY KEY, \"appliedAt\" timestamp NOT NULL)");
    define("TelemetryInfo", "\"id\" varchar(255) NOT NULL PRIMARY KEY, \"lastPinged\" timestamp)");
    define("CloudSecret", "\"secret\" varchar(255) NOT NULL PRIMARY KEY)");
    if (d.has_schemas) { // tables of an old server lack it
        sql::fragment f(d);
        f.append("ALTER TABLE ").table(target_.schema, "Migration");
        out.push_back(std::move(f.append(" ADD COLUMN IF NOT EXISTS \"datamodel\" text")));
    }
    return out;
}

REFRACT_DECL history_task<bool> history::create_tables() {
    auto const work = [this](db::connection& connection) {
        auto statements = definitions();
        if (target_.dialect->has_schemas) { // two servers starting at once would collide in the catalog
            sql::fragment lock(*target_.dialect);
            lock.append("SELECT pg_advisory_xact_lock(1000)");
            statements.insert(statements.begin(), std::move(lock));
        }
        return detail::run_together(connection, *target_.dialect, std::move(statements));
    };
    auto task = with_connection<bool>(*database_, db::access::management, work);
    co_return co_await std::move(task);
}

REFRACT_DECL history_task<std::vector<project_record>> history::list_projects() {
    sql::fragment f(*target_.dialect);
    f.append("SELECT \"id\", \"secrets\" FROM ").table(target_.schema, "Project").append(" ORDER BY \"id\"");
    std::vector<db::value_type> const columns{db::value_type::text, db::value_type::text};
    auto task = run_fragment(*database_, std::move(f), columns);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    std::vector<project_record> out;
    for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
        auto secrets = parse_strings_json((*rows)->cell(i, 1).text);
        if (!secrets) {
            co_return detail::unreadable(secrets.failure());
        }
        out.push_back({std::string((*rows)->cell(i, 0).text), std::move(*secrets)});
    }
    co_return out;
}

REFRACT_DECL history_task<std::optional<project_record>> history::find_project(std::string id) {
    sql::fragment f(*target_.dialect);
    f.append("SELECT \"secrets\" FROM ").table(target_.schema, "Project").append(" WHERE \"id\" = ");
    f.value(detail::text_operand(id));
    std::vector<db::value_type> const columns{db::value_type::text};
    auto task = run_fragment(*database_, std::move(f), columns);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    if ((*rows)->rows() == 0) {
        co_return std::optional<project_record>{};
    }
    auto secrets = parse_strings_json((*rows)->cell(0, 0).text);
    if (!secrets) {
        co_return detail::unreadable(secrets.failure());
    }
    std::optional<project_record> out;
    out.emplace();
    out->id = std::move(id);
    out->secrets = std::move(*secrets);
    co_return out;
}

REFRACT_DECL history_task<bool> history::add_project(project_record project, std::string schema_json) {
    std::vector<sql::fragment> statements;
    sql::fragment first(*target_.dialect);
    first.append("INSERT INTO ").table(target_.schema, "Project").append(" (\"id\", \"secrets\", \"functions\") VALUES (");
    first.value(detail::text_operand(project.id)).append(", ");
    first.value(detail::text_operand(print_strings_json(project.secrets))).append(", '[]')");
    statements.push_back(std::move(first));
    sql::fragment second(*target_.dialect);
    second.append("INSERT INTO ").table(target_.schema, "Migration");
    second.append(" (\"projectId\", \"revision\", \"schema\", \"functions\", \"status\", \"steps\", \"errors\", \"datamodel\") VALUES (");
    second.value(detail::text_operand(project.id)).append(", 1, ").value(detail::text_operand(std::move(schema_json)));
    second.append(", '[]', 'SUCCESS', '[]', '[]', '')");
    statements.push_back(std::move(second));
    for (auto& f : notice(project.id)) {
        statements.push_back(std::move(f));
    }
    auto const work = [this, &statements](db::connection& connection) {
        return detail::run_together(connection, *target_.dialect, std::move(statements));
    };
    auto task = with_connection<bool>(*database_, db::access::management, work);
    auto done = co_await std::move(task);
    if (!done && done.failure().kind == db::error_kind::unique_violation) {
        co_return false;
    }
    co_return done;
}

REFRACT_DECL history_task<bool> history::delete_project(std::string id) {
    std::vector<sql::fragment> statements;
    sql::fragment f(*target_.dialect);
    f.append("DELETE FROM ").table(target_.schema, "Project").append(" WHERE \"id\" = ");
    f.value(detail::text_operand(id)).append(" RETURNING \"id\"");
    statements.push_back(std::move(f));
    for (auto& told : notice(id)) {
        statements.push_back(std::move(told));
    }
    auto const work = [this, &statements](db::connection& connection) {
        return detail::run_and_count(connection, *target_.dialect, std::move(statements));
    };
    auto task = with_connection<std::uint64_t>(*database_, db::access::management, work);
    auto const gone = co_await std::move(task);
    if (!gone) {
        co_return gone.failure();
    }
    co_return *gone != 0;
}

REFRACT_DECL std::vector<sql::fragment> history::notice(std::string const& project) const {
    std::vector<sql::fragment> out;
    if (target_.dialect->has_schemas) {
        sql::fragment f(*target_.dialect);
        f.append("SELECT pg_notify(").value(detail::text_operand(change_channel)).append(", ");
        f.value(detail::text_operand(project)).append(")");
        out.push_back(std::move(f));
    }
    return out;
}

REFRACT_DECL history_task<std::vector<project_version>> history::list_versions() {
    sql::fragment f(*target_.dialect);
    f.append("SELECT p.\"id\", p.\"secrets\", (SELECT max(m.\"revision\") FROM ").table(target_.schema, "Migration");
    f.append(" m WHERE m.\"projectId\" = p.\"id\" AND m.\"status\" = 'SUCCESS') FROM ").table(target_.schema, "Project");
    f.append(" p ORDER BY p.\"id\"");
    using enum db::value_type;
    std::vector<db::value_type> const columns{text, text, integer};
    auto task = run_fragment(*database_, std::move(f), columns);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    std::vector<project_version> out;
    for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
        auto const revision = (*rows)->cell(i, 2);
        out.push_back(
            {std::string((*rows)->cell(i, 0).text), std::string((*rows)->cell(i, 1).text),
             revision.is_null() ? 0 : static_cast<std::uint64_t>(revision.number)}
        );
    }
    co_return out;
}

REFRACT_DECL sql::fragment history::select_migrations(migration_parts parts) const {
    sql::fragment f(*target_.dialect);
    bool const all = parts == migration_parts::all;
    f.append("SELECT \"projectId\", \"revision\", \"status\", \"applied\", \"rolledBack\", ");
    all ? f.append("\"steps\"") : f.append("'[]'");
    f.append(", \"errors\", \"startedAt\", \"finishedAt\", ");
    all ? f.append("\"schema\", \"datamodel\", \"functions\"") : f.append("'', '', '[]'");
    return f.append(" FROM ").table(target_.schema, "Migration");
}

REFRACT_DECL history_task<std::vector<migration_record>> history::read_migrations(sql::fragment query) {
    using enum db::value_type;
    std::vector<db::value_type> const columns{text, integer,   text,      integer, integer, text,
                                              text, date_time, date_time, text,    text,    text};
    auto task = run_fragment(*database_, std::move(query), columns);
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    std::vector<migration_record> out;
    for (std::size_t i = 0; i < (*rows)->rows(); ++i) {
        auto one = detail::migration_of(**rows, i);
        if (!one) {
            co_return std::move(one.failure());
        }
        out.push_back(std::move(*one));
    }
    co_return out;
}

namespace detail {

REFRACT_DECL db::result<std::optional<migration_record>> first_of(db::result<std::vector<migration_record>> all) {
    if (!all) {
        return std::move(all.failure());
    }
    std::optional<migration_record> out;
    if (!all->empty()) {
        out.emplace(std::move(all->front()));
    }
    return out;
}

} // namespace detail

REFRACT_DECL history_task<std::optional<migration_record>> history::last_success(
    std::string project, std::uint64_t before, migration_parts parts
) {
    auto f = select_migrations(parts);
    f.append(" WHERE \"status\" = 'SUCCESS' AND \"projectId\" = ").value(detail::text_operand(std::move(project)));
    if (before != 0) {
        f.append(" AND \"revision\" < ").value(detail::number_operand(before));
    }
    f.append(" ORDER BY \"revision\" DESC LIMIT 1");
    auto task = read_migrations(std::move(f));
    auto all = co_await std::move(task);
    co_return detail::first_of(std::move(all));
}

REFRACT_DECL history_task<std::optional<migration_record>> history::first_open(std::string project, migration_parts parts) {
    auto f = select_migrations(parts);
    f.append(" WHERE \"status\" IN ('PENDING', 'IN_PROGRESS', 'ROLLING_BACK') AND \"projectId\" = ");
    f.value(detail::text_operand(std::move(project))).append(" ORDER BY \"revision\" LIMIT 1");
    auto task = read_migrations(std::move(f));
    auto all = co_await std::move(task);
    co_return detail::first_of(std::move(all));
}

REFRACT_DECL history_task<std::vector<migration_record>> history::list_migrations(std::string project) {
    auto f = select_migrations();
    f.append(" WHERE \"projectId\" = ").value(detail::text_operand(std::move(project)));
    f.append(" ORDER BY \"revision\" DESC");
    auto task = read_migrations(std::move(f));
    co_return co_await std::move(task);
}

REFRACT_DECL history_task<std::vector<migration_record>> history::list_open() {
    auto f = select_migrations();
    f.append(" WHERE \"status\" IN ('PENDING', 'IN_PROGRESS', 'ROLLING_BACK') ORDER BY \"revision\"");
    auto task = read_migrations(std::move(f));
    co_return co_await std::move(task);
}

REFRACT_DECL sql::fragment history::insert_migration(migration_record const& migration, std::uint64_t base) const {
    auto const table = [this](sql::fragment& f) -> sql::fragment& { return f.table(target_.schema, "Migration"); };
    sql::fragment f(*target_.dialect);
    f.append("INSERT INTO ");
    table(f).append(" (\"projectId\", \"revision\", \"schema\", \"functions\", \"steps\", \"errors\", \"datamodel\") SELECT p.\"id\", ");
    f.append("(SELECT coalesce(max(m.\"revision\"), 0) + 1 FROM ");
    table(f).append(" m WHERE m.\"projectId\" = p.\"id\"), ");
    f.value(detail::text_operand(migration.schema_json)).append(", ");
    f.value(detail::text_operand(print_webhooks_json(migration.webhooks))).append(", ");
    f.value(detail::text_operand(print_steps_json(migration.steps))).append(", '[]', ");
    f.value(detail::text_operand(migration.datamodel)).append(" FROM ").table(target_.schema, "Project");
    f.append(" p WHERE p.\"id\" = ").value(detail::text_operand(migration.project));
    f.append(" AND NOT EXISTS (SELECT 1 FROM ");
    table(f).append(" o WHERE o.\"projectId\" = p.\"id\" AND o.\"status\" IN ('PENDING', 'IN_PROGRESS', 'ROLLING_BACK'))");
    f.append(" AND ").value(detail::number_operand(base)).append(" = (SELECT max(s.\"revision\") FROM ");
    table(f).append(" s WHERE s.\"projectId\" = p.\"id\" AND s.\"status\" = 'SUCCESS') RETURNING \"revision\"");
    return f;
}

/// The lease rolls back what is not committed.
REFRACT_DECL history_task<std::uint64_t> history::schedule_on(
    db::connection& connection, migration_record migration, std::uint64_t base, std::optional<std::vector<std::string>> secrets
) {
    auto const& d = *target_.dialect;
    auto beginning = run_fragment(connection, detail::begin_statement(d));
    auto const begun = co_await std::move(beginning);
    if (!begun) {
        co_return begun.failure();
    }
    std::vector<db::value_type> const columns{db::value_type::integer};
    auto inserting = run_fragment(connection, insert_migration(migration, base), columns);
    auto const inserted = co_await std::move(inserting);
    if (!inserted) {
        co_return inserted.failure();
    }
    if ((*inserted)->rows() == 0) {
        co_return std::uint64_t{0};
    }
    auto const revision = static_cast<std::uint64_t>((*inserted)->cell(0, 0).number);
    std::vector<sql::fragment> rest;
    if (secrets) {
        sql::fragment f(d);
        f.append("UPDATE ").table(target_.schema, "Project").append(" SET \"secrets\" = ");
        f.value(detail::text_operand(print_strings_json(*secrets))).append(" WHERE \"id\" = ");
        f.value(detail::text_operand(migration.project));
        rest = notice(migration.project);
        rest.insert(rest.begin(), std::move(f));
    }
    sql::fragment commit(d);
    commit.append("COMMIT");
    rest.push_back(std::move(commit));
    auto finishing = run_fragments(connection, std::move(rest));
    auto const finished = co_await std::move(finishing);
    if (!finished) {
        co_return finished.failure();
    }
    co_return revision;
}

REFRACT_DECL history_task<std::uint64_t> history::schedule(
    migration_record migration, std::uint64_t base, std::optional<std::vector<std::string>> secrets
) {
    auto const work = [this, &migration, base, &secrets](db::connection& connection) {
        return schedule_on(connection, std::move(migration), base, std::move(secrets));
    };
    auto task = with_connection<std::uint64_t>(*database_, db::access::management, work);
    auto done = co_await std::move(task);
    if (!done && done.failure().kind == db::error_kind::unique_violation) {
        co_return std::uint64_t{0}; // another server was faster
    }
    co_return done;
}

namespace detail {

REFRACT_DECL void append_migration_key(sql::fragment& f, std::string const& project, std::uint64_t revision) {
    f.append(" WHERE \"projectId\" = ").value(text_operand(project)).append(" AND \"revision\" = ").value(number_operand(revision));
}

} // namespace detail

REFRACT_DECL history_task<bool> history::mark_in_progress(std::string project, std::uint64_t revision, std::int64_t now_ms) {
    sql::fragment f(*target_.dialect);
    f.append("UPDATE ").table(target_.schema, "Migration").append(" SET \"status\" = 'IN_PROGRESS', \"startedAt\" = ");
    f.value(detail::time_operand(now_ms));
    detail::append_migration_key(f, project, revision);
    f.append(" AND \"status\" = 'PENDING'");
    auto task = run_fragment(*database_, std::move(f));
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    co_return (*rows)->affected() != 0;
}

REFRACT_DECL sql::fragment history::success_statement(
    std::string const& project, std::uint64_t revision, std::uint32_t applied, std::int64_t now_ms
) const {
    sql::fragment f(*target_.dialect);
    f.append("UPDATE ").table(target_.schema, "Migration").append(" SET \"status\" = 'SUCCESS', \"applied\" = ");
    f.value(detail::number_operand(applied)).append(", \"finishedAt\" = ").value(detail::time_operand(now_ms));
    detail::append_migration_key(f, project, revision);
    return f;
}

REFRACT_DECL sql::fragment history::open_statement(std::string const& project, std::uint64_t revision) const {
    sql::fragment f(*target_.dialect);
    f.append("SELECT 1 FROM ").table(target_.schema, "Migration");
    detail::append_migration_key(f, project, revision);
    f.append(" AND \"status\" IN ('PENDING', 'IN_PROGRESS', 'ROLLING_BACK')");
    if (target_.dialect->has_schemas) {
        f.append(" FOR UPDATE");
    }
    return f;
}

REFRACT_DECL history_task<bool> history::finish(migration_record migration) {
    sql::fragment f(*target_.dialect);
    f.append("UPDATE ").table(target_.schema, "Migration").append(" SET \"status\" = ");
    f.value(detail::text_operand(std::string(to_string(migration.status)))).append(", \"applied\" = ");
    f.value(detail::number_operand(migration.applied)).append(", \"rolledBack\" = ");
    f.value(detail::number_operand(migration.rolled_back)).append(", \"errors\" = ");
    f.value(detail::text_operand(print_strings_json(migration.errors))).append(", \"finishedAt\" = ");
    f.value(detail::time_operand(migration.finished_ms.value_or(0)));
    detail::append_migration_key(f, migration.project, migration.revision);
    auto task = run_fragment(*database_, std::move(f));
    auto rows = co_await std::move(task);
    if (!rows) {
        co_return std::move(rows.failure());
    }
    co_return (*rows)->affected() != 0;
}

REFRACT_DECL history_task<bool> history::set_cloud_secret(std::optional<std::string> secret) {
    std::vector<sql::fragment> statements;
    sql::fragment forget(*target_.dialect);
    forget.append("DELETE FROM ").table(target_.schema, "CloudSecret");
    statements.push_back(std::move(forget));
    if (secret) {
        sql::fragment insert(*target_.dialect);
        insert.append("INSERT INTO ").table(target_.schema, "CloudSecret").append(" (\"secret\") VALUES (");
        insert.value(detail::text_operand(std::move(*secret))).append(")");
        statements.push_back(std::move(insert));
    }
    auto const work = [this, &statements](db::connection& connection) {
        return detail::run_together(connection, *target_.dialect, std::move(statements));
    };
    auto task = with_connection<bool>(*database_, db::access::management, work);
    co_return co_await std::move(task);
}

} // namespace refract::migrate
