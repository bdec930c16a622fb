// refract.graphql: text, tree, visitor.
#include "convert.hpp"
#include "graphql_handles.hpp"

#include <refract/graphql/parse.hpp>
#include <refract/graphql/print.hpp>
#include <refract/graphql/strip_ignored_characters.hpp>
#include <refract/graphql/visit.hpp>

#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include <pybind11/stl.h>

namespace refract::python {

namespace {

namespace ast = graphql::ast;

char const* name_of(ast::value_kind kind) {
    constexpr char const* names[] = {"variable", "int", "float", "string", "boolean", "null", "enum", "list", "object"};
    return names[static_cast<std::size_t>(kind)];
}

char const* name_of(ast::selection_kind kind) {
    constexpr char const* names[] = {"field", "fragment_spread", "inline_fragment"};
    return names[static_cast<std::size_t>(kind)];
}

char const* name_of(ast::type_reference_kind kind) {
    constexpr char const* names[] = {"named", "list", "non_null"};
    return names[static_cast<std::size_t>(kind)];
}

char const* name_of(ast::operation_type type) {
    constexpr char const* names[] = {"query", "mutation", "subscription"};
    return names[static_cast<std::size_t>(type)];
}

char const* name_of(ast::definition_kind kind) {
    constexpr char const* names[] = {"operation", "fragment", "schema", "scalar", "type", "interface", "union", "enum", "input", "directive"};
    return names[static_cast<std::size_t>(kind)];
}

/// Text, or None where nothing was written.
py::object optional_text(std::string_view text, bool there) {
    return there ? py::object(py::str(text.data(), text.size())) : py::object(py::none());
}

graphql::parse_options options_of(std::optional<std::size_t> max_bytes, std::uint32_t max_tokens, std::uint32_t max_depth) {
    graphql::parse_options options;
    options.own_source = true;
    options.max_document_bytes = max_bytes.value_or(options.max_document_bytes);
    options.max_tokens = max_tokens;
    options.max_depth = max_depth;
    options.max_directives = max_tokens;
    return options;
}

template <class T> py::class_<node<T>> tree_class(py::module_& m, char const* name, char const* doc) {
    auto c = node_class<T>(m, name, graphql_module, doc);
    c.def_property_readonly("line", [](node<T> const& n) { return n->at.line; }, "1-based line in the text.");
    c.def_property_readonly("column", [](node<T> const& n) { return n->at.column; }, "1-based column, in UTF-16 code units.");
    c.def_property_readonly("offset", [](node<T> const& n) { return n->at.offset; }, "0-based byte in the UTF-8 text.");
    return c;
}

/// A property that is a list of nodes.
template <class C, class T, class E> void list_of(C& c, char const* name, graphql::list<E> T::*member, char const* doc) {
    c.def_property_readonly(name, [member](node<T> const& n) { return node_tuple(n.owner, n.at->*member); }, doc);
}

template <class C, class T> void text_of_member(C& c, char const* name, std::string_view T::*member, char const* doc) {
    c.def_property_readonly(name, [member](node<T> const& n) { return n.at->*member; }, doc);
}

template <class T, class C> void description_of(C& c) {
    c.def_property_readonly(
        "description", [](node<T> const& n) { return optional_text(n->description, n->has_description); }, "The description, or None.");
}

template <class T, class C> void printable(C& c) {
    c.def("__str__", [](node<T> const& n) { return graphql::print(*n); });
}

void bind_values(py::module_& m) {
    auto value = tree_class<ast::value>(m, "Value", "A literal or a variable.");
    value.def_property_readonly("kind", [](node<ast::value> const& n) { return name_of(n->kind); },
                                "variable, int, float, string, boolean, null, enum, list or object.");
    text_of_member(value, "text", &ast::value::text, "The variable's name, the digits as written, the decoded string, the enum value.");
    value.def_property_readonly("is_block", [](node<ast::value> const& n) { return n->block; }, "Written as a block string.");
    list_of(value, "items", &ast::value::items, "Of a list.");
    list_of(value, "fields", &ast::value::fields, "Of an object.");
    printable<ast::value>(value);

    auto field = tree_class<ast::object_field>(m, "ObjectField", "A field of an object literal.");
    text_of_member(field, "name", &ast::object_field::name, "Its name.");
    field.def_property_readonly("value", [](node<ast::object_field> const& n) { return node<ast::value>{n.owner, &n->value}; }, "Its value.");

    auto argument = tree_class<ast::argument>(m, "Argument", "An argument of a field or directive.");
    text_of_member(argument, "name", &ast::argument::name, "Its name.");
    argument.def_property_readonly("value", [](node<ast::argument> const& n) { return node<ast::value>{n.owner, &n->value}; }, "Its value.");

    auto directive = tree_class<ast::directive>(m, "Directive", "A directive where it is used.");
    text_of_member(directive, "name", &ast::directive::name, "Its name, without @.");
    list_of(directive, "arguments", &ast::directive::arguments, "Its arguments.");

    auto type = tree_class<ast::type_reference>(m, "TypeReference", "Name, [Type] or Type!.");
    type.def_property_readonly("kind", [](node<ast::type_reference> const& n) { return name_of(n->kind); }, "named, list or non_null.");
    text_of_member(type, "name", &ast::type_reference::name, "Of a named type.");
    type.def_property_readonly("of", [](node<ast::type_reference> const& n) { return optional_node(n.owner, n->of); },
                               "The type inside a list or non-null.");
    printable<ast::type_reference>(type);
}

void bind_selections(py::module_& m) {
    auto selection = tree_class<ast::selection>(m, "Selection", "A field, ...Name or ... on Type { }.");
    selection.def_property_readonly("kind", [](node<ast::selection> const& n) { return name_of(n->kind); },
                                    "field, fragment_spread or inline_fragment.");
    text_of_member(selection, "name", &ast::selection::name, "Of the field or the spread fragment; empty for an inline fragment.");
    selection.def_property_readonly("alias", [](node<ast::selection> const& n) { return optional_text(n->alias, !n->alias.empty()); },
                                    "The alias, or None.");
    selection.def_property_readonly("response_key", [](node<ast::selection> const& n) { return n->response_key(); }, "Alias, or name.");
    selection.def_property_readonly(
        "type_condition", [](node<ast::selection> const& n) { return optional_text(n->type_condition, !n->type_condition.empty()); },
        "Of an inline fragment, or None.");
    list_of(selection, "arguments", &ast::selection::arguments, "Of a field.");
    list_of(selection, "directives", &ast::selection::directives, "Its directives.");
    list_of(selection, "selections", &ast::selection::selections, "What is in its braces.");

    auto variable = tree_class<ast::variable_definition>(m, "VariableDefinition", "$name: Type = default.");
    text_of_member(variable, "name", &ast::variable_definition::name, "Its name, without $.");
    variable.def_property_readonly("type", [](node<ast::variable_definition> const& n) { return optional_node(n.owner, n->type); }, "Its type.");
    variable.def_property_readonly("default_value", [](node<ast::variable_definition> const& n) { return optional_node(n.owner, n->default_value); },
                                   "The default, or None.");
    list_of(variable, "directives", &ast::variable_definition::directives, "Its directives.");
    description_of<ast::variable_definition>(variable);
}

void bind_type_system(py::module_& m) {
    auto input = tree_class<ast::input_value_definition>(m, "InputValueDefinition", "An argument's or an input field's definition.");
    text_of_member(input, "name", &ast::input_value_definition::name, "Its name.");
    input.def_property_readonly("type", [](node<ast::input_value_definition> const& n) { return optional_node(n.owner, n->type); }, "Its type.");
    input.def_property_readonly("default_value", [](node<ast::input_value_definition> const& n) { return optional_node(n.owner, n->default_value); },
                                "The default, or None.");
    list_of(input, "directives", &ast::input_value_definition::directives, "Its directives.");
    description_of<ast::input_value_definition>(input);

    auto field = tree_class<ast::field_definition>(m, "FieldDefinition", "A field's definition.");
    text_of_member(field, "name", &ast::field_definition::name, "Its name.");
    field.def_property_readonly("type", [](node<ast::field_definition> const& n) { return optional_node(n.owner, n->type); }, "Its type.");
    list_of(field, "arguments", &ast::field_definition::arguments, "Its arguments.");
    list_of(field, "directives", &ast::field_definition::directives, "Its directives.");
    description_of<ast::field_definition>(field);

    auto value = tree_class<ast::enum_value_definition>(m, "EnumValueDefinition", "A value's definition in an enum.");
    text_of_member(value, "name", &ast::enum_value_definition::name, "Its name.");
    list_of(value, "directives", &ast::enum_value_definition::directives, "Its directives.");
    description_of<ast::enum_value_definition>(value);

    auto name = tree_class<ast::name_reference>(m, "NameReference", "An interface, a union's member or a directive's location.");
    text_of_member(name, "name", &ast::name_reference::name, "The name.");

    auto root = tree_class<ast::operation_type_definition>(m, "OperationTypeDefinition", "query: Query in a schema definition.");
    root.def_property_readonly("operation", [](node<ast::operation_type_definition> const& n) { return name_of(n->operation); },
                               "query, mutation or subscription.");
    text_of_member(root, "type", &ast::operation_type_definition::type, "The type's name.");
}

void bind_definitions(py::module_& m) {
    using handle = node<ast::definition>;
    auto c = tree_class<ast::definition>(m, "Definition", "An operation, a fragment, or a definition of the type system.");
    c.def_property_readonly("kind", [](handle const& n) { return name_of(n->kind); },
                            "operation, fragment, schema, scalar, type, interface, union, enum, input or directive.");
    c.def_property_readonly("name", [](handle const& n) { return optional_text(n->name, !n->name.empty()); }, "The name, or None.");
    c.def_property_readonly("operation", [](handle const& n) {
        return optional_text(name_of(n->operation), n->kind == ast::definition_kind::operation);
    }, "query, mutation or subscription; None if it is no operation.");
    c.def_property_readonly("is_extension", [](handle const& n) { return n->extension; }, "Written with extend.");
    c.def_property_readonly("is_shorthand", [](handle const& n) { return n->shorthand; }, "{ ... } without the word query.");
    c.def_property_readonly("is_repeatable", [](handle const& n) { return n->repeatable; }, "Of a directive definition.");
    c.def_property_readonly("type_condition", [](handle const& n) { return optional_text(n->type_condition, !n->type_condition.empty()); },
                            "Of a fragment, or None.");
    list_of(c, "variables", &ast::definition::variables, "Of an operation.");
    list_of(c, "directives", &ast::definition::directives, "Its directives.");
    list_of(c, "selections", &ast::definition::selections, "Of an operation or fragment.");
    list_of(c, "interfaces", &ast::definition::interfaces, "Of an object or interface type.");
    list_of(c, "fields", &ast::definition::fields, "Of an object or interface type.");
    list_of(c, "members", &ast::definition::members, "Of a union.");
    list_of(c, "values", &ast::definition::values, "Of an enum.");
    list_of(c, "input_fields", &ast::definition::input_fields, "Of an input type; the arguments of a directive definition.");
    list_of(c, "locations", &ast::definition::locations, "Of a directive definition.");
    list_of(c, "operation_types", &ast::definition::operation_types, "Of a schema definition.");
    description_of<ast::definition>(c);
    printable<ast::definition>(c);
}

// ---- visitor --------------------------------------------------------------------------------------------------------

/// What a visitor object has for one type of node.
template <class Node> struct methods {
    py::object enter = py::none();
    py::object leave = py::none();
};

/// Calls the methods of a Python object: `enter_selection(node)`, or `enter(node)` for what has no method of its own.
class python_visitor {
public:
    python_visitor(std::shared_ptr<void const> owner, py::object const& visitor) : owner_(std::move(owner)) {
        find(visitor, "definition", std::get<methods<ast::definition>>(all_));
        find(visitor, "selection", std::get<methods<ast::selection>>(all_));
        find(visitor, "argument", std::get<methods<ast::argument>>(all_));
        find(visitor, "value", std::get<methods<ast::value>>(all_));
        find(visitor, "object_field", std::get<methods<ast::object_field>>(all_));
        find(visitor, "directive", std::get<methods<ast::directive>>(all_));
        find(visitor, "type_reference", std::get<methods<ast::type_reference>>(all_));
        find(visitor, "variable_definition", std::get<methods<ast::variable_definition>>(all_));
        find(visitor, "field_definition", std::get<methods<ast::field_definition>>(all_));
        find(visitor, "input_value_definition", std::get<methods<ast::input_value_definition>>(all_));
        find(visitor, "enum_value_definition", std::get<methods<ast::enum_value_definition>>(all_));
        find(visitor, "name_reference", std::get<methods<ast::name_reference>>(all_));
        find(visitor, "operation_type_definition", std::get<methods<ast::operation_type_definition>>(all_));
    }

