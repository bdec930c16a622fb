// The options of refract-server.
#pragma once

#include "introspect_command.hpp"
#include "token_command.hpp"

#include <refract/core/limits.hpp>
#include <refract/core/log.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace refract::server {

/// What the program is asked to do: a subcommand, or none.
enum class action : std::uint8_t {
    serve,        ///< no subcommand
    check_config, ///< `check-config`
    token,        ///< `token`
    introspect,   ///< `introspect`
};

/// What the command line and the REFRACT_* variables say.
struct command_line {
    action what = action::serve;
    std::string config_file{};               ///< empty: the environment says where the configuration is
    std::optional<std::string> address{};    ///< to listen on; see check_startup()
    std::optional<std::uint16_t> port{};     ///< instead of the configuration's
    std::string data{};                      ///< folder of SQLite, instead of the configuration's
    std::uint32_t threads = 0;               ///< never 0 once it is read: event_loops.hpp has the usual number
    log::level log_level = log::level::info;
    token_options token{};
    introspect_options introspect{};
    limits bounds{};
    bool no_tcp = false;                     ///< the Unix socket only
    std::string unix_socket{};               ///< a path to listen on too; empty: none
    std::uint32_t unix_socket_permissions = 0660;
    std::string tls_certificate{};           ///< a file; HTTPS if there is one
    std::string tls_key{};                   ///< a file
    std::uint32_t tls_watch_seconds = 10;    ///< between two looks at those files
    bool graphql_over_http = false;          ///< GET executes queries; statuses of the GraphQL-over-HTTP specification
    bool no_introspection = false;           ///< services do not tell their schema
    std::size_t min_gzip_bytes = 1'400;      ///< smaller answers are never compressed
    std::optional<int> exit_code{};          ///< everything is said (--help, --version, a mistake): exit with this
};

/// Reads the arguments; prints help, version and mistakes.
command_line parse_command_line(int argc, char const* const* argv);

} // namespace refract::server
