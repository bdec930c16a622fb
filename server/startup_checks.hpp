// What can be said about a configuration before anything is opened.
#pragma once

#include <refract/config/server_config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::server {

/// What a start with a configuration comes to.
struct startup_findings {
    std::string address{};               ///< the IP address to listen on
    std::vector<std::string> problems{}; ///< why it can't start; no secret in them
    std::vector<std::string> warnings{}; ///< what the operator should look at
};

/// Looks at what the text of a configuration does not tell: connectors, keys, files, and who reaches a server without a secret.
///
/// Shape: such a server listens on 127.0.0.1, unless the configuration allows it to be open; another address that is asked for is a
/// problem then. Otherwise it listens on 0.0.0.0, or where `address` says. Without `tcp` it listens on no address, and who may open its
/// Unix socket is up to the permissions of that. Nothing is connected to.
startup_findings check_startup(config::server_config const& config, std::optional<std::string> const& address, bool tcp);

} // namespace refract::server
