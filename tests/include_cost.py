#!/usr/bin/env python3
"""Checks what including a header costs: preprocessed lines, the same number on every machine with the same compiler; and the
compiler's CPU time above an empty file, the least of several runs.

usage: include_cost.py COMPILER INCLUDE_FOLDER
"""
import resource
import subprocess
import sys

# header: the most lines (line markers included) its translation unit may have with g++ 12
BUDGET = {
    "refract/core/result.hpp": 32_000,
    "refract/graphql/parse.hpp": 32_000,
}
SECONDS = 0.35
RUNS = 7


def lines(compiler, include, header):
    done = subprocess.run([compiler, "-std=c++20", f"-I{include}", "-DREFRACT_SEPARATE_COMPILATION", "-E", "-x", "c++", "-"],
                          input=f"#include <{header}>\n", text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.count("\n")


def seconds(compiler, include, text):
    """CPU time of compiling `text` to an object nobody keeps."""
    least = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([compiler, "-std=c++20", f"-I{include}", "-DREFRACT_SEPARATE_COMPILATION", "-c", "-x", "c++", "-", "-o", "/dev/null"],
                       input=text, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def main():
    compiler, include = sys.argv[1:]
    over = 0
    nothing = seconds(compiler, include, "")
    for header, budget in BUDGET.items():
        count = lines(compiler, include, header)
        spent = seconds(compiler, include, f"#include <{header}>\n") - nothing
        is_over = count > budget or spent > SECONDS
        over += is_over
        print(f"{'over' if is_over else 'ok  '} {header}: {count} lines of {budget}, {spent:.2f} s of {SECONDS}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
