#!/usr/bin/env python3
"""What breaks if this datamodel takes the place of that one: production queries are replayed against both.

usage: replay_queries.py BEFORE AFTER QUERIES [--data export.zip] [--database :memory:]

BEFORE and AFTER are datamodels. QUERIES has a JSON object a line: {"query": ..., "variables": ..., "operationName": ...}. With --data (what
`prisma1 export` or Engine.export_data() wrote) the answers are compared, too: it is imported before the migration. Mutations are validated,
not run. Ends with 1 if anything breaks.
"""
import argparse
import json
import pathlib
import sys

import refract
from refract import graphql


def read_queries(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, json.loads(line)


def is_read_only(query, name):
    """Whether the operation meant is a query."""
    operations = [d for d in graphql.parse(query).definitions if d.kind == "operation" and (not name or d.name == name)]
    return all(d.operation == "query" for d in operations)


class Report:
    """Counts what was told, by how bad it is."""

    def __init__(self):
        self.counts = {}

    def tell(self, kind, text):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        print(f"{kind:9} {text}")


def compare_apis(before, after, report):
    for change in graphql.compare_schemas(before.api(), after.api()):
        if change.is_breaking:
            report.tell("schema", f"{change.kind}: {change.description}")


def validate(api, number, request, report):
    """True if a request is valid against the API of the new datamodel."""
    try:
        errors = graphql.validate(api, graphql.parse(request["query"]))
    except graphql.GraphQLError as error:
        errors = [error]
    for error in errors:
        report.tell("invalid", f"line {number}, {error.line}:{error.column}: {error.message}")
    return not errors


def answers(engine, requests):
    """The answers to requests that only read, by the line they are on."""
    out = {}
    for number, request in requests:
        out[number] = engine.execute_bytes(request["query"], request.get("variables"), request.get("operationName"))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("queries", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--database", default=":memory:")
    options = parser.parse_args()

    before = refract.Datamodel(options.before.read_text(encoding="utf-8"))
    after = refract.Datamodel(options.after.read_text(encoding="utf-8"))
    report = Report()
    for step in before.diff(after):
        print(f"{'step':9} {step}")
    compare_apis(before, after, report)
    api = after.api()
    requests = list(read_queries(options.queries))
    valid = [(number, request) for number, request in requests if validate(api, number, request, report)]
    reads = [(number, request) for number, request in valid if is_read_only(request["query"], request.get("operationName"))]

    with refract.Engine(options.database) as engine:
        engine.deploy(before)
        if options.data:
            for error in engine.import_data(options.data):
                print(f"{'import':9} {error}")
        then = answers(engine, reads)
        plan = engine.plan(after)
        for warning in plan.warnings:
            report.tell("data", str(warning))
        try:
            engine.deploy(after, force=True)
        except refract.DeployError as error:
            report.tell("deploy", str(error))
        else:
            for number, answer in answers(engine, reads).items():
                if answer != then[number]:
                    report.tell("answer", f"line {number}: {then[number].decode()[:200]} -> {answer.decode()[:200]}")
    print(f"{len(requests)} queries, {len(reads)} of them run on both; " +
          (", ".join(f"{count} {kind}" for kind, count in report.counts.items()) or "nothing breaks"))
    return 1 if report.counts else 0


if __name__ == "__main__":
    sys.exit(main())
