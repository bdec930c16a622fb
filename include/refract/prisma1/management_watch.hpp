// Other servers on the same tables: what they deploy is seen here.
// See: prisma1/management.hpp, postgres/listener.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/prisma1/management.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace refract::prisma1 {

/// Compares the states in memory with the tables (management::refresh()), from time to time and whenever it is woken.
///
/// Lifetime: made by std::make_shared; runs, and keeps its executor busy, until stop(). Thread safety: wake() and stop() on any thread.
class management_watch : public std::enable_shared_from_this<management_watch> {
public:
    /// `changed` is asked each `interval`: false spares the comparison. Empty: always true.
    REFRACT_DECL management_watch(
        boost::asio::any_io_executor executor, std::shared_ptr<management> api, std::chrono::milliseconds interval,
        std::function<bool()> changed = {}
    );

    REFRACT_DECL void start();
    /// Compares now.
    REFRACT_DECL void wake();
    REFRACT_DECL void stop();
    /// From start() until it has ended, which after stop() takes as long as the comparison under way.
    [[nodiscard]] bool is_running() const noexcept { return running_.load(); }

private:
    REFRACT_DECL boost::asio::awaitable<void> run();
    REFRACT_DECL void interrupt();

    boost::asio::any_io_executor strand_;
    std::shared_ptr<management> api_;
    std::chrono::milliseconds interval_;
    std::function<bool()> changed_;
    boost::asio::steady_timer timer_; ///< on the strand
    std::atomic<bool> woken_{false};
    std::atomic<bool> stopped_{false};
    std::atomic<bool> running_{false};
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/management_watch.ipp>
#endif
