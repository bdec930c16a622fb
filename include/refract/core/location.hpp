// Where in a text something stands.
#pragma once

#include <cstdint>

namespace refract {

/// A place in a UTF-8 text.
///
/// Units: `line` and `column` are 1-based; `column` counts UTF-16 code units, as graphql-js, editors and the
/// JVM do; `offset` is the 0-based byte. A line ends at LF, CR or CR LF.
struct location {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::uint32_t offset = 0;

    friend bool operator==(location const&, location const&) = default;
};

} // namespace refract
