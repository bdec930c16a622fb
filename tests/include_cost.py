#!/usr/bin/env python3
"""Checks what including a header costs, in preprocessed lines: the same number on every machine with the same compiler.

usage: include_cost.py COMPILER INCLUDE_FOLDER
"""
import subprocess
import sys

# header: the most lines (line markers included) its translation unit may have with g++ 12
BUDGET = {
    "refract/core/result.hpp": 32_000,
    "refract/graphql/parse.hpp": 32_000,
}


def lines(compiler, include, header):
    done = subprocess.run([compiler, "-std=c++20", f"-I{include}", "-DREFRACT_SEPARATE_COMPILATION", "-E", "-x", "c++", "-"],
                          input=f"#include <{header}>\n", text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout.count("\n")


def main():
    compiler, include = sys.argv[1:]
    over = 0
    for header, budget in BUDGET.items():
        count = lines(compiler, include, header)
        over += count > budget
        print(f"{'over' if count > budget else 'ok  '} {header}: {count} lines of {budget}")
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
