#pragma once

#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/postgres/array_text.hpp>
#include <refract/postgres/result.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>

namespace refract::postgres::detail {

/// Object ids of built-in types: the same on every server.
/// Source: PostgreSQL 15, src/include/catalog/pg_type.dat.
enum oid : std::uint32_t {
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
    return at + sizeof(Unsigned) > bytes.size() ? Unsigned{0} : load_number<Unsigned>(bytes.data() + at);
}

REFRACT_DECL void append_numeric(std::string& out, std::string_view bytes) {
    auto const count = read_number<std::uint16_t>(bytes);
    auto const weight = static_cast<std::int16_t>(read_number<std::uint16_t>(bytes, 2));
    auto const sign = read_number<std::uint16_t>(bytes, 4);
    switch (sign) {
    case 0xC000U: out += "NaN"; return;
    case 0xD000U: out += "Infinity"; return;
    case 0xF000U: out += "-Infinity"; return;
    default: break;
    }
    // Groups of four digits; group i counts 10000^(weight - i).
    if (sign == 0x4000U) {
        out += '-';
    }
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
        out += '0';
        return;
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

REFRACT_DECL db::cell binary_cell(std::uint32_t type, std::string_view bytes) {
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

REFRACT_DECL db::cell textual_cell(std::uint32_t type, std::string_view text) {
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

// --- binary cells to JSON -------------------------------------------------------------------------------------------

template <class Unsigned, class Signed> void json_integer(json_buffer& out, std::string_view bytes) {
    out.integer(static_cast<Signed>(read_number<Unsigned>(bytes)));
}

REFRACT_DECL void json_boolean(json_buffer& out, std::string_view bytes) {
    out.raw(!bytes.empty() && bytes[0] != 0 ? std::string_view("true") : std::string_view("false"));
}

REFRACT_DECL void json_float4(json_buffer& out, std::string_view bytes) {
    out.number(widen(std::bit_cast<float>(read_number<std::uint32_t>(bytes))));
}

REFRACT_DECL void json_float8(json_buffer& out, std::string_view bytes) {
    out.number(std::bit_cast<double>(read_number<std::uint64_t>(bytes)));
}

REFRACT_DECL void json_text(json_buffer& out, std::string_view bytes) { out.text(bytes); }

REFRACT_DECL void json_as_it_is(json_buffer& out, std::string_view bytes) { out.raw(bytes); }

/// Without the version in front.
REFRACT_DECL void json_jsonb(json_buffer& out, std::string_view bytes) { out.raw(bytes.substr(std::min<std::size_t>(1, bytes.size()))); }

template <std::uint32_t Type> void json_date(json_buffer& out, std::string_view bytes) {
    auto const c = binary_cell(Type, bytes);
    if (c.type == db::value_type::date_time) {
        out.date_time(c.number);
    } else {
        out.text(c.text);
    }
}

REFRACT_DECL void json_uuid(json_buffer& out, std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    char* to = out.room(bytes.size() * 2 + 6);
    char* const start = to;
    *to++ = '"';
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *to++ = '-';
        }
        auto const byte = static_cast<unsigned char>(bytes[i]);
        *to++ = digits[byte >> 4U];
        *to++ = digits[byte & 15U];
    }
    *to++ = '"';
    out.advance(static_cast<std::size_t>(to - start));
}

/// Of up to 18 digits in front of the point and 16 behind it, which is nearly all there are; the others the long way.
REFRACT_DECL void json_numeric(json_buffer& out, std::string_view bytes) {
    auto const count = read_number<std::uint16_t>(bytes);
    auto const weight = static_cast<std::int16_t>(read_number<std::uint16_t>(bytes, 2));
    auto const sign = read_number<std::uint16_t>(bytes, 4);
    bool const is_short = (sign == 0 || sign == 0x4000U) && weight >= -1 && weight < 4 && count <= weight + 5 &&
                          bytes.size() >= 8 + std::size_t{2} * count;
    if (!is_short) {
        std::string text;
        append_numeric(text, bytes);
        out.raw(text);
        return;
    }
    auto const group = [&](int i) -> unsigned { return i < count ? load_number<std::uint16_t>(bytes.data() + 8 + i * 2) % 10'000U : 0U; };
    std::int64_t whole = 0;
    for (int i = 0; i <= weight; ++i) {
        whole = whole * 10'000 + group(i);
    }
    char* const to = out.room(40);
    char* at = to;
    if (sign != 0 && count > 0) {
        *at++ = '-';
    }
    at = std::to_chars(at, at + 20, whole).ptr;
    if (count > weight + 1) {
        *at++ = '.';
        for (int i = weight + 1; i < count; ++i, at += 4) {
            auto digits = group(i);
            for (int k = 3; k >= 0; --k, digits /= 10) {
                at[k] = static_cast<char>('0' + digits % 10);
            }
        }
        while (at[-1] == '0') {
            --at;
        }
        at -= at[-1] == '.' ? 1 : 0;
    }
    out.advance(static_cast<std::size_t>(at - to));
}

// --- rows -----------------------------------------------------------------------------------------------------------

REFRACT_DECL void received_rows::enlarge(std::size_t cells) {
    auto larger = std::unique_ptr<db::cell_place[]>(new db::cell_place[cells]);
    std::copy_n(places_.get(), rows_ * columns(), larger.get());
    places_ = std::move(larger);
    capacity_ = cells;
}

REFRACT_DECL bool received_rows::add(char const* start, std::string_view body) {
    auto const expected = columns();
    if (body.size() < 2 || load_number<std::uint16_t>(body.data()) != expected) {
        return false;
    }
    auto const used = rows_ * expected;
    if (capacity_ - used < expected) {
        enlarge(std::max(2 * capacity_, used + expected));
    }
    auto* place = places_.get() + used;
    auto const* const last = place + expected;
    auto at = static_cast<std::size_t>(body.data() + 2 - start);
    auto const end = static_cast<std::size_t>(body.data() + body.size() - start);
    for (; place != last; ++place) {
        if (end - at < 4) {
            return false;
        }
        auto const size = load_number<std::uint32_t>(start + at);
        at += 4;
        *place = {static_cast<std::uint32_t>(at), size};
        if (size == db::cell_place::null) {
            continue;
        }
        if (end - at < size) {
            return false;
        }
        at += size;
    }
    ++rows_;
    return at == end;
}

REFRACT_DECL bool received_rows::is_converted(std::size_t column) const noexcept {
    auto const type = form_->columns[column].type;
    return type == oid_numeric || (form_->binary && (type == oid_uuid || type == oid_bytea));
}

REFRACT_DECL void received_rows::convert_texts() const {
    texts_.resize(rows_ * columns());
    for (std::size_t i = 0; i < columns(); ++i) {
        auto const type = form_->columns[i].type;
        for (std::size_t row = 0; is_converted(i) && row < rows_; ++row) {
            if (places_[row * columns() + i].size == db::cell_place::null) {
                continue;
            }
            auto const raw = bytes(row, i);
            auto& text = texts_[row * columns() + i];
            if (type != oid_numeric) {
                text = type == oid_uuid ? uuid_text(raw) : bytea_text(raw);
            } else if (form_->binary) {
                append_numeric(text, raw);
            } else {
                text = db::plain_decimal(raw).value_or(std::string(raw));
            }
        }
    }
}

REFRACT_DECL db::cell received_rows::cell(std::size_t row, std::size_t column) const {
    auto const at = row * columns() + column;
    if (places_[at].size == db::cell_place::null) {
        return {};
    }
    auto const type = form_->columns[column].type;
    if (is_converted(column)) {
        if (texts_.empty()) {
            convert_texts();
        }
        switch (type) {
        case oid_numeric: return {db::value_type::decimal, 0, 0, texts_[at]};
        case oid_uuid: return {db::value_type::uuid, 0, 0, texts_[at]};
        default: return text_cell(texts_[at]);
        }
    }
    return form_->binary ? binary_cell(type, bytes(row, column)) : textual_cell(type, bytes(row, column));
}

REFRACT_DECL db::cell received_rows::key(std::size_t row, std::size_t column) const {
    auto const place = places_[row * columns() + column];
    if (place.size == db::cell_place::null) {
        return {};
    }
    auto const value = std::string_view(start_ + place.at, place.size);
    if (!form_->binary) {
        return cell(row, column);
    }
    // The bytes of a text or uuid tell it from others as well as its text does.
    switch (form_->columns[column].type) {
    case oid_int4: return integer_cell(static_cast<std::int32_t>(read_number<std::uint32_t>(value)));
    case oid_int8: return integer_cell(static_cast<std::int64_t>(read_number<std::uint64_t>(value)));
    case oid_int2:
    case oid_oid: return cell(row, column);
    default: return text_cell(value);
    }
}

REFRACT_DECL db::json_formatter received_rows::formatter(std::size_t column, db::value_type wanted) const noexcept {
    if (!form_->binary) {
        return nullptr;
    }
    bool const is_json = wanted == db::value_type::json;
    switch (form_->columns[column].type) {
    case oid_bool: return is_json ? nullptr : &json_boolean;
    case oid_int2: return is_json ? nullptr : &json_integer<std::uint16_t, std::int16_t>;
    case oid_int4: return is_json ? nullptr : &json_integer<std::uint32_t, std::int32_t>;
    case oid_int8: return is_json ? nullptr : &json_integer<std::uint64_t, std::int64_t>;
    case oid_oid: return is_json ? nullptr : &json_integer<std::uint32_t, std::uint32_t>;
    case oid_float4: return is_json ? nullptr : &json_float4;
    case oid_float8: return is_json ? nullptr : &json_float8;
    case oid_date: return is_json ? nullptr : &json_date<oid_date>;
    case oid_timestamp:
    case oid_timestamptz: return is_json ? nullptr : &json_date<oid_timestamp>;
    case oid_numeric: return is_json ? nullptr : &json_numeric;
    case oid_uuid: return is_json ? nullptr : &json_uuid;
    case oid_bytea: return nullptr;
    case oid_json: return &json_as_it_is;
    case oid_jsonb: return &json_jsonb;
    default: return is_json ? &json_as_it_is : &json_text;
    }
}

REFRACT_DECL std::optional<std::string> received_rows::raw_json(std::size_t row, std::size_t column) const {
    auto const type = form_->columns[column].type;
    auto const element = element_type(type);
    bool const is_date = type == oid_date || type == oid_timestamp || type == oid_timestamptz;
    bool const is_null = places_[row * columns() + column].size == db::cell_place::null;
    if (form_->binary || is_null || (element == 0 && !is_date)) {
        return std::nullopt;
    }
    if (element != 0) {
        return array_json(element, bytes(row, column));
    }
    std::string out;
    append_raw_json(out, type, bytes(row, column));
    return out;
}

/// `YYYY-MM-DD HH:MM:SS.mmm`, with ` BC` for what is before the year 1.
REFRACT_DECL std::string date_time_text(std::int64_t ms) {
    auto text = format_date_time(ms);
    if (!text.empty() && text.back() == 'Z') {
        text.pop_back();
    }
    std::replace(text.begin(), text.end(), 'T', ' ');
    constexpr std::string_view first_year = "0001";
    if (text.compare(0, first_year.size(), first_year) >= 0 && text[first_year.size()] == '-') {
        return text;
    }
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

REFRACT_DECL std::string_view parameter_text(db::value const& v, std::string& text) {
    switch (v.type()) {
    case db::value_type::boolean: return v.number() != 0 ? "t" : "f";
    case db::value_type::integer: {
        char digits[24];
        text.assign(digits, std::to_chars(digits, digits + sizeof digits, v.number()).ptr);
        break;
    }
    case db::value_type::floating: text = db::plain_decimal(v.floating_value()); break;
    case db::value_type::date_time: text = date_time_text(v.number()); break;
    case db::value_type::null:
    case db::value_type::decimal:
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: return v.text_value();
    }
    return text;
}

} // namespace refract::postgres::detail
