#pragma once

#include <refract/core/text.hpp>
#include <refract/prisma1/over_http.hpp>
#include <refract/prisma1/request.hpp>

#include <algorithm>
#include <array>

namespace refract::prisma1 {

namespace detail {

/// The status of what was not run.
REFRACT_DECL int specified_status(http_rules rules, http_answer const& answer) {
    if (answer.why == refusal::malformed) {
        return answer.status >= 400 && answer.status < 500 ? answer.status : 400;
    }
    if (rules == http_rules::json) {
        return answer.why == refusal::document ? 200 : answer.status;
    }
    switch (answer.why) {
    case refusal::document: return 400;
    case refusal::token: return 401;
    case refusal::not_found: return 404;
    case refusal::method: return 405;
    case refusal::busy: return 429;
    case refusal::unavailable: return 503;
    default: return 500;
    }
}

} // namespace detail

REFRACT_DECL http_answer apply_rules(http_rules rules, http_answer answer, std::string_view request_id) {
    if (rules == http_rules::original || answer.why == refusal::not_graphql) {
        return answer;
    }
    if (answer.why != refusal::none) {
        answer.status = detail::specified_status(rules, answer);
        constexpr std::string_view no_data = "{\"data\":null,";
        if (answer.content_type != "application/json") {
            answer.body = make_response(std::nullopt, {{std::move(answer.body), {}, {}, 0, std::string(request_id)}});
            answer.content_type = "application/json";
        } else if (answer.body.compare(0, no_data.size(), no_data) == 0) {
            answer.body.replace(0, no_data.size(), "{");
        }
    }
    // An array of answers is no response of the specification.
    auto const bytes = answer.shared_body ? std::string_view(*answer.shared_body) : std::string_view(answer.body);
    if (rules == http_rules::graphql_response && (bytes.empty() || bytes.front() != '[')) {
        answer.content_type = "application/graphql-response+json; charset=utf-8";
    }
    return answer;
}

REFRACT_DECL result<void> check_parameters(json_tape const& json) {
    if (json[0].kind != json_kind::object) {
        return {};
    }
    std::size_t const query = json.find(0, "query");
    if (query == 0 || json[query].kind != json_kind::string) {
        return error{errc::invalid_value, "The key 'query' must be a string.", {}};
    }
    std::size_t const extensions = json.find(0, "extensions");
    if (extensions != 0 && json[extensions].kind != json_kind::object && json[extensions].kind != json_kind::null) {
        return error{errc::invalid_value, "The key 'extensions' must be an object.", {}};
    }
    return {};
}

REFRACT_DECL result<std::string>
body_of_parameters(std::span<std::pair<std::string, std::string> const> parameters, limits const& bounds) {
    constexpr std::array<std::string_view, 4> names{"query", "operationName", "variables", "extensions"};
    constexpr std::size_t first_json = 2;
    std::string out = "{";
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto const is_it = [&](auto const& p) { return p.first == names[i]; };
        auto const found = std::find_if(parameters.begin(), parameters.end(), is_it);
        if (found == parameters.end()) {
            continue;
        }
        std::string const name(names[i]);
        if (std::find_if(found + 1, parameters.end(), is_it) != parameters.end()) {
            return error{errc::invalid_value, "The parameter '" + name + "' is there twice.", {}};
        }
        out += out.size() > 1 ? ",\"" : "\"";
        out += name;
        out += "\":";
        if (i < first_json) {
            append_json_string(out, found->second);
            continue;
        }
        json_tape json;
        if (auto const read = json.parse(found->second, bounds); !read) {
            return error{errc::invalid_value, "The parameter '" + name + "' is not JSON: " + read.failure().message, {}};
        }
        out += found->second;
    }
    return out + '}';
}

} // namespace refract::prisma1
