#pragma once

#include <refract/core/limits.hpp>
#include <refract/core/time.hpp>
#include <refract/datamodel/check.hpp>
#include <refract/datamodel/impl/problems.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace refract::datamodel {
namespace detail {

/// Whether a text is one JSON value. RFC 8259; nesting bounded by limits::max_json_depth.
class json_recogniser {
public:
    explicit json_recogniser(std::string_view json) : text_(json) {}

    [[nodiscard]] bool accepts() {
        bool const ok = value(limits{}.max_json_depth);
        space();
        return ok && at_ == text_.size();
    }

private:
    [[nodiscard]] bool take(char c) {
        bool const ok = at_ < text_.size() && text_[at_] == c;
        at_ += ok ? 1 : 0;
        return ok;
    }

    [[nodiscard]] bool take(std::string_view word) {
        bool const ok = text_.substr(at_, word.size()) == word;
        at_ += ok ? word.size() : 0;
        return ok;
    }

    void space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    [[nodiscard]] bool digits() {
        auto const begin = at_;
        at_ = std::min(text_.find_first_not_of("0123456789", at_), text_.size());
        return at_ > begin;
    }

    [[nodiscard]] bool number() {
        static_cast<void>(take('-'));
        if (!take('0') && !digits()) {
            return false;
        }
        if (take('.') && !digits()) {
            return false;
        }
        if (take('e') || take('E')) {
            static_cast<void>(take('+') || take('-'));
            return digits();
        }
        return true;
    }

    [[nodiscard]] bool string() {
        if (!take('"')) {
            return false;
        }
        while (at_ < text_.size() && text_[at_] != '"') {
            auto const c = static_cast<unsigned char>(text_[at_++]);
            if (c < 0x20) {
                return false;
            }
            if (c == '\\' && !escape()) {
                return false;
            }
        }
        return take('"');
    }

    [[nodiscard]] bool escape() {
        if (at_ == text_.size()) {
            return false;
        }
        char const c = text_[at_++];
        if (c != 'u') {
            return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        }
        auto const hex = text_.substr(at_, 4);
        at_ += hex.size();
        return hex.size() == 4 && hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    }

    [[nodiscard]] bool members(char close, bool named, std::uint32_t depth) {
        space();
        if (take(close)) {
            return true;
        }
        do {
            space();
            if (named) {
                if (!string()) {
                    return false;
                }
                space();
                if (!take(':')) {
                    return false;
                }
            }
            if (!value(depth)) {
                return false;
            }
            space();
        } while (take(','));
        return take(close);
    }

    [[nodiscard]] bool value(std::uint32_t depth) {
        space();
        if (depth == 0 || at_ == text_.size()) {
            return false;
        }
        switch (text_[at_]) {
        case '{': ++at_; return members('}', true, depth - 1);
        case '[': ++at_; return members(']', false, depth - 1);
        case '"': return string();
        case 't': return take("true");
        case 'f': return take("false");
        case 'n': return take("null");
        default: return number();
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

template <class Number> bool reads_as(std::string_view digits) {
    Number n{};
    auto const read = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
}

REFRACT_DECL bool fits(field_type type, graphql::ast::value const& v) {
    using graphql::ast::value_kind;
    bool const is_string = v.kind == value_kind::string && v.text.find('\0') == std::string_view::npos;
    switch (type) {
    case field_type::string: return is_string;
    case field_type::date_time: return is_string && parse_date_time(v.text).has_value();
    case field_type::json: return is_string && json_recogniser(v.text).accepts();
    case field_type::integer: return v.kind == value_kind::integer && reads_as<std::int32_t>(v.text);
    case field_type::floating:
        return (v.kind == value_kind::integer || v.kind == value_kind::floating) && reads_as<double>(v.text);
    case field_type::boolean: return v.kind == value_kind::boolean;
    case field_type::enumeration: return v.kind == value_kind::enumeration;
    case field_type::id:
    case field_type::uuid:
    case field_type::relation: return false;
    }
    return false;
}

} // namespace detail

REFRACT_DECL std::string_view type_code(field_type t) noexcept { return t == field_type::id ? "GraphQLID" : to_string(t); }

REFRACT_DECL std::optional<std::string> check_default(
    declarations const& all, field_declaration const& field, graphql::ast::value const& literal
) {
    if (!detail::fits(field.type, literal)) {
        return detail::text("The value ", to_string(literal), " is not a valid default for fields of type ", type_code(field.type), ".");
    }
    if (field.type == field_type::enumeration) {
        auto const& values = all.enums[field.enum_type].values;
        if (std::find(values.begin(), values.end(), literal.text) == values.end()) {
            std::string list;
            for (auto const& v : values) {
                list.append(list.empty() ? "" : ", ").append(v);
            }
            return detail::text("The default value is invalid for this enum. Valid values are: ", list, ".");
        }
    }
    return std::nullopt;
}

} // namespace refract::datamodel
