// The text forms of decimals and date-times that databases and db::value agree on.
// See: db/value.hpp.
#pragma once

#include <refract/core/config.hpp>

#include <cstdint>
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

/// `YYYY-MM-DD HH:MM:SS.mmm`, in UTC. Years before 1 and after 9999 get as many digits as they need.
///
/// Units: `milliseconds` since 1970-01-01T00:00:00Z.
[[nodiscard]] REFRACT_DECL std::string date_time_text(std::int64_t milliseconds);

/// Milliseconds since 1970-01-01T00:00:00Z of `YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]][Z|+HH[:]MM|-HH[:]MM]]`. Digits behind the
/// third of a fraction are cut off.
[[nodiscard]] REFRACT_DECL std::optional<std::int64_t> parse_date_time(std::string_view text);

} // namespace refract::db

#ifdef REFRACT_HEADER_ONLY
#include <refract/db/impl/text_form.ipp>
#endif
