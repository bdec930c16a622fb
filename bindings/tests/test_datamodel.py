import datetime
import uuid

import pytest

import refract
from conftest import MUSIC
from refract import graphql, sql


def test_models_and_fields():
    datamodel = refract.Datamodel(MUSIC)
    assert [m.name for m in datamodel.models] == ["Artist", "Album", "Track"]
    album = datamodel.model("Album")
    fields = {f.name: f for f in album.fields if not f.is_hidden}
    assert list(fields) == ["id", "title", "year", "rating", "genre", "tags", "artist", "tracks"]
    assert fields["id"].is_id and fields["id"].is_unique and fields["id"].type == "ID"
    assert (fields["genre"].type, fields["genre"].default_value) == ("Genre", "ROCK")
    assert (fields["artist"].type, fields["artist"].is_relation, fields["artist"].relation) == ("Artist", True, "AlbumsOfArtist")
    assert fields["tags"].is_list and not fields["tags"].is_relation and fields["year"].column == "year"
    assert datamodel.model("Nobody") is None and album.field("nothing") is None
    assert datamodel.enums == {"Genre": ["ROCK", "JAZZ", "FOLK"]}
    assert refract.Relation("AlbumsOfArtist", "Album", "Artist") in datamodel.relations
    assert str(datamodel) == MUSIC and datamodel.dialect == "sqlite"


def test_all_problems_are_told():
    with pytest.raises(refract.DatamodelError) as caught:
        refract.Datamodel("type A { id: ID! @id b: B } type C { d: String }")
    assert caught.value.code == 500 and len(caught.value.problems) == 2
    assert {p.type for p in caught.value.problems} == {"A", "C"} and all(p.description for p in caught.value.problems)
    with pytest.raises(refract.DatamodelError):
        refract.Datamodel("type A {")
    with pytest.raises(ValueError):
        refract.Datamodel("type A { id: ID! @id }", "oracle")


def test_the_dialect_counts():
    uuids = "type A { id: UUID! @id b: String }"
    assert refract.Datamodel(uuids, "postgres").model("A").field("id").type == "UUID"
    with pytest.raises(refract.DatamodelError):
        refract.Datamodel(uuids, "sqlite")


def test_api():
    datamodel = refract.Datamodel(MUSIC)
    text = datamodel.api_sdl()
    assert "createArtist(data: ArtistCreateInput!): Artist!" in text
    assert str(datamodel.api()) == text == graphql.print_schema(graphql.build_schema(text))


def test_diff():
    before = refract.Datamodel("type A { id: ID! @id b: String c: Int }")
    after = refract.Datamodel('type A { id: ID! @id d: String @rename(oldName: "b") e: [String] @scalarList(strategy: RELATION) } enum F { G }')
    steps = before.diff(after)
    assert refract.Step("delete_field", "c", "A") in steps
    assert refract.Step("update_field", "b", "A", "d") in steps
    assert refract.Step("create_field", "e", "A") in steps
    assert refract.Step("create_enum", "F") in steps
    assert before.diff(before) == []
    assert str(refract.Step("update_field", "b", "A", "d")) == "update field A.b -> d"


# ---- refract.sql

def test_compile_for_postgres():
    statements = sql.compile(refract.Datamodel(MUSIC), "query ($t: String) { artists(where: {albums_some: {title: $t}}) { name albums { title } } }",
                             {"t": "x'; --"}, "postgres", schema="music")
    assert len(statements) == 2
    for text, parameters in statements:
        assert '"music"."Artist"' in text and "x'" not in text and "$1" in text
        assert parameters == ["x'; --"]


def test_compile_for_sqlite():
    (text, parameters), below = sql.compile(refract.Datamodel(MUSIC), '{ artists(first: 3, where: {name_contains: "x"}) { name albums { title } } }')
    assert text.startswith("SELECT") and "?" in text and parameters == ["x"]
    assert below.parameters == [sql.Input(0)]


def test_compile_keeps_types():
    datamodel = refract.Datamodel(MUSIC, "postgres")
    when = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
    (_, parameters), = sql.compile(datamodel, "query ($w: DateTime) { artists(where: {born_gt: $w}) { id } }", {"w": when})
    assert parameters == [when]
    (_, parameters), = sql.compile(refract.Datamodel("type A { id: UUID! @id b: Int }", "postgres"), 'query ($i: UUID) { a(where: {id: $i}) { b } }',
                                   {"i": uuid.UUID(int=5)})
    assert uuid.UUID(int=5) in parameters


def test_compile_writes_and_refuses():
    datamodel = refract.Datamodel(MUSIC)
    (text, parameters), = sql.compile(datamodel, 'mutation { updateManyTracks(where: {seconds_lt: 5}, data: {title: "short"}) { count } }')
    assert text.startswith("UPDATE") and parameters == ["short", 5]
    with pytest.raises(refract.GraphQLError, match="nme") as caught:
        sql.compile(datamodel, "{ artists {\n nme } }")
    assert (caught.value.line, caught.value.column) == (2, 2)
    with pytest.raises(refract.GraphQLError):
        sql.compile(datamodel, "{ artists(first: -1) { id } }")
    with pytest.raises(refract.GraphQLError):
        sql.compile(datamodel, "query ($a: Int!) { artists(first: $a) { id } }", {"a": "one"})
    with pytest.raises(refract.GraphQLError, match="depend on"):
        sql.compile(datamodel, 'mutation { updateArtist(where: {name: "a"}, data: {albums: {deleteMany: [{title: "b"}]}}) { id } }')
