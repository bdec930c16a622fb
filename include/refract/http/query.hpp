// The query of a target: `?query=%7Bartists%7Bname%7D%7D&variables=%7B%7D`.
#pragma once

#include <refract/core/config.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::http {

using query_parameters = std::vector<std::pair<std::string, std::string>>;

/// The parameters of a target's query, decoded, in their order; empty ones are left out.
///
/// Shape: `name=value` joined by `&`; `+` is a space. Errors: nothing, if a `%` is not followed by two hexadecimal digits.
/// Source: URL standard, "application/x-www-form-urlencoded parsing"
REFRACT_DECL std::optional<query_parameters> parse_query(std::string_view target);

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/query.ipp>
#endif
