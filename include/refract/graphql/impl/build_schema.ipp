#pragma once

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/check_schema.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/validate_sdl.hpp>

#include <unordered_set>

namespace refract::graphql {

namespace detail {

/// Fills a schema from the definitions of a document; stops at the first error.
class schema_builder {
public:
    schema_builder(document const& doc, build_options const& options) : doc_(doc), options_(options) {}

    result<schema> build() {
        if (options_.check_text) {
            validate_sdl_options first;
            first.max_errors = 1;
            first.suggestions = false;
            if (auto found = validate_sdl(doc_, nullptr, first); !found.empty()) {
                auto& v = found.front();
                return error{errc::invalid_schema, std::move(v.message), v.locations.empty() ? location{} : v.locations.back()};
            }
        }
        add_types();
        if (!failed_) {
            schema_.add_built_in();
            add_definitions();
        }
        if (!failed_) {
            add_roots();
        }
        if (failed_) {
            return error_;
        }
        schema_.finish();
        if (!options_.check_types) {
            return std::move(schema_);
        }
        if (auto const faults = check_schema(schema_); !faults.empty()) {
            return error{errc::invalid_schema, faults.front().message, where_is(faults.front().at)};
        }
        return std::move(schema_);
    }

private:
    void fail(std::string message, location where) {
        if (!failed_) {
            failed_ = true;
            error_ = error{errc::invalid_schema, std::move(message), where};
        }
    }

    /// The definition of a type or directive; the start of the text if there is none.
    location where_is(std::string const& name) const {
        for (auto const& d : doc_.definitions) {
            if (!name.empty() && d.name == name) {
                return d.name_at;
            }
        }
        return {};
    }

    static bool is_type(ast::definition_kind k) {
        switch (k) {
        case ast::definition_kind::scalar_type:
        case ast::definition_kind::object_type:
        case ast::definition_kind::interface_type:
        case ast::definition_kind::union_type:
        case ast::definition_kind::enum_type:
        case ast::definition_kind::input_object_type: return true;
        default: return false;
        }
    }

    static type_kind kind_of(ast::definition_kind k) {
        switch (k) {
        case ast::definition_kind::object_type: return type_kind::object;
        case ast::definition_kind::interface_type: return type_kind::interface;
        case ast::definition_kind::union_type: return type_kind::union_type;
        case ast::definition_kind::enum_type: return type_kind::enumeration;
        case ast::definition_kind::input_object_type: return type_kind::input_object;
        default: return type_kind::scalar;
        }
    }

    static char const* kind_word(type_kind k) {
        switch (k) {
        case type_kind::object: return "object";
        case type_kind::interface: return "interface";
        case type_kind::union_type: return "union";
        case type_kind::enumeration: return "enum";
        case type_kind::input_object: return "input object";
        case type_kind::scalar: break;
        }
        return "scalar";
    }

    static std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

    void add_types() {
        for (auto const& d : doc_.definitions) {
            if (d.kind == ast::definition_kind::operation || d.kind == ast::definition_kind::fragment) {
                fail(d.name.empty() ? std::string("The anonymous operation definition is not part of a type system.")
                                    : "The " + quoted(d.name) + " definition is not part of a type system.",
                     d.at);
            } else if (is_type(d.kind) && !d.extension) {
                if (schema_.find(d.name) != nullptr) {
                    fail("There can be only one type named " + quoted(d.name) + ".", d.name_at);
                }
                schema_.add(kind_of(d.kind), std::string(d.name));
            }
        }
    }

    void add_definitions() {
        for (auto const& d : doc_.definitions) {
            if (d.extension) {
                continue;
            }
            if (d.kind == ast::definition_kind::directive) {
                add_directive(d);
            } else if (is_type(d.kind)) {
                fill(*schema_.find(d.name), d);
            }
        }
        for (auto const& d : doc_.definitions) {
            if (!d.extension || !is_type(d.kind)) {
                continue;
            }
            auto* const t = schema_.find(d.name);
            if (t == nullptr) {
                fail("Cannot extend type " + quoted(d.name) + " because it is not defined.", d.name_at);
            } else if (t->kind != kind_of(d.kind)) {
                fail(std::string("Cannot extend non-") + kind_word(kind_of(d.kind)) + " type " + quoted(d.name) + ".",
                     d.name_at);
            } else {
                fill(*t, d);
            }
        }
    }

    type_reference reference(ast::type_reference const* r) {
        if (r == nullptr) {
            return {};
        }
        if (r->kind == ast::type_reference_kind::named) {
            auto const* const t = schema_.find(r->name);
            if (t == nullptr) {
                fail("Unknown type " + quoted(r->name) + ".", r->at);
            }
            return t;
        }
        // type_reference holds 16 wrappers.
        auto depth = 0;
        for (auto const* inner = r; inner->of != nullptr; inner = inner->of) {
            ++depth;
        }
        if (depth > 16) {
            fail("Type references nest at most 16 lists and non-nulls.", r->at);
            return {};
        }
        auto const inner = reference(r->of);
        return r->kind == ast::type_reference_kind::list ? inner.list() : inner.non_null();
    }

