"""The package as it is installed: types, documentation, size, time to import."""
import ast
import importlib.metadata
import inspect
import json
import os
import pathlib
import subprocess
import sys

import pytest

import refract
from refract import _native

PACKAGE = pathlib.Path(refract.__file__).parent
MODULES = ["refract", "refract.graphql", "refract.jwt", "refract.config", "refract.sql", "refract.errors", "refract.aio", "refract.pytest_plugin"]


def test_versions_agree():
    assert refract.__version__ == importlib.metadata.version("refract") == _native.version


def test_every_public_name_is_there_and_documented():
    for name in MODULES:
        module = __import__(name, fromlist=["x"])
        assert module.__doc__
        for public in getattr(module, "__all__", ()):
            value = getattr(module, public)
            if callable(value):
                assert inspect.getdoc(value), f"{name}.{public}"
            if inspect.isclass(value):
                for key, member in vars(value).items():
                    if not key.startswith("_") and (callable(member) or isinstance(member, property)):
                        assert inspect.getdoc(member), f"{name}.{public}.{key}"
    assert set(refract.__all__) <= set(dir(refract))
    with pytest.raises(AttributeError):
        refract.nothing


def test_the_stub_has_the_names_of_the_module():
    tree = ast.parse((PACKAGE / "_native.pyi").read_text(encoding="utf-8"))
    written = {node.name for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_")}
    there = {name for name in dir(_native) if not name.startswith("_")} - {"version"}
    assert written == there
    assert (PACKAGE / "py.typed").exists()


def test_types(tmp_path):
    """The package itself, the stub against the module, and a program that uses it rightly and wrongly."""
    pytest.importorskip("mypy")
    pytest.importorskip("hypothesis")  # whose types refract.strategies has
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\n")
    environment = ["--cache-dir", str(tmp_path / "cache"), "--config-file", str(config)]
    done = subprocess.run([sys.executable, "-m", "mypy", *environment, "-p", "refract"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    # pybind11's metaclass and the constructor of what can't be constructed are no part of a type; three names are for type checkers alone.
    allowed = tmp_path / "allowed"
    allowed.write_text("refract\\._native\\.[A-Z]\\w+\nrefract\\._native\\.[A-Z]\\w+\\.__init__\n"
                       "refract\\._engine\\.(T|SelfEngine)\nrefract\\.errors\\.PathItem\n")
    done = subprocess.run([sys.executable, "-m", "mypy.stubtest", "refract", "--allowlist", str(allowed), "--mypy-config-file", str(config)],
                          capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    program = tmp_path / "program.py"
    program.write_text("""import refract
from refract import graphql

with refract.Engine() as engine:
    steps: list[refract.Step] = engine.deploy("type A { id: ID! @id }").steps
    name: str = engine.execute_bytes("{ as { id } }")
    engine.execute(1)
kind: str = graphql.parse("{ a }").definitions[0].kind
graphql.parse("{ a }").definitons
""")
    done = subprocess.run([sys.executable, "-m", "mypy", *environment, str(program)], capture_output=True, text=True, cwd=tmp_path)
    lines = [int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line]
    assert lines == [6, 7, 9], done.stdout


def test_types_are_complete(tmp_path):
    """To another type checker: everything public has a type."""
    pytest.importorskip("pyright")
    pytest.importorskip("hypothesis")
    # With --verifytypes it asks the python of the path, whatever --pythonpath says.
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    done = subprocess.run([sys.executable, "-m", "pyright", "--verifytypes", "refract", "--ignoreexternal", "--outputjson"],
                          capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PATH": path})
    if not done.stdout.startswith("{"):
        pytest.skip("pyright can't be run: it loads what it needs when it is first used")
    report = json.loads(done.stdout)["typeCompleteness"]
    assert report["completenessScore"] == 1, [symbol for symbol in report["symbols"] if not symbol["isTypeKnown"]]


def test_import_is_quick_and_needs_nothing_else():
    """CPU time, the best of several: other programs' load is not ours."""
    program = ("import sys, time\nbefore = set(sys.modules); begin = time.process_time()\nimport refract\n"
               "print(time.process_time() - begin)\n"
               "own = lambda m: '.' not in m and m not in sys.stdlib_module_names\n"
               "print(*(sorted(filter(own, set(sys.modules) - before)) if hasattr(sys, 'stdlib_module_names') else ['refract']))")  # Python 3.10
    times = []
    for _ in range(5):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd="/")
        seconds, others = done.stdout.splitlines()
        times.append(float(seconds))
        assert others == "refract"
    assert min(times) < 0.05


def test_the_wheel_is_small():
    """Of a release build; what is installed is larger than the wheel, which is compressed."""
    module = pathlib.Path(_native.__file__)
    if b".debug_info" in module.read_bytes():
        pytest.skip("a debug build")
    assert sum(file.stat().st_size for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts) < 8 << 20


def test_a_program_that_ends_without_closing_anything():
    program = """import refract, threading
engine = refract.Engine()
engine.deploy("type A { id: ID! @id }")
server = refract.Server(engine)
pool = refract.Pool(":memory:")
pool.execute("SELECT 1")
def ask():
    while True:
        try: engine.execute("{ as { id } }")
        except refract.Error: pass  # at the end everything is closed
for _ in range(4): threading.Thread(target=ask, daemon=True).start()
print("end")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, cwd="/")
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")
