#pragma once

#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/postgres/result.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>

namespace refract::postgres::detail {

/// Object ids of built-in types: the same on every server.
/// Source: PostgreSQL 15, src/include/catalog/pg_type.dat.
enum oid : Oid {
    oid_bool = 16,
    oid_bytea = 17,
    oid_int8 = 20,
    oid_int2 = 21,
    oid_int4 = 23,
    oid_oid = 26,
    oid_json = 114,
    oid_float4 = 700,
    oid_float8 = 701,
    oid_date = 1082,
    oid_timestamp = 1114,
    oid_timestamptz = 1184,
    oid_numeric = 1700,
    oid_uuid = 2950,
    oid_jsonb = 3802
};

/// 2000-01-01, PostgreSQL's first day, in milliseconds since 1970.
inline constexpr std::int64_t postgres_epoch_ms = 946'684'800'000;

/// A big-endian number; zero if there are too few bytes.
template <class Unsigned> Unsigned read_number(std::string_view bytes, std::size_t at = 0) {
    Unsigned value = 0;
    if (at + sizeof(Unsigned) > bytes.size()) {
        return value;
    }
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value = static_cast<Unsigned>((value << 8U) | static_cast<unsigned char>(bytes[at + i]));
    }
    return value;
}

REFRACT_DECL std::string numeric_text(std::string_view bytes) {
    auto const count = read_number<std::uint16_t>(bytes);
    auto const weight = static_cast<std::int16_t>(read_number<std::uint16_t>(bytes, 2));
    auto const sign = read_number<std::uint16_t>(bytes, 4);
    switch (sign) {
    case 0xC000U: return "NaN";
    case 0xD000U: return "Infinity";
    case 0xF000U: return "-Infinity";
    default: break;
    }
    // Groups of four digits; group i counts 10000^(weight - i).
    std::string out = sign == 0x4000U ? "-" : "";
    auto const append_group = [&](int i, bool pad) {
        unsigned group = i >= 0 && i < count ? read_number<std::uint16_t>(bytes, 8 + static_cast<std::size_t>(i) * 2) : 0U;
        char four[4] = {'0', '0', '0', '0'};
        for (int k = 3; k >= 0; --k, group /= 10) {
            four[k] = static_cast<char>('0' + group % 10);
        }
        std::size_t skip = 0;
        while (!pad && skip < 3 && four[skip] == '0') {
            ++skip;
        }
        out.append(four + skip, 4 - skip);
    };
    if (count == 0) {
        return "0";
    }
    if (weight < 0) {
        out += '0';
    }
    for (int i = 0; i <= weight; ++i) {
        append_group(i, i > 0);
    }
    if (count > weight + 1) {
        out += '.';
        for (int i = weight + 1; i < 0; ++i) {
            out += "0000";
        }
        for (int i = std::max(0, weight + 1); i < count; ++i) {
            append_group(i, true);
        }
        out.erase(out.find_last_not_of('0') + 1);
        if (out.back() == '.') {
            out.pop_back();
        }
    }
    return out;
}

REFRACT_DECL void append_hexadecimal(std::string& out, unsigned char byte) {
    constexpr char digits[] = "0123456789abcdef";
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
}

REFRACT_DECL std::string uuid_text(std::string_view bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            out.push_back('-');
        }
        append_hexadecimal(out, static_cast<unsigned char>(bytes[i]));
    }
    return out;
}

/// As the server writes it with bytea_output = hex.
REFRACT_DECL std::string bytea_text(std::string_view bytes) {
    std::string out = "\\x";
    for (auto const c : bytes) {
        append_hexadecimal(out, static_cast<unsigned char>(c));
    }
    return out;
}

/// The double that is written with the same digits: 1.1 stays 1.1.
REFRACT_DECL double widen(float f) {
    char buffer[64];
    auto const [end, ec] = std::to_chars(buffer, buffer + sizeof(buffer), f);
    double wide = f;
    if (ec == std::errc()) {
        std::from_chars(buffer, end, wide);
    }
    return wide;
}

