#pragma once

#include <refract/config/load.hpp>
#include <refract/core/text.hpp>

#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>
#include <utility>

namespace refract::config {

namespace detail {

inline constexpr std::size_t max_file_bytes = (1U << 20U) + 1U; // one more than parse_yaml() takes

struct file_close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

REFRACT_DECL error located(std::string const& source, error why) {
    why.message =
        source + ", line " + std::to_string(why.where.line) + ", column " + std::to_string(why.where.column) + ": " + why.message;
    return why;
}

REFRACT_DECL std::string_view value_of(environment lookup, char const* name) noexcept {
    char const* const value = lookup != nullptr ? lookup(name) : nullptr;
    return value != nullptr ? std::string_view(value) : std::string_view();
}

/// A number from a variable, or `fallback` if it is not set.
REFRACT_DECL std::uint32_t number_of(environment lookup, char const* name, std::uint32_t fallback, std::uint32_t low,
                                     std::uint32_t high, std::vector<error>& problems) {
    std::string_view const text = value_of(lookup, name);
    if (text.empty()) {
        return fallback;
    }
    std::uint32_t value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < low || value > high) {
        problems.push_back({errc::wrong_type,
                            std::string(name) + ": Expected a number from " + std::to_string(low) + " to " + std::to_string(high), {}});
        return fallback;
    }
    return value;
}

/// The variables of early versions, which only knew MySQL.
REFRACT_DECL server_config early_variables(environment lookup, std::vector<error>& problems) {
    server_config out;
    out.enable_management_api = value_of(lookup, "CLUSTER_API_ENABLED") != "0";
    database_config database;
    database.type = connector::mysql;
    database.host = std::string(value_of(lookup, "SQL_CLIENT_HOST"));
    database.port = static_cast<std::uint16_t>(number_of(lookup, "SQL_CLIENT_PORT", 3306, 1, 65'535, problems));
    database.user = std::string(value_of(lookup, "SQL_CLIENT_USER"));
    database.password = std::string(value_of(lookup, "SQL_CLIENT_PASSWORD"));
    auto const clients = number_of(lookup, "SQL_CLIENT_CONNECTION_LIMIT", database.connection_limit, 2, 10'000, problems);
    database.connection_limit = number_of(lookup, "SQL_INTERNAL_CONNECTION_LIMIT", clients, 2, 10'000, problems);
    std::string_view const management = value_of(lookup, "SQL_INTERNAL_DATABASE");
    database.management_schema = management.empty() ? "graphcool" : std::string(management);
    database.migrations = true;
    out.databases.push_back(std::move(database));
    return out;
}

/// Secrets that are variables of their own. The original reads them only without a configuration, and runs open with one that has
/// no secret; who sets them wants none of that.
REFRACT_DECL void add_secrets(environment lookup, server_config& out) {
    struct variable {
        char const* name;
        std::optional<std::string>& into;
    };
    for (auto const& [name, into] : {variable{"PRISMA_MANAGEMENT_API_JWT_SECRET", out.management_secret},
                                     variable{"CLUSTER_PUBLIC_KEY", out.legacy_public_key}}) {
        std::string_view const value = value_of(lookup, name);
        if (value.empty()) {
            continue;
        }
        if (out.management_secret || out.legacy_public_key) {
            out.notes.push_back(std::string(name) + " is not used: there is another management secret.");
        } else {
            into = std::string(value);
        }
    }
}

REFRACT_DECL void add_bounds(environment lookup, server_config& out, std::vector<error>& problems) {
    constexpr std::uint32_t most = 1'000'000;
    if (!out.throttling.on()) {
        throttling_config& t = out.throttling;
        t.rate = number_of(lookup, "THROTTLING_RATE", 0, 1, most, problems);
        t.per_seconds = number_of(lookup, "THROTTLING_RATE_PER_SECONDS", 1, 1, 86'400, problems);
        t.max_calls_in_flight = number_of(lookup, "THROTTLING_MAX_CALLS_IN_FLIGHT", 0, 1, most, problems);
        for (auto const id : split(value_of(lookup, "UNTHROTTLED_PROJECT_IDS"), '|')) {
            if (!id.empty()) {
                t.unthrottled_project_ids.emplace_back(id);
            }
        }
    }
    auto const threshold = number_of(lookup, "SLOW_QUERIES_LOGGING_THRESHOLD", 1'000, 0, 600'000, problems);
    if (!out.slow_query_ms && equal_ignoring_case(value_of(lookup, "SLOW_QUERIES_LOGGING"), "true")) {
        out.slow_query_ms = threshold;
    }
    out.allow_open = out.allow_open || value_of(lookup, "REFRACT_ALLOW_OPEN") == "1";
}

/// Names the variables of Prisma 1's servers that are set and change nothing.
REFRACT_DECL void note_variables(environment lookup, bool early, server_config& out) {
    constexpr char const* of_early_versions[] = {"SQL_CLIENT_HOST", "SQL_CLIENT_PORT", "SQL_CLIENT_USER", "SQL_CLIENT_PASSWORD",
                                                 "SQL_CLIENT_CONNECTION_LIMIT", "SQL_INTERNAL_CONNECTION_LIMIT",
                                                 "SQL_INTERNAL_DATABASE", "CLUSTER_API_ENABLED"};
    constexpr char const* without_meaning[] = {"SQL_CLIENT_HOST_CLIENT1", "SQL_CLIENT_HOST_READONLY_CLIENT1", "SQL_INTERNAL_HOST",
                                               "SQL_INTERNAL_PORT", "SQL_INTERNAL_USER", "SQL_INTERNAL_PASSWORD",
                                               "SCHEMA_MANAGER_SECRET", "SCHEMA_MANAGER_ENDPOINT", "CLUSTER_ADDRESS", "RABBITMQ_URI",
                                               "BUGSNAG_API_KEY", "ENABLE_METRICS", "JAVA_OPTS", "CLUSTER_VERSION", "COMMIT_SHA",
                                               "LOWERCASED_TABLE_NAMES", "PROMETHEUS_PUSHGATEWAY_ENDPOINT", "RABBIT_TIMEOUT_MS",
                                               "RABBIT_CHANNEL_QOS"};
    std::string names;
    auto const add = [&](char const* name) {
        if (lookup != nullptr && lookup(name) != nullptr) {
            names += (names.empty() ? "" : ", ") + std::string(name);
        }
    };
    for (char const* const name : without_meaning) {
        add(name);
    }
    for (char const* const name : of_early_versions) {
        if (!early) {
            add(name);
        }
    }
    if (!names.empty()) {
        out.notes.push_back("Set in the environment, without effect: " + names + ".");
    }
}

/// A file's text, cut after one byte more than can be parsed.
REFRACT_DECL result<std::string> file_text(std::string const& path) {
    std::unique_ptr<std::FILE, file_close> const file(std::fopen(path.c_str(), "rb"));
    if (!file) {
        return error{errc::file_unreadable, path + ": The file can't be opened.", {}};
    }
    std::string text(max_file_bytes, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) {
        return error{errc::file_unreadable, path + ": The file can't be read.", {}};
    }
    return text;
}

REFRACT_DECL server_config read_server_config(std::string_view yaml, environment lookup, std::vector<error>& problems); // server_config.ipp
REFRACT_DECL void put_in_text_order(std::vector<error>& problems);                                                            // the same

/// The configuration of a text.
REFRACT_DECL loaded_config from_text(std::string_view text, std::string const& source, environment lookup,
                                     std::vector<error>& problems) {
    std::vector<error> faults;
    loaded_config out{read_server_config(text, lookup, faults), source};
    for (error& fault : faults) {
        problems.push_back(located(source, std::move(fault)));
    }
    return out;
}

REFRACT_DECL loaded_config from_file(std::string const& path, environment lookup, std::vector<error>& problems) {
    auto const text = file_text(path);
    if (!text) {
        problems.push_back(text.failure());
        return {{}, path};
    }
    return from_text(*text, path, lookup, problems);
}

/// What a program runs with: the file if one is named, else what the environment asks for. Good if there are no problems.
REFRACT_DECL loaded_config read_config(std::string const& path, environment lookup, std::vector<error>& problems) {
    auto const is_set = [lookup](char const* name) { return lookup != nullptr && lookup(name) != nullptr; };
    loaded_config out;
    bool early = false;
    if (!path.empty()) {
        out = from_file(path, lookup, problems);
    } else if (is_set("PRISMA_CONFIG")) {
        out = from_text(lookup("PRISMA_CONFIG"), "PRISMA_CONFIG", lookup, problems);
    } else if (is_set("PRISMA_CONFIG_PATH")) {
        out = from_file(lookup("PRISMA_CONFIG_PATH"), lookup, problems);
    } else {
        early = is_set("SQL_CLIENT_HOST") && is_set("SQL_CLIENT_USER") && is_set("SQL_CLIENT_PASSWORD");
        out = early ? loaded_config{early_variables(lookup, problems), "environment"} : loaded_config{default_server_config(), "defaults"};
        out.config.port = static_cast<std::uint16_t>(number_of(lookup, "PORT", 4466, 1, 65'535, problems));
    }
    add_secrets(lookup, out.config);
    add_bounds(lookup, out.config, problems);
    note_variables(lookup, early, out.config);
    return out;
}

REFRACT_DECL result<loaded_config> unless_wrong(loaded_config read, std::vector<error>& problems) {
    if (!problems.empty()) {
        return std::move(problems.front());
    }
    return read;
}

} // namespace detail

REFRACT_DECL result<loaded_config> load_config_file(std::string const& path, environment lookup) {
    std::vector<error> problems;
    auto read = detail::read_config(path, lookup, problems);
    return detail::unless_wrong(std::move(read), problems);
}

REFRACT_DECL result<loaded_config> load_config(environment lookup) { return load_config_file({}, lookup); }

REFRACT_DECL std::vector<error> check_config(std::string const& path, environment lookup) {
    std::vector<error> problems;
    detail::read_config(path, lookup, problems);
    detail::put_in_text_order(problems);
    return problems;
}

} // namespace refract::config
