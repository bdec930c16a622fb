// What executeRaw answers: rows as JSON objects, or the number of rows changed.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>

#include <string>

namespace refract::engine::detail {

/// `[{"column":value}]` if the statement has columns, else the number of rows it changed.
///
/// Shape: of columns with the same label the last one counts. Date-times are printed as JDBC does, `2016-01-01 00:00:00.0`.
/// Source: Service API, "executeRaw".
REFRACT_DECL std::string raw_json(db::result_set const& rows);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/raw_json.ipp>
#endif
