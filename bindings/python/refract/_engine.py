"""The engine and the pool, for callers that wait."""
from __future__ import annotations

import atexit
import os
import time
import weakref

from . import _native

TYPE_CHECKING = False  # as a type checker reads it; importing typing would take longer than everything else here
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Callable, Dict, Generator, Iterable, List, Mapping, Optional, Sequence, Type, TypeVar, Union

    from ._operations import Action, Operations, Path, Request, Source
    from ._values import Deployment, Migration, PoolState, Response, Rows

    T = TypeVar("T")
    SelfEngine = TypeVar("SelfEngine", bound="Engine")

_open: weakref.WeakSet[Any] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    """What is still open when the interpreter ends, while there is one."""
    for one in list(_open):
        one.close()


def close_at_exit(one: Any) -> None:
    _open.add(one)


def location(url: Union[str, "os.PathLike[str]"]) -> str:
    return os.fspath(url)


class Engine:
    """A Prisma 1 service in this process: its GraphQL API, its migrations, its data. No server is needed.

        with refract.Engine(":memory:") as engine:
            engine.deploy("type User { id: ID! @id name: String! }")
            engine.execute("mutation ($name: String!) { createUser(data: {name: $name}) { id } }", {"name": "Ann"})
            print(engine.execute("{ users { name } }"))

    url: ":memory:"; a SQLite file (its history is next to it, in FILE.management); a folder, which a refract-server can serve, too; or
        "postgresql://user:password@host/database".
    service, stage: the name of the service in it. On PostgreSQL its tables are in the schema service$stage.
    raw_access: offer the mutation executeRaw.
    durable: SQLite: a commit is on the disk when it is acknowledged. False is faster, and may lose the last ones in a power cut.
    connection_limit: PostgreSQL: connections at most.

    Threads may share it; the interpreter's lock is released while they wait. It does not survive os.fork().
    """

    def __init__(self, url: Union[str, "os.PathLike[str]"] = ":memory:", *, service: str = "default", stage: str = "default",
                 raw_access: bool = False, durable: bool = True, connection_limit: int = 10, management_schema: str = "management") -> None:
        self._url = location(url)
        self.service = service
        self.stage = stage
        self._core = _native.EngineCore(self._url, service, stage, raw_access, durable, connection_limit, management_schema)
        self._execute = self._core.execute
        close_at_exit(self)

    # ---- requests ----

    def execute(self, query: str, variables: Optional[Mapping[str, Any]] = None, operation_name: Optional[str] = None) -> Dict[str, Any]:
        """The data a request is answered with. Raises QueryError if the answer has errors.

        Variables may hold datetimes, UUIDs and Decimals.
        """
        answer: Dict[str, Any] = _native.from_json(self._execute(query, variables, operation_name))
        if "errors" in answer:
            from .errors import QueryError
            raise QueryError.from_answer(answer)
        data: Dict[str, Any] = answer["data"]
        return data

    def execute_bytes(self, query: str, variables: Union[Mapping[str, Any], str, bytes, None] = None,
                      operation_name: Optional[str] = None) -> bytes:
        """The whole answer as a server would send it: JSON with `data` and, if there are any, `errors`. Variables may be JSON, too."""
        return self._execute(query, variables, operation_name)

    def batch(self, requests: Iterable[Request]) -> List[Dict[str, Any]]:
        """The answers to requests, carried out one after the other: a dict with `data` and, if there are any, `errors` for each."""
        from ._operations import answer_of, triples
        return [answer_of(raw) for raw in self._core.execute_all(triples(requests))]

    def transaction(self) -> EngineTransaction:
        """Requests that happen together: kept at the end of the block, or all taken back if it raises.

            with engine.transaction() as transaction:
                transaction.execute('mutation { updateAccount(...) { id } }')
                transaction.execute('mutation { updateAccount(...) { id } }')

        Nobody else sees what it wrote before. Without it each mutation is a transaction of its own. On SQLite it is the only writer
        meanwhile, and the only one to read a database in memory: what goes past it waits, for 30 seconds at most.
        """
        return EngineTransaction(self._core)

    def post(self, path: str, body: bytes, authorization: Optional[str] = None, content_type: str = "application/json") -> Response:
        """What a server on this engine would answer to a POST: to /service/stage, /service/stage/import, /management, ...

        Here a service's secrets count: `authorization` is the header's value.
        """
        from ._values import Response
        return Response(*self._core.post(path, body, authorization, content_type))

    # ---- the datamodel ----

    def deploy(self, datamodel: Source, *, force: bool = False, secrets: Sequence[str] = ()) -> Deployment:
        """Gives the service a datamodel, migrates its tables, and tells what was done.

        Raises DeployError if it can't be, or if data would be lost and it is not forced; then nothing is changed.
        `secrets` are those of the service's tokens, for calls that come over HTTP.
        """
        return self._drive(self._operations.deploy(datamodel, force, secrets))

    def plan(self, datamodel: Source) -> Deployment:
        """What deploy() would do: steps, warnings about data that would be lost, errors. Nothing is changed."""
        return self._drive(self._operations.plan(datamodel, self.dialect))

    def migrate(self, datamodel: Source, confirm: Callable[[Deployment], bool]) -> Optional[Deployment]:
        """plan(), then deploy() with force if `confirm` agrees to the plan; None if it does not.

            engine.migrate(sdl, lambda plan: not plan.warnings or input(f"{plan.warnings} Go on? ") == "yes")

        Raises DeployError if the plan has errors.
        """
        plan = self.plan(datamodel)
        if plan.errors:
            from .errors import DeployError
            raise DeployError("; ".join(map(str, plan.errors)), errors=plan.errors, warnings=plan.warnings)
        return self.deploy(datamodel, force=True) if confirm(plan) else None

    def migrations(self) -> List[Migration]:
        """All migrations of the service, the newest first."""
        return self._drive(self._operations.migrations())

    @property
    def datamodel(self) -> _native.Datamodel:
        """The datamodel that is deployed. Raises QueryError if there is none."""
        return self._drive(self._operations.datamodel(self.dialect))

    def refresh(self) -> None:
        """Looks for the datamodel anew when it is next needed: another process has deployed one."""
        self._core.refresh()

    # ---- data ----

    def import_data(self, data: Union[Mapping[str, Sequence[Mapping[str, Any]]], Path]) -> List[str]:
        """Inserts data in the normalized data format: `nodes`, `lists` and `relations`, or the zip file of `prisma1 export`.

        Gives the errors of single elements; all others are written.
        """
        from ._operations import is_path, read_export
        return self._drive(self._operations.import_data(read_export(data) if is_path(data) else data))

    def export_data(self, path: Optional[Path] = None) -> Dict[str, List[Dict[str, Any]]]:
        """All data in the normalized data format; with a path, also written there as the zip file `prisma1 import` takes."""
        from ._operations import write_export
        data = self._drive(self._operations.export_data())
        if path is not None:
            write_export(path, data)
        return data

    def reset_data(self) -> None:
        """Deletes all records. The datamodel stays."""
        self._drive(self._operations.reset_data())

    # ---- life ----

    def close(self) -> None:
        """Closes the databases; calls of other threads end as usual. What is in memory is gone."""
        self._core.close()

    @property
    def is_closed(self) -> bool:
        """Whether close() was called."""
        return self._core.is_closed

    @property
    def dialect(self) -> str:
        """sqlite or postgres."""
        return self._core.dialect

    def __enter__(self: SelfEngine) -> SelfEngine:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<refract.Engine {self.service}/{self.stage}{' (closed)' if self.is_closed else ''}>"

    # ---- the steps of longer operations ----

    @property
    def _operations(self) -> Operations:
        from ._operations import Operations
        return Operations(self.service, self.stage)

    def _drive(self, steps: Generator[Action, Any, T]) -> T:
        try:
            action = next(steps)
            while True:
                try:
                    came = self._perform(action)
                except Exception as error:  # the steps decide what it means
                    action = steps.throw(error)
                else:
                    action = steps.send(came)
        except StopIteration as end:
            value: T = end.value
            return value

    def _perform(self, action: Action) -> Any:
        from ._operations import data_of
        kind = action[0]
        if kind == "manage":
            return data_of(self._core.manage(action[1], action[2]))
        if kind == "private":
            return data_of(self._core.execute_private(action[1]))
        if kind == "import":
            return checked(self._core.import_ndf(_native.to_json(action[1])))
        if kind == "export":
            return checked(self._core.export_ndf(_native.to_json(action[1])))
        if kind == "sleep":
            return time.sleep(action[1])
        return self._core.refresh()


