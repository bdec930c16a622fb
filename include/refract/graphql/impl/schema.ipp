#pragma once

#include <refract/graphql/schema.hpp>
#include <refract/graphql/impl/introspection_types.ipp>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace refract::graphql {

namespace detail {

/// Members that are searched one by one as fast as by an index.
inline constexpr std::size_t few_members = 8;

/// Gives back what growing left over, and fills `index` with the positions of `members` in the order of their names; equal ones as they are.
template <class Members> void index_by_name(std::vector<std::uint32_t>& index, Members& members) {
    members.shrink_to_fit();
    index.clear();
    if (members.size() <= few_members) {
        return;
    }
    index.resize(members.size());
    std::iota(index.begin(), index.end(), 0U);
    std::stable_sort(index.begin(), index.end(), [&](std::uint32_t a, std::uint32_t b) { return members[a].name < members[b].name; });
}

/// The first member called `name`: by index if there is one, else by search (few members, or a type that is not finished yet).
template <class Member>
Member const* find_member(std::vector<std::uint32_t> const& index, std::vector<Member> const& members, std::string_view name) noexcept {
    if (index.size() == members.size() && !index.empty()) {
        auto const at = std::lower_bound(index.begin(), index.end(), name, [&](std::uint32_t i, std::string_view n) { return members[i].name < n; });
        return at != index.end() && members[*at].name == name ? &members[*at] : nullptr;
    }
    auto const at = std::find_if(members.begin(), members.end(), [&](Member const& m) { return m.name == name; });
    return at == members.end() ? nullptr : &*at;
}

} // namespace detail

REFRACT_DECL std::string to_string(type_reference t) {
    std::string opening;
    std::string closing;
    while (!t.is_named()) {
        if (t.is_list()) {
            opening += '[';
            closing.insert(closing.begin(), ']');
        } else {
            closing.insert(closing.begin(), '!');
        }
        t = t.unwrapped();
    }
    return opening + (t.named() == nullptr ? std::string{} : t.named()->name) + closing;
}

REFRACT_DECL input_value const* field::argument(std::string_view argument_name) const noexcept {
    for (auto const& a : arguments) {
        if (a.name == argument_name) {
            return &a;
        }
    }
    return nullptr;
}

REFRACT_DECL input_value const* directive_definition::argument(std::string_view argument_name) const noexcept {
    for (auto const& a : arguments) {
        if (a.name == argument_name) {
            return &a;
        }
    }
    return nullptr;
}

REFRACT_DECL field const* type::find_field(std::string_view field_name) const noexcept {
    return detail::find_member(by_name, fields, field_name);
}

REFRACT_DECL input_value const* type::find_input_field(std::string_view field_name) const noexcept {
    return detail::find_member(by_name, input_fields, field_name);
}

REFRACT_DECL enum_value const* type::find_value(std::string_view value_name) const noexcept {
    return detail::find_member(by_name, values, value_name);
}

REFRACT_DECL type& schema::add(type_kind kind, std::string name) {
    if (auto* const existing = find(name)) {
        return *existing;
    }
    auto added = std::make_unique<type>();
    added->kind = kind;
    added->name = std::move(name);
    types_.push_back(std::move(added));
    auto& t = *types_.back();
    by_name_.emplace(t.name, &t);
    return t;
}

REFRACT_DECL void schema::add_built_in() {
    detail::add_built_in_scalars(*this);
    detail::add_introspection_types(*this);
    detail::add_built_in_directives(*this);
}

namespace detail {

/// Int, Float and ID belong to every schema here; to graphql-js, only where something has the type.
REFRACT_DECL void mark_referenced(schema& s) {
    for (auto const* name : {"Int", "Float", "ID"}) {
        s.find(name)->referenced = false;
    }
    auto const mark = [&s](std::vector<input_value> const& inputs) {
        for (auto const& i : inputs) {
            if (i.type) {
                s.find(i.type.named()->name)->referenced = true;
            }
        }
    };
    for (auto const& d : s.directives) {
        mark(d.arguments);
    }
    for (auto const& t : s.types()) {
        mark(t->input_fields);
        for (auto const& f : t->fields) {
            mark(f.arguments);
            if (f.type) {
                s.find(f.type.named()->name)->referenced = true;
            }
        }
    }
}

} // namespace detail

