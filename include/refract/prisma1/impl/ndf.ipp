#pragma once

#include <refract/prisma1/json_text.hpp>
#include <refract/prisma1/ndf.hpp>

#include <cstddef>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

namespace refract::prisma1 {

REFRACT_DECL std::string_view to_string(ndf_kind kind) noexcept {
    switch (kind) {
    case ndf_kind::nodes: return "nodes";
    case ndf_kind::lists: return "lists";
    case ndf_kind::relations: return "relations";
    }
    return {};
}

namespace detail {

REFRACT_DECL std::optional<ndf_kind> to_ndf_kind(std::string_view name) {
    for (auto const kind : {ndf_kind::nodes, ndf_kind::lists, ndf_kind::relations}) {
        if (to_string(kind) == name) {
            return kind;
        }
    }
    return std::nullopt;
}

REFRACT_DECL error invalid(std::string message) { return {errc::invalid_value, std::move(message), {}}; }

/// Takes JSON events and keeps nothing: parsing with it tells whether a text is JSON.
struct json_checker {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    using code = boost::system::error_code;
    bool on_document_begin(code&) { return true; }
    bool on_document_end(code&) { return true; }
    bool on_object_begin(code&) { return true; }
    bool on_object_end(std::size_t, code&) { return true; }
    bool on_array_begin(code&) { return true; }
    bool on_array_end(std::size_t, code&) { return true; }
    bool on_key_part(boost::json::string_view, std::size_t, code&) { return true; }
    bool on_key(boost::json::string_view, std::size_t, code&) { return true; }
    bool on_string_part(boost::json::string_view, std::size_t, code&) { return true; }
    bool on_string(boost::json::string_view, std::size_t, code&) { return true; }
    bool on_number_part(boost::json::string_view, code&) { return true; }
    bool on_int64(std::int64_t, boost::json::string_view, code&) { return true; }
    bool on_uint64(std::uint64_t, boost::json::string_view, code&) { return true; }
    bool on_double(double, boost::json::string_view, code&) { return true; }
    bool on_bool(bool, code&) { return true; }
    bool on_null(code&) { return true; }
    bool on_comment_part(boost::json::string_view, code&) { return true; }
    bool on_comment(boost::json::string_view, code&) { return true; }
};

/// Nothing if the text is JSON.
REFRACT_DECL std::optional<error> json_fault(std::string_view text, std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::basic_parser<json_checker> parser(options);
    boost::system::error_code failed;
    auto const read = parser.write_some(false, text.data(), text.size(), failed);
    if (failed == boost::json::error::too_deep) {
        return error{errc::limit_exceeded, "The request is nested more than " + std::to_string(max_depth) + " levels deep.", {}};
    }
    if (failed) {
        return error{errc::invalid_json, failed.message(), {}};
    }
    if (read != text.size()) {
        return error{errc::invalid_json, "extra data", {}};
    }
    return std::nullopt;
}

/// Walks over JSON that is known to be valid, and gives the texts of its values.
class json_slicer {
public:
    explicit json_slicer(std::string_view text) : text_(text) {}

    /// Steps into an array or object. False if it is neither.
    bool enter(char open) {
        skip_space();
        if (at_ == text_.size() || text_[at_] != open) {
            return false;
        }
        ++at_;
        return true;
    }

    /// The next value, or key, behind an opening bracket, a comma or a colon. Nothing at the closing bracket.
    std::optional<std::string_view> next() {
        skip_space();
        if (at_ < text_.size() && (text_[at_] == ',' || text_[at_] == ':')) {
            ++at_;
            skip_space();
        }
        if (at_ == text_.size() || text_[at_] == ']' || text_[at_] == '}') {
            return std::nullopt;
        }
        auto const from = at_;
        skip_value();
        return text_.substr(from, at_ - from);
    }

private:
    void skip_space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
            ++at_;
        }
    }

    void skip_string() {
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            at_ += text_[at_] == '\\' ? 1U : 0U;
        }
        ++at_;
    }

    void skip_value() {
        std::size_t depth = 0;
        do {
            char const c = text_[at_];
            if (c == '"') {
                skip_string();
                continue;
            }
            depth += c == '{' || c == '[' ? 1U : 0U;
            depth -= c == '}' || c == ']' ? 1U : 0U;
            ++at_;
        } while (at_ < text_.size() && (depth > 0 || !ends_scalar(text_[at_], text_[at_ - 1])));
    }

    /// Whether a value at the outermost level is over before `c`.
    static bool ends_scalar(char c, char before) {
        bool const closed = before == '}' || before == ']' || before == '"';
        return closed || c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

/// The text of a JSON string, or nothing.
REFRACT_DECL std::optional<std::string> json_text_of(std::string_view text) {
    boost::system::error_code failed;
    auto const v = boost::json::parse({text.data(), text.size()}, failed);
    if (failed || !v.is_string()) {
        return std::nullopt;
    }
    return std::string(v.get_string());
}

REFRACT_DECL std::optional<std::int64_t> integer_of(boost::json::object const& from, boost::json::string_view key) {
    auto const* v = from.if_contains(key);
    if (v == nullptr || !v->is_int64()) {
        return std::nullopt;
    }
    return v->get_int64();
}

} // namespace detail

REFRACT_DECL result<export_request> parse_export_request(std::string_view body, limits const& bounds) {
    auto const json = parse_json(body, bounds);
    if (!json) {
        return json.failure();
    }
    auto const* object = json->if_object();
    auto const* type = object != nullptr ? object->if_contains("fileType") : nullptr;
    auto const* cursor = object != nullptr ? object->if_contains("cursor") : nullptr;
    if (type == nullptr || !type->is_string()) {
        return detail::invalid("The key 'fileType' must be a string.");
    }
    if (cursor == nullptr || !cursor->is_object()) {
        return detail::invalid("The key 'cursor' must be an object.");
    }
    auto const table = detail::integer_of(cursor->get_object(), "table");
    auto const row = detail::integer_of(cursor->get_object(), "row");
    if (!table || !row) {
        return detail::invalid("The keys 'table' and 'row' of the cursor must be integers.");
    }
    return export_request{detail::to_ndf_kind(std::string_view(type->get_string().data(), type->get_string().size())), {*table, *row}};
}

REFRACT_DECL result<import_request> parse_import_request(std::string_view body, limits const& bounds) {
    constexpr std::size_t levels_around_elements = 2;
    if (auto fault = detail::json_fault(body, bounds.max_json_depth + levels_around_elements)) {
        return std::move(*fault);
    }
    detail::json_slicer members(body);
    if (!members.enter('{')) {
        return detail::invalid("request malformed");
    }
    std::optional<ndf_kind> kind;
    std::optional<std::string_view> values;
    while (auto const key = members.next()) {
        auto const name = detail::json_text_of(*key);
        auto const value = members.next();
        if (name == "valueType") {
            kind = detail::to_ndf_kind(detail::json_text_of(*value).value_or(std::string()));
        } else if (name == "values") {
            values = value;
        }
    }
    if (!kind) {
        return detail::invalid("The key 'valueType' must be \"nodes\", \"lists\" or \"relations\".");
    }
    import_request out{*kind, {}};
    detail::json_slicer items(values.value_or(std::string_view()));
    if (!items.enter('[')) {
        return detail::invalid("The key 'values' must be an array.");
    }
    while (auto const item = items.next()) {
        if (out.elements.size() == bounds.max_json_values) {
            return error{
                errc::limit_exceeded, "The request holds more than " + std::to_string(bounds.max_json_values) + " values.", {}};
        }
        out.elements.push_back(*item);
    }
    return out;
}

} // namespace refract::prisma1
