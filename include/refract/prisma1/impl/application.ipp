#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/prisma1/application.hpp>

#include <utility>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL http_answer plain(int status, std::string text) {
    return {status, "text/plain; charset=UTF-8", std::move(text), {}, refusal::malformed};
}

/// A failure of the whole request: no `data` key.
REFRACT_DECL http_answer request_failure(int status, std::string message, int code, std::string const& request_id) {
    refusal const why = code == 3015   ? refusal::token
                        : code == 3016 ? refusal::not_found
                        : code == 1004 ? refusal::busy
                        : code == 1000 ? refusal::unavailable
                        : code == 1006 ? refusal::unavailable
                                       : refusal::internal;
    return {status, "application/json", make_response(std::nullopt, {{std::move(message), {}, {}, code, request_id}}), {}, why};
}

REFRACT_DECL bool is_json(std::string_view content_type) {
    return equal_ignoring_case(trimmed(content_type.substr(0, content_type.find(';'))), "application/json");
}

/// The answer to a body that can't be parsed as a request.
REFRACT_DECL http_answer malformed(error const& e, std::string const& request_id) {
    if (e.code == errc::invalid_json || e.code == errc::limit_exceeded) {
        return plain(400, "The request content was malformed:\n" + e.message);
    }
    auto out = request_failure(500, e.message, 0, request_id);
    out.why = refusal::malformed;
    return out;
}

REFRACT_DECL http_answer to_answer(response&& r) {
    return {r.status, "application/json", std::move(r.body), std::move(r.shared_body), r.executed ? refusal::none : refusal::document};
}

/// The answer of a route that has no GraphQL response.
REFRACT_DECL http_answer to_other_answer(response&& r) {
    return {r.status, "application/json", std::move(r.body), std::move(r.shared_body), refusal::not_graphql};
}

/// The answer to a GET of what only a POST may do.
REFRACT_DECL http_answer only_by_post(std::string const& request_id) {
    auto out = request_failure(405, "GET requests may only execute query operations. Use POST.", 0, request_id);
    out.why = refusal::method;
    return out;
}

/// The requests of a body. Errors: the answer to one that has none.
REFRACT_DECL refract::result<request_views, http_answer> read_requests(http_post const& post, json_tape& json, limits const& bounds) {
    if (auto const read = json.parse(post.body, bounds); !read) {
        return malformed(read.failure(), post.request_id);
    }
    auto found = find_requests(json, bounds);
    if (!found) {
        return malformed(found.failure(), post.request_id);
    }
    if (post.rules != http_rules::original && !found->is_batch) {
        if (auto const checked = check_parameters(json); !checked) {
            return malformed(checked.failure(), post.request_id);
        }
    }
    return std::move(*found);
}

/// The answer to a request the gate has turned away, in the original's words.
REFRACT_DECL http_answer not_let_in(gate_refusal why, std::string const& project_id, std::string const& request_id) {
    if (why != gate_refusal::late) {
        return request_failure(200, "There are too many concurrent queries for this service.", 1004, request_id);
    }
    auto out = request_failure(500, "The call to the group [" + project_id + "] timed out.", 0, request_id);
    out.why = refusal::busy;
    return out;
}

inline constexpr std::size_t max_logged_body = 8U << 10U;

/// At most `size` bytes of a text, without half a character at the end.
REFRACT_DECL std::string_view shortened(std::string_view text, std::size_t size) noexcept {
    if (text.size() <= size) {
        return text;
    }
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
        --size;
    }
    return text.substr(0, size);
}

/// An answer nothing is waited for.
REFRACT_DECL boost::asio::awaitable<http_answer> at_once(http_answer answer) { co_return answer; }

/// `[a,b]`
REFRACT_DECL std::string joined(std::vector<std::string> const& answers) {
    std::string out = "[";
    for (std::size_t i = 0; i < answers.size(); ++i) {
        out += i > 0 ? "," : "";
        out += answers[i];
    }
    return out + ']';
}

enum class route : std::uint8_t { api, private_api, import, exported, datamodel };

/// What the last segment asks for; it is taken off if it is not the service's.
REFRACT_DECL route take_route(std::span<std::string_view const>& segments) {
    constexpr std::pair<std::string_view, route> routes[] = {
        {"private", route::private_api}, {"import", route::import}, {"export", route::exported}, {"_datamodel", route::datamodel}};
    for (auto const& [name, to] : routes) {
        if (!segments.empty() && segments.back() == name) {
            segments = segments.first(segments.size() - 1);
            return to;
        }
    }
    return route::api;
}

/// The answer to a path that can't be a project's.
REFRACT_DECL http_answer no_project(error const& e, std::string const& request_id) {
    auto out = request_failure(500, e.message, 0, request_id);
    out.why = refusal::not_found;
    return out;
}

