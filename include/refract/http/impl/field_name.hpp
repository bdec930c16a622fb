// Names of header fields, compared for every request.
#pragma once

#include <refract/core/text.hpp>

#include <string_view>

namespace refract::http::detail {

/// Whether a field's name is that one. Inline, because most differ in length.
inline bool is_field(std::string_view name, std::string_view wanted) noexcept {
    return name.size() == wanted.size() && equal_ignoring_case(name, wanted);
}

} // namespace refract::http::detail
