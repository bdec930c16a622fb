#pragma once

#include <refract/graphql/rule/context.hpp>
#include <refract/graphql/rule/fragments.hpp>
#include <refract/graphql/rule/introspection_depth.hpp>
#include <refract/graphql/rule/overlapping_fields.hpp>
#include <refract/graphql/rule/size.hpp>
#include <refract/graphql/rule/type_suggestion.hpp>
#include <refract/graphql/rule/typed_walk.hpp>
#include <refract/graphql/rule/values.hpp>
#include <refract/graphql/rule/variables.hpp>
#include <refract/graphql/validate.hpp>

#include <algorithm>
#include <map>

namespace refract::graphql {

namespace detail {

/// Runs the rules at every node of the walk, in the order of enum rule.
class rule_visitor : public walk_hooks {
public:
    explicit rule_visitor(rule_context& context)
        : context_(context), text_(context.text), spreads_(context), cycles_(context, spreads_),
          variables_(context, spreads_), fields_(context), sizes_(context, spreads_), introspection_(context) {}

    void run() {
        std::size_t operations = 0;
        std::size_t fragments = 0;
        for (auto const& d : context_.doc.definitions) {
            operations += d.kind == ast::definition_kind::operation ? 1U : 0U;
            fragments += d.kind == ast::definition_kind::fragment ? 1U : 0U;
            if (d.kind != ast::definition_kind::operation && d.kind != ast::definition_kind::fragment &&
                context_.on(rule::executable_definitions)) {
                context_.add(text_.not_executable(d.name), {d.at});
            }
        }
        several_operations_ = operations > 1;
        auto const& bounds = context_.options.bounds;
        if (operations > bounds.max_operations || fragments > bounds.max_fragments) {
            bool const of_operations = operations > bounds.max_operations;
            context_.add(of_operations ? text_.document_limit_exceeded("operations", "max_operations", bounds.max_operations)
                                       : text_.document_limit_exceeded("fragments", "max_fragments", bounds.max_fragments),
                         {});
            return;
        }
        merge_fields_ = check_sizes() && context_.on(rule::overlapping_fields_can_be_merged);
        typed_walk<rule_visitor> walk(context_.types, *this);
        for (auto const& d : context_.doc.definitions) {
            if (context_.full()) {
                return;
            }
            walk.walk(d);
        }
        if (context_.on(rule::no_unused_fragments)) {
            check_unused_fragments(context_, spreads_);
        }
    }

    void enter_operation(ast::definition const& d, type const* root) {
        if (d.name.empty() && several_operations_ && context_.on(rule::lone_anonymous_operation)) {
            context_.add(text_.anonymous_not_alone(), {d.at});
        }
        if (context_.on(rule::single_field_subscriptions) && d.operation == ast::operation_type::subscription &&
            root != nullptr) {
            check_single_field(d, *root);
        }
        if (!d.name.empty() && context_.on(rule::unique_operation_names)) {
            unique_definition(operations_, d, &messages::duplicate_operation);
        }
        if (context_.on(rule::unique_variable_names)) {
            check_unique_variables(d);
        }
        merge(d.selections, root, true);
    }

    void leave_operation(ast::definition const& d, type const* root) {
        if (context_.on(rule::no_undefined_variables)) {
            variables_.check_undefined(d);
        }
        if (context_.on(rule::no_unused_variables)) {
            variables_.check_unused(d);
        }
        merge(d.selections, root, false);
        if (context_.on(rule::variables_in_allowed_position)) {
            variables_.check_positions(d);
        }
    }

    void enter_fragment(ast::definition const& d, type const* t) {
        if (t != nullptr && !t->is_composite() && context_.on(rule::fragments_on_composite_types)) {
            context_.add(text_.fragment_on_non_composite(d.name, t->name), {d.type_condition_at});
        }
        if (context_.on(rule::no_fragment_cycles)) {
            cycles_.search(d);
        }
        if (context_.on(rule::unique_fragment_names)) {
            unique_definition(fragments_, d, &messages::duplicate_fragment);
        }
        merge(d.selections, t, true);
    }

    void leave_fragment(ast::definition const& d, type const* t) { merge(d.selections, t, false); }

