// What a client would like to get: `Accept`.
#pragma once

#include <refract/core/config.hpp>

#include <optional>
#include <string_view>

namespace refract::http {

/// The weight a list like `Accept` or `Accept-Encoding` gives to an element it names, 0 to 1000; nothing if it does not name it.
///
/// Shape: `name` without parameters, compared without regard to case; the first of that name counts. Parameters before the weight are
/// passed over; an element whose weight can't be read is not there.
/// Source: RFC 9110, section 12.4.2 and 12.5.1
REFRACT_DECL std::optional<int> named_weight(std::string_view list, std::string_view name) noexcept;

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/accept.ipp>
#endif
