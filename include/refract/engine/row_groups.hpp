// Rows of one statement by the key of their parent, without an allocation per row.
#pragma once

#include <refract/db/connection.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::engine::detail {

/// Groups rows by the value of one column; a group keeps the rows' order.
///
/// Lifetime: refers to the result set's texts. Keys are compared as the database's values: integers by number, all else by text.
/// Cost: one hash per row to build, one per look-up; one allocation per distinct key and one for all rows.
class row_groups {
public:
    row_groups(db::result_set const& set, std::size_t column) : next_(set.rows(), end) {
        groups_.reserve(set.rows());
        for (std::size_t i = 0; i < set.rows(); ++i) {
            auto const row = static_cast<std::uint32_t>(i);
            auto const [at, is_new] = groups_.try_emplace(to_key(set.cell(i, column)), group{row, row});
            if (!is_new) {
                next_[at->second.last] = row;
                at->second.last = row;
            }
        }
    }

    /// Calls `f(row)` for the rows of the key `wanted` until it returns false.
    template <class F> void each(db::cell const& wanted, F f) const {
        auto const at = groups_.find(to_key(wanted));
        if (at == groups_.end()) {
            return;
        }
        for (auto row = at->second.first; row != end; row = next_[row]) {
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

    struct key_hash {
        std::size_t operator()(key const& k) const noexcept {
            return k.text.empty() ? std::hash<std::int64_t>{}(k.number) : std::hash<std::string_view>{}(k.text);
        }
    };

    struct group {
        std::uint32_t first;
        std::uint32_t last;
    };

    static key to_key(db::cell const& c) noexcept {
        return c.type == db::value_type::integer ? key{c.number, {}} : key{0, c.text};
    }

    std::unordered_map<key, group, key_hash> groups_;
    std::vector<std::uint32_t> next_;
};

} // namespace refract::engine::detail
