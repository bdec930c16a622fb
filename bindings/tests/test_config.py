import pytest

from refract import config

TEXT = """port: 4477
managementApiSecret: hush-hush
databases:
  default:
    connector: postgres
    host: db
    port: 5433
    user: u
    password: p4ssword
    rawAccess: true
"""


def test_load(tmp_path, monkeypatch):
    file = tmp_path / "prisma.yml"
    file.write_text(TEXT)
    monkeypatch.setenv("PRISMA_CONFIG", TEXT.replace("4477", "4478"))
    loaded = config.load(file)
    assert (loaded.port, loaded.management_secret) == (4477, "hush-hush")
    database, = loaded.databases
    assert (database.connector, database.host, database.port, database.user, database.password) == ("postgres", "db", 5433, "u", "p4ssword")
    assert database.raw_access is True and database.schema is None
    assert config.load().port == 4478
    monkeypatch.delenv("PRISMA_CONFIG")
    assert config.load().databases[0].connector == "sqlite"


def test_secrets_are_not_shown():
    loaded = config.loads(TEXT)
    assert "hush" not in repr(loaded) and "p4ssword" not in repr(loaded.databases[0])


def test_mistakes_have_a_place(tmp_path):
    with pytest.raises(config.ConfigError, match="prot") as caught:
        config.loads("databases: {}\nprot: 1")
    assert (caught.value.line, caught.value.column, caught.value.code) == (2, 1, 401)
    with pytest.raises(config.ConfigError) as caught:
        config.load(tmp_path / "nothing.yml")
    assert caught.value.code == 405
