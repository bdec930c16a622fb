#pragma once

#include <refract/core/text.hpp>
#include <refract/db/decimal.hpp>
#include <refract/postgres/array_text.hpp>

#include <utility>

namespace refract::postgres::detail {

REFRACT_DECL std::uint32_t element_type(std::uint32_t array) noexcept {
    static constexpr std::pair<std::uint32_t, std::uint32_t> known[] = {
        {143, 142},   {199, 114},   {791, 790},   {1000, 16},   {1001, 17},   {1002, 18},   {1003, 19},   {1005, 21},   {1007, 23},
        {1009, 25},   {1014, 1042}, {1015, 1043}, {1016, 20},   {1021, 700},  {1022, 701},  {1028, 26},   {1041, 869},  {1115, 1114},
        {1182, 1082}, {1183, 1083}, {1185, 1184}, {1187, 1186}, {1231, 1700}, {1270, 1266}, {2951, 2950}, {3807, 3802},
    };
    for (auto const& [list, element] : known) {
        if (list == array) {
            return element;
        }
    }
    return 0;
}

REFRACT_DECL void append_raw_json(std::string& out, std::uint32_t type, std::string_view text) {
    switch (type) {
    case 16: out += text == "t" ? "true" : "false"; return; // bool
    case 20:
    case 21:
    case 23:
    case 26: out += text; return; // int8, int2, int4, oid
    case 700:
    case 701:
    case 1700: { // float4, float8, numeric
        auto const plain = db::plain_decimal(text);
        out += plain ? *plain : "null"; // NaN and the infinities are no JSON
        return;
    }
    case 1114:
    case 1184: { // timestamp, timestamptz: the zone of our sessions is UTC
        if (text.size() > 3 && text.substr(text.size() - 3) == "+00") {
            text.remove_suffix(3);
        }
        std::string jdbc(text);
        bool const has_seconds = text.size() > 2 && text[text.size() - 3] == ':';
        if (has_seconds) {
            jdbc += ".0";
        }
        append_json_string(out, jdbc);
        return;
    }
    default: append_json_string(out, text); return;
    }
}

/// Reads one array literal.
class array_reader {
public:
    array_reader(std::uint32_t element, std::string_view text) : element_(element), text_(text) {}

    REFRACT_DECL std::optional<std::string> read();

private:
    static constexpr int max_depth = 6; ///< PostgreSQL's own bound

    [[nodiscard]] bool at(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }
    REFRACT_DECL bool list(int depth);
    REFRACT_DECL bool item(int depth);
    REFRACT_DECL bool quoted();

    std::uint32_t element_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
};

REFRACT_DECL bool array_reader::quoted() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
        if (text_[at_] == '\\' && ++at_ == text_.size()) {
            return false;
        }
        value += text_[at_];
    }
    if (!at('"')) {
        return false;
    }
    ++at_;
    append_raw_json(out_, element_, value);
    return true;
}

REFRACT_DECL bool array_reader::item(int depth) {
    if (at('{')) {
        return list(depth + 1);
    }
    if (at('"')) {
        return quoted();
    }
    auto const end = text_.find_first_of(",}", at_);
    if (end == std::string_view::npos) {
        return false;
    }
    auto const value = text_.substr(at_, end - at_);
    at_ = end;
    if (value == "NULL") {
        out_ += "null";
    } else {
        append_raw_json(out_, element_, value);
    }
    return true;
}

REFRACT_DECL bool array_reader::list(int depth) {
    if (depth > max_depth || !at('{')) {
        return false;
    }
    ++at_;
    out_ += '[';
    bool first = true;
    while (!at('}')) {
        if (!first) {
            if (!at(',')) {
                return false;
            }
            ++at_;
            out_ += ',';
        }
        first = false;
        if (!item(depth)) {
            return false;
        }
    }
    ++at_;
    out_ += ']';
    return true;
}

REFRACT_DECL std::optional<std::string> array_reader::read() {
    if (at('[')) { // bounds other than 1: `[0:1]={...}`
        auto const equals = text_.find('=');
        at_ = equals == std::string_view::npos ? text_.size() : equals + 1;
    }
    if (!list(1) || at_ != text_.size()) {
        return std::nullopt;
    }
    return std::move(out_);
}

REFRACT_DECL std::optional<std::string> array_json(std::uint32_t element, std::string_view text) { return array_reader(element, text).read(); }

} // namespace refract::postgres::detail