/// The answer of a route that is no GraphQL API.
REFRACT_DECL boost::asio::awaitable<http_answer>
answer_other(route to, project_state const& state, service& target, http_post const& post) {
    if (to == route::datamodel) {
        co_return http_answer{200, "application/json", json_string(state.datamodel_text), {}, refusal::not_graphql};
    }
    auto work = to == route::import ? target.run_import(post.body, post.request_id) : target.run_export(post.body, post.request_id);
    auto answer = co_await std::move(work);
    co_return answer ? to_other_answer(std::move(*answer)) : malformed(answer.failure(), post.request_id);
}

} // namespace detail

REFRACT_DECL application::application(
    std::shared_ptr<management> manager, sql::dialect const& dialect, service_options options, application_options around
)
    : management_(std::move(manager)), dialect_(dialect), options_(std::move(options)), around_(std::move(around)) {
    if (!options_.cache) {
        options_.cache = std::make_shared<request_cache>(options_.bounds.max_cache_bytes);
    }
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_post(http_post const& post) {
    return post.rules == http_rules::original ? answer_original(post) : answer_specified(post);
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::answer_specified(http_post const& post) {
    auto work = answer_original(post);
    auto answer = co_await std::move(work);
    co_return apply_rules(post.rules, std::move(answer), post.request_id);
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::answer_original(http_post const& post) {
    if (post.body.empty()) {
        return detail::at_once(detail::plain(400, "Request entity expected but not supplied"));
    }
    if (!detail::is_json(post.content_type)) {
        return detail::at_once(detail::plain(415, "The request's Content-Type is not supported. Expected:\napplication/json"));
    }
    auto const& path = post.segments;
    bool const to_management = management_->has_api() && path.size() == 1 && (path.front() == "management" || path.front() == "cluster");
    if (to_management && post.read_only) {
        return detail::at_once(detail::only_by_post(post.request_id));
    }
    return to_management ? handle_management(post) : handle_service(post);
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_management(http_post const& post) {
    auto const parsed = parse_request_body(post.body, options_.bounds);
    if (!parsed) {
        co_return detail::malformed(parsed.failure(), post.request_id);
    }
    if (post.rules != http_rules::original) {
        json_tape json;
        auto const checked = json.parse(post.body, options_.bounds) ? check_parameters(json) : result<void>();
        if (!checked) {
            co_return detail::malformed(checked.failure(), post.request_id);
        }
    }
    // One text that is no GraphQL refuses the whole batch: nothing of it runs.
    for (std::size_t i = 0; parsed->is_batch && i < parsed->requests.size(); ++i) {
        if (auto fault = management_->syntax_fault(parsed->requests[i], post.request_id)) {
            co_return http_answer{fault->status, "application/json", std::move(fault->body), {}, refusal::document};
        }
    }
    std::optional<std::string> const authorization(post.authorization);
    std::vector<std::string> answers;
    for (auto const& r : parsed->requests) {
        auto one = co_await management_->execute(r, authorization, post.request_id);
        if (one.status != 200 || !parsed->is_batch) {
            auto const why = one.executed ? refusal::none : refusal::document;
            co_return http_answer{one.status, "application/json", std::move(one.body), {}, why};
        }
        answers.push_back(std::move(one.body));
    }
    co_return http_answer{200, "application/json", detail::joined(answers), {}};
}

REFRACT_DECL std::optional<application::loaded> application::find_loaded(std::string const& id) {
    std::lock_guard const hold(mutex_);
    auto const at = by_id_.find(id);
    if (at == by_id_.end() || at->second->generation != management_->generation()) {
        return std::nullopt;
    }
    services_.splice(services_.begin(), services_, at->second);
    return *at->second;
}

REFRACT_DECL application::loaded
application::service_of(std::shared_ptr<project_state const> const& state, std::uint64_t generation) {
    std::lock_guard const hold(mutex_);
    if (auto const at = by_id_.find(state->id); at != by_id_.end()) {
        if (at->second->state == state) {
            services_.splice(services_.begin(), services_, at->second);
            at->second->generation = generation;
            return *at->second;
        }
        services_.erase(at->second);
        by_id_.erase(at);
    }
    auto made = std::make_shared<service>(state->id, state->model, state->database, dialect_, state->schema_name, options_);
    services_.push_front({state->id, state, made, generation});
    by_id_[state->id] = services_.begin();
    if (services_.size() > around_.max_services) {
        by_id_.erase(services_.back().id);
        services_.pop_back();
    }
    return services_.front();
}

REFRACT_DECL boost::asio::awaitable<refract::result<application::loaded, http_answer>>
application::load(std::string const& id, std::string const& request_id) {
    auto const generation = management_->generation();
    auto const found = co_await management_->find(id);
    if (!found) {
        auto const e = to_api_error(found.failure());
        if (e.code == 0) {
            log::write(log::level::error, "error/unhandled", {{"requestId", request_id}, {"projectId", id}, {"message", e.message}});
            co_return detail::request_failure(500, internal_error_text(request_id), 0, request_id);
        }
        co_return detail::request_failure(200, e.message, e.code, request_id);
    }
    if (*found == nullptr) {
        co_return detail::request_failure(200, "Project not found: '" + id + "'", 3016, request_id);
    }
    co_return service_of(*found, generation);
}

/// What needs no waiting for is found out here; frames of coroutines are for what does: Asio keeps those of up to 1020 bytes for the next.
REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_service(http_post const& post) {
    auto segments = post.segments;
    auto const to = detail::take_route(segments);
    if (post.read_only && to != detail::route::api) {
        return detail::at_once(detail::only_by_post(post.request_id));
    }
    auto id = management_->project_id(segments);
    if (!id) {
        return detail::at_once(detail::no_project(id.failure(), post.request_id));
    }
    auto known = find_loaded(*id);
    return known ? serve(std::move(*known), to, post) : load_and_serve(std::move(*id), to, post);
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::load_and_serve(std::string id, detail::route to, http_post const& post) {
    auto loading = load(id, post.request_id);
    auto found = co_await std::move(loading);
    if (!found) {
        co_return std::move(found.failure());
    }
    auto work = serve(std::move(*found), to, post);
    auto answer = co_await std::move(work);
    co_return answer;
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::serve(loaded known, detail::route to, http_post const& post) {
    auto const allowed = known.state->keys.check(post.authorization, now_ms() / 1000);
    if (!allowed) {
        return detail::at_once(detail::request_failure(200, allowed.failure().message, allowed.failure().code, post.request_id));
    }
    bool const is_private = to == detail::route::private_api;
    return is_private || to == detail::route::api ? serve_requests(std::move(known), is_private, post) : serve_other(std::move(known), to, post);
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::serve_other(loaded known, detail::route to, http_post const& post) {
    auto work = detail::answer_other(to, *known.state, *known.service, post);
    auto answer = co_await std::move(work);
    co_return answer;
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::serve_requests(loaded known, bool is_private, http_post const& post) {
    auto const& request_id = post.request_id;
    auto& target = *known.service;
    json_tape json;
    auto const found = detail::read_requests(post, json, options_.bounds);
    if (!found) {
        co_return found.failure();
    }
    if (post.read_only && !found->is_batch && !target.is_query(found->requests.front())) {
        co_return detail::only_by_post(request_id);
    }
    request_gate::pass pass;
    if (around_.gate) {
        auto entering = around_.gate->enter(known.id);
        auto entered = co_await std::move(entering);
        if (!entered) {
            co_return detail::not_let_in(entered.failure(), known.id, request_id);
        }
        pass = std::move(*entered);
    }
    auto const begun = around_.slow_query ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
    http_answer answer;
    if (!found->is_batch) {
        auto const& only = found->requests.front();
        auto work = is_private ? target.execute_private(to_request(only), request_id) : target.execute(only, request_id);
        auto one = co_await std::move(work);
        answer = detail::to_answer(std::move(one));
    } else {
        auto work = handle_batch(known, *found, is_private, request_id);
        answer = co_await std::move(work);
    }
    finish(answer, post, known.id, pass, begun);
    co_return answer;
}

REFRACT_DECL void application::finish(
    http_answer& answer, http_post const& post, std::string const& id, request_gate::pass const& pass, std::chrono::steady_clock::time_point begun
) const {
    if (pass.throttled()) {
        answer.throttled_ms = pass.waited().count();
    }
    if (!around_.slow_query) {
        return;
    }
    auto const took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    if (took < *around_.slow_query) {
        return;
    }
    auto const ms = std::to_string(took.count());
    std::string const query = "QUERY: " + std::string(detail::shortened(post.body, detail::max_logged_body));
    log::write(log::level::warn, "slow_query",
               {{"requestId", post.request_id}, {"projectId", id}, {"message", "SLOW QUERY - DURATION: " + ms}, {"query", query}});
}

REFRACT_DECL boost::asio::awaitable<http_answer> application::handle_batch(
    loaded const& target, request_views const& batch, bool is_private, std::string const& request_id
) {
    // One text that is no GraphQL refuses all of it: nothing runs.
    for (auto const& r : batch.requests) {
        if (auto fault = target.service->syntax_fault(r.query, request_id)) {
            co_return detail::to_answer(std::move(*fault));
        }
    }
    std::vector<std::string> answers;
    for (auto const& r : batch.requests) {
        auto work = is_private ? target.service->execute_private(to_request(r), request_id) : target.service->execute(r, request_id);
        auto one = co_await std::move(work);
        if (one.status != 200) {
            co_return detail::to_answer(std::move(one));
        }
        answers.emplace_back(one.bytes());
    }
    co_return http_answer{200, "application/json", detail::joined(answers), {}};
}

} // namespace refract::prisma1
