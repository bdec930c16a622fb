// What must be done by a certain time, checked with as few timers as possible.
#pragma once

#include <refract/core/config.hpp>

#include <chrono>
#include <cstdint>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

namespace refract::http::detail {

/// The steady clock, some milliseconds late: enough for timeouts, and the cheapest there is.
REFRACT_DECL std::chrono::steady_clock::time_point coarse_now() noexcept;

/// A deadline that is set and cleared for every request.
///
/// Shape: a timer is set anew only when it has to fire earlier than it would; one that fires too early waits on.
/// Cost: set() is a reading of the coarse clock, as long as deadlines only grow.
/// Lifetime: a member of its `Owner`, which is kept by a shared pointer (`std::enable_shared_from_this`) and has
/// `void on_deadline()`. All on its executor.
class deadline {
public:
    using clock = std::chrono::steady_clock;

    explicit deadline(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

    /// From now on; `owner.on_deadline()` is called if it is neither cleared nor set again by then.
    template <class Owner> void set(Owner& owner, std::uint32_t seconds) {
        passed_ = false;
        at_ = coarse_now() + std::chrono::seconds(seconds);
        if (at_ < armed_) {
            arm(owner);
        }
    }

    void clear() noexcept { at_ = clock::time_point::max(); }

    /// Whether the last one that was set has passed.
    [[nodiscard]] bool passed() const noexcept { return passed_; }

    void cancel() { timer_.cancel(); }

private:
    template <class Owner> void arm(Owner& owner) {
        armed_ = at_;
        timer_.expires_at(armed_);
        timer_.async_wait([this, weak = owner.weak_from_this()](boost::system::error_code const& failed) {
            auto const alive = weak.lock();
            if (failed || !alive) {
                return;
            }
            armed_ = clock::time_point::max();
            if (clock::now() >= at_) {
                passed_ = true;
                alive->on_deadline();
            } else if (at_ != clock::time_point::max()) {
                arm(*alive);
            }
        });
    }

    boost::asio::steady_timer timer_;
    clock::time_point at_ = clock::time_point::max();
    clock::time_point armed_ = clock::time_point::max();
    bool passed_ = false;
};

} // namespace refract::http::detail