    template <class Node> graphql::visit_action enter(Node const& n) {
        auto const& method = std::get<methods<Node>>(all_).enter;
        return method.is_none() ? graphql::visit_action::proceed : action_of(method(node<Node>{owner_, &n}));
    }

    template <class Node> void leave(Node const& n) {
        if (auto const& method = std::get<methods<Node>>(all_).leave; !method.is_none()) {
            method(node<Node>{owner_, &n});
        }
    }

private:
    template <class Node> static void find(py::object const& visitor, std::string const& name, methods<Node>& to) {
        auto const fallback_enter = py::getattr(visitor, "enter", py::none());
        auto const fallback_leave = py::getattr(visitor, "leave", py::none());
        to.enter = py::getattr(visitor, ("enter_" + name).c_str(), fallback_enter);
        to.leave = py::getattr(visitor, ("leave_" + name).c_str(), fallback_leave);
    }

    static graphql::visit_action action_of(py::object const& answer) {
        if (answer.is_none()) {
            return graphql::visit_action::proceed;
        }
        if (PyUnicode_Check(answer.ptr()) && text_of(answer) == "skip") {
            return graphql::visit_action::skip_children;
        }
        if (PyUnicode_Check(answer.ptr()) && text_of(answer) == "stop") {
            return graphql::visit_action::stop;
        }
        throw py::type_error("A visitor's enter method returns None, refract.graphql.SKIP or refract.graphql.STOP.");
    }

