// What the field-merge rule reports.
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// Two fields with one response key that cannot both be in the answer.
struct field_conflict {
    std::string_view key;
    std::string reason;
    std::vector<ast::selection const*> first;  ///< graphql-js lists these,
    std::vector<ast::selection const*> second; ///< then these
    std::vector<ast::selection const*> pairs;  ///< Sangria: pair by pair
};

/// The most bytes of a name or reason that graphql-js shows.
inline constexpr std::size_t longest_detail = 1000;

/// A name or reason as it is shown: graphql-js cuts long ones.
inline std::string shown_detail(rule_context const& context, std::string_view text) {
    return context.sangria() || text.size() <= longest_detail ? std::string(text) : std::string(text.substr(0, longest_detail)) + "...";
}

/// `whole` with the conflicts of its subfields as the reason, as long as there is room.
inline field_conflict
joined_conflict(rule_context const& context, field_conflict whole, std::vector<field_conflict> const& inner) {
    constexpr std::size_t most_nodes = 20; // of each side, as graphql-js
    auto const longest_reason = context.sangria() ? max_message_bytes : longest_detail + 1;
    auto const append_last = [](std::vector<ast::selection const*>& to, std::vector<ast::selection const*> const& more) {
        auto const count = std::min(most_nodes - to.size(), more.size()); // the last: the deeper fields
        to.insert(to.end(), more.end() - static_cast<std::ptrdiff_t>(count), more.end());
    };
    for (auto const& c : inner) {
        if (whole.reason.size() < longest_reason) {
            whole.reason += whole.reason.empty() ? "" : " and ";
            whole.reason += context.text.conflicting_subfields(shown_detail(context, c.key), c.reason);
        }
        if (!context.sangria()) {
            append_last(whole.first, c.first);
            append_last(whole.second, c.second);
        } else if (whole.pairs.size() < max_locations) {
            whole.pairs.insert(whole.pairs.end(), c.pairs.begin(), c.pairs.end());
        }
    }
    whole.reason = shown_detail(context, whole.reason);
    return whole;
}

} // namespace refract::graphql::detail
