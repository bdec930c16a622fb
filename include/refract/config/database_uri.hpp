// Connection URIs as Prisma 1 reads them.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace refract::config {

/// The parts of `scheme://user:password@host:port/database?ssl=1`.
struct database_uri {
    std::string scheme{};
    std::string user{};
    std::string password{};
    std::string host{};
    std::uint16_t port = 5432; ///< for any scheme, as on the original
    std::string database{};    ///< the first segment of the path; may be empty
    bool ssl = false;          ///< true exactly for `ssl=1`
    std::string ssl_mode{};    ///< `sslmode=`, as libpq reads it
    std::string ssl_root_cert{}; ///< `sslrootcert=`
};

/// Reads a connection URI.
///
/// Shape: nothing is percent-decoded, but ill-formed percent escapes are refused; the user ends at the first `:`, the
/// user's part at the last `@`. Other query parameters are ignored, as there; `sslmode` and `sslrootcert` are not: who writes
/// them relies on them.
/// Errors: errc::wrong_type; the message repeats nothing of the text.
REFRACT_DECL result<database_uri> parse_database_uri(std::string_view text);

} // namespace refract::config

#ifdef REFRACT_HEADER_ONLY
#include <refract/config/impl/database_uri.ipp>
#endif
