// What a document or its variables do against the rules.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/location.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql {

/// Whose words the messages use.
enum class message_style : std::uint8_t {
    sangria,    ///< Sangria 1.3: single quotes, every message ends with an excerpt of the text per location
    graphql_js, ///< graphql-js 16: double quotes, no excerpt
};

/// One broken rule: the text for the client and the places it speaks of.
struct violation {
    std::string message;
    std::vector<location> locations{};
};

/// Messages longer than this lose the excerpts and the end of the literal they quote.
inline constexpr std::size_t max_message_bytes = 64U << 10U;

/// A violation names no more places than this.
inline constexpr std::size_t max_locations = 100;

/// In Sangria's style, removes locations that come twice and appends ` (line L, column C):`, the source line and a `^` below
/// the column for each of them.
///
/// Shape: `text` is the document the locations point into; an empty text gives no excerpts.
/// Cost: linear in the length of the source lines, at most max_message_bytes; longer messages are cut.
REFRACT_DECL violation make_violation(message_style style, std::string_view text, std::string message,
                                      std::vector<location> locations);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/violation.ipp>
#endif
