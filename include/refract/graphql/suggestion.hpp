// "Did you mean": the names nearest to a misspelt one.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/violation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql {

/// The options near enough to `input`, nearest first, then by name.
///
/// Shape: the distance counts insertions, deletions, substitutions and swaps of neighbours. Names longer than 100 bytes have no
/// suggestions. Cost: lengths multiplied, per option.
/// Source: graphql-js, suggestionList and lexicalDistance
REFRACT_DECL std::vector<std::string> suggest(message_style style, std::string_view input,
                                              std::vector<std::string_view> const& options);

/// ` Did you mean 'a', 'b' or 'c'?`, with at most five names; empty without suggestions.
/// `question` replaces "Did you mean", for example by "Did you mean to use an inline fragment on".
REFRACT_DECL std::string did_you_mean(message_style style, std::vector<std::string> const& suggestions,
                                      std::string_view question = "Did you mean");

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/suggestion.ipp>
#endif
