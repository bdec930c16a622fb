// refract.graphql: type system, validation, introspection.
#include "convert.hpp"
#include "graphql_handles.hpp"

#include <refract/graphql/build_schema.hpp>
#include <refract/graphql/check_schema.hpp>
#include <refract/graphql/compare_schemas.hpp>
#include <refract/graphql/introspection.hpp>
#include <refract/graphql/print_schema.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/graphql/validate_sdl.hpp>
#include <refract/prisma1/variables.hpp>

#include <optional>
#include <string>

#include <pybind11/stl.h>

namespace refract::python {

namespace {

char const* name_of(graphql::type_kind kind) {
    constexpr char const* names[] = {"scalar", "type", "interface", "union", "enum", "input"};
    return names[static_cast<std::size_t>(kind)];
}

/// The query of graphql-js' getIntrospectionQuery(), with descriptions.
constexpr std::string_view introspection_query = R"(query IntrospectionQuery {
  __schema {
    description
    queryType { name } mutationType { name } subscriptionType { name }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
})";

std::string introspection_json(graphql::schema const& types) {
    if (types.query == nullptr) {
        throw exception({errc::invalid_schema, "The schema has no query root type.", {}});
    }
    auto const document = graphql::parse(introspection_query).value();
    graphql::variable_values const no_values;
    graphql::field_collector const collector(types, document, no_values);
    std::string out = "{";
    for (auto const& f : collector.collect(document.definitions[0].selections, *types.query)) {
        out += "\"__schema\":";
        graphql::append_introspection(out, collector, *types.query, f).value();
    }
    return out + '}';
}

std::vector<std::string> names_of(std::vector<graphql::type const*> const& types) {
    std::vector<std::string> out;
    for (auto const* t : types) {
        out.push_back(t->name);
    }
    return out;
}

void bind_members(py::module_& m) {
    using input_handle = node<graphql::input_value>;
    auto input = node_class<graphql::input_value>(m, "InputValue", graphql_module, "An argument of a field or directive, or a field of an input type.");
    input.def_property_readonly("name", [](input_handle const& n) { return n->name; }, "Its name.");
    input.def_property_readonly("type", [](input_handle const& n) { return graphql::to_string(n->type); }, "[Post!]!");
    input.def_property_readonly("type_name", [](input_handle const& n) { return n->type.named()->name; }, "The named type inside lists and non-nulls.");
    input.def_property_readonly("default_value", [](input_handle const& n) { return n->default_value; }, "As a GraphQL literal, or None.");
    input.def_property_readonly("description", [](input_handle const& n) { return n->description; }, "Or None.");
    input.def_property_readonly("deprecation_reason", [](input_handle const& n) { return n->deprecation_reason; }, "Or None.");
    input.def_property_readonly("is_required", [](input_handle const& n) { return n->is_required(); }, "Non-null and without a default.");

    using field_handle = node<graphql::field>;
    auto field = node_class<graphql::field>(m, "SchemaField", graphql_module, "A field of an object or interface type.");
    field.def_property_readonly("name", [](field_handle const& n) { return n->name; }, "Its name.");
    field.def_property_readonly("type", [](field_handle const& n) { return graphql::to_string(n->type); }, "[Post!]!");
    field.def_property_readonly("type_name", [](field_handle const& n) { return n->type.named()->name; }, "The named type inside lists and non-nulls.");
    field.def_property_readonly("arguments", [](field_handle const& n) { return node_tuple(n.owner, n->arguments); }, "Its arguments.");
    field.def_property_readonly("description", [](field_handle const& n) { return n->description; }, "Or None.");
    field.def_property_readonly("deprecation_reason", [](field_handle const& n) { return n->deprecation_reason; }, "Or None.");

    using value_handle = node<graphql::enum_value>;
    auto value = node_class<graphql::enum_value>(m, "EnumValue", graphql_module, "A value of an enum.");
    value.def_property_readonly("name", [](value_handle const& n) { return n->name; }, "Its name.");
    value.def_property_readonly("description", [](value_handle const& n) { return n->description; }, "Or None.");
    value.def_property_readonly("deprecation_reason", [](value_handle const& n) { return n->deprecation_reason; }, "Or None.");

    using directive_handle = node<graphql::directive_definition>;
    auto directive = node_class<graphql::directive_definition>(m, "DirectiveDefinition", graphql_module, "A directive a schema knows.");
    directive.def_property_readonly("name", [](directive_handle const& n) { return n->name; }, "Its name, without @.");
    directive.def_property_readonly("locations", [](directive_handle const& n) { return n->locations; }, "FIELD, ENUM_VALUE, ...");
    directive.def_property_readonly("arguments", [](directive_handle const& n) { return node_tuple(n.owner, n->arguments); }, "Its arguments.");
    directive.def_property_readonly("description", [](directive_handle const& n) { return n->description; }, "Or None.");
    directive.def_property_readonly("is_repeatable", [](directive_handle const& n) { return n->repeatable; }, "Allowed several times at one place.");
}

void bind_type(py::module_& m) {
    using handle = node<graphql::type>;
    auto c = node_class<graphql::type>(m, "Type", graphql_module, "A named type of a schema.");
    c.def_property_readonly("name", [](handle const& n) { return n->name; }, "Its name.");
    c.def_property_readonly("kind", [](handle const& n) { return name_of(n->kind); }, "scalar, type, interface, union, enum or input.");
    c.def_property_readonly("description", [](handle const& n) { return n->description; }, "Or None.");
    c.def_property_readonly("fields", [](handle const& n) { return node_tuple(n.owner, n->fields); }, "Of an object or interface.");
    c.def_property_readonly("input_fields", [](handle const& n) { return node_tuple(n.owner, n->input_fields); }, "Of an input type.");
    c.def_property_readonly("values", [](handle const& n) { return node_tuple(n.owner, n->values); }, "Of an enum.");
    c.def_property_readonly("interfaces", [](handle const& n) { return names_of(n->interfaces); }, "Names of the interfaces it implements.");
    c.def_property_readonly("possible_types", [](handle const& n) { return names_of(n->possible_types); }, "Names of a union's or interface's object types.");
    c.def_property_readonly("is_built_in", [](handle const& n) { return graphql::is_built_in(*n); }, "Int, Float, String, Boolean, ID, and __Schema and its kin.");
    c.def("field", [](handle const& n, std::string_view name) { return optional_node(n.owner, n->find_field(name)); },
          py::arg("name"), "The field of that name, or None.");
    c.def("__str__", [](handle const& n) { return graphql::print_type(*n); });
}

void bind_schema(py::module_& m) {
    py::class_<schema_handle> c(m, "Schema", "A type system. Immutable; its types keep it alive.");
    c.attr("__module__") = graphql_module;
    c.def_property_readonly("types", [](schema_handle const& s) {
        py::tuple out(s.types->types().size());
        py::size_t i = 0;
        for (auto const& t : s.types->types()) {
            out[i++] = node<graphql::type>{s.types, t.get()};
        }
        return out;
    }, "All of them, built-in ones last.");
    c.def_property_readonly("directives", [](schema_handle const& s) { return node_tuple(s.types, s.types->directives); }, "Built-in ones too.");
    c.def_property_readonly("query", [](schema_handle const& s) { return optional_node(s.types, s.types->query); }, "The root type, or None.");
    c.def_property_readonly("mutation", [](schema_handle const& s) { return optional_node(s.types, s.types->mutation); }, "The root type, or None.");
    c.def_property_readonly("subscription", [](schema_handle const& s) { return optional_node(s.types, s.types->subscription); },
                            "The root type, or None.");
    c.def("type", [](schema_handle const& s, std::string_view name) { return optional_node(s.types, s.types->find(name)); },
          py::arg("name"), "The type of that name, or None.");
    c.def("__contains__", [](schema_handle const& s, std::string_view name) { return s.types->find(name) != nullptr; }, py::arg("name"));
    c.def("__str__", [](schema_handle const& s) { return unlocked([&] { return graphql::print_schema(*s.types); }); });
}

graphql::validate_options options_of(std::string_view style, std::optional<std::uint32_t> max_errors) {
    graphql::validate_options options;
    if (style == "graphql-js") {
        options.style = graphql::message_style::graphql_js;
        options.rules = graphql::rule_set(graphql::message_style::graphql_js);
    } else if (style != "sangria") {
        throw py::value_error("style: graphql-js or sangria.");
    }
    options.bounds.max_errors = max_errors.value_or(options.bounds.max_errors);
    options.checks = prisma1::prisma1_scalars();
    return options;
}

void bind_schema_functions(py::module_& m) {
    m.def("build_schema", [](std::string_view sdl) {
        auto built = unlocked([&] { return graphql::build_schema(sdl); });
        return schema_handle{std::make_shared<graphql::schema const>(value_or_raise(std::move(built), graphql_error))};
    }, py::arg("sdl"), "The schema a type system document describes. Raises GraphQLError for the first broken rule.");
    m.def("print_schema", [](schema_handle const& s, bool sort) {
        return unlocked([&] {
            return graphql::print_schema(*s.types, sort ? graphql::schema_order::by_name : graphql::schema_order::as_added);
        });
    }, py::arg("schema"), py::kw_only(), py::arg("sort") = false, "Its text in graphql-js' layout, without what is built in; sorted by name if asked for.");
    m.def("validate", [](schema_handle const& s, parsed_document const& d, std::string_view style, std::optional<std::uint32_t> max_errors) {
        auto const options = options_of(style, max_errors);
        return to_list(unlocked([&] { return graphql::validate(*s.types, *d.tree, options); }));
    }, py::arg("schema"), py::arg("document"), py::kw_only(), py::arg("style") = "graphql-js", py::arg("max_errors") = py::none(),
          "All violations of a document of operations, as a list of GraphQLError: empty if it is valid.\n\n"
          "The style says whose words and rules: graphql-js, or sangria, which a Prisma 1 server answers with.");
    m.def("validate_sdl", [](parsed_document const& d) {
        return to_list(unlocked([&] { return graphql::validate_sdl(*d.tree); }));
    }, py::arg("document"), "All violations of a type system document, as a list of GraphQLError: empty if it is valid.");
    m.def("introspect", [](schema_handle const& s) {
        return from_json(unlocked([&] { return introspection_json(*s.types); }));
    }, py::arg("schema"), "The answer to graphql-js' introspection query: {\"__schema\": ...}.");
    m.def("compare_schemas", [](schema_handle const& before, schema_handle const& after) {
        auto const changes = unlocked([&] { return graphql::compare_schemas(*before.types, *after.types); });
        auto const make = value_class("SchemaChange");
        py::list out;
        for (auto const& c : changes) {
            out.append(make(graphql::name(c.kind), c.description, c.is_breaking()));
        }
        return out;
    }, py::arg("before"), py::arg("after"), "Breaking and dangerous changes, as graphql-js' findBreakingChanges tells them.");
}

} // namespace

void bind_graphql_schema(py::module_& m) {
    bind_members(m);
    bind_type(m);
    bind_schema(m);
    bind_schema_functions(m);
}

} // namespace refract::python
