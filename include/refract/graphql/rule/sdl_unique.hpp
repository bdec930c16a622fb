// Rules: what a type system document defines, it defines once.
#pragma once

#include <refract/graphql/rule/sdl_context.hpp>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refract::graphql::detail {

/// The rules whose names begin with `unique_` and `lone_`, for definitions.
class sdl_unique_rules {
public:
    explicit sdl_unique_rules(sdl_context& context) : context_(context) {}

    void check(ast::definition const& d) {
        switch (d.kind) {
        case ast::definition_kind::schema: check_schema_definition(d); break;
        case ast::definition_kind::directive: check_directive(d); break;
        case ast::definition_kind::operation:
        case ast::definition_kind::fragment: break;
        default:
            if (!d.extension && context_.on(sdl_rule::unique_type_names)) {
                check_type_name(d);
            }
            check_members(d);
        }
    }

private:
    using places = std::unordered_map<std::string_view, location>;

    static std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

    void check_schema_definition(ast::definition const& d) {
        auto const* const s = context_.extended;
        if (!d.extension && context_.on(sdl_rule::lone_schema_definition)) {
            if (s != nullptr && (s->query != nullptr || s->mutation != nullptr || s->subscription != nullptr)) {
                context_.add("Cannot define a new schema within a schema extension.", {d.at});
            } else if (std::exchange(has_schema_definition_, true)) {
                context_.add("Must provide only one schema definition.", {d.at});
            }
        }
        if (!context_.on(sdl_rule::unique_operation_types)) {
            return;
        }
        for (auto const& o : d.operation_types) {
            constexpr std::string_view words[] = {"query", "mutation", "subscription"};
            auto const index = static_cast<std::size_t>(o.operation);
            std::string const word(words[index]);
            type const* const existing[] = {
                s == nullptr ? nullptr : s->query, s == nullptr ? nullptr : s->mutation,
                s == nullptr ? nullptr : s->subscription};
            if (existing[index] != nullptr) {
                context_.add("Type for " + word + " already defined in the schema. It cannot be redefined.", {o.at});
            } else if (roots_[index] != nullptr) {
                context_.add("There can be only one " + word + " type in schema.", {roots_[index]->at, o.at});
            } else {
                roots_[index] = &o;
            }
        }
    }

    void check_type_name(ast::definition const& d) {
        if (context_.existing(d.name) != nullptr && !is_only_built_in(d.name)) {
            context_.add(
                "Type " + quoted(d.name) +
                    " already exists in the schema. It cannot also be defined in this type "
                    "definition.",
                {d.name_at}
            );
            return;
        }
        auto const [at, is_new] = types_.emplace(d.name, d.name_at);
        if (!is_new) {
            context_.add("There can be only one type named " + quoted(d.name) + ".", {at->second, d.name_at});
        }
    }

    /// graphql-js' schemas have only the scalars they use; ours have all.
    [[nodiscard]] bool is_only_built_in(std::string_view name) const { return name == "Int" || name == "Float" || name == "ID"; }

    void check_directive(ast::definition const& d) {
        if (context_.on(sdl_rule::unique_argument_definition_names)) {
            check_arguments("@" + std::string(d.name), d.input_fields);
        }
        if (!context_.on(sdl_rule::unique_directive_names)) {
            return;
        }
        auto const shown = "\"@" + std::string(d.name) + "\"";
        if (context_.extended != nullptr && context_.extended->find_directive(d.name) != nullptr) {
            context_.add("Directive " + shown + " already exists in the schema. It cannot be redefined.", {d.name_at});
            return;
        }
        auto const [at, is_new] = directives_.emplace(d.name, d.name_at);
        if (!is_new) {
            context_.add("There can be only one directive named " + shown + ".", {at->second, d.name_at});
        }
    }

    void check_members(ast::definition const& d) {
        auto const* const existing = context_.existing(d.name);
        if (context_.on(sdl_rule::unique_enum_value_names)) {
            for (auto const& v : d.values) {
                auto const is_there =
                    existing != nullptr && existing->kind == type_kind::enumeration && existing->find_value(v.name) != nullptr;
                check_member("Enum value", d.name, v.name, v.at, is_there, values_[d.name]);
            }
        }
        if (context_.on(sdl_rule::unique_field_definition_names)) {
            for (auto const& f : d.fields) {
                check_member("Field", d.name, f.name, f.at, has_field(existing, f.name), fields_[d.name]);
            }
            for (auto const& f : d.input_fields) {
                check_member("Field", d.name, f.name, f.at, has_field(existing, f.name), fields_[d.name]);
            }
        }
        if (context_.on(sdl_rule::unique_argument_definition_names)) {
            for (auto const& f : d.fields) {
                check_arguments(std::string(d.name) + "." + std::string(f.name), f.arguments);
            }
        }
    }

    static bool has_field(type const* t, std::string_view name) {
        return t != nullptr && (t->find_field(name) != nullptr || t->find_input_field(name) != nullptr);
    }

    void
    check_member(char const* what, std::string_view owner, std::string_view name, location where, bool is_there, places& known) {
        auto const shown = std::string(what) + " \"" + std::string(owner) + "." + std::string(name) + "\"";
        if (is_there) {
            context_.add(shown + " already exists in the schema. It cannot also be defined in this type extension.", {where});
            return;
        }
        auto const [at, is_new] = known.emplace(name, where);
        if (!is_new) {
            context_.add(shown + " can only be defined once.", {at->second, where});
        }
    }

    /// One violation for each name, with all its places.
    void check_arguments(std::string const& owner, list<ast::input_value_definition> const& arguments) {
        std::unordered_map<std::string_view, std::vector<location>> known;
        for (auto const& a : arguments) {
            known[a.name].push_back(a.at);
        }
        for (auto const& a : arguments) {
            auto& all = known[a.name];
            if (all.size() > 1) {
                context_.add(
                    "Argument \"" + owner + "(" + std::string(a.name) + ":)\" can only be defined once.", std::exchange(all, {})
                );
            }
        }
    }

    sdl_context& context_;
    bool has_schema_definition_ = false;
    std::array<ast::operation_type_definition const*, 3> roots_{};
    places types_;
    places directives_;
    std::unordered_map<std::string_view, places> values_;
    std::unordered_map<std::string_view, places> fields_;
};

} // namespace refract::graphql::detail
