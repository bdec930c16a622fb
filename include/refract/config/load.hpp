// Where the configuration of a server comes from: environment, file, or nowhere.
// See: config/server_config.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/config/server_config.hpp>

#include <string>

namespace refract::config {

/// Looks up an environment variable; null if it is not set. The program passes std::getenv's answer, tests their own.
using environment = char const* (*)(char const* name);

/// A configuration and where it was found, for the log.
struct loaded_config {
    server_config config{};
    std::string source{}; ///< `PRISMA_CONFIG`, a file's path, `environment` or `defaults`
};

/// Reads the configuration file at `path`.
///
/// Errors: errc::file_unreadable; those of parse_server_config(), the message starting with the path and the place.
REFRACT_DECL result<loaded_config> load_config_file(std::string const& path);

/// The configuration the environment asks for.
///
/// Shape: `PRISMA_CONFIG` (YAML text), else the file `PRISMA_CONFIG_PATH` names, else the variables of early versions
/// (`SQL_CLIENT_HOST`, `SQL_CLIENT_USER` and `SQL_CLIENT_PASSWORD` have to be set; MySQL), else default_server_config()
/// on `PORT`, if that is set. `CLUSTER_PUBLIC_KEY` and `PRISMA_MANAGEMENT_API_JWT_SECRET` belong to the early variables.
/// Errors: as load_config_file(); the message names the variable.
REFRACT_DECL result<loaded_config> load_config(environment lookup);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/load.ipp>
#endif