    void enter_variable(ast::variable_definition const& v, type_reference t) {
        if (v.default_value != nullptr && context_.on(rule::default_values_of_correct_type)) {
            check_default(v, t);
        }
        if (context_.on(rule::variables_are_input_types)) {
            auto const is_input = t && t.named()->is_input();
            // To graphql-js an unknown type is no fault of this rule.
            if (!is_input && v.type != nullptr && (context_.sangria() || t)) {
                context_.add(text_.non_input_variable(v.name, to_string(*v.type)), {v.type->at});
            }
        }
    }

    void type_name(std::string_view name, location at) {
        if (!context_.on(rule::known_type_names)) {
            return;
        }
        auto const is_known = [&](type const* t) { return t != nullptr && (context_.sangria() || t->referenced); };
        if (is_known(context_.types.find(name))) {
            return;
        }
        std::vector<std::string_view> names;
        for (auto const& t : context_.types.types()) {
            if (is_known(t.get())) {
                names.push_back(t->name);
            }
        }
        context_.add(text_.unknown_type(name) + context_.suggestion(name, names), {at});
    }

    void enter_field(ast::selection const& s, type const* parent, field const* f) {
        if (f == nullptr) {
            if (parent != nullptr && context_.on(rule::fields_on_correct_type)) {
                context_.add(text_.unknown_field(s.name, parent->name) + field_suggestion(s.name, *parent), {s.at});
            }
            if (context_.on(rule::max_introspection_depth)) {
                introspection_.check(s);
            }
            merge(s.selections, nullptr, true);
            return;
        }
        if (context_.on(rule::scalar_leafs)) {
            auto const is_leaf = f->type.named()->is_leaf();
            auto const shown = context_.sangria() ? f->type.named()->name : to_string(f->type);
            if (is_leaf && s.has_selections) {
                context_.add(text_.no_selection_allowed(s.name, shown),
                             {context_.sangria() || s.selections.empty() ? s.at : brace_before(s)});
            } else if (!is_leaf && !s.has_selections) {
                context_.add(text_.selection_required(s.name, shown), {s.at});
            }
        }
        check_use(s, parent, *f);
        merge(s.selections, f->type.named(), true);
    }

    void leave_field(ast::selection const& s, type const* parent, field const* f) {
        static_cast<void>(parent);
        introspection_.leave(s);
        merge(s.selections, f == nullptr ? nullptr : f->type.named(), false);
        if (f != nullptr && context_.on(rule::provided_required_arguments)) {
            for (auto const& a : f->arguments) {
                if (a.is_required() && !is_given(s.arguments, a.name)) {
                    context_.add(text_.missing_argument(s.name, a.name, to_string(a.type)), {s.at});
                }
            }
        }
    }

    void enter_spread(ast::selection const& s, type const* parent) {
        auto const* const f = context_.fragment(s.name);
        if (f == nullptr) {
            if (context_.on(rule::known_fragment_names)) {
                context_.add(text_.unknown_fragment(s.name), {context_.sangria() ? s.at : s.name_at});
            }
            return;
        }
        auto const* const t = context_.types.find(f->type_condition);
        if (context_.on(rule::possible_fragment_spreads) && t != nullptr && t->is_composite() && parent != nullptr &&
            !types_overlap(*parent, *t)) {
            context_.add(text_.impossible_spread(s.name, parent->name, t->name), {s.at});
        }
    }

    void enter_inline(ast::selection const& s, type const* parent, type const* t) {
        if (!s.type_condition.empty() && t != nullptr && !t->is_composite() &&
            context_.on(rule::fragments_on_composite_types)) {
            context_.add(text_.inline_fragment_on_non_composite(t->name), {s.name_at});
        }
        if (context_.on(rule::possible_fragment_spreads) && t != nullptr && t->is_composite() && parent != nullptr &&
            !types_overlap(*parent, *t)) {
            context_.add(text_.impossible_inline_fragment(parent->name, t->name), {s.at});
        }
    }

    /// graphql-js compares what is inside with the selections around it only.
    void leave_inline(ast::selection const& s, type const* t) { merge(s.selections, t, false); }

