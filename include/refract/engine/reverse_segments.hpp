// The end of a list read backwards (`last`), answered in forward order.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace refract::engine::detail {

/// Segments of a text that are to be answered in the opposite order: `[from, a, b, end]`.
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
        if (i + 1 < starts.size()) {
            out += ',';
        }
        // Every segment but the first was written with a comma in front.
        auto const skip = i > 0 ? 1U : 0U;
        out.append(text, begin + skip, end - begin - skip);
    }
}

} // namespace refract::engine::detail
