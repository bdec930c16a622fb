// Where the configuration of a server comes from: environment, file, or nowhere.
// See: config/server_config.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/config/server_config.hpp>

#include <string>
#include <vector>

namespace refract::config {

/// A configuration and where it was found, for the log.
struct loaded_config {
    server_config config{};
    std::string source{}; ///< `PRISMA_CONFIG`, a file's path, `environment` or `defaults`
};

/// Reads the configuration file at `path`, and what load_config() takes from the environment besides a configuration; with an empty
/// path, the same as load_config().
///
/// Errors: errc::file_unreadable; those of parse_server_config(), the message starting with the path and the place.
REFRACT_DECL result<loaded_config> load_config_file(std::string const& path, environment lookup = nullptr);

/// The configuration the environment asks for.
///
/// Shape: `PRISMA_CONFIG` (YAML text), else the file `PRISMA_CONFIG_PATH` names, else the variables of early versions
/// (`SQL_CLIENT_HOST`, `SQL_CLIENT_USER` and `SQL_CLIENT_PASSWORD` have to be set; MySQL), else default_server_config()
/// on `PORT`, if that is set. In any case, where the configuration itself says nothing: `PRISMA_MANAGEMENT_API_JWT_SECRET`, else
/// `CLUSTER_PUBLIC_KEY` (unlike the original, which runs open then); `THROTTLING_RATE`, `THROTTLING_RATE_PER_SECONDS`,
/// `THROTTLING_MAX_CALLS_IN_FLIGHT`, `UNTHROTTLED_PROJECT_IDS`; `SLOW_QUERIES_LOGGING`, `SLOW_QUERIES_LOGGING_THRESHOLD`;
/// `REFRACT_ALLOW_OPEN=1`. Other variables of Prisma 1 that are set and change nothing are named in server_config::notes.
/// Errors: as load_config_file(); the message names the variable.
REFRACT_DECL result<loaded_config> load_config(environment lookup);

/// Everything that is wrong with what load_config() would read, or load_config_file() if `path` is not empty; the messages say where.
REFRACT_DECL std::vector<error> check_config(std::string const& path, environment lookup);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/load.ipp>
#endif
