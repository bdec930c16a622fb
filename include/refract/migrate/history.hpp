// The management tables: projects, their migrations, the cloud secret. The same tables and columns as the original's.
// See: docs of the Management API, "Management tables".
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/migrate/schema_json.hpp>
#include <refract/migrate/step.hpp>
#include <refract/sql/ddl.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace refract::migrate {

enum class migration_status : std::uint8_t { pending, in_progress, success, rolling_back, rollback_success, rollback_failure };

/// `PENDING`, ...
REFRACT_DECL std::string_view to_string(migration_status s) noexcept;

/// A row of the table Migration.
struct migration_record {
    std::string project;
    std::uint64_t revision = 0;
    migration_status status = migration_status::pending;
    std::uint32_t applied = 0;
    std::uint32_t rolled_back = 0;
    std::vector<step> steps{};
    std::vector<std::string> errors{};
    std::optional<std::int64_t> started_ms{};
    std::optional<std::int64_t> finished_ms{};
    std::string schema_json{};
    std::string datamodel{}; ///< the text that was deployed
    std::vector<webhook> webhooks{};
};

/// How much of a migration is read.
enum class migration_parts : std::uint8_t {
    all,
    progress, ///< how far it is and how it ended; no steps, schema, datamodel and webhooks: the size of the project does not matter
};

/// A row of the table Project.
struct project_record {
    std::string id;
    std::vector<std::string> secrets{};
};

/// What tells one state of a project from another.
struct project_version {
    std::string id;
    std::string secrets_json;
    std::uint64_t revision = 0; ///< of the newest successful migration
};

/// PostgreSQL: the channel on which servers tell each other the id of a project that changed.
inline constexpr char const* change_channel = "refract_project";

template <class T> using history_task = boost::asio::awaitable<db::result<T>>;

/// Reads and writes the management tables. Stateless: several servers may share the tables.
///
/// Thread safety: as db::database.
class history {
public:
    /// `target.schema`: the management schema on PostgreSQL.
    history(std::shared_ptr<db::database> database, sql::ddl_target target)
        : database_(std::move(database)), target_(std::move(target)) {}

    /// Creates what is missing; safe to call again, and from several servers.
    REFRACT_DECL history_task<bool> create_tables();

    REFRACT_DECL history_task<std::optional<project_record>> find_project(std::string id);
    /// All projects, by id.
    REFRACT_DECL history_task<std::vector<project_record>> list_projects();
    /// Inserts a project and its first migration, revision 1. False if the project exists.
    REFRACT_DECL history_task<bool> add_project(project_record project, std::string schema_json);
    /// Deletes a project with its migrations. False if there is none.
    REFRACT_DECL history_task<bool> delete_project(std::string id);
    /// The version of every project, by id. Cost: one statement, a step in an index per project.
    REFRACT_DECL history_task<std::vector<project_version>> list_versions();

    /// The newest successful migration before `revision` (0: of all): the state of the project.
    REFRACT_DECL history_task<std::optional<migration_record>> last_success(
        std::string project, std::uint64_t before = 0, migration_parts parts = migration_parts::all
    );
    /// The oldest migration that is not finished.
    REFRACT_DECL history_task<std::optional<migration_record>> first_open(std::string project, migration_parts parts = migration_parts::all);
    /// All migrations, the newest first.
    REFRACT_DECL history_task<std::vector<migration_record>> list_migrations(std::string project);
    /// Unfinished migrations of all projects, the oldest first.
    REFRACT_DECL history_task<std::vector<migration_record>> list_open();

    /// Inserts a PENDING migration and gives its revision; the project's secrets become `secrets` with it, unless they are absent.
    ///
    /// Shape: one transaction. 0, and nothing has changed, if another one is unfinished, or the newest success is not `base` any more (the steps would not fit), or the
    /// project is gone.
    REFRACT_DECL history_task<std::uint64_t> schedule(
        migration_record migration, std::uint64_t base, std::optional<std::vector<std::string>> secrets = std::nullopt
    );
    REFRACT_DECL history_task<bool> mark_in_progress(std::string project, std::uint64_t revision, std::int64_t now_ms);
    /// Records the end of a migration: status, counts, errors, time of `migration`.
    REFRACT_DECL history_task<bool> finish(migration_record migration);

    /// The statement of finish() for a success, to be part of somebody's transaction in the same database.
    [[nodiscard]] REFRACT_DECL sql::fragment success_statement(
        std::string const& project, std::uint64_t revision, std::uint32_t applied, std::int64_t now_ms
    ) const;
    /// Tells other servers of a change, when the transaction it is part of is committed. Empty on SQLite.
    [[nodiscard]] REFRACT_DECL std::vector<sql::fragment> notice(std::string const& project) const;
    /// Gives a row if the migration is unfinished, and keeps others from finishing it (PostgreSQL).
    [[nodiscard]] REFRACT_DECL sql::fragment open_statement(std::string const& project, std::uint64_t revision) const;

    /// Replaces the cloud secret; none deletes it.
    REFRACT_DECL history_task<bool> set_cloud_secret(std::optional<std::string> secret);

private:
    REFRACT_DECL history_task<std::vector<migration_record>> read_migrations(sql::fragment query);
    [[nodiscard]] REFRACT_DECL sql::fragment select_migrations(migration_parts parts = migration_parts::all) const;
    [[nodiscard]] REFRACT_DECL sql::fragment insert_migration(migration_record const& migration, std::uint64_t base) const;
    REFRACT_DECL history_task<std::uint64_t> schedule_on(
        db::connection& connection, migration_record migration, std::uint64_t base, std::optional<std::vector<std::string>> secrets
    );
    [[nodiscard]] REFRACT_DECL std::vector<sql::fragment> definitions() const;

    std::shared_ptr<db::database> database_;
    sql::ddl_target target_;
};

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/history.ipp>
#endif
