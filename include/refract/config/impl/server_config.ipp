#pragma once

#include <refract/config/database_uri.hpp>
#include <refract/config/server_config.hpp>
#include <refract/config/yaml.hpp>
#include <refract/core/text.hpp>

#include <charconv>
#include <initializer_list>
#include <utility>

namespace refract::config {

namespace detail {

/// Reads the values of one map. The first failure stays; later reads do nothing.
class map_reader {
public:
    map_reader(yaml_node const& map, std::string path) : map_(map), path_(std::move(path)) {}

    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] error const& failure() const noexcept { return failure_; }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] yaml_node const* find(std::string_view key) const noexcept { return map_.find(key); }

    void fail(errc code, std::string const& message, location where) {
        if (!failed_) {
            failed_ = true;
            failure_ = error{code, path_.empty() ? message : path_ + ": " + message, where};
        }
    }

    void fail(errc code, std::string const& message) { fail(code, message, map_.where); }

    /// Refuses every key that is not one of these.
    void know(std::initializer_list<std::string_view> keys) {
        for (auto const& entry : map_.entries) {
            bool known = entry.key.substr(0, 2) == "x-";
            std::string_view nearest;
            std::size_t least = 4;
            for (std::string_view const key : keys) {
                known = known || entry.key == key;
                std::size_t const distance = edit_distance(ascii_lower(entry.key.substr(0, 64)), ascii_lower(key));
                if (distance < least) {
                    least = distance;
                    nearest = key;
                }
            }
            if (!known) {
                std::string const hint = nearest.empty() ? "" : " Did you mean '" + std::string(nearest) + "'?";
                fail(errc::unknown_key, "Unknown key '" + entry.key.substr(0, 64) + "'." + hint, entry.where);
            }
        }
    }

    /// A text. Absent: nothing. Null or empty: a failure.
    std::optional<std::string> text(std::string_view key) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr || failed_) {
            return std::nullopt;
        }
        if (node->type == yaml_node::kind::list || node->type == yaml_node::kind::map) {
            fail(errc::wrong_type, "Expected text for field " + std::string(key), node->where);
            return std::nullopt;
        }
        if (node->text.empty()) {
            fail(errc::wrong_type, "Expected " + std::string(key) + " to be non-empty", node->where);
            return std::nullopt;
        }
        return node->text;
    }

    /// A text without control characters, quotes and backslashes: a name, not a piece of a connection string.
    std::optional<std::string> plain_name(std::string_view key) {
        auto value = text(key);
        if (value) {
            for (char const c : *value) {
                if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f' || c == '\'' || c == '\\') {
                    fail(errc::wrong_type, "Unexpected character in field " + std::string(key), map_.find(key)->where);
                    return std::nullopt;
                }
            }
        }
        return value;
    }

    /// A secret: a text that can't be taken for a number or a truth value by another YAML reader.
    std::optional<std::string> secret(std::string_view key) {
        auto value = text(key);
        if (!value) {
            return std::nullopt;
        }
        yaml_node const& node = *map_.find(key);
        std::string const lower = ascii_lower(*value);
        bool ambiguous = value->find_first_not_of("0123456789+-._:") == std::string::npos;
        for (char const* const word : {"true", "false", "yes", "no", "on", "off", "y", "n"}) {
            ambiguous = ambiguous || lower == word;
        }
        if (!node.quoted && ambiguous) {
            fail(errc::wrong_type, "Field " + std::string(key) + " looks like a number or a boolean; put it in quotes", node.where);
            return std::nullopt;
        }
        return value;
    }

    /// A decimal integer in a range.
    std::optional<std::uint32_t> integer(std::string_view key, std::uint32_t low, std::uint32_t high) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr || failed_) {
            return std::nullopt;
        }
        std::uint32_t value = 0;
        std::string const& digits = node->text;
        auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        bool const decimal = node->type == yaml_node::kind::scalar && read.ec == std::errc() &&
                             read.ptr == digits.data() + digits.size() && (digits.size() == 1 || digits[0] != '0');
        if (!decimal || value < low || value > high) {
            std::string const got = node->type == yaml_node::kind::scalar ? digits.substr(0, 32) : std::string("<unset>");
            fail(errc::wrong_type,
                 "Expected Int for field " + std::string(key) + ", got " + got + " (" + std::to_string(low) + " to " +
                     std::to_string(high) + ")",
                 node->where);
            return std::nullopt;
        }
        return value;
    }

    std::optional<bool> truth(std::string_view key) {
        yaml_node const* const node = map_.find(key);
        if (node == nullptr || failed_) {
            return std::nullopt;
        }
        std::string const lower = ascii_lower(node->text);
        if (node->type == yaml_node::kind::scalar) {
            if (lower == "true" || (!node->quoted && (lower == "yes" || lower == "on"))) {
                return true;
            }
            if (lower == "false" || (!node->quoted && (lower == "no" || lower == "off"))) {
                return false;
            }
        }
        fail(errc::wrong_type, "Expected Boolean for field " + std::string(key), node->where);
        return std::nullopt;
    }

