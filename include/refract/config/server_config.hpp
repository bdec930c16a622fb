// The configuration of a Prisma 1 server, as users have it in PRISMA_CONFIG.
// See: config/load.hpp for where it comes from.
#pragma once

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
    std::uint32_t connection_limit = 10;       ///< at least 2: one is kept for management
    std::uint32_t queue_size = 1'000;          ///< callers waiting for a connection
    bool pooled = true;
    bool raw_access = false;                   ///< enables the mutation `executeRaw`
    std::optional<bool> migrations{};          ///< `migrations`, or the older `active`
};

/// A server's configuration.
struct server_config {
    std::uint16_t port = 4466;
    std::optional<std::string> management_secret{}; ///< `managementApiSecret`; none: the management API is open
    std::optional<std::string> legacy_public_key{}; ///< `legacySecret`: PEM; management tokens are RS256
    bool enable_management_api = true;
    std::vector<database_config> databases{};       ///< at least one; only the first one holds data
};

/// SQLite in the folder `refract-data`, port 4466, management open: what a server without any configuration does.
REFRACT_DECL server_config default_server_config();

/// Reads a configuration in YAML.
///
/// Shape: top-level keys `port`, `managementApiSecret`, `databases`, `legacySecret`, `enableManagementApi`, and `prototype`,
/// `clusterAddress`, `rabbitUri` which are accepted and not used; keys that start with `x-` are the user's own. Unlike the
/// original, which ignores what it does not know, a misspelt key or a value of the wrong type is refused: an ignored
/// `managementAPISecret` would open the server.
/// Errors: those of parse_yaml(), errc::unknown_key, errc::wrong_type, errc::missing_key; located; the original's texts
/// where it has one. Secrets are never repeated.
REFRACT_DECL result<server_config> parse_server_config(std::string_view yaml);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/server_config.ipp>
#endif
