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
    case db::value_type::json: return bind_text(statement, index, v.text_value(), true);
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

REFRACT_DECL std::string_view stored_text(sqlite3_stmt* statement, int column) {
    auto const* data = static_cast<char const*>(sqlite3_column_blob(statement, column));
    return {data != nullptr ? data : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

} // namespace detail

REFRACT_DECL cursor::cursor(sqlite3* handle, sqlite3_stmt* statement, std::vector<db::value_type> columns)
    : handle_(handle), statement_(statement), types_(std::move(columns)),
      scratch_(static_cast<std::size_t>(sqlite3_column_count(statement))) {}

REFRACT_DECL cursor::~cursor() { sqlite3_finalize(statement_); }

REFRACT_DECL db::result<std::unique_ptr<cursor>> cursor::prepare(sqlite3* handle, db::statement const& s, bool keep) {
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
    return std::unique_ptr<cursor>(new cursor(handle, prepared, s.columns));
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

REFRACT_DECL db::result<void> cursor::bind(std::size_t index, db::cell const& c) {
    rewind();
    if (auto const code = detail::bind_cell(statement_, static_cast<int>(index) + 1, c); code != SQLITE_OK) {
        return detail::to_error(handle_, code);
    }
    return {};
}

REFRACT_DECL void cursor::rewind() {
    if (!fresh_) {
        sqlite3_reset(statement_); // repeats the error of the last step, which step() has told already
        fresh_ = true;
    }
}

REFRACT_DECL db::result<bool> cursor::step() {
    fresh_ = false;
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

REFRACT_DECL db::cell cursor::cell(std::size_t column) const {
    auto const at = static_cast<int>(column);
    if (column >= scratch_.size() || sqlite3_column_type(statement_, at) == SQLITE_NULL) {
        return {};
    }
    if (column >= types_.size()) {
        return stored_cell(at, scratch_[column]);
    }
    return typed_cell(at, types_[column], scratch_[column]);
}

REFRACT_DECL db::cell cursor::stored_cell(int column, std::string& scratch) const {
    switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER: return {db::value_type::integer, sqlite3_column_int64(statement_, column), 0, {}};
    case SQLITE_FLOAT: return {db::value_type::floating, 0, sqlite3_column_double(statement_, column), {}};
    case SQLITE_TEXT: return {db::value_type::text, 0, 0, detail::stored_text(statement_, column)};
    case SQLITE_BLOB:
        scratch = detail::hexadecimal(detail::stored_text(statement_, column));
        return {db::value_type::text, 0, 0, scratch};
    default: return {};
    }
}

REFRACT_DECL db::cell cursor::typed_cell(int column, db::value_type wanted, std::string& scratch) const {
    auto const stored = sqlite3_column_type(statement_, column);
    auto const is_text = stored == SQLITE_TEXT || stored == SQLITE_BLOB;
    switch (wanted) {
    case db::value_type::boolean: {
        auto const text = is_text ? detail::stored_text(statement_, column) : std::string_view();
        bool const yes = is_text ? text == "1" || text == "true" || text == "t" : sqlite3_column_int64(statement_, column) != 0;
        return {wanted, yes ? 1 : 0, 0, {}};
    }
    case db::value_type::integer: return {wanted, sqlite3_column_int64(statement_, column), 0, {}};
    case db::value_type::floating: return {wanted, 0, sqlite3_column_double(statement_, column), {}};
    case db::value_type::date_time: {
        if (!is_text) {
            return {wanted, sqlite3_column_int64(statement_, column), 0, {}};
        }
        auto const text = detail::stored_text(statement_, column);
        // SQLite's own functions write a space where ISO-8601 has a T.
        auto iso = std::string(text);
        std::replace(iso.begin(), iso.end(), ' ', 'T');
        auto const ms = parse_date_time(iso);
        // Text that is no date is given as it is: better than a wrong date.
        return ms ? db::cell{wanted, *ms, 0, {}} : db::cell{db::value_type::text, 0, 0, text};
    }
    case db::value_type::null: return stored_cell(column, scratch);
    case db::value_type::decimal:
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: break;
    }
    // sqlite3_column_text would convert the value in place, and its type with it: numbers are written here instead.
    if (stored == SQLITE_INTEGER) {
        scratch = std::to_string(sqlite3_column_int64(statement_, column));
    } else if (stored == SQLITE_FLOAT) {
        scratch = db::plain_decimal(sqlite3_column_double(statement_, column));
    } else {
        auto const text = detail::stored_text(statement_, column);
        auto plain = wanted == db::value_type::decimal ? db::plain_decimal(text) : std::nullopt;
        if (!plain) {
            return {wanted, 0, 0, text};
        }
        scratch = std::move(*plain);
    }
    return {wanted, 0, 0, scratch};
}

namespace detail {

REFRACT_DECL db::result<cursor*>
cursor_cache::find_or_prepare(sqlite3* handle, db::statement const& s, std::uint32_t nesting) {
    if (s.id == 0) {
        auto prepared = cursor::prepare(handle, s, false);
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
    auto prepared = cursor::prepare(handle, s, true);
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

REFRACT_DECL void cursor_cache::clear() {
    once_.clear();
    index_.clear();
    order_.clear();
}

} // namespace detail

} // namespace refract::sqlite