class EngineTransaction:
    """What Engine.transaction() gives: for one `with`. One call at a time.

    A request that fails writes nothing, and raises; if the exception is caught inside the block, the others are kept all the same.
    """

    def __init__(self, engine: _native.EngineCore) -> None:
        self._engine = engine
        self._core: Optional[_native.TransactionCore] = None

    def execute(self, query: str, variables: Optional[Mapping[str, Any]] = None, operation_name: Optional[str] = None) -> Dict[str, Any]:
        """The data a request is answered with. Raises QueryError if the answer has errors."""
        from ._operations import data_of
        return data_of(self.execute_bytes(query, variables, operation_name))

    def execute_bytes(self, query: str, variables: Union[Mapping[str, Any], str, bytes, None] = None,
                      operation_name: Optional[str] = None) -> bytes:
        """The whole answer as a server would send it."""
        return opened_transaction(self._core).execute(query, variables, operation_name)

    def batch(self, requests: Iterable[Request]) -> List[Dict[str, Any]]:
        """The answers to requests, carried out one after the other."""
        from ._operations import answer_of, triples
        return [answer_of(raw) for raw in opened_transaction(self._core).execute_all(triples(requests))]

    def __enter__(self) -> EngineTransaction:
        self._core = begun_transaction(self._engine.begin())
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        core, self._core = opened_transaction(self._core), None
        try:
            if error is None:
                core.commit()
        finally:
            core.close()


