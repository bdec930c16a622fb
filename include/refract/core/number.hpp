// Numbers as JSON spells them.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>

namespace refract {

/// Appends the plain decimal of the fewest digits that reads back as `d`: no exponent, no trailing zeros. What JSON has no word for is
/// `null`.
inline void append_json_number(std::string& out, double d) {
    char digits[400];
    if (!std::isfinite(d)) {
        out += "null";
        return;
    }
    if (std::fabs(d) < 1e15) {
        out.append(digits, std::to_chars(digits, digits + sizeof digits, d, std::chars_format::fixed).ptr);
        return;
    }
    // Fixed notation would go on with digits of the binary fraction where only zeros are left: 1e23 as 99999999999999991611392.
    auto const end = std::to_chars(digits, digits + sizeof digits, d, std::chars_format::scientific).ptr;
    std::string_view const written(digits, static_cast<std::size_t>(end - digits));
    auto const mark = written.find('e');
    int exponent = 0;
    std::from_chars(digits + mark + 2, end, exponent); // behind `e+`
    auto const start = out.size();
    for (char const c : written.substr(0, mark)) {
        if (c != '.') {
            out += c;
        }
    }
    auto const length = static_cast<std::size_t>(exponent) + (d < 0 ? 2U : 1U);
    if (out.size() - start < length) {
        out.append(length - (out.size() - start), '0');
    } else if (out.size() - start > length) {
        out.insert(start + length, 1, '.');
    }
}

} // namespace refract
