#include "runtime.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

namespace refract::python {

namespace {

std::atomic<std::uint64_t> forks{0};

/// What a process has of its own. Never destroyed.
struct runtime {
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> busy{io.get_executor()};
    asio::thread_pool workers{2 * std::max(2U, std::thread::hardware_concurrency())};
    std::mutex mutex{};
    std::vector<std::unique_ptr<asio::io_context>> idle{};

    runtime() {
        std::thread([this] { io.run(); }).detach();
    }
};

std::atomic<runtime*> current{nullptr};
std::mutex making;

void on_fork() {
    forks.fetch_add(1);
    current.store(nullptr); // its threads are the parent's
    new (&making) std::mutex(); // somebody may have held it
}

runtime& this_process() {
    if (auto* const found = current.load(std::memory_order_acquire)) {
        return *found;
    }
    std::lock_guard const lock(making);
    static bool const watching = pthread_atfork(nullptr, nullptr, on_fork) == 0;
    static_cast<void>(watching);
    if (auto* const found = current.load(std::memory_order_acquire)) {
        return *found;
    }
    auto* const made = new runtime; // NOLINT: never destroyed, see runtime.hpp
    current.store(made, std::memory_order_release);
    return *made;
}

} // namespace

std::uint64_t fork_count() noexcept { return forks.load(std::memory_order_relaxed); }

asio::io_context& io_context() { return this_process().io; }

asio::any_io_executor workers() { return this_process().workers.get_executor(); }

context_lease::context_lease() {
    auto& all = this_process();
    {
        std::lock_guard const lock(all.mutex);
        if (!all.idle.empty()) {
            context_ = std::move(all.idle.back());
            all.idle.pop_back();
        }
    }
    if (context_) {
        context_->restart();
    } else {
        context_ = std::make_unique<asio::io_context>(1);
    }
}

context_lease::~context_lease() {
    auto& all = this_process();
    std::lock_guard const lock(all.mutex);
    all.idle.push_back(std::move(context_));
}

} // namespace refract::python
