"""Requests that are valid for a schema: what is selected, its arguments, their variables."""
from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from hypothesis import strategies as st

from .. import graphql
from ._names import SCALARS


class Request(NamedTuple):
    """A request: `engine.execute(*request)`, or one of those `engine.batch()` takes."""

    query: str
    variables: Dict[str, Any]


class Input(NamedTuple):
    """An argument or a field of an input object."""

    name: str
    type: str
    is_required: bool


class Output(NamedTuple):
    """A field of an object or interface."""

    name: str
    type_name: str
    arguments: Sequence[Input]


def _inputs(values: Sequence[graphql.InputValue]) -> List[Input]:
    return [Input(value.name, value.type, value.is_required) for value in values]


class Shape:
    """A schema as plain objects: it is asked often."""

    def __init__(self, schema: graphql.Schema) -> None:
        self.kinds = {type_.name: type_.kind for type_ in schema.types}
        self.values = {type_.name: [value.name for value in type_.values] for type_ in schema.types if type_.kind == "enum"}
        self.enums = {name: st.sampled_from(values) for name, values in self.values.items()}
        self.inputs = {type_.name: _inputs(type_.input_fields) for type_ in schema.types if type_.kind == "input"}
        self.possible = {type_.name: list(type_.possible_types) for type_ in schema.types if type_.kind in ("interface", "union")}
        self.fields = {type_.name: [Output(field.name, field.type_name, _inputs(field.arguments)) for field in type_.fields]
                       for type_ in schema.types if type_.kind in ("type", "interface")}
        self.roots = {operation: root.name for operation, root in (("query", schema.query), ("mutation", schema.mutation)) if root}

        self._known: Dict[Tuple[str, ...], st.SearchStrategy[List[Any]]] = {}

    def some_of(self, choices: Sequence[Union[Input, Output]], least: int, most: int, *key: str) -> st.SearchStrategy[List[Any]]:
        """A few of them, each once. The strategy is kept under the key: to make one takes longer than to draw from it."""
        kept = self._known.get(key)
        if kept is None:
            kept = self._known[key] = st.lists(st.sampled_from(choices), min_size=least, max_size=most, unique_by=lambda one: one.name)
        return kept

    def is_leaf(self, name: str) -> bool:
        return self.kinds[name] in ("scalar", "enum")


