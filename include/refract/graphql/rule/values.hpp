// Rule: literals fit the types of their places.
// Source: GraphQL October 2021, 5.6.1, https://spec.graphql.org/October2021/#sec-Values-of-Correct-Type
#pragma once

#include <refract/graphql/print.hpp>
#include <refract/graphql/rule/context.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace refract::graphql::detail {

/// A reason why a literal does not fit, and the places to name besides the literal itself.
struct literal_reason {
    std::string text;
    std::vector<location> locations;
};

/// The reasons in Sangria's order and words: `'{path}' {reason}`, unknown fields of an object first.
class sangria_literal_checker {
public:
    sangria_literal_checker(scalar_checks const& checks, std::size_t max_reasons)
        : checks_(checks), max_reasons_(max_reasons) {}

    void check(type_reference t, ast::value const& v) {
        if (reasons.size() >= max_reasons_ || v.kind == ast::value_kind::variable) {
            return;
        }
        auto const inner = t.nullable();
        if (v.kind == ast::value_kind::null && (!t.is_non_null() || inner.is_list())) {
            if (t.is_non_null()) {
                add("Expected non-null value, found null.");
            }
            return;
        }
        if (inner.is_list()) {
            check_list(inner.unwrapped(), v);
        } else if (inner.named()->kind == type_kind::input_object) {
            check_object(*inner.named(), v);
        } else if (auto reason = literal_fault(*inner.named(), v, checks_); !reason.empty()) {
            add(reason);
        } else if (v.kind == ast::value_kind::null) {
            add("Expected non-null value, found null."); // a scalar that takes everything still does not take null
        }
    }

    std::vector<literal_reason> reasons;

private:
    void check_list(type_reference item_type, ast::value const& v) {
        locations_.push_back(v.at);
        if (v.kind == ast::value_kind::list) {
            for (std::size_t i = 0; i < v.items.size(); ++i) {
                auto const length = enter("[" + std::to_string(i) + "]", false);
                check(item_type, v.items[i]);
                path_.resize(length);
            }
        } else {
            auto const length = enter("[0]", false);
            check(item_type, v);
            path_.resize(length);
        }
        locations_.pop_back();
    }

    void check_object(type const& t, ast::value const& v) {
        if (v.kind != ast::value_kind::object) {
            locations_.push_back(v.at);
            add("Expected '" + t.name + "', found not an object.");
            locations_.pop_back();
            return;
        }
        for (auto const& f : v.fields) {
            if (t.find_input_field(f.name) == nullptr) {
                at_field(f.name, f.at, [&] {
                    add("Field '" + std::string(f.name) + "' is not defined in the input type '" + t.name + "'.");
                });
            }
        }
        if (t.one_of && (v.fields.size() != 1 || v.fields[0].value.kind == ast::value_kind::null)) {
            add("Exactly one field of '" + t.name + "' must be given, and not be null.");
        }
        for (auto const& definition : t.input_fields) {
            auto const* const given = std::find_if(v.fields.begin(), v.fields.end(), [&](ast::object_field const& f) {
                return f.name == definition.name;
            });
            if (given != v.fields.end()) {
                at_field(definition.name, given->at, [&] { check(definition.type, given->value); });
            } else if (definition.is_required()) {
                at_field(definition.name, v.at, [&] {
                    add("Not-null field '" + definition.name + "' of type '" + to_string(definition.type) +
                        "' defined in the '" + t.name + "' input type is missing.");
                });
            }
        }
    }

    template <class Check> void at_field(std::string_view name, location where, Check check_it) {
        auto const length = enter(name, true);
        locations_.push_back(where);
        check_it();
        locations_.pop_back();
        path_.resize(length);
    }

    std::size_t enter(std::string_view step, bool is_name) {
        auto const length = path_.size();
        if (is_name && !path_.empty()) {
            path_ += '.';
        }
        path_ += step;
        return length;
    }

    void add(std::string_view reason) {
        if (reasons.size() < max_reasons_) {
            reasons.push_back({path_.empty() ? std::string(reason) : "'" + path_ + "' " + std::string(reason), locations_});
        }
    }

    scalar_checks const& checks_;
    std::size_t max_reasons_;
    std::string path_;
    std::vector<location> locations_;
};

/// The reasons in graphql-js' order and words.
class graphql_js_literal_checker {
public:
    graphql_js_literal_checker(rule_context& context) : context_(context) {}

    void check(type_reference t, ast::value const& v) {
        if (v.kind == ast::value_kind::variable || !t) {
            return;
        }
        if (v.kind == ast::value_kind::null) {
            if (t.is_non_null()) {
                expected(t, v);
            }
            return;
        }
        auto const inner = t.nullable();
        auto const& named = *t.named();
        if (v.kind == ast::value_kind::list && !inner.is_list()) {
            t = inner; // what graphql-js expects of a list that should be none
        }
        if (v.kind == ast::value_kind::list && inner.is_list()) {
            for (auto const& item : v.items) {
                check(inner.unwrapped(), item);
            }
        } else if (v.kind == ast::value_kind::object && named.kind == type_kind::input_object) {
            check_object(named, v);
        } else if (!named.is_leaf()) {
            expected(t, v);
        } else if (named.kind == type_kind::enumeration) {
            check_enum(named, v);
        } else {
            check_scalar(t, named, v);
        }
    }

private:
    void expected(type_reference t, ast::value const& v, std::string const& more = {}) {
        context_.add("Expected value of type \"" + to_string(t) + "\", found " + print_compact(v) +
                         (more.empty() ? "." : "; " + more),
                     {v.at});
    }

