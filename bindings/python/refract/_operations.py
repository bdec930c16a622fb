"""What an engine does in several steps, told without waiting: generators give what is to be done and are sent what came of it.

So the engine that blocks and the one for event loops share every word of it.
"""
from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any, Dict, Generator, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

if TYPE_CHECKING:
    from typing_extensions import TypeIs

from . import _native
from ._values import Deployment, Migration, Problem, Step
from .errors import DeployError, QueryError

Request = Union[str, Tuple[str, Any], Tuple[str, Any, Optional[str]]]
"""A query, or a query and its variables, or these and the operation's name."""

Source = Union[str, _native.Datamodel]
"""A datamodel, or its text."""

Path = Union[str, "os.PathLike[str]"]

Data = Mapping[str, Sequence[Mapping[str, Any]]]
"""Elements of the normalized data format, by their kind."""

Action = Tuple[Any, ...]
"""("manage", query, variables), ("private", query), ("import", body), ("export", body), ("sleep", seconds) or ("refresh",)"""

KINDS = ("nodes", "lists", "relations")

_STEPS = """steps { type __typename
  ... on CreateModel { name } ... on DeleteModel { name } ... on UpdateModel { name becomes: newName }
  ... on CreateEnum { name } ... on DeleteEnum { name } ... on UpdateEnum { name newName }
  ... on CreateField { model name } ... on DeleteField { model name } ... on UpdateField { model name newName }
  ... on CreateRelation { name } ... on DeleteRelation { name } ... on UpdateRelation { name newName }
}"""
_DEPLOY = """mutation ($name: String!, $stage: String!, $types: String!, $dryRun: Boolean, $force: Boolean, $secrets: [String!]) {
  deploy(input: {name: $name, stage: $stage, types: $types, dryRun: $dryRun, force: $force, secrets: $secrets}) {
    errors { type field description } warnings { type field description } migration { revision } %s
  }
}""" % _STEPS
_ADD = "mutation ($name: String!, $stage: String!) { addProject(input: {name: $name, stage: $stage}) { project { name } } }"
_PROJECT = "query ($name: String!, $stage: String!) { project(name: $name, stage: $stage) { datamodel } }"
_STATUS = "query ($name: String!, $stage: String!) { migrationStatus(name: $name, stage: $stage) { revision status errors } }"
_MIGRATIONS = """query ($name: String!, $stage: String!) { listMigrations(name: $name, stage: $stage) {
  revision status errors datamodel startedAt finishedAt %s
} }""" % _STEPS

_NO_SERVICE = 4000
_CHUNK = 1000


def answer_of(raw: bytes) -> Dict[str, Any]:
    """An answer as Python objects."""
    answer: Dict[str, Any] = _native.from_json(raw)
    return answer


def data_of(raw: bytes) -> Dict[str, Any]:
    """The data of an answer. Raises QueryError if it has errors."""
    answer = answer_of(raw)
    if "errors" in answer:
        raise QueryError.from_answer(answer)
    data: Dict[str, Any] = answer["data"]
    return data


def triples(requests: Iterable[Request]) -> List[Tuple[str, Any, Optional[str]]]:
    """Requests as the compiled part takes them."""
    out: List[Tuple[str, Any, Optional[str]]] = []
    for one in requests:
        if isinstance(one, str):
            out.append((one, None, None))
        elif isinstance(one, (tuple, list)) and 2 <= len(one) <= 3:
            out.append((one[0], one[1], one[2] if len(one) == 3 else None))
        else:
            raise TypeError("A request is a query, (query, variables) or (query, variables, operation name).")
    return out


def _problems(found: Sequence[Mapping[str, Any]]) -> List[Problem]:
    return [Problem(one["type"], one["field"], one["description"]) for one in found]


def _steps(found: Sequence[Mapping[str, Any]]) -> List[Step]:
    out = []
    for one in found:
        kind = "".join("_" + c.lower() if c.isupper() else c for c in one["__typename"])[1:]
        name, new = one.get("name", ""), one.get("newName") or one.get("becomes")
        out.append(Step(kind, name, one.get("model"), new if new != name else None))
    return out


