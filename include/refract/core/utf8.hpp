// UTF-8: validation and counting.
// See: core/text.hpp for writing text, core/location.hpp for who counts UTF-16.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <string_view>

namespace refract {

/// Whether `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
///
/// Cost: linear; eight ASCII bytes a step.
/// Source: RFC 3629, section 4  https://www.rfc-editor.org/rfc/rfc3629#section-4
REFRACT_DECL bool is_valid_utf8(std::string_view text) noexcept;

/// The number of code points in well-formed UTF-8 (of any other bytes: the bytes that do not continue a character).
REFRACT_DECL std::size_t count_code_points(std::string_view utf8) noexcept;

/// The number of UTF-16 code units the text would take; what `String.length` says on the JVM and in JavaScript.
///
/// Shape: `utf8` is well-formed.
REFRACT_DECL std::size_t count_utf16_units(std::string_view utf8) noexcept;

} // namespace refract

#ifdef REFRACT_HEADER_ONLY
#include <refract/core/impl/utf8.ipp>
#endif
