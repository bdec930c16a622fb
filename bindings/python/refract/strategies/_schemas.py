"""Type systems that hold together: texts refract.graphql.build_schema() takes."""
from __future__ import annotations

import json
from typing import Dict, List, Optional, Tuple

from hypothesis import strategies as st

from ._names import LOWER, UPPER, names, quoted, texts

BUILT_IN = ("Int", "String", "Float", "Boolean", "ID")
TYPE_NAMES = names(UPPER).filter(lambda name: name not in (*BUILT_IN, "Query", "Mutation", "Subscription"))
FIELD_NAMES = names(LOWER)
ENUM_VALUES = st.lists(names(UPPER), min_size=1, max_size=3, unique=True)
DIRECTIVES = st.lists(FIELD_NAMES.filter(lambda name: name not in ("skip", "include", "deprecated")), max_size=1)
LOCATIONS = ("QUERY", "FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT", "OBJECT", "FIELD_DEFINITION", "ENUM_VALUE", "INPUT_FIELD_DEFINITION")
DEFAULTS: Dict[str, st.SearchStrategy[str]] = {
    "Int": st.integers(-2**31, 2**31 - 1).map(str),
    "Float": st.floats(-1e9, 1e9).map(json.dumps),
    "String": texts().map(quoted),
    "Boolean": st.sampled_from(("true", "false")),
    "ID": texts().map(quoted),
}


class Parts:
    """The names of a schema's types, by what they are."""

    def __init__(self, all_names: List[str], counts: List[int]) -> None:
        parts: List[List[str]] = []
        for count in counts:
            parts.append(all_names[:count])
            all_names = all_names[count:]
        self.enums, self.scalars, self.inputs, self.interfaces, self.objects, self.unions = parts
        self.enum_values: Dict[str, List[str]] = {}

    @property
    def inputs_of_fields(self) -> List[str]:
        return [*BUILT_IN, *self.enums, *self.scalars, *self.inputs]

    @property
    def outputs(self) -> List[str]:
        return [*BUILT_IN, *self.enums, *self.scalars, *self.interfaces, *self.objects, *self.unions]


@st.composite
def described(draw: st.DrawFn, text: str) -> str:
    """With a description, now and then."""
    return f"{quoted(draw(texts()))} {text}" if draw(st.integers(0, 4)) == 4 else text


@st.composite
def references(draw: st.DrawFn, name: str, may_require: bool = True) -> str:
    """The type itself, required or in lists."""
    forms = ("%s", "[%s]", "[%s!]", "[[%s!]]", "%s!", "[%s]!", "[%s!]!") if may_require else ("%s", "[%s]", "[%s!]")
    return draw(st.sampled_from(forms)) % name


@st.composite
def input_values(draw: st.DrawFn, parts: Parts, choices: List[str], required: List[str]) -> str:
    """An argument or input field. Only those of `required` may be so, lest an input object needs itself."""
    name, type_name = draw(FIELD_NAMES), draw(st.sampled_from(choices))
    type_ = draw(references(type_name, type_name in required))
    default = ""
    if draw(st.integers(0, 2)) == 2 and type_.rstrip("!") == type_name:
        known = st.sampled_from(parts.enum_values[type_name]) if type_name in parts.enum_values else DEFAULTS.get(type_name)
        default = "" if known is None else f" = {draw(known)}"
    return draw(described(f"{name}: {type_}{default}"))


@st.composite
def members(draw: st.DrawFn, one: st.SearchStrategy[str], least: int = 1) -> List[str]:
    """Fields, arguments or values, each name once."""
    return draw(st.lists(one, min_size=least, max_size=3, unique_by=name_of))


def name_of(member: str) -> str:
    """The name in `"description" name(...): ...`."""
    if member.startswith('"'):
        member = member[json.JSONDecoder().raw_decode(member)[1]:].lstrip()
    return member.split("(")[0].split(":")[0].split(" ")[0]


