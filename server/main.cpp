// refract-server: reads the configuration, starts everything, stops cleanly.
#include "backend.hpp"
#include "check_config_command.hpp"
#include "command_line.hpp"
#include "effective_config.hpp"
#include "event_loops.hpp"
#include "routes.hpp"
#include "startup_checks.hpp"
#include "transport.hpp"

#include <refract/core/log.hpp>
#include <refract/core/version.hpp>
#include <refract/http/server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <malloc.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::server {

namespace {

namespace asio = boost::asio;

constexpr std::uint32_t drain_seconds = 30;         ///< for requests under way when the server stops
constexpr int start_attempts = 30;                  ///< a database server may start together with this one
constexpr std::chrono::seconds between_attempts{2};
constexpr std::chrono::milliseconds last_pause{5};  ///< for the server's own statement under way
constexpr int most_pauses = 200;

/// For writes and long reads of SQLite: more than the long reads one service may have at a time (sqlite::database_options::readers), so
/// that they are in the way of nobody else's.
unsigned worker_threads() { return 2 * std::max(2U, std::thread::hardware_concurrency()); }

/// The server while it runs.
class program {
public:
    program(command_line line, config::loaded_config loaded, startup_findings findings, http::server_options transport)
        : line_(std::move(line)), loaded_(std::move(loaded)), findings_(std::move(findings)), transport_(std::move(transport)),
          loops_(line_.threads), workers_(worker_threads()), signals_(loops_.first(), SIGINT, SIGTERM),
          certificate_(loops_.first(), transport_.tls, std::chrono::seconds(line_.tls_watch_seconds)) {}

    /// Runs until a signal; the exit code.
    int run() {
        backend_options const wanted{line_.bounds, true, loops_.executors(), !line_.no_introspection};
        auto made = make_backend(loops_.first().get_executor(), workers_.get_executor(), loaded_.config, wanted);
        if (!made) {
            log::write(log::level::error, "server.configuration_refused", {{"reason", made.failure().message}});
            return 1;
        }
        backend_ = std::move(*made);
        signals_.async_wait([this](boost::system::error_code const& failed, int signal) {
            if (!failed) {
                on_signal(signal);
            }
        });
        certificate_.start();
        asio::co_spawn(loops_.first(), start(), [this](std::exception_ptr const& thrown) {
            if (thrown) {
                fail("The server could not be started.");
            }
        });
        loops_.run();
        workers_.stop(); // nothing is under way any more, or somebody asked twice
        workers_.join();
        loops_.shutdown();
        workers_.shutdown();
        log::write(log::level::info, "server.stopped", {{"exitCode", exit_code_.load()}});
        return exit_code_.load();
    }

private:
    /// What was read without effect, and what the operator should look at; the last lines before the first request.
    void tell_findings() const {
        for (auto const& note : loaded_.config.notes) {
            log::write(log::level::info, "server.configuration_note", {{"message", note}});
        }
        for (auto const& warning : findings_.warnings) {
            // Whatever the log level: nobody shall run an open server without knowing.
            std::fputs(log::format(log::level::warn, "server.warning", {{"message", warning}}).c_str(), stderr);
        }
    }

    void fail(std::string const& reason) {
        log::write(log::level::error, "server.start_failed", {{"reason", reason}});
        exit_code_ = 1;
        loops_.stop();
    }

    /// Waits for the database, then listens.
    asio::awaitable<void> start() {
        // A file does not come back by waiting for it.
        bool const is_file = loaded_.config.databases.front().type == config::connector::sqlite;
        int const attempts = is_file ? 1 : start_attempts;
        for (int attempt = 1;; ++attempt) {
            auto work = backend_->management().start();
            auto const started = co_await std::move(work);
            if (started) {
                break;
            }
            if (stopping_.load()) {
                co_return;
            }
            if (attempt == attempts) {
                fail(started.failure().message);
                co_return;
            }
            log::write(log::level::warn, "server.database_unavailable", {{"reason", started.failure().message}, {"attempt", attempt}});
            asio::steady_timer pause(loops_.first(), between_attempts);
            boost::system::error_code ignored;
            auto token = asio::redirect_error(asio::use_awaitable, ignored);
            co_await pause.async_wait(token);
        }
        if (!stopping_.load()) {
            backend_->follow();
            listen();
        }
    }

