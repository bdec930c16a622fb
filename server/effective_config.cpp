#include "effective_config.hpp"

#include <cstdlib>

namespace refract::server {

char const* environment_variable(char const* name) { return std::getenv(name); }

result<config::loaded_config> effective_config(command_line const& line) {
    auto loaded = config::load_config_file(line.config_file, environment_variable);
    if (!loaded) {
        return loaded;
    }
    config::server_config& config = loaded->config;
    config.port = line.port.value_or(config.port);
    if (!line.data.empty()) {
        if (config.databases.front().type != config::connector::sqlite) {
            return error{errc::wrong_type, "--data is for SQLite, and the configuration names another connector.", {}};
        }
        config.databases.front().database = line.data;
    }
    return loaded;
}

} // namespace refract::server