@st.composite
def fields(draw: st.DrawFn, parts: Parts) -> str:
    anything = parts.inputs_of_fields
    given = draw(members(input_values(parts, anything, anything), 0)) if draw(st.booleans()) else []
    arguments = f"({', '.join(given)})" if given else ""
    deprecated = " @deprecated" if draw(st.integers(0, 5)) == 5 else ""
    type_ = draw(references(draw(st.sampled_from(parts.outputs))))
    return draw(described(f"{draw(FIELD_NAMES)}{arguments}: {type_}{deprecated}"))


@st.composite
def input_types(draw: st.DrawFn, parts: Parts, index: int) -> str:
    allowed = [*BUILT_IN, *parts.enums, *parts.scalars, *parts.inputs[:index]]
    body = draw(members(input_values(parts, parts.inputs_of_fields, allowed)))
    return f"input {parts.inputs[index]} {{ {' '.join(body)} }}"


@st.composite
def object_types(draw: st.DrawFn, parts: Parts, name: str, interfaces: Dict[str, List[str]]) -> str:
    """With the fields of its interface, if it has one."""
    interface: Optional[str] = draw(st.sampled_from([None, *interfaces])) if interfaces else None
    body = list(interfaces[interface]) if interface else []
    taken = {name_of(field) for field in body}
    body += [field for field in draw(members(fields(parts), 0 if body else 1)) if name_of(field) not in taken]
    return f"type {name}{f' implements {interface}' if interface else ''} {{ {' '.join(body)} }}"


@st.composite
def directive_definitions(draw: st.DrawFn, parts: Parts, name: str) -> str:
    choices = [*BUILT_IN, *parts.enums, *parts.scalars]
    given = draw(members(input_values(parts, choices, choices), 0))
    where = draw(st.lists(st.sampled_from(LOCATIONS), min_size=1, max_size=3, unique=True))
    repeatable = " repeatable" if draw(st.booleans()) else ""
    return f"directive @{name}{f'({chr(44).join(given)})' if given else ''}{repeatable} on {' | '.join(where)}"


@st.composite
def named_parts(draw: st.DrawFn) -> Tuple[Parts, List[str]]:
    """Names for the types, and the enums, which others have values of."""
    counts = draw(st.tuples(*[st.integers(0, 2)] * 6))
    total = sum(counts)
    all_names = draw(st.lists(TYPE_NAMES, min_size=total, max_size=total, unique=True))
    parts = Parts(all_names, list(counts))
    if not parts.objects:
        parts.unions = []
    out = []
    for name in parts.enums:
        parts.enum_values[name] = draw(ENUM_VALUES)
        out.append(f"enum {name} {{ {' '.join(parts.enum_values[name])} }}")
    return parts, out


@st.composite
def schema_documents(draw: st.DrawFn) -> str:
    """Texts of type systems that are valid and have a query root, with types of all kinds, arguments, defaults and directives.

    The simplest one is `type Query { a: Int }`.
    """
    parts, out = draw(named_parts())
    out += [f"scalar {name}" for name in parts.scalars]
    out += [draw(input_types(parts, i)) for i in range(len(parts.inputs))]
    interfaces = {name: draw(members(fields(parts))) for name in parts.interfaces}
    out += [f"interface {name} {{ {' '.join(body)} }}" for name, body in interfaces.items()]
    out += [draw(object_types(parts, name, interfaces)) for name in parts.objects]
    for name in parts.unions:
        out.append(f"union {name} = {' | '.join(draw(st.lists(st.sampled_from(parts.objects), min_size=1, unique=True)))}")
    for name in draw(DIRECTIVES):
        out.append(draw(directive_definitions(parts, name)))
    for root in ("Query", "Mutation")[:draw(st.integers(1, 2))]:
        out.append(draw(object_types(parts, root, {})))
    return "\n".join(draw(st.permutations(out))) + "\n"
