// Limits: how deep and how large an operation is once its fragments are expanded.
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <unordered_map>
#include <vector>

namespace refract::graphql::detail {

/// The size of a selection set with its fragments expanded. Counts stop at the largest number.
struct selection_size {
    std::uint64_t depth = 0;   ///< nested fields
    std::uint64_t fields = 0;
    std::uint64_t aliases = 0; ///< fields with an alias
    std::uint64_t roots = 0;   ///< fields that are in no other

    void add(selection_size const& more) {
        depth = std::max(depth, more.depth);
        fields = sum(fields, more.fields);
        aliases = sum(aliases, more.aliases);
        roots = sum(roots, more.roots);
    }

    static std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
        return a > std::numeric_limits<std::uint64_t>::max() - b ? std::numeric_limits<std::uint64_t>::max() : a + b;
    }
};

/// Measures each fragment once; linear in the document. Cycles of fragments count once round.
class size_rule {
public:
    size_rule(rule_context& context, spread_index& index) : context_(context), index_(index) {}

    /// Reports the limits an operation exceeds. True if there are none.
    bool check(ast::definition const& operation) {
        measure_fragments_of(operation);
        auto const size = measure(operation.selections);
        auto const& bounds = context_.options.bounds;
        auto is_small = true;
        auto const limit = [&](std::uint64_t value, std::uint32_t maximum, char const* what, char const* name) {
            if (value > maximum) {
                is_small = false;
                context_.add(context_.text.limit_exceeded(operation.name, what, name, maximum), {operation.at});
            }
        };
        limit(size.depth, bounds.max_selection_depth, "fields nested deeper", "max_selection_depth");
        limit(size.fields, bounds.max_fields, "more fields", "max_fields");
        limit(size.aliases, bounds.max_aliases, "more aliases", "max_aliases");
        limit(size.roots, bounds.max_root_fields, "more root fields", "max_root_fields");
        limit(operation.variables.size(), bounds.max_variables, "more variables", "max_variables");
        return is_small;
    }

private:
    /// Measures what `start` spreads, innermost first; an explicit stack, because chains of fragments may be long.
    void measure_fragments_of(ast::definition const& start) {
        struct frame {
            ast::definition const* definition;
            std::size_t next;
        };
        std::vector<frame> frames{{&start, 0}};
        while (!frames.empty()) {
            auto& top = frames.back();
            auto const& spreads = index_.spreads(*top.definition);
            if (top.next == spreads.size()) {
                if (top.definition != &start) {
                    sizes_[top.definition] = measure(top.definition->selections);
                }
                frames.pop_back();
                continue;
            }
            auto const* const f = context_.fragment(spreads[top.next++]->name);
            if (f != nullptr && sizes_.try_emplace(f).second) {
                frames.push_back({f, 0});
            }
        }
    }

    selection_size measure(list<ast::selection> const& set) {
        selection_size size;
        for (auto const& s : set) {
            if (s.kind == ast::selection_kind::fragment_spread) {
                auto const* const f = context_.fragment(s.name);
                if (f != nullptr) {
                    size.add(sizes_[f]);
                }
                continue;
            }
            auto inner = measure(s.selections);
            if (s.kind == ast::selection_kind::field) {
                inner.depth += 1;
                inner.roots = 1;
                inner.fields = selection_size::sum(inner.fields, 1);
                inner.aliases = selection_size::sum(inner.aliases, s.alias.empty() ? 0 : 1);
            }
            size.add(inner);
        }
        return size;
    }

    rule_context& context_;
    spread_index& index_;
    std::unordered_map<ast::definition const*, selection_size> sizes_;
};

} // namespace refract::graphql::detail
