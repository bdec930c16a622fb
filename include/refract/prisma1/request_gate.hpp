// How many requests a service takes, and how fast: Prisma 1's throttling, and a bound on those under way.
// See: prisma1/application.hpp, which asks it before it runs a request.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace refract::prisma1 {

/// Bounds for each service. Zero: none.
struct request_gate_options {
    std::uint32_t rate = 0;                    ///< requests in per_seconds, on average; as many may come at once after a pause
    std::uint32_t per_seconds = 1;
    std::uint32_t max_waiting = 0;             ///< requests that wait for their turn; 0: the rate is not bounded
    std::chrono::milliseconds max_wait{25'000};
    std::unordered_set<std::string> exempt{};  ///< project ids the rate is not for
    std::uint32_t max_running = 0;             ///< requests under way

    [[nodiscard]] bool throttles() const noexcept { return rate > 0 && max_waiting > 0; }
    [[nodiscard]] bool on() const noexcept { return throttles() || max_running > 0; }
};

/// Why a request was not let in.
enum class gate_refusal : std::uint8_t {
    full,    ///< too many wait already
    late,    ///< its turn did not come within max_wait
    crowded, ///< too many are under way
};

/// Lets the requests of each service in, in the order in which they came.
///
/// Shape: a token bucket that holds `rate` tokens; who finds it empty waits for the next one.
/// Thread safety: all members. Cost: one lock and one lookup a request; nothing is kept of a service without requests under way
/// once its bucket is full again.
/// Lifetime: made by std::make_shared; a pass keeps it alive.
class request_gate : public std::enable_shared_from_this<request_gate> {
public:
    using clock = std::chrono::steady_clock;

    explicit request_gate(request_gate_options options) : options_(std::move(options)) {}

    /// One request's way through; it is over when this is destroyed.
    class pass {
    public:
        pass() = default;
        pass(std::shared_ptr<request_gate> gate, std::string project_id, std::chrono::milliseconds waited, bool throttled)
            : gate_(std::move(gate)), project_id_(std::move(project_id)), waited_(waited), throttled_(throttled) {}
        pass(pass&&) noexcept = default;
        pass& operator=(pass&& other) noexcept {
            std::swap(gate_, other.gate_);
            std::swap(project_id_, other.project_id_);
            std::swap(waited_, other.waited_);
            std::swap(throttled_, other.throttled_);
            return *this;
        }
        ~pass() {
            if (gate_) {
                gate_->leave(project_id_, clock::now());
            }
        }

        [[nodiscard]] std::chrono::milliseconds waited() const noexcept { return waited_; }
        /// Whether the rate was for it, waited or not.
        [[nodiscard]] bool throttled() const noexcept { return throttled_; }

    private:
        std::shared_ptr<request_gate> gate_{};
        std::string project_id_{};
        std::chrono::milliseconds waited_{0};
        bool throttled_ = false;
    };

    /// When a request may run.
    struct turn {
        clock::duration wait{0};
        bool late = false; ///< it has to give up after the wait
    };

    /// Waits for the turn of a request of a service. Errors: why it may not run.
    REFRACT_DECL boost::asio::awaitable<refract::result<pass, gate_refusal>> enter(std::string project_id);

    /// The first half of enter(), without a clock: takes a place in the row, which arrive() leaves. Errors: full.
    REFRACT_DECL refract::result<turn, gate_refusal> queue(std::string const& project_id, clock::time_point now);

    /// The second half: the wait is over. Errors: late, crowded.
    REFRACT_DECL refract::result<void, gate_refusal> arrive(std::string const& project_id, turn const& t, clock::time_point now);

    /// A request is done.
    REFRACT_DECL void leave(std::string const& project_id, clock::time_point now);

    /// Services it keeps something of.
    [[nodiscard]] REFRACT_DECL std::size_t size() const;

private:
    struct group {
        clock::time_point empty_until{}; ///< the bucket is full at this time
        std::uint32_t waiting = 0;
        std::uint32_t running = 0;
    };

    [[nodiscard]] bool throttles(std::string const& project_id) const {
        return options_.throttles() && !options_.exempt.contains(project_id);
    }
    REFRACT_DECL void forget_if_idle(std::unordered_map<std::string, group>::iterator at, clock::time_point now);

    request_gate_options options_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, group> groups_; ///< by project id; guarded by mutex_
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/request_gate.ipp>
#endif