    void directives(list<ast::directive> const& applied) {
        if (!context_.on(rule::unique_directives_per_location)) {
            return;
        }
        std::map<std::string_view, ast::directive const*> known;
        for (auto const& d : applied) {
            auto const* const definition = context_.types.find_directive(d.name);
            if (definition != nullptr ? definition->repeatable : !context_.sangria()) {
                continue;
            }
            auto const [at, is_new] = known.emplace(d.name, &d);
            if (!is_new) {
                context_.add(text_.duplicate_directive(d.name), {at->second->at, d.at});
            }
        }
    }

    void enter_directive(ast::directive const& d, directive_definition const* definition, directive_place place) {
        if (!context_.on(rule::known_directives)) {
            return;
        }
        if (definition == nullptr) {
            context_.add(text_.unknown_directive(d.name), {d.at});
            return;
        }
        auto const& places = definition->locations;
        if (std::find(places.begin(), places.end(), place.name) == places.end()) {
            context_.add(
                text_.misplaced_directive(d.name, context_.sangria() ? std::string(place.sangria)
                                                                     : "on " + std::string(place.name)),
                {d.at});
        }
    }

    void leave_directive(ast::directive const& d, directive_definition const* definition) {
        if (definition == nullptr || !context_.on(rule::provided_required_arguments)) {
            return;
        }
        for (auto const& a : definition->arguments) {
            if (a.is_required() && !is_given(d.arguments, a.name)) {
                context_.add(text_.missing_directive_argument(d.name, a.name, to_string(a.type)), {d.at});
            }
        }
    }

    void arguments(list<ast::argument> const& given) {
        if (context_.on(rule::unique_argument_names)) {
            unique_names(given, &messages::duplicate_argument);
        }
    }

    void enter_argument(ast::argument const& a, argument_owner const& owner, input_value const* definition) {
        if (definition != nullptr) {
            if (definition->deprecation_reason && context_.on(rule::no_deprecated)) {
                auto const of = owner.of_directive != nullptr
                                    ? "Directive \"@" + owner.of_directive->name + "\""
                                    : "Field \"" + owner.parent->name + "." + owner.of_field->name + "\"";
                context_.add(text_.deprecated_argument(of, a.name, *definition->deprecation_reason), {a.at});
            }
            if (context_.on(rule::values_of_correct_type)) {
                check_literal(context_, definition->type, a.value, [&](std::string const& literal, std::string const& reason) {
                    return text_.bad_argument(a.name, to_string(definition->type), literal, reason);
                });
            }
            return;
        }
        if (!context_.on(rule::known_argument_names)) {
            return;
        }
        std::vector<std::string_view> names;
        auto const& known = owner.of_field != nullptr       ? owner.of_field->arguments
                            : owner.of_directive != nullptr ? owner.of_directive->arguments
                                                            : none_;
        for (auto const& argument : known) {
            names.push_back(argument.name);
        }
        if (owner.of_field != nullptr) {
            context_.add(text_.unknown_argument(a.name, owner.of_field->name, owner.parent->name) +
                             context_.suggestion(a.name, names),
                         {a.at});
        } else if (owner.of_directive != nullptr) {
            context_.add(text_.unknown_directive_argument(a.name, owner.of_directive->name) +
                             context_.suggestion(a.name, names),
                         {a.at});
        }
    }

    void object_value(ast::value const& v) {
        if (!context_.on(rule::unique_input_field_names)) {
            return;
        }
        std::map<std::string_view, location> known;
        for (auto const& f : v.fields) {
            auto const [at, is_new] = known.emplace(f.name, f.at);
            if (!is_new) {
                context_.add(text_.duplicate_input_field(f.name), {at->second, f.at});
            }
        }
    }

    void object_field(ast::object_field const& f, type const& t, input_value const& definition) {
        if (definition.deprecation_reason && context_.on(rule::no_deprecated)) {
            context_.add(text_.deprecated_input_field(t.name, f.name, *definition.deprecation_reason), {f.at});
        }
    }

    void enumeration(ast::value const& v, type_reference t) {
        if (!context_.on(rule::no_deprecated) || !t || t.named()->kind != type_kind::enumeration) {
            return;
        }
        auto const* const known = t.named()->find_value(v.text);
        if (known != nullptr && known->deprecation_reason) {
            context_.add(text_.deprecated_value(t.named()->name, v.text, *known->deprecation_reason), {v.at});
        }
    }

private:
    using duplicate_text = std::string (messages::*)(std::string_view) const;