    void listen() {
        transport_.loops = loops_.executors();
        http_.emplace(loops_.first().get_executor(), transport_, make_handler(backend_->application(), {line_.graphql_over_http, line_.bounds}));
        auto const listening = http_->listen();
        if (!listening) {
            fail(listening.failure().message);
            return;
        }
        config::database_config const& database = loaded_.config.databases.front();
        log::write(log::level::info, "server.running",
                   {{"message", "Server running on " + place()},
                    {"address", transport_.address},
                    {"tls", transport_.tls != nullptr},
                    {"unixSocket", transport_.unix_socket},
                    {"version", version},
                    {"config", loaded_.source},
                    {"connector", name(database.type)},
                    {"database", database.database},
                    {"threads", line_.threads}});
        tell_findings();
    }

    [[nodiscard]] std::string place() const {
        return line_.no_tcp ? transport_.unix_socket : ":" + std::to_string(http_->port());
    }

    void on_signal(int signal) {
        log::write(log::level::info, "server.stopping", {{"signal", signal}});
        stopping_.store(true);
        signals_.async_wait([this](boost::system::error_code const& failed, int) {
            if (!failed) {
                loops_.stop(); // asked twice: don't wait for anybody
            }
        });
        asio::co_spawn(loops_.first(), drain(), [this](std::exception_ptr const&) { loops_.stop(); });
    }

    asio::awaitable<void> drain() {
        if (http_) {
            auto work = http_->drain(drain_seconds);
            co_await std::move(work);
        }
        backend_->close();
        certificate_.stop();
        // A statement under way would keep its connection, and the connection what waits for it.
        for (int i = 0; backend_->is_following() && i < most_pauses; ++i) {
            asio::steady_timer pause(loops_.first(), last_pause);
            auto waiting = pause.async_wait(asio::use_awaitable);
            co_await std::move(waiting);
        }
    }

    command_line line_;
    config::loaded_config loaded_;
    startup_findings findings_;
    http::server_options transport_;
    event_loops loops_;
    ending<asio::thread_pool> workers_;
    asio::signal_set signals_;
    certificate_watch certificate_;
    std::unique_ptr<backend> backend_{};
    std::optional<http::server> http_{};
    std::atomic<bool> stopping_{false};
    std::atomic<int> exit_code_{0};
};

int serve(command_line line) {
    auto loaded = effective_config(line);
    if (!loaded) {
        std::fprintf(stderr, "Unable to load Prisma config: %s\n", loaded.failure().message.c_str());
        return 1;
    }
    auto findings = check_startup(loaded->config, line.address, !line.no_tcp);
    if (!findings.problems.empty()) {
        for (auto const& problem : findings.problems) {
            log::write(log::level::error, "server.configuration_refused", {{"reason", problem}});
        }
        return 1;
    }
    ::mallopt(M_MMAP_THRESHOLD, 4 << 20); // the memory of a large request goes back to the system with it: glibc would keep it for the next
    std::signal(SIGPIPE, SIG_IGN); // a client that is gone is an error of its socket, not the end of the server
    auto transport = make_transport(line, findings.address, loaded->config.port);
    if (!transport) {
        log::write(log::level::error, "server.configuration_refused", {{"reason", transport.failure().message}});
        return 1;
    }
    transport->rate.requests = loaded->config.rate_limit.requests;
    transport->rate.window = std::chrono::seconds(loaded->config.rate_limit.per_seconds);
    if (auto const files = raise_file_limit(); files < line.bounds.max_connections) {
        log::write(log::level::warn, "server.few_files",
                   {{"message", "This process may have fewer open files than connections are allowed (ulimit -n)."}, {"files", files}});
    }
    program server(std::move(line), std::move(*loaded), std::move(findings), std::move(*transport));
    return server.run();
}

int run(int argc, char const* const* argv) {
    command_line line = parse_command_line(argc, argv);
    if (line.exit_code) {
        return *line.exit_code;
    }
    log::set_threshold(line.log_level);
    switch (line.what) {
    case action::check_config: return run_check_config(line);
    case action::token: return run_token(line);
    case action::introspect: return run_introspect(line);
    case action::serve: break;
    }
    return serve(std::move(line));
}

} // namespace

} // namespace refract::server

int main(int argc, char** argv) {
    try {
        return refract::server::run(argc, argv);
    } catch (std::exception const& e) {
        std::fprintf(stderr, "refract-server: %s\n", e.what());
        return 1;
    }
}
