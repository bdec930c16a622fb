// What the rules of one validation share.
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/message.hpp>
#include <refract/graphql/schema.hpp>
#include <refract/graphql/suggestion.hpp>
#include <refract/graphql/validate_options.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// The document with its fragments by name, the violations found so far, and the budget of work.
class rule_context {
public:
    rule_context(schema const& s, document const& d, validate_options const& o)
        : types(s), doc(d), options(o), text(o.style), steps_left_(o.bounds.max_merge_steps) {
        for (auto const& definition : d.definitions) {
            if (definition.kind == ast::definition_kind::fragment) {
                // Of two with one name, which is an error, Sangria takes the first and graphql-js the last.
                auto& known = fragments_[definition.name];
                known = known == nullptr || o.style == message_style::graphql_js ? &definition : known;
            }
        }
    }

    [[nodiscard]] bool on(rule r) const noexcept { return options.rules.has(r); }
    [[nodiscard]] bool sangria() const noexcept { return options.style == message_style::sangria; }
    [[nodiscard]] bool full() const noexcept { return violations.size() > options.bounds.max_errors; }

    void add(std::string message, std::vector<location> locations) {
        if (full()) {
            return;
        }
        if (violations.size() == options.bounds.max_errors) {
            violations.push_back({"Too many validation errors, error limit reached. Validation aborted.", {}});
            return;
        }
        violations.push_back(make_violation(options.style, doc.text, std::move(message), std::move(locations)));
    }

    [[nodiscard]] ast::definition const* fragment(std::string_view name) const {
        auto const at = fragments_.find(name);
        return at == fragments_.end() ? nullptr : at->second;
    }

    /// ` Did you mean ...?`; nothing once many names have been compared in this document.
    [[nodiscard]] std::string suggestion(std::string_view input, std::vector<std::string_view> const& names,
                                         std::string_view question = "Did you mean") {
        if (!options.suggestions || names.size() > suggestions_left_) {
            return {};
        }
        suggestions_left_ -= names.size();
        return did_you_mean(options.style, suggest(options.style, input, names), question);
    }

    /// Takes steps off the budget of the rules that may take more than linear time. False once it is used up; the first time,
    /// that is reported.
    [[nodiscard]] bool spend(std::uint32_t steps, location where) {
        if (steps_left_ >= steps) {
            steps_left_ -= steps;
            return true;
        }
        steps_left_ = 0;
        if (!aborted_) {
            aborted_ = true;
            add("Validation aborted.", {where});
        }
        return false;
    }

    [[nodiscard]] bool aborted() const noexcept { return aborted_; }

    schema const& types;
    document const& doc;
    validate_options const& options;
    messages text;
    std::vector<violation> violations;

private:
    std::unordered_map<std::string_view, ast::definition const*> fragments_;
    std::uint32_t steps_left_;
    std::size_t suggestions_left_ = 50'000; // names compared: about as many edit distances as fit into 20 ms
    bool aborted_ = false;
};

/// Fragment spreads of every definition, in graphql-js' order, and what they lead to.
class spread_index {
public:
    explicit spread_index(rule_context& context) : context_(context) {}

    std::vector<ast::selection const*> const& spreads(ast::definition const& d) {
        auto const [at, is_new] = spreads_.try_emplace(&d);
        if (is_new) {
            std::vector<list<ast::selection>> to_visit{d.selections};
            while (!to_visit.empty()) {
                auto const set = to_visit.back();
                to_visit.pop_back();
                for (auto const& s : set) {
                    if (s.kind == ast::selection_kind::fragment_spread) {
                        at->second.push_back(&s);
                    } else if (!s.selections.empty()) {
                        to_visit.push_back(s.selections);
                    }
                }
            }
        }
        return at->second;
    }

    /// The fragments an operation uses, directly or not, each once. Many operations with many fragments each would make this
    /// quadratic: it spends the budget of work.
    std::vector<ast::definition const*> reachable(ast::definition const& operation) {
        std::vector<ast::definition const*> found;
        std::unordered_set<std::string_view> seen;
        std::vector<ast::definition const*> to_visit{&operation};
        while (!to_visit.empty()) {
            auto const* const d = to_visit.back();
            to_visit.pop_back();
            for (auto const* s : spreads(*d)) {
                if (!context_.spend(1, operation.at)) {
                    return found;
                }
                if (!seen.insert(s->name).second) {
                    continue;
                }
                if (auto const* const f = context_.fragment(s->name)) {
                    found.push_back(f);
                    to_visit.push_back(f);
                }
            }
        }
        return found;
    }

private:
    rule_context& context_;
    std::unordered_map<ast::definition const*, std::vector<ast::selection const*>> spreads_;
};

} // namespace refract::graphql::detail
