// refract-server token: makes the tokens clients send.
#pragma once

#include <refract/config/server_config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace refract::server {

struct command_line;

/// What the command line says about the token.
struct token_options {
    std::vector<std::string> grants{}; ///< `service/stage` each; none: everything
    std::string service{};             ///< `name/stage`: a service token instead of a management token
    std::string expires{};             ///< a duration; empty: the default
    std::string secret_variable{};     ///< the environment variable that holds the secret
    std::string secret_file{};         ///< the file that holds it; `-`: the standard input
    std::string private_key_file{};    ///< PEM: the token is signed with RS256
};

/// Adds the subcommand.
CLI::App* add_token_command(CLI::App& app, token_options& out);

/// Seconds of `90s`, `15m`, `12h`, `30d`, `2y` or a plain number of seconds.
///
/// Shape: at most 100 years; not zero. Errors: errc::invalid_number.
result<std::int64_t> parse_duration(std::string_view text);

/// The token. Units: seconds since 1970. Errors: options that don't fit each other, no secret, a key that can't be read; no secret
/// is ever part of a message.
result<std::string> make_token(token_options const& options, std::string const& secret, std::int64_t now_seconds);

/// Reads the secret, makes the token and prints it, with a line end and nothing else, to the standard output; the exit code.
int run_token(command_line const& line);

} // namespace refract::server
