// Weights in the lists of a client's preferences.
#pragma once

#include <refract/core/config.hpp>

#include <optional>
#include <string_view>

namespace refract::http::detail {

/// A weight in thousandths; nothing if it is none.
/// Source: RFC 9110, section 12.4.2: `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`
REFRACT_DECL std::optional<int> weight_of(std::string_view q) noexcept;

/// The weight of one element of the list: 1000 if it has none.
REFRACT_DECL std::optional<int> element_weight(std::string_view parameters) noexcept;

struct list_element {
    std::string_view name{};
    std::string_view parameters{}; ///< after the first semicolon
};

/// Takes the next element off a list.
REFRACT_DECL list_element take_element(std::string_view& list) noexcept;

} // namespace refract::http::detail
