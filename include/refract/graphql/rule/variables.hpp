// Rules: variables are defined, used, and fit where they stand.
// Source: GraphQL October 2021, 5.8, https://spec.graphql.org/October2021/#sec-Validation.Variables
#pragma once

#include <refract/graphql/rule/context.hpp>
#include <refract/graphql/rule/typed_walk.hpp>

#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace refract::graphql::detail {

/// A place where a variable stands.
struct variable_use {
    ast::value const* value;
    type_reference expected; ///< null if the place is unknown
    bool has_default;        ///< the place has a default
    type const* one_of;      ///< the input object of which exactly this field is given; null if it is none of that kind
};

/// The uses of variables of every definition, fragments not followed.
class variable_index {
public:
    explicit variable_index(schema const& s) : schema_(s) {}

    std::vector<variable_use> const& uses(ast::definition const& d) {
        auto const [at, is_new] = uses_.try_emplace(&d);
        if (is_new) {
            collector c(at->second);
            typed_walk<collector>(schema_, c).walk(d);
        }
        return at->second;
    }

private:
    struct collector : walk_hooks {
        explicit collector(std::vector<graphql::detail::variable_use>& to) : found(to) {}

        void variable_use(ast::value const& v, type_reference t, bool has_default, type const* parent) {
            found.push_back({&v, t, has_default, parent != nullptr && parent->one_of ? parent : nullptr});
        }

        std::vector<graphql::detail::variable_use>& found;
    };

    schema const& schema_;
    std::unordered_map<ast::definition const*, std::vector<variable_use>> uses_;
};

/// The three rules that look at an operation together with its fragments.
class variable_rules {
public:
    variable_rules(rule_context& context, spread_index& index)
        : context_(context), spreads_(index), variables_(context.types) {}

    void check_undefined(ast::definition const& operation) {
        auto const defined = definitions(operation);
        for (auto const& use : all_uses(operation)) {
            if (defined.count(use.value->text) == 0) {
                context_.add(context_.text.undefined_variable(use.value->text, operation.name),
                             {use.value->at, operation.at});
            }
        }
    }

    void check_unused(ast::definition const& operation) {
        std::unordered_set<std::string_view> used;
        for (auto const& use : all_uses(operation)) {
            used.insert(use.value->text);
        }
        for (auto const& v : operation.variables) {
            if (used.count(v.name) == 0) {
                context_.add(context_.text.unused_variable(v.name, operation.name), {v.at});
            }
        }
    }

    void check_positions(ast::definition const& operation) {
        auto const defined = definitions(operation);
        for (auto const& use : all_uses(operation)) {
            auto const definition = defined.find(use.value->text);
            if (definition == defined.end() || !use.expected) {
                continue;
            }
            auto const t = resolve_type(context_.types, definition->second->type);
            if (t && !allowed(t, definition->second->default_value, use)) {
                context_.add(
                    context_.text.bad_variable_position(use.value->text, to_string(t), to_string(use.expected)),
                    {definition->second->at, use.value->at});
            }
            if (t && use.one_of != nullptr && !t.is_non_null()) {
                context_.add(context_.text.nullable_one_of_variable(use.value->text, to_string(t), use.one_of->name),
                             {definition->second->at, use.value->at});
            }
        }
    }

private:
    using definition_map = std::unordered_map<std::string_view, ast::variable_definition const*>;

    static definition_map definitions(ast::definition const& operation) {
        definition_map by_name;
        for (auto const& v : operation.variables) {
            by_name[v.name] = &v;
        }
        return by_name;
    }

    std::vector<variable_use> const& all_uses(ast::definition const& operation) {
        if (of_ == &operation) {
            return uses_;
        }
        of_ = &operation;
        uses_ = variables_.uses(operation);
        for (auto const* f : spreads_.reachable(operation)) {
            auto const& more = variables_.uses(*f);
            if (!context_.spend(static_cast<std::uint32_t>(1 + more.size()), operation.at)) {
                break;
            }
            uses_.insert(uses_.end(), more.begin(), more.end());
        }
        return uses_;
    }

    static bool allowed(type_reference t, ast::value const* default_value, variable_use const& use) {
        auto expected = use.expected;
        if (expected.is_non_null() && !t.is_non_null()) {
            auto const has_value = default_value != nullptr && default_value->kind != ast::value_kind::null;
            if (!has_value && !use.has_default) {
                return false;
            }
            expected = expected.nullable();
        }
        return is_subtype(t, expected);
    }

    rule_context& context_;
    spread_index& spreads_;
    variable_index variables_;
    ast::definition const* of_ = nullptr;
    std::vector<variable_use> uses_;
};

} // namespace refract::graphql::detail
