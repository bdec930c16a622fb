// Threads and execution contexts of the module, shared by all engines, pools and servers. Nothing here knows Python.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace refract::python {

namespace asio = boost::asio;

/// How often this process is the child of a fork: what was opened before the last one has lost its threads.
[[nodiscard]] std::uint64_t fork_count() noexcept;

/// Where sockets and timers are served, by one thread that is started when it is first asked for and never ends: so it can't end in the
/// middle of somebody's work when the interpreter goes. A forked child gets its own.
[[nodiscard]] asio::io_context& io_context();

/// Worker threads for SQLite, under the same terms.
[[nodiscard]] asio::any_io_executor workers();

/// A context of the calling thread's own, to run a coroutine on while it waits. Contexts are kept and used again: an empty one costs
/// 2 microseconds to make.
class context_lease {
public:
    context_lease();
    context_lease(context_lease const&) = delete;
    context_lease& operator=(context_lease const&) = delete;
    ~context_lease();

    [[nodiscard]] asio::io_context& get() noexcept { return *context_; }

private:
    std::unique_ptr<asio::io_context> context_;
};

/// Runs a coroutine on the calling thread, as far as it does not go elsewhere itself, and waits for its value. `make` makes it.
///
/// Exceptions: those of the coroutine.
template <class T, class Make> T run_here(Make make) {
    context_lease lease;
    std::optional<T> out;
    std::exception_ptr thrown;
    auto const body = [&]() -> asio::awaitable<void> {
        auto work = make();
        out.emplace(co_await std::move(work));
    };
    asio::co_spawn(lease.get(), body, [&thrown](std::exception_ptr e) { thrown = std::move(e); });
    lease.get().run();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return std::move(*out);
}

} // namespace refract::python
