// refract.config: the configuration of a server.
#include "convert.hpp"

#include <refract/config/load.hpp>

#include <cstdlib>
#include <optional>
#include <string>

#include <pybind11/stl.h>

namespace refract::python {

namespace {

constexpr char const* config_module = "refract.config";

char const* environment_variable(char const* name) { return std::getenv(name); }

void bind_database(py::module_& m) {
    using config::database_config;
    py::class_<database_config> c(m, "DatabaseConfig", "One entry of databases.");
    c.attr("__module__") = config_module;
    c.def_readonly("name", &database_config::name, "Its key.");
    c.def_property_readonly("connector", [](database_config const& d) { return config::name(d.type); }, "postgres, sqlite, mysql or mongo.");
    c.def_readonly("host", &database_config::host, "Where the database server is.");
    c.def_readonly("port", &database_config::port, "Its port.");
    c.def_readonly("user", &database_config::user, "Who connects.");
    c.def_readonly("password", &database_config::password, "Not part of repr().");
    c.def_readonly("database", &database_config::database, "PostgreSQL: the database; SQLite: the folder.");
    c.def_readonly("schema", &database_config::schema, "PostgreSQL: one schema for the one service, or None.");
    c.def_readonly("management_schema", &database_config::management_schema, "Where the management tables are.");
    c.def_readonly("ssl", &database_config::ssl, "Whether the connection has to be encrypted.");
    c.def_readonly("connection_limit", &database_config::connection_limit, "Connections at most.");
    c.def_readonly("queue_size", &database_config::queue_size, "Callers waiting for a connection at most.");
    c.def_readonly("raw_access", &database_config::raw_access, "Whether there is executeRaw.");
    c.def("__repr__", [](database_config const& d) {
        return "<refract.config.DatabaseConfig " + d.name + " " + std::string(config::name(d.type)) + " " + d.database + ">";
    });
}

} // namespace

void bind_config(py::module_& m) {
    bind_database(m);
    using config::server_config;
    py::class_<server_config> c(m, "ServerConfig", "A server's configuration.");
    c.attr("__module__") = config_module;
    c.def_readonly("port", &server_config::port, "The port of HTTP.");
    c.def_readonly("management_secret", &server_config::management_secret, "managementApiSecret, or None: everybody may deploy. Not part of repr().");
    c.def_readonly("databases", &server_config::databases, "At least one; only the first one holds data.");
    c.def_property_readonly("is_open", [](server_config const& s) { return s.open(); }, "Whether everybody who reaches the port may deploy.");
    c.def_readonly("allow_open", &server_config::allow_open, "Whether it may be open on other addresses than loopback.");
    c.def("__repr__", [](server_config const& s) {
        return "<refract.config.ServerConfig port " + std::to_string(s.port) + ", " + std::string(config::name(s.databases.front().type)) + ">";
    });
    m.def("load_config", [](std::optional<std::string> const& path) {
        auto loaded = unlocked([&] { return path ? config::load_config_file(*path, environment_variable) : config::load_config(environment_variable); });
        return value_or_raise(std::move(loaded)).config;
    }, py::arg("path") = py::none(),
          "The configuration in a file, or the one the environment asks for: PRISMA_CONFIG, PRISMA_CONFIG_PATH, or the defaults.");
    m.def("parse_config", [](std::string_view text) { return value_or_raise(unlocked([&] { return config::parse_server_config(text, environment_variable); })); },
          py::arg("text"), "Reads a configuration in YAML (so in JSON, too). Raises ConfigError with the place.");
}

} // namespace refract::python
