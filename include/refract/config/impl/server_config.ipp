#pragma once

#include <refract/config/database_uri.hpp>
#include <refract/config/impl/map_reader.hpp>
#include <refract/config/server_config.hpp>
#include <refract/config/yaml.hpp>
#include <refract/core/text.hpp>

#include <algorithm>
#include <utility>

namespace refract::config {

namespace detail {

inline constexpr std::string_view ssl_modes[] = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"};

/// `postgres-native` and kin, which some versions took, are the same here.
REFRACT_DECL std::optional<connector> parse_connector(std::string_view text) {
    for (connector const c : {connector::postgres, connector::mysql, connector::mongo, connector::sqlite}) {
        if (text == name(c) || (c != connector::mongo && text == std::string(name(c)) + "-native")) {
            return c;
        }
    }
    return std::nullopt;
}

REFRACT_DECL void read_connector(map_reader& in, database_config& out) {
    auto const text = in.text("connector");
    if (!text) {
        if (!in.has("connector")) {
            in.fail(errc::missing_key, "Expected connector to be non-empty");
        }
        return;
    }
    auto const type = parse_connector(*text);
    if (!type) {
        auto const lower = parse_connector(ascii_lower(*text));
        std::string const hint = lower ? " Did you mean '" + std::string(name(*lower)) + "'?" : std::string();
        return in.fail(errc::wrong_type, "Unknown connector " + text->substr(0, 64) + "." + hint, in.find("connector")->where);
    }
    out.type = *type;
}

REFRACT_DECL void read_uri(map_reader& in, database_config& out) {
    auto const text = in.text("uri");
    if (!text) {
        return;
    }
    auto const uri = parse_database_uri(*text);
    location const where = in.find("uri")->where;
    if (!uri) {
        return in.fail(uri.failure().code, uri.failure().message, where);
    }
    bool const fits = (out.type == connector::postgres && (uri->scheme == "postgres" || uri->scheme == "postgresql")) ||
                      (out.type == connector::mysql && uri->scheme == "mysql") ||
                      (out.type == connector::mongo && (uri->scheme == "mongodb" || uri->scheme == "mongodb+srv"));
    if (!fits) {
        return in.fail(errc::wrong_type, "The scheme of the uri does not fit the connector", where);
    }
    out.host = uri->host;
    out.port = uri->port;
    out.user = uri->user;
    out.password = uri->password;
    out.database = uri->database;
    out.ssl = uri->ssl;
    if (out.type == connector::postgres) {
        out.ssl_mode = uri->ssl_mode;
        out.ssl_root_cert = uri->ssl_root_cert;
    }
}

/// Refuses a server without its address.
REFRACT_DECL void demand_address(map_reader& in) {
    for (char const* const key : {"host", "user"}) {
        if (!in.has(key)) {
            in.fail(errc::missing_key, std::string("Expected ") + key + " to be non-empty");
        }
    }
    if (in.find("port") == nullptr) {
        in.fail(errc::missing_key, "Expected Int for field port, got <unset>");
    }
}

/// `host`, `port`, `user`, `password`: where the server is, unless `uri` has said it.
REFRACT_DECL void read_address(map_reader& in, database_config& out) {
    bool const has_uri = in.has("uri");
    auto const host = in.plain_name("host");
    auto const port = in.integer("port", 1, 65'535);
    auto const user = in.plain_name("user");
    auto const password = in.text("password");
    if (has_uri) {
        return;
    }
    if (out.type != connector::sqlite) {
        demand_address(in);
    }
    out.host = host.value_or("");
    out.port = static_cast<std::uint16_t>(port.value_or(0));
    out.user = user.value_or("");
    out.password = password.value_or("");
}

/// `ssl`, and libpq's options under names like the others.
REFRACT_DECL void read_ssl(map_reader& in, database_config& out) {
    auto const* const ssl = in.find("ssl");
    bool const said = ssl != nullptr && ssl->type != yaml_node::kind::null; // null: unset, as on the original
    out.ssl = (said && in.truth("ssl").value_or(false)) || out.ssl;
    for (char const* const key : {"sslMode", "sslRootCert", "sslCert", "sslKey"}) {
        if (in.has(key) && out.type != connector::postgres) {
            return in.fail(errc::wrong_type, "Only Postgres connectors have " + std::string(key), in.find(key)->where);
        }
    }
    location const where = in.has("sslMode") ? in.find("sslMode")->where : in.has("uri") ? in.find("uri")->where : location{};
    out.ssl_mode = in.text("sslMode").value_or(out.ssl_mode);
    out.ssl_root_cert = in.text("sslRootCert").value_or(out.ssl_root_cert);
    out.ssl_cert = in.text("sslCert").value_or("");
    out.ssl_key = in.text("sslKey").value_or("");
    auto const& mode = out.ssl_mode;
    if (!mode.empty() && std::find(std::begin(ssl_modes), std::end(ssl_modes), mode) == std::end(ssl_modes)) {
        return in.fail(errc::wrong_type, "sslMode is one of disable, allow, prefer, require, verify-ca, verify-full", where);
    }
    if (out.ssl && (mode == "disable" || mode == "allow" || mode == "prefer")) {
        in.fail(errc::wrong_type, "ssl: true and sslMode: " + mode + " contradict each other", where);
    }
    if (mode.substr(0, 7) == "verify-" && out.ssl_root_cert.empty()) {
        in.fail(errc::missing_key, "sslMode: " + mode + " needs sslRootCert, a file with the certificates to trust", where);
    }
    if (out.ssl_cert.empty() != out.ssl_key.empty()) {
        in.fail(errc::missing_key, "sslCert and sslKey belong together");
    }
}

/// `database`, `schema`, `managementSchema`: where the data is on that server.
REFRACT_DECL void read_names(map_reader& in, database_config& out) {
    auto const database = in.plain_name("database");
    out.schema = in.plain_name("schema");
    if (out.schema && out.type != connector::postgres) {
        in.fail(errc::wrong_type, database ? "Only Postgres connectors are allowed to configure schema and database. For others "
                                             "please use database."
                                           : "Only Postgres connectors specify a schema. If they do they also need to specify a "
                                             "database. Other connectors only specify a database.");
    }
    if (out.schema && !database && out.database.empty()) {
        in.fail(errc::missing_key, "Only Postgres connectors specify a schema. If they do they also need to specify a database. "
                                   "Other connectors only specify a database.");
    }
    bool const has_uri = in.has("uri") && !out.database.empty();
    if (database && !has_uri) {
        out.database = *database;
    }
    if (out.database.empty() && out.type == connector::postgres) {
        out.database = "prisma";
    }
    if (out.database.empty() && out.type == connector::sqlite) {
        out.database = "refract-data";
    }
    out.management_schema =
        in.plain_name("managementSchema").value_or(out.type == connector::postgres ? "management" : "prisma");
}

REFRACT_DECL void read_pool(map_reader& in, database_config& out) {
    auto const* const limit = in.find("connectionLimit");
    if (limit != nullptr && (limit->text == "0" || limit->text == "1")) {
        in.fail(errc::wrong_type, "The parameter connectionLimit must be set to at least 2.", limit->where);
    } else {
        out.connection_limit = in.integer("connectionLimit", 2, 10'000).value_or(out.connection_limit);
    }
    out.queue_size = in.integer("queueSize", 1, 1'000'000).value_or(out.queue_size);
    out.pooled = in.truth("pooled").value_or(true);
}

REFRACT_DECL void read_database(yaml_entry const& entry, server_config& config, std::vector<error>& problems) {
    std::string const path = "databases." + entry.key.substr(0, 64);
    if (entry.value.type != yaml_node::kind::map || entry.value.entries.empty()) {
        problems.push_back({errc::wrong_type, "Expected hash under '" + entry.key.substr(0, 64) + "' to be non-empty", entry.where});
        return;
    }
    map_reader in(entry.value, path, problems);
    in.know({"connector", "host", "port", "user", "password", "database", "schema", "managementSchema", "ssl", "sslMode",
             "sslRootCert", "sslCert", "sslKey", "connectionLimit", "queueSize", "pooled", "rawAccess", "migrations", "active", "uri"});
    database_config out;
    out.name = entry.key;
    std::size_t const before = problems.size();
    read_connector(in, out);
    if (problems.size() == before) { // what else is right depends on it
        read_uri(in, out);
        read_address(in, out);
        read_ssl(in, out);
        read_names(in, out);
    }
    read_pool(in, out);
    out.raw_access = in.truth("rawAccess").value_or(false);
    auto const active = in.truth("active");
    out.migrations = in.truth("migrations");
    if (!out.migrations) {
        out.migrations = active;
    }
    if (!out.pooled) {
        config.notes.push_back(path + ".pooled: false has no effect, connections are always shared.");
    }
    if (!config.databases.empty()) {
        config.notes.push_back(path + " is not used: only the first database is.");
    }
    config.databases.push_back(std::move(out));
}

/// A map of its own under a key of the top level, or nothing.
REFRACT_DECL yaml_node const* section(map_reader& in, char const* key) {
    yaml_node const* const node = in.find(key);
    if (node == nullptr || (node->type == yaml_node::kind::map && !node->entries.empty())) {
        return node;
    }
    in.fail(errc::wrong_type, std::string("Expected hash under '") + key + "' to be non-empty", node->where);
    return nullptr;
}

REFRACT_DECL void read_bounds(map_reader& in, server_config& out, std::vector<error>& problems) {
    constexpr std::uint32_t most = 1'000'000;
    if (auto const* const node = section(in, "throttling")) {
        map_reader under(*node, "throttling", problems);
        under.know({"rate", "perSeconds", "maxCallsInFlight", "unthrottledProjectIds"});
        for (char const* const key : {"rate", "maxCallsInFlight"}) {
            if (under.find(key) == nullptr) {
                under.fail(errc::missing_key, std::string("Expected Int for field ") + key + ", got <unset>");
            }
        }
        out.throttling.rate = under.integer("rate", 1, most).value_or(0);
        out.throttling.per_seconds = under.integer("perSeconds", 1, 86'400).value_or(1);
        out.throttling.max_calls_in_flight = under.integer("maxCallsInFlight", 1, most).value_or(0);
        out.throttling.unthrottled_project_ids = under.texts("unthrottledProjectIds");
    }
    if (auto const* const node = section(in, "rateLimit")) {
        map_reader under(*node, "rateLimit", problems);
        under.know({"requests", "perSeconds"});
        if (under.find("requests") == nullptr) {
            under.fail(errc::missing_key, "Expected Int for field requests, got <unset>");
        }
        out.rate_limit.requests = under.integer("requests", 1, most).value_or(0);
        out.rate_limit.per_seconds = under.integer("perSeconds", 1, 86'400).value_or(1);
    }
    if (auto const* const node = section(in, "serviceLimits")) {
        map_reader under(*node, "serviceLimits", problems);
        under.know({"maxConcurrentRequests", "storageMb"});
        out.service_limits.max_concurrent_requests = under.integer("maxConcurrentRequests", 1, most).value_or(0);
        out.service_limits.storage_megabytes = under.integer("storageMb", 1, most).value_or(0);
    }
    auto const threshold = in.integer("slowQueriesLoggingThreshold", 0, 600'000);
    if (in.truth("slowQueriesLogging").value_or(false)) {
        out.slow_query_ms = threshold.value_or(1'000);
    }
}

REFRACT_DECL void read_secrets(map_reader& in, server_config& out) {
    bool const may_be_empty = out.allow_open;
    out.management_secret = in.secret("managementApiSecret", may_be_empty);
    out.legacy_public_key = in.secret("legacySecret", may_be_empty);
    if (out.management_secret && out.legacy_public_key) {
        out.notes.emplace_back("legacySecret is not used: managementApiSecret is set.");
        out.legacy_public_key.reset();
    }
}

REFRACT_DECL server_config read_root(yaml_node const& document, environment lookup, std::vector<error>& problems) {
    server_config out;
    map_reader in(document, "", problems);
    in.know({"port", "managementApiSecret", "databases", "legacySecret", "prototype", "clusterAddress", "rabbitUri",
             "enableManagementApi", "server2serverSecret", "allowOpen", "throttling", "rateLimit", "serviceLimits",
             "slowQueriesLogging", "slowQueriesLoggingThreshold"});
    out.port = static_cast<std::uint16_t>(in.integer("port", 1, 65'535).value_or(out.port));
    char const* const allowed = lookup != nullptr ? lookup("REFRACT_ALLOW_OPEN") : nullptr;
    out.allow_open = in.truth("allowOpen").value_or(false) || (allowed != nullptr && std::string_view(allowed) == "1");
    read_secrets(in, out);
    out.enable_management_api = in.truth("enableManagementApi").value_or(true);
    read_bounds(in, out, problems);
    for (char const* const key : {"prototype", "clusterAddress", "rabbitUri", "server2serverSecret"}) {
        if (in.has(key)) {
            out.notes.push_back(std::string(key) + " has no effect.");
        }
    }
    auto const* const databases = in.find("databases");
    if (databases == nullptr || databases->type != yaml_node::kind::map || databases->entries.empty()) {
        in.fail(databases == nullptr ? errc::missing_key : errc::wrong_type, "Expected hash under 'databases' to be non-empty",
                databases == nullptr ? document.where : databases->where);
        return out;
    }
    for (auto const& entry : databases->entries) {
        read_database(entry, out, problems);
    }
    return out;
}

REFRACT_DECL void put_in_text_order(std::vector<error>& problems) {
    std::stable_sort(problems.begin(), problems.end(), [](error const& left, error const& right) {
        return left.where.line != right.where.line ? left.where.line < right.where.line : left.where.column < right.where.column;
    });
}

/// The configuration, and what is wrong with it: it is only good if that is nothing.
REFRACT_DECL server_config read_server_config(std::string_view yaml, environment lookup, std::vector<error>& problems) {
    auto document = parse_yaml(yaml);
    if (!document) {
        problems.push_back(std::move(document.failure()));
        return {};
    }
    if (document->type != yaml_node::kind::map || document->entries.empty()) {
        problems.push_back({errc::wrong_type, "Expected hash under 'root' to be non-empty", document->where});
        return {};
    }
    problems = expand_environment(*document, lookup);
    return read_root(*document, lookup, problems);
}

} // namespace detail

REFRACT_DECL std::string_view name(connector c) noexcept {
    switch (c) {
    case connector::postgres: return "postgres";
    case connector::mysql: return "mysql";
    case connector::mongo: return "mongo";
    case connector::sqlite: break;
    }
    return "sqlite";
}

REFRACT_DECL server_config default_server_config() {
    server_config out;
    database_config database;
    database.database = "refract-data";
    database.management_schema = "prisma";
    out.databases.push_back(std::move(database));
    return out;
}

REFRACT_DECL std::string_view effective_ssl_mode(database_config const& database) noexcept {
    if (!database.ssl_mode.empty()) {
        return database.ssl_mode;
    }
    return !database.ssl_root_cert.empty() ? "verify-full" : database.ssl ? "require" : "prefer";
}

REFRACT_DECL result<server_config> parse_server_config(std::string_view yaml, environment lookup) {
    std::vector<error> problems;
    auto config = detail::read_server_config(yaml, lookup, problems);
    if (!problems.empty()) {
        return std::move(problems.front());
    }
    return config;
}

REFRACT_DECL std::vector<error> check_server_config(std::string_view yaml, environment lookup) {
    std::vector<error> problems;
    detail::read_server_config(yaml, lookup, problems);
    detail::put_in_text_order(problems);
    return problems;
}

} // namespace refract::config