    std::shared_ptr<void const> owner_;
    std::tuple<methods<ast::definition>, methods<ast::selection>, methods<ast::argument>, methods<ast::value>, methods<ast::object_field>,
               methods<ast::directive>, methods<ast::type_reference>, methods<ast::variable_definition>, methods<ast::field_definition>,
               methods<ast::input_value_definition>, methods<ast::enum_value_definition>, methods<ast::name_reference>,
               methods<ast::operation_type_definition>>
        all_;
};

constexpr char const* visit_doc = R"(Walks over a tree, in the order of the text.

The visitor's methods enter_selection(node), leave_selection(node), and so on for argument, definition, directive, enum_value_definition,
field_definition, input_value_definition, name_reference, object_field, operation_type_definition, type_reference, value and
variable_definition are called before and after a node's children; enter(node) and leave(node) where there is none. An enter method
returns None, SKIP (not the children) or STOP. Fragments are not followed. The result: False if the visitor stopped the walk.)";

template <class Node> void bind_visit(py::module_& m) {
    m.def("visit", [](node<Node> const& tree, py::object const& visitor) {
        return graphql::visit(*tree, python_visitor(tree.owner, visitor));
    }, py::arg("tree"), py::arg("visitor"), visit_doc);
}

constexpr char const* parse_doc = R"(Parses a document of operations or of a type system.

Raises GraphQLError with graphql-js' message and the place. The limits keep the cost bounded; what nests deeper than 500 is always refused.)";

void bind_parsing(py::module_& m) {
    py::class_<parsed_document> c(m, "Document", "A parsed document. Its nodes keep it alive.");
    c.attr("__module__") = graphql_module;
    c.def_property_readonly("definitions", [](parsed_document const& d) { return node_tuple(d.tree, d.tree->definitions); },
                            "In the order of the text.");
    c.def_property_readonly("token_count", [](parsed_document const& d) { return d.tree->token_count; }, "Lexical tokens of the text.");
    c.def("__str__", [](parsed_document const& d) { return unlocked([&] { return graphql::print(*d.tree); }); });
    c.def("__len__", [](parsed_document const& d) { return d.tree->definitions.size(); });

    auto const max_bytes = py::arg("max_bytes") = py::none();
    auto const max_tokens = py::arg("max_tokens") = limits{}.max_tokens;
    auto const max_depth = py::arg("max_depth") = limits{}.max_depth;
    m.def("parse", [](std::string_view text, std::optional<std::size_t> bytes, std::uint32_t tokens, std::uint32_t depth) {
        auto parsed = unlocked([&] { return graphql::parse(text, options_of(bytes, tokens, depth)); });
        return parsed_document{std::make_shared<graphql::document const>(value_or_raise(std::move(parsed), graphql_error))};
    }, py::arg("text"), py::kw_only(), max_bytes, max_tokens, max_depth, parse_doc);
    m.def("parse_value", [](std::string_view text) {
        auto owner = std::make_shared<graphql::value_document const>(
            value_or_raise(graphql::parse_value(text, options_of({}, limits{}.max_tokens, limits{}.max_depth)), graphql_error));
        auto const* at = &owner->value;
        return node<ast::value>{std::move(owner), at};
    }, py::arg("text"), "Parses one literal, with variables in it or without. Raises GraphQLError.");
    m.def("parse_type", [](std::string_view text) {
        auto owner = std::make_shared<graphql::type_document const>(
            value_or_raise(graphql::parse_type(text, options_of({}, limits{}.max_tokens, limits{}.max_depth)), graphql_error));
        auto const* at = &owner->type;
        return node<ast::type_reference>{std::move(owner), at};
    }, py::arg("text"), "Parses a type reference: [Post!]!. Raises GraphQLError.");
    constexpr char const* print_doc = "The text of a document, definition, literal or type, in graphql-js' layout.";
    m.def("print", [](parsed_document const& d) { return unlocked([&] { return graphql::print(*d.tree); }); }, py::arg("tree"), print_doc);
    m.def("print", [](node<ast::definition> const& n) { return graphql::print(*n); }, py::arg("tree"), print_doc);
    m.def("print", [](node<ast::value> const& n) { return graphql::print(*n); }, py::arg("tree"), print_doc);
    m.def("print", [](node<ast::type_reference> const& n) { return graphql::print(*n); }, py::arg("tree"), print_doc);
    m.def("strip_ignored_characters", [](std::string_view text) {
        return value_or_raise(unlocked([&] { return graphql::strip_ignored_characters(text); }), graphql_error);
    }, py::arg("text"), "The shortest text with the same tokens: a key for caches. Raises GraphQLError.");
    m.def("visit", [](parsed_document const& d, py::object const& visitor) {
        return graphql::visit(*d.tree, python_visitor(d.tree, visitor));
    }, py::arg("tree"), py::arg("visitor"), visit_doc);
    bind_visit<ast::definition>(m);
    bind_visit<ast::selection>(m);
    bind_visit<ast::value>(m);
}

} // namespace

void bind_graphql_tree(py::module_& m) {
    bind_values(m);
    bind_selections(m);
    bind_type_system(m);
    bind_definitions(m);
    bind_parsing(m);
}

} // namespace refract::python
