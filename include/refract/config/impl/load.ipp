#pragma once

#include <refract/config/load.hpp>

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

REFRACT_DECL result<loaded_config> parse_from(std::string_view text, std::string const& source) {
    auto parsed = parse_server_config(text);
    if (!parsed) {
        return located(source, parsed.failure());
    }
    return loaded_config{std::move(*parsed), source};
}

REFRACT_DECL std::string_view value_of(environment lookup, char const* name) noexcept {
    char const* const value = lookup(name);
    return value != nullptr ? std::string_view(value) : std::string_view();
}

/// A number from a variable, or `fallback` if it is not set.
REFRACT_DECL result<std::uint32_t> number_of(environment lookup, char const* name, std::uint32_t fallback, std::uint32_t low,
                                             std::uint32_t high) {
    std::string_view const text = value_of(lookup, name);
    if (text.empty()) {
        return fallback;
    }
    std::uint32_t value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < low || value > high) {
        return error{errc::wrong_type,
                     std::string(name) + ": Expected a number from " + std::to_string(low) + " to " + std::to_string(high), {}};
    }
    return value;
}

/// The variables of early versions, which only knew MySQL.
REFRACT_DECL result<loaded_config> load_early_variables(environment lookup) {
    loaded_config out;
    out.source = "environment";
    auto const port = number_of(lookup, "PORT", 4466, 1, 65'535);
    auto const database_port = number_of(lookup, "SQL_CLIENT_PORT", 3306, 1, 65'535);
    auto const connections = number_of(lookup, "SQL_INTERNAL_CONNECTION_LIMIT", 10, 2, 10'000);
    for (auto const* const number : {&port, &database_port, &connections}) {
        if (!*number) {
            return number->failure();
        }
    }
    out.config.port = static_cast<std::uint16_t>(*port);
    std::string_view const secret = value_of(lookup, "PRISMA_MANAGEMENT_API_JWT_SECRET");
    if (!secret.empty()) {
        out.config.management_secret = std::string(secret);
    }
    std::string_view const public_key = value_of(lookup, "CLUSTER_PUBLIC_KEY");
    if (!public_key.empty()) {
        out.config.legacy_public_key = std::string(public_key);
    }
    out.config.enable_management_api = value_of(lookup, "CLUSTER_API_ENABLED") != "0";
    database_config database;
    database.type = connector::mysql;
    database.host = std::string(value_of(lookup, "SQL_CLIENT_HOST"));
    database.port = static_cast<std::uint16_t>(*database_port);
    database.user = std::string(value_of(lookup, "SQL_CLIENT_USER"));
    database.password = std::string(value_of(lookup, "SQL_CLIENT_PASSWORD"));
    database.connection_limit = *connections;
    std::string_view const management = value_of(lookup, "SQL_INTERNAL_DATABASE");
    database.management_schema = management.empty() ? "graphcool" : std::string(management);
    database.migrations = true;
    out.config.databases.push_back(std::move(database));
    return out;
}

} // namespace detail

REFRACT_DECL result<loaded_config> load_config_file(std::string const& path) {
    std::unique_ptr<std::FILE, detail::file_close> const file(std::fopen(path.c_str(), "rb"));
    if (!file) {
        return error{errc::file_unreadable, path + ": The file can't be opened.", {}};
    }
    std::string text(detail::max_file_bytes, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    if (std::ferror(file.get()) != 0) {
        return error{errc::file_unreadable, path + ": The file can't be read.", {}};
    }
    return detail::parse_from(text, path);
}

REFRACT_DECL result<loaded_config> load_config(environment lookup) {
    if (char const* const text = lookup("PRISMA_CONFIG")) {
        return detail::parse_from(text, "PRISMA_CONFIG");
    }
    if (char const* const path = lookup("PRISMA_CONFIG_PATH")) {
        return load_config_file(path);
    }
    if (lookup("SQL_CLIENT_HOST") != nullptr && lookup("SQL_CLIENT_USER") != nullptr && lookup("SQL_CLIENT_PASSWORD") != nullptr) {
        return detail::load_early_variables(lookup);
    }
    auto const port = detail::number_of(lookup, "PORT", 4466, 1, 65'535);
    if (!port) {
        return port.failure();
    }
    loaded_config out{default_server_config(), "defaults"};
    out.config.port = static_cast<std::uint16_t>(*port);
    return out;
}

} // namespace refract::config