    ast::argument const* directive_argument(list<ast::directive> const& applied, std::string_view directive,
                                            std::string_view argument, bool& found) const {
        for (auto const& d : applied) {
            if (d.name != directive) {
                continue;
            }
            found = true;
            for (auto const& a : d.arguments) {
                if (a.name == argument) {
                    return &a;
                }
            }
            return nullptr;
        }
        return nullptr;
    }

    void deprecation(list<ast::directive> const& applied, std::optional<std::string>& reason) const {
        auto found = false;
        auto const* const a = directive_argument(applied, "deprecated", "reason", found);
        if (a != nullptr && a->value.kind == ast::value_kind::string) {
            reason = std::string(a->value.text);
        } else if (found && a == nullptr) {
            reason = "No longer supported";
        }
    }

    template <class Described> static void describe(std::optional<std::string>& to, Described const& from) {
        if (from.has_description) {
            to = std::string(from.description);
        }
    }

    input_value make_input(ast::input_value_definition const& d) {
        input_value v{std::string(d.name), reference(d.type)};
        if (v.type && !v.type.named()->is_input()) {
            fail("The type of " + std::string(d.name) + " must be Input Type but got: " + to_string(v.type) + ".", d.type->at);
        }
        describe(v.description, d);
        if (d.default_value != nullptr) {
            v.default_value = print_compact(*d.default_value);
        }
        deprecation(d.directives, v.deprecation_reason);
        return v;
    }

    std::vector<input_value> make_arguments(list<ast::input_value_definition> const& from, std::string const& owner) {
        std::vector<input_value> to;
        append_inputs(to, from, "Argument", owner + "(", ":)");
        return to;
    }

    void append_inputs(std::vector<input_value>& to, list<ast::input_value_definition> const& from, char const* what,
                       std::string const& before, char const* after) {
        std::unordered_set<std::string> names;
        for (auto const& v : to) {
            names.insert(v.name);
        }
        for (auto const& d : from) {
            if (!names.insert(std::string(d.name)).second) {
                fail(std::string(what) + " \"" + before + std::string(d.name) + after + "\" can only be defined once.", d.at);
            }
            to.push_back(make_input(d));
        }
    }

    void fill(type& t, ast::definition const& d) {
        if (!d.extension) {
            describe(t.description, d);
        }
        switch (t.kind) {
        case type_kind::scalar: {
            auto found = false;
            auto const* const url = directive_argument(d.directives, "specifiedBy", "url", found);
            if (url != nullptr && url->value.kind == ast::value_kind::string) {
                t.specified_by_url = std::string(url->value.text);
            }
            break;
        }
        case type_kind::object:
        case type_kind::interface:
            add_interfaces(t, d);
            add_fields(t, d);
            break;
        case type_kind::union_type: add_members(t, d); break;
        case type_kind::enumeration: add_values(t, d); break;
        case type_kind::input_object: {
            auto found = false;
            directive_argument(d.directives, "oneOf", {}, found);
            t.one_of = t.one_of || found;
            append_inputs(t.input_fields, d.input_fields, "Field", t.name + ".", "");
            break;
        }
        }
    }

    void add_interfaces(type& t, ast::definition const& d) {
        for (auto const& i : d.interfaces) {
            auto const* const target = schema_.find(i.name);
            if (target == nullptr) {
                fail("Unknown type " + quoted(i.name) + ".", i.at);
            } else if (target->kind != type_kind::interface) {
                fail("Type " + t.name + " must only implement Interface types, it cannot implement " + target->name + ".",
                     i.at);
            } else if (std::find(t.interfaces.begin(), t.interfaces.end(), target) != t.interfaces.end()) {
                fail("Type " + t.name + " can only implement " + target->name + " once.", i.at);
            } else {
                t.interfaces.push_back(target);
            }
        }
    }

    void add_fields(type& t, ast::definition const& d) {
        std::unordered_set<std::string> names;
        for (auto const& f : t.fields) {
            names.insert(f.name);
        }
        for (auto const& definition : d.fields) {
            if (!names.insert(std::string(definition.name)).second) {
                fail("Field " + quoted(t.name + "." + std::string(definition.name)) + " can only be defined once.",
                     definition.at);
            }
            field f{std::string(definition.name), reference(definition.type)};
            if (f.type && f.type.named()->kind == type_kind::input_object) {
                fail("The type of " + t.name + "." + f.name + " must be Output Type but got: " + to_string(f.type) + ".",
                     definition.type->at);
            }
            f.arguments = make_arguments(definition.arguments, t.name + "." + f.name);
            describe(f.description, definition);
            deprecation(definition.directives, f.deprecation_reason);
            t.fields.push_back(std::move(f));
        }
    }

