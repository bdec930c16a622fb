// The fields of selection sets by response key.
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

struct field_entry {
    type const* parent; ///< null if unknown
    ast::selection const* node;
    field const* definition; ///< null if unknown
};

struct field_group {
    std::string_view key;
    std::vector<field_entry> entries;
};

/// The fields of a selection set by response key, inline fragments opened, and the fragments it spreads.
struct field_map {
    std::vector<field_group> groups;
    std::unordered_map<std::string_view, std::size_t> by_key;
    std::vector<ast::definition const*> spreads;
};

/// Makes the map of each selection set once for each type it is looked at from. (To graphql-js there may be two: it does not know
/// the type of `__schema` when it compares, and takes fragments on types without fields as they are.)
class field_index {
public:
    explicit field_index(rule_context& context) : context_(context) {}

    field_map const& fields_of(list<ast::selection> const& set, type const* parent) {
        auto& cached = cache_[set.begin()];
        for (auto const& known : cached) {
            if (known.first == parent) {
                return *known.second;
            }
        }
        auto& added = *cached.emplace_back(parent, std::make_unique<field_map>()).second;
        std::unordered_set<std::string_view> names;
        collect(added, names, set, parent);
        return added;
    }

    field_map const& fields_of(ast::definition const& fragment) {
        return fields_of(fragment.selections, condition(fragment.type_condition));
    }

    static type const* composite(type const* t) { return t != nullptr && t->is_composite() ? t : nullptr; }

private:
    void
    collect(field_map& to, std::unordered_set<std::string_view>& names, list<ast::selection> const& set, type const* parent) {
        for (auto const& s : set) {
            if (s.kind == ast::selection_kind::field) {
                auto const key = s.response_key();
                auto const [at, is_new] = to.by_key.emplace(key, to.groups.size());
                if (is_new) {
                    to.groups.push_back({key, {}});
                }
                to.groups[at->second].entries.push_back({parent, &s, parent == nullptr ? nullptr : find_field(*parent, s.name)});
            } else if (s.kind == ast::selection_kind::fragment_spread) {
                auto const* const f = context_.fragment(s.name);
                if (f != nullptr && names.insert(s.name).second) {
                    to.spreads.push_back(f);
                }
            } else {
                collect(to, names, s.selections, s.type_condition.empty() ? parent : condition(s.type_condition));
            }
        }
    }

    [[nodiscard]] type const* condition(std::string_view name) const {
        auto const* const t = context_.types.find(name);
        return context_.sangria() ? composite(t) : t;
    }

    /// graphql-js does not know the type of `__typename`, `__schema` and `__type` here.
    [[nodiscard]] field const* find_field(type const& parent, std::string_view name) const {
        return context_.sangria() ? context_.types.find_field(parent, name) : parent.find_field(name);
    }

    rule_context& context_;
    std::unordered_map<ast::selection const*, std::vector<std::pair<type const*, std::unique_ptr<field_map>>>> cache_;
};

} // namespace refract::graphql::detail
