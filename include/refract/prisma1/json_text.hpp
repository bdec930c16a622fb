// JSON as clients send it, bounded, and as it is stored.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>

#include <string>
#include <string_view>

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

namespace refract::prisma1 {

/// Parses JSON from outside.
///
/// Errors: errc::invalid_json (no JSON, or a number beyond those of a double, which would be read as infinity),
/// errc::limit_exceeded (`max_json_depth`, `max_json_values`).
/// Cost: linear; the number of values is told before memory is taken for them.
REFRACT_DECL result<boost::json::value> parse_json(std::string_view text, limits const& bounds, boost::json::storage_ptr memory = {});

/// Appends a JSON value: compact, numbers in plain notation. One value has one text, however it was written. Cost: linear.
REFRACT_DECL void append_json(std::string& out, boost::json::value const& v);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/json_text.ipp>
#endif
