// Rule: introspection does not follow lists of types through lists of types.
// Source: graphql-js 16, MaxIntrospectionDepthRule.
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// Shape: at most two of `fields`, `interfaces`, `possibleTypes` and `inputFields` below each other, fragments followed.
/// An explicit stack, because chains of fragments may be long; every selection walked spends one step.
class introspection_depth_rule {
public:
    explicit introspection_depth_rule(rule_context& context) : context_(context) {}

    /// Reports `s` if it is `__schema` or `__type` and goes too deep; what is inside is not looked at until leave().
    void check(ast::selection const& s) {
        if (reported_ == nullptr && (s.name == "__schema" || s.name == "__type") && is_too_deep(s)) {
            context_.add(context_.text.introspection_too_deep(), {s.at});
            reported_ = &s;
        }
    }

    void leave(ast::selection const& s) {
        if (reported_ == &s) {
            reported_ = nullptr;
        }
    }

private:
    static constexpr std::uint32_t max_lists = 3;

    bool is_too_deep(ast::selection const& root) {
        std::vector<std::pair<list<ast::selection>, std::uint32_t>> to_visit{{root.selections, 0}};
        // Fragments by the number of lists they were entered below: what was walked from there is not walked again.
        std::unordered_map<ast::definition const*, std::array<bool, max_lists>> entered;
        while (!to_visit.empty()) {
            auto const [set, outer] = to_visit.back();
            to_visit.pop_back();
            for (auto const& s : set) {
                if (!context_.spend(1, root.at)) {
                    return false;
                }
                if (s.kind == ast::selection_kind::fragment_spread) {
                    auto const* const f = context_.fragment(s.name);
                    if (f != nullptr && !std::exchange(entered[f][outer], true)) {
                        to_visit.emplace_back(f->selections, outer);
                    }
                    continue;
                }
                auto const depth = outer + (is_list(s) ? 1U : 0U);
                if (depth >= max_lists) {
                    return true;
                }
                if (!s.selections.empty()) {
                    to_visit.emplace_back(s.selections, depth);
                }
            }
        }
        return false;
    }

    static bool is_list(ast::selection const& s) {
        return s.kind == ast::selection_kind::field &&
               (s.name == "fields" || s.name == "interfaces" || s.name == "possibleTypes" || s.name == "inputFields");
    }

    rule_context& context_;
    ast::selection const* reported_ = nullptr; ///< the walk is inside of it
};

} // namespace refract::graphql::detail
