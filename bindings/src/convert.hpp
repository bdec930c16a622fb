// Between Python objects and the toolkit: JSON, errors, trees whose nodes keep their document alive.
// All functions need the GIL.
#pragma once

#include <refract/core/error.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/violation.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

namespace refract::python {

namespace py = pybind11;

/// Appends a Python value as JSON.
///
/// Shape: None, bool, int, float, str, and mappings and sequences of them; date and datetime (a naive one is taken for UTC), UUID,
/// Decimal and Enum as Prisma 1's scalars are written.
/// Errors: TypeError for anything else, ValueError for infinity and NaN, RecursionError for what nests deeper than 200.
void append_json(std::string& out, py::handle value);

[[nodiscard]] std::string to_json(py::handle value);

/// A JSON text as Python objects. Errors: ValueError.
[[nodiscard]] py::object from_json(std::string_view text);

/// Text of Python as UTF-8. Errors: UnicodeEncodeError for a lone surrogate.
[[nodiscard]] std::string_view text_of(py::handle value);

/// Looks up what exceptions are made with: a daemon thread that did so when the interpreter ends would end the process.
void prepare_exceptions();

/// The exception of an error: of the class named, else of the one that follows from the code.
[[nodiscard]] py::object make_exception(error const& e, char const* name = nullptr);

[[noreturn]] void raise(error const& e, char const* name = nullptr);

inline constexpr char const* graphql_error = "GraphQLError"; ///< also for limits, which every part has
inline constexpr char const* token_error = "TokenError";

/// Raises an exception that is made already.
[[noreturn]] void throw_object(py::object const& exception);

/// Violations as a list of refract.GraphQLError.
[[nodiscard]] py::list to_list(std::vector<graphql::violation> const& violations);

template <class T> T value_or_raise(result<T> r, char const* name = nullptr) {
    if (!r) {
        raise(r.failure(), name);
    }
    return std::move(*r);
}

/// Gives up the GIL for as long as it lives.
///
/// A daemon thread that wants it back when the interpreter is ending is told to end itself, by unwinding its stack: that would
/// stop the whole program at the first destructor. It waits for the end of the process instead, as Python 3.14 does by itself.
class gil_release {
public:
    gil_release() : thread_(PyEval_SaveThread()) {}
    gil_release(gil_release const&) = delete;
    gil_release& operator=(gil_release const&) = delete;
    ~gil_release();

private:
    PyThreadState* thread_;
};

/// Calls `work` without the GIL.
template <class Work> auto unlocked(Work work) {
    gil_release const released;
    return work();
}

/// A class of refract/_values.py.
[[nodiscard]] py::object value_class(char const* name);

/// A place in a tree that somebody owns.
template <class T> struct node {
    std::shared_ptr<void const> owner{};
    T const* at = nullptr;

    [[nodiscard]] T const* operator->() const noexcept { return at; }
    [[nodiscard]] T const& operator*() const noexcept { return *at; }
    friend bool operator==(node const& a, node const& b) noexcept { return a.at == b.at; }
};

/// A node, or None.
template <class T> py::object optional_node(std::shared_ptr<void const> const& owner, T const* at) {
    return at == nullptr ? py::object(py::none()) : py::cast(node<T>{owner, at});
}

/// A list or vector of an owned tree, as a tuple of nodes.
template <class Range> py::tuple node_tuple(std::shared_ptr<void const> const& owner, Range const& items) {
    using item = std::remove_cvref_t<decltype(*items.begin())>;
    py::tuple out(items.size());
    py::size_t i = 0;
    for (auto const& one : items) {
        out[i++] = node<item>{owner, &one};
    }
    return out;
}

/// A class for node<T>: equality and hash by identity of the node.
template <class T> py::class_<node<T>> node_class(py::module_& m, char const* name, char const* module, char const* doc) {
    py::class_<node<T>> c(m, name, doc);
    c.attr("__module__") = module;
    c.def("__eq__", [](node<T> const& a, py::object const& b) { return py::isinstance<node<T>>(b) && a == b.cast<node<T>>(); });
    c.def("__hash__", [](node<T> const& n) { return std::hash<void const*>()(n.at); });
    return c;
}

// What module.cpp is put together of.
void bind_graphql_tree(py::module_& m);
void bind_graphql_schema(py::module_& m);
void bind_jwt(py::module_& m);
void bind_config(py::module_& m);
void bind_datamodel(py::module_& m);
void bind_engine(py::module_& m);
void bind_pool(py::module_& m);
void bind_server(py::module_& m);

} // namespace refract::python
