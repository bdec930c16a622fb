// A bump allocator for syntax trees: a few large blocks, freed together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <vector>

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

    /// Copies `count` objects into the arena.
    template <class T> list<T> copy(T const* items, std::size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        if (count == 0) {
            return {};
        }
        void* to = allocate(count * sizeof(T), alignof(T));
        std::memcpy(to, static_cast<void const*>(items), count * sizeof(T));
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
        if (blocks_.empty() || at + bytes > size_) {
            size_ = bytes > block_bytes ? bytes : block_bytes;
            blocks_.push_back(std::make_unique<std::byte[]>(size_));
            total_ += size_;
            at = 0;
        }
        used_ = at + bytes;
        return blocks_.back().get() + at;
    }

    /// Bytes held.
    [[nodiscard]] std::size_t bytes() const noexcept { return total_; }

private:
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    std::size_t total_ = 0;
};

} // namespace refract::graphql
