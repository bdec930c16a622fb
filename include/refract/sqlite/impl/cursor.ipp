#pragma once

#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/sqlite/cursor.hpp>

#include <algorithm>
#include <charconv>

#include <sqlite3.h>

namespace refract::sqlite {

namespace detail {

REFRACT_DECL int bind_text(sqlite3_stmt* statement, int index, std::string_view text, bool copy) {
    // A null pointer would bind NULL.
    auto const* data = text.data() != nullptr ? text.data() : "";
    return sqlite3_bind_text64(
        statement, index, data, text.size(), copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8 // NOLINT
    );
}

/// A decimal goes in as a number if a number of SQLite can hold it exactly: comparisons and sums then work on numbers.
REFRACT_DECL int bind_decimal(sqlite3_stmt* statement, int index, std::string_view text) {
    auto const plain = db::plain_decimal(text);
    if (!plain) {
        return bind_text(statement, index, text, true);
    }
    auto const* end = plain->data() + plain->size();
    std::int64_t integer = 0;
    auto const [integer_end, integer_ec] = std::from_chars(plain->data(), end, integer);
    if (integer_ec == std::errc() && integer_end == end) {
        return sqlite3_bind_int64(statement, index, integer);
    }
    double number = 0;
    auto const [number_end, number_ec] = std::from_chars(plain->data(), end, number);
    if (number_ec == std::errc() && number_end == end && db::plain_decimal(number) == *plain) {
        return sqlite3_bind_double(statement, index, number);
    }
    return bind_text(statement, index, *plain, true);
}

REFRACT_DECL int bind_value(sqlite3_stmt* statement, int index, db::value const& v) {
    switch (v.type()) {
    case db::value_type::null: return sqlite3_bind_null(statement, index);
    case db::value_type::boolean:
    case db::value_type::integer:
    case db::value_type::date_time: return sqlite3_bind_int64(statement, index, v.number());
    case db::value_type::floating: return sqlite3_bind_double(statement, index, v.floating_value());
    case db::value_type::decimal: return bind_decimal(statement, index, v.text_value());
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: return bind_text(statement, index, v.text_value(), false);
    }
    return SQLITE_MISUSE;
}

REFRACT_DECL int bind_cell(sqlite3_stmt* statement, int index, db::cell const& c) {
    switch (c.type) {
    case db::value_type::null: return sqlite3_bind_null(statement, index);
    case db::value_type::boolean:
    case db::value_type::integer:
    case db::value_type::date_time: return sqlite3_bind_int64(statement, index, c.number);
    case db::value_type::floating: return sqlite3_bind_double(statement, index, c.floating);
    case db::value_type::decimal: return bind_decimal(statement, index, c.text);
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: return bind_text(statement, index, c.text, false);
    }
    return SQLITE_MISUSE;
}

REFRACT_DECL std::string hexadecimal(std::string_view bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (auto const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 15U]);
    }
    return out;
}

// The values sqlite3_column_value() gives are "unprotected": to be read by one thread at a time, as all of a connection opened
// without a mutex is. Reading through them costs one check of the column, not one for each call.

REFRACT_DECL std::string_view stored_text(sqlite3_value* v) {
    auto const* data = static_cast<char const*>(sqlite3_value_blob(v));
    return {data != nullptr ? data : "", static_cast<std::size_t>(sqlite3_value_bytes(v))};
}

REFRACT_DECL db::cell stored_cell(sqlite3_value* v, std::string& scratch) {
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return {db::value_type::integer, sqlite3_value_int64(v), 0, {}};
    case SQLITE_FLOAT: return {db::value_type::floating, 0, sqlite3_value_double(v), {}};
    case SQLITE_TEXT: return {db::value_type::text, 0, 0, stored_text(v)};
    case SQLITE_BLOB:
        scratch = hexadecimal(stored_text(v));
        return {db::value_type::text, 0, 0, scratch};
    default: return {};
    }
}

