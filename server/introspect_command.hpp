// refract-server introspect: the datamodel of a database somebody else made.
#pragma once

#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace refract::server {

struct command_line;

/// What the command line says about the database.
struct introspect_options {
    std::string uri{};    ///< `postgres://...`; empty: the configuration's database
    std::string schema{}; ///< PostgreSQL; empty: the configuration's, else `public`
    std::string file{};   ///< a SQLite file
};

/// Adds the subcommand.
CLI::App* add_introspect_command(CLI::App& app, introspect_options& out);

/// Prints the datamodel on the standard output; the exit code. The database is only read.
int run_introspect(command_line const& line);

} // namespace refract::server
