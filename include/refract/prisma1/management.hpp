// The Management API: projects, deployments, migrations.
// See: docs of the Management API.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/datamodel/capabilities.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/datamodel/problem.hpp>
#include <refract/db/connection.hpp>
#include <refract/graphql/coerce.hpp>
#include <refract/graphql/collect_fields.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/jwt/key.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/history.hpp>
#include <refract/prisma1/api_error.hpp>
#include <refract/prisma1/impl/joint_load.hpp>
#include <refract/prisma1/request.hpp>
#include <refract/sql/dialect.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::prisma1 {

/// A project as its newest successful migration left it. Immutable; a deployment makes a new one.
struct project_state {
    std::string id;
    std::string name;
    std::string stage;
    std::vector<std::string> secrets{};
    jwt::service_keys keys{};       ///< of the secrets
    std::uint64_t revision = 0;
    std::shared_ptr<datamodel::datamodel const> model{};
    std::string schema_json{};      ///< the datamodel as it is stored
    std::string datamodel_text{};   ///< the text that was deployed
    std::vector<migrate::webhook> webhooks{};
    std::string schema_name{};      ///< PostgreSQL schema of the tables; empty on SQLite
    std::shared_ptr<db::database> database{};
};

struct management_options {
    sql::dialect const* dialect = &sql::sqlite;
    datamodel::capabilities capabilities = datamodel::sqlite_capabilities;
    std::shared_ptr<db::database> database{};       ///< of the management tables; on PostgreSQL of the projects too
    std::string management_schema = "management";   ///< PostgreSQL
    std::string fixed_schema{};                     ///< PostgreSQL: one schema for all projects, neither created nor dropped
    /// The database of a project, created if it is not there (SQLite: a file). Called once per state; may be called again.
    std::function<std::shared_ptr<db::database>(std::string const& project_id)> open{};
    /// SQLite: closes and removes a project's file. Not called on PostgreSQL.
    std::function<void(std::string const& project_id)> remove{};
    /// SQLite, whose management tables and projects are in different files: keeps other processes from migrating or removing the project for as
    /// long as the result lives; null while another one does. Empty: there are no others.
    std::function<std::shared_ptr<void>(std::string const& project_id)> lock{};
    /// A project's schema, secrets or existence changed: its subscriptions have to be ended. May be empty.
    std::function<void(std::string const& project_id)> on_change{};
    std::optional<jwt::key> key{};                  ///< management tokens are checked with it; none: the API is open
    std::string version = "1.34.12";                ///< of `serverInfo`: clients compare it with their own
    std::string commit{};
    std::string connector{};                        ///< `primaryConnector`; empty: the dialect's name
    bool has_api = true;                            ///< false: no management requests are answered, `/management` is a service's path
    bool migrations = true;                         ///< false: every deploy behaves as with `noMigration: true`
    limits bounds{};
};

/// What a management request is answered with.
struct management_response {
    int status = 200;
    std::string body{};
    bool executed = true; ///< false: the text or the variables were refused, nothing was run
};

/// Executes management requests and applies migrations in the background, one at a time per project.
///
/// Several servers may share the tables: a deploy waits for another one of the same project (limits::deploy_wait_seconds) and then finds out
/// anew what there is to do; a migration whose server died is carried on by whoever comes next. refresh() or invalidate() make
/// other servers' changes visible; prisma1/management_watch.hpp calls them.
/// Lifetime: made by std::make_shared; a migration under way keeps it alive.
/// Thread safety: execute(), find() and invalidate() from any executor.
class management : public std::enable_shared_from_this<management> {
public:
    REFRACT_DECL management(boost::asio::any_io_executor executor, management_options options);

    /// Creates the management tables and continues the migrations a stopped server left open.
    REFRACT_DECL boost::asio::awaitable<result<void>> start();

    /// The answer to a text that is not GraphQL; nothing is run.
    REFRACT_DECL std::optional<management_response> syntax_fault(request const& r, std::string const& request_id) const;

    /// Answers one request.
    ///
    /// Shape: `{"data":...}` or `{"data":...,"errors":[...]}` with status 200; a text that is not GraphQL: status 500 without data.
    REFRACT_DECL boost::asio::awaitable<management_response> execute(
        request r, std::optional<std::string> authorization, std::string request_id
    );

    /// The project's newest state, from memory if it is there; null if there is no such project. Loaded once for all who ask meanwhile.
    REFRACT_DECL boost::asio::awaitable<result<std::shared_ptr<project_state const>>> find(std::string project_id);