REFRACT_DECL db::cell date_time_cell(sqlite3_value* v, bool is_text) {
    if (!is_text) {
        return {db::value_type::date_time, sqlite3_value_int64(v), 0, {}};
    }
    auto const text = stored_text(v);
    // SQLite's own functions write a space where ISO-8601 has a T.
    auto iso = std::string(text);
    std::replace(iso.begin(), iso.end(), ' ', 'T');
    auto const ms = parse_date_time(iso);
    // Text that is no date is given as it is: better than a wrong date.
    return ms ? db::cell{db::value_type::date_time, *ms, 0, {}} : db::cell{db::value_type::text, 0, 0, text};
}

REFRACT_DECL db::cell boolean_cell(sqlite3_value* v, bool is_text) {
    auto const text = is_text ? stored_text(v) : std::string_view();
    bool const yes = is_text ? text == "1" || text == "true" || text == "t" : sqlite3_value_int64(v) != 0;
    return {db::value_type::boolean, yes ? 1 : 0, 0, {}};
}

/// A cell whose value is a text: decimal, text, uuid, json.
REFRACT_DECL db::cell text_cell(sqlite3_value* v, int stored, db::value_type wanted, std::string& scratch) {
    // sqlite3_value_text would convert the value in place, and its type with it: numbers are written here instead.
    if (stored == SQLITE_INTEGER) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, sqlite3_value_int64(v));
        scratch.assign(digits, end.ptr);
    } else if (stored == SQLITE_FLOAT) {
        scratch.clear();
        db::append_plain_decimal(scratch, sqlite3_value_double(v));
    } else {
        auto const text = stored_text(v);
        auto plain = wanted == db::value_type::decimal ? db::plain_decimal(text) : std::nullopt;
        if (!plain) {
            return {wanted, 0, 0, text};
        }
        scratch = std::move(*plain);
    }
    return {wanted, 0, 0, scratch};
}

REFRACT_DECL db::cell read_cell(sqlite3_value* v, db::value_type wanted, std::string& scratch) {
    auto const stored = sqlite3_value_type(v);
    if (stored == SQLITE_NULL) {
        return {};
    }
    auto const is_text = stored == SQLITE_TEXT || stored == SQLITE_BLOB;
    switch (wanted) {
    case db::value_type::integer: return {wanted, sqlite3_value_int64(v), 0, {}};
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json:
        if (is_text) {
            return {wanted, 0, 0, stored_text(v)};
        }
        break;
    case db::value_type::decimal: break;
    case db::value_type::floating: return {wanted, 0, sqlite3_value_double(v), {}};
    case db::value_type::boolean: return boolean_cell(v, is_text);
    case db::value_type::date_time: return date_time_cell(v, is_text);
    case db::value_type::null: return stored_cell(v, scratch);
    }
    return text_cell(v, stored, wanted, scratch);
}

} // namespace detail

REFRACT_DECL cursor::cursor(sqlite3* handle, sqlite3_stmt* statement, std::vector<db::value_type> columns, std::size_t* stepped)
    : handle_(handle), statement_(statement), types_(std::move(columns)),
      cells_(static_cast<std::size_t>(sqlite3_column_count(statement))), scratch_(cells_.size()), stepped_(stepped) {
    types_.resize(cells_.size(), db::value_type::null);
}

REFRACT_DECL cursor::~cursor() {
    rewind();
    sqlite3_finalize(statement_);
}

REFRACT_DECL db::result<std::unique_ptr<cursor>>
cursor::prepare(sqlite3* handle, db::statement const& s, bool keep, std::size_t* stepped) {
    sqlite3_stmt* prepared = nullptr;
    char const* rest = nullptr;
    auto const flags = keep ? SQLITE_PREPARE_PERSISTENT : 0U;
    auto const code = sqlite3_prepare_v3(handle, s.text.data(), static_cast<int>(s.text.size()), flags, &prepared, &rest);
    if (code != SQLITE_OK) {
        return detail::to_error(handle, code);
    }
    auto const tail = std::string_view(rest, static_cast<std::size_t>(s.text.data() + s.text.size() - rest));
    if (prepared == nullptr || tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
        sqlite3_finalize(prepared);
        db::error e;
        e.message = prepared == nullptr ? "There is no statement to run." : "Only one statement can be run at a time.";
        return e;
    }
    return std::unique_ptr<cursor>(new cursor(handle, prepared, s.columns, stepped));
}

