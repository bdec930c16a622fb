"""GraphQL (October 2021): parsing, printing, type systems, validation, introspection.

    document = parse("{ user { name } }")
    schema = build_schema("type Query { user: User } type User { name: String }")
    for error in validate(schema, document): ...

Nodes are light: a place in the parsed document, which they keep alive.
"""
from __future__ import annotations

from typing import Literal

from ._native import (
    Argument, Definition, Directive, DirectiveDefinition, Document, EnumValue, EnumValueDefinition, FieldDefinition, InputValue,
    InputValueDefinition, NameReference, ObjectField, OperationTypeDefinition, Schema, SchemaField, Selection, Type, TypeReference, Value,
    VariableDefinition, build_schema, compare_schemas, introspect, parse, parse_type, parse_value, print, print_schema,
    strip_ignored_characters, validate, validate_sdl, visit,
)
from ._values import SchemaChange
from .errors import GraphQLError

SKIP: Literal["skip"] = "skip"
"""What a visitor's enter method returns to leave out the children of a node."""

STOP: Literal["stop"] = "stop"
"""What a visitor's enter method returns to end the walk."""

__all__ = [
    "SKIP", "STOP", "Argument", "Definition", "Directive", "DirectiveDefinition", "Document", "EnumValue", "EnumValueDefinition",
    "FieldDefinition", "GraphQLError", "InputValue", "InputValueDefinition", "NameReference", "ObjectField", "OperationTypeDefinition",
    "Schema", "SchemaChange", "SchemaField", "Selection", "Type", "TypeReference", "Value", "VariableDefinition", "build_schema",
    "compare_schemas", "introspect", "parse", "parse_type", "parse_value", "print", "print_schema", "strip_ignored_characters",
    "validate", "validate_sdl", "visit",
]