REFRACT_DECL db::cell integer_cell(std::int64_t number) { return {db::value_type::integer, number, 0, {}}; }
REFRACT_DECL db::cell floating_cell(double number) { return {db::value_type::floating, 0, number, {}}; }
REFRACT_DECL db::cell text_cell(std::string_view text) { return {db::value_type::text, 0, 0, text}; }

/// A date of `units` since 2000; the largest and the smallest number stand for infinity.
template <class Integer> db::cell date_cell(Integer units, std::int64_t units_per_ms, std::int64_t ms_per_unit) {
    if (units == std::numeric_limits<Integer>::max()) {
        return text_cell("infinity");
    }
    if (units == std::numeric_limits<Integer>::min()) {
        return text_cell("-infinity");
    }
    auto ms = static_cast<std::int64_t>(units) * ms_per_unit;
    auto const rest = ms % units_per_ms;
    ms = ms / units_per_ms - (rest < 0 ? 1 : 0);
    return {db::value_type::date_time, ms + postgres_epoch_ms, 0, {}};
}

REFRACT_DECL db::cell binary_cell(Oid type, std::string_view bytes) {
    switch (type) {
    case oid_bool: return {db::value_type::boolean, !bytes.empty() && bytes[0] != 0 ? 1 : 0, 0, {}};
    case oid_int2: return integer_cell(static_cast<std::int16_t>(read_number<std::uint16_t>(bytes)));
    case oid_int4: return integer_cell(static_cast<std::int32_t>(read_number<std::uint32_t>(bytes)));
    case oid_int8: return integer_cell(static_cast<std::int64_t>(read_number<std::uint64_t>(bytes)));
    case oid_oid: return integer_cell(read_number<std::uint32_t>(bytes));
    case oid_float4: return floating_cell(widen(std::bit_cast<float>(read_number<std::uint32_t>(bytes))));
    case oid_float8: return floating_cell(std::bit_cast<double>(read_number<std::uint64_t>(bytes)));
    case oid_date: return date_cell(static_cast<std::int32_t>(read_number<std::uint32_t>(bytes)), 1, 86'400'000);
    case oid_timestamp:
    case oid_timestamptz: return date_cell(static_cast<std::int64_t>(read_number<std::uint64_t>(bytes)), 1'000, 1);
    case oid_json: return {db::value_type::json, 0, 0, bytes};
    case oid_jsonb: return {db::value_type::json, 0, 0, bytes.substr(std::min<std::size_t>(1, bytes.size()))};
    default: return text_cell(bytes);
    }
}

REFRACT_DECL db::cell text_date_cell(std::string_view text) {
    auto iso = std::string(text);
    std::replace(iso.begin(), iso.end(), ' ', 'T');
    auto const ms = parse_date_time(iso);
    return ms ? db::cell{db::value_type::date_time, *ms, 0, {}} : text_cell(text);
}

REFRACT_DECL db::cell textual_cell(Oid type, std::string_view text) {
    switch (type) {
    case oid_bool: return {db::value_type::boolean, text == "t" ? 1 : 0, 0, {}};
    case oid_int2:
    case oid_int4:
    case oid_int8:
    case oid_oid: {
        std::int64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return integer_cell(number);
    }
    case oid_float4:
    case oid_float8: {
        double number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return floating_cell(number);
    }
    case oid_date:
    case oid_timestamp:
    case oid_timestamptz: return text_date_cell(text);
    case oid_uuid: return {db::value_type::uuid, 0, 0, text};
    case oid_json:
    case oid_jsonb: return {db::value_type::json, 0, 0, text};
    default: return text_cell(text);
    }
}

REFRACT_DECL received_rows::received_rows(result_ptr received)
    : received_(std::move(received)), rows_(static_cast<std::size_t>(PQntuples(received_.get()))) {
    auto const count = PQnfields(received_.get());
    for (int i = 0; i < count; ++i) {
        column_form c{PQftype(received_.get(), i), PQfformat(received_.get(), i) == 1, as_received};
        if (c.type == oid_numeric || (c.binary && (c.type == oid_uuid || c.type == oid_bytea))) {
            c.converted = converted_++;
        }
        columns_.push_back(c);
    }
    if (converted_ > 0) {
        convert_texts();
    }
}

REFRACT_DECL void received_rows::convert_texts() {
    texts_.resize(rows_ * converted_);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        auto const& c = columns_[i];
        for (std::size_t row = 0; c.converted != as_received && row < rows_; ++row) {
            auto const raw = bytes(row, i);
            auto& text = texts_[row * converted_ + c.converted];
            if (PQgetisnull(received_.get(), static_cast<int>(row), static_cast<int>(i)) != 0) {
                continue;
            }
            if (c.type == oid_numeric) {
                text = c.binary ? numeric_text(raw) : db::plain_decimal(raw).value_or(std::string(raw));
            } else {
                text = c.type == oid_uuid ? uuid_text(raw) : bytea_text(raw);
            }
        }
    }
}

