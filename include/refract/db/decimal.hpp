// The one text form of a decimal number.
// See: db/value.hpp.
#pragma once

#include <refract/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace refract::db {

/// A decimal number in plain notation: no exponent, no trailing zeros behind the point, no leading zeros, `-0` as `0`.
///
/// Shape: `[+-]digits[.digits][e[+-]digits]`. Nothing if `text` is not of this shape or its exponent is beyond 100,000.
/// Cost: linear in the length of the result.
[[nodiscard]] REFRACT_DECL std::optional<std::string> plain_decimal(std::string_view text);

/// The shortest text that reads back as `d`, in plain notation. `NaN`, `Infinity`, `-Infinity` for what is no number.
[[nodiscard]] REFRACT_DECL std::string plain_decimal(double d);

/// Appends what plain_decimal(d) gives. Cost: no allocation for a number of usual size.
REFRACT_DECL void append_plain_decimal(std::string& to, double d);

} // namespace refract::db

#ifdef REFRACT_HEADER_ONLY
#include <refract/db/impl/decimal.ipp>
#endif