REFRACT_DECL void schema::finish() {
    add_built_in();
    if (std::any_of(types_.begin(), types_.end(), [](auto const& t) { return t->one_of; })) {
        detail::add_one_of(*this);
    }
    if (meta_fields_.empty()) {
        meta_fields_ = detail::make_meta_fields(*this);
    }
    detail::mark_referenced(*this);
    for (auto const& t : types_) {
        if (t->kind == type_kind::interface) {
            t->possible_types.clear();
        }
    }
    for (auto const& t : types_) {
        for (auto& f : t->fields) {
            f.arguments.shrink_to_fit();
        }
        switch (t->kind) {
        case type_kind::object:
            for (auto const* i : t->interfaces) {
                auto* const target = find(i->name);
                if (target == nullptr) {
                    continue;
                }
                auto& possible = target->possible_types;
                if (std::find(possible.begin(), possible.end(), t.get()) == possible.end()) {
                    possible.push_back(t.get());
                }
            }
            detail::index_by_name(t->by_name, t->fields);
            break;
        case type_kind::interface: detail::index_by_name(t->by_name, t->fields); break;
        case type_kind::enumeration: detail::index_by_name(t->by_name, t->values); break;
        case type_kind::input_object: detail::index_by_name(t->by_name, t->input_fields); break;
        case type_kind::scalar:
        case type_kind::union_type: break;
        }
    }
}

REFRACT_DECL type* schema::find(std::string_view name) noexcept {
    auto const at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : at->second;
}

REFRACT_DECL type const* schema::find(std::string_view name) const noexcept {
    auto const at = by_name_.find(name);
    return at == by_name_.end() ? nullptr : at->second;
}

REFRACT_DECL field const* schema::find_field(type const& parent, std::string_view name) const noexcept {
    if (name.compare(0, 2, "__") == 0 && parent.is_composite()) {
        for (auto const& f : meta_fields_) {
            if (f.name == name && (name == "__typename" || &parent == query)) {
                return &f;
            }
        }
    }
    return parent.kind == type_kind::union_type ? nullptr : parent.find_field(name);
}

REFRACT_DECL directive_definition const* schema::find_directive(std::string_view name) const noexcept {
    for (auto const& d : directives) {
        if (d.name == name) {
            return &d;
        }
    }
    return nullptr;
}

REFRACT_DECL bool is_possible_type(type const& abstract, type const& object) noexcept {
    if (&abstract == &object) {
        return true;
    }
    auto const& possible = abstract.possible_types;
    return std::find(possible.begin(), possible.end(), &object) != possible.end();
}

REFRACT_DECL bool types_overlap(type const& a, type const& b) noexcept {
    if (&a == &b) {
        return true;
    }
    if (a.kind == type_kind::object) {
        return is_possible_type(b, a);
    }
    return std::any_of(a.possible_types.begin(), a.possible_types.end(),
                       [&](type const* t) { return is_possible_type(b, *t); });
}

REFRACT_DECL bool is_subtype(type_reference sub, type_reference super) noexcept {
    while (true) {
        if (sub == super) {
            return true;
        }
        if (super.is_non_null()) {
            if (!sub.is_non_null()) {
                return false;
            }
            sub = sub.unwrapped();
            super = super.unwrapped();
        } else if (sub.is_non_null()) {
            sub = sub.unwrapped();
        } else if (super.is_list() && sub.is_list()) {
            sub = sub.unwrapped();
            super = super.unwrapped();
        } else {
            break;
        }
    }
    if (!sub.is_named() || !super.is_named()) {
        return false;
    }
    if (super.named()->kind == type_kind::interface && sub.named()->kind == type_kind::interface) {
        auto const& all = sub.named()->interfaces;
        return std::find(all.begin(), all.end(), super.named()) != all.end();
    }
    return super.named()->is_composite() && sub.named()->kind == type_kind::object &&
           is_possible_type(*super.named(), *sub.named());
}

REFRACT_DECL bool is_built_in(type const& t) noexcept {
    if (t.name.compare(0, 2, "__") != 0) {
        return t.name == "Int" || t.name == "Float" || t.name == "String" || t.name == "Boolean" || t.name == "ID";
    }
    constexpr std::string_view introspection[] = {"__Schema", "__Type", "__TypeKind", "__Field", "__InputValue", "__EnumValue", "__Directive",
                                                  "__DirectiveLocation"};
    return std::find(std::begin(introspection), std::end(introspection), t.name) != std::end(introspection);
}

REFRACT_DECL bool is_built_in(directive_definition const& d) noexcept {
    return d.name == "include" || d.name == "skip" || d.name == "deprecated" || d.name == "specifiedBy" ||
           d.name == "oneOf";
}

} // namespace refract::graphql
