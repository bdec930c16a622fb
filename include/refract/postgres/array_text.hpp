// PostgreSQL's array literals, as JSON.
#pragma once

#include <refract/core/config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refract::postgres::detail {

/// The type of an array type's elements, or 0: of the built-in types.
///
/// Source: PostgreSQL 15, catalog pg_type, typarray.
[[nodiscard]] REFRACT_DECL std::uint32_t element_type(std::uint32_t array) noexcept;

/// A value in text format as executeRaw gives it: numbers and booleans as such, the rest as strings, dates as JDBC prints them.
///
/// Source: Service API, executeRaw.
REFRACT_DECL void append_raw_json(std::string& out, std::uint32_t type, std::string_view text);

/// `{1,NULL,{2}}` as `[1,null,[2]]`. Nothing if the text is no array.
///
/// Source: PostgreSQL 15, 8.15.6 "Array Input and Output Syntax". Cost: linear; arrays are nested six deep at most.
[[nodiscard]] REFRACT_DECL std::optional<std::string> array_json(std::uint32_t element, std::string_view text);

} // namespace refract::postgres::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/postgres/impl/array_text.ipp>
#endif
