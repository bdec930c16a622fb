#pragma once

#include <refract/core/text.hpp>
#include <refract/graphql/violation.hpp>
#include <refract/prisma1/request.hpp>

#include <unordered_map>
#include <utility>

namespace refract::prisma1 {

namespace detail {

/// The value at a position. A name that is there twice has the last of its values, at the place of the first.
REFRACT_DECL graphql::input to_input(json_tape const& json, std::size_t at) {
    auto const& v = json[at];
    std::size_t const end = at + v.size;
    switch (v.kind) {
    case json_kind::null: break;
    case json_kind::boolean: return graphql::make_input(v.boolean);
    case json_kind::integer: return graphql::make_input(v.integer);
    case json_kind::natural: {
        graphql::input out;
        out.kind = graphql::input_kind::integer;
        out.out_of_range = true;
        out.text = std::to_string(v.natural);
        return out;
    }
    case json_kind::floating: return graphql::make_input(v.floating);
    case json_kind::string: return graphql::make_input(std::string(v.text));
    case json_kind::list: {
        std::vector<graphql::input> items;
        for (std::size_t i = at + 1; i < end; i += json[i].size) {
            items.push_back(to_input(json, i));
        }
        return graphql::make_input(std::move(items));
    }
    case json_kind::object: {
        std::vector<graphql::input_field> fields;
        std::unordered_map<std::string_view, std::size_t> known;
        for (std::size_t i = at + 1; i < end; i += 1 + json[i + 1].size) {
            auto const [place, is_new] = known.emplace(json[i].text, fields.size());
            if (is_new) {
                fields.push_back({std::string(json[i].text), {}});
            }
            fields[place->second].value = to_input(json, i + 1);
        }
        return graphql::make_input(std::move(fields));
    }
    }
    return {};
}

/// The request at a position.
REFRACT_DECL result<request_view> find_request(json_tape const& json, std::size_t at) {
    if (json[at].kind != json_kind::object) {
        return error{errc::invalid_value, "request malformed", {}};
    }
    request_view out;
    out.json = &json;
    auto const text = [&](std::string_view key, std::string_view& to) {
        std::size_t const found = json.find(at, key);
        if (found == 0 || json[found].kind == json_kind::null) {
            return true;
        }
        to = json[found].text;
        return json[found].kind == json_kind::string;
    };
    if (!text("query", out.query)) {
        return error{errc::invalid_value, "The key 'query' must be a string.", {}};
    }
    if (!text("operationName", out.operation_name)) {
        return error{errc::invalid_value, "The key 'operationName' must be a string.", {}};
    }
    std::size_t const variables = json.find(at, "variables");
    if (variables != 0 && json[variables].kind != json_kind::null) {
        if (json[variables].kind != json_kind::object) {
            return error{errc::invalid_value, "The key 'variables' must be an object.", {}};
        }
        out.variables = variables;
    }
    return out;
}

} // namespace detail

REFRACT_DECL result<request_views> find_requests(json_tape const& json, limits const& bounds) {
    request_views out;
    out.is_batch = json[0].kind == json_kind::list;
    std::size_t const end = json[0].size;
    for (std::size_t at = out.is_batch ? 1U : 0U; at < end; at += json[at].size) {
        if (out.requests.size() == bounds.max_batch) {
            return error{errc::limit_exceeded, "A batch may hold at most " + std::to_string(bounds.max_batch) + " operations.", {}};
        }
        out.requests.emplace_back().variables = at;
    }
    for (auto& r : out.requests) {
        auto found = detail::find_request(json, r.variables);
        if (!found) {
            return found.failure();
        }
        r = *found;
    }
    return out;
}

REFRACT_DECL request to_request(request_view const& r) {
    request out;
    out.query = r.query;
    out.operation_name = r.operation_name;
    if (r.variables != 0) {
        out.variables = detail::to_input(*r.json, r.variables);
    }
    return out;
}

REFRACT_DECL result<request_body> parse_request_body(std::string_view body, limits const& bounds) {
    json_tape json;
    if (auto const parsed = json.parse(body, bounds); !parsed) {
        return parsed.failure();
    }
    auto const found = find_requests(json, bounds);
    if (!found) {
        return found.failure();
    }
    request_body out;
    out.is_batch = found->is_batch;
    for (auto const& r : found->requests) {
        out.requests.push_back(to_request(r));
    }
    return out;
}

REFRACT_DECL void append_json(std::string& out, response_error const& e) {
    out += '{';
    if (!e.locations.empty()) {
        out += "\"locations\":[";
        for (std::size_t i = 0; i < e.locations.size(); ++i) {
            out += i > 0 ? "," : "";
            out += "{\"line\":" + std::to_string(e.locations[i].line) + ",\"column\":" + std::to_string(e.locations[i].column) + "}";
        }
        out += "],";
    }
    if (!e.path.empty()) {
        out += "\"path\":" + e.path + ",";
    }
    if (e.code != 0) {
        out += "\"code\":" + std::to_string(e.code) + ",";
    }
    out += "\"message\":";
    append_json_string(out, e.message);
    if (!e.request_id.empty()) {
        out += ",\"requestId\":";
        append_json_string(out, e.request_id);
    }
    out += '}';
}

REFRACT_DECL std::string make_response(std::optional<std::string_view> data, std::vector<response_error> const& errors) {
    std::string out = "{";
    if (data) {
        out += "\"data\":";
        out += *data;
    }
    if (!errors.empty()) {
        out += data ? ",\"errors\":[" : "\"errors\":[";
        for (std::size_t i = 0; i < errors.size(); ++i) {
            out += i > 0 ? "," : "";
            append_json(out, errors[i]);
        }
        out += ']';
    }
    out += '}';
    return out;
}

REFRACT_DECL std::string syntax_error_text(error const& e, std::string_view text) {
    std::string message = "Syntax error while parsing GraphQL query. ";
    if (e.where.offset < text.size()) {
        std::size_t end = e.where.offset + std::size_t{1};
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
            ++end; // the rest of a UTF-8 character
        }
        message += "Invalid input '";
        message += text.substr(e.where.offset, end - e.where.offset);
        message += "'. ";
    } else {
        message += "Unexpected end of input. ";
    }
    constexpr std::string_view prefix = "Syntax Error: ";
    auto const detail = std::string_view(e.message);
    message += detail.substr(0, prefix.size()) == prefix ? detail.substr(prefix.size()) : detail;
    return graphql::make_violation(graphql::message_style::sangria, text, std::move(message), {e.where}).message;
}

REFRACT_DECL std::string internal_error_text(std::string_view request_id) {
    return "Whoops. Looks like an internal server error. Search your server logs for request ID: " + std::string(request_id);
}

} // namespace refract::prisma1
