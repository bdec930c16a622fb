// Numbers as JSON spells them.
#pragma once

#include <charconv>
#include <cmath>
#include <string>

namespace refract {

/// Appends the shortest plain decimal that reads back as `d`: no exponent, no trailing zeros. What JSON has no word for is `null`.
inline void append_json_number(std::string& out, double d) {
    char digits[400];
    auto const end = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::fixed);
    if (!std::isfinite(d) || end.ec != std::errc{}) {
        out += "null";
        return;
    }
    out.append(digits, end.ptr);
}

} // namespace refract
