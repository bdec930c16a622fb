// Whether two literals or argument lists are the same, wherever they are written.
#pragma once

#include <refract/graphql/rule/context.hpp>

namespace refract::graphql::detail {

/// Compares literals and arguments; object fields and arguments in any order.
class literal_comparer {
public:
    explicit literal_comparer(rule_context& context) : context_(context) {}

    bool same(list<ast::argument> a, list<ast::argument> b) { return same_named(a, b); }

    bool same(ast::value const& a, ast::value const& b) {
        if (!context_.spend(1, a.at)) {
            return true;
        }
        if (a.kind != b.kind || a.text != b.text) {
            return false;
        }
        if (a.kind == ast::value_kind::list) {
            if (a.items.size() != b.items.size()) {
                return false;
            }
            for (std::size_t i = 0; i < a.items.size(); ++i) {
                if (!same(a.items[i], b.items[i])) {
                    return false;
                }
            }
        }
        return a.kind != ast::value_kind::object || same_named(a.fields, b.fields);
    }

private:
    template <class Named> bool same_named(list<Named> a, list<Named> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (std::size_t i = 0; i < a.size(); ++i) {
            // Mostly both are written in the same order.
            Named const* other = b[i].name == a[i].name ? &b[i] : nullptr;
            for (std::size_t j = 0; other == nullptr && j < b.size(); ++j) {
                if (!context_.spend(1, a[i].at)) {
                    return true;
                }
                other = b[j].name == a[i].name ? &b[j] : nullptr;
            }
            if (other == nullptr || !same(a[i].value, other->value)) {
                return false;
            }
        }
        return true;
    }

    rule_context& context_;
};

} // namespace refract::graphql::detail
