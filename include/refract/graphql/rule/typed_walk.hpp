// A walk over an executable definition that knows the type at every node.
#pragma once

#include <refract/graphql/ast.hpp>
#include <refract/graphql/resolve_type.hpp>
#include <refract/graphql/schema.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace refract::graphql::detail {

/// Where a directive stands: its GraphQL name and how Sangria calls it.
struct directive_place {
    std::string_view name;
    std::string_view sangria;
};

/// The field or directive an argument belongs to.
struct argument_owner {
    field const* of_field = nullptr;
    type const* parent = nullptr; ///< of the field
    directive_definition const* of_directive = nullptr;
};

/// Hooks that do nothing; visitors hide those they need.
struct walk_hooks {
    void enter_operation(ast::definition const&, type const*) {}
    void leave_operation(ast::definition const&, type const*) {}
    void enter_fragment(ast::definition const&, type const*) {}
    void leave_fragment(ast::definition const&, type const*) {}
    void enter_variable(ast::variable_definition const&, type_reference) {}
    void type_name(std::string_view, location) {}
    void enter_field(ast::selection const&, type const*, field const*) {}
    void leave_field(ast::selection const&, type const*, field const*) {}
    void enter_spread(ast::selection const&, type const*) {}
    void enter_inline(ast::selection const&, type const*, type const*) {}
    void leave_inline(ast::selection const&, type const*) {}
    void directives(list<ast::directive> const&) {}
    void enter_directive(ast::directive const&, directive_definition const*, directive_place) {}
    void leave_directive(ast::directive const&, directive_definition const*) {}
    void arguments(list<ast::argument> const&) {}
    void enter_argument(ast::argument const&, argument_owner const&, input_value const*) {}
    void object_value(ast::value const&) {}
    void object_field(ast::object_field const&, type const&, input_value const&) {}
    void enumeration(ast::value const&, type_reference) {}
    void variable_use(ast::value const&, type_reference, bool, type const*) {}
};

/// Shape: recursion as deep as the text nests, which parse() bounds; fragments are not followed.
template <class Visitor> class typed_walk {
public:
    typed_walk(schema const& s, Visitor& visitor) : schema_(s), visitor_(visitor) {}

    void walk(ast::definition const& d) {
        if (d.kind == ast::definition_kind::operation) {
            operation(d);
        } else if (d.kind == ast::definition_kind::fragment) {
            fragment(d);
        }
    }

private:
    void operation(ast::definition const& d) {
        type const* root = schema_.query;
        directive_place place{"QUERY", "on query operation"};
        if (d.operation == ast::operation_type::mutation) {
            root = schema_.mutation;
            place = {"MUTATION", "on mutation operation"};
        } else if (d.operation == ast::operation_type::subscription) {
            root = schema_.subscription;
            place = {"SUBSCRIPTION", "on subscription operation"};
        }
        visitor_.enter_operation(d, root);
        for (auto const& v : d.variables) {
            auto const t = resolve_type(schema_, v.type);
            visitor_.enter_variable(v, t);
            if (v.type != nullptr) {
                auto const* named = v.type;
                while (named->of != nullptr) {
                    named = named->of;
                }
                visitor_.type_name(named->name, named->at);
            }
            if (v.default_value != nullptr) {
                value(*v.default_value, t, false);
            }
            directives(v.directives, {"VARIABLE_DEFINITION", "here"});
        }
        directives(d.directives, place);
        selections(d.selections, root);
        visitor_.leave_operation(d, root);
    }

    void fragment(ast::definition const& d) {
        auto const* const t = schema_.find(d.type_condition);
        visitor_.enter_fragment(d, t);
        visitor_.type_name(d.type_condition, d.type_condition_at);
        directives(d.directives, {"FRAGMENT_DEFINITION", "on fragment definition"});
        selections(d.selections, composite(t));
        visitor_.leave_fragment(d, composite(t));
    }

    void selections(list<ast::selection> const& set, type const* parent) {
        for (auto const& s : set) {
            switch (s.kind) {
            case ast::selection_kind::field: one_field(s, parent); break;
            case ast::selection_kind::fragment_spread:
                visitor_.enter_spread(s, parent);
                directives(s.directives, {"FRAGMENT_SPREAD", "on fragment spread"});
                break;
            case ast::selection_kind::inline_fragment: one_inline(s, parent); break;
            }
        }
    }

    void one_field(ast::selection const& s, type const* parent) {
        auto const* const f = parent == nullptr ? nullptr : schema_.find_field(*parent, s.name);
        visitor_.enter_field(s, parent, f);
        arguments(s.arguments, {f, parent, nullptr});
        directives(s.directives, {"FIELD", "on field"});
        selections(s.selections, f == nullptr ? nullptr : composite(f->type.named()));
        visitor_.leave_field(s, parent, f);
    }

    void one_inline(ast::selection const& s, type const* parent) {
        auto const* const t = s.type_condition.empty() ? parent : schema_.find(s.type_condition);
        visitor_.enter_inline(s, parent, t);
        if (!s.type_condition.empty()) {
            visitor_.type_name(s.type_condition, s.name_at);
        }
        directives(s.directives, {"INLINE_FRAGMENT", "on inline fragment"});
        selections(s.selections, composite(t));
        visitor_.leave_inline(s, composite(t));
    }

    void directives(list<ast::directive> const& applied, directive_place place) {
        if (!applied.empty()) {
            visitor_.directives(applied);
        }
        for (auto const& d : applied) {
            auto const* const definition = schema_.find_directive(d.name);
            visitor_.enter_directive(d, definition, place);
            arguments(d.arguments, {nullptr, nullptr, definition});
            visitor_.leave_directive(d, definition);
        }
    }

    void arguments(list<ast::argument> const& given, argument_owner const& owner) {
        if (!given.empty()) {
            visitor_.arguments(given);
        }
        for (auto const& a : given) {
            input_value const* definition = nullptr;
            if (owner.of_directive != nullptr) {
                definition = owner.of_directive->argument(a.name);
            } else if (owner.of_field != nullptr) {
                definition = owner.of_field->argument(a.name);
            }
            visitor_.enter_argument(a, owner, definition);
            if (definition != nullptr) {
                value(a.value, definition->type, definition->default_value.has_value());
            } else {
                value(a.value, {}, false);
            }
        }
    }

    /// `parent`: the input object type whose field this is the value of; null elsewhere.
    void value(ast::value const& v, type_reference t, bool has_default, type const* parent = nullptr) {
        switch (v.kind) {
        case ast::value_kind::variable: visitor_.variable_use(v, t, has_default, parent); break;
        case ast::value_kind::enumeration: visitor_.enumeration(v, t); break;
        case ast::value_kind::list: {
            auto const inner = t.nullable();
            for (auto const& item : v.items) {
                value(item, inner.is_list() ? inner.unwrapped() : type_reference{}, false);
            }
            break;
        }
        case ast::value_kind::object: {
            visitor_.object_value(v);
            auto const* const named = t.named();
            for (auto const& f : v.fields) {
                auto const* const definition = named == nullptr ? nullptr : named->find_input_field(f.name);
                if (definition != nullptr) {
                    visitor_.object_field(f, *named, *definition);
                    value(f.value, definition->type, definition->default_value.has_value(), named);
                } else {
                    value(f.value, {}, false);
                }
            }
            break;
        }
        default: break;
        }
    }

    static type const* composite(type const* t) { return t != nullptr && t->is_composite() ? t : nullptr; }

    schema const& schema_;
    Visitor& visitor_;
};

} // namespace refract::graphql::detail
