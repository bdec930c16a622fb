#include "backend.hpp"

#include "sqlite_files.hpp"

#include <refract/core/log.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/migrate/history.hpp>
#include <refract/postgres/database.hpp>
#include <refract/postgres/listener.hpp>
#include <refract/prisma1/management_watch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace refract::server {

namespace {

/// How the changes of other servers are noticed.
struct following {
    std::chrono::milliseconds interval{};         ///< between two looks
    std::function<bool()> changed{};              ///< whether a look is worth it; empty: always
    std::optional<postgres::options> listening{}; ///< the connection on which changes are told
};

class running_backend final : public backend {
public:
    running_backend(boost::asio::any_io_executor executor, prisma1::management_options options,
                    prisma1::service_options const& services, prisma1::application_options around, following follow,
                    std::function<void()> close)
        : executor_(executor), dialect_(*options.dialect),
          management_(std::make_shared<prisma1::management>(std::move(executor), std::move(options))),
          application_(management_, dialect_, services, std::move(around)), following_(std::move(follow)), close_(std::move(close)) {}

    prisma1::management& management() override { return *management_; }
    prisma1::application& application() override { return application_; }

    void follow() override {
        watch_ = std::make_shared<prisma1::management_watch>(executor_, management_, following_.interval, following_.changed);
        watch_->start();
        if (following_.listening) {
            postgres::listener::callbacks callbacks;
            callbacks.heard = [watch = watch_](std::string_view) { watch->wake(); };
            callbacks.connected = [watch = watch_, management = management_] { // what was told meanwhile is not known
                management->invalidate_all();
                watch->wake();
            };
            listener_ = std::make_shared<postgres::listener>(executor_, *following_.listening, migrate::change_channel, std::move(callbacks));
            listener_->start();
        }
    }

    void close() override {
        if (listener_) {
            listener_->close();
        }
        if (watch_) {
            watch_->stop();
        }
        close_();
    }

    bool is_following() const override { return watch_ && watch_->is_running(); }

private:
    boost::asio::any_io_executor executor_;
    sql::dialect const& dialect_;
    std::shared_ptr<prisma1::management> management_;
    prisma1::application application_;
    following following_;
    std::shared_ptr<prisma1::management_watch> watch_{};
    std::shared_ptr<postgres::listener> listener_{};
    std::function<void()> close_;
};

/// The key management tokens are checked with; none: everybody may deploy.
result<std::optional<jwt::key>> management_key_of(config::server_config const& config) {
    if (!config.management_secret && !config.legacy_public_key) {
        return std::optional<jwt::key>();
    }
    auto key = config.management_secret ? jwt::management_key(*config.management_secret)
                                        : jwt::management_public_key(*config.legacy_public_key);
    if (!key) {
        return error{key.failure().code,
                     std::string(config.management_secret ? "managementApiSecret: " : "legacySecret: ") + key.failure().message, {}};
    }
    return std::optional<jwt::key>(std::move(*key));
}

prisma1::application_options application_options_of(config::server_config const& config) {
    prisma1::request_gate_options bounds;
    if (config.throttling.on()) {
        bounds.rate = config.throttling.rate;
        bounds.per_seconds = config.throttling.per_seconds;
        bounds.max_waiting = config.throttling.max_calls_in_flight;
        auto const& exempt = config.throttling.unthrottled_project_ids;
        bounds.exempt.insert(exempt.begin(), exempt.end());
    }
    bounds.max_running = config.service_limits.max_concurrent_requests;
    prisma1::application_options out;
    if (bounds.on()) {
        out.gate = std::make_shared<prisma1::request_gate>(std::move(bounds));
    }
    if (config.slow_query_ms) {
        out.slow_query = std::chrono::milliseconds(*config.slow_query_ms);
    }
    return out;
}

void use_sqlite(prisma1::management_options& options, std::shared_ptr<sqlite_files> const& files) {
    options.dialect = &sql::sqlite;
    options.capabilities = datamodel::sqlite_capabilities;
    options.database = files->management();
    options.open = [files](std::string const& project_id) { return files->project(project_id); };
    options.remove = [files](std::string const& project_id) { files->remove(project_id); };
    options.lock = [files](std::string const& project_id) { return files->lock(project_id); };
}

std::shared_ptr<postgres::database> make_postgres(boost::asio::any_io_executor executor, config::database_config const& database,
                                                  backend_options const& wanted) {
    limits const& bounds = wanted.bounds;
    postgres::database_options options;
    options.connection = connection_options(database, bounds, wanted.one_thread);
    options.loops = wanted.loops;
    options.connection_limit = database.connection_limit;
    options.max_queued = database.queue_size;
    options.acquire_timeout = std::chrono::seconds(bounds.acquire_timeout_seconds);
    return std::make_shared<postgres::database>(std::move(executor), std::move(options));
}

result<std::shared_ptr<sqlite_files>> make_sqlite(boost::asio::any_io_executor workers, config::database_config const& database,
                                                  limits const& bounds) {
    std::error_code failed;
    std::filesystem::path const folder(database.database);
    std::filesystem::create_directories(folder, failed);
    if (failed) {
        return error{errc::unavailable, "The folder " + database.database + " can't be made: " + failed.message(), {}};
    }
    sqlite::database_options options;
    options.connection.statement_timeout = std::chrono::seconds(bounds.statement_timeout_seconds);
    options.max_queued = database.queue_size;
    options.acquire_timeout = std::chrono::seconds(bounds.acquire_timeout_seconds);
    return std::make_shared<sqlite_files>(folder, std::move(workers), std::move(options));
}

} // namespace

