"""GraphQL to SQL: the API of Prisma 1 on SQLite and PostgreSQL, in this process.

    import refract

    with refract.Engine(":memory:") as engine:
        engine.deploy("type User { id: ID! @id name: String! }")
        engine.execute('mutation { createUser(data: {name: "Ann"}) { id } }')
        print(engine.execute("{ users { name } }"))

Engine, AsyncEngine: a service. Server: the same over HTTP. Pool, AsyncPool: SQL. Datamodel: what a service is made of.
refract.graphql, refract.jwt, refract.config, refract.sql: the parts, each of use alone.
"""
from __future__ import annotations

from . import errors
from ._native import Datamodel, Field, Model, set_log_level
from ._native import version as __version__
from ._engine import Connection, Engine, EngineTransaction, Pool, Transaction
from .errors import ConfigError, DatabaseError, DatamodelError, DeployError, Error, GraphQLError, QueryError, TokenError

TYPE_CHECKING = False  # as a type checker reads it; importing typing would take longer than everything else here
if TYPE_CHECKING:
    from typing import Any

    from . import config, graphql, jwt, sql
    from ._server import Server
    from ._values import Deployment, Migration, PoolState, Problem, Relation, Response, Rows, Step
    from .aio import AsyncConnection, AsyncEngine, AsyncEngineTransaction, AsyncPool

__all__ = [
    "AsyncConnection", "AsyncEngine", "AsyncEngineTransaction", "AsyncPool", "ConfigError", "Connection", "DatabaseError", "Datamodel",
    "DatamodelError", "DeployError", "Deployment", "Engine", "EngineTransaction", "Error", "Field", "GraphQLError", "Migration", "Model",
    "Pool", "PoolState", "Problem", "QueryError", "Relation", "Response", "Rows", "Server", "Step", "TokenError", "Transaction",
    "__version__", "config", "errors", "graphql", "jwt", "set_log_level", "sql",
]

# What is not needed by everybody is imported when it is first asked for: asyncio alone takes longer than all the rest.
_MODULES = ("config", "graphql", "jwt", "sql")
_NAMES = {
    "Server": "_server", "AsyncConnection": "aio", "AsyncEngine": "aio", "AsyncEngineTransaction": "aio", "AsyncPool": "aio",
    **dict.fromkeys(("Deployment", "Migration", "PoolState", "Problem", "Relation", "Response", "Rows", "Step"), "_values"),
}


def __getattr__(name: str) -> Any:
    import importlib
    if name in _MODULES:
        return importlib.import_module("." + name, __name__)
    if name in _NAMES:
        value = getattr(importlib.import_module("." + _NAMES[name], __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(set(__all__) | set(globals()))
