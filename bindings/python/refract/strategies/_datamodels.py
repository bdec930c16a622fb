"""Prisma 1 datamodels that can be deployed."""
from __future__ import annotations

import json
from typing import Dict, List, Optional, Sequence, Tuple

from hypothesis import strategies as st

from ._names import LOWER, SCALARS, UPPER, names, quoted

RESERVED = {"Mutation", "Query", "Subscription", "Node", "Long", "Int", "String", "Float", "Boolean", "Json", "Date", "Pageinfo"}
# Every type has its own first letter: no name the API makes of one can then be that of another one.
TYPE_NAMES = names(UPPER, LOWER).filter(lambda name: name not in RESERVED)
FIELD_NAMES = names(LOWER).filter(lambda name: name.lower() not in ("id", "createdat", "updatedat"))
SCALAR_NAMES = ("String", "Int", "Boolean", "Float", "DateTime", "Json", "ID", "UUID")
WITHOUT_DEFAULT = ("ID", "UUID")
CANT_BE_UNIQUE = ("Boolean", "Float", "Json")
COLUMNS = st.sampled_from(("a b", "Select", "it's", 'a"b', "a.b", "\u00e9t\u00e9", "$1", "?", "--", ";", "%", "(a)", "value_"))
ENUM_VALUES = st.lists(names(UPPER), min_size=1, max_size=3, unique=True)
FIELDS = st.lists(FIELD_NAMES, max_size=4, unique_by=str.lower)
ENUMS = st.lists(st.tuples(TYPE_NAMES, ENUM_VALUES), max_size=2, unique_by=lambda enum: enum[0][0])
RARELY = st.integers(0, 6).map(lambda number: number == 6)
Names = List[str]


def literal(type_name: str, value: object) -> str:
    """A default as a datamodel writes it."""
    if type_name == "Json":
        return quoted(json.dumps(value))
    if type_name in ("String", "DateTime"):
        return quoted(str(value))
    return format(value, "f") if isinstance(value, float) else json.dumps(value)


class Model:
    """A model while it is made: its name, and its lines by the names of their fields."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: Dict[str, str] = {}

    def is_taken(self, name: str) -> bool:
        return name.lower() in {other.lower() for other in self.lines}


@st.composite
def id_lines(draw: st.DrawFn, model: str, uuid_ids: bool) -> Tuple[str, bool]:
    """The id, and whether a client may give one."""
    kinds = ["ID! @id", "ID! @id(strategy: NONE)", "Int! @id",
             f'Int! @id(strategy: SEQUENCE) @sequence(name: "{model}_seq", initialValue: 7, allocationSize: 10)']
    if uuid_ids:
        kinds.append("UUID! @id")
    kind = draw(st.sampled_from(kinds))
    return kind, not kind.startswith("Int")


@st.composite
def scalar_lines(draw: st.DrawFn, enums: Dict[str, Names]) -> str:
    """Type and directives of a field with values."""
    type_name = draw(st.sampled_from([*SCALAR_NAMES, *enums]))
    form = draw(st.sampled_from(("plain", "required", "unique", "default", "list")))
    if form == "list":
        return f"[{type_name}] @scalarList(strategy: RELATION)"
    if form == "required":
        return type_name + "!"
    if form == "unique" and type_name not in (*CANT_BE_UNIQUE, *enums):
        return type_name + " @unique"
    if form == "default" and type_name not in WITHOUT_DEFAULT:
        value = draw(st.sampled_from(enums[type_name])) if type_name in enums else literal(type_name, draw(SCALARS[type_name]))
        return f"{type_name} @default(value: {value})"
    return type_name


@st.composite
def model_bodies(draw: st.DrawFn, name: str, enums: Dict[str, Names], uuid_ids: bool) -> Model:
    model = Model(name)
    id_line, can_be_given = draw(id_lines(name, uuid_ids))
    model.lines["id"] = id_line
    for field in draw(FIELDS):
        has_column, line = draw(RARELY), draw(scalar_lines(enums))
        if has_column and not line.startswith("["):
            line += f" @db(name: {quoted(draw(COLUMNS) + str(len(model.lines)))})"  # numbered: columns have to differ
        model.lines[field] = line
    for field, word in (("createdAt", "@createdAt"), ("updatedAt", "@updatedAt")):
        if draw(RARELY):
            model.lines[field] = f"DateTime! {word}"
    if not can_be_given and all(field in ("id", "createdAt", "updatedAt") for field in model.lines):
        model.lines["id"] = "ID! @id"
    return model


@st.composite
def relations(draw: st.DrawFn, models: Sequence[Model], number: int) -> None:
    """Adds a relation between two models, or of one with itself. Only one further down may be required: records can then be created one by one."""
    at, to = draw(st.integers(0, len(models) - 1)), draw(st.integers(0, len(models) - 1))
    if at < to:
        at, to = to, at
    first, second = models[at], models[to]
    name = draw(FIELD_NAMES)
    back: Optional[str] = draw(st.none() | FIELD_NAMES)
    if first.is_taken(name) or (back is not None and (second.is_taken(back) or (first is second and back.lower() == name.lower()))):
        return
    form, back_form = draw(st.sampled_from(("one", "required", "many"))), draw(st.sampled_from(("many", "one")))
    arguments = [f'name: "Relation{number}"']
    single = form != "many"
    if single and back is not None and back_form == "one":
        link = draw(st.sampled_from(("INLINE", "TABLE")))
    else:
        link = draw(st.sampled_from(("", "TABLE", *(("INLINE",) if single else ()))))
    arguments += [f"link: {link}"] if link else []
    arguments += [f"onDelete: {draw(st.sampled_from(('CASCADE', 'SET_NULL')))}"] if draw(RARELY) else []
    required = form == "required" and first is not second
    first.lines[name] = (f"[{second.name}]" if not single else second.name + ("!" if required else "")) + f" @relation({', '.join(arguments)})"
    if back is not None:
        second.lines[back] = (f"[{first.name}]" if back_form == "many" else first.name) + f' @relation(name: "Relation{number}")'


@st.composite
def datamodels(draw: st.DrawFn, *, max_models: int = 4, uuid_ids: bool = False) -> str:
    """Texts of datamodels (Prisma 1.1) that can be deployed, and of whose every model a record can be created.

    They have all scalar types, enums, lists, defaults, unique fields, ids of all kinds, names of tables and columns, and relations of all
    shapes. `uuid_ids`: ids may be UUIDs, which SQLite does not have. The simplest one is `type A { id: ID! @id }`.
    """
    type_names = draw(st.lists(TYPE_NAMES, min_size=1, max_size=max_models, unique_by=lambda name: name[0]))
    initials = {name[0] for name in type_names}
    enums = {name: values for name, values in draw(ENUMS) if name[0] not in initials}
    models = [draw(model_bodies(name, enums, uuid_ids)) for name in type_names]
    for number in range(draw(st.integers(0, 2 * len(models)))):
        draw(relations(models, number))
    out = []
    for number, model in enumerate(models):
        table = f" @db(name: {quoted(draw(COLUMNS) + str(number))})" if draw(RARELY) else ""
        lines = "\n".join(f"  {name}: {line}" for name, line in model.lines.items())
        out.append(f"type {model.name}{table} {{\n{lines}\n}}\n")
    out += [f"enum {name} {{ {' '.join(values)} }}\n" for name, values in enums.items()]
    return "\n".join(out)
