"""The exceptions of refract: all of them are an `Error`."""
from __future__ import annotations

TYPE_CHECKING = False  # as a type checker reads it; importing typing would take longer than everything else here
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple, Type, Union

    from ._values import Problem

    PathItem = Union[str, int]

__all__ = ["ConfigError", "DatabaseError", "DatamodelError", "DeployError", "Error", "GraphQLError", "QueryError", "TokenError"]


class Error(Exception):
    """Something refract refuses or could not do.

    code: a number that tells what: three digits of the toolkit's own, four of a Prisma 1 server's; 0 if there is none.
    message: what is told.
    line, column: the place in the text, 1-based, or None.
    path: keys and positions from the root of the answer to the field that failed; empty if it is about all of it.
    """

    code: int
    message: str
    line: Optional[int]
    column: Optional[int]
    path: Tuple[PathItem, ...]

    def __init__(self, message: str, *, code: int = 0, line: Optional[int] = None, column: Optional[int] = None,
                 path: Sequence[PathItem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.line = line
        self.column = column
        self.path = tuple(path)

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_restore, (type(self), self.args, self.__dict__))


class GraphQLError(Error, ValueError):
    """A text that is not GraphQL, a schema or a document that breaks a rule."""

    locations: List[Tuple[int, int]]

    def __init__(self, message: str, *, locations: Sequence[Tuple[int, int]] = (), **details: Any) -> None:
        if locations:
            details.setdefault("line", locations[0][0])
            details.setdefault("column", locations[0][1])
        super().__init__(message, **details)
        self.locations = list(locations)
        if not self.locations and self.line is not None and self.column is not None:
            self.locations = [(self.line, self.column)]


class TokenError(Error, ValueError):
    """A token or key that can't be used, or a token that is not valid."""


class ConfigError(Error, ValueError):
    """A configuration that can't be read."""


class DatamodelError(Error, ValueError):
    """A datamodel that breaks rules; `problems` are all that is wrong with it."""

    problems: List[Problem]

    def __init__(self, message: str, *, problems: Sequence[Problem] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.problems = list(problems)


class DatabaseError(Error):
    """The database can't be used, or refused a statement."""


class DeployError(Error):
    """A deployment that was refused or failed.

    errors: what is wrong, whatever is forced.
    warnings: what would be lost: `force=True` deploys all the same.
    """

    errors: List[Problem]
    warnings: List[Problem]

    def __init__(self, message: str, *, errors: Sequence[Problem] = (), warnings: Sequence[Problem] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.errors = list(errors)
        self.warnings = list(warnings)


class QueryError(Error):
    """A request that was answered with errors; the exception's own details are those of the first one.

    errors: all of them, as the answer has them.
    data: what was answered nevertheless, or None.
    """

    errors: List[Dict[str, Any]]
    data: Optional[Dict[str, Any]]

    def __init__(self, message: str, *, errors: Sequence[Dict[str, Any]] = (), data: Optional[Dict[str, Any]] = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.errors = list(errors)
        self.data = data

    @classmethod
    def from_answer(cls, answer: Dict[str, Any]) -> QueryError:
        """The exception for an answer that has errors."""
        errors = answer["errors"]
        first = errors[0]
        places = first.get("locations") or [_place_in(first["message"])]
        return cls(first["message"], errors=errors, data=answer.get("data"), code=first.get("code", 0),
                   line=places[0].get("line"), column=places[0].get("column"), path=first.get("path") or ())


def _place_in(message: str) -> Dict[str, int]:
    """A text that is not GraphQL is answered with its place in the message alone."""
    import re
    found = re.search(r"\(line (\d+), column (\d+)\)", message)
    return {"line": int(found[1]), "column": int(found[2])} if found else {}


# The blocks of the toolkit's codes: core/error.hpp.
_CLASSES: Dict[int, Type[Error]] = {2: GraphQLError, 3: TokenError, 4: ConfigError, 5: DatamodelError, 6: DatabaseError, 7: DeployError}


def _make(code: int, message: str, line: Optional[int], column: Optional[int], name: Optional[str]) -> Error:
    cls: Type[Error] = globals()[name] if name else _CLASSES.get(code // 100, Error)
    return cls(message, code=code, line=line, column=column)


def _violation(message: str, locations: Sequence[Tuple[int, int]]) -> GraphQLError:
    return GraphQLError(message, code=204, locations=locations)


def _datamodel_error(problems: Sequence[Problem]) -> DatamodelError:
    return DatamodelError("; ".join(map(str, problems)), code=500, problems=problems)


def _restore(cls: Type[Error], args: Tuple[Any, ...], state: Dict[str, Any]) -> Error:
    made = cls.__new__(cls, *args)
    made.args = args
    made.__dict__.update(state)
    return made
