import datetime
import decimal
import threading
import uuid

import pytest

import refract

WHEN = datetime.datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=datetime.timezone.utc)


def test_sqlite(tmp_path):
    with refract.Pool(tmp_path / "a.db") as pool:
        pool.execute("CREATE TABLE t (a INTEGER, b TEXT, c REAL)")
        assert pool.execute("INSERT INTO t VALUES (?, ?, ?), (?, ?, ?)", [1, "x", 0.5, None, "é", 2.0]).affected == 2
        rows = pool.execute("SELECT a, b, c FROM t ORDER BY b")
        assert rows == (["a", "b", "c"], [(1, "x", 0.5), (None, "é", 2.0)], 0)
        assert pool.execute("SELECT b FROM t WHERE b = ?", ["x' OR 1 = 1 --"]).rows == []
        assert pool.state() is None


def test_errors_of_statements(tmp_path):
    with refract.Pool(":memory:") as pool:
        with pytest.raises(refract.DatabaseError, match="syntax error") as caught:
            pool.execute("SELEC 1")
        assert caught.value.code == 604
        pool.execute("CREATE TABLE t (a UNIQUE)")
        pool.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(refract.DatabaseError):
            pool.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(TypeError):
            pool.execute("SELECT ?", [object()])
        assert pool.execute("SELECT a FROM t").rows == [(1,)]
    with pytest.raises(refract.DatabaseError, match="closed"):
        pool.execute("SELECT 1")


def test_transactions(tmp_path):
    with refract.Pool(tmp_path / "a.db") as pool:
        pool.execute("CREATE TABLE t (a)")
        with pool.transaction() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            assert pool.execute("SELECT count(*) FROM t").rows == [(0,)], "not seen before it is committed"
        assert pool.execute("SELECT count(*) FROM t").rows == [(1,)]
        with pytest.raises(KeyError):
            with pool.transaction() as connection:
                connection.execute("INSERT INTO t VALUES (2)")
                raise KeyError
        assert pool.execute("SELECT a FROM t").rows == [(1,)]
        with pytest.raises(refract.DatabaseError, match="closed"):
            connection.execute("SELECT 1")


def test_postgres_types(postgres_url):
    with refract.Pool(postgres_url, size=4) as pool:
        one = uuid.uuid4()
        rows = pool.execute("SELECT $1::int AS i, $2::text AS t, $3::boolean AS b, $4::double precision AS f, $5::uuid AS u, $6::timestamp AS w, "
                            "$7::numeric AS n, NULL AS x", [7, "é", True, 0.1, one, WHEN, decimal.Decimal("12.340")])
        assert rows.columns == ["i", "t", "b", "f", "u", "w", "n", "x"]
        i, t, b, f, u, w, n, x = rows.rows[0]
        assert (i, t, b, f, x) == (7, "é", True, 0.1, None)
        assert str(u) == str(one) and decimal.Decimal(n) == decimal.Decimal("12.34")
        assert w == WHEN
        assert pool.state().connections >= 1


def test_postgres_transactions_and_threads(postgres_url):
    with refract.Pool(postgres_url, size=4) as pool:
        pool.execute("DROP TABLE IF EXISTS counted")
        pool.execute("CREATE TABLE counted (n int NOT NULL)")
        pool.execute("INSERT INTO counted VALUES (0)")

        def work():
            for _ in range(20):
                with pool.transaction() as connection:
                    connection.execute("UPDATE counted SET n = n + 1")

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert pool.execute("SELECT n FROM counted").rows == [(120,)]
        pool.execute("DROP TABLE counted")
