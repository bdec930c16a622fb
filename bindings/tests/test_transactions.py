"""Requests that happen together, on each database."""
import asyncio
import threading
import time

import pytest

import refract

SDL = "type Account { id: ID! @id name: String! @unique cents: Int! entries: [Entry] } type Entry { id: ID! @id text: String! @unique account: Account }"
CREATE = "mutation ($n: String!, $e: EntryCreateManyWithoutAccountInput) { createAccount(data: {name: $n, cents: 5, entries: $e}) { name } }"
NAMES = "{ accounts(orderBy: name_ASC) { name entries { text } } }"


@pytest.fixture(params=["memory", "file", "postgres"])
def engine(request, tmp_path):
    url = {"memory": ":memory:", "file": tmp_path / "a.db"}.get(request.param) or request.getfixturevalue("postgres_url")
    with refract.Engine(url, service="transactions") as opened:
        opened.deploy(SDL, force=True)
        opened.reset_data()
        yield opened


def accounts(one):
    return [account["name"] for account in one.execute(NAMES)["accounts"]]


def test_kept_together(engine):
    with engine.transaction() as transaction:
        assert transaction.execute(CREATE, {"n": "a"}) == {"createAccount": {"name": "a"}}
        assert transaction.execute_bytes(CREATE, '{"n": "b"}') == b'{"data":{"createAccount":{"name":"b"}}}'
        answers = transaction.batch([(CREATE, {"n": "c", "e": {"create": [{"text": "x"}, {"text": "y"}]}}), "{ accounts { name } }"])
        assert len(answers[1]["data"]["accounts"]) == 3
        assert accounts(transaction) == ["a", "b", "c"]
    assert accounts(engine) == ["a", "b", "c"]
    assert engine.execute('{ account(where: {name: "c"}) { entries(orderBy: text_ASC) { text } } }') == {"account": {"entries": [{"text": "x"}, {"text": "y"}]}}


def test_taken_back_together(engine):
    with pytest.raises(ZeroDivisionError):
        with engine.transaction() as transaction:
            transaction.execute(CREATE, {"n": "a"})
            1 / 0
    with pytest.raises(refract.QueryError) as refused:
        with engine.transaction() as transaction:
            transaction.execute(CREATE, {"n": "b"})
            transaction.execute(CREATE, {"n": "b"})
    assert refused.value.code == 3010
    assert accounts(engine) == []


def test_what_fails_is_taken_back_alone(engine):
    with engine.transaction() as transaction:
        transaction.execute(CREATE, {"n": "a", "e": {"create": {"text": "x"}}})
        with pytest.raises(refract.QueryError):
            transaction.execute(CREATE, {"n": "b", "e": {"create": [{"text": "y"}, {"text": "x"}]}})
        with pytest.raises(refract.QueryError):
            transaction.execute("{ nothing }")
        assert "errors" in transaction.batch(["{"])[0]
        transaction.execute(CREATE, {"n": "c"})
    assert engine.execute(NAMES) == {"accounts": [{"name": "a", "entries": [{"text": "x"}]}, {"name": "c", "entries": []}]}


def test_no_update_is_lost(engine):
    engine.execute(CREATE, {"n": "a"})
    read = '{ account(where: {name: "a"}) { cents } }'
    write = 'mutation ($c: Int) { updateAccount(where: {name: "a"}, data: {cents: $c}) { cents } }'
    locked = 'mutation { updateAccount(where: {name: "a"}, data: {name: "a"}) { cents } }'

    def work():
        for _ in range(10):
            with engine.transaction() as transaction:
                transaction.execute(locked)  # PostgreSQL: nobody else changes the row from here on
                cents = transaction.execute(read)["account"]["cents"]
                transaction.execute(write, {"c": cents + 1})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine.execute(read) == {"account": {"cents": 45}}


def test_one_call_at_a_time(engine):
    if engine.dialect == "sqlite":
        pytest.skip("pg_sleep is PostgreSQL's")
    with refract.Engine(engine._url, service=engine.service, raw_access=True) as raw:
        with raw.transaction() as transaction:
            slow = threading.Thread(target=lambda: transaction.execute('mutation { executeRaw(query: "SELECT pg_sleep(1)") }'))
            slow.start()
            time.sleep(0.3)
            with pytest.raises(refract.Error, match="one at a time"):
                transaction.execute(NAMES)
            slow.join()
            assert accounts(transaction) == []


def test_outside_of_its_block(engine):
    transaction = engine.transaction()
    with pytest.raises(refract.DatabaseError, match="inside its `with` block"):
        transaction.execute(NAMES)
    with transaction:
        transaction.execute(CREATE, {"n": "a"})
    with pytest.raises(refract.DatabaseError):
        transaction.execute(NAMES)
    with transaction:  # a new one
        transaction.execute(CREATE, {"n": "b"})
    assert accounts(engine) == ["a", "b"]


def test_left_alone(engine):
    transaction = engine.transaction()
    transaction.__enter__().execute(CREATE, {"n": "a"})
    del transaction
    assert accounts(engine) == []
    engine.execute(CREATE, {"n": "b"})


def test_without_a_service():
    with refract.Engine() as engine:
        with pytest.raises(refract.QueryError, match="Project not found"):
            with engine.transaction():
                pass


def test_awaited(engine, tmp_path):
    if engine.dialect == "sqlite":
        options = {"url": tmp_path / "awaited.db"}
    else:
        options = {"url": engine._url, "service": engine.service}

    async def run():
        async with refract.AsyncEngine(**options) as other:
            await other.deploy(SDL)
            async with other.transaction() as transaction:
                await transaction.execute(CREATE, {"n": "a"})
                assert len((await transaction.batch([NAMES]))[0]["data"]["accounts"]) == 1
                assert (await other.execute(NAMES)) == {"accounts": []}
            assert (await other.execute(NAMES)) == {"accounts": [{"name": "a", "entries": []}]}
            with pytest.raises(ZeroDivisionError):
                async with other.transaction() as transaction:
                    await transaction.execute_bytes(CREATE, {"n": "b"})
                    1 / 0
            with pytest.raises(asyncio.TimeoutError):
                async def too_slow():
                    async with other.transaction() as transaction:
                        await transaction.execute(CREATE, {"n": "c"})
                        await asyncio.sleep(60)
                await asyncio.wait_for(too_slow(), 0.5)
            assert len((await other.execute(NAMES))["accounts"]) == 1

    asyncio.run(run())
