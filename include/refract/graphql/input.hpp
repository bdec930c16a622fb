// A value from outside, as the variables of a request give it. Callers convert their JSON into it.
#pragma once

#include <refract/core/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::graphql {

enum class input_kind : std::uint8_t { null, boolean, integer, floating, string, list, object };

struct input_field;

/// A JSON value. Plain and copyable; fields keep their order.
struct input {
    input_kind kind = input_kind::null;
    bool boolean = false;
    bool out_of_range = false;     ///< an integer beyond 64 bits; `text` holds its digits
    std::int64_t integer = 0;
    double floating = 0;
    std::string text;              ///< of a string: UTF-8
    std::vector<input> items;      ///< of a list
    std::vector<input_field> fields; ///< of an object

    [[nodiscard]] bool is_null() const noexcept { return kind == input_kind::null; }
    /// The last field of that name, as JSON readers have it; null if there is none.
    [[nodiscard]] REFRACT_DECL input const* find(std::string_view name) const noexcept;
};

struct input_field {
    std::string name;
    input value;
};

/// Makers of each kind.
REFRACT_DECL input make_input(bool value);
REFRACT_DECL input make_input(int value);
REFRACT_DECL input make_input(char const* text);
REFRACT_DECL input make_input(std::int64_t value);
REFRACT_DECL input make_input(double value);
REFRACT_DECL input make_input(std::string value);
REFRACT_DECL input make_input(std::vector<input> items);
REFRACT_DECL input make_input(std::vector<input_field> fields);

/// Appends the value as compact JSON. Shape: numbers in their shortest form, strings with the escapes JSON demands.
REFRACT_DECL void append_json(std::string& out, input const& value);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/input.ipp>
#endif
