// Date-times as milliseconds since 1970-01-01T00:00Z: reading, writing, the clock.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace refract {

/// Reads an ISO-8601 date-time.
///
/// Shape: `year[-month[-day]]`, then optionally `T[hour[:minute[:second[.fraction]]]][Z|+hh[:mm]|-hh[:mm]]`. Without an
/// offset the time is UTC. The fraction may have any number of digits (`,` works as `.`); digits beyond milliseconds
/// are cut off. Proleptic Gregorian calendar; years -999999 to 999999.
/// Units: the result is milliseconds since 1970-01-01T00:00:00Z, negative before.
/// Errors: errc::invalid_date_time; the location is the first byte that does not fit.
/// Source: Joda-Time 2.9 `ISODateTimeFormat.dateTimeParser()`, its calendar-date form.
REFRACT_DECL result<std::int64_t> parse_date_time(std::string_view text);

/// Appends `milliseconds` since 1970 as `2016-01-01T00:00:00.000Z`.
///
/// Shape: UTC; four digits of the year at least, a minus sign before year 0.
REFRACT_DECL void append_date_time(std::string& out, std::int64_t milliseconds);

/// `milliseconds` since 1970 as `2016-01-01T00:00:00.000Z`.
REFRACT_DECL std::string format_date_time(std::int64_t milliseconds);

/// The days from 1970-01-01 to a date of the proleptic Gregorian calendar; negative before.
REFRACT_DECL std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) noexcept;

/// The system clock. Units: milliseconds since 1970-01-01T00:00:00Z.
REFRACT_DECL std::int64_t now_ms() noexcept;

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/time.ipp>
#endif
