"""What several tests use. The engines and servers come from the plugin that is part of the package."""
import os
import pathlib
import sys

import pytest

import refract

try:
    import hypothesis
except ImportError:  # its tests are skipped, and say so
    hypothesis = None

pytest_plugins = ["pytester"]
sys.dont_write_bytecode = True

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

MUSIC = """
type Artist { id: ID! @id name: String! @unique born: DateTime albums: [Album] @relation(name: "AlbumsOfArtist", onDelete: CASCADE) }
type Album { id: ID! @id title: String! year: Int rating: Float genre: Genre @default(value: ROCK) tags: [String] @scalarList(strategy: RELATION)
  artist: Artist! @relation(name: "AlbumsOfArtist") tracks: [Track] }
type Track { id: ID! @id title: String! seconds: Int! meta: Json album: Album! }
enum Genre { ROCK JAZZ FOLK }
"""

FILL = """mutation ($name: String!, $albums: [AlbumCreateWithoutArtistInput!]) {
  createArtist(data: {name: $name, albums: {create: $albums}}) { id name }
}"""


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="a thousand examples of each property, a million calls that must not leak")


def pytest_configure(config):
    if hypothesis is not None:
        patient = {"deadline": None, "database": None, "suppress_health_check": list(hypothesis.HealthCheck)}  # on a busy machine, too
        hypothesis.settings.register_profile("ci", max_examples=25, derandomize=True, **patient)
        hypothesis.settings.register_profile("long", max_examples=1000, print_blob=True, **patient)
        hypothesis.settings.load_profile("long" if config.getoption("--long") else "ci")


@pytest.fixture
def refract_datamodel():
    return MUSIC


@pytest.fixture
def music(refract_engine):
    """Two artists with their albums and tracks."""
    for name, albums in [("Ann", ["First", "Second"]), ("Bob", ["Third"])]:
        refract_engine.execute(FILL, {"name": name, "albums": [
            {"title": title, "year": 1990 + i, "rating": 0.1 + i, "tracks": {"create": [{"title": f"{title} {n}", "seconds": 60 * n} for n in (1, 2)]}}
            for i, title in enumerate(albums)]})
    return refract_engine


@pytest.fixture(scope="session")
def postgres_url():
    """A PostgreSQL server of the tests' own, or of $REFRACT_TEST_POSTGRES_URL; without either the test is skipped, and says so."""
    named = os.environ.get("REFRACT_TEST_POSTGRES_URL")
    if named:
        yield named
        return
    sys.path.insert(0, str(ROOT / "tests"))
    servers = pytest.importorskip("servers", reason="the repository's tests/servers.py is not there")
    try:
        with servers.postgres() as server:
            yield f"postgresql://{server.user}:{server.password}@{server.host}:{server.port}/{server.database}"
    except servers.Unavailable as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postgres_engine(postgres_url, request):
    """An engine on PostgreSQL, a service for each test."""
    name = "t" + str(abs(hash(request.node.nodeid)))
    with refract.Engine(postgres_url, service=name) as engine:
        engine.deploy(MUSIC)
        yield engine
