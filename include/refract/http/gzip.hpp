// Answers made smaller for clients that ask for it.
#pragma once

#include <refract/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace refract::http {

/// Whether an `Accept-Encoding` wants gzip rather than the bytes as they are.
///
/// Shape: `gzip` (or `x-gzip`, or else `*`) with a weight above 0 that is not below the one of `identity`, where that has one. What can't
/// be read asks for nothing.
/// Source: RFC 9110, section 12.4.2 and 12.5.3
REFRACT_DECL bool wants_gzip(std::string_view accept_encoding) noexcept;

/// The bytes in the gzip format; nothing if that fails.
///
/// Cost: about 10 ms for a megabyte of JSON, at the fastest of zlib's levels: a tenth of the size on the wire is had there already.
/// Source: RFC 1952
REFRACT_DECL std::optional<std::string> gzip(std::string_view bytes);

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/accept.ipp>
#include <refract/http/impl/gzip.ipp>
#endif
