#pragma once

#include <refract/graphql/suggestion.hpp>

#include <algorithm>

namespace refract::graphql {

namespace detail {

inline constexpr std::size_t max_suggestion_length = 100;
inline constexpr std::size_t max_suggestions = 5;

REFRACT_DECL std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (auto& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

/// Damerau-Levenshtein distance (optimal string alignment).
REFRACT_DECL std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const cost = a[i - 1] == b[j - 1] ? 0U : 1U;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + cost);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

/// The distance in the sense of a style: graphql-js counts a change of case as one edit in all.
REFRACT_DECL std::size_t lexical_distance(message_style style, std::string_view a, std::string_view b) {
    if (style == message_style::sangria) {
        return edit_distance(a, b);
    }
    if (a == b) {
        return 0;
    }
    auto const x = lower_case(a);
    auto const y = lower_case(b);
    return x == y ? 1 : edit_distance(x, y);
}

} // namespace detail

REFRACT_DECL std::vector<std::string> suggest(message_style style, std::string_view input,
                                              std::vector<std::string_view> const& options) {
    if (input.size() > detail::max_suggestion_length) {
        return {};
    }
    struct candidate {
        std::size_t distance;
        std::string_view name;
    };
    std::vector<candidate> near;
    for (auto const option : options) {
        if (option.size() > detail::max_suggestion_length) {
            continue;
        }
        auto const threshold = style == message_style::sangria
                                   ? std::max({input.size() / 2, option.size() / 2, std::size_t{1}})
                                   : input.size() * 2 / 5 + 1;
        auto const distance = detail::lexical_distance(style, input, option);
        if (distance <= threshold) {
            near.push_back({distance, option});
        }
    }
    std::stable_sort(near.begin(), near.end(), [](candidate const& a, candidate const& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.name < b.name;
    });
    std::vector<std::string> names;
    for (auto const& c : near) {
        names.emplace_back(c.name);
    }
    return names;
}

REFRACT_DECL std::string did_you_mean(message_style style, std::vector<std::string> const& suggestions,
                                      std::string_view question) {
    if (suggestions.empty()) {
        return {};
    }
    auto const quote = style == message_style::sangria ? '\'' : '"';
    auto const count = std::min(suggestions.size(), detail::max_suggestions);
    auto text = " " + std::string(question) + " ";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) {
            auto const is_last = i + 1 == count;
            auto const oxford_comma = style == message_style::graphql_js && count > 2;
            text += is_last ? (oxford_comma ? ", or " : " or ") : ", ";
        }
        text += quote + suggestions[i] + quote;
    }
    return text + "?";
}

} // namespace refract::graphql