REFRACT_DECL std::string_view received_rows::bytes(std::size_t row, std::size_t column) const noexcept {
    auto const r = static_cast<int>(row);
    auto const c = static_cast<int>(column);
    return {PQgetvalue(received_.get(), r, c), static_cast<std::size_t>(PQgetlength(received_.get(), r, c))};
}

REFRACT_DECL db::cell received_rows::cell(std::size_t row, std::size_t column) const {
    if (PQgetisnull(received_.get(), static_cast<int>(row), static_cast<int>(column)) != 0) {
        return {};
    }
    auto const& c = columns_[column];
    if (c.converted != as_received) {
        auto const& text = texts_[row * converted_ + c.converted];
        switch (c.type) {
        case oid_numeric: return {db::value_type::decimal, 0, 0, text};
        case oid_uuid: return {db::value_type::uuid, 0, 0, text};
        default: return text_cell(text);
        }
    }
    return c.binary ? binary_cell(c.type, bytes(row, column)) : textual_cell(c.type, bytes(row, column));
}

REFRACT_DECL std::uint64_t received_rows::affected() const noexcept {
    std::string_view const text = PQcmdTuples(received_.get());
    std::uint64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

REFRACT_DECL std::string_view received_rows::name(std::size_t column) const {
    auto const* text = PQfname(received_.get(), static_cast<int>(column));
    return text != nullptr ? text : "";
}

/// `YYYY-MM-DD HH:MM:SS.mmm`, with ` BC` for what is before the year 1.
REFRACT_DECL std::string date_time_text(std::int64_t ms) {
    auto text = format_date_time(ms);
    if (!text.empty() && text.back() == 'Z') {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), 'T', ' ');
    auto const dash = text.find('-', 1);
    std::int64_t year = 0;
    std::from_chars(text.data(), text.data() + dash, year);
    if (year > 0) {
        return text;
    }
    auto before = std::to_string(1 - year);
    before.insert(0, before.size() < 4 ? 4 - before.size() : 0, '0');
    return before + text.substr(dash) + " BC";
}

REFRACT_DECL char const* parameter_text(db::value const& v, std::string& text) {
    switch (v.type()) {
    case db::value_type::null: return nullptr;
    case db::value_type::boolean: text = v.number() != 0 ? "t" : "f"; break;
    case db::value_type::integer: text = std::to_string(v.number()); break;
    case db::value_type::floating: text = db::plain_decimal(v.floating_value()); break;
    case db::value_type::date_time: text = date_time_text(v.number()); break;
    case db::value_type::decimal:
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: return v.text_value().c_str();
    }
    return text.c_str();
}

} // namespace refract::postgres::detail