    /// The rules about what a field is, not how it is used.
    void check_use(ast::selection const& s, type const* parent, field const& f) {
        if (context_.on(rule::max_introspection_depth)) {
            introspection_.check(s);
        }
        if (f.deprecation_reason && context_.on(rule::no_deprecated)) {
            context_.add(text_.deprecated_field(parent->name, f.name, *f.deprecation_reason), {s.at});
        }
        auto const& t = *f.type.named();
        if (context_.on(rule::no_schema_introspection) && t.name.compare(0, 2, "__") == 0 && is_built_in(t)) {
            context_.add(text_.introspection_disabled(s.name), {s.at});
        }
    }

    bool check_sizes() {
        auto all_small = true;
        for (auto const& d : context_.doc.definitions) {
            if (d.kind == ast::definition_kind::operation) {
                all_small = sizes_.check(d) && all_small;
            }
        }
        return all_small;
    }

    /// Sangria compares on the way out, graphql-js on the way in.
    void merge(list<ast::selection> const& set, type const* parent, bool entering) {
        if (merge_fields_ && entering != context_.sangria()) {
            fields_.check(set, parent != nullptr && parent->is_composite() ? parent : nullptr);
        }
    }

    void check_default(ast::variable_definition const& v, type_reference t) {
        if (!t) {
            return;
        }
        if (context_.sangria() && t.is_non_null()) {
            context_.add(text_.default_of_required(v.name, to_string(t), to_string(t.nullable())), {v.default_value->at});
            return;
        }
        check_literal(context_, t, *v.default_value, [&](std::string const& literal, std::string const& reason) {
            return text_.bad_default(v.name, to_string(t), literal, reason);
        });
    }

    /// Whether @skip or @include leave a selection out, whatever the variables are.
    static bool is_never_included(ast::selection const& s) {
        return std::any_of(s.directives.begin(), s.directives.end(), [](ast::directive const& d) {
            auto const excluding = d.name == "skip" ? "true" : d.name == "include" ? "false" : "";
            return std::any_of(d.arguments.begin(), d.arguments.end(), [&](ast::argument const& a) {
                return a.name == "if" && a.value.kind == ast::value_kind::boolean && a.value.text == excluding;
            });
        });
    }

    /// Whether a fragment with this condition applies to the subscription root.
    bool applies(std::string_view condition, type const& root) const {
        auto const* const t = context_.types.find(condition);
        return condition.empty() || (t != nullptr && is_possible_type(*t, root));
    }

    void check_single_field(ast::definition const& d, type const& root) {
        // Fields by response key, in the order of the text; an explicit stack, because fragments may be chained.
        std::vector<std::vector<ast::selection const*>> fields;
        std::map<std::string_view, std::size_t> by_key;
        std::map<std::string_view, bool> opened;
        std::vector<std::pair<list<ast::selection>, std::uint32_t>> frames{{d.selections, 0}};
        while (!frames.empty()) {
            auto& [set, next] = frames.back();
            if (next == set.size()) {
                frames.pop_back();
                continue;
            }
            auto const& s = set[next++];
            if (is_never_included(s)) {
                continue;
            }
            if (s.kind == ast::selection_kind::field) {
                auto const [at, is_new] = by_key.emplace(s.response_key(), fields.size());
                if (is_new) {
                    fields.emplace_back();
                }
                fields[at->second].push_back(&s);
            } else if (s.kind == ast::selection_kind::inline_fragment) {
                if (applies(s.type_condition, root)) {
                    frames.emplace_back(s.selections, 0);
                }
            } else if (auto const* const f = context_.fragment(s.name); f != nullptr && opened.emplace(s.name, true).second) {
                if (applies(f->type_condition, root)) {
                    frames.emplace_back(f->selections, 0);
                }
            }
        }
        std::vector<location> extra;
        for (std::size_t i = 1; i < fields.size(); ++i) {
            for (auto const* f : fields[i]) {
                extra.push_back(f->at);
            }
        }
        if (!extra.empty()) {
            context_.add(text_.several_subscription_fields(d.name), std::move(extra));
        }
        for (auto const& same_key : fields) {
            auto const* const f = same_key.front();
            if (f->name.compare(0, 2, "__") == 0) {
                std::vector<location> places;
                for (auto const* node : same_key) {
                    places.push_back(node->at);
                }
                context_.add(text_.introspection_subscription_field(d.name), std::move(places));
            }
        }
    }

