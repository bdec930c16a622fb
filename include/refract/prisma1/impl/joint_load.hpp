// One loads, and all who want the same wait for it.
#pragma once

#include <refract/db/completion.hpp>

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace refract::prisma1::detail {

/// Something that is being loaded, once for all who want it meanwhile. Thread safety: all members.
template <class T> class joint_load {
public:
    explicit joint_load(std::uint64_t generation) : generation_(generation) {}

    /// Who knows of a newer one does not want this.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// For db::wait_for(): what settle() gives.
    void wait(db::completion<T> done) {
        std::unique_lock hold(mutex_);
        if (!value_) {
            waiting_.push_back(std::move(done));
            return;
        }
        hold.unlock();
        done(*value_); // it does not change any more
    }

    /// It is there. Once.
    void settle(T const& value) {
        std::vector<db::completion<T>> waiting;
        {
            std::lock_guard const hold(mutex_);
            value_ = value;
            waiting = std::exchange(waiting_, {});
        }
        for (auto& done : waiting) {
            done(value);
        }
    }

private:
    std::uint64_t generation_;
    std::mutex mutex_{};
    std::optional<T> value_{};
    std::vector<db::completion<T>> waiting_{};
};

} // namespace refract::prisma1::detail
