"""A pytest plugin: datamodels and queries tested in memory, in milliseconds.

    pytest --refract datamodel.prisma

gives each test that asks for it a fresh engine with that datamodel:

    def test_names(refract_engine):
        refract_engine.execute('mutation { createUser(data: {name: "Ann"}) { id } }')
        assert refract_engine.execute("{ users { name } }") == {"users": [{"name": "Ann"}]}

`refract_server` is an HTTP server on the same engine. The datamodel may come from a marker instead, @pytest.mark.refract("type User { ... }"),
or from a fixture `refract_datamodel` of your own. `--refract-url postgresql://...` runs the tests on PostgreSQL.
"""
from __future__ import annotations

import pathlib
import uuid
from typing import TYPE_CHECKING, Iterator, Optional

import pytest

if TYPE_CHECKING:
    import refract


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("refract", "datamodels and queries in memory (refract)")
    group.addoption("--refract", metavar="DATAMODEL", type=pathlib.Path, help="file of the datamodel that refract_engine deploys")
    group.addoption("--refract-url", metavar="URL", default=":memory:", help="database of refract_engine (default: %(default)s)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "refract(datamodel): the datamodel, as text, that refract_engine deploys for this test")


@pytest.fixture
def refract_datamodel(request: pytest.FixtureRequest) -> Optional[str]:
    """Text of the datamodel for refract_engine: of the marker, else of --refract, else none. Define your own to say otherwise."""
    marker = request.node.get_closest_marker("refract")
    if marker is not None:
        text: str = marker.args[0]
        return text
    path: Optional[pathlib.Path] = request.config.getoption("--refract")
    return None if path is None else path.read_text(encoding="utf-8")


@pytest.fixture
def refract_engine(request: pytest.FixtureRequest, refract_datamodel: Optional[str]) -> Iterator[refract.Engine]:
    """A fresh refract.Engine with the datamodel deployed; closed at the end of the test."""
    import refract

    url: str = request.config.getoption("--refract-url")
    service = "default" if url == ":memory:" else "test" + uuid.uuid4().hex[:12]
    with refract.Engine(url, service=service) as engine:
        if refract_datamodel:
            engine.deploy(refract_datamodel)
        try:
            yield engine
        finally:
            if url != ":memory:":
                engine.post("/management", DELETE % (service.encode(), b"default"))


DELETE = b'{"query": "mutation { deleteProject(input: {name: \\"%s\\", stage: \\"%s\\"}) { project { name } } }"}'


@pytest.fixture
def refract_server(refract_engine: refract.Engine) -> Iterator[refract.Server]:
    """A refract.Server on refract_engine: requests.post(refract_server.url, json={"query": ...})."""
    import refract

    with refract.Server(refract_engine) as server:
        yield server
