// "Did you mean to use an inline fragment on": the types a field may have been meant for.
#pragma once

#include <refract/graphql/schema.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// A type with a field, and for how many possible types it stands.
using type_count = std::pair<type const*, int>;

/// graphql-js' order: common types first, interfaces before what implements them, else by name. It is no order in the strict
/// sense (two types may stand the other way round next to a third), so the result depends on how it is sorted.
inline bool comes_before(type_count const& a, type_count const& b) {
    if (a.second != b.second) {
        return a.second > b.second;
    }
    auto const is_above = [](type_count const& x, type_count const& y) {
        return x.first != y.first && x.first->kind == type_kind::interface && is_subtype(y.first, x.first);
    };
    return is_above(a, b) || (!is_above(b, a) && a.first->name < b.first->name);
}

/// Sorts as V8 sorts short arrays: the run at the front as it is, or reversed; the rest by binary insertion.
inline void sort_types(std::vector<type_count>& types) {
    constexpr std::size_t longest = 63; // beyond it V8 merges; an order that is one in the strict sense is near enough
    if (types.size() > longest) {
        std::stable_sort(types.begin(), types.end(), [](type_count const& a, type_count const& b) {
            return a.second != b.second ? a.second > b.second : a.first->name < b.first->name;
        });
        return;
    }
    std::size_t sorted = std::min<std::size_t>(types.size(), 1);
    if (types.size() > 1) {
        auto const descending = comes_before(types[1], types[0]);
        sorted = 2;
        while (sorted < types.size() && comes_before(types[sorted], types[sorted - 1]) == descending) {
            ++sorted;
        }
        if (descending) {
            std::reverse(types.begin(), types.begin() + static_cast<std::ptrdiff_t>(sorted));
        }
    }
    for (; sorted < types.size(); ++sorted) {
        std::size_t low = 0;
        for (auto high = sorted; low < high;) {
            auto const middle = low + (high - low) / 2;
            if (comes_before(types[sorted], types[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        auto const first = types.begin();
        std::rotate(
            first + static_cast<std::ptrdiff_t>(low), first + static_cast<std::ptrdiff_t>(sorted),
            first + static_cast<std::ptrdiff_t>(sorted) + 1
        );
    }
}

/// Of an abstract type: the possible types that have the field, and their interfaces that have it.
/// Sangria lists the interfaces first, each as often as types have it.
inline std::vector<std::string> types_with_field(std::string_view name, type const& parent, bool sangria) {
    if (parent.kind != type_kind::interface && parent.kind != type_kind::union_type) {
        return {};
    }
    std::vector<type_count> types;
    std::vector<type_count> objects; // of Sangria: they come last
    auto const count = [&](type const* t) {
        auto const at = std::find_if(types.begin(), types.end(), [&](type_count const& e) { return e.first == t; });
        if (at == types.end()) {
            types.emplace_back(t, 1);
        } else {
            ++at->second;
        }
    };
    for (auto const* possible : parent.possible_types) {
        if (possible->find_field(name) == nullptr) {
            continue;
        }
        if (sangria) {
            objects.emplace_back(possible, 0);
        } else {
            count(possible);
        }
        for (auto const* i : possible->interfaces) {
            if (i->find_field(name) != nullptr) {
                count(i);
            }
        }
    }
    if (sangria) {
        types.insert(types.end(), objects.begin(), objects.end());
        std::stable_sort(types.begin(), types.end(), [](type_count const& a, type_count const& b) {
            return a.second > b.second;
        });
    } else {
        sort_types(types);
    }
    std::vector<std::string> names;
    for (auto const& t : types) {
        names.push_back(t.first->name);
    }
    return names;
}

} // namespace refract::graphql::detail
