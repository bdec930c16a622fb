// From HTTP to the application and back.
#pragma once

#include <refract/http/server.hpp>
#include <refract/prisma1/application.hpp>

namespace refract::server {

/// The handler of an HTTP server: POST goes to the application, GET gives the status or a page.
///
/// Lifetime: `app` outlives the handler's last answer.
http::handler make_handler(prisma1::application& app);

/// The answer to a GET or HEAD.
http::response answer_get(http::request const& r);

} // namespace refract::server
