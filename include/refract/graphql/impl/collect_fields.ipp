#pragma once

#include <refract/graphql/collect_fields.hpp>

#include <unordered_set>

namespace refract::graphql {

namespace detail {

/// An explicit stack instead of recursion: fragments may be chained as long as the document.
class field_gathering {
public:
    using fragment_map = std::unordered_map<std::string_view, ast::definition const*>;

    field_gathering(field_collector const& collector, fragment_map const& fragments, type const& runtime_type)
        : collector_(collector), fragments_(fragments), runtime_type_(runtime_type) {}

    void add(list<ast::selection> set) {
        struct frame {
            list<ast::selection> set;
            std::uint32_t next;
        };
        std::vector<frame> frames{{set, 0}};
        while (!frames.empty()) {
            auto& top = frames.back();
            if (top.next == top.set.size()) {
                frames.pop_back();
                continue;
            }
            auto const& s = top.set[top.next++];
            if (!collector_.is_included(s.directives)) {
                continue;
            }
            if (s.kind == ast::selection_kind::field) {
                add_field(s);
            } else if (auto const inner = opened(s); !inner.empty()) {
                frames.push_back({inner, 0});
            }
        }
    }

    std::vector<collected_field> fields;

private:
    void add_field(ast::selection const& s) {
        auto const [at, is_new] = positions_.emplace(s.response_key(), fields.size());
        if (is_new) {
            fields.push_back({s.response_key(), {&s}});
        } else {
            fields[at->second].nodes.push_back(&s);
        }
    }

    /// The selections of a fragment that applies; each named fragment once.
    list<ast::selection> opened(ast::selection const& s) {
        if (s.kind == ast::selection_kind::inline_fragment) {
            return s.type_condition.empty() || applies(s.type_condition) ? s.selections : list<ast::selection>{};
        }
        if (!seen_.insert(s.name).second) {
            return {};
        }
        auto const f = fragments_.find(s.name);
        return f != fragments_.end() && applies(f->second->type_condition) ? f->second->selections : list<ast::selection>{};
    }

    [[nodiscard]] bool applies(std::string_view condition) const {
        if (condition == runtime_type_.name) {
            return true;
        }
        auto const* const t = collector_.types().find(condition);
        return t != nullptr && is_possible_type(*t, runtime_type_);
    }

    field_collector const& collector_;
    fragment_map const& fragments_;
    type const& runtime_type_;
    std::unordered_map<std::string_view, std::size_t> positions_;
    std::unordered_set<std::string_view> seen_;
};

} // namespace detail

REFRACT_DECL field_collector::field_collector(schema const& s, document const& doc, variable_values const& variables)
    : schema_(s), doc_(doc), variables_(variables) {
    for (auto const& d : doc.definitions) {
        if (d.kind == ast::definition_kind::fragment) {
            fragments_.emplace(d.name, &d);
        }
    }
}

REFRACT_DECL std::vector<collected_field> field_collector::collect(list<ast::selection> set, type const& runtime_type) const {
    detail::field_gathering gathering(*this, fragments_, runtime_type);
    gathering.add(set);
    return std::move(gathering.fields);
}

REFRACT_DECL std::vector<collected_field> field_collector::collect(std::vector<ast::selection const*> const& nodes,
                                                                   type const& runtime_type) const {
    detail::field_gathering gathering(*this, fragments_, runtime_type);
    for (auto const* node : nodes) {
        gathering.add(node->selections);
    }
    return std::move(gathering.fields);
}

REFRACT_DECL bool field_collector::is_included(list<ast::directive> directives) const noexcept {
    for (auto const& d : directives) {
        auto const is_skip = d.name == "skip";
        if (!is_skip && d.name != "include") {
            continue;
        }
        for (auto const& a : d.arguments) {
            if (a.name == "if" && boolean(a.value, false) == is_skip) {
                return false;
            }
        }
    }
    return true;
}

REFRACT_DECL bool field_collector::boolean(ast::value const& v, bool otherwise) const noexcept {
    if (v.kind == ast::value_kind::boolean) {
        return v.text == "true";
    }
    if (v.kind == ast::value_kind::variable) {
        auto const* const value = variables_.find(v.text);
        if (value != nullptr && value->kind == coerced_kind::boolean) {
            return value->boolean;
        }
    }
    return otherwise;
}

} // namespace refract::graphql
