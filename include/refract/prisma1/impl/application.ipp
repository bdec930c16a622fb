#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/prisma1/application.hpp>

#include <utility>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL http_answer plain(int status, std::string text) { return {status, "text/plain; charset=UTF-8", std::move(text)}; }

/// A failure of the whole request: no `data` key.
REFRACT_DECL http_answer request_failure(int status, std::string message, int code, std::string const& request_id) {
    return {status, "application/json", make_response(std::nullopt, {{std::move(message), {}, {}, code, request_id}})};
}

REFRACT_DECL bool is_json(std::string_view content_type) {
    auto const type = ascii_lower(trimmed(content_type.substr(0, content_type.find(';'))));
    return type == "application/json";
}

/// The answer to a body that can't be parsed as a request.
REFRACT_DECL http_answer malformed(error const& e, std::string const& request_id) {
    if (e.code == errc::invalid_json || e.code == errc::limit_exceeded) {
        return plain(400, "The request content was malformed:\n" + e.message);
    }
    return request_failure(500, e.message, 0, request_id);
}

/// `[a,b]`, or the only one.
REFRACT_DECL std::string joined(std::vector<std::string> const& answers, bool is_batch) {
    if (!is_batch) {
        return answers.front();
    }
    std::string out = "[";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        out += i > 0 ? "," : "";
        out += answers[i];
    }
    return out + ']';
}

/// What the last segment asks for, if it is not the service itself.
REFRACT_DECL std::string take_route(std::vector<std::string>& segments) {
    for (auto const* route : {"private", "import", "export", "_datamodel"}) {
        if (!segments.empty() && segments.back() == route) {
            segments.pop_back();
            return route;
        }
    }
    return {};
}

} // namespace detail

REFRACT_DECL application::application(
    std::shared_ptr<management> manager, sql::dialect const& dialect, service_options options, std::size_t max_services
)
    : management_(std::move(manager)), dialect_(dialect), options_(std::move(options)), max_services_(max_services) {
    if (!options_.cache) {
        options_.cache = std::make_shared<request_cache>(options_.bounds.max_cache_bytes);
    }
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_post(
    std::vector<std::string> segments, std::string content_type, std::string_view body,
    std::optional<std::string> authorization, std::string request_id
) {
    if (body.empty()) {
        co_return detail::plain(400, "Request entity expected but not supplied");
    }
    if (!detail::is_json(content_type)) {
        co_return detail::plain(415, "The request's Content-Type is not supported. Expected:\napplication/json");
    }
    bool const to_management = segments.size() == 1 && (segments.front() == "management" || segments.front() == "cluster");
    if (to_management) {
        auto answer = co_await handle_management(body, std::move(authorization), request_id);
        co_return answer;
    }
    auto answer = co_await handle_service(std::move(segments), body, std::move(authorization), request_id);
    co_return answer;
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_management(
    std::string_view body, std::optional<std::string> authorization, std::string const& request_id
) {
    auto const parsed = parse_request_body(body, options_.bounds);
    if (!parsed) {
        co_return detail::malformed(parsed.failure(), request_id);
    }
    std::vector<std::string> answers;
    for (auto const& r : parsed->requests) {
        auto one = co_await management_->execute(r, authorization, request_id);
        if (one.status != 200) {
            co_return http_answer{one.status, "application/json", std::move(one.body)};
        }
        answers.push_back(std::move(one.body));
    }
    co_return http_answer{200, "application/json", detail::joined(answers, parsed->is_batch)};
}

REFRACT_DECL std::shared_ptr<service> application::service_of(std::shared_ptr<project_state const> const& state) {
    std::lock_guard const hold(mutex_);
    if (auto const at = by_id_.find(state->id); at != by_id_.end()) {
        if (at->second->state == state) {
            services_.splice(services_.begin(), services_, at->second);
            return at->second->service;
        }
        services_.erase(at->second);
        by_id_.erase(at);
    }
    auto made = std::make_shared<service>(state->id, state->model, state->database, dialect_, state->schema_name, options_);
    services_.push_front({state->id, state, made});
    by_id_[state->id] = services_.begin();
    if (services_.size() > max_services_) {
        by_id_.erase(services_.back().id);
        services_.pop_back();
    }
    return made;
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_service(
    std::vector<std::string> segments, std::string_view body, std::optional<std::string> authorization,
    std::string const& request_id
) {
    auto const route = detail::take_route(segments);
    auto const id = management_->project_id(segments);
    if (!id) {
        co_return detail::request_failure(500, id.failure().message, 0, request_id);
    }
    auto const found = co_await management_->find(*id);
    if (!found) {
        auto const e = to_api_error(found.failure());
        if (e.code == 0) {
            log::write(log::level::error, "error/unhandled", {{"requestId", request_id}, {"projectId", *id}, {"message", e.message}});
            co_return detail::request_failure(500, internal_error_text(request_id), 0, request_id);
        }
        co_return detail::request_failure(200, e.message, e.code, request_id);
    }
    auto const& state = *found;
    if (state == nullptr) {
        co_return detail::request_failure(200, "Project not found: '" + *id + "'", 3016, request_id);
    }
    auto const allowed = state->keys.check(authorization, now_ms() / 1000);
    if (!allowed) {
        co_return detail::request_failure(200, allowed.failure().message, allowed.failure().code, request_id);
    }
    if (route == "_datamodel") {
        co_return http_answer{200, "application/json", json_string(state->datamodel_text)};
    }
    auto const target = service_of(state);
    if (route == "import" || route == "export") {
        auto work = route == "import" ? target->run_import(body, request_id) : target->run_export(body, request_id);
        auto answer = co_await std::move(work);
        if (!answer) {
            co_return detail::malformed(answer.failure(), request_id);
        }
        co_return http_answer{answer->status, "application/json", std::move(answer->body)};
    }
    auto const parsed = parse_request_body(body, options_.bounds);
    if (!parsed) {
        co_return detail::malformed(parsed.failure(), request_id);
    }
    // One text that is no GraphQL refuses the whole batch: nothing of it runs.
    for (std::size_t i = 0; parsed->is_batch && i < parsed->requests.size(); ++i) {
        if (auto fault = target->syntax_fault(parsed->requests[i], request_id)) {
            co_return http_answer{fault->status, "application/json", std::move(fault->body)};
        }
    }
    std::vector<std::string> answers;
    for (auto const& r : parsed->requests) {
        response one;
        if (route == "private") {
            one = co_await target->execute_private(r, request_id);
        } else {
            one = co_await target->execute(r, request_id);
        }
        if (one.status != 200) {
            co_return http_answer{one.status, "application/json", std::move(one.body)};
        }
        answers.push_back(std::move(one.body));
    }
    co_return http_answer{200, "application/json", detail::joined(answers, parsed->is_batch)};
}

} // namespace refract::prisma1
