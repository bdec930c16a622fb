// The configuration a program of refract-server runs with.
#pragma once

#include "command_line.hpp"

#include <refract/config/load.hpp>
#include <refract/core/result.hpp>

namespace refract::server {

/// An environment variable, or null.
char const* environment_variable(char const* name);

/// What the environment or `--config` says, with what else the command line says instead.
///
/// Errors: those of config::load_config(); the message names the place.
result<config::loaded_config> effective_config(command_line const& line);

} // namespace refract::server
