#include "convert.hpp"

#include <refract/core/limits.hpp>
#include <refract/core/text.hpp>
#include <refract/prisma1/json_tape.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <cxxabi.h>
#include <unistd.h>

namespace refract::python {

namespace {

constexpr int max_depth = 200;

/// A module's attribute, looked up once.
template <class Tag> py::object const& imported(char const* module, char const* name) {
    PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> storage;
    return storage.call_once_and_store_result([&] { return py::object(py::module_::import(module).attr(name)); }).get_stored();
}

bool is_instance(py::handle value, py::handle type) {
    int const is = PyObject_IsInstance(value.ptr(), type.ptr());
    if (is < 0) {
        throw py::error_already_set();
    }
    return is == 1;
}

class json_out {
public:
    explicit json_out(std::string& out) : out_(out) {}

    void value(py::handle v, int depth) {
        if (depth > max_depth) {
            PyErr_SetString(PyExc_RecursionError, "The value nests deeper than 200 levels, or contains itself.");
            throw py::error_already_set();
        }
        PyObject* const p = v.ptr();
        if (p == Py_None) {
            out_ += "null";
        } else if (PyUnicode_Check(p)) {
            append_json_string(out_, text_of(v));
        } else if (PyBool_Check(p)) {
            out_ += p == Py_True ? "true" : "false";
        } else if (PyLong_Check(p)) {
            integer(v);
        } else if (PyFloat_Check(p)) {
            floating(PyFloat_AS_DOUBLE(p));
        } else if (PyDict_Check(p)) {
            mapping(py::reinterpret_borrow<py::dict>(v), depth);
        } else if (PyList_Check(p) || PyTuple_Check(p)) {
            sequence(v, depth);
        } else {
            other(v, depth);
        }
    }

private:
    void integer(py::handle v) {
        // An IntEnum prints its name: its number is asked for.
        auto const number = py::reinterpret_steal<py::object>(PyNumber_Index(v.ptr()));
        auto const text = py::reinterpret_steal<py::object>(number ? PyLong_Type.tp_repr(number.ptr()) : nullptr);
        if (!text) {
            throw py::error_already_set();
        }
        out_ += text_of(text);
    }

    void floating(double number) {
        if (!std::isfinite(number)) {
            throw py::value_error("Infinity and NaN are no JSON numbers.");
        }
        char digits[32];
        auto const end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        out_.append(digits, end);
    }

    void mapping(py::dict const& v, int depth) {
        char const* between = "{";
        for (auto const& [key, item] : v) {
            if (!PyUnicode_Check(key.ptr())) {
                throw py::type_error("Keys have to be text, not " + std::string(py::str(py::type::of(key).attr("__name__"))) + ".");
            }
            out_ += between;
            append_json_string(out_, text_of(key));
            out_ += ':';
            value(item, depth + 1);
            between = ",";
        }
        out_ += *between == '{' ? "{}" : "}";
    }

    void sequence(py::handle v, int depth) {
        char const* between = "[";
        for (auto const& item : v) {
            out_ += between;
            value(item, depth + 1);
            between = ",";
        }
        out_ += *between == '[' ? "[]" : "]";
    }

    void other(py::handle v, int depth) {
        struct datetime_tag {};
        struct date_tag {};
        struct uuid_tag {};
        struct decimal_tag {};
        struct enum_tag {};
        struct mapping_tag {};
        if (is_instance(v, imported<datetime_tag>("datetime", "datetime"))) {
            struct utc_tag {};
            auto const& utc = imported<utc_tag>("datetime", "timezone").attr("utc");
            auto const aware = v.attr("tzinfo").is_none() ? v.attr("replace")(py::arg("tzinfo") = utc) : v.attr("astimezone")(utc);
            auto const text = aware.attr("isoformat")(py::arg("timespec") = "milliseconds").cast<std::string>();
            append_json_string(out_, text.substr(0, text.find('+')) + "Z");
        } else if (is_instance(v, imported<date_tag>("datetime", "date"))) {
            append_json_string(out_, v.attr("isoformat")().cast<std::string>());
        } else if (is_instance(v, imported<uuid_tag>("uuid", "UUID"))) {
            append_json_string(out_, std::string(py::str(v)));
        } else if (is_instance(v, imported<decimal_tag>("decimal", "Decimal"))) {
            if (!v.attr("is_finite")().cast<bool>()) {
                throw py::value_error("Infinity and NaN are no JSON numbers.");
            }
            out_ += std::string(py::str(v));
        } else if (is_instance(v, imported<enum_tag>("enum", "Enum"))) {
            value(v.attr("value"), depth + 1);
        } else if (is_instance(v, imported<mapping_tag>("collections.abc", "Mapping"))) {
            mapping(py::dict(py::reinterpret_borrow<py::object>(v)), depth);
        } else {
            throw py::type_error("A value of type " + std::string(py::str(py::type::of(v).attr("__name__"))) + " can't be sent as JSON.");
        }
    }

