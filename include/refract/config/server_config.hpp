// The configuration of a Prisma 1 server, as users have it in PRISMA_CONFIG.
// See: config/load.hpp for where it comes from.
#pragma once

#include <refract/config/environment.hpp>
#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::config {

/// The kinds of databases a configuration can name. Not every program supports all of them.
enum class connector : std::uint8_t {
    postgres, ///< `postgres`
    mysql,    ///< `mysql`
    mongo,    ///< `mongo`
    sqlite,   ///< `sqlite`
};

/// The connector's name in the configuration.
REFRACT_DECL std::string_view name(connector c) noexcept;

/// One entry of `databases`.
struct database_config {
    std::string name = "default";              ///< its key; the value of the enum PrismaDatabase
    connector type = connector::sqlite;
    std::string host{};
    std::uint16_t port = 0;
    std::string user{};
    std::string password{};
    std::string database{};                    ///< PostgreSQL: `prisma` unless set; SQLite: the folder, `refract-data` unless set
    std::optional<std::string> schema{};       ///< PostgreSQL: one schema for the one service
    std::string management_schema{};           ///< where the management tables are
    bool ssl = false;                          ///< TLS without a check of the certificate
    std::string ssl_mode{};                    ///< PostgreSQL, libpq's `sslmode`; see effective_ssl_mode()
    std::string ssl_root_cert{};               ///< PostgreSQL: file with the certificates to trust, libpq's `sslrootcert`
    std::string ssl_cert{};                    ///< PostgreSQL: file with the client's certificate, `sslcert`
    std::string ssl_key{};                     ///< PostgreSQL: file with its key, `sslkey`
    std::uint32_t connection_limit = 10;       ///< at least 2: one is kept for management
    std::uint32_t queue_size = 1'000;          ///< callers waiting for a connection
    bool pooled = true;                        ///< without effect: connections are always shared
    bool raw_access = false;                   ///< enables the mutation `executeRaw`
    std::optional<bool> migrations{};          ///< `migrations`, or the older `active`
};

/// The rule of Prisma 1's demo servers, for each service: so many requests in so many seconds on average, later ones wait.
struct throttling_config {
    std::uint32_t rate = 0;                ///< 0: off
    std::uint32_t per_seconds = 1;
    std::uint32_t max_calls_in_flight = 0; ///< requests that wait; 0: off
    std::vector<std::string> unthrottled_project_ids{};

    [[nodiscard]] bool on() const noexcept { return rate > 0 && max_calls_in_flight > 0; }
};

/// How many requests one client address may send.
struct rate_limit_config {
    std::uint32_t requests = 0; ///< 0: off
    std::uint32_t per_seconds = 1;
};

/// What one service may use.
struct service_limits_config {
    std::uint32_t max_concurrent_requests = 0; ///< 0: no limit
    std::uint32_t storage_megabytes = 0;       ///< 0: no limit
};

/// A server's configuration.
struct server_config {
    std::uint16_t port = 4466;
    std::optional<std::string> management_secret{}; ///< `managementApiSecret`; none: the management API is open
    std::optional<std::string> legacy_public_key{}; ///< `legacySecret`: PEM; management tokens are RS256
    bool enable_management_api = true;              ///< false: `/management` is a service like any other
    bool allow_open = false;                        ///< without a secret, listen on other addresses than loopback too
    throttling_config throttling{};
    rate_limit_config rate_limit{};
    service_limits_config service_limits{};
    std::optional<std::uint32_t> slow_query_ms{};   ///< requests that take longer are logged; none: off
    std::vector<database_config> databases{};       ///< at least one; only the first one holds data
    std::vector<std::string> notes{};               ///< what was read and changes nothing, for the log

    /// Whether everybody who reaches the port may deploy.
    [[nodiscard]] bool open() const noexcept { return enable_management_api && !management_secret && !legacy_public_key; }
};

/// libpq's `sslmode` for a database: what the configuration says; else `verify-full` if it names certificates to trust, `require`
/// for `ssl: true`, and `prefer`.
REFRACT_DECL std::string_view effective_ssl_mode(database_config const& database) noexcept;

/// SQLite in the folder `refract-data`, port 4466, management open: what a server without any configuration does.
REFRACT_DECL server_config default_server_config();

/// Reads a configuration in YAML.
///
/// Shape: the keys of Prisma 1's servers, those without meaning here included, and ours: `allowOpen`, `throttling`, `rateLimit`,
/// `serviceLimits`, `slowQueriesLogging`, `slowQueriesLoggingThreshold`; of a database `sslMode`, `sslRootCert`, `sslCert`, `sslKey`.
/// Keys that start with `x-` are the user's own. `${NAME}` in a value is an environment variable, see expand_environment().
/// Unlike the original, which ignores what it does not know, a misspelt key or a value of the wrong type is refused: an ignored
/// `managementAPISecret` would open the server. A null or empty text counts as absent, as there; but a null or empty secret
/// is refused unless `allowOpen: true` or the variable REFRACT_ALLOW_OPEN=1 says that none is wanted.
/// Errors: those of parse_yaml() and expand_environment(), errc::unknown_key, errc::wrong_type, errc::missing_key; located; the
/// original's texts where it has one. Secrets are never repeated.
REFRACT_DECL result<server_config> parse_server_config(std::string_view yaml, environment lookup = nullptr);

/// Everything that is wrong with a configuration, in the order of the text; empty if parse_server_config() takes it.
REFRACT_DECL std::vector<error> check_server_config(std::string_view yaml, environment lookup = nullptr);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/server_config.ipp>
#endif
