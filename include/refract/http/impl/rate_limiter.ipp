#pragma once

#include <refract/http/rate_limiter.hpp>

#include <algorithm>
#include <cmath>

namespace refract::http {

REFRACT_DECL rate_limiter::entry& rate_limiter::find(std::string_view client, clock::time_point now) {
    if (auto const known = by_client_.find(client); known != by_client_.end()) {
        entries_.splice(entries_.begin(), entries_, known->second);
        return entries_.front();
    }
    if (entries_.size() >= std::max<std::size_t>(limit_.max_clients, 1)) {
        by_client_.erase(entries_.back().client);
        entries_.pop_back();
    }
    entries_.push_front({std::string(client), now});
    by_client_.emplace(entries_.front().client, entries_.begin());
    return entries_.front();
}

REFRACT_DECL std::uint32_t rate_limiter::ask(std::string_view client, clock::time_point now) {
    if (limit_.requests == 0) {
        return 0;
    }
    auto const window = std::chrono::duration_cast<clock::duration>(limit_.window);
    std::lock_guard const hold(mutex_);
    entry& e = find(client, now);
    if (auto const since = now - e.start; since >= window) {
        bool const next = since < 2 * window;
        e.previous = next ? e.current : 0;
        e.current = 0;
        e.start = next ? e.start + window : now;
    }
    double const passed = std::max(0.0, static_cast<double>((now - e.start).count()) / static_cast<double>(window.count()));
    constexpr double rounding = 1e-6; // who comes at the very moment he was told is let through
    double const limit = limit_.requests + rounding;
    if (e.previous * (1 - passed) + e.current < limit && e.current < limit_.requests) {
        ++e.current;
        return 0;
    }
    // The part of a window after which there is room: of this one if it has room itself, else of the next one.
    bool const here = e.current < limit_.requests;
    double const free_at = here ? 1 - static_cast<double>(limit_.requests - e.current) / e.previous : 1;
    double const seconds = (free_at - passed) * static_cast<double>(limit_.window.count());
    return std::max(1U, static_cast<std::uint32_t>(std::ceil(seconds)));
}

REFRACT_DECL std::size_t rate_limiter::size() const {
    std::lock_guard const hold(mutex_);
    return entries_.size();
}

} // namespace refract::http
