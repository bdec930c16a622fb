#pragma once

#include <refract/graphql/coerce.hpp>
#include <refract/graphql/impl/input_check.ipp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/resolve_type.hpp>

#include <charconv>

namespace refract::graphql {

namespace detail {

/// A number as the scalar `t` has it: Float always floating, Int always integer, others as written.
REFRACT_DECL void set_number(coerced& to, type const* t, bool is_integer, std::int64_t integer, double floating) {
    auto const is_float = t != nullptr && t->name == "Float";
    auto const is_int = t != nullptr && t->name == "Int";
    if (is_float || (!is_integer && !is_int)) {
        to.kind = coerced_kind::floating;
        to.floating = is_integer ? static_cast<double>(integer) : floating;
    } else {
        to.kind = coerced_kind::integer;
        to.integer = is_integer ? integer : static_cast<std::int64_t>(floating);
    }
}

REFRACT_DECL double parse_double(std::string_view digits) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

/// A literal that is not a list, object or variable.
REFRACT_DECL void set_leaf(coerced& to, type const* t, ast::value const& v) {
    switch (v.kind) {
    case ast::value_kind::boolean:
        to.kind = coerced_kind::boolean;
        to.boolean = v.text == "true";
        break;
    case ast::value_kind::integer: {
        if (t != nullptr && t->name == "ID") {
            to.kind = coerced_kind::string;
            to.text = std::string(v.text);
            break;
        }
        std::int64_t integer = 0;
        auto const code = std::from_chars(v.text.data(), v.text.data() + v.text.size(), integer).ec;
        if (code != std::errc{}) {
            to.out_of_range = true;
            to.text = std::string(v.text);
            set_number(to, t, false, 0, parse_double(v.text));
            if (to.kind == coerced_kind::floating && (t == nullptr || t->name != "Float")) {
                to.kind = coerced_kind::integer;
            }
            break;
        }
        set_number(to, t, true, integer, 0);
        break;
    }
    case ast::value_kind::floating: set_number(to, t, false, 0, parse_double(v.text)); break;
    case ast::value_kind::string:
        to.kind = coerced_kind::string;
        to.text = std::string(v.text);
        break;
    case ast::value_kind::enumeration:
        to.kind = coerced_kind::enumeration;
        to.text = std::string(v.text);
        break;
    case ast::value_kind::variable:
    case ast::value_kind::null:
    case ast::value_kind::list:
    case ast::value_kind::object: to.kind = coerced_kind::null; break;
    }
}

enum class coercion : std::uint8_t { present, absent, failed };

/// Literals with variables to coerced values.
class literal_coercer {
public:
    literal_coercer(variable_values const* variables, bool is_default) : variables_(variables), is_default_(is_default) {}

    coercion coerce(type_reference t, ast::value const& v, coerced& to) {
        to.at = v.at;
        to.origin.is_default = is_default_;
        if (v.kind == ast::value_kind::variable) {
            return from_variable(t, v, to);
        }
        if (v.kind == ast::value_kind::null) {
            to.kind = coerced_kind::null;
            to.type = t.named();
            return t.is_non_null() ? fail(t, v.at) : coercion::present;
        }
        t = t.nullable();
        to.type = t.named();
        if (t.is_list()) {
            return list_of(t.unwrapped(), v, to);
        }
        if (t.named() != nullptr && t.named()->kind == type_kind::input_object) {
            return object_of(*t.named(), v, to);
        }
        if (v.kind == ast::value_kind::list || v.kind == ast::value_kind::object) {
            return untyped(v, to);
        }
        set_leaf(to, t.named(), v);
        return coercion::present;
    }

    /// An argument or input field that was not given: its default, or absent.
    coercion from_default(input_value const& definition, location where, coerced& to) {
        if (!definition.default_value) {
            return definition.type.is_non_null() ? fail(definition.type, where) : coercion::absent;
        }
        // The schema keeps defaults as text: a document with one argument is the shortest way to its value.
        parse_options options;
        options.own_source = true;
        auto const doc = parse("{f(a:" + *definition.default_value + ")}", options);
        if (!doc || doc->definitions.empty() || doc->definitions[0].selections.empty() ||
            doc->definitions[0].selections[0].arguments.empty()) {
            return fail(definition.type, where);
        }
        literal_coercer inner(nullptr, true);
        auto const done = inner.coerce(definition.type, doc->definitions[0].selections[0].arguments[0].value, to);
        return done == coercion::failed ? fail(definition.type, where) : done;
    }

    void enter(std::string_view name) { path_.emplace_back(name); }
    void leave() { path_.pop_back(); }

    [[nodiscard]] std::string message() const {
        return "Null value was provided for the NotNull Type '" + failed_type_ + "' at path '" + failed_path_ + "'.";
    }