    void check_object(type const& t, ast::value const& v) {
        for (auto const& definition : t.input_fields) {
            auto const is_given = std::any_of(v.fields.begin(), v.fields.end(),
                                              [&](ast::object_field const& f) { return f.name == definition.name; });
            if (!is_given && definition.is_required()) {
                context_.add("Field \"" + t.name + "." + definition.name + "\" of required type \"" +
                                 to_string(definition.type) + "\" was not provided.",
                             {v.at});
            }
        }
        if (t.one_of) {
            check_one_of(t, v);
        }
        for (auto const& f : v.fields) {
            auto const* const definition = t.find_input_field(f.name);
            if (definition != nullptr) {
                check(definition->type, f.value);
                continue;
            }
            std::vector<std::string_view> names;
            for (auto const& known : t.input_fields) {
                names.push_back(known.name);
            }
            context_.add("Field \"" + std::string(f.name) + "\" is not defined by type \"" + t.name + "\"." +
                             context_.suggestion(f.name, names),
                         {f.at});
        }
    }

    void check_one_of(type const& t, ast::value const& v) {
        auto const is_one = !v.fields.empty() && std::all_of(v.fields.begin(), v.fields.end(), [&](ast::object_field const& f) {
            return f.name == v.fields[0].name;
        });
        if (!is_one) {
            context_.add("OneOf Input Object \"" + t.name + "\" must specify exactly one key.", {v.at});
        } else if (v.fields.back().value.kind == ast::value_kind::null) {
            context_.add("Field \"" + t.name + "." + std::string(v.fields[0].name) + "\" must be non-null.", {v.at});
        }
    }

    void check_enum(type const& t, ast::value const& v) {
        auto const is_name = v.kind == ast::value_kind::enumeration;
        if (is_name && t.find_value(v.text) != nullptr) {
            return;
        }
        std::vector<std::string_view> names;
        for (auto const& known : t.values) {
            names.push_back(known.name);
        }
        auto const written = print_compact(v);
        auto const near = context_.suggestion(is_name ? v.text : std::string_view(written), names,
                                              "Did you mean the enum value");
        context_.add((is_name ? "Value \"" + written + "\" does not exist in \"" + t.name + "\" enum."
                              : "Enum \"" + t.name + "\" cannot represent non-enum value: " + written + ".") +
                         near,
                     {v.at});
    }

    void check_scalar(type_reference whole, type const& t, ast::value const& v) {
        auto const reason = literal_fault(t, v, context_.options.checks);
        if (reason.empty()) {
            return;
        }
        auto const written = print_compact(v);
        auto const is_integer = v.kind == ast::value_kind::integer;
        std::string text;
        if (t.name == "Int") {
            text = is_integer ? "Int cannot represent non 32-bit signed integer value: " + written
                              : "Int cannot represent non-integer value: " + written;
        } else if (t.name == "Float") {
            text = "Float cannot represent non numeric value: " + written;
        } else if (t.name == "String") {
            text = "String cannot represent a non string value: " + written;
        } else if (t.name == "Boolean") {
            text = "Boolean cannot represent a non boolean value: " + written;
        } else if (t.name == "ID") {
            text = "ID cannot represent a non-string and non-integer value: " + written;
        } else {
            // graphql-js: a parseLiteral() that returned nothing, or threw a reason.
            auto const* const check = context_.options.checks.find(t.name);
            auto const has_reason = check == nullptr || check->literal == nullptr || *check->literal(v) != '\0';
            expected(whole, v, has_reason ? reason : std::string{});
            return;
        }
        context_.add(text, {v.at});
    }

    rule_context& context_;
};

/// Reports a literal that does not fit; `describe(literal, reason)` makes Sangria's message.
template <class Describe>
void check_literal(rule_context& context, type_reference t, ast::value const& v, Describe describe) {
    if (!t || !t.named()->is_input()) {
        return;
    }
    if (!context.sangria()) {
        graphql_js_literal_checker(context).check(t, v);
        return;
    }
    sangria_literal_checker checker(context.options.checks, context.options.bounds.max_errors);
    checker.check(t, v);
    if (checker.reasons.empty()) {
        return;
    }
    auto literal = print_compact(v);
    if (literal.size() > max_message_bytes / 2) {
        literal.resize(max_message_bytes / 2);
        while (!literal.empty() && (static_cast<unsigned char>(literal.back()) & 0x80U) != 0) {
            literal.pop_back();
        }
        literal += "...";
    }
    for (auto& reason : checker.reasons) {
        reason.locations.insert(reason.locations.begin(), v.at);
        context.add(describe(literal, reason.text), std::move(reason.locations));
    }
}

} // namespace refract::graphql::detail
