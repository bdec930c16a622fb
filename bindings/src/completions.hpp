// Calls an event loop waits for: they end on threads that know no Python, and are collected by the loop's own.
#pragma once

#include "convert.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace refract::python {

/// Makes the Python value of a call that ended, or raises. Called with the GIL.
using finisher = std::function<py::object()>;

/// The finished calls of one event loop, which watches the descriptor.
///
/// Thread safety: push() on any thread, without the GIL; the rest on the loop's.
class completions {
public:
    completions();
    completions(completions const&) = delete;
    completions& operator=(completions const&) = delete;
    ~completions();

    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

    void push(std::uint64_t ticket, finisher finish);

    /// What ended since the last time: `(ticket, value, exception)`, the last two None if they are not.
    [[nodiscard]] py::list take();

private:
    struct entry {
        std::uint64_t ticket;
        finisher finish;
    };

    int descriptor_;
    std::mutex mutex_{};
    std::vector<entry> ended_{};
};

} // namespace refract::python
