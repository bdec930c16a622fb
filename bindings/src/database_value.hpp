// Values of a database as Python objects, and back. All functions need the GIL.
#pragma once

#include "convert.hpp"

#include <refract/db/value.hpp>

namespace refract::python {

/// None, bool, int, float, Decimal, str, datetime (UTC), UUID; JSON as its text.
[[nodiscard]] py::object to_object(db::cell const& c);
[[nodiscard]] py::object to_object(db::value const& v);

/// The other way; mappings and lists become JSON, a datetime without a zone is taken for UTC. Errors: TypeError, OverflowError.
[[nodiscard]] db::value to_db_value(py::handle value);

} // namespace refract::python
