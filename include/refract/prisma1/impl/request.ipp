#pragma once

#include <refract/core/text.hpp>
#include <refract/graphql/violation.hpp>
#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/request.hpp>

#include <utility>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL graphql::input to_input(boost::json::value const& v) {
    switch (v.kind()) {
    case boost::json::kind::null: return {};
    case boost::json::kind::bool_: return graphql::make_input(v.get_bool());
    case boost::json::kind::int64: return graphql::make_input(v.get_int64());
    case boost::json::kind::uint64: {
        graphql::input out;
        out.kind = graphql::input_kind::integer;
        out.out_of_range = true;
        out.text = std::to_string(v.get_uint64());
        return out;
    }
    case boost::json::kind::double_: return graphql::make_input(v.get_double());
    case boost::json::kind::string: return graphql::make_input(std::string(v.get_string()));
    case boost::json::kind::array: {
        std::vector<graphql::input> items;
        for (auto const& item : v.get_array()) {
            items.push_back(to_input(item));
        }
        return graphql::make_input(std::move(items));
    }
    case boost::json::kind::object: {
        std::vector<graphql::input_field> fields;
        for (auto const& field : v.get_object()) {
            fields.push_back({std::string(field.key()), to_input(field.value())});
        }
        return graphql::make_input(std::move(fields));
    }
    }
    return {};
}

REFRACT_DECL result<request> to_request(boost::json::value const& v) {
    auto const* object = v.if_object();
    if (object == nullptr) {
        return error{errc::invalid_value, "request malformed", {}};
    }
    request out;
    auto const text = [&](char const* key, std::string& to) {
        auto const* found = object->if_contains(key);
        if (found == nullptr || found->is_null()) {
            return true;
        }
        if (!found->is_string()) {
            return false;
        }
        to = std::string(found->get_string());
        return true;
    };
    if (!text("query", out.query)) {
        return error{errc::invalid_value, "The key 'query' must be a string.", {}};
    }
    if (!text("operationName", out.operation_name)) {
        return error{errc::invalid_value, "The key 'operationName' must be a string.", {}};
    }
    if (auto const* variables = object->if_contains("variables"); variables != nullptr && !variables->is_null()) {
        if (!variables->is_object()) {
            return error{errc::invalid_value, "The key 'variables' must be an object.", {}};
        }
        out.variables = to_input(*variables);
    }
    return out;
}

} // namespace detail

REFRACT_DECL result<request_body> parse_request_body(std::string_view body, limits const& bounds) {
    boost::json::monotonic_resource memory;
    auto const parsed = parse_json(body, bounds, &memory);
    if (!parsed) {
        return parsed.failure();
    }
    auto const& json = *parsed;
    request_body out;
    out.is_batch = json.is_array();
    if (!out.is_batch) {
        auto one = detail::to_request(json);
        if (!one) {
            return one.failure();
        }
        out.requests.push_back(std::move(*one));
        return out;
    }
    if (json.get_array().size() > bounds.max_batch) {
        return error{
            errc::limit_exceeded, "A batch may hold at most " + std::to_string(bounds.max_batch) + " operations.", {}};
    }
    for (auto const& item : json.get_array()) {
        auto one = detail::to_request(item);
        if (!one) {
            return one.failure();
        }
        out.requests.push_back(std::move(*one));
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
