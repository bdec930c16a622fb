import datetime
import decimal
import enum
import json
import os
import pickle
import uuid

import pytest

import refract
from conftest import MUSIC

USERS = "type User { id: ID! @id name: String! @unique }"


class Colour(enum.Enum):
    RED = "JAZZ"


def test_queries(music):
    assert music.execute("{ artists(orderBy: name_ASC) { name albums(orderBy: title_ASC) { title tracks(where: {seconds_gt: 60}) { title } } } }") == {
        "artists": [
            {"name": "Ann", "albums": [{"title": "First", "tracks": [{"title": "First 2"}]}, {"title": "Second", "tracks": [{"title": "Second 2"}]}]},
            {"name": "Bob", "albums": [{"title": "Third", "tracks": [{"title": "Third 2"}]}]}]}
    query = "query One($n: String!) { artist(where: {name: $n}) { name } } query Two { albumsConnection { aggregate { count } } }"
    assert music.execute(query, {"n": "Bob"}, "One") == {"artist": {"name": "Bob"}}
    assert music.execute(query, None, "Two") == {"albumsConnection": {"aggregate": {"count": 3}}}


def test_bytes_are_what_a_server_would_send(music):
    assert music.execute_bytes("{ artists(orderBy: name_ASC) { name } }") == b'{"data":{"artists":[{"name":"Ann"},{"name":"Bob"}]}}'
    for variables in ({"n": "Bob"}, '{"n": "Bob"}', b'{"n": "Bob"}'):
        assert music.execute_bytes("query ($n: String!) { artist(where: {name: $n}) { name } }", variables) == b'{"data":{"artist":{"name":"Bob"}}}'
    assert json.loads(music.execute_bytes("{ nothing }"))["data"] is None


def test_values_of_python(refract_engine):
    when = datetime.datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    created = refract_engine.execute(
        """mutation ($n: String!, $born: DateTime, $genre: Genre, $rating: Float, $meta: Json) {
          createTrack(data: {title: "t", seconds: 1, meta: $meta, album: {create: {title: "a", genre: $genre, rating: $rating, artist: {create: {name: $n, born: $born}}}}})
          { meta album { genre rating artist { born } } } }""",
        {"n": "é\U0001f600", "born": when, "genre": Colour.RED, "rating": decimal.Decimal("0.1"),
         "meta": {"a": [1, 2.5, None, True, {"b": "c"}], "big": 2**53, "tuple": (1, 2)}})
    assert created["createTrack"] == {"meta": {"a": [1, 2.5, None, True, {"b": "c"}], "big": 2**53, "tuple": [1, 2]},
                                      "album": {"genre": "JAZZ", "rating": 0.1, "artist": {"born": "2020-01-02T01:04:05.678Z"}}}
    naive = refract_engine.execute("mutation ($d: DateTime) { updateArtist(where: {name: \"é\U0001f600\"}, data: {born: $d}) { born } }",
                                   {"d": datetime.datetime(1999, 12, 31, 23, 59, 59)})
    assert naive["updateArtist"]["born"] == "1999-12-31T23:59:59.000Z"


@pytest.mark.parametrize("value, error", [
    (object(), TypeError), ({1: 2}, TypeError), (float("nan"), ValueError), (decimal.Decimal("inf"), ValueError), ("\ud800", UnicodeEncodeError),
    ({1, 2}, TypeError)])
def test_values_that_are_no_json(refract_engine, value, error):
    with pytest.raises(error):
        refract_engine.execute_bytes("{ artists { id } }", {"a": value})


def test_a_value_that_contains_itself(refract_engine):
    endless = []
    endless.append(endless)
    with pytest.raises(RecursionError):
        refract_engine.execute_bytes("{ artists { id } }", {"a": endless})


@pytest.mark.parametrize("variables", ["[1]", "1", "{", '{"a": 1} {"b": 2}', '{"a": 1}, {"b": 2}', "null"])
def test_variables_that_are_no_object(refract_engine, variables):
    answer = json.loads(refract_engine.execute_bytes("{ artists { id } }", variables))
    assert "errors" in answer or variables == "null"


