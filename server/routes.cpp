#include "routes.hpp"

#include "pages.hpp"

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>

#include <utility>

namespace refract::server {

namespace {

/// Whether a GET carries an operation: those are not executed, and a client that sends one expects no page.
bool asks_for_execution(http::request const& r) {
    auto const query = r.target.find('?');
    auto const accept = r.header("Accept");
    bool const wants_page = !accept || accept->find("text/html") != std::string_view::npos;
    return query != std::string_view::npos && r.target.substr(query + 1, 6) == "query=" && !wants_page;
}

boost::asio::awaitable<http::response> answer(prisma1::application& app, http::request const& r) {
    if (r.method != "POST") {
        co_return answer_get(r);
    }
    prisma1::http_post const post{r.segments, r.header("Content-Type").value_or(""), r.body, r.header("Authorization"), r.id};
    auto work = app.handle_post(post);
    prisma1::http_answer answered = co_await std::move(work);
    http::response out;
    out.status = answered.status;
    out.content_type = answered.content_type;
    out.body = std::move(answered.body);
    out.shared_body = std::move(answered.shared_body);
    if (log::enabled(log::level::debug)) {
        log::write(log::level::debug, "http.answered",
                   {{"requestId", r.id}, {"target", r.target}, {"status", out.status}, {"bytes", out.bytes().size()}});
    }
    co_return out;
}

} // namespace

http::response answer_get(http::request const& r) {
    if (r.segments.size() == 1 && r.segments[0] == "status") {
        http::response out;
        out.body = "\"OK\"";
        return out;
    }
    auto const upgrade = r.header("Upgrade");
    if (upgrade && equal_ignoring_case(*upgrade, "websocket")) {
        return http::text_response(501, "Subscriptions over WebSocket are not supported by this server yet.");
    }
    if (asks_for_execution(r)) {
        auto out = http::text_response(405, "HTTP method not allowed, supported methods: POST");
        out.headers.emplace_back("Allow", "POST");
        return out;
    }
    http::response out;
    out.content_type = "text/html; charset=UTF-8";
    out.body = std::string(endpoint_page());
    out.headers.emplace_back("Content-Security-Policy",
                             "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'");
    out.headers.emplace_back("X-Content-Type-Options", "nosniff");
    out.headers.emplace_back("Referrer-Policy", "no-referrer");
    return out;
}

http::handler make_handler(prisma1::application& app) {
    return [&app](http::request const& r) { return answer(app, r); };
}

} // namespace refract::server
