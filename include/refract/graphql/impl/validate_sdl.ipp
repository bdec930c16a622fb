#pragma once

#include <refract/graphql/rule/sdl_context.hpp>
#include <refract/graphql/rule/sdl_unique.hpp>
#include <refract/graphql/validate_sdl.hpp>

namespace refract::graphql {

namespace detail {

/// Walks a document once and runs the rules at every node. Recursion as deep as the text nests, which parse() bounds.
class sdl_validator {
public:
    explicit sdl_validator(sdl_context& context) : context_(context), unique_(context) {}

    void run() {
        for (auto const& d : context_.doc.definitions) {
            if (context_.full()) {
                return;
            }
            unique_.check(d);
            in_type_system_ = d.kind != ast::definition_kind::operation && d.kind != ast::definition_kind::fragment;
            if (d.extension && is_type_kind(d.kind) && context_.on(sdl_rule::possible_type_extensions)) {
                check_extension(d);
            }
            if (in_type_system_) {
                type_system(d);
            } else {
                executable(d);
            }
        }
    }

private:
    using seen_directives = std::unordered_map<std::string_view, location>;

    static std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

    // -------------------------------------------------------------------------------------------------------------------
    // Walk
    // -------------------------------------------------------------------------------------------------------------------

    void type_system(ast::definition const& d) {
        constexpr std::string_view places[] = {"",          "",      "SCHEMA", "SCALAR",      "OBJECT",
                                               "INTERFACE", "UNION", "ENUM",   "INPUT_OBJECT"};
        names(d.interfaces);
        if (d.kind == ast::definition_kind::schema) {
            directives(d.directives, "SCHEMA", of_schema_);
        } else if (is_type_kind(d.kind)) {
            directives(d.directives, places[static_cast<std::size_t>(d.kind)], of_types_[d.name]);
        }
        for (auto const& o : d.operation_types) {
            type_name(o.type, o.type_at);
        }
        names(d.members);
        for (auto const& f : d.fields) {
            inputs(f.arguments, "ARGUMENT_DEFINITION");
            type(f.type);
            directives(f.directives, "FIELD_DEFINITION");
        }
        for (auto const& v : d.values) {
            directives(v.directives, "ENUM_VALUE");
        }
        inputs(
            d.input_fields, d.kind == ast::definition_kind::input_object_type ? "INPUT_FIELD_DEFINITION" : "ARGUMENT_DEFINITION"
        );
    }

    void executable(ast::definition const& d) {
        constexpr std::string_view places[] = {"QUERY", "MUTATION", "SUBSCRIPTION"};
        for (auto const& v : d.variables) {
            type(v.type);
            default_value(v.default_value);
            directives(v.directives, "VARIABLE_DEFINITION");
        }
        if (d.kind == ast::definition_kind::fragment) {
            type_name(d.type_condition, d.type_condition_at);
            directives(d.directives, "FRAGMENT_DEFINITION");
        } else {
            directives(d.directives, places[static_cast<std::size_t>(d.operation)]);
        }
        selections(d.selections);
    }

    void selections(list<ast::selection> const& set) {
        constexpr std::string_view places[] = {"FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"};
        for (auto const& s : set) {
            if (!s.type_condition.empty()) {
                type_name(s.type_condition, s.name_at);
            }
            arguments(s.arguments);
            directives(s.directives, places[static_cast<std::size_t>(s.kind)]);
            selections(s.selections);
        }
    }

    void inputs(list<ast::input_value_definition> const& all, std::string_view place) {
        for (auto const& i : all) {
            type(i.type);
            default_value(i.default_value);
            directives(i.directives, place);
        }
    }

    void default_value(ast::value const* v) {
        if (v != nullptr) {
            value(*v);
        }
    }

    void type(ast::type_reference const* t) {
        while (t->of != nullptr) {
            t = t->of;
        }
        type_name(t->name, t->at);
    }

    void names(list<ast::name_reference> const& all) {
        for (auto const& n : all) {
            type_name(n.name, n.at);
        }
    }

    void directives(list<ast::directive> const& applied, std::string_view place) {
        seen_directives seen;
        directives(applied, place, seen);
    }

    void directives(list<ast::directive> const& applied, std::string_view place, seen_directives& seen) {
        for (auto const& d : applied) {
            auto const* const known = context_.directive(d.name);
            if (context_.on(sdl_rule::unique_directives_per_location) && known != nullptr && !known->repeatable) {
                auto const [at, is_new] = seen.emplace(d.name, d.at);
                if (!is_new) {
                    context_.add(
                        "The directive \"@" + std::string(d.name) + "\" can only be used once at this location.",
                        {at->second, d.at}
                    );
                }
            }
        }
        for (auto const& d : applied) {
            directive(d, place);
        }
    }

    // -------------------------------------------------------------------------------------------------------------------
    // Rules
    // -------------------------------------------------------------------------------------------------------------------

    void type_name(std::string_view name, location where) {
        if (!context_.on(sdl_rule::known_type_names) || context_.existing(name) != nullptr || context_.defined(name) != nullptr ||
            (in_type_system_ && is_standard(name))) {
            return;
        }
        context_.add("Unknown type " + quoted(name) + "." + context_.suggest_type(name, in_type_system_), {where});
    }

