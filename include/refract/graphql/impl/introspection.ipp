#pragma once

#include <refract/core/text.hpp>
#include <refract/graphql/input.hpp>
#include <refract/graphql/introspection.hpp>

#include <optional>

namespace refract::graphql {

namespace detail {

/// What is asked of one object, with everything below. Introspection has no abstract types: it is the same for every object.
struct introspection_selection {
    std::string_view key;
    std::string_view name;
    bool include_deprecated = false;
    std::vector<introspection_selection> inner{};
};

inline constexpr int max_introspection_depth = 200;

/// False if the selection nests too deep.
REFRACT_DECL bool select_introspection(std::vector<introspection_selection>& to, field_collector const& collector,
                                       std::vector<ast::selection const*> const& nodes, type const& meta_type, int depth) {
    if (depth > max_introspection_depth) {
        return false;
    }
    for (auto const& f : collector.collect(nodes, meta_type)) {
        introspection_selection s{f.response_key, f.name()};
        for (auto const& a : f.nodes.front()->arguments) {
            if (a.name == "includeDeprecated") {
                s.include_deprecated = collector.boolean(a.value, false);
            }
        }
        auto const* const definition = meta_type.find_field(f.name());
        auto const* const result_type = definition == nullptr ? nullptr : definition->type.named();
        if (result_type != nullptr && result_type->kind == type_kind::object &&
            !select_introspection(s.inner, collector, f.nodes, *result_type, depth + 1)) {
            return false;
        }
        to.push_back(std::move(s));
    }
    return true;
}

/// Writes schema elements as JSON objects.
class introspection_writer {
public:
    using selections = std::vector<introspection_selection>;

    introspection_writer(std::string& out, std::size_t max_bytes) : out_(out), end_(out.size() + max_bytes) {}

    [[nodiscard]] bool is_full() const noexcept { return out_.size() > end_; }

    void write(selections const& set, schema const& s) {
        object(set, "__Schema", [&](introspection_selection const& f) {
            if (f.name == "description") {
                text(s.description);
            } else if (f.name == "types") {
                array(s.types(), [&](auto const& t) { write(f.inner, type_reference{t.get()}); });
            } else if (f.name == "queryType") {
                write_or_null(f.inner, s.query);
            } else if (f.name == "mutationType") {
                write_or_null(f.inner, s.mutation);
            } else if (f.name == "subscriptionType") {
                write_or_null(f.inner, s.subscription);
            } else if (f.name == "directives") {
                array(s.directives, [&](directive_definition const& d) { write(f.inner, d); });
            } else {
                out_ += "null";
            }
        });
    }

    void write(selections const& set, type_reference t) {
        object(set, "__Type", [&](introspection_selection const& f) {
            if (f.name == "kind") {
                out_ += '"';
                out_ += kind_name(t);
                out_ += '"';
            } else if (f.name == "ofType") {
                if (t.is_named()) {
                    out_ += "null";
                } else {
                    write(f.inner, t.unwrapped());
                }
            } else if (t.is_named()) {
                write_named(f, *t.named());
            } else {
                out_ += "null";
            }
        });
    }

    void write_or_null(selections const& set, type const* t) {
        if (t == nullptr) {
            out_ += "null";
        } else {
            write(set, type_reference{t});
        }
    }

private:
    void write_named(introspection_selection const& f, type const& t) {
        auto const has_fields = t.kind == type_kind::object || t.kind == type_kind::interface;
        if (f.name == "name") {
            append_json_string(out_, t.name);
        } else if (f.name == "description") {
            text(t.description);
        } else if (f.name == "specifiedByURL" || f.name == "specifiedByUrl") {
            text(t.specified_by_url);
        } else if (f.name == "fields" && has_fields) {
            array_of_current(t.fields, f);
        } else if (f.name == "interfaces" && has_fields) {
            array(t.interfaces, [&](type const* i) { write(f.inner, type_reference{i}); });
        } else if (f.name == "possibleTypes" && (t.kind == type_kind::interface || t.kind == type_kind::union_type)) {
            array(t.possible_types, [&](type const* p) { write(f.inner, type_reference{p}); });
        } else if (f.name == "enumValues" && t.kind == type_kind::enumeration) {
            array_of_current(t.values, f);
        } else if (f.name == "inputFields" && t.kind == type_kind::input_object) {
            array_of_current(t.input_fields, f);
        } else if (f.name == "isOneOf" && t.kind == type_kind::input_object) {
            boolean(t.one_of);
        } else {
            out_ += "null";
        }
    }

    void write(selections const& set, field const& element) {
        object(set, "__Field", [&](introspection_selection const& f) {
            if (f.name == "args") {
                array_of_current(element.arguments, f);
            } else if (f.name == "type") {
                write(f.inner, element.type);
            } else {
                write_common(f, element);
            }
        });
    }

    void write(selections const& set, input_value const& element) {
        object(set, "__InputValue", [&](introspection_selection const& f) {
            if (f.name == "type") {
                write(f.inner, element.type);
            } else if (f.name == "defaultValue") {
                text(element.default_value);
            } else {
                write_common(f, element);
            }
        });
    }

