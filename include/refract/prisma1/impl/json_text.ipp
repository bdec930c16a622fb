#pragma once

#include <refract/prisma1/json_text.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <boost/json/parse.hpp>

namespace refract::prisma1 {

namespace detail {

/// Whether a text holds more values than allowed: each but the first of a list or an object has a comma before it.
REFRACT_DECL bool has_more_values(std::string_view text, std::size_t allowed) {
    if (text.size() <= allowed) {
        return false;
    }
    std::size_t values = 1;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '"') {
            quoted = !quoted;
        } else if (quoted) {
            i += c == '\\' ? 1U : 0U;
        } else {
            values += c == ',' || c == '[' || c == '{' ? 1U : 0U;
        }
    }
    return values > allowed;
}

REFRACT_DECL bool is_finite(boost::json::value const& v) {
    if (auto const* number = v.if_double()) {
        return std::isfinite(*number);
    }
    if (auto const* items = v.if_array()) {
        return std::all_of(items->begin(), items->end(), is_finite);
    }
    if (auto const* fields = v.if_object()) {
        return std::all_of(fields->begin(), fields->end(), [](auto const& field) { return is_finite(field.value()); });
    }
    return true;
}

} // namespace detail

REFRACT_DECL result<boost::json::value> parse_json(std::string_view text, limits const& bounds, boost::json::storage_ptr memory) {
    if (detail::has_more_values(text, bounds.max_json_values)) {
        return error{errc::limit_exceeded, "The request holds more than " + std::to_string(bounds.max_json_values) + " values.", {}};
    }
    boost::json::parse_options options;
    options.max_depth = bounds.max_json_depth;
    boost::system::error_code failed;
    auto parsed = boost::json::parse({text.data(), text.size()}, failed, std::move(memory), options);
    if (failed == boost::json::error::too_deep) {
        return error{errc::limit_exceeded, "The request is nested more than " + std::to_string(bounds.max_json_depth) + " levels deep.", {}};
    }
    if (failed) {
        return error{errc::invalid_json, failed.message(), {}};
    }
    if (!detail::is_finite(parsed)) {
        return error{errc::invalid_json, "A number is too big.", {}};
    }
    return parsed;
}

} // namespace refract::prisma1
