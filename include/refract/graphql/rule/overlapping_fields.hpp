// Rule: fields with the same response key can be merged.
// Source: GraphQL October 2021, 5.3.2, https://spec.graphql.org/October2021/#sec-Field-Selection-Merging; the order of
// comparisons is that of graphql-js' OverlappingFieldsCanBeMergedRule.
#pragma once

#include <refract/graphql/rule/context.hpp>
#include <refract/graphql/rule/field_conflict.hpp>
#include <refract/graphql/rule/field_index.hpp>
#include <refract/graphql/rule/same_literals.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// Shape: every comparison spends one step; recursion through fragments ends at `max_nesting`, both with one violation
/// `Validation aborted.`
class overlapping_fields_rule {
public:
    explicit overlapping_fields_rule(rule_context& context) : context_(context), literals_(context), index_(context) {}

    /// Reports conflicts within one selection set.
    void check(list<ast::selection> const& set, type const* parent) {
        if (set.empty() || context_.aborted()) {
            return;
        }
        where_ = set[0].at;
        conflicts found;
        auto const& whole = index_.fields_of(set, parent);
        within(found, whole);
        for (std::size_t i = 0; i < whole.spreads.size() && going_on(); ++i) {
            fields_and_fragment(found, false, whole, whole.spreads[i]);
            for (auto j = i + 1; j < whole.spreads.size() && going_on(); ++j) {
                fragments(found, false, whole.spreads[i], whole.spreads[j]);
            }
        }
        for (auto& c : found) {
            report(c);
        }
    }

private:
    static constexpr int max_nesting = 400;

    using entry = field_entry;

    using conflict = field_conflict;
    using conflicts = std::vector<conflict>;

    struct nesting {
        explicit nesting(int& at) : depth(at) { ++depth; }
        ~nesting() { --depth; }
        nesting(nesting const&) = delete;
        nesting& operator=(nesting const&) = delete;
        int& depth;
    };

    [[nodiscard]] bool going_on() {
        if (depth_ > max_nesting && !context_.aborted()) {
            // Use up the budget: everything unwinds the same way.
            while (context_.spend(1U << 16U, where_)) {
            }
        }
        return !context_.aborted();
    }

    [[nodiscard]] bool step() { return going_on() && context_.spend(1, where_); }

    void within(conflicts& found, field_map const& map) {
        for (auto const& group : map.groups) {
            for (std::size_t i = 0; i < group.entries.size(); ++i) {
                for (auto j = i + 1; j < group.entries.size(); ++j) {
                    if (!step()) {
                        return;
                    }
                    compare(found, group.key, false, group.entries[i], group.entries[j]);
                }
            }
        }
    }

    void between(conflicts& found, bool exclusive, field_map const& a, field_map const& b) {
        for (auto const& group : a.groups) {
            if (!step()) {
                return;
            }
            auto const other = b.by_key.find(group.key);
            if (other == b.by_key.end()) {
                continue;
            }
            for (auto const& x : group.entries) {
                for (auto const& y : b.groups[other->second].entries) {
                    if (!step()) {
                        return;
                    }
                    compare(found, group.key, exclusive, x, y);
                }
            }
        }
    }

    void fields_and_fragment(conflicts& found, bool exclusive, field_map const& map, ast::definition const* fragment) {
        nesting const deeper(depth_);
        if (!step() || is_done(done_with_fragment_, std::pair<void const*, void const*>{&map, fragment}, exclusive)) {
            return;
        }
        auto const& other = index_.fields_of(*fragment);
        if (&map == &other) {
            return;
        }
        between(found, exclusive, map, other);
        for (auto const* spread : other.spreads) {
            if (!going_on()) {
                return;
            }
            fields_and_fragment(found, exclusive, map, spread);
        }
    }

    void fragments(conflicts& found, bool exclusive, ast::definition const* a, ast::definition const* b) {
        nesting const deeper(depth_);
        if (a == b || !step()) {
            return;
        }
        auto const pair = a < b ? std::pair<void const*, void const*>{a, b} : std::pair<void const*, void const*>{b, a};
        if (is_done(done_fragments_, pair, exclusive)) {
            return;
        }
        auto const& of_a = index_.fields_of(*a);
        auto const& of_b = index_.fields_of(*b);
        between(found, exclusive, of_a, of_b);
        for (auto const* spread : of_b.spreads) {
            if (!going_on()) {
                return;
            }
            fragments(found, exclusive, a, spread);
        }
        for (auto const* spread : of_a.spreads) {
            if (!going_on()) {
                return;
            }
            fragments(found, exclusive, spread, b);
        }
    }

