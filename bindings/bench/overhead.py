#!/usr/bin/env python3
"""What a call from Python costs over the same call in C++, and next to an ORM. One row, SQLite in memory; microseconds, the best of several rounds.

usage: overhead.py [--rounds 7] [--calls 20000]

SQLAlchemy is measured where it is installed (pip install sqlalchemy).
"""
import argparse
import asyncio
import time

import refract

DATAMODEL = "type User { id: ID! @id name: String! @unique age: Int }"
QUERY = "query ($n: String!) { user(where: {name: $n}) { id name age } }"
VARIABLES = {"n": "name500"}
ROWS = 1000


def best(rounds, calls, work):
    """Microseconds of CPU a call, the least of the rounds."""
    least = float("inf")
    for _ in range(rounds):
        begin = time.process_time()
        work(calls)
        least = min(least, (time.process_time() - begin) / calls * 1e6)
    return least


def times(call):
    def work(calls):
        for _ in range(calls):
            call()
    return work


def async_calls(calls):
    async def run():
        async with refract.AsyncEngine() as engine:
            await engine.deploy(DATAMODEL)
            await engine.import_data({"nodes": [{"_typeName": "User", "id": "u", "name": VARIABLES["n"], "age": 5}]})
            begin = time.perf_counter()
            for _ in range(calls):
                await engine.execute_bytes(QUERY, VARIABLES)
            return (time.perf_counter() - begin) / calls * 1e6
    return asyncio.run(run())


def orm():
    """The same lookup through SQLAlchemy's ORM; nothing if it is not installed."""
    try:
        import sqlalchemy
        from sqlalchemy import orm as mapping
    except ImportError:
        return None
    engine = sqlalchemy.create_engine("sqlite://")

    class Base(mapping.DeclarativeBase):
        pass

    class User(Base):
        __tablename__ = "User"
        id: mapping.Mapped[str] = mapping.mapped_column(primary_key=True)
        name: mapping.Mapped[str] = mapping.mapped_column(unique=True)
        age: mapping.Mapped[int]

    Base.metadata.create_all(engine)
    with mapping.Session(engine) as session:
        session.add_all([User(id=f"u{i}", name=f"name{i}", age=i) for i in range(ROWS)])
        session.commit()

    def call():
        with mapping.Session(engine) as session:
            user = session.scalars(sqlalchemy.select(User).where(User.name == VARIABLES["n"])).one()
            return {"id": user.id, "name": user.name, "age": user.age}
    return call


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calls", type=int, default=20_000)
    options = parser.parse_args()
    with refract.Engine() as engine:
        engine.deploy(DATAMODEL)
        engine.import_data({"nodes": [{"_typeName": "User", "id": f"u{i}", "name": f"name{i}", "age": i} for i in range(ROWS)]})
        engine.execute(QUERY, VARIABLES)
        native = best(options.rounds, options.calls, lambda calls: engine._core.repeat(QUERY, VARIABLES, calls))
        raw = best(options.rounds, options.calls, times(lambda: engine.execute_bytes(QUERY, VARIABLES)))
        objects = best(options.rounds, options.calls, times(lambda: engine.execute(QUERY, VARIABLES)))
    print(f"C++ call                  {native:8.2f} us")
    print(f"Engine.execute_bytes      {raw:8.2f} us   overhead {raw - native:.2f} us (bound: 10)")
    print(f"Engine.execute            {objects:8.2f} us   overhead {objects - native:.2f} us")
    print(f"AsyncEngine.execute_bytes {async_calls(options.calls // 10):8.2f} us   (elapsed, one after the other)")
    mapped = orm()
    if mapped is None:
        print("SQLAlchemy                not installed")
    else:
        other = best(options.rounds, max(1, options.calls // 20), times(mapped))
        print(f"SQLAlchemy ORM            {other:8.2f} us   {other / objects:.1f} times Engine.execute")


if __name__ == "__main__":
    main()
