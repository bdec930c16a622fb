// Cross-origin requests: the answers to a browser's preflight.
#pragma once

#include <refract/core/config.hpp>
#include <refract/http/message.hpp>

#include <optional>

namespace refract::http {

/// The answer to a preflight; nothing if the request is none.
///
/// Shape: a preflight is `OPTIONS` with `Origin` and `Access-Control-Request-Method`. Methods GET, POST, HEAD and OPTIONS
/// are allowed from everywhere with any headers; another method is answered with 400. The server adds
/// `Access-Control-Allow-Origin` and `-Credentials` as to every request with an `Origin`.
/// Source: the original server's answers; Fetch standard, "CORS-preflight request"
REFRACT_DECL std::optional<response> preflight_response(request const& r);

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/cors.ipp>
#endif