    void sub_selections(conflicts& found, bool exclusive, entry const& a, entry const& b) {
        nesting const deeper(depth_);
        if (!step()) {
            return;
        }
        auto const& of_a = index_.fields_of(a.node->selections, result_type(a));
        auto const& of_b = index_.fields_of(b.node->selections, result_type(b));
        between(found, exclusive, of_a, of_b);
        for (auto const* spread : of_b.spreads) {
            fields_and_fragment(found, exclusive, of_a, spread);
        }
        for (auto const* spread : of_a.spreads) {
            fields_and_fragment(found, exclusive, of_b, spread);
        }
        for (auto const* x : of_a.spreads) {
            for (auto const* y : of_b.spreads) {
                if (!going_on()) {
                    return;
                }
                fragments(found, exclusive, x, y);
            }
        }
    }

    [[nodiscard]] type const* result_type(entry const& e) const {
        auto const* const t = e.definition == nullptr ? nullptr : e.definition->type.named();
        return context_.sangria() ? field_index::composite(t) : t;
    }

    void compare(conflicts& found, std::string_view key, bool parents_exclusive, entry const& a, entry const& b) {
        if (found.size() > context_.options.bounds.max_errors) {
            return;
        }
        // Fields of two different object types are never both in the answer; only their shapes have to agree.
        auto const exclusive = parents_exclusive ||
                               (a.parent != b.parent && a.parent != nullptr && b.parent != nullptr &&
                                a.parent->kind == type_kind::object && b.parent->kind == type_kind::object);
        if (!exclusive) {
            if (a.node->name != b.node->name) {
                add(found, key, context_.text.different_fields(shown(a.node->name), shown(b.node->name)), a, b);
                return;
            }
            if (!literals_.same(a.node->arguments, b.node->arguments)) {
                add(found, key, "they have differing arguments", a, b);
                return;
            }
        }
        if (a.definition != nullptr && b.definition != nullptr && shapes_differ(a.definition->type, b.definition->type)) {
            add(found, key, context_.text.conflicting_types(to_string(a.definition->type), to_string(b.definition->type)), a,
                b);
            return;
        }
        if (!a.node->selections.empty() && !b.node->selections.empty()) {
            conflicts inner;
            sub_selections(inner, exclusive, a, b);
            add_subfields(found, key, inner, a, b);
        }
    }

    static bool shapes_differ(type_reference a, type_reference b) {
        while (!a.is_named() || !b.is_named()) {
            if (a.is_list() != b.is_list() || a.is_non_null() != b.is_non_null()) {
                return true;
            }
            a = a.unwrapped();
            b = b.unwrapped();
        }
        return (a.named()->is_leaf() || b.named()->is_leaf()) && a.named() != b.named();
    }

    static void add(conflicts& found, std::string_view key, std::string reason, entry const& a, entry const& b) {
        found.push_back({key, std::move(reason), {a.node}, {b.node}, {a.node, b.node}});
    }

    void add_subfields(conflicts& found, std::string_view key, conflicts const& inner, entry const& a, entry const& b) {
        if (!inner.empty()) {
            found.push_back(joined_conflict(context_, {key, {}, {a.node}, {b.node}, {a.node, b.node}}, inner));
        }
    }

    [[nodiscard]] std::string shown(std::string_view text) const { return shown_detail(context_, text); }

    void report(conflict const& c) {
        std::vector<location> locations;
        if (context_.sangria()) {
            for (auto const* node : c.pairs) {
                locations.push_back(node->at);
            }
        } else {
            for (auto const* node : c.first) {
                locations.push_back(node->at);
            }
            for (auto const* node : c.second) {
                locations.push_back(node->at);
            }
        }
        context_.add(context_.text.conflict(shown(c.key), c.reason), std::move(locations));
    }

    using done_map = std::map<std::pair<void const*, void const*>, bool>;

    /// True if the pair was compared before at least as strictly; else notes that it is now.
    static bool is_done(done_map& done, std::pair<void const*, void const*> const& pair, bool exclusive) {
        auto const [at, is_new] = done.emplace(pair, exclusive);
        if (is_new) {
            return false;
        }
        if (exclusive || !at->second) {
            return true;
        }
        at->second = false;
        return false;
    }

    rule_context& context_;
    literal_comparer literals_;
    field_index index_;
    location where_{};
    int depth_ = 0;
    done_map done_with_fragment_;
    done_map done_fragments_;
};

} // namespace refract::graphql::detail
