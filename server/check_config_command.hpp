// refract-server check-config: what is wrong with a configuration, without starting.
#pragma once

namespace CLI {
class App;
} // namespace CLI

namespace refract::server {

struct command_line;

/// Adds the subcommand.
CLI::App* add_check_config_command(CLI::App& app);

/// Tells what is wrong with the configuration; the exit code.
int run_check_config(command_line const& line);

} // namespace refract::server
