// The end of a list read backwards (`last`), answered in forward order.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace refract::engine::detail {

/// Puts segments of a text, each of which ends where the next one starts, into the opposite order. The last ends with the text.
inline void reverse_segments(std::string& out, std::vector<std::size_t> const& starts) {
    if (starts.size() < 2) {
        return;
    }
    auto const from = starts.front();
    std::string const text = out.substr(from);
    out.resize(from);
    for (auto i = starts.size(); i-- > 0;) {
        auto const begin = starts[i] - from;
        auto const end = i + 1 < starts.size() ? starts[i + 1] - from : text.size();
        out.append(text, begin, end - begin);
    }
}

} // namespace refract::engine::detail
