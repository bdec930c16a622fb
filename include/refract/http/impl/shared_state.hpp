// What all sessions of a server share.
#pragma once

#include <refract/core/config.hpp>
#include <refract/http/impl/address_count.hpp>
#include <refract/http/impl/zipped_bodies.hpp>
#include <refract/http/server_options.hpp>

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_set>

namespace refract::http::detail {

class session;

/// What all sessions of a server share.
struct shared_state {
    server_options options{};
    handler answer{};
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> open{0};
    zipped_bodies zipped{};
    address_count addresses{};
    std::unique_ptr<rate_limiter> limiter{}; ///< null: requests are not counted
    std::mutex mutex{};
    std::unordered_set<session*> sessions{}; ///< guarded by mutex; each is alive while it is in here
    std::size_t most_open = 0;               ///< sessions at a time, since memory was given back
    std::list<session*> fresh{};             ///< those of them that have sent no request yet, the oldest first
};

} // namespace refract::http::detail
