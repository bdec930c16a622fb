#pragma once

#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/engine/impl/raw_json.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace refract::engine::detail {

/// `2016-01-01T10:00:00.120Z` as `2016-01-01 10:00:00.12`: one digit of the fraction at least.
REFRACT_DECL std::string jdbc_date_time(std::int64_t ms) {
    auto out = format_date_time(ms);
    out.pop_back();
    if (auto const t = out.find('T'); t != std::string::npos) {
        out[t] = ' ';
    }
    while (out.size() > 2 && out.back() == '0' && out[out.size() - 2] != '.') {
        out.pop_back();
    }
    return out;
}

REFRACT_DECL void append_number(std::string& out, std::string_view text) {
    // NaN and the infinities are no JSON.
    bool const finite = !text.empty() && (text.back() >= '0' && text.back() <= '9');
    out += finite ? text : std::string_view("null");
}

REFRACT_DECL void append_raw(std::string& out, db::cell const& c) {
    switch (c.type) {
    case db::value_type::null: out += "null"; return;
    case db::value_type::boolean: out += c.number != 0 ? "true" : "false"; return;
    case db::value_type::integer: out += std::to_string(c.number); return;
    case db::value_type::floating: append_number(out, db::plain_decimal(c.floating)); return;
    case db::value_type::decimal: append_number(out, c.text); return;
    case db::value_type::date_time: append_json_string(out, jdbc_date_time(c.number)); return;
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: append_json_string(out, c.text); return;
    }
}

REFRACT_DECL std::string raw_json(db::result_set const& rows) {
    auto const columns = rows.columns();
    if (columns == 0) {
        return std::to_string(rows.affected());
    }
    std::vector<std::size_t> wanted;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < columns; ++i) {
        bool again = false;
        for (std::size_t later = i + 1; later < columns; ++later) {
            again = again || rows.name(later) == rows.name(i);
        }
        if (!again) {
            wanted.push_back(i);
            keys.push_back(json_string(rows.name(i)) + ":");
        }
    }
    std::string out = "[";
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        row > 0 ? out += ",{" : out += "{";
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (i > 0) {
                out += ',';
            }
            out += keys[i];
            if (auto const own = rows.raw_json(row, wanted[i])) {
                out += *own;
            } else {
                append_raw(out, rows.cell(row, wanted[i]));
            }
        }
        out += '}';
    }
    out += ']';
    return out;
}

} // namespace refract::engine::detail
