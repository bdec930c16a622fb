"""The examples run, and say what they should."""
import json
import pathlib
import subprocess
import sys

import pytest

import refract

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"


def run(name, *arguments, expected=0):
    done = subprocess.run([sys.executable, EXAMPLES / name, *map(str, arguments)], capture_output=True, text=True, cwd="/")
    assert done.returncode == expected, done.stdout + done.stderr
    return done.stdout


def test_csv():
    out = run("csv_to_plot.py", "--genre", "Jazz")
    assert out.splitlines()[:4] == ["The Amber Atlas", "  1971 Chasing Blue Lanterns: 0 tracks, 0.0 min", "  1974 Waking Silver Cities: 0 tracks, 0.0 min",
                                    "  1979 Losing Golden Foxes: 1 tracks, 3.9 min"]
    assert "1972 Painting Wild Shadows: 2 tracks, 9.8 min" in run("csv_to_plot.py")


def test_plot(tmp_path):
    pytest.importorskip("matplotlib")
    run("csv_to_plot.py", "--plot", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


BEFORE = "type User { id: ID! @id name: String! age: Int }"
AFTER = "type User { id: ID! @id fullName: String! @rename(oldName: \"name\") }"


def test_replay(tmp_path):
    (tmp_path / "before.prisma").write_text(BEFORE)
    (tmp_path / "after.prisma").write_text(AFTER)
    (tmp_path / "same.prisma").write_text(BEFORE + "type More { id: ID! @id }")
    queries = [{"query": "{ users { id } }"}, {"query": "{ users { name } }"}, {"query": "query ($a: Int) { users(where: {age: $a}) { id } }", "variables": {"a": 1}},
               {"query": 'mutation { createUser(data: {name: "x"}) { id } }'}, {"query": "{ users { id"}]
    (tmp_path / "queries").write_text("".join(json.dumps(q) + "\n" for q in queries))
    (tmp_path / "good").write_text("".join(json.dumps(q) + "\n" for q in queries[:4]))
    with refract.Engine() as engine:
        engine.deploy(BEFORE)
        engine.import_data({"nodes": [{"_typeName": "User", "id": "u1", "name": "Ann", "age": 1}]})
        engine.export_data(tmp_path / "data.zip")
    out = run("replay_queries.py", tmp_path / "before.prisma", tmp_path / "after.prisma", tmp_path / "queries", "--data", tmp_path / "data.zip", expected=1)
    assert "step      update field User.name -> fullName" in out
    assert "FIELD_REMOVED: User.age was removed." in out
    assert "invalid   line 2, 1:11: Cannot query field \"name\" on type \"User\"." in out
    assert "invalid   line 3" in out and "invalid   line 4" in out and "invalid   line 5, 1:13: Syntax Error" in out
    assert "data " in out and "5 queries, 1 of them run on both" in out
    out = run("replay_queries.py", tmp_path / "before.prisma", tmp_path / "same.prisma", tmp_path / "good", "--data", tmp_path / "data.zip")
    assert out.endswith("4 queries, 3 of them run on both; nothing breaks\n")
