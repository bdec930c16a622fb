import asyncio

import pytest

import refract

USERS = "type User { id: ID! @id name: String! @unique }"
CREATE = "mutation ($n: String!) { createUser(data: {name: $n}) { name } }"


def test_everything_can_be_awaited(tmp_path):
    async def run():
        async with refract.AsyncEngine() as engine:
            assert (await engine.plan(USERS)).steps
            assert (await engine.deploy(USERS)).revision == 2
            made = await asyncio.gather(*(engine.execute(CREATE, {"n": str(i)}) for i in range(50)))
            assert [m["createUser"]["name"] for m in made] == [str(i) for i in range(50)]
            assert len((await engine.execute("{ users { name } }"))["users"]) == 50
            assert (await engine.execute_bytes('{ user(where: {name: "7"}) { name } }')) == b'{"data":{"user":{"name":"7"}}}'
            answers = await engine.batch(["{ users { name } }", "{ nothing }"])
            assert "errors" in answers[1] and "errors" not in answers[0]
            assert (await engine.post("/", b'{"query": "{ users { name } }"}')).status == 200
            assert str(await engine.datamodel()) == USERS and (await engine.migrations())[0].revision == 2
            data = await engine.export_data(tmp_path / "x.zip")
            await engine.reset_data()
            assert await engine.import_data(data) == []
            assert await engine.import_data(tmp_path / "x.zip") != [], "they are there already"
            assert await engine.migrate("type User { id: ID! @id }", lambda plan: False) is None
            await engine.refresh()
            with pytest.raises(refract.QueryError) as caught:
                await engine.execute("{ nothing }")
            assert (caught.value.line, caught.value.column) == (1, 3)
            with pytest.raises(refract.DeployError):
                await engine.deploy("type {")
            with pytest.raises(TypeError):
                await engine.execute("{ users { id } }", {"a": object()})

    asyncio.run(run())


def test_the_loop_goes_on_meanwhile(tmp_path):
    async def run():
        async with refract.AsyncEngine(tmp_path / "a.db") as engine:
            await engine.deploy(USERS)
            turns = 0

            async def count():
                nonlocal turns
                while True:
                    turns += 1
                    await asyncio.sleep(0)

            counter = asyncio.create_task(count())
            await asyncio.gather(*(engine.execute(CREATE, {"n": f"n{i}"}) for i in range(100)))
            counter.cancel()
            assert turns > 10

    asyncio.run(run())


def test_cancelling():
    async def run():
        async with refract.AsyncEngine() as engine:
            await engine.deploy(USERS)
            task = asyncio.create_task(engine.execute(CREATE, {"n": "Ann"}))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.Event().wait(), 0.01)
            assert "users" in await engine.execute("{ users { name } }")

    asyncio.run(run())


def test_an_engine_outlives_a_loop():
    engine = refract.AsyncEngine()

    async def first():
        await engine.deploy(USERS)
        await engine.execute(CREATE, {"n": "Ann"})

    async def second():
        assert await engine.execute("{ users { name } }") == {"users": [{"name": "Ann"}]}
        await engine.close()
        with pytest.raises(refract.DatabaseError):
            await engine.execute("{ users { name } }")

    asyncio.run(first())
    asyncio.run(second())


def test_opening_can_fail(tmp_path):
    async def run():
        with pytest.raises(refract.DatabaseError):
            async with refract.AsyncEngine(tmp_path / "no" / "folder.db"):
                pass

    asyncio.run(run())


def test_postgres(postgres_url):
    async def run():
        async with refract.AsyncEngine(postgres_url, service="async") as engine:
            await engine.deploy(USERS)
            await engine.reset_data()
            await asyncio.gather(*(engine.execute(CREATE, {"n": str(i)}) for i in range(100)))
            assert len((await engine.execute("{ users { name } }"))["users"]) == 100

    asyncio.run(run())


def test_pool():
    async def run():
        async with refract.AsyncPool(":memory:") as pool:
            await pool.execute("CREATE TABLE t (a)")
            async with pool.transaction() as connection:
                await connection.execute("INSERT INTO t VALUES (?)", [1])
            with pytest.raises(ZeroDivisionError):
                async with pool.transaction() as connection:
                    await connection.execute("INSERT INTO t VALUES (?)", [2])
                    1 / 0
            assert (await pool.execute("SELECT a FROM t")).rows == [(1,)]
            with pytest.raises(refract.DatabaseError):
                await pool.execute("SELECT nothing")

    asyncio.run(run())
