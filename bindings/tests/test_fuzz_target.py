"""The target of bindings/fuzz runs, without Atheris: on a text of each kind, and on inputs that found something."""
import random
import subprocess
import sys

import pytest

from conftest import ROOT

TARGET = ROOT / "bindings" / "fuzz" / "target.py"
FOUND = [b"\xff\xff\x27\xca", b"??"]  # a batch of what is no request was a RuntimeError
TEXTS = [b"{ users { id name } }", b"type A { id: ID! @id }", b'{"a": [1, 2.5, null, "b"]}', b"port: 4466\ndatabases: {}", b"a.b.c", b"\xff\x00{"]


def test_what_was_found_and_more(tmp_path):
    if not TARGET.exists():
        pytest.skip("a source distribution has no fuzz target")
    choose = random.Random(1)
    inputs = FOUND + [bytes([kind]) + text for kind in range(8) for text in TEXTS]
    inputs += [bytes([kind]) + choose.randbytes(200) for kind in (6, 7) for _ in range(100)]
    for number, data in enumerate(inputs):
        (tmp_path / str(number)).write_bytes(data)
    done = subprocess.run([sys.executable, TARGET, "--replay", *tmp_path.iterdir()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
