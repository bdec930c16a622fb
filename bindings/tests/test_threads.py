"""Threads that share what is said to be shareable, and the interpreter's lock while they wait."""
import threading
import time

import refract
from refract import graphql, jwt


def together(count, work):
    errors = []

    def run(i):
        try:
            work(i)
        except BaseException as error:  # told by the test, not by the thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_one_engine_for_many_threads(refract_engine):
    def work(i):
        for n in range(30):
            name = f"{i}-{n}"
            made = refract_engine.execute("mutation ($n: String!) { createArtist(data: {name: $n}) { name } }", {"n": name})
            assert made == {"createArtist": {"name": name}}
            assert refract_engine.execute("query ($n: String!) { artist(where: {name: $n}) { name } }", {"n": name}) == {"artist": {"name": name}}

    together(8, work)
    assert len(refract_engine.execute("{ artists { id } }")["artists"]) == 240


def test_deploys_while_others_ask(refract_engine, refract_datamodel):
    done = threading.Event()

    def work(i):
        if i == 0:
            for n in range(10):
                refract_engine.deploy(refract_datamodel + "".join(f"type Extra{k} {{ id: ID! @id }}" for k in range(n)))
            done.set()
        while not done.is_set():
            assert refract_engine.execute("{ artists { name } }") == {"artists": []}

    together(4, work)


def test_closing_while_others_ask():
    engine = refract.Engine()
    engine.deploy("type User { id: ID! @id }")
    started = threading.Barrier(5)

    def work(i):
        started.wait()
        if i == 0:
            time.sleep(0.02)
            engine.close()
            return
        while True:
            try:
                assert engine.execute("{ users { id } }") == {"users": []}
            except (refract.DatabaseError, refract.QueryError):
                if engine.is_closed:
                    return
                raise

    together(5, work)


def test_pure_functions(refract_datamodel):
    schema = graphql.build_schema("type Query { a(b: Int): Query c: String }")
    datamodel = refract.Datamodel(refract_datamodel)
    key = jwt.Key("k" * 32)

    def work(i):
        for n in range(200):
            text = "{" + "a(b: %d) {" % n * (n % 20 + 1) + "c" + "}" * (n % 20 + 2)
            document = graphql.parse(text)
            assert graphql.validate(schema, document) == []
            assert graphql.print(graphql.parse(graphql.print(document))) == graphql.print(document)
            assert jwt.verify(jwt.sign({"n": n}, key), key) == {"n": n}
            assert refract.sql.compile(datamodel, "{ artists(skip: 1, where: {name: \"%d\"}) { name } }" % n)[0].parameters == [str(n)]

    together(4, work)


def test_the_lock_is_released(refract_engine):
    """A counter goes on while a long call is under way."""
    refract_engine.import_data({"nodes": [{"_typeName": "Artist", "id": f"a{i}", "name": f"n{i}"} for i in range(20_000)]})
    turns = 0
    done = threading.Event()

    def count():
        nonlocal turns
        while not done.is_set():
            turns += 1
            time.sleep(0)

    counter = threading.Thread(target=count)
    counter.start()
    before = turns
    refract_engine.execute_bytes('{ artists(where: {name_not_contains: "x"}, orderBy: name_DESC) { id name born albums { title } } }')
    during = turns - before
    done.set()
    counter.join()
    assert during > 5
