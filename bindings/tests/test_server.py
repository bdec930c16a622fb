import json
import threading
import urllib.error
import urllib.request

import pytest

import refract
from conftest import MUSIC


def post(url, body, **headers):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_an_engine_over_http(music, refract_server):
    assert post(refract_server.url, {"query": "{ artists(orderBy: name_ASC) { name } }"}) == {"data": {"artists": [{"name": "Ann"}, {"name": "Bob"}]}}
    post(refract_server.url, {"query": 'mutation { createArtist(data: {name: "Cleo"}) { id } }'})
    assert music.execute('{ artist(where: {name: "Cleo"}) { name } }') == {"artist": {"name": "Cleo"}}
    with urllib.request.urlopen(refract_server.base_url + "/status", timeout=10) as status:
        assert status.read() == b'"OK"'
    assert refract_server.service_url("a", "b") == refract_server.base_url + "/a/b"


def test_the_url_of_a_named_service():
    with refract.Engine(service="shop", stage="dev") as engine:
        engine.deploy(MUSIC)
        with refract.Server(engine) as server:
            assert server.url.endswith("/shop/dev")
            assert post(server.url, {"query": "{ artists { name } }"}) == {"data": {"artists": []}}


def test_a_configuration(tmp_path):
    config = {"managementApiSecret": "hush", "databases": {"default": {"connector": "sqlite", "database": str(tmp_path / "data")}}}
    add = {"query": 'mutation { addProject(input: {name: "shop", stage: "dev"}) { project { name } } }'}
    with refract.Server(config) as server:
        assert "errors" in post(server.base_url + "/management", add)
        token = refract.jwt.management_token("hush")
        assert post(server.base_url + "/management", add, Authorization="Bearer " + token) == {"data": {"addProject": {"project": {"name": "shop"}}}}
    file = tmp_path / "prisma.yml"
    file.write_text(json.dumps(config))
    for again in (file, refract.config.load(file)):
        with refract.Server(again, threads=2) as server:
            listed = post(server.base_url + "/management", {"query": "{ listProjects { name } }"}, Authorization="Bearer " + token)
            assert listed == {"data": {"listProjects": [{"name": "shop"}]}}
    with refract.Engine(tmp_path / "data", service="shop", stage="dev") as engine:
        engine.deploy(MUSIC)


def test_nothing_configured_is_an_empty_service():
    with refract.Server() as server:
        assert "3016" in json.dumps(post(server.url, {"query": "{ a }"}))


def test_stopping(refract_engine):
    server = refract.Server(refract_engine)
    url = server.url
    assert server.is_running
    server.stop()
    server.stop()
    assert not server.is_running
    with pytest.raises(urllib.error.URLError):
        post(url, {"query": "{ artists { id } }"})
    with refract.Server(refract_engine, port=server.port) as same:
        assert same.port == server.port
        with pytest.raises(refract.DatabaseError):
            refract.Server(refract_engine, port=server.port)


def test_bad_configurations(tmp_path):
    with pytest.raises(refract.ConfigError):
        refract.Server({"databases": {"default": {"connector": "mongo", "uri": "mongodb://x/y"}}})
    with pytest.raises(refract.ConfigError) as caught:
        refract.Server({"prot": 1})
    assert caught.value.line == 1


def test_an_open_server_stays_on_this_machine(refract_engine, tmp_path):
    with pytest.raises(refract.ConfigError, match="deploy"):
        refract.Server(refract_engine, host="0.0.0.0")
    with refract.Server(refract_engine, host="0.0.0.0", allow_open=True) as server:
        assert post(f"http://127.0.0.1:{server.port}/", {"query": "{ artists { id } }"}) == {"data": {"artists": []}}
    database = {"default": {"connector": "sqlite", "database": str(tmp_path / "data")}}
    with refract.Server({"managementApiSecret": "hush", "databases": database}, host="0.0.0.0") as server:
        assert server.is_running


def test_many_clients(music, refract_server):
    wrong = []

    def ask():
        for _ in range(20):
            if len(post(refract_server.url, {"query": "{ albums { title artist { name } } }"})["data"]["albums"]) != 3:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
