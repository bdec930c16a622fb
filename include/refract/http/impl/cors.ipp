#pragma once

#include <refract/http/cors.hpp>

namespace refract::http {

REFRACT_DECL std::optional<response> preflight_response(request const& r) {
    if (r.method != "OPTIONS") {
        return std::nullopt;
    }
    auto const method = r.header("Access-Control-Request-Method");
    if (!method || !r.header("Origin")) {
        return std::nullopt;
    }
    if (*method != "GET" && *method != "POST" && *method != "HEAD" && *method != "OPTIONS") {
        return text_response(400, "CORS: invalid method '" + std::string(*method) + "'");
    }
    response out;
    out.content_type = {};
    out.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, HEAD, OPTIONS");
    if (auto const wanted = r.header("Access-Control-Request-Headers")) {
        out.headers.emplace_back("Access-Control-Allow-Headers", std::string(*wanted));
    }
    out.headers.emplace_back("Access-Control-Max-Age", "1800");
    return out;
}

} // namespace refract::http
