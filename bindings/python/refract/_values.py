"""Small values that are given back: all of them are tuples with names."""
from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Tuple


class Problem(NamedTuple):
    """What is wrong with a datamodel, or what a migration would lose."""

    type: str
    field: Optional[str]
    description: str

    def __str__(self) -> str:
        return f"{self.type}.{self.field}: {self.description}" if self.field else f"{self.type}: {self.description}"


class Step(NamedTuple):
    """A step of a migration.

    kind: create, update or delete, with _model, _enum, _field or _relation; update_secrets.
    """

    kind: str
    name: str
    model: Optional[str] = None
    new_name: Optional[str] = None

    def __str__(self) -> str:
        name = f"{self.model}.{self.name}" if self.model else self.name
        return f"{self.kind.replace('_', ' ')} {name}" + (f" -> {self.new_name}" if self.new_name else "")


class Relation(NamedTuple):
    """A relation of two models."""

    name: str
    model_a: str
    model_b: str


class Statement(NamedTuple):
    """One SQL statement and the values of its placeholders."""

    text: str
    parameters: List[Any]


class Input(NamedTuple):
    """A parameter that is known when the statement is run: 0 is the key of the record whose list is read."""

    number: int


class SchemaChange(NamedTuple):
    """What clients notice of a new schema; `kind` is graphql-js' name for it."""

    kind: str
    description: str
    is_breaking: bool


class Token(NamedTuple):
    """A JSON web token taken apart, not verified."""

    header: Dict[str, Any]
    claims: Dict[str, Any]
    signature: bytes


class Grant(NamedTuple):
    """One of the things a management token allows: `target` is service/stage, `*` fits any."""

    target: str
    action: str


class Rows(NamedTuple):
    """What a statement gave: the names of the columns, the rows, and how many rows it wrote."""

    columns: List[str]
    rows: List[Tuple[Any, ...]]
    affected: int


class PoolState(NamedTuple):
    """How a pool is doing."""

    connections: int
    opening: int
    busy: int
    queued: int


class Migration(NamedTuple):
    """A migration of the past, or one that is under way."""

    revision: int
    status: str
    steps: List[Step]
    errors: List[str]
    datamodel: str
    started_at: Optional[str]
    finished_at: Optional[str]


class Deployment(NamedTuple):
    """What a deployment did, or would do.

    revision: of the migration; None if nothing had to be done, or it was a dry run.
    """

    steps: List[Step]
    warnings: List[Problem]
    errors: List[Problem]
    revision: Optional[int]


class Response(NamedTuple):
    """An answer of HTTP."""

    status: int
    content_type: str
    body: bytes