    static bool is_standard(std::string_view name) {
        constexpr std::string_view names[] = {
            "String",     "Int",     "Float",        "Boolean",     "ID",          "__Schema",           "__Type",
            "__TypeKind", "__Field", "__InputValue", "__EnumValue", "__Directive", "__DirectiveLocation"};
        return std::find(std::begin(names), std::end(names), name) != std::end(names);
    }

    void check_extension(ast::definition const& d) {
        constexpr std::string_view words[] = {"", "", "", "scalar", "object", "interface", "union", "enum", "input object"};
        constexpr ast::definition_kind kinds[] = {ast::definition_kind::scalar_type,    ast::definition_kind::object_type,
                                                  ast::definition_kind::interface_type, ast::definition_kind::union_type,
                                                  ast::definition_kind::enum_type,      ast::definition_kind::input_object_type};
        auto const* const defined = context_.defined(d.name);
        auto const* const existing = context_.existing(d.name);
        if (defined == nullptr && existing == nullptr) {
            context_.add(
                "Cannot extend type " + quoted(d.name) + " because it is not defined." +
                    context_.suggest_type(d.name, context_.extended != nullptr),
                {d.name_at}
            );
            return;
        }
        auto const kind = defined != nullptr ? defined->kind : kinds[static_cast<std::size_t>(existing->kind)];
        if (kind == d.kind) {
            return;
        }
        auto message =
            "Cannot extend non-" + std::string(words[static_cast<std::size_t>(d.kind)]) + " type " + quoted(d.name) + ".";
        if (defined != nullptr) {
            context_.add(std::move(message), {defined->at, d.at});
        } else {
            context_.add(std::move(message), {d.at});
        }
    }

    void directive(ast::directive const& d, std::string_view place) {
        auto const* const known = context_.directive(d.name);
        auto const shown = "\"@" + std::string(d.name) + "\"";
        if (context_.on(sdl_rule::known_directives)) {
            if (known == nullptr) {
                context_.add("Unknown directive " + shown + ".", {d.at});
            } else if (std::find(known->locations.begin(), known->locations.end(), place) == known->locations.end()) {
                context_.add("Directive " + shown + " may not be used on " + std::string(place) + ".", {d.at});
            }
        }
        if (known != nullptr && context_.on(sdl_rule::known_argument_names_on_directives)) {
            check_known_arguments(d, *known, shown);
        }
        arguments(d.arguments);
        if (known != nullptr && context_.on(sdl_rule::provided_required_arguments_on_directives)) {
            check_required_arguments(d, *known, shown);
        }
    }

    void check_known_arguments(ast::directive const& d, known_directive const& known, std::string const& shown) {
        for (auto const& a : d.arguments) {
            std::vector<std::string_view> names;
            for (auto const& k : known.arguments) {
                names.push_back(k.name);
            }
            if (std::find(names.begin(), names.end(), a.name) == names.end()) {
                context_.add(
                    "Unknown argument " + quoted(a.name) + " on directive " + shown + "." + context_.suggest_one(a.name, names),
                    {a.at}
                );
            }
        }
    }

    void check_required_arguments(ast::directive const& d, known_directive const& known, std::string const& shown) {
        for (auto const& k : known.arguments) {
            auto const is_given =
                std::any_of(d.arguments.begin(), d.arguments.end(), [&](ast::argument const& a) { return a.name == k.name; });
            if (k.required && !is_given) {
                context_.add(
                    "Directive " + shown + " argument " + quoted(k.name) + " of type " + quoted(k.type) +
                        " is required, but it was not provided.",
                    {d.at}
                );
            }
        }
    }

    void arguments(list<ast::argument> const& given) {
        if (given.size() > 1 && context_.on(sdl_rule::unique_argument_names)) {
            std::unordered_map<std::string_view, std::vector<location>> known;
            for (auto const& a : given) {
                known[a.name].push_back(a.at);
            }
            for (auto const& a : given) {
                auto& all = known[a.name];
                if (all.size() > 1) {
                    context_.add("There can be only one argument named " + quoted(a.name) + ".", std::exchange(all, {}));
                }
            }
        }
        for (auto const& a : given) {
            value(a.value);
        }
    }

    void value(ast::value const& v) {
        for (auto const& item : v.items) {
            value(item);
        }
        std::unordered_map<std::string_view, location> known;
        for (auto const& f : v.fields) {
            auto const [at, is_new] = known.emplace(f.name, f.at);
            if (!is_new && context_.on(sdl_rule::unique_input_field_names)) {
                context_.add("There can be only one input field named " + quoted(f.name) + ".", {at->second, f.at});
            }
            value(f.value);
        }
    }

    sdl_context& context_;
    sdl_unique_rules unique_;
    bool in_type_system_ = true;
    seen_directives of_schema_;
    std::unordered_map<std::string_view, seen_directives> of_types_;
};

} // namespace detail

REFRACT_DECL std::vector<violation>
validate_sdl(document const& doc, schema const* extended, validate_sdl_options const& options) {
    detail::sdl_context context(doc, extended, options);
    detail::sdl_validator(context).run();
    return std::move(context.violations);
}

} // namespace refract::graphql