    /// The id of a project by the segments of its path. Errors: errc::invalid_id, with a text safe to send.
    [[nodiscard]] REFRACT_DECL result<std::string> project_id(std::span<std::string_view const> segments) const;

    /// Forgets a project's state (another server changed it), or all of them.
    REFRACT_DECL void invalidate(std::string const& project_id);
    REFRACT_DECL void invalidate_all();

    /// Forgets what is not in memory as it is in the tables, by one statement.
    REFRACT_DECL boost::asio::awaitable<result<void>> refresh();

    /// management_options::has_api.
    [[nodiscard]] bool has_api() const noexcept { return options_.has_api; }

    /// Grows whenever a state is forgotten.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(); }

private:
    template <class T> using task = boost::asio::awaitable<refract::result<T, api_error>>;

    struct field_call { ///< one root field
        graphql::collected_field const* field = nullptr;
        std::vector<graphql::coerced_field> arguments{};
        std::optional<std::string> authorization{};
    };

    struct deployment;

    REFRACT_DECL boost::asio::awaitable<management_response> run(
        graphql::field_collector const& collector, graphql::ast::definition const& operation,
        std::optional<std::string> authorization, std::string request_id
    );
    REFRACT_DECL task<boost::json::value> resolve(field_call call);

    REFRACT_DECL task<boost::json::value> list_projects(field_call call);
    REFRACT_DECL task<boost::json::value> show_project(field_call call);
    REFRACT_DECL task<boost::json::value> migration_status(field_call call);
    REFRACT_DECL task<boost::json::value> list_migrations(field_call call);
    REFRACT_DECL task<boost::json::value> project_token(field_call call);
    REFRACT_DECL task<boost::json::value> add_project(field_call call);
    REFRACT_DECL task<boost::json::value> delete_project(field_call call);
    REFRACT_DECL task<boost::json::value> set_cloud_secret(field_call call);
    REFRACT_DECL task<boost::json::value> deploy(field_call call);

    REFRACT_DECL task<boost::json::value> try_deploy(deployment& d);
    REFRACT_DECL task<boost::json::value> deploy_alone(deployment& d);
    REFRACT_DECL task<bool> check_schedule(deployment const& d);
    REFRACT_DECL task<std::vector<datamodel::problem>> compare_with_tables(deployment& d);
    REFRACT_DECL task<boost::json::value> finish_deploy(deployment& d);
    [[nodiscard]] REFRACT_DECL std::vector<datamodel::problem> check_webhooks(deployment const& d) const;

    REFRACT_DECL boost::asio::awaitable<void> apply_migration(migrate::migration_record m);
    REFRACT_DECL boost::asio::awaitable<bool> try_applying(migrate::migration_record const& m);
    REFRACT_DECL boost::asio::awaitable<bool> apply_after(migrate::migration_record const& m, std::string previous_schema);
    [[nodiscard]] REFRACT_DECL task<std::shared_ptr<void>> hold(std::string project_id);
    REFRACT_DECL boost::asio::awaitable<void> record_end(migrate::migration_record m, migrate::application_result applied);
    REFRACT_DECL void start_applying(migrate::migration_record m);
    REFRACT_DECL task<std::shared_ptr<project_state const>> load(std::string project_id);
    REFRACT_DECL void take_note(std::string const& project_id, std::uint64_t revision);
    REFRACT_DECL task<bool> create_storage(std::string project_id);
    REFRACT_DECL task<bool> drop_storage(std::string project_id);

    [[nodiscard]] REFRACT_DECL std::string encode(std::string_view name, std::string_view stage) const;
    [[nodiscard]] REFRACT_DECL std::pair<std::string, std::string> decode(std::string const& id) const;
    [[nodiscard]] REFRACT_DECL std::optional<api_error>
    refused(std::optional<std::string> const& authorization, std::string const& name, std::string const& stage) const;
    [[nodiscard]] REFRACT_DECL sql::ddl_target target_of(std::string const& project_id) const;

    boost::asio::any_io_executor executor_;
    management_options options_;
    migrate::history history_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<project_state const>> states_; ///< guarded by mutex_
    using state_load = detail::joint_load<result<std::shared_ptr<project_state const>>>;
    std::unordered_map<std::string, std::shared_ptr<state_load>> loads_;           ///< guarded by mutex_: under way
    std::set<std::string> deploying_;                                              ///< guarded by mutex_
    std::set<std::string> applying_;                                               ///< guarded by mutex_
    std::atomic<std::uint64_t> generation_{0};
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/management.ipp>
#include <refract/prisma1/impl/management_deploy.ipp>
#include <refract/prisma1/impl/management_execute.ipp>
#endif
