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

/// A read-only array in an arena: one pointer, the number of items stands in front of them.
template <class T> class list {
public:
    list() = default;

    [[nodiscard]] T const* begin() const noexcept { return items_; }
    [[nodiscard]] T const* end() const noexcept { return items_ + size(); }
    [[nodiscard]] std::uint32_t size() const noexcept {
        return items_ == nullptr ? 0U : static_cast<std::uint32_t>(reinterpret_cast<std::uint64_t const*>(items_)[-1]); // NOLINT
    }
    [[nodiscard]] bool empty() const noexcept { return items_ == nullptr; }
    [[nodiscard]] T const& operator[](std::size_t i) const noexcept { return items_[i]; }
    [[nodiscard]] T const& back() const noexcept { return items_[size() - 1]; }

private:
    friend class arena;
    explicit list(T const* items) : items_(items) {}

    T const* items_ = nullptr; // null if there are none
};

/// Owns the nodes of one document.
///
/// Shape: trivially destructible objects only; nothing is destroyed one by one. Moving the arena keeps every address.
/// Cost: heap allocations of 8 KiB, 32 KiB, 128 KiB and so on up to 8 MiB: few, however long the document.
class arena {
public:
    static constexpr std::size_t first_block_bytes = 8U << 10U;
    static constexpr std::size_t largest_block_bytes = 8U << 20U;

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

    /// Copies one object into the arena.
    template <class T> T* copy(T const& item) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        return ::new (allocate(sizeof(T), alignof(T))) T(item);
    }

    /// Copies text into the arena.
    std::string_view copy(std::string_view text) {
        auto* const to = static_cast<char*>(allocate(text.size(), 1));
        // memcpy under a name that needs no <cstring>: tests/include_cost.py counts.
        std::char_traits<char>::copy(to, text.data(), text.size());
        return {to, text.size()};
    }

    /// A list of `count` items, at least one. `fill(to)` is given the storage and constructs all of them there.
    template <class T, class Fill> list<T> make_list(std::size_t count, Fill fill) {
        static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
        static_assert(alignof(T) <= alignof(std::uint64_t));
        auto* const head = static_cast<std::uint64_t*>(allocate(sizeof(std::uint64_t) + count * sizeof(T), alignof(std::uint64_t)));
        *head = count;
        auto* const items = reinterpret_cast<T*>(head + 1); // NOLINT: the items follow their number
        fill(items);
        return list<T>(items);
    }

    /// Raw storage of `bytes` bytes.
    void* allocate(std::size_t bytes, std::size_t alignment) {
        auto at = (used_ + alignment - 1) & ~(alignment - 1);
        if (at + bytes >= size_) { // nothing of no block is none either
            add_block(bytes);
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

    // Not inlined into allocate(): rare. Growing this fast also keeps glibc from giving the memory back to the system with
    // every document, to fetch it again for the next one.
    [[gnu::noinline]] void add_block(std::size_t bytes) {
        auto const next = size_ < first_block_bytes ? first_block_bytes : size_ < largest_block_bytes ? size_ * 4 : size_;
        size_ = bytes > next ? bytes : next;
        last_ = ::new (::operator new(sizeof(block) + size_)) block{last_};
        total_ += size_;
    }

    block* last_ = nullptr;
    std::size_t used_ = 0;
    std::size_t size_ = 0;
    std::size_t total_ = 0;
};

} // namespace refract::graphql