    std::string& out_;
};

class json_in {
public:
    explicit json_in(prisma1::json_tape const& tape) : tape_(tape) {}

    py::object value(std::size_t at) {
        auto const& item = tape_[at];
        using prisma1::json_kind;
        switch (item.kind) {
        case json_kind::null: return py::none();
        case json_kind::boolean: return py::bool_(item.boolean);
        case json_kind::integer: return py::int_(item.integer);
        case json_kind::natural: return py::int_(item.natural);
        case json_kind::floating: return py::float_(item.floating);
        case json_kind::string: return py::str(item.text.data(), item.text.size());
        case json_kind::list: return list(at);
        case json_kind::object: return object(at);
        }
        return py::none();
    }

private:
    py::object list(std::size_t at) {
        py::list out;
        for (auto i = at + 1; i < at + tape_[at].size; i += tape_[i].size) {
            out.append(value(i));
        }
        return out;
    }

    py::object object(std::size_t at) {
        py::dict out;
        for (auto i = at + 1; i < at + tape_[at].size; i += tape_[i].size) {
            auto const& name = key(tape_[i].text);
            ++i;
            auto const member = value(i);
            if (PyDict_SetItem(out.ptr(), name.ptr(), member.ptr()) != 0) {
                throw py::error_already_set();
            }
        }
        return out;
    }

    /// The same few names stand in every row.
    py::object const& key(std::string_view name) {
        auto found = keys_.find(name);
        if (found == keys_.end()) {
            found = keys_.emplace(name, py::str(name.data(), name.size())).first;
        }
        return found->second;
    }

    prisma1::json_tape const& tape_;
    std::unordered_map<std::string_view, py::object> keys_;
};

bool has_place(errc code) {
    switch (code) {
    case errc::syntax:
    case errc::depth_exceeded:
    case errc::tokens_exceeded:
    case errc::invalid_schema:
    case errc::yaml_syntax:
    case errc::unknown_key:
    case errc::duplicate_key:
    case errc::wrong_type:
    case errc::missing_key: return true;
    default: return false;
    }
}

py::object const& exception_maker() {
    struct tag {};
    return imported<tag>("refract.errors", "_make");
}

py::object const& violation_maker() {
    struct tag {};
    return imported<tag>("refract.errors", "_violation");
}

/// What a daemon thread does when the interpreter ends: see gil_release.
[[noreturn]] void wait_for_the_end() {
    for (;;) {
        pause();
    }
}

/// Calls a function written in Python, which a daemon thread may not come back from.
py::object call(py::handle function, py::tuple const& arguments) {
    PyObject* made = nullptr;
    try {
        made = PyObject_CallObject(function.ptr(), arguments.ptr());
    } catch (abi::__forced_unwind&) {
        wait_for_the_end();
    }
    if (made == nullptr) {
        throw py::error_already_set();
    }
    return py::reinterpret_steal<py::object>(made);
}

} // namespace

gil_release::~gil_release() {
    try {
        PyEval_RestoreThread(thread_);
    } catch (abi::__forced_unwind&) {
        wait_for_the_end();
    }
}

std::string_view text_of(py::handle value) {
    Py_ssize_t size = 0;
    char const* const text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
    if (text == nullptr) {
        throw py::error_already_set();
    }
    return {text, static_cast<std::size_t>(size)};
}

void append_json(std::string& out, py::handle value) { json_out(out).value(value, 0); }

std::string to_json(py::handle value) {
    std::string out;
    append_json(out, value);
    return out;
}

py::object from_json(std::string_view text) {
    limits bounds;
    bounds.max_json_values = std::numeric_limits<std::uint32_t>::max();
    bounds.max_json_depth = 1'000;
    prisma1::json_tape tape;
    if (auto const read = tape.parse(text, bounds); !read) {
        throw py::value_error(read.failure().message);
    }
    return json_in(tape).value(0);
}

void prepare_exceptions() {
    exception_maker();
    violation_maker();
}

py::object make_exception(error const& e, char const* name) {
    bool const placed = has_place(e.code) || (name == graphql_error && e.code != errc::invalid_document);
    auto const line = placed ? py::object(py::int_(e.where.line)) : py::object(py::none());
    auto const column = placed ? py::object(py::int_(e.where.column)) : py::object(py::none());
    return call(exception_maker(), py::make_tuple(static_cast<int>(e.code), e.message, line, column, name));
}

void throw_object(py::object const& exception) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
    throw py::error_already_set();
}

void raise(error const& e, char const* name) { throw_object(make_exception(e, name)); }

py::list to_list(std::vector<graphql::violation> const& violations) {
    py::list out;
    for (auto const& v : violations) {
        py::list places;
        for (auto const& at : v.locations) {
            places.append(py::make_tuple(at.line, at.column));
        }
        out.append(call(violation_maker(), py::make_tuple(v.message, places)));
    }
    return out;
}

py::object value_class(char const* name) {
    return py::module_::import("refract._values").attr(name);
}

} // namespace refract::python
