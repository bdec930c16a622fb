// A walk over every node of a syntax tree.
#pragma once

#include <refract/graphql/ast.hpp>

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace refract::graphql {

/// How a walk goes on after a node was entered.
enum class visit_action : std::uint8_t {
    proceed,       ///< with its children
    skip_children, ///< with what comes after it; it is left all the same
    stop,          ///< not at all
};

namespace detail {

/// Calls what the visitor has for a type of node, if anything.
template <class Visitor> class syntax_walk {
public:
    explicit syntax_walk(Visitor& visitor) : visitor_(visitor) {}

    /// False once the visitor has stopped the walk.
    template <class Node> bool walk(Node const& node) {
        auto action = visit_action::proceed;
        if constexpr (requires(Visitor & v) {
                          { v.enter(node) } -> std::same_as<visit_action>;
                      }) {
            action = visitor_.enter(node);
        } else if constexpr (requires(Visitor & v) { v.enter(node); }) {
            visitor_.enter(node);
        }
        if (action == visit_action::stop || (action == visit_action::proceed && !children(node))) {
            return false;
        }
        if constexpr (requires(Visitor & v) { v.leave(node); }) {
            visitor_.leave(node);
        }
        return true;
    }

    template <class Node> bool walk(list<Node> const& nodes) {
        for (auto const& node : nodes) {
            if (!walk(node)) {
                return false;
            }
        }
        return true;
    }

private:
    template <class Node> bool walk_optional(Node const* node) { return node == nullptr || walk(*node); }

    bool children(ast::value const& v) { return walk(v.items) && walk(v.fields); }
    bool children(ast::object_field const& f) { return walk(f.value); }
    bool children(ast::argument const& a) { return walk(a.value); }
    bool children(ast::directive const& d) { return walk(d.arguments); }
    bool children(ast::type_reference const& t) { return walk_optional(t.of); }
    bool children(ast::name_reference const&) { return true; }
    bool children(ast::operation_type_definition const&) { return true; }
    bool children(ast::enum_value_definition const& v) { return walk(v.directives); }
    bool children(ast::selection const& s) { return walk(s.arguments) && walk(s.directives) && walk(s.selections); }

    bool children(ast::variable_definition const& v) {
        return walk_optional(v.type) && walk_optional(v.default_value) && walk(v.directives);
    }

    bool children(ast::input_value_definition const& v) {
        return walk_optional(v.type) && walk_optional(v.default_value) && walk(v.directives);
    }

    bool children(ast::field_definition const& f) { return walk(f.arguments) && walk_optional(f.type) && walk(f.directives); }

    bool children(ast::definition const& d) {
        return walk(d.variables) && walk(d.interfaces) && walk(d.directives) && walk(d.selections) && walk(d.operation_types) &&
               walk(d.fields) && walk(d.members) && walk(d.values) && walk(d.input_fields) && walk(d.locations);
    }

    Visitor& visitor_;
};

} // namespace detail

/// Calls `visitor.enter(node)` before and `visitor.leave(node)` after the children of every node, in the order of the text.
///
/// Shape: the visitor has `enter` and `leave` for the types of node (ast::definition, ast::selection, ast::value, ...) it is
/// interested in; others are walked through. `enter` gives nothing or a visit_action. Fragments are not followed.
/// Result: false if the visitor stopped the walk.
/// Cost: linear; recursion as deep as the text nests, which parse() bounds.
///
/// Example (examples/graphql_lint.cpp):
///   struct field_counter {
///       std::size_t fields = 0;
///       void enter(ast::selection const& s) { fields += s.kind == ast::selection_kind::field ? 1 : 0; }
///   } counter;
///   graphql::visit(document, counter);
template <class Visitor> bool visit(document const& doc, Visitor&& visitor) {
    return detail::syntax_walk<std::remove_reference_t<Visitor>>(visitor).walk(doc.definitions);
}

/// As above, from one node.
template <class Node, class Visitor>
requires(!std::is_same_v<Node, document>) bool visit(Node const& node, Visitor&& visitor) {
    return detail::syntax_walk<std::remove_reference_t<Visitor>>(visitor).walk(node);
}

} // namespace refract::graphql
