#pragma once

#include <refract/graphql/compare_schemas.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace refract::graphql {

namespace detail {

/// The members of two lists by name.
template <class Member> struct member_difference {
    std::vector<Member const*> added;
    std::vector<Member const*> removed;
    std::vector<std::pair<Member const*, Member const*>> kept;
};

inline type const& member_of(type const* t) {
    return *t;
}
inline type const& member_of(std::unique_ptr<type> const& t) {
    return *t;
}
template <class Member> Member const& member_of(Member const& m) {
    return m;
}

template <class Member, class Members> member_difference<Member> difference(Members const& before, Members const& after) {
    std::unordered_map<std::string_view, Member const*> by_name;
    for (auto const& m : after) {
        by_name.emplace(member_of(m).name, &member_of(m));
    }
    member_difference<Member> found;
    std::unordered_map<std::string_view, Member const*> known;
    for (auto const& m : before) {
        auto const& old = member_of(m);
        known.emplace(old.name, &old);
        auto const at = by_name.find(old.name);
        if (at == by_name.end()) {
            found.removed.push_back(&old);
        } else {
            found.kept.emplace_back(&old, at->second);
        }
    }
    for (auto const& m : after) {
        if (known.count(member_of(m).name) == 0) {
            found.added.push_back(&member_of(m));
        }
    }
    return found;
}

class schema_comparer {
public:
    std::vector<schema_change> compare(schema const& before, schema const& after) {
        auto const types = difference<type>(before.types(), after.types());
        for (auto const* t : types.removed) {
            add(schema_change_kind::type_removed, t->name + " was removed.");
        }
        for (auto const& [old, now] : types.kept) {
            compare_types(*old, *now);
        }
        auto const directives = difference<directive_definition>(before.directives, after.directives);
        for (auto const* d : directives.removed) {
            add(schema_change_kind::directive_removed, d->name + " was removed.");
        }
        for (auto const& [old, now] : directives.kept) {
            compare_directives(*old, *now);
        }
        return std::move(changes_);
    }

private:
    using kind = schema_change_kind;

    void add(kind k, std::string text) { changes_.push_back({k, std::move(text)}); }

    void compare_types(type const& old, type const& now) {
        if (old.kind != now.kind) {
            add(kind::type_changed_kind, old.name + " changed from " + kind_name(old.kind) + " to " + kind_name(now.kind) + ".");
            return;
        }
        switch (old.kind) {
        case type_kind::object:
        case type_kind::interface:
            compare_fields(old, now);
            compare_interfaces(old, now);
            break;
        case type_kind::union_type: compare_members(old, now); break;
        case type_kind::enumeration: compare_values(old, now); break;
        case type_kind::input_object: compare_input_fields(old, now); break;
        case type_kind::scalar: break;
        }
    }

    static char const* kind_name(type_kind k) {
        switch (k) {
        case type_kind::object: return "an Object type";
        case type_kind::interface: return "an Interface type";
        case type_kind::union_type: return "a Union type";
        case type_kind::enumeration: return "an Enum type";
        case type_kind::input_object: return "an Input type";
        case type_kind::scalar: break;
        }
        return "a Scalar type";
    }

    void compare_fields(type const& old, type const& now) {
        auto const fields = difference<field>(old.fields, now.fields);
        for (auto const* f : fields.removed) {
            add(kind::field_removed, old.name + "." + f->name + " was removed.");
        }
        for (auto const& [f, g] : fields.kept) {
            auto const name = old.name + "." + f->name;
            compare_arguments(name, *f, *g);
            if (!is_safe_output(f->type, g->type)) {
                add(kind::field_changed_kind, name + changed_type(f->type, g->type));
            }
        }
    }

    void compare_arguments(std::string const& field_name, field const& old, field const& now) {
        auto const arguments = difference<input_value>(old.arguments, now.arguments);
        for (auto const* a : arguments.removed) {
            add(kind::argument_removed, field_name + " arg " + a->name + " was removed.");
        }
        for (auto const& [a, b] : arguments.kept) {
            auto const name = field_name + " arg " + a->name;
            if (!is_safe_input(a->type, b->type)) {
                add(kind::argument_changed_kind, name + " has" + changed_type(a->type, b->type));
            } else if (a->default_value && !b->default_value) {
                add(kind::argument_default_value_change, name + " defaultValue was removed.");
            } else if (a->default_value && *a->default_value != *b->default_value) {
                add(kind::argument_default_value_change,
                    name + " has changed defaultValue from " + *a->default_value + " to " + *b->default_value + ".");
            }
        }
        for (auto const* a : arguments.added) {
            add(a->is_required() ? kind::required_argument_added : kind::optional_argument_added,
                (a->is_required() ? "A required arg " : "An optional arg ") + a->name + " on " + field_name + " was added.");
        }
    }

    void compare_interfaces(type const& old, type const& now) {
        auto const interfaces = difference<type>(old.interfaces, now.interfaces);
        for (auto const* i : interfaces.added) {
            add(kind::implemented_interface_added, i->name + " added to interfaces implemented by " + old.name + ".");
        }
        for (auto const* i : interfaces.removed) {
            add(kind::implemented_interface_removed, old.name + " no longer implements interface " + i->name + ".");
        }
    }

