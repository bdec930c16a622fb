// Rules: fragments are used, and never within themselves.
// Source: GraphQL October 2021, 5.5, https://spec.graphql.org/October2021/#sec-Validation.Fragments
#pragma once

#include <refract/graphql/rule/context.hpp>

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace refract::graphql::detail {

/// Finds cycles of fragments. An explicit stack: chains of fragments may be as long as the document.
class fragment_cycle_finder {
public:
    fragment_cycle_finder(rule_context& context, spread_index& index) : context_(context), index_(index) {}

    /// Reports the cycles that can be reached from a fragment and were not reached from one before.
    void search(ast::definition const& start) {
        if (visited_.count(start.name) != 0) {
            return;
        }
        enter(start);
        while (!frames_.empty()) {
            auto& top = frames_.back();
            auto const& spreads = index_.spreads(*top.fragment);
            if (top.next == spreads.size()) {
                position_.erase(top.fragment->name);
                frames_.pop_back();
                if (!path_.empty()) {
                    path_.pop_back();
                }
                continue;
            }
            auto const& spread = *spreads[top.next++];
            auto const cycle = position_.find(spread.name);
            if (cycle != position_.end()) {
                report(spread, cycle->second);
                continue;
            }
            auto const* const f = context_.fragment(spread.name);
            if (f != nullptr && visited_.count(spread.name) == 0) {
                path_.push_back(&spread);
                enter(*f);
            }
        }
    }

private:
    struct frame {
        ast::definition const* fragment;
        std::size_t next;
    };

    void enter(ast::definition const& f) {
        visited_.insert(f.name);
        position_[f.name] = path_.size();
        frames_.push_back({&f, 0});
    }

    void report(ast::selection const& spread, std::size_t from) {
        std::vector<std::string_view> via;
        std::vector<location> locations;
        for (auto i = from; i < path_.size(); ++i) {
            via.push_back(path_[i]->name);
            locations.push_back(path_[i]->at);
        }
        locations.push_back(spread.at);
        context_.add(context_.text.fragment_cycle(spread.name, via), std::move(locations));
    }

    rule_context& context_;
    spread_index& index_;
    std::unordered_set<std::string_view> visited_;
    std::unordered_map<std::string_view, std::size_t> position_;
    std::vector<frame> frames_;
    std::vector<ast::selection const*> path_;
};

/// Reports fragments no operation leads to. Linear: what one operation has reached is not walked again.
inline void check_unused_fragments(rule_context& context, spread_index& index) {
    std::unordered_set<std::string_view> used;
    std::vector<ast::definition const*> to_visit;
    for (auto const& d : context.doc.definitions) {
        if (d.kind == ast::definition_kind::operation) {
            to_visit.push_back(&d);
        }
    }
    while (!to_visit.empty()) {
        auto const* const d = to_visit.back();
        to_visit.pop_back();
        for (auto const* s : index.spreads(*d)) {
            if (used.insert(s->name).second) {
                if (auto const* const f = context.fragment(s->name)) {
                    to_visit.push_back(f);
                }
            }
        }
    }
    for (auto const& d : context.doc.definitions) {
        if (d.kind == ast::definition_kind::fragment && used.count(d.name) == 0) {
            context.add(context.text.unused_fragment(d.name), {d.at});
        }
    }
}

} // namespace refract::graphql::detail