    void unique_definition(std::map<std::string_view, ast::definition const*>& known, ast::definition const& d,
                           duplicate_text text) {
        auto const [at, is_new] = known.emplace(d.name, &d);
        if (is_new) {
            return;
        }
        if (context_.sangria()) {
            context_.add((text_.*text)(d.name), {d.at});
        } else {
            context_.add((text_.*text)(d.name), {at->second->name_at, d.name_at});
        }
    }

    void check_unique_variables(ast::definition const& d) {
        if (!context_.sangria()) {
            struct named {
                std::string_view name;
                location at;
            };
            std::vector<named> names;
            for (auto const& v : d.variables) {
                names.push_back({v.name, v.name_at});
            }
            unique_names(names, &messages::duplicate_variable);
            return;
        }
        std::map<std::string_view, location> known;
        for (auto const& v : d.variables) {
            auto const [at, is_new] = known.emplace(v.name, v.at);
            if (!is_new) {
                context_.add(text_.duplicate_variable(v.name), {at->second, v.at});
            }
        }
    }

    /// Sangria reports each further one; graphql-js reports a name once, with all its places.
    template <class Named> void unique_names(Named const& all, duplicate_text text) {
        std::map<std::string_view, std::vector<location>> known;
        std::vector<std::string_view> order;
        for (auto const& one : all) {
            auto& places = known[one.name];
            places.push_back(one.at);
            if (places.size() == 1) {
                order.push_back(one.name);
            } else if (context_.sangria()) {
                context_.add((text_.*text)(one.name), {one.at});
            }
        }
        if (context_.sangria()) {
            return;
        }
        for (auto const name : order) {
            if (auto& places = known[name]; places.size() > 1) {
                context_.add((text_.*text)(name), std::move(places));
            }
        }
    }

    static bool is_given(list<ast::argument> const& given, std::string_view name) {
        return std::any_of(given.begin(), given.end(), [&](ast::argument const& a) { return a.name == name; });
    }

    /// Types the field may have been meant for, else fields with a similar name.
    std::string field_suggestion(std::string_view name, type const& parent) {
        if (!context_.options.suggestions) {
            return {};
        }
        auto const types = types_with_field(name, parent, context_.sangria());
        if (!types.empty()) {
            return did_you_mean(context_.options.style, types, "Did you mean to use an inline fragment on");
        }
        std::vector<std::string_view> names;
        for (auto const& f : parent.fields) {
            names.push_back(f.name);
        }
        return context_.suggestion(name, names);
    }

    /// graphql-js points at the selection set: the `{` before the first selection.
    location brace_before(ast::selection const& s) const {
        auto at = s.selections[0].at;
        auto const text = context_.doc.text;
        while (at.offset > 0 && text[at.offset] != '{') {
            --at.offset;
            if (text[at.offset] == '\n' || text[at.offset] == '\r') {
                return s.at; // on another line: the field is near enough
            }
            --at.column;
        }
        return at;
    }

    rule_context& context_;
    messages const& text_;
    spread_index spreads_;
    fragment_cycle_finder cycles_;
    variable_rules variables_;
    overlapping_fields_rule fields_;
    size_rule sizes_;
    introspection_depth_rule introspection_;
    std::map<std::string_view, ast::definition const*> operations_;
    std::map<std::string_view, ast::definition const*> fragments_;
    std::vector<input_value> const none_;
    bool several_operations_ = false;
    bool merge_fields_ = true;
};

} // namespace detail

REFRACT_DECL std::vector<violation> validate(schema const& s, document const& doc, validate_options const& options) {
    detail::rule_context context(s, doc, options);
    detail::rule_visitor(context).run();
    return std::move(context.violations);
}

} // namespace refract::graphql
