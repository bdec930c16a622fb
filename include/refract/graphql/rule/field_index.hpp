// The fields of selection sets by response key.
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
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

/// Makes the map of each selection set once.
class field_index {
public:
    explicit field_index(rule_context& context) : context_(context) {}

    field_map const& fields_of(list<ast::selection> const& set, type const* parent) {
        auto& cached = cache_[set.begin()];
        if (cached == nullptr) {
            cached = std::make_unique<field_map>();
            std::unordered_set<std::string_view> names;
            collect(*cached, names, set, parent);
        }
        return *cached;
    }

    field_map const& fields_of(ast::definition const& fragment) {
        return fields_of(fragment.selections, composite(context_.types.find(fragment.type_condition)));
    }

    static type const* composite(type const* t) { return t != nullptr && t->is_composite() ? t : nullptr; }

private:
    void collect(field_map& to, std::unordered_set<std::string_view>& names, list<ast::selection> const& set,
                 type const* parent) {
        for (auto const& s : set) {
            if (s.kind == ast::selection_kind::field) {
                auto const key = s.response_key();
                auto const [at, is_new] = to.by_key.emplace(key, to.groups.size());
                if (is_new) {
                    to.groups.push_back({key, {}});
                }
                to.groups[at->second].entries.push_back(
                    {parent, &s, parent == nullptr ? nullptr : find_field(*parent, s.name)});
            } else if (s.kind == ast::selection_kind::fragment_spread) {
                auto const* const f = context_.fragment(s.name);
                if (f != nullptr && names.insert(s.name).second) {
                    to.spreads.push_back(f);
                }
            } else {
                collect(to, names, s.selections,
                        s.type_condition.empty() ? parent : composite(context_.types.find(s.type_condition)));
            }
        }
    }

    /// graphql-js does not know the type of `__typename`, `__schema` and `__type` here.
    [[nodiscard]] field const* find_field(type const& parent, std::string_view name) const {
        return context_.sangria() ? context_.types.find_field(parent, name) : parent.find_field(name);
    }

    rule_context& context_;
    std::unordered_map<ast::selection const*, std::unique_ptr<field_map>> cache_;
};

} // namespace refract::graphql::detail
