// So many requests in so many seconds for each client, without keeping a list of them.
// See: http/server.hpp.
#pragma once

#include <refract/core/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace refract::http {

struct rate_limit {
    std::uint32_t requests = 0;        ///< in one window; 0: no limit
    std::chrono::seconds window{1};
    std::size_t max_clients = 100'000; ///< known at a time; who was not seen for longest is forgotten first
};

/// Counts the requests of clients in a sliding window.
///
/// Shape: two counters a client: those of this window, which began with a request of its, and those of the one before, of which as
/// much counts as the sliding window still covers of it. Under constant pressure that gives exactly `requests` in each window.
/// A request that is refused does not count.
/// Thread safety: all members. Cost: one lock and one lookup, whatever the number of clients.
class rate_limiter {
public:
    using clock = std::chrono::steady_clock;

    explicit rate_limiter(rate_limit limit) : limit_(limit) {}

    /// Counts a request of a client. Zero: it may be answered; else the seconds after which another one may be, rounded up.
    REFRACT_DECL std::uint32_t ask(std::string_view client, clock::time_point now = clock::now());

    /// Clients it knows.
    [[nodiscard]] REFRACT_DECL std::size_t size() const;

private:
    struct entry {
        std::string client;
        clock::time_point start{};  ///< of the window
        std::uint32_t current = 0;
        std::uint32_t previous = 0; ///< of the window before
    };

    REFRACT_DECL entry& find(std::string_view client, clock::time_point now);

    rate_limit limit_;
    mutable std::mutex mutex_;
    std::list<entry> entries_; ///< the last one seen first; guarded by mutex_
    std::unordered_map<std::string_view, std::list<entry>::iterator> by_client_; ///< refers to the texts of `entries_`
};

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/rate_limiter.ipp>
#endif
