#include "startup_checks.hpp"

#include <refract/jwt/grant.hpp>

#include <cstdio>
#include <memory>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace refract::server {

namespace {

constexpr char const* loopback = "127.0.0.1";
constexpr char const* everywhere = "0.0.0.0";

// The original's texts: people and scripts look for them.
constexpr char const* original_warning =
    "[Warning] Management authentication is disabled. Enable it in your Prisma config to secure your server.";
constexpr char const* original_advice =
    "Warning: Management API authentication is disabled. To protect your management server you should provide one (not both) of the "
    "environment variables 'CLUSTER_PUBLIC_KEY' (asymmetric, deprecated soon) or 'PRISMA_MANAGEMENT_API_JWT_SECRET' (symmetric JWT).";

bool is_loopback(std::string const& address) {
    boost::system::error_code failed;
    auto const parsed = boost::asio::ip::make_address(address, failed);
    return !failed && (parsed.is_loopback() || (parsed.is_v6() && parsed.to_v6().is_v4_mapped() &&
                                                boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6()).is_loopback()));
}

bool is_readable(std::string const& path) {
    struct close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    return std::unique_ptr<std::FILE, close>(std::fopen(path.c_str(), "rb")) != nullptr;
}

void check_key(config::server_config const& config, startup_findings& out) {
    if (!config.management_secret && !config.legacy_public_key) {
        return;
    }
    bool const has_secret = config.management_secret.has_value();
    std::string const name = has_secret ? "managementApiSecret" : "legacySecret (CLUSTER_PUBLIC_KEY)";
    auto const key = has_secret ? jwt::management_key(*config.management_secret) : jwt::management_public_key(*config.legacy_public_key);
    if (!key) {
        out.problems.push_back(name + ": " + key.failure().message);
    } else if (key->weak()) {
        out.warnings.push_back(has_secret ? "managementApiSecret is shorter than the 32 bytes RFC 7518 asks for and may be guessed. It is "
                                            "accepted, since Prisma 1 accepts it; take a longer one."
                                          : "legacySecret is an RSA key of fewer than 2048 bits and may be broken. Take a longer one.");
    }
}

void check_database(config::database_config const& database, startup_findings& out) {
    if (database.type != config::connector::postgres && database.type != config::connector::sqlite) {
        bool const mysql = database.type == config::connector::mysql;
        out.problems.push_back("databases." + database.name + ": This server has no connector " + std::string(name(database.type)) +
                               ". It has postgres and sqlite." + (mysql ? " (The variables SQL_CLIENT_* are a mysql database, too.)" : ""));
    }
    for (auto const& [key, path] : {std::pair("sslRootCert", &database.ssl_root_cert), std::pair("sslCert", &database.ssl_cert),
                                    std::pair("sslKey", &database.ssl_key)}) {
        if (!path->empty() && !is_readable(*path)) {
            out.problems.push_back("databases." + database.name + "." + key + ": " + *path + " can't be opened.");
        }
    }
}

void check_address(config::server_config const& config, std::optional<std::string> const& address, bool tcp, startup_findings& out) {
    bool const confined = config.open() && !config.allow_open;
    out.address = address.value_or(confined ? loopback : everywhere);
    boost::system::error_code failed;
    boost::asio::ip::make_address(out.address, failed);
    if (failed) {
        out.problems.push_back("--address: " + out.address + " is not an IP address.");
        return;
    }
    if (!config.open()) {
        return;
    }
    out.warnings.emplace_back(original_warning);
    out.warnings.emplace_back(original_advice);
    if (!tcp) {
        out.warnings.emplace_back("This server is OPEN: whoever may use its Unix socket may deploy and delete services.");
    } else if (confined && !is_loopback(out.address)) {
        out.problems.push_back("--address " + out.address +
                               ": without a managementApiSecret everybody who reaches this address could deploy and delete services, so "
                               "the server does not listen there. Set managementApiSecret, or REFRACT_ALLOW_OPEN=1 (in the configuration: "
                               "allowOpen: true) if that is what you want.");
    } else if (is_loopback(out.address)) {
        out.warnings.push_back("This server is OPEN: every program on this machine may deploy and delete services. It listens on " +
                               out.address + " only. Other machines and containers reach it once managementApiSecret is set, or with "
                                             "REFRACT_ALLOW_OPEN=1 (in the configuration: allowOpen: true).");
    } else {
        out.warnings.push_back("This server is OPEN on " + out.address +
                               ": everybody who reaches its port may deploy and delete services and read all data. Set managementApiSecret.");
    }
}

} // namespace

startup_findings check_startup(config::server_config const& config, std::optional<std::string> const& address, bool tcp) {
    startup_findings out;
    check_key(config, out);
    check_database(config.databases.front(), out);
    check_address(config, address, tcp, out);
    return out;
}

} // namespace refract::server
