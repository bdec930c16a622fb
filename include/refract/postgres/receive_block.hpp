// The bytes a connection receives: shared by those who still read the rows in them, used again when nobody does.
// See: postgres/session.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace refract::postgres::detail {

/// A counted reference to a block of bytes.
///
/// Thread safety: references to one block may be copied and destroyed on any threads. Who sees alone() may write over all of it.
class receive_block {
public:
    receive_block() = default;
    explicit receive_block(std::size_t capacity) : block_(new counted{{1}, capacity, std::unique_ptr<char[]>(new char[capacity])}) {}
    receive_block(receive_block const& other) noexcept : block_(other.block_) {
        if (block_ != nullptr) {
            block_->users.fetch_add(1, std::memory_order_relaxed);
        }
    }
    receive_block(receive_block&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    receive_block& operator=(receive_block other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~receive_block() {
        if (block_ != nullptr && block_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete block_;
        }
    }

    [[nodiscard]] char* data() const noexcept { return block_ != nullptr ? block_->bytes.get() : nullptr; }
    [[nodiscard]] std::size_t capacity() const noexcept { return block_ != nullptr ? block_->capacity : 0; }
    /// True if this is the only reference.
    [[nodiscard]] bool alone() const noexcept { return block_ != nullptr && block_->users.load(std::memory_order_acquire) == 1; }

private:
    struct counted {
        std::atomic<std::size_t> users;
        std::size_t capacity;
        std::unique_ptr<char[]> bytes; // not zeroed
    };

    counted* block_ = nullptr;
};

} // namespace refract::postgres::detail
