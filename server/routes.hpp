// From HTTP to the application and back.
#pragma once

#include <refract/core/limits.hpp>
#include <refract/http/server.hpp>
#include <refract/prisma1/application.hpp>

namespace refract::server {

struct handler_options {
    bool graphql_over_http = false; ///< GET executes queries, and statuses are those of the GraphQL-over-HTTP specification
    limits bounds{};
};

/// The handler of an HTTP server: POST goes to the application, GET gives the status or a page.
///
/// Lifetime: `app` and the handler itself outlive its last answer.
http::handler make_handler(prisma1::application& app, handler_options options);

/// The answer to a GET or HEAD that executes nothing.
http::response answer_get(http::request const& r);

} // namespace refract::server
