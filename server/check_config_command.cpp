#include "check_config_command.hpp"

#include "command_line.hpp"
#include "effective_config.hpp"
#include "startup_checks.hpp"
#include "transport.hpp"

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
    auto const faults = config::check_config(line.config_file, environment_variable);
    for (error const& fault : faults) {
        std::fprintf(stderr, "error: %s\n", fault.message.c_str());
    }
    if (!faults.empty()) {
        return 1;
    }
    auto const loaded = effective_config(line);
    if (!loaded) {
        std::fprintf(stderr, "error: %s\n", loaded.failure().message.c_str());
        return 1;
    }
    auto const findings = check_startup(loaded->config, line.address, !line.no_tcp);
    for (auto const& note : loaded->config.notes) {
        std::fprintf(stderr, "note: %s\n", note.c_str());
    }
    for (auto const& warning : findings.warnings) {
        std::fprintf(stderr, "warning: %s\n", warning.c_str());
    }
    for (auto const& problem : findings.problems) {
        std::fprintf(stderr, "error: %s\n", problem.c_str());
    }
    auto const transport = make_transport(line, findings.address, loaded->config.port);
    if (!transport) {
        std::fprintf(stderr, "error: %s\n", transport.failure().message.c_str());
    }
    if (!findings.problems.empty() || !transport) {
        return 1;
    }
    std::printf("The configuration is good (%s).\n", loaded->source.c_str());
    return 0;
}

} // namespace refract::server
