// Ids the server makes: cuid and UUID.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <string>
#include <string_view>

namespace refract {

/// A new cuid: 25 lower-case letters and digits, unique across threads and processes, growing with time.
///
/// Shape: `c`, 8 base-36 digits of the time in milliseconds, 4 of a counter, 4 of the process, 8 random ones.
/// Cost: no lock; one atomic increment. Not a secret: ids can be guessed.
/// Source: https://github.com/paralleldrive/cuid (version 1)
REFRACT_DECL std::string new_cuid();

/// Appends a new cuid.
REFRACT_DECL void append_cuid(std::string& out);

/// A new random UUID (version 4) in canonical lower-case text.
REFRACT_DECL std::string new_uuid();

/// The canonical lower-case text of a UUID.
///
/// Shape: as lenient as java.util.UUID.fromString: five groups of hexadecimal digits of any length; short groups are
/// filled with zeros, digits that do not fit a group run into the groups before it.
/// Errors: errc::invalid_id.
REFRACT_DECL result<std::string> parse_uuid(std::string_view text);

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/id.ipp>
#endif
