// The threads that serve requests: one event loop each.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

namespace refract::server {

/// A context whose handlers can be destroyed while all that they belong to is still there: those of one context own objects of another.
template <class Context> class ending : public Context {
public:
    using Context::Context;
    using boost::asio::execution_context::shutdown;
};

/// As many loops as threads, so that a connection and what it uses never change thread.
///
/// Thread safety: stop() on any thread.
class event_loops {
public:
    explicit event_loops(std::size_t count);

    /// The one that everything begins on, and that says when all is done.
    [[nodiscard]] boost::asio::io_context& first() noexcept { return *contexts_.front(); }

    /// One of each loop; none if there is but one.
    [[nodiscard]] std::vector<boost::asio::any_io_executor> executors() const;

    /// Runs the first one on the calling thread until nothing is under way on it, then the others until nothing is on them.
    void run();

    /// Leaves what is under way.
    void stop();

    /// Destroys what was left under way. Once run() has returned.
    void shutdown();

private:
    using context = ending<boost::asio::io_context>;

    std::vector<std::unique_ptr<context>> contexts_;
};

/// How many are best here, unless told otherwise: half the cores, as a database on the same machine needs more of them than the server,
/// and four at most, as many as the usual number of database connections feeds.
std::size_t usual_loops();

} // namespace refract::server