REFRACT_DECL db::result<void> cursor::bind(std::span<db::value const> parameters) {
    rewind();
    if (static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_)) != parameters.size()) {
        db::error e;
        e.message = "The statement got the wrong number of parameters.";
        return e;
    }
    int index = 0;
    for (auto const& parameter : parameters) {
        if (auto const code = detail::bind_value(statement_, ++index, parameter); code != SQLITE_OK) {
            return detail::to_error(handle_, code);
        }
    }
    return {};
}

REFRACT_DECL db::result<void> cursor::checked(int code) {
    if (code != SQLITE_OK) {
        return detail::to_error(handle_, code);
    }
    return {};
}

REFRACT_DECL db::result<void> cursor::bind(std::size_t index, db::value const& v) {
    rewind();
    return checked(detail::bind_value(statement_, static_cast<int>(index) + 1, v));
}

REFRACT_DECL db::result<void> cursor::bind(std::size_t index, db::cell const& c) {
    rewind();
    return checked(detail::bind_cell(statement_, static_cast<int>(index) + 1, c));
}

REFRACT_DECL void cursor::rewind() {
    if (!fresh_) {
        sqlite3_reset(statement_); // repeats the error of the last step, which step() has told already
        fresh_ = true;
        if (stepped_ != nullptr) {
            --*stepped_;
        }
    }
}

REFRACT_DECL db::result<bool> cursor::step() {
    if (fresh_) {
        fresh_ = false;
        if (stepped_ != nullptr) {
            ++*stepped_;
        }
    }
    auto const code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    auto e = detail::to_error(handle_, code);
    rewind();
    return e;
}

REFRACT_DECL std::string_view cursor::name(std::size_t column) const {
    auto const* text = sqlite3_column_name(statement_, static_cast<int>(column));
    return text != nullptr ? text : "";
}

REFRACT_DECL std::span<db::cell const> cursor::row() {
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        cells_[i] = detail::read_cell(sqlite3_column_value(statement_, static_cast<int>(i)), types_[i], scratch_[i]);
    }
    return cells_;
}

namespace detail {

REFRACT_DECL db::result<cursor*>
cursor_cache::find_or_prepare(sqlite3* handle, db::statement const& s, std::uint32_t nesting) {
    if (s.id == 0) {
        auto prepared = cursor::prepare(handle, s, false, &stepped_);
        if (!prepared) {
            return std::move(prepared.failure());
        }
        once_.push_back(std::move(*prepared));
        return once_.back().get();
    }
    auto const name = key{s.id, nesting};
    if (auto const found = index_.find(name); found != index_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        found->second->statement->rewind();
        return found->second->statement.get();
    }
    auto prepared = cursor::prepare(handle, s, true, &stepped_);
    if (!prepared) {
        return std::move(prepared.failure());
    }
    entry fresh{name, std::move(*prepared)};
    order_.push_front(std::move(fresh));
    index_[name] = order_.begin();
    return order_.front().statement.get();
}

REFRACT_DECL void cursor_cache::trim() {
    once_.clear();
    while (order_.size() > limit_) {
        index_.erase(order_.back().name);
        order_.pop_back();
    }
}

REFRACT_DECL void cursor_cache::rewind_all() {
    for (auto const& kept : order_) {
        kept.statement->rewind();
    }
    for (auto const& statement : once_) {
        statement->rewind();
    }
}

REFRACT_DECL void cursor_cache::clear() {
    once_.clear();
    index_.clear();
    order_.clear();
}

} // namespace detail

} // namespace refract::sqlite
