// The module refract._native: everything in one place, the packages of refract/ give it its names.
#include "convert.hpp"

#include <refract/core/log.hpp>
#include <refract/core/version.hpp>

#include <exception>

namespace refract::python {

namespace {

void bind_log(py::module_& m) {
    // A library is silent: what goes wrong is told to the caller by an exception.
    log::set_threshold(log::level::off);
    m.def("set_log_level", [](std::string_view name) {
        auto level = log::level::off;
        if (!log::parse_level(name, level)) {
            throw py::value_error("A log level is one of debug, info, warn, error and off.");
        }
        log::set_threshold(level);
    }, py::arg("level"), "From which level on events are written to the standard error stream, a JSON object a line; initially off.");
}

void translate(std::exception_ptr thrown) {
    try {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    } catch (refract::exception const& e) {
        auto const made = make_exception(e.detail());
        PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made.ptr())), made.ptr());
    }
}

} // namespace

} // namespace refract::python

PYBIND11_MODULE(_native, m) {
    using namespace refract::python;
    m.doc() = "The compiled part of refract.";
    m.attr("version") = refract::version;
    prepare_exceptions();
    py::register_exception_translator(&translate);
    bind_log(m);
    bind_graphql_tree(m);
    bind_graphql_schema(m);
    bind_jwt(m);
    bind_config(m);
    bind_datamodel(m);
    bind_engine(m);
    bind_pool(m);
    bind_server(m);
}
