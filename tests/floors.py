#!/usr/bin/env python3
"""Checks that every #include of the toolkit points down, and that each third-party library stays in its folders.

usage: floors.py [folder of the sources]       prints each offending line and exits with 1 if there is one
       floors.py --self-test

The table is the picture of the house in CONTRIBUTING.md.
"""
import pathlib
import re
import sys

# folder: what it may include from inside, and which third-party headers (prefixes)
FLOORS = {
    "core": ([], ["malloc.h"]),  # of glibc, where it is the C library
    "graphql": (["core"], ["emmintrin.h"]),  # of the compiler, where the processor has it
    "jwt": (["core"], ["openssl/", "boost/json"]),
    "config": (["core"], ["yaml-cpp/", "boost/json"]),
    "http": (["core"], ["boost/", "openssl/", "zlib.h"]),
    "db": (["core"], ["boost/asio"]),
    "datamodel": (["core", "graphql"], []),
    "postgres": (["core", "db"], ["libpq-fe.h", "boost/asio", "boost/container/small_vector.hpp", "openssl/"]),
    "sqlite": (["core", "db"], ["sqlite3.h", "boost/asio"]),
    "plan": (["core", "datamodel", "db/value.hpp", "db/error.hpp"], []),
    "sql": (["core", "datamodel", "plan", "db/value.hpp", "db/error.hpp"], []),
    "engine": (["core", "datamodel", "plan", "sql", "db"], ["boost/asio", "boost/container/small_vector.hpp"]),
    "migrate": (["core", "datamodel", "plan", "sql", "db", "engine"], ["boost/asio", "boost/json"]),
    "prisma1": (["core", "graphql", "datamodel", "plan", "sql", "db", "engine", "migrate", "jwt"],
                ["boost/asio", "boost/json", "boost/container/small_vector.hpp", "emmintrin.h"]),
}
# std-only headers of db/ that lower floors may use have to stay std-only themselves
STANDARD_ONLY = ["db/value.hpp", "db/error.hpp"]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def is_standard(name):
    """Headers of C++ have neither a dot nor a slash in their name; those of POSIX are not for headers of a toolkit."""
    return re.fullmatch(r"[a-z0-9_]+", name) is not None


def faults(path, folder, text):
    """Yields (line number, line, why) for every include of `text` that is not allowed in `folder`."""
    inside, outside = FLOORS[folder]
    if path in STANDARD_ONLY:
        outside = []
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        quote, name = found.groups()
        if quote == '"':
            yield number, line, "own headers are included as <refract/...>"
        elif name.startswith("refract/"):
            target = name[len("refract/"):]
            owner = target.split("/")[0]
            if owner != folder and owner not in inside and target not in inside:
                yield number, line, f"{folder}/ may use {', '.join(inside) or 'nothing'} of refract"
        elif not is_standard(name) and not any(name.startswith(prefix) for prefix in outside):
            yield number, line, f"{folder}/ may use the standard library" + (f" and {', '.join(outside)}" if outside else "")


def check(root):
    include = root / "include" / "refract"
    bad = 0
    for path in sorted(include.rglob("*.[hi]pp")):
        relative = path.relative_to(include).as_posix()
        folder = relative.split("/")[0]
        if "/" not in relative:
            continue  # the umbrellas
        if folder not in FLOORS:
            print(f"{path}: the folder {folder}/ has no floor in {pathlib.Path(__file__).name}")
            bad += 1
            continue
        for number, line, why in faults(relative, folder, path.read_text()):
            print(f"{path}:{number}: {line.strip()}   <- {why}")
            bad += 1
    return bad


def self_test():
    for path, folder, text, expected in [
            ("sql/select.hpp", "sql", "#include <refract/plan/read.hpp>\n#include <vector>", 0),
            ("sql/select.hpp", "sql", "#include <refract/db/connection.hpp>", 1),
            ("sql/select.hpp", "sql", "#include <refract/db/value.hpp>", 0),
            ("sql/select.hpp", "sql", "#include <refract/engine/read.hpp>", 1),
            ("graphql/parse.hpp", "graphql", "#include <boost/json.hpp>", 1),
            ("db/value.hpp", "db", "#include <boost/asio.hpp>", 1),
            ("db/pool.hpp", "db", "  # include <boost/asio/awaitable.hpp>", 0),
            ("postgres/connection.hpp", "postgres", "#include <sqlite3.h>", 1),
            ("core/text.hpp", "core", '#include "error.hpp"\n// #include <boost/x.hpp>', 1)]:
        found = len(list(faults(path, folder, text)))
        assert found == expected, (path, text, found)


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        sys.exit(0)
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
    self_test()
    sys.exit(1 if check(root) else 0)
