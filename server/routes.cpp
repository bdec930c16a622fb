#include "routes.hpp"

#include "pages.hpp"

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/http/accept.hpp>
#include <refract/http/query.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace refract::server {

namespace {

/// What a client takes, and prefers, of the two worlds of answers.
prisma1::http_rules rules_for(http::request const& r, handler_options const& options) {
    constexpr std::string_view specified = "application/graphql-response+json";
    auto const otherwise = options.graphql_over_http ? prisma1::http_rules::json : prisma1::http_rules::original;
    auto const accept = r.header("Accept");
    if (!accept || accept->size() < specified.size()) {
        return otherwise;
    }
    int const wanted = http::named_weight(*accept, specified).value_or(0);
    bool const prefers_json = http::named_weight(*accept, "application/json").value_or(0) > wanted;
    return wanted == 0 || prefers_json ? otherwise : prisma1::http_rules::graphql_response;
}

http::response to_response(prisma1::http_answer&& answered, prisma1::http_rules rules) {
    http::response out;
    out.status = answered.status;
    out.content_type = answered.content_type;
    out.body = std::move(answered.body);
    out.shared_body = std::move(answered.shared_body);
    if (answered.throttled_ms) {
        out.headers.emplace_back("Throttled-By", std::to_string(*answered.throttled_ms) + "ms");
    }
    if (rules != prisma1::http_rules::original) {
        out.headers.emplace_back("Vary", "Accept");
        if (out.status == 401) {
            out.headers.emplace_back("WWW-Authenticate", "Bearer");
        } else if (out.status == 405) {
            out.headers.emplace_back("Allow", "POST");
        } else if (out.status == 429 || out.status == 503) {
            out.headers.emplace_back("Retry-After", "1");
        }
    }
    return out;
}

/// What a GET is: an operation to execute, with its parameters, or nothing if it asks for a page.
///
/// Shape: a `query`, from a client that does not ask for a page as browsers do.
std::optional<http::query_parameters> operation_of(http::request const& r) {
    if (r.target.find('?') == std::string_view::npos || http::named_weight(r.header("Accept").value_or("text/html"), "text/html").value_or(0) > 0) {
        return std::nullopt;
    }
    auto parameters = http::parse_query(r.target);
    bool const asks = parameters && std::any_of(parameters->begin(), parameters->end(), [](auto const& p) { return p.first == "query"; });
    return asks ? std::move(parameters) : std::nullopt;
}

/// Executes a GET's query.
boost::asio::awaitable<http::response> answer_query(prisma1::application& app, http::request const& r, handler_options const& options,
                                                    http::query_parameters parameters) {
    auto rules = rules_for(r, options);
    rules = rules == prisma1::http_rules::original ? prisma1::http_rules::json : rules;
    auto const body = prisma1::body_of_parameters(parameters, options.bounds);
    prisma1::http_answer answered;
    if (body) {
        prisma1::http_post const post{r.segments, "application/json", *body, r.header("Authorization"), r.id, rules, true};
        auto work = app.handle_post(post);
        answered = co_await std::move(work);
    } else {
        prisma1::http_answer refused{400, "text/plain", body.failure().message, {}, prisma1::refusal::malformed};
        answered = prisma1::apply_rules(rules, std::move(refused), r.id);
    }
    auto out = to_response(std::move(answered), rules);
    out.headers.emplace_back("Cache-Control", "no-store");
    co_return out;
}

boost::asio::awaitable<http::response> answer_post(prisma1::application& app, http::request const& r, handler_options const& options) {
    prisma1::http_post const post{r.segments, r.header("Content-Type").value_or(""), r.body, r.header("Authorization"), r.id,
                                  rules_for(r, options)};
    auto work = app.handle_post(post);
    prisma1::http_answer answered = co_await std::move(work);
    auto out = to_response(std::move(answered), post.rules);
    if (log::enabled(log::level::debug)) {
        log::write(log::level::debug, "http.answered",
                   {{"requestId", r.id}, {"target", r.target}, {"status", out.status}, {"bytes", out.bytes().size()}});
    }
    co_return out;
}

boost::asio::awaitable<http::response> at_once(http::response answer) { co_return answer; }

boost::asio::awaitable<http::response> answer(prisma1::application& app, http::request const& r, handler_options const& options) {
    if (r.method == "POST") {
        return answer_post(app, r, options);
    }
    auto parameters = operation_of(r);
    if (!parameters) {
        return at_once(answer_get(r));
    }
    if (options.graphql_over_http) {
        return answer_query(app, r, options, std::move(*parameters));
    }
    auto out = http::text_response(405, "HTTP method not allowed, supported methods: POST");
    out.headers.emplace_back("Allow", "POST");
    return at_once(std::move(out));
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
    http::response out;
    out.content_type = "text/html; charset=UTF-8";
    out.body = std::string(endpoint_page());
    out.headers.emplace_back("Content-Security-Policy",
                             "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'");
    out.headers.emplace_back("X-Content-Type-Options", "nosniff");
    out.headers.emplace_back("Referrer-Policy", "no-referrer");
    return out;
}

http::handler make_handler(prisma1::application& app, handler_options options) {
    return [&app, options](http::request const& r) { return answer(app, r, options); };
}

} // namespace refract::server
