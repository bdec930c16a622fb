// What Python holds of an engine: it can be closed, and knows the process it was opened in.
#pragma once

#include "completions.hpp"
#include "convert.hpp"
#include "engine.hpp"
#include "runtime.hpp"

#include <memory>
#include <utility>

namespace refract::python {

/// All members need the GIL.
class engine_handle {
public:
    explicit engine_handle(std::shared_ptr<engine> used) : used_(std::move(used)), forks_(fork_count()) {}
    engine_handle(engine_handle const&) = delete;
    engine_handle& operator=(engine_handle const&) = delete;

    ~engine_handle() { close(); }

    /// The engine, for one call. Errors: raises refract.Error if it is closed, or was opened before a fork.
    [[nodiscard]] std::shared_ptr<engine> use() const {
        if (!used_) {
            raise({errc::unavailable, "It is closed.", {}});
        }
        if (forks_ != fork_count()) {
            raise({errc::unavailable, "It was opened before this process was forked: open it in the process that uses it.", {}});
        }
        return used_;
    }

    [[nodiscard]] bool is_closed() const noexcept { return used_ == nullptr; }

    void close() {
        if (forks_ != fork_count()) {
            new std::shared_ptr<engine>(std::move(used_)); // NOLINT: its threads are the parent's: nothing of it can be ended here
            return;
        }
        auto closing = std::exchange(used_, nullptr);
        gil_release const released;
        closing.reset(); // the last one to use it ends it
    }

private:
    std::shared_ptr<engine> used_;
    std::uint64_t forks_;
};

} // namespace refract::python
