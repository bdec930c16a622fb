// What a fuzz target says when something does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace refract_fuzz {

/// Tells what is wrong and ends the process, so that libFuzzer keeps the input. `detail` are the bytes it is about.
[[noreturn]] inline void fail(std::string_view what, std::string_view detail = {}, std::string_view other = {}) {
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    for (auto const text : {detail, other}) {
        if (!text.empty()) {
            std::fprintf(stderr, "----\n%.*s\n", static_cast<int>(text.size()), text.data());
        }
    }
    std::abort();
}

inline void check(bool holds, std::string_view what, std::string_view detail = {}, std::string_view other = {}) {
    if (!holds) {
        fail(what, detail, other);
    }
}

} // namespace refract_fuzz
