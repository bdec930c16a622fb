// A bump allocator for syntax trees: a few large blocks, freed together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace refract::graphql {

/// A read-only view of an array in an arena.
template <class T> struct list {
    T const* first = nullptr;
    std::uint32_t count = 0;

    [[nodiscard]] T const* begin() const noexcept { return first; }
    [[nodiscard]] T const* end() const noexcept { return first + count; }
    [[nodiscard]] std::uint32_t size() const noexcept { return count; }
    [[nodiscard]] bool empty() const noexcept { return count == 0; }
    [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return first[i]; }
    [[nodiscard]] T const& back() const noexcept { return first[count - 1]; }
};

/// Owns the nodes of one document.
///
/// Shape: trivially destructible objects only; nothing is destroyed one by one. Moving the arena keeps every address.
/// Cost: one heap allocation per `block_bytes`.
class arena {
public:
    static constexpr std::size_t block_bytes = 8U << 10U;

    arena() = default;
    arena(arena const&) = delete;
    arena& operator=(arena const&) = delete;
    arena(arena&& other) noexcept { swap(other); }

    arena& operator=(arena&& other) noexcept {
        arena(std::move(other)).swap(*this);
        return *this;
    }

    ~arena() {
        while (last_ != nullptr) {
            ::operator delete(std::exchange(last_, last_->previous));
        }
    }

    void swap(arena& other) noexcept {
        std::swap(last_, other.last_);
        std::swap(used_, other.used_);
        std::swap(size_, other.size_);
        std::swap(total_, other.total_);
    }

    /// Copies `count` objects into the arena.
    template <class T> list<T> copy(T const* items, std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        if (count == 0) {
            return {};
        }
        void* to = allocate(count * sizeof(T), alignof(T));
        // memcpy under a name that needs no <cstring>: tests/include_cost.py counts.
        std::char_traits<char>::copy(static_cast<char*>(to), reinterpret_cast<char const*>(items), count * sizeof(T)); // NOLINT
        return {static_cast<T const*>(to), static_cast<std::uint32_t>(count)};
    }

    template <class T> T const* copy(T const& item) { return copy(&item, 1).first; }

    /// Copies text into the arena.
    std::string_view copy(std::string_view text) {
        auto const chars = copy(text.data(), text.size());
        return {chars.first, chars.count};
    }

    /// Raw storage of `bytes` bytes.
    void* allocate(std::size_t bytes, std::size_t alignment) {
        auto at = (used_ + alignment - 1) & ~(alignment - 1);
        if (last_ == nullptr || at + bytes > size_) {
            size_ = bytes > block_bytes ? bytes : block_bytes;
            last_ = ::new (::operator new(sizeof(block) + size_)) block{last_};
            total_ += size_;
            at = 0;
        }
        used_ = at + bytes;
        return reinterpret_cast<std::byte*>(last_ + 1) + at; // NOLINT: the block's bytes follow its head
    }

    /// Bytes held.
    [[nodiscard]] std::size_t bytes() const noexcept { return total_; }

private:
    // Not a vector of unique_ptr: <vector> and <memory> would double what including the parser costs.
    struct alignas(std::max_align_t) block {
        block* previous;
    };

    block* last_ = nullptr;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    std::size_t total_ = 0;
};

} // namespace refract::graphql