    [[nodiscard]] location where() const { return failed_at_; }

private:
    coercion fail(type_reference t, location at) {
        failed_type_ = to_string(t);
        failed_at_ = at;
        failed_path_.clear();
        for (auto const& name : path_) {
            failed_path_ += (failed_path_.empty() ? "" : ".") + name;
        }
        return coercion::failed;
    }

    coercion from_variable(type_reference t, ast::value const& v, coerced& to) {
        auto const* const value = variables_ == nullptr ? nullptr : variables_->find(v.text);
        if (value == nullptr) {
            return coercion::absent;
        }
        if (value->is_null() && t.is_non_null()) {
            return fail(t, v.at);
        }
        to = *value;
        to.at = v.at;
        return coercion::present;
    }

    coercion list_of(type_reference item_type, ast::value const& v, coerced& to) {
        to.kind = coerced_kind::list;
        to.is_list_type = true;
        if (v.kind != ast::value_kind::list) {
            coerced item;
            auto const done = coerce(item_type, v, item);
            to.items.push_back(std::move(item));
            return done;
        }
        to.items.reserve(v.items.size());
        for (auto const& written : v.items) {
            coerced item;
            auto const done = coerce(item_type, written, item);
            if (done == coercion::failed) {
                return done;
            }
            if (done == coercion::absent) {
                if (item_type.is_non_null()) {
                    return fail(item_type, written.at);
                }
                item.type = item_type.named();
            }
            to.items.push_back(std::move(item));
        }
        return coercion::present;
    }

    coercion object_of(type const& t, ast::value const& v, coerced& to) {
        to.kind = coerced_kind::object;
        for (auto const& definition : t.input_fields) {
            enter(definition.name);
            coerced value;
            auto done = coercion::absent;
            for (auto const& f : v.fields) {
                if (f.name == definition.name) {
                    done = coerce(definition.type, f.value, value);
                    break;
                }
            }
            if (done == coercion::absent) {
                value = coerced{};
                done = from_default(definition, v.at, value);
            }
            if (done == coercion::failed) {
                return done;
            }
            leave();
            if (done == coercion::present) {
                to.fields.push_back({definition.name, std::move(value)});
            }
        }
        return coercion::present;
    }

    /// A list or object where a scalar takes it: as written.
    coercion untyped(ast::value const& v, coerced& to) {
        if (v.kind == ast::value_kind::list) {
            to.kind = coerced_kind::list;
            for (auto const& written : v.items) {
                coerced item;
                if (coerce(type_reference{}, written, item) == coercion::failed) {
                    return coercion::failed;
                }
                to.items.push_back(std::move(item));
            }
            return coercion::present;
        }
        to.kind = coerced_kind::object;
        for (auto const& f : v.fields) {
            coerced value;
            auto const done = coerce(type_reference{}, f.value, value);
            if (done == coercion::failed) {
                return done;
            }
            if (done == coercion::present) {
                to.fields.push_back({std::string(f.name), std::move(value)});
            }
        }
        return coercion::present;
    }

    variable_values const* variables_;
    bool is_default_;
    std::vector<std::string> path_;
    std::string failed_type_;
    std::string failed_path_;
    location failed_at_{};
};

/// Variables' values that fit their types to coerced values.
class input_coercer {
public:
    input_coercer(std::string_view variable, location at) : variable_(variable), at_(at) {}

    coerced coerce(type_reference t, input const& v) {
        coerced to;
        to.at = at_;
        to.origin.variable = variable_;
        to.origin.path = path_;
        t = t.nullable();
        to.type = t.named();
        if (v.is_null()) {
            return to;
        }
        if (t.is_list()) {
            to.kind = coerced_kind::list;
            to.is_list_type = true;
            list_of(t.unwrapped(), v, to);
        } else if (t.named() != nullptr && t.named()->kind == type_kind::input_object) {
            to.kind = coerced_kind::object;
            object_of(*t.named(), v, to);
        } else {
            leaf(t.named(), v, to);
        }
        return to;
    }

private:
    void list_of(type_reference item_type, input const& v, coerced& to) {
        if (v.kind != input_kind::list) {
            to.items.push_back(coerce(item_type, v));
            return;
        }
        to.items.reserve(v.items.size());
        for (std::size_t i = 0; i < v.items.size(); ++i) {
            auto const length = path_.size();
            path_ += '/' + std::to_string(i);
            to.items.push_back(coerce(item_type, v.items[i]));
            path_.resize(length);
        }
    }

    void object_of(type const& t, input const& v, coerced& to) {
        for (auto const& definition : t.input_fields) {
            auto const* const given = v.find(definition.name);
            auto const length = path_.size();
            append_step(definition.name);
            if (given != nullptr) {
                to.fields.push_back({definition.name, coerce(definition.type, *given)});
            } else if (definition.default_value) {
                coerced value;
                literal_coercer defaults(nullptr, true);
                if (defaults.from_default(definition, at_, value) == coercion::present) {
                    to.fields.push_back({definition.name, std::move(value)});
                }
            }
            path_.resize(length);
        }
    }

