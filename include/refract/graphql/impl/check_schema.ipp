#pragma once

#include <refract/graphql/check_schema.hpp>

#include <algorithm>
#include <unordered_set>

namespace refract::graphql {

namespace detail {

class schema_checker {
public:
    explicit schema_checker(schema const& s) : schema_(s) {}

    std::vector<schema_fault> check() {
        for (auto const& d : schema_.directives) {
            check_name(d.name, "@" + d.name, d.name);
            for (auto const& a : d.arguments) {
                check_name(a.name, a.name, d.name);
            }
        }
        for (auto const& t : schema_.types()) {
            if (is_built_in(*t)) {
                continue;
            }
            check_name(t->name, t->name, t->name);
            check_members(*t);
        }
        for (auto const& t : schema_.types()) {
            if (t->kind == type_kind::input_object) {
                check_endless(*t);
            }
        }
        return std::move(faults_);
    }

private:
    void fault(std::string message, std::string at) { faults_.push_back({std::move(message), std::move(at)}); }

    void check_name(std::string const& name, std::string const& shown, std::string const& at) {
        if (name.compare(0, 2, "__") == 0) {
            fault("Name \"" + shown + "\" must not begin with \"__\", which is reserved by GraphQL introspection.", at);
        }
    }

    void check_members(type const& t) {
        switch (t.kind) {
        case type_kind::object:
        case type_kind::interface: check_fields(t); break;
        case type_kind::union_type:
            if (t.possible_types.empty()) {
                fault("Union type " + t.name + " must define one or more member types.", t.name);
            }
            break;
        case type_kind::enumeration:
            if (t.values.empty()) {
                fault("Enum type " + t.name + " must define one or more values.", t.name);
            }
            for (auto const& v : t.values) {
                check_name(v.name, v.name, t.name);
            }
            break;
        case type_kind::input_object:
            if (t.input_fields.empty()) {
                fault("Input Object type " + t.name + " must define one or more fields.", t.name);
            }
            for (auto const& f : t.input_fields) {
                check_name(f.name, f.name, t.name);
                if (f.deprecation_reason && f.is_required()) {
                    fault("Required input field " + t.name + "." + f.name + " cannot be deprecated.", t.name);
                }
                if (t.one_of && f.type.is_non_null()) {
                    fault("OneOf input field " + t.name + "." + f.name + " must be nullable.", t.name);
                }
                if (t.one_of && f.default_value) {
                    fault("OneOf input field " + t.name + "." + f.name + " cannot have a default value.", t.name);
                }
            }
            break;
        case type_kind::scalar: break;
        }
    }

    void check_fields(type const& t) {
        if (t.fields.empty()) {
            fault("Type " + t.name + " must define one or more fields.", t.name);
        }
        for (auto const& f : t.fields) {
            check_name(f.name, f.name, t.name);
            for (auto const& a : f.arguments) {
                check_name(a.name, a.name, t.name);
                if (a.deprecation_reason && a.is_required()) {
                    fault("Required argument " + t.name + "." + f.name + "(" + a.name + ":) cannot be deprecated.", t.name);
                }
            }
        }
        for (auto const* i : t.interfaces) {
            if (i == &t) {
                fault("Type " + t.name + " cannot implement itself because it would create a circular reference.", t.name);
                continue;
            }
            check_ancestors(t, *i);
            check_implementation(t, *i);
        }
    }

    void check_ancestors(type const& t, type const& i) {
        for (auto const* ancestor : i.interfaces) {
            if (std::find(t.interfaces.begin(), t.interfaces.end(), ancestor) == t.interfaces.end()) {
                fault(ancestor == &t ? "Type " + t.name + " cannot implement " + i.name +
                                           " because it would create a circular reference."
                                     : "Type " + t.name + " must implement " + ancestor->name +
                                           " because it is implemented by " + i.name + ".",
                      t.name);
            }
        }
    }

    void check_implementation(type const& t, type const& i) {
        for (auto const& expected : i.fields) {
            auto const* const f = t.find_field(expected.name);
            if (f == nullptr) {
                fault("Interface field " + i.name + "." + expected.name + " expected but " + t.name + " does not provide it.",
                      t.name);
                continue;
            }
            if (!is_subtype(f->type, expected.type)) {
                fault("Interface field " + i.name + "." + expected.name + " expects type " + to_string(expected.type) +
                          " but " + t.name + "." + f->name + " is type " + to_string(f->type) + ".",
                      t.name);
            }
            check_arguments(t, i, *f, expected);
        }
    }

    void check_arguments(type const& t, type const& i, field const& f, field const& expected) {
        auto const of_interface = i.name + "." + expected.name + "(";
        auto const of_type = t.name + "." + f.name;
        for (auto const& a : expected.arguments) {
            auto const* const actual = f.argument(a.name);
            if (actual == nullptr) {
                fault("Interface field argument " + of_interface + a.name + ":) expected but " + of_type +
                          " does not provide it.",
                      t.name);
            } else if (!(actual->type == a.type)) {
                fault("Interface field argument " + of_interface + a.name + ":) expects type " + to_string(a.type) + " but " +
                          of_type + "(" + a.name + ":) is type " + to_string(actual->type) + ".",
                      t.name);
            }
        }
        for (auto const& a : f.arguments) {
            if (a.is_required() && expected.argument(a.name) == nullptr) {
                fault("Object field " + of_type + " includes required argument " + a.name +
                          " that is missing from the Interface field " + i.name + "." + expected.name + ".",
                      t.name);
            }
        }
    }

    /// An input object that needs itself, through required fields only, can never be written.
    /// Every type is visited once; an explicit stack, because schemas may chain types deeply.
    void check_endless(type const& start) {
        struct frame {
            type const* at;
            std::size_t next;
        };
        if (finished_.count(&start) != 0) {
            return;
        }
        std::vector<frame> path{{&start, 0}};
        std::unordered_set<type const*> on_path{&start};
        while (!path.empty()) {
            auto& top = path.back();
            if (top.next == top.at->input_fields.size()) {
                finished_.insert(top.at);
                on_path.erase(top.at);
                path.pop_back();
                continue;
            }
            auto const& f = top.at->input_fields[top.next++];
            auto const* const target = f.type.named();
            if (!f.type.is_non_null() || !f.type.nullable().is_named() || target == nullptr ||
                target->kind != type_kind::input_object || finished_.count(target) != 0) {
                continue;
            }
            if (on_path.count(target) != 0) {
                std::string names;
                auto from = std::find_if(path.begin(), path.end(), [&](frame const& p) { return p.at == target; });
                for (; from != path.end(); ++from) {
                    names += (names.empty() ? "" : ".") + from->at->input_fields[from->next - 1].name;
                }
                fault("Cannot reference Input Object \"" + target->name +
                          "\" within itself through a series of non-null fields: \"" + names + "\".",
                      target->name);
                continue;
            }
            on_path.insert(target);
            path.push_back({target, 0});
        }
    }

    schema const& schema_;
    std::vector<schema_fault> faults_;
    std::unordered_set<type const*> finished_;
};

} // namespace detail

REFRACT_DECL std::vector<schema_fault> check_schema(schema const& s) { return detail::schema_checker(s).check(); }

} // namespace refract::graphql
