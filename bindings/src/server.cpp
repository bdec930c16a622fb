// refract.Server: the HTTP server on a thread of this process.
#include "convert.hpp"
#include "engine.hpp"
#include "handle.hpp"
#include "runtime.hpp"

#include "backend.hpp"
#include "routes.hpp"

#include <refract/config/server_config.hpp>
#include <refract/http/server.hpp>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <pybind11/stl.h>

namespace refract::python {

namespace {

struct server_options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    std::uint32_t threads = 1;
};

/// A listening server and its threads. Nothing here knows Python.
class http_host {
public:
    /// Serves the databases of a configuration. Exceptions: refract::exception.
    http_host(config::server_config const& config, server_options const& o) : context_(static_cast<int>(o.threads)) {
        server::backend_options wanted;
        wanted.one_thread = o.threads == 1;
        auto made = server::make_backend(context_.get_executor(), workers(), config, wanted);
        if (!made) {
            throw exception(made.failure());
        }
        backend_ = std::move(*made);
        run(o.threads);
        try {
            auto const start = [this]() -> asio::awaitable<void> {
                auto work = backend_->management().start();
                auto const started = co_await std::move(work);
                started.value();
                backend_->follow();
            };
            on_context(start);
            listen(backend_->application(), o);
        } catch (...) {
            stop(0);
            throw;
        }
    }

    /// Serves an engine, which stays open meanwhile.
    http_host(std::shared_ptr<engine> served, server_options const& o) : context_(static_cast<int>(o.threads)), engine_(std::move(served)) {
        run(o.threads);
        try {
            listen(engine_->application(), o);
        } catch (...) {
            stop(0);
            throw;
        }
    }

    http_host(http_host const&) = delete;
    http_host& operator=(http_host const&) = delete;

    ~http_host() { stop(0); }

    [[nodiscard]] std::uint16_t port() const noexcept { return http_->port(); }

    /// Lets requests under way finish, `seconds` at most. Call it once at a time.
    void stop(std::uint32_t seconds) {
        if (threads_.empty()) {
            return;
        }
        auto const finish = [this, seconds]() -> asio::awaitable<void> {
            if (http_) {
                auto work = http_->drain(seconds);
                co_await std::move(work);
            }
            if (backend_) {
                backend_->close();
            }
        };
        on_context(finish);
        busy_.reset();
        context_.stop();
        for (auto& thread : threads_) {
            thread.join();
        }
        threads_.clear();
    }

private:
    void run(std::uint32_t threads) {
        for (std::uint32_t i = 0; i < threads; ++i) {
            threads_.emplace_back([this] { context_.run(); });
        }
    }

    /// Runs a coroutine on the server's threads and waits for it.
    template <class Body> void on_context(Body const& body) {
        std::promise<void> ended;
        asio::co_spawn(context_, body, [&ended](std::exception_ptr const& thrown) {
            thrown ? ended.set_exception(thrown) : ended.set_value();
        });
        ended.get_future().get();
    }

    void listen(prisma1::application& application, server_options const& o) {
        http::server_options options;
        options.address = o.host;
        options.port = o.port;
        options.strands = o.threads > 1;
        options.request_id_prefix = "local";
        http_.emplace(context_.get_executor(), std::move(options), server::make_handler(application, {}));
        http_->listen().value();
    }

    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> busy_{context_.get_executor()};
    std::shared_ptr<engine> engine_{};
    std::unique_ptr<server::backend> backend_{};
    std::optional<http::server> http_{};
    std::vector<std::thread> threads_{};
};

/// What Python holds of it. With the GIL.
class server_handle {
public:
    template <class Served> server_handle(Served const& served, server_options const& o) : forks_(fork_count()) {
        host_ = unlocked([&] { return std::make_unique<http_host>(served, o); });
        port_ = host_->port();
    }
    server_handle(server_handle const&) = delete;
    server_handle& operator=(server_handle const&) = delete;
    ~server_handle() { stop(0); }

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] bool is_running() const noexcept { return host_ != nullptr; }

    void stop(std::uint32_t seconds) {
        auto stopped = std::exchange(host_, nullptr);
        if (forks_ != fork_count()) {
            static_cast<void>(stopped.release()); // its threads are the parent's
            return;
        }
        if (stopped) {
            gil_release const released;
            stopped->stop(seconds);
            stopped.reset();
        }
    }

private:
    std::unique_ptr<http_host> host_;
    std::uint64_t forks_;
    std::uint16_t port_ = 0;
};

} // namespace

void bind_server(py::module_& m) {
    py::class_<server_handle> c(m, "ServerCore", "A running server.");
    c.def(py::init([](config::server_config const& config, std::string host, std::uint16_t port, std::uint32_t threads) {
        return std::make_unique<server_handle>(config, server_options{std::move(host), port, std::max(1U, threads)});
    }), py::arg("served"), py::arg("host"), py::arg("port"), py::arg("threads"));
    c.def(py::init([](handle<engine> const& served, std::string host, std::uint16_t port, std::uint32_t threads) {
        return std::make_unique<server_handle>(served.use(), server_options{std::move(host), port, std::max(1U, threads)});
    }), py::arg("served"), py::arg("host"), py::arg("port"), py::arg("threads"));
    c.def_property_readonly("port", &server_handle::port, "The port it listens on.");
    c.def_property_readonly("is_running", &server_handle::is_running, "False once it was stopped.");
    c.def("stop", &server_handle::stop, py::arg("seconds"), "Requests under way finish, for so long at most.");
}

} // namespace refract::python