    void leaf(type const* t, input const& v, coerced& to) {
        switch (v.kind) {
        case input_kind::null: break;
        case input_kind::boolean:
            to.kind = coerced_kind::boolean;
            to.boolean = v.boolean;
            break;
        case input_kind::integer: integer(t, v, to); break;
        case input_kind::floating: set_number(to, t, false, 0, v.floating); break;
        case input_kind::string:
            to.kind = t != nullptr && t->kind == type_kind::enumeration ? coerced_kind::enumeration : coerced_kind::string;
            to.text = v.text;
            break;
        case input_kind::list:
            to.kind = coerced_kind::list;
            list_of(type_reference{}, v, to);
            break;
        case input_kind::object:
            to.kind = coerced_kind::object;
            for (auto const& f : v.fields) {
                auto const length = path_.size();
                append_step(f.name);
                to.fields.push_back({f.name, coerce(type_reference{}, f.value)});
                path_.resize(length);
            }
            break;
        }
    }

    static void integer(type const* t, input const& v, coerced& to) {
        if (t != nullptr && t->name == "ID") {
            to.kind = coerced_kind::string;
            to.text = v.out_of_range ? v.text : std::to_string(v.integer);
        } else if (v.out_of_range) {
            to.kind = t != nullptr && t->name == "Float" ? coerced_kind::floating : coerced_kind::integer;
            to.out_of_range = true;
            to.floating = parse_double(v.text);
            to.text = v.text;
        } else {
            set_number(to, t, true, v.integer, 0);
        }
    }

    void append_step(std::string_view name) {
        path_ += '/';
        for (auto const c : name) {
            if (c == '~') {
                path_ += "~0";
            } else if (c == '/') {
                path_ += "~1";
            } else {
                path_ += c;
            }
        }
    }

    std::string variable_;
    location at_;
    std::string path_;
};

} // namespace detail

REFRACT_DECL coerced const* coerced::find(std::string_view name) const noexcept {
    for (auto const& f : fields) {
        if (f.name == name) {
            return &f.value;
        }
    }
    return nullptr;
}

REFRACT_DECL coerced const* variable_values::find(std::string_view name) const noexcept {
    for (auto const& v : values_) {
        if (v.name == name) {
            return &v.value;
        }
    }
    return nullptr;
}

REFRACT_DECL result<variable_values, std::vector<violation>>
coerce_variables(schema const& s, document const& doc, ast::definition const& operation, input const& values,
                 scalar_checks const& checks, message_style style, limits const& bounds) {
    variable_values coerced_values;
    std::vector<violation> violations;
    for (auto const& definition : operation.variables) {
        auto const t = resolve_type(s, definition.type);
        auto const* const given = values.find(definition.name);
        auto const has_default = definition.default_value != nullptr;
        if (!t || !t.named()->is_input()) {
            violations.push_back(detail::bad_variable_type(style, doc, definition));
        } else if (given == nullptr && (has_default || !t.is_non_null())) {
            if (has_default) {
                coerced value;
                detail::literal_coercer literal(nullptr, true);
                if (literal.coerce(t, *definition.default_value, value) == detail::coercion::present) {
                    value.origin.variable = std::string(definition.name);
                    coerced_values.add(std::string(definition.name), std::move(value));
                }
            }
        } else if (detail::check_variable(style, doc, definition, t, given, checks, bounds.max_errors, violations)) {
            detail::input_coercer coercer(definition.name, definition.at);
            coerced_values.add(std::string(definition.name), coercer.coerce(t, *given));
        }
        if (violations.size() >= bounds.max_errors) {
            break;
        }
    }
    if (!violations.empty()) {
        return violations;
    }
    return coerced_values;
}

REFRACT_DECL result<std::vector<coerced_field>, violation>
coerce_arguments(document const& doc, std::vector<input_value> const& definitions, list<ast::argument> arguments,
                 variable_values const& variables, message_style style) {
    std::vector<coerced_field> values;
    detail::literal_coercer coercer(&variables, false);
    for (auto const& definition : definitions) {
        coercer.enter(definition.name);
        coerced value;
        auto done = detail::coercion::absent;
        location where{};
        for (auto const& a : arguments) {
            if (a.name == definition.name) {
                where = a.value.at;
                done = coercer.coerce(definition.type, a.value, value);
                break;
            }
        }
        if (done == detail::coercion::absent) {
            value = coerced{};
            done = coercer.from_default(definition, where, value);
        }
        if (done == detail::coercion::failed) {
            return make_violation(style, doc.text, coercer.message(), {coercer.where()});
        }
        coercer.leave();
        if (done == detail::coercion::present) {
            values.push_back({definition.name, std::move(value)});
        }
    }
    return values;
}

REFRACT_DECL coerced coerce_literal(type_reference t, ast::value const& v) {
    coerced value;
    detail::literal_coercer coercer(nullptr, true);
    coercer.coerce(t, v, value);
    return value;
}

} // namespace refract::graphql
