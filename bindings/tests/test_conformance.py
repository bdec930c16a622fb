"""The recorded cases of the original server, through the module: in this process, and over HTTP by refract.Server.

The cases are not part of this repository: REFRACT_CONFORMANCE names the folder with replay.py, else ../shared/conformance next to the
repository is looked for. REFRACT_CONFORMANCE_FILTER is a regular expression of the cases to replay.
"""
import argparse
import concurrent.futures
import importlib.util
import json
import os
import pathlib

import pytest

import refract
from conftest import ROOT

# Subscriptions need web sockets, which there are none of.
LEFT_OUT = "ws_"


def folder():
    named = os.environ.get("REFRACT_CONFORMANCE")
    for path in [pathlib.Path(named)] if named else [base / "shared" / "conformance" for base in ROOT.parents]:
        if (path / "replay.py").exists():
            return path
    return None


@pytest.fixture(scope="module")
def replay():
    found = folder()
    if found is None:
        pytest.skip("there are no cases to replay")
    spec = importlib.util.spec_from_file_location("replay", found / "replay.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def in_process(replay, engine):
    """A client of the replayer that asks an engine."""
    class Client(replay.Client):
        def raw(self, path, body, headers=None):
            answer = engine.post(path, json.dumps(body).encode(), (headers or {}).get("Authorization"))
            try:
                return answer.status, json.loads(answer.body)
            except ValueError:
                raise replay.Failure(f"HTTP {answer.status}, the response is not JSON: {answer.body[:200]!r}") from None

    return Client("http://127.0.0.1:1")


def run(replay, client, connector):
    options = argparse.Namespace(filter=os.environ.get("REFRACT_CONFORMANCE_FILTER"), connector=connector, validate_over_http=False,
                                 import_export_limit=None, empty_server=False, no_prelude=False, migration_timeout=60)
    cases, _ = replay.select(replay.load([], "both"), options)
    cases = [case for case in cases if not any(step["kind"].startswith(LEFT_OUT) for step in case["steps"])]
    assert cases
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda case: replay.run_case(client, case, connector, options), cases))
    failed = [f"{r['id']} {r['name']}: {r['message']}" for r in results if r["status"] != "pass"]
    print(f"{len(results) - len(failed)} of {len(results)} cases passed")
    assert not failed, "\n".join(failed)


def test_in_process_on_sqlite(replay):
    with refract.Engine(raw_access=True) as engine:
        run(replay, in_process(replay, engine), "sqlite")


def test_in_process_on_postgres(replay, postgres_url):
    with refract.Engine(postgres_url, raw_access=True, management_schema="conformance") as engine:
        run(replay, in_process(replay, engine), "postgres")


# The replayer leaves its sockets to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_over_http_on_sqlite(replay, tmp_path):
    config = {"databases": {"default": {"connector": "sqlite", "database": str(tmp_path / "data"), "rawAccess": True}}}
    with refract.Server(config) as server:
        run(replay, replay.Client(server.base_url), "sqlite")