    void add_members(type& t, ast::definition const& d) {
        for (auto const& m : d.members) {
            auto const* const target = schema_.find(m.name);
            if (target == nullptr) {
                fail("Unknown type " + quoted(m.name) + ".", m.at);
            } else if (target->kind != type_kind::object) {
                fail("Union type " + t.name + " can only include Object types, it cannot include " + target->name + ".", m.at);
            } else if (std::find(t.possible_types.begin(), t.possible_types.end(), target) != t.possible_types.end()) {
                fail("Union type " + t.name + " can only include type " + target->name + " once.", m.at);
            } else {
                t.possible_types.push_back(target);
            }
        }
    }

    void add_values(type& t, ast::definition const& d) {
        std::unordered_set<std::string> names;
        for (auto const& v : t.values) {
            names.insert(v.name);
        }
        for (auto const& definition : d.values) {
            if (!names.insert(std::string(definition.name)).second) {
                fail("Enum value " + quoted(t.name + "." + std::string(definition.name)) + " can only be defined once.",
                     definition.at);
            }
            enum_value v{std::string(definition.name)};
            describe(v.description, definition);
            deprecation(definition.directives, v.deprecation_reason);
            t.values.push_back(std::move(v));
        }
    }

    void add_directive(ast::definition const& d) {
        directive_definition definition;
        definition.name = std::string(d.name);
        describe(definition.description, d);
        definition.repeatable = d.repeatable;
        for (auto const& l : d.locations) {
            definition.locations.emplace_back(l.name);
        }
        definition.arguments = make_arguments(d.input_fields, "@" + definition.name);
        for (auto& existing : schema_.directives) {
            if (existing.name == definition.name) {
                if (!is_built_in(existing) || !redefined_.insert(existing.name).second) {
                    fail("There can be only one directive named \"@" + existing.name + "\".", d.name_at);
                }
                existing = std::move(definition);
                return;
            }
        }
        schema_.directives.push_back(std::move(definition));
    }

    type const*& root(ast::operation_type operation) {
        switch (operation) {
        case ast::operation_type::mutation: return schema_.mutation;
        case ast::operation_type::subscription: return schema_.subscription;
        case ast::operation_type::query: break;
        }
        return schema_.query;
    }

    static char const* operation_word(ast::operation_type operation) {
        switch (operation) {
        case ast::operation_type::mutation: return "mutation";
        case ast::operation_type::subscription: return "subscription";
        case ast::operation_type::query: break;
        }
        return "query";
    }

    void add_roots() {
        auto defined = false;
        for (auto const& d : doc_.definitions) {
            if (d.kind != ast::definition_kind::schema) {
                continue;
            }
            if (!d.extension) {
                if (defined) {
                    fail("Must provide only one schema definition.", d.at);
                }
                defined = true;
                describe(schema_.description, d);
            }
        }
        if (!defined) {
            add_default_root(ast::operation_type::query, "Query");
            add_default_root(ast::operation_type::mutation, "Mutation");
            add_default_root(ast::operation_type::subscription, "Subscription");
        }
        for (auto const& d : doc_.definitions) {
            if (d.kind == ast::definition_kind::schema) {
                add_root_types(d);
            }
        }
    }

    void add_root_types(ast::definition const& d) {
        for (auto const& o : d.operation_types) {
            auto const*& to = root(o.operation);
            auto const* const t = schema_.find(o.type);
            if (t == nullptr) {
                fail("Unknown type " + quoted(o.type) + ".", o.at);
            } else if (to != nullptr) {
                fail(std::string("There can be only one ") + operation_word(o.operation) + " type in schema.", o.at);
            } else if (t->kind != type_kind::object) {
                std::string word = operation_word(o.operation);
                word[0] = static_cast<char>(word[0] - 'a' + 'A');
                fail(word + " root type must be Object type, it cannot be " + t->name + ".", o.at);
            }
            to = t;
        }
    }

    void add_default_root(ast::operation_type operation, std::string_view name) {
        auto const* const t = schema_.find(name);
        if (t != nullptr && t->kind == type_kind::object) {
            root(operation) = t;
        }
    }

    document const& doc_;
    build_options const& options_;
    schema schema_;
    std::unordered_set<std::string> redefined_;
    bool failed_ = false;
    error error_;
};

} // namespace detail

REFRACT_DECL result<schema> build_schema(document const& doc, build_options const& options) {
    return detail::schema_builder(doc, options).build();
}

REFRACT_DECL result<schema> build_schema(std::string_view text, build_options const& options) {
    parse_options parsing;
    parsing.allow_empty = true;
    auto doc = parse(text, parsing);
    if (!doc) {
        return doc.failure();
    }
    return build_schema(*doc, options);
}

} // namespace refract::graphql
