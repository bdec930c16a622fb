"""The engine and the pool for event loops.

A class of its own with the same methods, as elsewhere in Python (`AsyncClient` of httpx, `AsyncEngine` of SQLAlchemy): `await
engine.execute(...)` reads the same, and nobody blocks a loop by forgetting a suffix. Calls are carried out on the module's own threads; the
loop is told through a file descriptor, so no thread waits for each call and none needs the interpreter's lock.
"""
from __future__ import annotations

import asyncio
import contextlib
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any, AsyncIterator, Awaitable, Callable, Dict, Generator, Iterable, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from . import _native
from ._engine import begun_transaction, checked, close_at_exit, location
from ._operations import Operations, answer_of, data_of, is_path, read_export, triples, write_export
from ._values import Deployment, Migration, PoolState, Response, Rows
from .errors import DeployError

if TYPE_CHECKING:
    from ._operations import Action, Path, Request, Source

__all__ = ["AsyncConnection", "AsyncEngine", "AsyncEngineTransaction", "AsyncPool"]

T = TypeVar("T")


class _Calls:
    """The calls one event loop waits for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._core = _native.Completions()
        self._futures: Dict[int, asyncio.Future[Any]] = {}
        self._tickets = 0
        loop.add_reader(self._core.fileno(), self._collect)

    def start(self, call: Callable[..., None], *arguments: Any) -> Awaitable[Any]:
        self._tickets += 1
        future: asyncio.Future[Any] = self.loop.create_future()
        self._futures[self._tickets] = future
        try:
            call(self._core, self._tickets, *arguments)
        except BaseException:
            del self._futures[self._tickets]
            raise
        return future

    def _collect(self) -> None:
        for ticket, value, error in self._core.take():
            future = self._futures.pop(ticket)
            if future.done():
                continue  # nobody waits any more
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

    def end(self) -> None:
        if not self.loop.is_closed():
            self.loop.remove_reader(self._core.fileno())


class _Loop:
    """The calls of whichever loop is running: an object may outlive asyncio.run()."""

    def __init__(self) -> None:
        self._calls: Optional[_Calls] = None

    def start(self, call: Callable[..., None], *arguments: Any) -> Awaitable[Any]:
        loop = asyncio.get_running_loop()
        if self._calls is None or self._calls.loop is not loop:
            self.end()
            self._calls = _Calls(loop)
        return self._calls.start(call, *arguments)

    def end(self) -> None:
        if self._calls is not None:
            self._calls.end()
            self._calls = None


class AsyncEngine:
    """refract.Engine for event loops; see there for the arguments and what each method does.

        async with refract.AsyncEngine(":memory:") as engine:
            await engine.deploy("type User { id: ID! @id name: String! }")
            print(await engine.execute("{ users { name } }"))

    A call that is cancelled is not waited for any more; what it has begun in the database is still finished.
    """

    def __init__(self, url: Union[str, "os.PathLike[str]"] = ":memory:", *, service: str = "default", stage: str = "default",
                 raw_access: bool = False, durable: bool = True, connection_limit: int = 10, management_schema: str = "management") -> None:
        self.service = service
        self.stage = stage
        self._options = (location(url), service, stage, raw_access, durable, connection_limit, management_schema)
        self._core: Optional[_native.EngineCore] = None
        self._opening: Optional[asyncio.Future[_native.EngineCore]] = None
        self._loop = _Loop()
        self._operations = Operations(service, stage)

    async def open(self) -> AsyncEngine:
        """Opens the databases, if they are not yet; every other method does it when it needs them. Raises DatabaseError."""
        await self._opened()
        return self

    async def execute(self, query: str, variables: Optional[Mapping[str, Any]] = None, operation_name: Optional[str] = None) -> Dict[str, Any]:
        """The data a request is answered with. Raises QueryError if the answer has errors."""
        return data_of(await self.execute_bytes(query, variables, operation_name))

    async def execute_bytes(self, query: str, variables: Union[Mapping[str, Any], str, bytes, None] = None,
                            operation_name: Optional[str] = None) -> bytes:
        """The whole answer as a server would send it."""
        core = await self._opened()
        raw: bytes = await self._loop.start(core.execute_async, query, variables, operation_name)
        return raw

    async def batch(self, requests: Iterable[Request]) -> List[Dict[str, Any]]:
        """The answers to requests, carried out one after the other."""
        core = await self._opened()
        return [answer_of(raw) for raw in await self._loop.start(core.execute_all_async, triples(requests))]

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncEngineTransaction]:
        """Requests that happen together: kept at the end of the block, or all taken back if it raises."""
        core = await self._opened()
        opened = begun_transaction(await self._loop.start(core.begin_async))
        try:
            yield AsyncEngineTransaction(opened, self._loop)
            await self._loop.start(opened.commit_async)
        finally:
            opened.close()

    async def post(self, path: str, body: bytes, authorization: Optional[str] = None, content_type: str = "application/json") -> Response:
        """What a server on this engine would answer to a POST."""
        core = await self._opened()
        return Response(*await self._loop.start(core.post_async, path, body, authorization, content_type))

    async def deploy(self, datamodel: Source, *, force: bool = False, secrets: Sequence[str] = ()) -> Deployment:
        """Gives the service a datamodel and migrates its tables. Raises DeployError."""
        return await self._drive(self._operations.deploy(datamodel, force, secrets))

    async def plan(self, datamodel: Source) -> Deployment:
        """What deploy() would do."""
        core = await self._opened()
        return await self._drive(self._operations.plan(datamodel, core.dialect))

    async def migrate(self, datamodel: Source, confirm: Callable[[Deployment], bool]) -> Optional[Deployment]:
        """plan(), then deploy() with force if `confirm` agrees to the plan; None if it does not."""
        plan = await self.plan(datamodel)
        if plan.errors:
            raise DeployError("; ".join(map(str, plan.errors)), errors=plan.errors, warnings=plan.warnings)
        return await self.deploy(datamodel, force=True) if confirm(plan) else None

    async def migrations(self) -> List[Migration]:
        """All migrations of the service, the newest first."""
        return await self._drive(self._operations.migrations())

    async def datamodel(self) -> _native.Datamodel:
        """The datamodel that is deployed. Raises QueryError if there is none."""
        core = await self._opened()
        return await self._drive(self._operations.datamodel(core.dialect))

    async def refresh(self) -> None:
        """Looks for the datamodel anew when it is next needed."""
        (await self._opened()).refresh()

    async def import_data(self, data: Union[Mapping[str, Sequence[Mapping[str, Any]]], Path]) -> List[str]:
        """Inserts data in the normalized data format; gives the errors of single elements."""
        return await self._drive(self._operations.import_data(read_export(data) if is_path(data) else data))

    async def export_data(self, path: Optional[Path] = None) -> Dict[str, List[Dict[str, Any]]]:
        """All data in the normalized data format; with a path, also written there as a zip file."""
        data = await self._drive(self._operations.export_data())
        if path is not None:
            write_export(path, data)
        return data

    async def reset_data(self) -> None:
        """Deletes all records."""
        await self._drive(self._operations.reset_data())

    async def close(self) -> None:
        """Closes the databases. What is in memory is gone."""
        self._loop.end()
        core = await self._opened()
        await asyncio.get_running_loop().run_in_executor(None, core.close)

    async def __aenter__(self) -> AsyncEngine:
        return await self.open()

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<refract.AsyncEngine {self.service}/{self.stage}>"

    async def _opened(self) -> _native.EngineCore:
        if self._core is None:
            if self._opening is None:
                self._opening = asyncio.get_running_loop().run_in_executor(None, lambda: _native.EngineCore(*self._options))
            try:
                self._core = await asyncio.shield(self._opening)
            finally:
                if self._opening is not None and self._opening.done():
                    self._opening = None
            close_at_exit(self._core)
        return self._core

    async def _drive(self, steps: Generator[Action, Any, T]) -> T:
        try:
            action = next(steps)
            while True:
                try:
                    came = await self._perform(action)
                except Exception as error:  # the steps decide what it means
                    action = steps.throw(error)
                else:
                    action = steps.send(came)
        except StopIteration as end:
            value: T = end.value
            return value

    async def _perform(self, action: Action) -> Any:
        core = await self._opened()
        start = self._loop.start
        kind = action[0]
        if kind == "manage":
            return data_of(await start(core.manage_async, action[1], action[2]))
        if kind == "private":
            return data_of(await start(core.execute_private_async, action[1]))
        if kind == "import":
            return checked(await start(core.import_ndf_async, _native.to_json(action[1])))
        if kind == "export":
            return checked(await start(core.export_ndf_async, _native.to_json(action[1])))
        if kind == "sleep":
            return await asyncio.sleep(action[1])
        return core.refresh()


class AsyncEngineTransaction:
    """What AsyncEngine.transaction() gives. One call at a time: they are awaited one after the other."""

    def __init__(self, core: _native.TransactionCore, loop: _Loop) -> None:
        self._core = core
        self._loop = loop

    async def execute(self, query: str, variables: Optional[Mapping[str, Any]] = None, operation_name: Optional[str] = None) -> Dict[str, Any]:
        """The data a request is answered with. Raises QueryError if the answer has errors."""
        return data_of(await self.execute_bytes(query, variables, operation_name))

    async def execute_bytes(self, query: str, variables: Union[Mapping[str, Any], str, bytes, None] = None,
                            operation_name: Optional[str] = None) -> bytes:
        """The whole answer as a server would send it."""
        raw: bytes = await self._loop.start(self._core.execute_async, query, variables, operation_name)
        return raw

    async def batch(self, requests: Iterable[Request]) -> List[Dict[str, Any]]:
        """The answers to requests, carried out one after the other."""
        return [answer_of(raw) for raw in await self._loop.start(self._core.execute_all_async, triples(requests))]


class AsyncConnection:
    """A connection of a pool that nobody else uses, inside a transaction."""

    def __init__(self, core: _native.ConnectionCore, loop: _Loop) -> None:
        self._core = core
        self._loop = loop

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Rows:
        """Runs one statement. Raises DatabaseError."""
        rows: Rows = await self._loop.start(self._core.run_async, sql, parameters)
        return rows


class AsyncPool:
    """refract.Pool for event loops; see there."""

    def __init__(self, url: Union[str, "os.PathLike[str]"], *, size: int = 10) -> None:
        self._core = _native.PoolCore(location(url), size)
        self._loop = _Loop()
        close_at_exit(self._core)

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Rows:
        """Runs one statement on any connection. Raises DatabaseError."""
        rows: Rows = await self._loop.start(self._core.run_async, sql, parameters)
        return rows

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside a transaction, which is committed at the end of the block, or rolled back if that raises."""
        core = await self._loop.start(self._core.acquire_async)
        try:
            await self._loop.start(core.run_async, "BEGIN", ())
            try:
                yield AsyncConnection(core, self._loop)
            except BaseException:
                await self._loop.start(core.run_async, "ROLLBACK", ())
                raise
            await self._loop.start(core.run_async, "COMMIT", ())
        finally:
            core.close()

    def state(self) -> Optional[PoolState]:
        """How the pool is doing; None on SQLite."""
        return self._core.state()

    async def close(self) -> None:
        """Closes the connections."""
        self._loop.end()
        await asyncio.get_running_loop().run_in_executor(None, self._core.close)

    async def __aenter__(self) -> AsyncPool:
        return self

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        await self.close()