def begun_transaction(begun: Union[_native.TransactionCore, bytes]) -> _native.TransactionCore:
    """The transaction. Raises QueryError if there is the answer to a request instead: no service is deployed."""
    if isinstance(begun, bytes):
        from .errors import QueryError
        raise QueryError.from_answer(_native.from_json(begun))
    return begun


def opened_transaction(core: Optional[_native.TransactionCore]) -> _native.TransactionCore:
    """The transaction. Raises DatabaseError outside of its block."""
    if core is None:
        from .errors import DatabaseError
        raise DatabaseError("A transaction is used inside its `with` block.", code=600)
    return core


def checked(raw: bytes) -> Any:
    """An answer of import or export. Raises QueryError if it is a failure."""
    answer = _native.from_json(raw)
    if isinstance(answer, dict) and "errors" in answer:
        from .errors import QueryError
        raise QueryError.from_answer(answer)
    return answer


class Connection:
    """A connection of a pool that nobody else uses, inside a transaction: see Pool.transaction()."""

    def __init__(self, core: _native.ConnectionCore) -> None:
        self._core = core

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Rows:
        """Runs one statement; placeholders are ? on SQLite, $1 on PostgreSQL. Raises DatabaseError."""
        return self._core.run(sql, parameters)


class Transaction:
    """What Pool.transaction() gives: for one `with`."""

    def __init__(self, pool: _native.PoolCore) -> None:
        self._pool = pool
        self._core: Optional[_native.ConnectionCore] = None

    def __enter__(self) -> Connection:
        core = self._pool.acquire()
        try:
            core.run("BEGIN", ())
        except BaseException:
            core.close()
            raise
        self._core = core
        return Connection(core)

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        core, self._core = self._core, None
        assert core is not None
        try:
            core.run("COMMIT" if error is None else "ROLLBACK", ())
        finally:
            core.close()


class Pool:
    """SQL on the same connections an engine uses: bounded, shared, opened again when they break.

        with refract.Pool("postgresql:///music") as pool:
            for name, in pool.execute("SELECT name FROM artist WHERE born > $1", [1960]).rows: ...

    url: a SQLite file, ":memory:", or "postgresql://...". size: connections at most (PostgreSQL).
    Threads may share it; the interpreter's lock is released while they wait. It does not survive os.fork().
    """

    def __init__(self, url: Union[str, "os.PathLike[str]"], *, size: int = 10) -> None:
        self._core = _native.PoolCore(location(url), size)
        close_at_exit(self)

    def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Rows:
        """Runs one statement on any connection; placeholders are ? on SQLite, $1 on PostgreSQL. Raises DatabaseError.

        On PostgreSQL parameters have their Python type: a datetime for a timestamp, a Decimal for a numeric, a UUID for a uuid.
        """
        return self._core.run(sql, parameters)

    def transaction(self) -> Transaction:
        """A connection inside a transaction, which is committed at the end of the block, or rolled back if that raises.

            with pool.transaction() as connection:
                connection.execute(...)

        On SQLite it is the only writer meanwhile.
        """
        return Transaction(self._core)

    def state(self) -> Optional[PoolState]:
        """How the pool is doing; None on SQLite."""
        return self._core.state()

    def close(self) -> None:
        """Closes the connections; calls of other threads end as usual."""
        self._core.close()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()
