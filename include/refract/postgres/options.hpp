// Where a PostgreSQL database is and how to talk to it.
// See: postgres/database.hpp.
#pragma once

#include <refract/core/limits.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace refract::postgres {

/// How one connection is opened. Empty fields are left to libpq: its environment variables and defaults.
struct options {
    std::string conninfo{};  ///< a libpq connection string or URI; the fields below go before it
    std::string host{};      ///< a name, an address, or the folder of a Unix socket
    std::uint16_t port = 0;  ///< 0: libpq's default, 5432
    std::string user{};
    std::string password{};
    std::string database{};
    std::string ssl_mode{};  ///< disable, allow, prefer, require, verify-ca, verify-full
    std::string ssl_root_cert{}; ///< file with the certificates to trust; verify-ca and verify-full need one
    std::string ssl_cert{};  ///< file with the client's certificate
    std::string ssl_key{};   ///< file with its key
    std::string application_name = "refract";
    std::chrono::seconds connect_timeout{limits{}.connect_timeout_seconds};
    std::chrono::seconds statement_timeout{limits{}.statement_timeout_seconds}; ///< told to the server; 0: none
    std::chrono::seconds idle_transaction_timeout{60}; ///< the server ends a transaction nobody uses any more; 0: never
    bool strand = true;                                ///< false: the executor never runs two handlers at a time
    std::size_t max_statements = 500;                  ///< prepared statements kept by one connection
};

} // namespace refract::postgres
