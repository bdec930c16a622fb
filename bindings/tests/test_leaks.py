"""Many calls, and the memory of the process stays what it was: a tenth of a million, with `pytest --long` more than a million."""
import gc
import os

import refract
from refract import graphql, jwt, sql

PAGE = os.sysconf("SC_PAGE_SIZE")
BOUND = 6 << 20  # bytes: a leak of 64 bytes in every call of 100,000 would show, of 1,000,000 in every tenth


def resident():
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * PAGE


def ignore(call, *arguments):
    try:
        call(*arguments)
    except refract.Error:
        return
    raise AssertionError("it had to fail")


def tasks(engine, pool):
    """What is called, and how often: 1,050,000 times in all."""
    schema = graphql.build_schema("type Query { a(b: Int): Query c: String }")
    document = graphql.parse("query ($v: Int) { a(b: $v) { c } }")
    datamodel = refract.Datamodel("type A { id: ID! @id b: String c: [C] } type C { id: ID! @id a: A }")
    key = jwt.Key("k" * 32)
    token = jwt.sign({"a": [1, {"b": "c"}]}, key)
    find, variables = "query ($n: String!) { artist(where: {name: $n}) { name } }", {"n": "Ann"}

    class Visitor:
        def enter_selection(self, node):
            return None

    visitor = Visitor()
    return [
        (200_000, lambda: graphql.parse("{ a(b: 1) { c } }")),
        (100_000, lambda: ignore(graphql.parse, "{ a(")),
        (50_000, lambda: document.definitions[0].selections[0].arguments[0].value.text),
        (50_000, lambda: graphql.visit(document, visitor)),
        (50_000, lambda: graphql.validate(schema, document)),
        (50_000, lambda: str(document)),
        (100_000, lambda: jwt.verify(token, key)),
        (50_000, lambda: jwt.sign({"a": [1, 2.5, None, {"b": "c"}]}, key)),
        (50_000, lambda: ignore(jwt.verify, "a.b.c", key)),
        (20_000, lambda: [m.fields[0].type for m in datamodel.models]),
        (5_000, lambda: sql.compile(datamodel, "{ as(first: 3) { b } }")),
        (150_000, lambda: engine.execute_bytes(find, variables)),
        (100_000, lambda: engine.execute(find, variables)),
        (20_000, lambda: ignore(engine.execute, "{ nothing }")),
        (5_000, lambda: engine.execute('mutation { updateArtist(where: {name: "Ann"}, data: {born: "2020-01-01"}) { id } }')),
        (50_000, lambda: pool.execute("SELECT ?, ?", [1, "x"])),
    ]


def test_many_calls(music, request):
    part = 1 if request.config.getoption("--long") else 10
    with refract.Pool(":memory:") as pool:
        all_tasks = [(times // part, task) for times, task in tasks(music, pool)]
        assert sum(times for times, _ in all_tasks) >= 1_000_000 // part
        for times, task in all_tasks:  # caches and allocators fill up
            for _ in range(max(1_000, times // 50)):
                task()
        before = resident()
        for times, task in all_tasks:
            for _ in range(times):
                task()
        grown = resident() - before
    assert grown < BOUND, f"{grown >> 10} KiB more"


def test_engines_servers_and_loops_come_and_go():
    import asyncio

    async def once():
        async with refract.AsyncEngine() as engine:
            await engine.deploy("type A { id: ID! @id }")
            await engine.execute("{ as { id } }")

    def round_():
        with refract.Engine() as engine:
            engine.deploy("type A { id: ID! @id }")
            with refract.Server(engine):
                pass
        asyncio.run(once())

    for _ in range(20):
        round_()
    before, descriptors = resident(), len(os.listdir("/proc/self/fd"))
    for _ in range(60):
        round_()
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 2
    assert resident() - before < BOUND
