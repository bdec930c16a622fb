"""The trees of refract.graphql and of graphql-core as the same plain objects: names as text, nothing that is empty, no places."""
from graphql.utilities import ast_to_dict

VALUES = {"int": "int_value", "float": "float_value", "string": "string_value", "boolean": "boolean_value", "null": "null_value",
          "enum": "enum_value", "list": "list_value", "object": "object_value", "variable": "variable"}
DEFINITIONS = {"scalar": "scalar_type", "type": "object_type", "interface": "interface_type", "union": "union_type", "enum": "enum_type",
               "input": "input_object_type", "schema": "schema"}


def theirs(document):
    return collapsed(ast_to_dict(document))["definitions"]


def collapsed(one):
    if isinstance(one, (list, tuple)):
        return [collapsed(item) for item in one]
    if not isinstance(one, dict):
        return getattr(one, "value", one)
    if one["kind"] == "name":
        return one["value"]
    if one["kind"] == "named_type":
        return one["name"]["value"]
    made = {key: collapsed(value) for key, value in one.items()}
    if "description" in one and made["description"] is not None:
        made["description"] = made["description"]["value"]
    return full(**made)


def full(**parts):
    return {key: value for key, value in parts.items() if value is not None and value != []}


def ours(document):
    return [definition(one) for one in document.definitions]


def value(one):
    kind = one.kind
    if kind == "variable":
        return full(kind=kind, name=one.text)
    if kind == "list":
        return full(kind=VALUES[kind], values=[value(item) for item in one.items])
    if kind == "object":
        return full(kind=VALUES[kind], fields=[full(kind="object_field", name=f.name, value=value(f.value)) for f in one.fields])
    if kind == "string":
        return full(kind=VALUES[kind], value=one.text, block=one.is_block)
    return full(kind=VALUES[kind], value={"boolean": one.text == "true", "null": None}.get(kind, one.text))


def type_(one):
    if one.kind == "named":
        return one.name
    return full(kind=one.kind + "_type", type=type_(one.of))


def arguments(of):
    return [full(kind="argument", name=a.name, value=value(a.value)) for a in of.arguments]


def directives(of):
    return [full(kind="directive", name=d.name, arguments=arguments(d)) for d in of.directives]


def selection_set(of):
    return full(kind="selection_set", selections=[selection(s) for s in of.selections]) if of.selections else None


def selection(one):
    if one.kind == "field":
        return full(kind="field", name=one.name, alias=one.alias, arguments=arguments(one), directives=directives(one),
                    selection_set=selection_set(one))
    return full(kind=one.kind, name=one.name or None, type_condition=one.type_condition, directives=directives(one),
                selection_set=selection_set(one))


def default(one):
    return value(one.default_value) if one.default_value is not None else None


def variable(one):
    return full(kind="variable_definition", variable={"kind": "variable", "name": one.name}, type=type_(one.type), default_value=default(one),
                directives=directives(one), description=one.description)


def input_value(one):
    return full(kind="input_value_definition", name=one.name, type=type_(one.type), default_value=default(one), directives=directives(one),
                description=one.description)


def field(one):
    return full(kind="field_definition", name=one.name, type=type_(one.type), arguments=[input_value(a) for a in one.arguments],
                directives=directives(one), description=one.description)


def names(of):
    return [one.name for one in of]


def definition(one):
    if one.kind == "operation":
        return full(kind="operation_definition", operation=one.operation, name=one.name, variable_definitions=[variable(v) for v in one.variables],
                    directives=directives(one), selection_set=selection_set(one), description=one.description)
    if one.kind == "fragment":
        return full(kind="fragment_definition", name=one.name, type_condition=one.type_condition, directives=directives(one),
                    selection_set=selection_set(one), description=one.description)
    if one.kind == "directive":
        return full(kind="directive_definition", name=one.name, arguments=[input_value(a) for a in one.input_fields], repeatable=one.is_repeatable,
                    locations=names(one.locations), description=one.description)
    members = [field(f) for f in one.fields] + [input_value(f) for f in one.input_fields]
    values = [full(kind="enum_value_definition", name=v.name, directives=directives(v), description=v.description) for v in one.values]
    roots = [full(kind="operation_type_definition", operation=r.operation, type=r.type) for r in one.operation_types]
    return full(kind=DEFINITIONS[one.kind] + ("_extension" if one.is_extension else "_definition"), name=one.name, directives=directives(one),
                interfaces=names(one.interfaces), fields=members, types=names(one.members), values=values, operation_types=roots,
                description=one.description)
