#pragma once

#include <refract/prisma1/impl/json_tape_reader.hpp>
#include <refract/prisma1/json_tape.hpp>
#include <refract/prisma1/json_text.hpp>

#include <charconv>
#include <cmath>
#include <functional>
#include <system_error>

#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL bool has_more_values(std::string_view text, std::size_t allowed); // of json_text.ipp

/// What Boost.JSON's parser tells while it reads: names and signatures are its own.
class tape_writer {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
    using error_code = boost::json::error_code;
    using text = boost::json::string_view;

    tape_writer(json_tape& to, std::string_view source) : to_(to), source_(source) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return begin(json_kind::object); }
    bool on_object_end(std::size_t, error_code&) { return end(); }
    bool on_array_begin(error_code&) { return begin(json_kind::list); }
    bool on_array_end(std::size_t, error_code&) { return end(); }
    bool on_key_part(text s, std::size_t, error_code&) { return part(s); }
    bool on_key(text s, std::size_t, error_code&) { return string(s); }
    bool on_string_part(text s, std::size_t, error_code&) { return part(s); }
    bool on_string(text s, std::size_t, error_code&) { return string(s); }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t n, text, error_code&) {
        add(json_kind::integer).integer = n;
        return true;
    }
    bool on_uint64(std::uint64_t n, text, error_code&) {
        add(json_kind::natural).natural = n;
        return true;
    }
    bool on_double(double n, text s, error_code&) {
        // Boost 1.81's own doubles are off by a unit in the last place now and then. Out of range they stay: infinity, or zero.
        double exact = 0;
        auto const read = std::from_chars(s.data(), s.data() + s.size(), exact);
        n = read.ec == std::errc{} ? exact : n;
        add(json_kind::floating).floating = n;
        all_finite = all_finite && std::isfinite(n);
        return true;
    }
    bool on_bool(bool truth, error_code&) {
        add(json_kind::boolean).boolean = truth;
        return true;
    }
    bool on_null(error_code&) {
        add(json_kind::null);
        return true;
    }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

    bool all_finite = true;

private:
    json_item& add(json_kind kind) {
        auto& item = to_.items_.emplace_back();
        item.kind = kind;
        return item;
    }

    bool begin(json_kind kind) {
        open_.push_back(static_cast<std::uint32_t>(to_.items_.size()));
        add(kind);
        return true;
    }

    bool end() {
        to_.items_[open_.back()].size = static_cast<std::uint32_t>(to_.items_.size()) - open_.back();
        open_.pop_back();
        return true;
    }

    bool part(text s) {
        if (!in_parts_) {
            in_parts_ = true;
            to_.unescaped_.emplace_front();
        }
        to_.unescaped_.front().append(s.data(), s.size());
        return true;
    }

    bool string(text s) {
        std::less_equal<char const*> const before{};
        bool const in_source = before(source_.data(), s.data()) && before(s.data() + s.size(), source_.data() + source_.size());
        if (in_parts_ || !in_source) {
            part(s);
            add(json_kind::string).text = to_.unescaped_.front();
        } else {
            add(json_kind::string).text = {s.data(), s.size()};
        }
        in_parts_ = false;
        return true;
    }

    json_tape& to_;
    std::string_view source_;
    boost::container::small_vector<std::uint32_t, 16> open_{};
    bool in_parts_ = false;
};

} // namespace detail

REFRACT_DECL result<void> json_tape::parse(std::string_view text, limits const& bounds) {
    items_.clear();
    unescaped_.clear();
    if (detail::has_more_values(text, bounds.max_json_values)) {
        return error{errc::limit_exceeded, "The request holds more than " + std::to_string(bounds.max_json_values) + " values.", {}};
    }
    constexpr std::size_t bytes_per_item = 8; // or more, of what clients send
    constexpr std::size_t most_at_once = 4096;
    items_.reserve(std::min(text.size() / bytes_per_item, most_at_once));
    if (detail::tape_reader(*this, text, bounds).read()) {
        return {};
    }
    items_.clear();
    unescaped_.clear();
    boost::json::parse_options options;
    options.max_depth = bounds.max_json_depth;
    boost::json::basic_parser<detail::tape_writer> parser(options, *this, text);
    boost::system::error_code failed;
    std::size_t const read = parser.write_some(false, text.data(), text.size(), failed);
    if (!failed && read < text.size()) {
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
    return {};
}

REFRACT_DECL std::size_t json_tape::find(std::size_t object, std::string_view name) const noexcept {
    std::size_t found = 0;
    std::size_t const end = object + items_[object].size;
    for (std::size_t at = object + 1; at < end; at += 1 + items_[at + 1].size) {
        found = items_[at].text == name ? at + 1 : found;
    }
    return found;
}

} // namespace refract::prisma1
