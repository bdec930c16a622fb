#pragma once

#include <refract/core/number.hpp>
#include <refract/core/text.hpp>
#include <refract/prisma1/json_text.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

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

/// Builds the value as Boost.JSON's own parser does, but for doubles: that one's are off by a unit in the last place now and then
/// (Boost 1.81), and a value has to come back as it was sent.
struct exact_handler {
    using code = boost::system::error_code;
    using text = boost::json::string_view;

    static constexpr std::size_t max_object_size = boost::json::object::max_size();
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    boost::json::value_stack stack;
    bool all_finite = true; ///< also those of a name that is written again, which no value keeps

    explicit exact_handler(boost::json::storage_ptr memory) { stack.reset(std::move(memory)); }

    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t n, code&) { return stack.push_object(n), true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t n, code&) { return stack.push_array(n), true; }
    bool on_key_part(text s, std::size_t, code&) { return stack.push_chars(s), true; }
    bool on_key(text s, std::size_t, code&) { return stack.push_key(s), true; }
    bool on_string_part(text s, std::size_t, code&) { return stack.push_chars(s), true; }
    bool on_string(text s, std::size_t, code&) { return stack.push_string(s), true; }
    bool on_number_part(text, code&) { return true; }
    bool on_int64(std::int64_t n, text, code&) { return stack.push_int64(n), true; }
    bool on_uint64(std::uint64_t n, text, code&) { return stack.push_uint64(n), true; }
    bool on_double(double d, text s, code&) {
        double exact = 0;
        auto const read = std::from_chars(s.data(), s.data() + s.size(), exact);
        // Out of range it stays as the library has it: infinity, which is refused, or zero.
        d = read.ec == std::errc{} ? exact : d;
        all_finite = all_finite && std::isfinite(d);
        stack.push_double(d);
        return true;
    }
    bool on_bool(bool b, code&) { return stack.push_bool(b), true; }
    bool on_null(code&) { return stack.push_null(), true; }
    bool on_comment_part(text, code&) { return true; }
    bool on_comment(text, code&) { return true; }
};

} // namespace detail

REFRACT_DECL result<boost::json::value> parse_json(std::string_view text, limits const& bounds, boost::json::storage_ptr memory) {
    if (detail::has_more_values(text, bounds.max_json_values)) {
        return error{errc::limit_exceeded, "The request holds more than " + std::to_string(bounds.max_json_values) + " values.", {}};
    }
    boost::json::parse_options options;
    options.max_depth = bounds.max_json_depth;
    boost::system::error_code failed;
    boost::json::basic_parser<detail::exact_handler> parser(options, std::move(memory));
    auto const read = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && read != text.size()) {
        failed = boost::json::error::extra_data;
    }
    if (failed == boost::json::error::too_deep) {
        return error{errc::limit_exceeded, "The request is nested more than " + std::to_string(bounds.max_json_depth) + " levels deep.", {}};
    }
    if (failed) {
        return error{errc::invalid_json, failed.message(), {}};
    }
    if (!parser.handler().all_finite) {
        return error{errc::invalid_json, "A number is too big.", {}};
    }
    return parser.handler().stack.release();
}

REFRACT_DECL void append_json(std::string& out, boost::json::value const& v) {
    switch (v.kind()) {
    case boost::json::kind::null: out += "null"; break;
    case boost::json::kind::bool_: out += v.get_bool() ? "true" : "false"; break;
    case boost::json::kind::int64: out += std::to_string(v.get_int64()); break;
    case boost::json::kind::uint64: out += std::to_string(v.get_uint64()); break;
    case boost::json::kind::double_: append_json_number(out, v.get_double() == 0 ? 0 : v.get_double()); break; // -0 is 0
    case boost::json::kind::string: append_json_string(out, std::string_view(v.get_string().data(), v.get_string().size())); break;
    case boost::json::kind::array: {
        char before = '[';
        for (auto const& item : v.get_array()) {
            out += std::exchange(before, ',');
            append_json(out, item);
        }
        out += v.get_array().empty() ? "[]" : "]";
        break;
    }
    case boost::json::kind::object: {
        char before = '{';
        for (auto const& field : v.get_object()) {
            out += std::exchange(before, ',');
            append_json_string(out, std::string_view(field.key().data(), field.key().size()));
            out += ':';
            append_json(out, field.value());
        }
        out += v.get_object().empty() ? "{}" : "}";
        break;
    }
    }
}

} // namespace refract::prisma1
