// The types and directives every schema has.
// Source: GraphQL October 2021, 3.5 and 3.13, 4.2 https://spec.graphql.org/October2021/#sec-Schema-Introspection.Schema-Introspection-Schema
#pragma once

#include <refract/graphql/schema.hpp>

#include <algorithm>
#include <initializer_list>

namespace refract::graphql::detail {

/// `[__Type!]!` to a reference; every name must be known.
REFRACT_DECL type_reference built_in_reference(schema& s, std::string_view text) {
    if (!text.empty() && text.back() == '!') {
        return built_in_reference(s, text.substr(0, text.size() - 1)).non_null();
    }
    if (!text.empty() && text.front() == '[') {
        return built_in_reference(s, text.substr(1, text.size() - 2)).list();
    }
    return s.find(text);
}

struct scalar_text {
    char const* name;
    char const* description;
};

REFRACT_DECL void add_built_in_scalars(schema& s) {
    constexpr scalar_text scalars[] = {
        {"Int", "The `Int` scalar type represents non-fractional signed whole numeric values. Int can represent values "
                "between -(2^31) and 2^31 - 1."},
        {"Float", "The `Float` scalar type represents signed double-precision fractional values as specified by "
                  "[IEEE 754](http://en.wikipedia.org/wiki/IEEE_floating_point)."},
        {"String", "The `String` scalar type represents textual data, represented as UTF-8 character sequences. The "
                   "String type is most often used by GraphQL to represent free-form human-readable text."},
        {"Boolean", "The `Boolean` scalar type represents `true` or `false`."},
        {"ID", "The `ID` scalar type represents a unique identifier, often used to refetch an object or as key for a "
               "cache. The ID type appears in a JSON response as a String; however, it is not intended to be "
               "human-readable. When expected as an input type, any string (such as `\"4\"`) or integer (such as `4`) "
               "input value will be accepted as an ID."},
    };
    for (auto const& text : scalars) {
        if (s.find(text.name) == nullptr) {
            s.add(type_kind::scalar, text.name).description = text.description;
        }
    }
}

struct built_in_argument {
    char const* name;
    char const* type;
    char const* default_value;
    char const* description;
};

REFRACT_DECL void add_built_in_directive(schema& s, char const* name, char const* description,
                                         std::vector<std::string> locations, built_in_argument const& argument) {
    if (s.find_directive(name) != nullptr) {
        return;
    }
    directive_definition d;
    d.name = name;
    d.description = description;
    d.locations = std::move(locations);
    input_value a{argument.name, built_in_reference(s, argument.type)};
    a.description = argument.description;
    if (argument.default_value != nullptr) {
        a.default_value = argument.default_value;
    }
    d.arguments.push_back(std::move(a));
    s.directives.push_back(std::move(d));
}

REFRACT_DECL void add_built_in_directives(schema& s) {
    add_built_in_directive(s, "include",
                           "Directs the executor to include this field or fragment only when the `if` argument is true.",
                           {"FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"},
                           {"if", "Boolean!", nullptr, "Included when true."});
    add_built_in_directive(s, "skip",
                           "Directs the executor to skip this field or fragment when the `if` argument is true.",
                           {"FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"},
                           {"if", "Boolean!", nullptr, "Skipped when true."});
    add_built_in_directive(s, "deprecated", "Marks an element of a GraphQL schema as no longer supported.",
                           {"FIELD_DEFINITION", "ARGUMENT_DEFINITION", "INPUT_FIELD_DEFINITION", "ENUM_VALUE"},
                           {"reason", "String", "\"No longer supported\"",
                            "Explains why this element was deprecated, usually also including a suggestion for how to "
                            "access supported similar data. Formatted using the Markdown syntax, as specified by "
                            "[CommonMark](https://commonmark.org/)."});
    add_built_in_directive(s, "specifiedBy", "Exposes a URL that specifies the behavior of this scalar.", {"SCALAR"},
                           {"url", "String!", nullptr, "The URL that specifies the behavior of this scalar."});
}

struct meta_field {
    char const* name;
    char const* type;
    char const* description = nullptr;
    bool include_deprecated = false; ///< has the argument `includeDeprecated: Boolean = false`
};

REFRACT_DECL void add_meta_type(schema& s, char const* name, char const* description,
                                std::initializer_list<meta_field> fields) {
    auto& t = *s.find(name);
    if (!t.fields.empty()) {
        return;
    }
    t.description = description;
    for (auto const& f : fields) {
        field added{f.name, built_in_reference(s, f.type)};
        if (f.description != nullptr) {
            added.description = f.description;
        }
        if (f.include_deprecated) {
            input_value a{"includeDeprecated", s.find("Boolean")};
            a.default_value = "false";
            added.arguments.push_back(std::move(a));
        }
        t.fields.push_back(std::move(added));
    }
}

struct meta_value {
    char const* name;
    char const* description;
};

REFRACT_DECL void add_meta_enum(schema& s, char const* name, char const* description,
                                std::initializer_list<meta_value> values) {
    auto& t = s.add(type_kind::enumeration, name);
    if (!t.values.empty()) {
        return;
    }
    t.description = description;
    for (auto const& v : values) {
        t.values.push_back(enum_value{v.name, v.description});
    }
}

REFRACT_DECL void add_meta_enums(schema& s) {
    add_meta_enum(
        s, "__TypeKind", "An enum describing what kind of type a given `__Type` is.",
        {{"SCALAR", "Indicates this type is a scalar."},
         {"OBJECT", "Indicates this type is an object. `fields` and `interfaces` are valid fields."},
         {"INTERFACE",
          "Indicates this type is an interface. `fields`, `interfaces`, and `possibleTypes` are valid fields."},
         {"UNION", "Indicates this type is a union. `possibleTypes` is a valid field."},
         {"ENUM", "Indicates this type is an enum. `enumValues` is a valid field."},
         {"INPUT_OBJECT", "Indicates this type is an input object. `inputFields` is a valid field."},
         {"LIST", "Indicates this type is a list. `ofType` is a valid field."},
         {"NON_NULL", "Indicates this type is a non-null. `ofType` is a valid field."}});
    add_meta_enum(s, "__DirectiveLocation",
                  "A Directive can be adjacent to many parts of the GraphQL language, a __DirectiveLocation describes "
                  "one such possible adjacencies.",
                  {{"QUERY", "Location adjacent to a query operation."},
                   {"MUTATION", "Location adjacent to a mutation operation."},
                   {"SUBSCRIPTION", "Location adjacent to a subscription operation."},
                   {"FIELD", "Location adjacent to a field."},
                   {"FRAGMENT_DEFINITION", "Location adjacent to a fragment definition."},
                   {"FRAGMENT_SPREAD", "Location adjacent to a fragment spread."},
                   {"INLINE_FRAGMENT", "Location adjacent to an inline fragment."},
                   {"VARIABLE_DEFINITION", "Location adjacent to a variable definition."},
                   {"SCHEMA", "Location adjacent to a schema definition."},
                   {"SCALAR", "Location adjacent to a scalar definition."},
                   {"OBJECT", "Location adjacent to an object type definition."},
                   {"FIELD_DEFINITION", "Location adjacent to a field definition."},
                   {"ARGUMENT_DEFINITION", "Location adjacent to an argument definition."},
                   {"INTERFACE", "Location adjacent to an interface definition."},
                   {"UNION", "Location adjacent to a union definition."},
                   {"ENUM", "Location adjacent to an enum definition."},
                   {"ENUM_VALUE", "Location adjacent to an enum value definition."},
                   {"INPUT_OBJECT", "Location adjacent to an input object type definition."},
                   {"INPUT_FIELD_DEFINITION", "Location adjacent to an input object field definition."}});
}

REFRACT_DECL void add_meta_types(schema& s) {
    add_meta_type(s, "__Schema",
                  "A GraphQL Schema defines the capabilities of a GraphQL server. It exposes all available types and "
                  "directives on the server, as well as the entry points for query, mutation, and subscription "
                  "operations.",
                  {{"description", "String"},
                   {"types", "[__Type!]!", "A list of all types supported by this server."},
                   {"queryType", "__Type!", "The type that query operations will be rooted at."},
                   {"mutationType", "__Type",
                    "If this server supports mutation, the type that mutation operations will be rooted at."},
                   {"subscriptionType", "__Type",
                    "If this server support subscription, the type that subscription operations will be rooted at."},
                   {"directives", "[__Directive!]!", "A list of all directives supported by this server."}});
    add_meta_type(s, "__Type",
                  "The fundamental unit of any GraphQL Schema is the type. There are many kinds of types in GraphQL as "
                  "represented by the `__TypeKind` enum.\n\nDepending on the kind of a type, certain fields describe "
                  "information about that type. Scalar types provide no information beyond a name, description and "
                  "optional `specifiedByURL`, while Enum types provide their values. Object and Interface types provide "
                  "the fields they describe. Abstract types, Union and Interface, provide the Object types possible at "
                  "runtime. List and NonNull types compose other types.",
                  {{"kind", "__TypeKind!"},
                   {"name", "String"},
                   {"description", "String"},
                   {"specifiedByURL", "String"},
                   {"fields", "[__Field!]", nullptr, true},
                   {"interfaces", "[__Type!]"},
                   {"possibleTypes", "[__Type!]"},
                   {"enumValues", "[__EnumValue!]", nullptr, true},
                   {"inputFields", "[__InputValue!]", nullptr, true},
                   {"ofType", "__Type"}});
    add_meta_type(s, "__Field",
                  "Object and Interface types are described by a list of Fields, each of which has a name, potentially a "
                  "list of arguments, and a return type.",
                  {{"name", "String!"},
                   {"description", "String"},
                   {"args", "[__InputValue!]!", nullptr, true},
                   {"type", "__Type!"},
                   {"isDeprecated", "Boolean!"},
                   {"deprecationReason", "String"}});
    add_meta_type(s, "__InputValue",
                  "Arguments provided to Fields or Directives and the input fields of an InputObject are represented as "
                  "Input Values which describe their type and optionally a default value.",
                  {{"name", "String!"},
                   {"description", "String"},
                   {"type", "__Type!"},
                   {"defaultValue", "String",
                    "A GraphQL-formatted string representing the default value for this input value."},
                   {"isDeprecated", "Boolean!"},
                   {"deprecationReason", "String"}});
    add_meta_type(s, "__EnumValue",
                  "One possible value for a given Enum. Enum values are unique values, not a placeholder for a string or "
                  "numeric value. However an Enum value is returned in a JSON response as a string.",
                  {{"name", "String!"},
                   {"description", "String"},
                   {"isDeprecated", "Boolean!"},
                   {"deprecationReason", "String"}});
    add_meta_type(s, "__Directive",
                  "A Directive provides a way to describe alternate runtime execution and type validation behavior in a "
                  "GraphQL document.\n\nIn some cases, you need to provide options to alter GraphQL's execution behavior "
                  "in ways field arguments will not suffice, such as conditionally including or skipping a field. "
                  "Directives provide this by describing additional information to the executor.",
                  {{"name", "String!"},
                   {"description", "String"},
                   {"isRepeatable", "Boolean!"},
                   {"locations", "[__DirectiveLocation!]!"},
                   {"args", "[__InputValue!]!", nullptr, true}});
}

/// The name the field `specifiedByURL` had in the draft that clients still ask for.
REFRACT_DECL void add_legacy_meta_fields(schema& s) {
    auto& t = *s.find("__Type");
    if (t.find_field("specifiedByUrl") == nullptr) {
        field legacy{"specifiedByUrl", s.find("String")};
        legacy.deprecation_reason = "Use `specifiedByURL`.";
        t.fields.push_back(std::move(legacy));
    }
}

REFRACT_DECL void add_introspection_types(schema& s) {
    if (s.find("__Schema") != nullptr) {
        return;
    }
    for (auto const* name : {"__Schema", "__Type"}) {
        s.add(type_kind::object, name);
    }
    s.add(type_kind::enumeration, "__TypeKind");
    for (auto const* name : {"__Field", "__InputValue", "__EnumValue", "__Directive"}) {
        s.add(type_kind::object, name);
    }
    add_meta_enums(s);
    add_meta_types(s);
    add_legacy_meta_fields(s);
}

REFRACT_DECL void add_one_of(schema& s) {
    if (s.find_directive("oneOf") == nullptr) {
        directive_definition d;
        d.name = "oneOf";
        d.description = "Indicates exactly one field must be supplied and this field must not be `null`.";
        d.locations = {"INPUT_OBJECT"};
        s.directives.push_back(std::move(d));
    }
    auto& t = *s.find("__Type");
    if (std::none_of(t.fields.begin(), t.fields.end(), [](field const& f) { return f.name == "isOneOf"; })) {
        t.fields.push_back(field{"isOneOf", s.find("Boolean")});
    }
}

/// `__typename`, `__schema` and `__type(name:)`.
REFRACT_DECL std::vector<field> make_meta_fields(schema& s) {
    field type_name{"__typename", built_in_reference(s, "String!")};
    type_name.description = "The name of the current Object type at runtime.";
    field whole{"__schema", built_in_reference(s, "__Schema!")};
    whole.description = "Access the current type schema of this server.";
    field one{"__type", built_in_reference(s, "__Type")};
    one.description = "Request the type information of a single type.";
    one.arguments.push_back(input_value{"name", built_in_reference(s, "String!")});
    std::vector<field> fields;
    fields.push_back(std::move(type_name));
    fields.push_back(std::move(whole));
    fields.push_back(std::move(one));
    return fields;
}

} // namespace refract::graphql::detail