    void write(selections const& set, enum_value const& element) {
        object(set, "__EnumValue", [&](introspection_selection const& f) { write_common(f, element); });
    }

    void write(selections const& set, directive_definition const& element) {
        object(set, "__Directive", [&](introspection_selection const& f) {
            if (f.name == "name") {
                append_json_string(out_, element.name);
            } else if (f.name == "description") {
                text(element.description);
            } else if (f.name == "isRepeatable") {
                boolean(element.repeatable);
            } else if (f.name == "locations") {
                array(element.locations, [&](std::string const& l) { append_json_string(out_, l); });
            } else if (f.name == "args") {
                array_of_current(element.arguments, f);
            } else {
                out_ += "null";
            }
        });
    }

    /// The fields that everything that can be deprecated has.
    template <class Element> void write_common(introspection_selection const& f, Element const& element) {
        if (f.name == "name") {
            append_json_string(out_, element.name);
        } else if (f.name == "description") {
            text(element.description);
        } else if (f.name == "isDeprecated") {
            boolean(element.deprecation_reason.has_value());
        } else if (f.name == "deprecationReason") {
            text(element.deprecation_reason);
        } else {
            out_ += "null";
        }
    }

    template <class WriteField> void object(selections const& set, std::string_view type_name, WriteField write_field) {
        out_ += '{';
        auto first = true;
        for (auto const& f : set) {
            if (is_full()) {
                return;
            }
            if (!first) {
                out_ += ',';
            }
            first = false;
            append_json_string(out_, f.key);
            out_ += ':';
            if (f.name == "__typename") {
                append_json_string(out_, type_name);
            } else {
                write_field(f);
            }
        }
        out_ += '}';
    }

    template <class Elements, class WriteElement> void array(Elements const& elements, WriteElement write_element) {
        out_ += '[';
        auto first = true;
        for (auto const& e : elements) {
            if (is_full()) {
                return;
            }
            if (!first) {
                out_ += ',';
            }
            first = false;
            write_element(e);
        }
        out_ += ']';
    }

    /// Without the deprecated ones, unless they are asked for.
    template <class Elements> void array_of_current(Elements const& elements, introspection_selection const& f) {
        out_ += '[';
        auto first = true;
        for (auto const& e : elements) {
            if (is_full()) {
                return;
            }
            if (e.deprecation_reason && !f.include_deprecated) {
                continue;
            }
            if (!first) {
                out_ += ',';
            }
            first = false;
            write(f.inner, e);
        }
        out_ += ']';
    }

    void text(std::optional<std::string> const& value) {
        if (value) {
            append_json_string(out_, *value);
        } else {
            out_ += "null";
        }
    }

    void boolean(bool value) { out_ += value ? "true" : "false"; }

    static char const* kind_name(type_reference t) {
        if (t.is_non_null()) {
            return "NON_NULL";
        }
        if (t.is_list()) {
            return "LIST";
        }
        switch (t.named()->kind) {
        case type_kind::object: return "OBJECT";
        case type_kind::interface: return "INTERFACE";
        case type_kind::union_type: return "UNION";
        case type_kind::enumeration: return "ENUM";
        case type_kind::input_object: return "INPUT_OBJECT";
        case type_kind::scalar: break;
        }
        return "SCALAR";
    }

    std::string& out_;
    std::size_t end_;
};

/// The argument `name` of `__type`.
REFRACT_DECL std::string type_argument(field_collector const& collector, ast::selection const& node) {
    for (auto const& a : node.arguments) {
        if (a.name != "name") {
            continue;
        }
        if (a.value.kind == ast::value_kind::variable) {
            auto const* const value = collector.variables().find(a.value.text);
            return value == nullptr ? std::string{} : value->text;
        }
        return std::string(a.value.text);
    }
    return {};
}

} // namespace detail

REFRACT_DECL bool is_introspection_field(std::string_view name) noexcept {
    return name == "__typename" || name == "__schema" || name == "__type";
}

REFRACT_DECL result<void> append_introspection(std::string& out, field_collector const& collector, type const& root,
                                               collected_field const& root_field, std::size_t max_bytes) {
    if (root_field.name() == "__typename") {
        append_json_string(out, root.name);
        return {};
    }
    auto const& s = collector.types();
    auto const whole = root_field.name() == "__schema";
    auto const* const meta_type = s.find(whole ? "__Schema" : "__Type");
    if (meta_type == nullptr) {
        return error{errc::invalid_schema, "The schema has no introspection types: finish() was not called.", {}};
    }
    std::vector<detail::introspection_selection> selected;
    if (!detail::select_introspection(selected, collector, root_field.nodes, *meta_type, 0)) {
        return error{errc::limit_exceeded, "The introspection query nests too deep.", root_field.nodes.front()->at};
    }
    detail::introspection_writer writer(out, max_bytes);
    if (whole) {
        writer.write(selected, s);
    } else {
        writer.write_or_null(selected, s.find(detail::type_argument(collector, *root_field.nodes.front())));
    }
    if (writer.is_full()) {
        return error{errc::limit_exceeded,
                     "The answer to the introspection query is larger than " + std::to_string(max_bytes) + " bytes.",
                     root_field.nodes.front()->at};
    }
    return {};
}

} // namespace refract::graphql