class Writer:
    """One request while it is drawn. Derived classes know more of what a schema's inputs mean."""

    def __init__(self, draw: st.DrawFn, shape: Shape, scalars: Mapping[str, st.SearchStrategy[Any]]) -> None:
        self.draw, self.shape, self.scalars = draw, shape, scalars
        self.variables: Dict[str, Any] = {}
        self.definitions: List[str] = []
        self.fragments: List[str] = []
        self.aliases = 0

    # ---- values, as JSON has them ----

    def chance(self, one_in: int) -> bool:
        """True rarely, and not in the simplest case."""
        return self.draw(st.integers(0, one_in - 1)) == one_in - 1

    def value(self, type_: str, depth: int) -> Any:
        """A value of an input type."""
        if not type_.endswith("!") and self.may_be_null(type_) and self.chance(8):
            return None
        type_ = type_.rstrip("!") if not type_.startswith("[") else type_[:-1] if type_.endswith("!") else type_
        if type_.startswith("["):
            return [self.value(type_[1:-1], depth) for _ in range(self.draw(st.integers(0, 2 if depth > 0 else 1)))]
        kind = self.shape.kinds[type_]
        if kind == "enum":
            return self.draw(self.shape.enums[type_])
        if kind == "input":
            return self.object(type_, depth - 1)
        return self.scalar(type_)

    def may_be_null(self, type_: str) -> bool:
        return True

    def scalar(self, type_: str) -> Any:
        return self.draw(self.scalars.get(type_, SCALARS["String"]))

    def object(self, type_: str, depth: int) -> Dict[str, Any]:
        """An input object: what it needs, and some of the rest."""
        return {field.name: self.member(type_, field, depth) for field in self.chosen(type_, depth)}

    def member(self, type_: str, field: Input, depth: int) -> Any:
        return self.value(field.type, depth)

    def chosen(self, type_: str, depth: int) -> List[Input]:
        """The fields of an input object that are given."""
        return self.some(self.shape.inputs[type_], depth, type_)

    def some(self, inputs: Sequence[Input], depth: int, *key: str) -> List[Input]:
        """The required ones, and a few others; without depth only those whose values are no objects."""
        required = [one for one in inputs if one.is_required]
        others = [one for one in inputs if not one.is_required and (depth > 0 or self.shape.kinds[one.type.strip("[]!")] != "input")]
        return required + (self.draw(self.shape.some_of(others, 0, 2, "deep" if depth > 0 else "flat", *key)) if others else [])

    # ---- how they are written ----

    def written(self, type_: str, value: Any) -> str:
        """In the text, or as a variable."""
        if self.chance(3) or not self.has_literal(type_, value):
            return self.variable(type_, value)
        if value is None:
            return "null"
        inner = type_[:-1] if type_.endswith("!") else type_
        if inner.startswith("["):
            return "[" + ", ".join(self.written(inner[1:-1], item) for item in value) + "]"
        if self.shape.kinds[inner] == "input":
            types = {field.name: field.type for field in self.shape.inputs[inner]}
            return "{" + ", ".join(f"{name}: {self.written(types[name], item)}" for name, item in value.items()) + "}"
        return str(value) if self.shape.kinds[inner] == "enum" else self.literal(inner, value)

    def variable(self, type_: str, value: Any) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = value
        self.definitions.append(f"${name}: {type_}")
        return "$" + name

    def literal(self, scalar: str, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def has_literal(self, type_: str, value: Any) -> bool:
        """Scalars that are objects or lists are written as variables."""
        return type_.startswith("[") or not isinstance(value, (dict, list)) or self.shape.kinds[type_.rstrip("!")] == "input"

    def arguments(self, parent: str, field: Output, depth: int) -> str:
        given = [f"{one.name}: {self.written(one.type, self.argument(field, one, depth))}" for one in self.arguments_of(parent, field, depth)]
        return f"({', '.join(given)})" if given else ""

    def argument(self, field: Output, argument: Input, depth: int) -> Any:
        return self.value(argument.type, depth)

    def arguments_of(self, parent: str, field: Output, depth: int) -> List[Input]:
        return self.some(field.arguments, depth, parent, field.name)

    # ---- what is selected ----

    def fields_of(self, type_: str, depth: int) -> List[Output]:
        """The fields that can be selected: without depth those without fields of their own."""
        return [field for field in self.shape.fields.get(type_, ()) if depth > 0 or self.shape.is_leaf(field.type_name)]

    def selection_set(self, type_: str, depth: int) -> str:
        """In braces. Each key of the answer stands once in it, and never again in a fragment."""
        choices = self.fields_of(type_, depth)
        chosen = self.draw(self.shape.some_of(choices, 1, 3, "selected", "deep" if depth > 0 else "flat", type_)) if choices else []
        out = [self.field(type_, one, depth) for one in chosen]
        if not out or self.chance(8):
            out.append("__typename")
        for possible in self.shape.possible.get(type_, ()):
            if depth > 0 and self.chance(2):
                out.append(self.fragment(possible, depth - 1))
        if depth > 0 and self.chance(8):
            out.append(self.fragment(type_, depth - 1))
        return "{ " + " ".join(out) + " }"

    def field(self, parent: str, field: Output, depth: int, alias: str = "") -> str:
        if not alias and self.chance(6):
            alias = self.new_alias()
        skipped = f" @include(if: {self.written('Boolean!', self.draw(st.booleans()))})" if self.chance(10) else ""
        below = "" if self.shape.is_leaf(field.type_name) else " " + self.selection_set(field.type_name, depth - 1)
        return f"{alias + ': ' if alias else ''}{field.name}{self.arguments(parent, field, depth)}{skipped}{below}"

    def new_alias(self) -> str:
        self.aliases += 1
        return f"_key{self.aliases}"

    def fragment(self, type_: str, depth: int) -> str:
        """A fragment with one field, under a key of its own: in its place, or by name."""
        choices = self.fields_of(type_, depth)
        body = self.field(type_, self.draw(st.sampled_from(choices)), depth, self.new_alias()) if choices else "__typename"
        if self.draw(st.booleans()):
            return f"... on {type_} {{ {body} }}"
        name = f"Fragment{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {type_} {{ {body} }}")
        return "..." + name

    def request(self, operation: str, depth: int) -> Request:
        body = self.selection_set(self.shape.roots[operation], depth)
        definitions = f" ({', '.join(self.definitions)})" if self.definitions else ""
        prefix = f"{operation}{definitions} " if definitions or operation != "query" else ""
        return Request("\n".join([prefix + body, *self.fragments]), self.variables)


def requests(schema: graphql.Schema, *, operation: str = "query", max_depth: int = 4,
             scalars: Optional[Mapping[str, st.SearchStrategy[Any]]] = None) -> st.SearchStrategy[Request]:
    """Requests that are valid for any schema, with their variables. `operation` is query or mutation.

    `scalars` has a strategy for the JSON values of each scalar the schema defines; one that is not in it is given strings.
    """
    shape, known = Shape(schema), {**SCALARS, **(scalars or {})}
    if operation not in shape.roots:
        raise ValueError(f"The schema has no root for a {operation}.")

    @st.composite
    def drawn(draw: st.DrawFn) -> Request:
        return Writer(draw, shape, known).request(operation, max_depth)

    return drawn()