def test_errors(music):
    with pytest.raises(refract.QueryError) as caught:
        music.execute("{\n  artists { nme }\n}")
    e = caught.value
    assert (e.line, e.column, e.data) == (2, 13, None) and "nme" in e.message and len(e.errors) == 1
    with pytest.raises(refract.QueryError) as caught:
        music.execute("{ artists {")
    assert (caught.value.line, caught.value.column) == (1, 12) and "Syntax error" in str(caught.value)
    with pytest.raises(refract.QueryError) as caught:
        music.execute('mutation { one: createArtist(data: {name: "New"}) { name } two: createArtist(data: {name: "Ann"}) { name } }')
    e = caught.value
    assert (e.code, e.path) == (3010, ("two",)) and e.line == 1
    assert pickle.loads(pickle.dumps(e)).errors == e.errors
    assert music.execute('{ artist(where: {name: "New"}) { name } }') == {"artist": {"name": "New"}}
    with pytest.raises(refract.QueryError) as caught:
        music.execute('mutation { updateArtist(where: {name: "Nobody"}, data: {name: "x"}) { id } }')
    assert caught.value.code == 3039
    assert isinstance(caught.value, refract.Error)


@pytest.mark.parametrize("url", [":memory:", "postgres"])
def test_a_node_where_no_type_is_one(url, request):
    with refract.Engine(request.getfixturevalue("postgres_url") if url == "postgres" else url, service="nodeless") as engine:
        engine.deploy("type A { id: Int! @id name: String }")
        assert engine.execute('{ node(id: "1") { id } }') == {"node": None}
        assert engine.execute('{ as { id } x: node(id: "1") { __typename } }') == {"as": [], "x": None}


@pytest.mark.parametrize("data", [[], [1], 5, None, {"nodes": 5}])
def test_data_that_is_none(music, data):
    with pytest.raises(TypeError):
        music.import_data(data)


def test_batch(music):
    answers = music.batch(["{ artists { name } }", ("query ($n: String!) { artist(where: {name: $n}) { name } }", {"n": "Ann"}),
                           ("{ nothing }", None), ("query A { artists { id } } query B { albums { title } }", None, "B")])
    assert [set(a) for a in answers] == [{"data"}, {"data"}, {"data", "errors"}, {"data"}]
    assert answers[1] == {"data": {"artist": {"name": "Ann"}}} and len(answers[3]["data"]["albums"]) == 3
    with pytest.raises(TypeError):
        music.batch([("{ a }",)])
    for wrong in [(1, None), ("{ a }", None, 3), (None, None), (b"{ a }", {}), {"query": "{ a }", "variables": {}}, 5]:
        with pytest.raises(TypeError):
            music.batch([wrong])
    assert music.batch([]) == []


