// refract.Engine and refract.AsyncEngine stand on this class.
#include "database_error.hpp"
#include "engine.hpp"
#include "handle.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <pybind11/stl.h>

namespace refract::python {

namespace {

/// Variables of Python, or their JSON.
std::string variables_of(py::handle variables) {
    if (variables.is_none()) {
        return {};
    }
    if (PyBytes_Check(variables.ptr())) {
        return py::cast<std::string>(variables);
    }
    if (PyUnicode_Check(variables.ptr())) {
        return std::string(text_of(variables));
    }
    return to_json(variables);
}

graphql_call call_of(std::string query, py::handle variables, std::optional<std::string> operation_name) {
    return {std::move(query), variables_of(variables), std::move(operation_name).value_or("")};
}

py::bytes bytes_of(std::string_view text) { return {text.data(), text.size()}; }

py::object finish(prisma1::response const& r) { return bytes_of(r.bytes()); }

py::object finish(std::vector<prisma1::response> const& all) {
    py::list out;
    for (auto const& r : all) {
        out.append(bytes_of(r.bytes()));
    }
    return out;
}

py::object finish(result<prisma1::response> const& r) {
    if (!r) {
        raise(r.failure());
    }
    return bytes_of(r->bytes());
}

py::object finish(prisma1::http_answer const& a) {
    return py::make_tuple(a.status, std::string(a.content_type), bytes_of(a.shared_body ? *a.shared_body : a.body));
}

py::object finish(begun_transaction const& begun) {
    if (begun.failed) {
        raise_database_error(*begun.failed);
    }
    return begun.opened ? py::cast(std::make_shared<handle<transaction>>(begun.opened)) : finish(begun.refused);
}

py::object finish(transaction::ended const& ended) {
    if (!ended) {
        raise_database_error(ended.failure());
    }
    return py::none();
}

/// As finish(), for wait_here() and start_there().
constexpr auto finisher_of_any = [](auto const& answer) { return finish(answer); };

/// A method, and the same for an event loop under the name with `_async`.
template <class Answer, class T, class Used>
void def_graphql(handle_class<T>& c, std::string const& name, asio::awaitable<Answer> (Used::*run)(graphql_call const&), char const* doc) {
    c.def(name.c_str(), [run](handle<T> const& h, std::string query, py::object const& variables, std::optional<std::string> operation_name) {
        auto const call = call_of(std::move(query), variables, std::move(operation_name));
        return wait_here<Answer>(h.use(), [&](T& used) { return (used.*run)(call); }, finisher_of_any);
    }, py::arg("query"), py::arg("variables") = py::none(), py::arg("operation_name") = py::none(), doc);
    c.def((name + "_async").c_str(), [run](handle<T> const& h, std::shared_ptr<completions> to, std::uint64_t ticket, std::string query,
                                           py::object const& variables, std::optional<std::string> operation_name) {
        auto call = call_of(std::move(query), variables, std::move(operation_name));
        start_there<Answer>(h.use(), std::move(to), ticket, [run, call = std::move(call)](T& used) { return (used.*run)(call); }, finisher_of_any);
    }, py::arg("to"), py::arg("ticket"), py::arg("query"), py::arg("variables") = py::none(), py::arg("operation_name") = py::none(), doc);
}

void def_body(handle_class<engine>& c, std::string const& name, asio::awaitable<result<prisma1::response>> (engine::*run)(std::string const&), char const* doc) {
    using answer = result<prisma1::response>;
    c.def(name.c_str(), [run](handle<engine> const& h, std::string const& body) {
        return wait_here<answer>(h.use(), [&](engine& e) { return (e.*run)(body); }, finisher_of_any);
    }, py::arg("body"), doc);
    c.def((name + "_async").c_str(), [run](handle<engine> const& h, std::shared_ptr<completions> to, std::uint64_t ticket, std::string body) {
        start_there<answer>(h.use(), std::move(to), ticket, [run, body = std::move(body)](engine& e) { return (e.*run)(body); }, finisher_of_any);
    }, py::arg("to"), py::arg("ticket"), py::arg("body"), doc);
}

void def_post(handle_class<engine>& c) {
    constexpr char const* doc = "The answer to a POST as (status, content type, body).";
    using answer = prisma1::http_answer;
    c.def("post", [](handle<engine> const& h, std::string path, std::string body, std::optional<std::string> authorization, std::string content_type) {
        http_call const call{std::move(path), std::move(body), std::move(authorization), std::move(content_type)};
        return wait_here<answer>(h.use(), [&](engine& e) { return e.post(call); }, finisher_of_any);
    }, py::arg("path"), py::arg("body"), py::arg("authorization"), py::arg("content_type"), doc);
    c.def("post_async", [](handle<engine> const& h, std::shared_ptr<completions> to, std::uint64_t ticket, std::string path, std::string body,
                           std::optional<std::string> authorization, std::string content_type) {
        http_call call{std::move(path), std::move(body), std::move(authorization), std::move(content_type)};
        start_there<answer>(h.use(), std::move(to), ticket, [call = std::move(call)](engine& e) { return e.post(call); }, finisher_of_any);
    }, py::arg("to"), py::arg("ticket"), py::arg("path"), py::arg("body"), py::arg("authorization"), py::arg("content_type"), doc);
}

/// A part of a request that has to be text. Errors: TypeError, where pybind11's cast has a RuntimeError.
std::string request_text(py::handle part) {
    if (!PyUnicode_Check(part.ptr())) {
        throw py::type_error("A query and an operation's name are str.");
    }
    return std::string(text_of(part));
}

std::vector<graphql_call> calls_of(py::iterable const& requests) {
    std::vector<graphql_call> out;
    for (auto const& one : requests) {
        auto const parts = one.cast<py::tuple>();
        auto name = parts[2].is_none() ? std::nullopt : std::optional(request_text(parts[2]));
        out.push_back(call_of(request_text(parts[0]), parts[1], std::move(name)));
    }
    return out;
}

template <class T> void def_batch(handle_class<T>& c) {
    using answers = std::vector<prisma1::response>;
    constexpr char const* doc = "Answers of (query, variables, operation name), one after the other.";
    c.def("execute_all", [](handle<T> const& h, py::iterable const& requests) {
        auto const calls = calls_of(requests);
        return wait_here<answers>(h.use(), [&](T& used) { return used.execute_all(calls); }, finisher_of_any);
    }, py::arg("requests"), doc);
    c.def("execute_all_async", [](handle<T> const& h, std::shared_ptr<completions> to, std::uint64_t ticket, py::iterable const& requests) {
        auto calls = calls_of(requests);
        start_there<answers>(h.use(), std::move(to), ticket, [calls = std::move(calls)](T& used) { return used.execute_all(calls); }, finisher_of_any);
    }, py::arg("to"), py::arg("ticket"), py::arg("requests"), doc);
}

/// A method without arguments, and the same for an event loop. `run` is given what the handle holds.
template <class Answer, class T, class Run> void def_plain(handle_class<T>& c, std::string const& name, Run run, char const* doc) {
    c.def(name.c_str(), [run](handle<T> const& h) {
        auto const used = h.use();
        return wait_here<Answer>(used, [&](T&) { return run(used); }, finisher_of_any);
    }, doc);
    c.def((name + "_async").c_str(), [run](handle<T> const& h, std::shared_ptr<completions> to, std::uint64_t ticket) {
        auto const used = h.use();
        start_there<Answer>(used, std::move(to), ticket, [run, used](T&) { return run(used); }, finisher_of_any);
    }, py::arg("to"), py::arg("ticket"), doc);
}

void bind_transaction(py::module_& m) {
    handle_class<transaction> c(m, "TransactionCore", "An open transaction.");
    def_graphql(c, "execute", &transaction::execute, "The answer to a request.");
    def_batch(c);
    def_plain<transaction::ended>(c, "commit", [](std::shared_ptr<transaction> const& t) { return t->commit(); }, "Keeps what was written.");
    c.def("close", &handle<transaction>::close, "Takes back what was not committed.");
}

/// Seconds that `times` calls take when C++ makes them: what the method's own cost is measured against.
double repeat(handle<engine> const& h, std::string query, py::object const& variables, std::size_t times) {
    auto const call = call_of(std::move(query), variables, std::nullopt);
    auto const used = h.use();
    gil_release const released;
    using clock = std::chrono::steady_clock;
    return run_here<double>([&]() -> asio::awaitable<double> {
        auto const begin = clock::now();
        for (std::size_t i = 0; i < times; ++i) {
            auto work = used->execute(call);
            auto const answer = co_await std::move(work);
        }
        co_return std::chrono::duration<double>(clock::now() - begin).count();
    });
}

std::shared_ptr<handle<engine>> open(engine_options const& options) {
    return std::make_shared<handle<engine>>(unlocked([&] { return engine::open(options); }));
}

void bind_completions(py::module_& m) {
    py::class_<completions, std::shared_ptr<completions>> c(m, "Completions", "Calls an event loop waits for.");
    c.def(py::init<>());
    c.def("fileno", &completions::descriptor, "Readable when calls have ended.");
    c.def("take", &completions::take, "What ended: (ticket, value, exception).");
}

} // namespace

void bind_engine(py::module_& m) {
    bind_completions(m);
    m.def("from_json", [](py::bytes const& text) { return from_json(std::string_view(text)); }, py::arg("text"), "A JSON text as Python objects.");
    m.def("to_json", [](py::object const& value) { return bytes_of(to_json(value)); }, py::arg("value"), "A Python value as JSON.");
    bind_transaction(m);
    handle_class<engine> c(m, "EngineCore", "An open engine.");
    c.def(py::init([](std::string url, std::string service, std::string stage, bool raw_access, bool durable, std::uint32_t connection_limit,
                      std::string management_schema) {
        return open({std::move(url), std::move(service), std::move(stage), raw_access, durable, connection_limit, std::move(management_schema)});
    }), py::arg("url"), py::arg("service"), py::arg("stage"), py::arg("raw_access"), py::arg("durable"), py::arg("connection_limit"),
          py::arg("management_schema"));
    c.def_property_readonly("project", [](handle<engine> const& h) { return h.use()->project(); }, "The id of the project.");
    c.def_property_readonly("dialect", [](handle<engine> const& h) { return h.use()->dialect().name; }, "sqlite or postgres.");
    c.def_property_readonly("is_closed", &handle<engine>::is_closed, "Whether close() was called.");
    c.def("close", &handle<engine>::close, "Calls under way end as usual.");
    c.def("refresh", [](handle<engine> const& h) { h.use()->refresh(); }, "Reads the deployed datamodel anew.");
    c.def("repeat", &repeat, py::arg("query"), py::arg("variables"), py::arg("times"), "Seconds that many calls take without Python.");
    def_graphql(c, "execute", &engine::execute, "The answer to a request.");
    def_graphql(c, "execute_private", &engine::execute_private, "The answer to a request to the endpoint `private`.");
    def_graphql(c, "manage", &engine::manage, "The answer of the Management API.");
    def_body(c, "import_ndf", &engine::import, "Imports a chunk of the normalized data format.");
    def_body(c, "export_ndf", &engine::exported, "Exports a page in the normalized data format.");
    def_post(c);
    def_batch(c);
    def_plain<begun_transaction>(c, "begin", [](std::shared_ptr<engine> const& e) { return engine::begin(e); },
                                 "A transaction; or the answer to a request, if there is no service.");
}

} // namespace refract::python
