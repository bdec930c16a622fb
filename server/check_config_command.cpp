#include "check_config_command.hpp"

#include "command_line.hpp"
#include "effective_config.hpp"

#include <cstdio>

#include <CLI/CLI.hpp>

namespace refract::server {

namespace {

constexpr char const* description = R"(Reads the configuration and tells what is wrong with it, without starting and without calling the database.

The exit status is 0 if a server would start with it, else 1.
)";

constexpr char const* examples = R"help(
Examples:

  refract-server check-config --config config.yml
  PRISMA_CONFIG="$(cat config.yml)" refract-server check-config)help";

} // namespace

CLI::App* add_check_config_command(CLI::App& app) {
    CLI::App* const command = app.add_subcommand("check-config", description);
    command->footer(examples);
    return command;
}

int run_check_config(command_line const& line) {
    auto const loaded = effective_config(line);
    if (!loaded) {
        std::fprintf(stderr, "Unable to load Prisma config: %s\n", loaded.failure().message.c_str());
        return 1;
    }
    std::printf("The configuration is good (%s).\n", loaded->source.c_str());
    return 0;
}

} // namespace refract::server