def test_deployments(tmp_path):
    with refract.Engine() as engine:
        with pytest.raises(refract.QueryError) as caught:
            engine.execute("{ users { id } }")
        assert caught.value.code == 3016
        planned = engine.plan(USERS)
        assert refract.Step("create_model", "User") in planned.steps and planned.revision is None
        done = engine.deploy(USERS)
        assert done.revision == 2 and refract.Step("create_field", "name", "User") in done.steps
        assert engine.deploy(USERS).steps == [] and engine.deploy(refract.Datamodel(USERS)).revision is None
        engine.execute('mutation { createUser(data: {name: "Ann"}) { id } }')
        lossy = "type User { id: ID! @id }"
        plan = engine.plan(lossy)
        assert plan.warnings and plan.warnings[0].field == "name"
        with pytest.raises(refract.DeployError) as refused:
            engine.deploy(lossy)
        assert refused.value.warnings == plan.warnings and not refused.value.errors
        assert engine.execute("{ users { name } }") == {"users": [{"name": "Ann"}]}
        seen = []
        assert engine.migrate(lossy, lambda p: seen.append(p)) is None and seen == [plan]
        assert engine.migrate(lossy, lambda p: True).revision == 3
        with pytest.raises(refract.QueryError):
            engine.execute("{ users { name } }")
        with pytest.raises(refract.DeployError) as refused:
            engine.deploy("type User { id: ID! @id a: B }")
        assert refused.value.errors and refused.value.code == 0
        with pytest.raises(refract.DeployError) as refused:
            engine.deploy("type User {")
        assert refused.value.code == 3017
        with pytest.raises(refract.DeployError):
            engine.migrate("type User { id: ID! @id a: B }", lambda p: True)
        history = engine.migrations()
        assert [(m.revision, m.status) for m in history] == [(3, "SUCCESS"), (2, "SUCCESS"), (1, "SUCCESS")]
        assert history[0].datamodel == lossy and refract.Step("delete_field", "name", "User") in history[0].steps
        assert [m.name for m in engine.datamodel.models] == ["User"] and str(engine.datamodel) == lossy


def test_a_migration_that_fails_says_why(refract_engine):
    for _ in range(2):
        refract_engine.execute('mutation { createTrack(data: {title: "same", seconds: 1, album: {create: {title: "x", artist: {create: {name: "%s"}}}}}) { id } }'
                               % uuid.uuid4())
    with pytest.raises(refract.DeployError) as caught:
        refract_engine.deploy(MUSIC.replace("type Track { id: ID! @id title: String!", "type Track { id: ID! @id title: String! @unique"), force=True)
    assert caught.value.message


def test_import_and_export(music, tmp_path):
    data = music.export_data(tmp_path / "export.zip")
    assert len(data["nodes"]) == 2 + 3 + 6 and data["relations"]
    before = music.execute("{ artists(orderBy: name_ASC) { id name albums { title tracks { title } } } }")
    music.reset_data()
    assert music.execute("{ artists { id } albums { id } }") == {"artists": [], "albums": []}
    assert music.import_data(tmp_path / "export.zip") == []
    assert music.execute("{ artists(orderBy: name_ASC) { id name albums { title tracks { title } } } }") == before
    errors = music.import_data({"nodes": [{"_typeName": "Artist", "id": "a1", "name": "Ann"}, {"_typeName": "Artist", "id": "a2", "name": "New"}]})
    assert len(errors) == 1
    assert music.execute('{ artist(where: {name: "New"}) { id } }') == {"artist": {"id": "a2"}}
    with pytest.raises(ValueError):
        music.import_data({"things": []})
    many = [{"_typeName": "Artist", "id": f"b{i}", "name": f"n{i}"} for i in range(2500)]
    assert music.import_data({"nodes": many}) == []
    assert len([n for n in music.export_data()["nodes"] if n["id"].startswith("b")]) == 2500


def test_files_keep_what_is_in_them(tmp_path):
    for url in (tmp_path / "one.db", str(tmp_path) + "/folder/"):
        with refract.Engine(url, service="shop", stage="test") as engine:
            engine.deploy(USERS)
            engine.execute('mutation { createUser(data: {name: "Ann"}) { id } }')
        with refract.Engine(url, service="shop", stage="test", durable=False) as engine:
            assert engine.execute("{ users { name } }") == {"users": [{"name": "Ann"}]}
            assert str(engine.datamodel) == USERS
        with refract.Engine(url, service="other") as engine, pytest.raises(refract.QueryError):
            engine.execute("{ users { name } }")
    assert {p.name for p in tmp_path.iterdir()} >= {"one.db", "one.db.management", "folder"}
    assert (tmp_path / "folder" / "management.db").exists()