class Operations:
    """The operations on one service."""

    def __init__(self, service: str, stage: str) -> None:
        self.place = {"name": service, "stage": stage}

    def plan(self, datamodel: Source, dialect: str) -> Generator[Action, Any, Deployment]:
        try:
            return (yield from self._deploy(datamodel, True, True, ()))
        except QueryError as error:
            if error.code != _NO_SERVICE:
                raise _refused(error) from None
        # There is nothing yet: all of it is new.
        return Deployment(_native.Datamodel("", dialect).diff(_native.Datamodel(str(datamodel), dialect)), [], [], None)

    def deploy(self, datamodel: Source, force: bool, secrets: Sequence[str]) -> Generator[Action, Any, Deployment]:
        try:
            try:
                done = yield from self._deploy(datamodel, False, force, secrets)
            except QueryError as error:
                if error.code != _NO_SERVICE:
                    raise
                yield ("manage", _ADD, self.place)
                done = yield from self._deploy(datamodel, False, force, secrets)
        except QueryError as error:
            raise _refused(error) from None
        if done.errors:
            raise DeployError("; ".join(map(str, done.errors)), errors=done.errors, warnings=done.warnings)
        if done.warnings and not force:
            raise DeployError("Data would be lost; force=True deploys all the same: " + "; ".join(map(str, done.warnings)),
                              warnings=done.warnings)
        if done.revision is not None:
            yield from self._wait(done.revision)
        yield ("refresh",)
        return done

    def _deploy(self, datamodel: Source, dry_run: bool, force: bool, secrets: Sequence[str]) -> Generator[Action, Any, Deployment]:
        variables = dict(self.place, types=str(datamodel), dryRun=dry_run, force=force, secrets=list(secrets))
        payload = (yield ("manage", _DEPLOY, variables))["deploy"]
        migration = payload["migration"]
        return Deployment(_steps(payload["steps"]), _problems(payload["warnings"]), _problems(payload["errors"]),
                          migration["revision"] if migration else None)

    def _wait(self, revision: int) -> Generator[Action, Any, None]:
        pause = 0.0002
        while True:
            status = (yield ("manage", _STATUS, self.place))["migrationStatus"]
            if status["status"] not in ("PENDING", "IN_PROGRESS"):
                break
            yield ("sleep", pause)
            pause = min(pause * 2, 0.05)
        if status["status"] == "SUCCESS" and status["revision"] >= revision:
            return
        for migration in (yield from self.migrations()):
            if migration.revision == revision:
                raise DeployError("; ".join(migration.errors) or f"The migration ended with {migration.status}.")
        raise DeployError("The migration is gone: somebody deleted the service meanwhile.")

    def migrations(self) -> Generator[Action, Any, List[Migration]]:
        found = (yield ("manage", _MIGRATIONS, self.place))["listMigrations"]
        return [Migration(m["revision"], m["status"], _steps(m["steps"]), m["errors"], m["datamodel"], m["startedAt"], m["finishedAt"])
                for m in found]

    def datamodel(self, dialect: str) -> Generator[Action, Any, _native.Datamodel]:
        project = (yield ("manage", _PROJECT, self.place))["project"]
        return _native.Datamodel(project["datamodel"], dialect)

    def reset_data(self) -> Generator[Action, Any, None]:
        yield ("private", "mutation { resetData }")

    def export_data(self) -> Generator[Action, Any, Dict[str, List[Dict[str, Any]]]]:
        out: Dict[str, List[Dict[str, Any]]] = {}
        for kind in KINDS:
            elements: List[Dict[str, Any]] = []
            cursor = {"table": 0, "row": 0, "field": 0, "array": 0}
            while cursor["table"] >= 0:
                page = yield ("export", {"fileType": kind, "cursor": cursor})
                elements += page["out"]["jsonElements"]
                cursor = page["cursor"]
            out[kind] = elements
        return out

    def import_data(self, data: Data) -> Generator[Action, Any, List[str]]:
        if not isinstance(data, Mapping):
            raise TypeError(f"Data has a list for each of {', '.join(KINDS)}, or is the path of a zip file; not {type(data).__name__}.")
        unknown = set(data) - set(KINDS)
        if unknown:
            raise ValueError(f"There is no {unknown.pop()!r} in the normalized data format: it has {', '.join(KINDS)}.")
        errors: List[str] = []
        for kind in KINDS:
            values = data.get(kind, ())
            for i in range(0, len(values), _CHUNK):
                errors += yield ("import", {"valueType": kind, "values": list(values[i:i + _CHUNK])})
        return errors


def _refused(error: QueryError) -> DeployError:
    return DeployError(error.message, code=error.code, line=error.line, column=error.column, path=error.path)


def is_path(data: Union[Data, Path]) -> TypeIs[Path]:
    """A path, not data."""
    return isinstance(data, (str, os.PathLike))


def read_export(path: Path) -> Dict[str, List[Dict[str, Any]]]:
    """What `prisma1 export` wrote: nodes/1.json, lists/1.json, ... in a zip file."""
    out: Dict[str, List[Dict[str, Any]]] = {kind: [] for kind in KINDS}
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            kind = name.split("/")[-2] if "/" in name else ""
            if kind in out and name.endswith(".json"):
                out[kind] += _native.from_json(archive.read(name))["values"]
    return out


def write_export(path: Path, data: Data) -> None:
    """The same, the other way."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in KINDS:
            archive.writestr(f"{kind}/1.json", _native.to_json({"valueType": kind, "values": list(data.get(kind, ()))}))
