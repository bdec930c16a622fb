// Rows of one statement by the key of their parent, without an allocation per row or key.
#pragma once

#include <refract/db/connection.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace refract::engine::detail {

/// Groups rows by the value of one column; a group keeps the rows' order.
///
/// Lifetime: refers to the result set's texts. Keys are compared as result_set::key() gives them.
/// Cost: one hash per row to build, unless it has the key of the row before, and one per look-up; three allocations in all.
class row_groups {
public:
    row_groups(db::result_set const& set, std::size_t column) : next_(set.rows(), end) {
        auto const rows = static_cast<std::uint32_t>(set.rows());
        while ((std::size_t{1} << bits_) < 2 * set.rows()) {
            ++bits_;
        }
        slots_.resize(std::size_t{1} << bits_, end);
        for (std::uint32_t row = 0; row < rows; ++row) {
            auto const k = to_key(set.key(row, column));
            if (groups_.empty() || !(groups_[latest_].is == k)) {
                latest_ = group_of(k, row);
            }
            auto& g = groups_[latest_];
            if (g.last != row) {
                next_[g.last] = row;
                g.last = row;
            }
        }
    }

    /// Calls `f(row)` for the rows of the key `wanted` until it returns false.
    template <class F> void each(db::cell const& wanted, F f) const {
        auto const found = slots_[slot_of(to_key(wanted))];
        if (found == end) {
            return;
        }
        for (auto row = groups_[found].first; row != end; row = next_[row]) {
            if (!f(row)) {
                return;
            }
        }
    }

private:
    static constexpr std::uint32_t end = static_cast<std::uint32_t>(-1);

    struct key {
        std::int64_t number = 0;
        std::string_view text{};
        friend bool operator==(key const&, key const&) = default;
    };

    struct group {
        key is;
        std::uint32_t first;
        std::uint32_t last;
    };

    static key to_key(db::cell const& c) noexcept {
        return c.type == db::value_type::integer ? key{c.number, {}} : key{0, c.text};
    }

    /// Where `k` is, or where it would be: slots are never all taken.
    [[nodiscard]] std::size_t slot_of(key const& k) const noexcept {
        auto const hash = k.text.empty() ? static_cast<std::uint64_t>(k.number) : std::hash<std::string_view>{}(k.text);
        auto const mask = slots_.size() - 1;
        auto at = static_cast<std::size_t>((hash * 0x9E37'79B9'7F4A'7C15U) >> (64U - bits_)); // Fibonacci hashing
        while (slots_[at] != end && !(groups_[slots_[at]].is == k)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    std::uint32_t group_of(key const& k, std::uint32_t row) {
        auto& slot = slots_[slot_of(k)];
        if (slot == end) {
            slot = static_cast<std::uint32_t>(groups_.size());
            groups_.push_back(group{k, row, row});
        }
        return slot;
    }

    std::uint32_t bits_ = 1;
    std::uint32_t latest_ = 0;
    std::vector<std::uint32_t> slots_; ///< positions in groups_
    std::vector<group> groups_;
    std::vector<std::uint32_t> next_; ///< of each row: the next of its group
};

} // namespace refract::engine::detail
