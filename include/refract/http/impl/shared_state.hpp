// What all sessions of a server share.
#pragma once

#include <refract/core/config.hpp>
#include <refract/http/impl/zipped_bodies.hpp>
#include <refract/http/server.hpp>

#include <atomic>
#include <cstddef>
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
    std::mutex mutex{};
    zipped_bodies zipped{};
    std::unordered_set<session*> sessions{}; ///< guarded by mutex; each is alive while it is in here
};

} // namespace refract::http::detail