def test_what_can_not_be_opened(tmp_path):
    with pytest.raises(refract.DatabaseError):
        refract.Engine(tmp_path / "no" / "such" / "folder.db")
    with pytest.raises(refract.ConfigError):
        refract.Engine("mysql://root@localhost/x")
    with pytest.raises(refract.DatabaseError):
        refract.Engine("postgresql://u:p4ssword@127.0.0.1:1/x")
    (tmp_path / "text.db").write_text("this is no database" * 100)
    (tmp_path / "text.db.management").write_text("this is no database" * 100)
    with pytest.raises(refract.DatabaseError):
        refract.Engine(tmp_path / "text.db")


def test_closing():
    engine = refract.Engine()
    assert repr(engine) == "<refract.Engine default/default>"
    engine.close()
    engine.close()
    assert engine.is_closed and "closed" in repr(engine)
    for use in (lambda: engine.execute("{ a }"), lambda: engine.deploy(USERS), engine.refresh, lambda: engine.dialect):
        with pytest.raises(refract.DatabaseError, match="closed"):
            use()


def test_post_answers_as_a_server(music):
    music.deploy(MUSIC, secrets=["hush" * 10])
    body = b'{"query": "{ artists { name } }"}'
    assert b"3015" in music.post("/default/default", body).body
    token = refract.jwt.sign({}, "hush" * 10)
    answer = music.post("/default/default", body, "Bearer " + token)
    assert (answer.status, answer.content_type) == (200, "application/json") and b"Ann" in answer.body
    assert music.post("/default/default", b"{", "Bearer " + token).status == 400
    assert music.post("/default/default", body, content_type="text/plain").status == 415
    assert b"default" in music.post("/management", b'{"query": "{ listProjects { name } }"}').body
    assert music.execute("{ artists { name } }"), "a call in the process needs no token"


def test_raw_access():
    statement = 'mutation { executeRaw(query: "SELECT 1 + 1 AS two") }'
    with refract.Engine(raw_access=True) as engine:
        engine.deploy(USERS)
        assert engine.execute(statement) == {"executeRaw": [{"two": 2}]}
    with refract.Engine() as engine:
        engine.deploy(USERS)
        with pytest.raises(refract.QueryError):
            engine.execute(statement)


def test_after_a_fork(music):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pytest's own machinery must not run here
        try:
            try:
                music.execute("{ artists { name } }")
                told = b"it worked"
            except refract.DatabaseError as error:
                told = str(error).encode()
            with refract.Engine() as own:
                own.deploy(USERS)
                told += b"; " + own.execute_bytes("{ users { name } }")
            music.close()
            os.write(writer, told)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        told = file.read()
    os.waitpid(child, 0)
    assert b"forked" in told and told.endswith(b'{"data":{"users":[]}}')
    assert music.execute("{ artists { name } }")


# ---- PostgreSQL

def test_postgres(postgres_engine):
    engine = postgres_engine
    assert engine.dialect == "postgres"
    engine.execute('mutation { createArtist(data: {name: "Ann", albums: {create: [{title: "First"}]}}) { id } }')
    assert engine.execute("{ artists { name albums { title artist { name } } } }") == {
        "artists": [{"name": "Ann", "albums": [{"title": "First", "artist": {"name": "Ann"}}]}]}
    data = engine.export_data()
    engine.reset_data()
    assert engine.import_data(data) == [] and engine.execute("{ artists { name } }") == {"artists": [{"name": "Ann"}]}
    engine.deploy(MUSIC + "type More { id: ID! @id }")
    assert engine.execute("{ mores { id } }") == {"mores": []}


def test_two_engines_on_one_database(postgres_url, postgres_engine):
    with refract.Engine(postgres_url, service=postgres_engine.service) as other:
        assert other.execute("{ artists { name } }") == {"artists": []}
        postgres_engine.execute('mutation { createArtist(data: {name: "Ann"}) { id } }')
        assert other.execute("{ artists { name } }") == {"artists": [{"name": "Ann"}]}
        postgres_engine.deploy(MUSIC + "type More { id: ID! @id }")
        other.refresh()
        assert other.execute("{ mores { id } }") == {"mores": []}
