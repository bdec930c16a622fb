// A value on its way to the database, and a cell on its way back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace refract::db {

/// What a value is. Text forms: decimal in plain notation, uuid canonical lower case, json as text.
enum class value_type : std::uint8_t { null, boolean, integer, floating, decimal, text, date_time, uuid, json };

/// A parameter. Owning, small.
///
/// Units: `number` of a date_time is milliseconds since 1970-01-01T00:00:00Z.
class value {
public:
    value() = default;
    [[nodiscard]] static value boolean(bool b) { return {value_type::boolean, b ? 1 : 0}; }
    [[nodiscard]] static value integer(std::int64_t i) { return {value_type::integer, i}; }
    [[nodiscard]] static value floating(double d) {
        value v{value_type::floating, 0};
        v.floating_ = d;
        return v;
    }
    [[nodiscard]] static value date_time(std::int64_t ms) { return {value_type::date_time, ms}; }
    [[nodiscard]] static value text(std::string s) { return {value_type::text, std::move(s)}; }
    [[nodiscard]] static value decimal(std::string s) { return {value_type::decimal, std::move(s)}; }
    [[nodiscard]] static value uuid(std::string s) { return {value_type::uuid, std::move(s)}; }
    [[nodiscard]] static value json(std::string s) { return {value_type::json, std::move(s)}; }

    [[nodiscard]] value_type type() const noexcept { return type_; }
    [[nodiscard]] bool is_null() const noexcept { return type_ == value_type::null; }
    [[nodiscard]] std::int64_t number() const noexcept { return number_; }
    [[nodiscard]] double floating_value() const noexcept { return floating_; }
    [[nodiscard]] std::string const& text_value() const noexcept { return text_; }

    friend bool operator==(value const&, value const&) = default;

private:
    value(value_type t, std::int64_t n) : type_(t), number_(n) {}
    value(value_type t, std::string s) : type_(t), text_(std::move(s)) {}

    value_type type_ = value_type::null;
    std::int64_t number_ = 0;
    double floating_ = 0;
    std::string text_;
};

/// A view of one column of one row. `text` lives as long as the result it came from (and, for a stepped statement, until the next step).
struct cell {
    value_type type = value_type::null;
    std::int64_t number = 0;  ///< boolean, integer, date_time (milliseconds)
    double floating = 0;      ///< floating
    std::string_view text{};  ///< decimal, text, uuid, json

    [[nodiscard]] bool is_null() const noexcept { return type == value_type::null; }
};

/// The owning form of a cell.
inline value to_value(cell const& c) {
    switch (c.type) {
    case value_type::null: return {};
    case value_type::boolean: return value::boolean(c.number != 0);
    case value_type::integer: return value::integer(c.number);
    case value_type::floating: return value::floating(c.floating);
    case value_type::date_time: return value::date_time(c.number);
    case value_type::decimal: return value::decimal(std::string(c.text));
    case value_type::text: return value::text(std::string(c.text));
    case value_type::uuid: return value::uuid(std::string(c.text));
    case value_type::json: return value::json(std::string(c.text));
    }
    return {};
}

} // namespace refract::db