private:
    yaml_node const& map_;
    std::string path_;
    bool failed_ = false;
    error failure_{};
};

REFRACT_DECL std::optional<connector> parse_connector(std::string_view text) noexcept {
    for (connector const c : {connector::postgres, connector::mysql, connector::mongo, connector::sqlite}) {
        if (text == name(c)) {
            return c;
        }
    }
    return std::nullopt;
}

REFRACT_DECL void read_connector(map_reader& in, database_config& out) {
    auto const text = in.text("connector");
    if (in.failed()) {
        return;
    }
    if (!text) {
        return in.fail(errc::missing_key, "Expected connector to be non-empty");
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
}

/// `host`, `port`, `user`, `password`, `ssl`: where the server is, unless `uri` has said it.
REFRACT_DECL void read_address(map_reader& in, database_config& out) {
    bool const has_uri = in.find("uri") != nullptr;
    bool const needs_server = !has_uri && out.type != connector::sqlite;
    auto const host = in.plain_name("host");
    auto const port = in.integer("port", 1, 65'535);
    auto const user = in.plain_name("user");
    auto const* const password = in.find("password");
    auto const ssl = in.truth("ssl");
    if (needs_server) {
        for (char const* const key : {"host", "user"}) {
            if (in.find(key) == nullptr) {
                in.fail(errc::missing_key, std::string("Expected ") + key + " to be non-empty");
            }
        }
        if (in.find("port") == nullptr) {
            in.fail(errc::missing_key, "Expected Int for field port, got <unset>");
        }
    }
    if (password != nullptr && (password->type == yaml_node::kind::list || password->type == yaml_node::kind::map)) {
        in.fail(errc::wrong_type, "Expected text for field password", password->where);
    }
    if (has_uri || in.failed()) {
        return;
    }
    out.host = host.value_or("");
    out.port = static_cast<std::uint16_t>(port.value_or(0));
    out.user = user.value_or("");
    out.password = password != nullptr ? password->text : std::string();
    out.ssl = ssl.value_or(false);
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
    bool const has_uri = in.find("uri") != nullptr && !out.database.empty();
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

REFRACT_DECL result<database_config> read_database(yaml_entry const& entry) {
    std::string const path = "databases." + entry.key.substr(0, 64);
    if (entry.value.type != yaml_node::kind::map || entry.value.entries.empty()) {
        return error{errc::wrong_type, "Expected hash under '" + entry.key.substr(0, 64) + "' to be non-empty", entry.where};
    }
    map_reader in(entry.value, path);
    in.know({"connector", "host", "port", "user", "password", "database", "schema", "managementSchema", "ssl", "connectionLimit",
             "queueSize", "pooled", "rawAccess", "migrations", "active", "uri"});
    database_config out;
    out.name = entry.key;
    read_connector(in, out);
    if (!in.failed()) {
        read_uri(in, out);
        read_address(in, out);
        read_names(in, out);
    }
    auto const* const limit = in.find("connectionLimit");
    if (limit != nullptr && (limit->text == "0" || limit->text == "1")) {
        in.fail(errc::wrong_type, "The parameter connectionLimit must be set to at least 2.", limit->where);
    }
    out.connection_limit = in.integer("connectionLimit", 2, 10'000).value_or(out.connection_limit);
    out.queue_size = in.integer("queueSize", 1, 1'000'000).value_or(out.queue_size);
    out.pooled = in.truth("pooled").value_or(true);
    out.raw_access = in.truth("rawAccess").value_or(false);
    auto const active = in.truth("active");
    out.migrations = in.truth("migrations");
    if (!out.migrations) {
        out.migrations = active;
    }
    if (in.failed()) {
        return in.failure();
    }
    return out;
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

REFRACT_DECL result<server_config> parse_server_config(std::string_view yaml) {
    auto const document = parse_yaml(yaml);
    if (!document) {
        return document.failure();
    }
    if (document->type != yaml_node::kind::map || document->entries.empty()) {
        return error{errc::wrong_type, "Expected hash under 'root' to be non-empty", document->where};
    }
    detail::map_reader in(*document, "");
    in.know({"port", "managementApiSecret", "databases", "legacySecret", "prototype", "clusterAddress", "rabbitUri",
             "enableManagementApi"});
    server_config out;
    out.port = static_cast<std::uint16_t>(in.integer("port", 1, 65'535).value_or(out.port));
    out.management_secret = in.secret("managementApiSecret");
    out.legacy_public_key = in.text("legacySecret");
    out.enable_management_api = in.truth("enableManagementApi").value_or(true);
    auto const* const databases = in.find("databases");
    if (databases == nullptr || databases->type != yaml_node::kind::map || databases->entries.empty()) {
        in.fail(databases == nullptr ? errc::missing_key : errc::wrong_type, "Expected hash under 'databases' to be non-empty",
                databases == nullptr ? document->where : databases->where);
    }
    if (in.failed()) {
        return in.failure();
    }
    for (auto const& entry : databases->entries) {
        auto database = detail::read_database(entry);
        if (!database) {
            return database.failure();
        }
        out.databases.push_back(std::move(*database));
    }
    return out;
}

} // namespace refract::config
