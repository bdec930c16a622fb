"""Names, and the scalars of Prisma 1 as JSON has them."""
from __future__ import annotations

import datetime
import json
import operator
import string
from typing import Any, Dict, List, Union

from hypothesis import strategies as st

Json = Union[None, bool, int, float, str, List[Any], Dict[str, Any]]

LAST = datetime.datetime(9999, 12, 28)
STORABLE = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
"""What a String can hold on every database: everything but NUL."""


UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits


def names(first: str, rest: str = LOWER + UPPER + DIGITS, longest: int = 8) -> st.SearchStrategy[str]:
    """Names that begin with a character of `first`, often that alone, and go on with those of `rest`."""
    beginning = st.sampled_from(first)
    return beginning | st.builds(operator.add, beginning, st.text(st.sampled_from(rest), min_size=1, max_size=longest - 1))


def quoted(text: str) -> str:
    """A string literal of GraphQL; characters beyond ASCII stay what they are."""
    return json.dumps(text, ensure_ascii=False)


def texts() -> st.SearchStrategy[str]:
    return st.text(STORABLE, max_size=20) | st.sampled_from(("'", '"', "%", "_", "\\", "a\nb", "'; DROP TABLE x; --", "\u00e9", "\U0001f600"))


def ids() -> st.SearchStrategy[str]:
    """What an id may be that a client brings: Prisma 1 stores 25 characters, and takes the word null for null."""
    return st.text(st.sampled_from(LOWER + DIGITS), min_size=1, max_size=25).filter(lambda text: text != "null")


def numbers() -> st.SearchStrategy[float]:
    """Floats that are the same after any database had them: with six digits behind the point."""
    return st.floats(-1e9, 1e9).map(lambda number: round(number, 6) + 0.0)


def moments() -> st.SearchStrategy[str]:
    """Moments of a DateTime, to the millisecond, as the API writes them."""
    return st.datetimes(datetime.datetime(1000, 1, 1), LAST).map(lambda moment: moment.isoformat(timespec="milliseconds") + "Z")


def json_values() -> st.SearchStrategy[Json]:
    """Values of the type Json: an object or a list."""
    leaf: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers(-2**53, 2**53) | numbers() | texts()
    inner = st.recursive(leaf, lambda below: st.lists(below, max_size=3) | st.dictionaries(texts(), below, max_size=3), max_leaves=6)
    return st.dictionaries(texts(), inner, max_size=3) | st.lists(inner, max_size=3)


SCALARS: Dict[str, st.SearchStrategy[Any]] = {
    "Int": st.integers(-2**31, 2**31 - 1),
    "String": texts(),
    "Boolean": st.booleans(),
    "Float": numbers(),
    "ID": ids(),
    "UUID": st.uuids().map(str),
    "DateTime": moments(),
    "Json": json_values(),
    "Long": st.integers(-2**53, 2**53),
}
"""Values of each scalar type of the Prisma 1 API, as JSON has them."""
