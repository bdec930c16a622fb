// The databases of a configuration and the application on top of them.
#pragma once

#include <refract/config/server_config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/prisma1/application.hpp>
#include <refract/postgres/options.hpp>
#include <refract/prisma1/management.hpp>

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace refract::server {

/// Databases, Management API and services of one server.
class backend {
public:
    virtual ~backend() = default;
    [[nodiscard]] virtual prisma1::management& management() = 0;
    [[nodiscard]] virtual prisma1::application& application() = 0;
    /// From now on, what other servers on the same database change is seen here. To be called once management().start() has succeeded.
    virtual void follow() = 0;
    /// Closes idle connections and fails whoever waits for one: no more requests come.
    virtual void close() = 0;
    /// Whether a look at what other servers changed is still under way; for a moment after close().
    [[nodiscard]] virtual bool is_following() const = 0;
};

/// What the command line decides about a backend.
struct backend_options {
    limits bounds{};
    bool one_thread = true;    ///< the executor is run by one thread
    std::vector<boost::asio::any_io_executor> loops{}; ///< what requests run on, each run by one thread; none: the executor
    bool introspection = true; ///< services tell their schema
};

/// How the connections to a PostgreSQL database are opened.
postgres::options connection_options(config::database_config const& database, limits const& bounds, bool one_thread);

/// Opens what the configuration names. Nothing is connected to before prisma1::management::start().
///
/// `executor` runs the requests; `workers` the statements of SQLite. Both outlive the backend.
/// Errors: a connector this server does not have, a key that can't be read, a folder that can't be made.
result<std::unique_ptr<backend>> make_backend(boost::asio::any_io_executor executor, boost::asio::any_io_executor workers,
                                              config::server_config const& config, backend_options const& options);

} // namespace refract::server