postgres::options connection_options(config::database_config const& database, limits const& bounds, bool one_thread) {
    postgres::options options;
    options.strand = !one_thread;
    options.host = database.host;
    options.port = database.port;
    options.user = database.user;
    options.password = database.password;
    options.database = database.database;
    options.ssl_mode = std::string(config::effective_ssl_mode(database));
    options.ssl_root_cert = database.ssl_root_cert;
    options.ssl_cert = database.ssl_cert;
    options.ssl_key = database.ssl_key;
    options.connect_timeout = std::chrono::seconds(bounds.connect_timeout_seconds);
    options.statement_timeout = std::chrono::seconds(bounds.statement_timeout_seconds);
    return options;
}

result<std::unique_ptr<backend>> make_backend(boost::asio::any_io_executor executor, boost::asio::any_io_executor workers,
                                              config::server_config const& config, backend_options const& wanted) {
    limits const& bounds = wanted.bounds;
    config::database_config const& database = config.databases.front();
    auto key = management_key_of(config);
    if (!key) {
        return key.failure();
    }
    prisma1::management_options options;
    options.management_schema = database.management_schema;
    options.fixed_schema = database.schema.value_or("");
    options.key = std::move(*key);
    options.has_api = config.enable_management_api;
    options.migrations = database.migrations.value_or(true);
    options.bounds = bounds;
    options.connector = std::string(name(database.type));
    prisma1::service_options services;
    services.bounds = bounds;
    services.introspection = wanted.introspection;
    services.raw_access = database.raw_access;
    services.max_storage_bytes = std::uint64_t{config.service_limits.storage_megabytes} * 1'000'000U;
    services.database_names = {database.name};
    following follow;
    std::function<void()> close;
    if (database.type == config::connector::sqlite) {
        auto const files = make_sqlite(workers, database, bounds);
        if (!files) {
            return files.failure();
        }
        use_sqlite(options, *files);
        follow.interval = std::chrono::milliseconds(100);
        follow.changed = [kept = *files] { return kept->management_changed(); };
        close = [kept = *files] { kept->close(); };
    } else if (database.type == config::connector::postgres) {
        auto const opened = make_postgres(executor, database, wanted);
        options.dialect = &sql::postgres;
        options.capabilities = datamodel::postgres_capabilities;
        options.database = opened;
        options.open = [opened](std::string const&) { return opened; };
        follow.interval = std::chrono::seconds(10); // should a notification be lost
        follow.listening = connection_options(database, bounds, wanted.one_thread);
        close = [opened] { opened->close(); };
    } else {
        return error{errc::wrong_type,
                     "databases." + database.name + ": This server has no connector " + std::string(name(database.type)) +
                         ". It has postgres and sqlite.",
                     {}};
    }
    std::unique_ptr<backend> made =
        std::make_unique<running_backend>(std::move(executor), std::move(options), services, application_options_of(config),
                                          std::move(follow), std::move(close));
    return made;
}

} // namespace refract::server