    void compare_members(type const& old, type const& now) {
        auto const members = difference<type>(old.possible_types, now.possible_types);
        for (auto const* m : members.added) {
            add(kind::type_added_to_union, m->name + " was added to union type " + old.name + ".");
        }
        for (auto const* m : members.removed) {
            add(kind::type_removed_from_union, m->name + " was removed from union type " + old.name + ".");
        }
    }

    void compare_values(type const& old, type const& now) {
        auto const values = difference<enum_value>(old.values, now.values);
        for (auto const* v : values.added) {
            add(kind::value_added_to_enum, v->name + " was added to enum type " + old.name + ".");
        }
        for (auto const* v : values.removed) {
            add(kind::value_removed_from_enum, v->name + " was removed from enum type " + old.name + ".");
        }
    }

    void compare_input_fields(type const& old, type const& now) {
        auto const fields = difference<input_value>(old.input_fields, now.input_fields);
        for (auto const* f : fields.added) {
            add(f->is_required() ? kind::required_input_field_added : kind::optional_input_field_added,
                (f->is_required() ? "A required field " : "An optional field ") + f->name + " on input type " + old.name +
                    " was added.");
        }
        for (auto const* f : fields.removed) {
            add(kind::field_removed, old.name + "." + f->name + " was removed.");
        }
        for (auto const& [f, g] : fields.kept) {
            if (!is_safe_input(f->type, g->type)) {
                add(kind::field_changed_kind, old.name + "." + f->name + changed_type(f->type, g->type));
            }
        }
    }

    void compare_directives(directive_definition const& old, directive_definition const& now) {
        auto const arguments = difference<input_value>(old.arguments, now.arguments);
        for (auto const* a : arguments.added) {
            if (a->is_required()) {
                add(kind::required_directive_argument_added,
                    "A required arg " + a->name + " on directive " + old.name + " was added.");
            }
        }
        for (auto const* a : arguments.removed) {
            add(kind::directive_argument_removed, a->name + " was removed from " + old.name + ".");
        }
        if (old.repeatable && !now.repeatable) {
            add(kind::directive_repeatable_removed, "Repeatable flag was removed from " + old.name + ".");
        }
        for (auto const& l : old.locations) {
            if (std::find(now.locations.begin(), now.locations.end(), l) == now.locations.end()) {
                add(kind::directive_location_removed, l + " was removed from " + old.name + ".");
            }
        }
    }

    static std::string changed_type(type_reference old, type_reference now) {
        return " changed type from " + to_string(old) + " to " + to_string(now) + ".";
    }

    static bool same_name(type_reference a, type_reference b) { return a.named()->name == b.named()->name; }

    /// Whether whoever read the old type can read the new one: it may only promise more.
    static bool is_safe_output(type_reference old, type_reference now) {
        while (true) {
            if (old.is_non_null()) {
                if (!now.is_non_null()) {
                    return false;
                }
                old = old.unwrapped();
            }
            now = now.nullable();
            if (!old.is_list() || !now.is_list()) {
                return old.is_list() == now.is_list() && same_name(old, now);
            }
            old = old.unwrapped();
            now = now.unwrapped();
        }
    }

    /// Whether values of the old type fit the new one: it may only ask for less.
    static bool is_safe_input(type_reference old, type_reference now) {
        while (true) {
            if (now.is_non_null()) {
                if (!old.is_non_null()) {
                    return false;
                }
                now = now.unwrapped();
            }
            old = old.nullable();
            if (!old.is_list() || !now.is_list()) {
                return old.is_list() == now.is_list() && same_name(old, now);
            }
            old = old.unwrapped();
            now = now.unwrapped();
        }
    }

    std::vector<schema_change> changes_;
};

} // namespace detail

REFRACT_DECL std::string_view name(schema_change_kind kind) noexcept {
    constexpr std::string_view names[] = {
        "TYPE_REMOVED",
        "TYPE_CHANGED_KIND",
        "TYPE_REMOVED_FROM_UNION",
        "VALUE_REMOVED_FROM_ENUM",
        "REQUIRED_INPUT_FIELD_ADDED",
        "IMPLEMENTED_INTERFACE_REMOVED",
        "FIELD_REMOVED",
        "FIELD_CHANGED_KIND",
        "REQUIRED_ARG_ADDED",
        "ARG_REMOVED",
        "ARG_CHANGED_KIND",
        "DIRECTIVE_REMOVED",
        "DIRECTIVE_ARG_REMOVED",
        "REQUIRED_DIRECTIVE_ARG_ADDED",
        "DIRECTIVE_REPEATABLE_REMOVED",
        "DIRECTIVE_LOCATION_REMOVED",
        "VALUE_ADDED_TO_ENUM",
        "TYPE_ADDED_TO_UNION",
        "OPTIONAL_INPUT_FIELD_ADDED",
        "OPTIONAL_ARG_ADDED",
        "IMPLEMENTED_INTERFACE_ADDED",
        "ARG_DEFAULT_VALUE_CHANGE",
    };
    return names[static_cast<std::size_t>(kind)];
}

REFRACT_DECL std::vector<schema_change> compare_schemas(schema const& before, schema const& after) {
    return detail::schema_comparer().compare(before, after);
}

} // namespace refract::graphql
