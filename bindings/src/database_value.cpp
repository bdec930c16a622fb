#include "database_value.hpp"

#include <refract/core/time.hpp>

#include <string>

namespace refract::python {

namespace {

/// Milliseconds since 1970, exactly: Python's own fromtimestamp() goes by way of a double.
py::object to_datetime(std::int64_t ms) {
    auto const module = py::module_::import("datetime");
    auto const epoch = module.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = module.attr("timezone").attr("utc"));
    try {
        return epoch + module.attr("timedelta")(py::arg("milliseconds") = ms);
    } catch (py::error_already_set& e) {
        if (!e.matches(PyExc_OverflowError)) {
            throw;
        }
        return py::str(format_date_time(ms)); // a year Python has no date for
    }
}

std::int64_t from_datetime(py::handle value) {
    auto const module = py::module_::import("datetime");
    auto const utc = module.attr("timezone").attr("utc");
    auto const aware = value.attr("tzinfo").is_none() ? value.attr("replace")(py::arg("tzinfo") = utc) : value.attr("astimezone")(utc);
    auto const since = aware - module.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = utc);
    return (since.attr("__floordiv__")(module.attr("timedelta")(py::arg("milliseconds") = 1))).cast<std::int64_t>();
}

bool is(py::handle value, char const* module, char const* name) {
    return py::isinstance(value, py::module_::import(module).attr(name));
}

} // namespace

py::object to_object(db::cell const& c) {
    switch (c.type) {
    case db::value_type::null: return py::none();
    case db::value_type::boolean: return py::bool_(c.number != 0);
    case db::value_type::integer: return py::int_(c.number);
    case db::value_type::floating: return py::float_(c.floating);
    case db::value_type::date_time: return to_datetime(c.number);
    case db::value_type::decimal: return py::module_::import("decimal").attr("Decimal")(py::str(c.text.data(), c.text.size()));
    case db::value_type::uuid: return py::module_::import("uuid").attr("UUID")(py::str(c.text.data(), c.text.size()));
    case db::value_type::text:
    case db::value_type::json: return py::str(c.text.data(), c.text.size());
    }
    return py::none();
}

py::object to_object(db::value const& v) {
    return to_object(db::cell{v.type(), v.number(), v.floating_value(), v.text_value()});
}

db::value to_db_value(py::handle value) {
    PyObject* const p = value.ptr();
    if (p == Py_None) {
        return {};
    }
    if (PyBool_Check(p)) {
        return db::value::boolean(p == Py_True);
    }
    if (PyLong_Check(p)) {
        return db::value::integer(value.cast<std::int64_t>());
    }
    if (PyFloat_Check(p)) {
        return db::value::floating(PyFloat_AS_DOUBLE(p));
    }
    if (PyUnicode_Check(p)) {
        return db::value::text(std::string(text_of(value)));
    }
    if (is(value, "datetime", "datetime")) {
        return db::value::date_time(from_datetime(value));
    }
    if (is(value, "uuid", "UUID")) {
        return db::value::uuid(std::string(py::str(value)));
    }
    if (is(value, "decimal", "Decimal")) {
        return db::value::decimal(py::module_::import("builtins").attr("format")(value, "f").cast<std::string>());
    }
    if (is(value, "enum", "Enum")) {
        return to_db_value(value.attr("value"));
    }
    return db::value::json(to_json(value));
}

} // namespace refract::python
