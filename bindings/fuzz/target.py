#!/usr/bin/env python3
"""Random bytes and objects for everything the module takes: nothing but its own exceptions may come of it.

usage: target.py [libFuzzer's options] [corpus folders]      with Atheris, which looks for inputs that reach more of the package
       target.py --replay FILE...                           without it, the same for files that were found

The first byte says what is asked; the rest is the text, or decides about objects.
"""
import datetime
import decimal
import json
import sys
import uuid

if "--replay" in sys.argv:
    atheris = None
else:
    import atheris
    with atheris.instrument_imports(include=["refract"]):
        import refract

import refract
from refract import _native, config, graphql, jwt, sql

SDL = """type User { id: ID! @id name: String! @unique age: Int born: DateTime meta: Json key: UUID score: Float on: Boolean kind: Kind
  tags: [String] @scalarList(strategy: RELATION) posts: [Post] }
type Post { id: Int! @id title: String! author: User! } enum Kind { A B }"""
SCHEMA = graphql.build_schema(refract.Datamodel(SDL).api_sdl())
KEY = jwt.Key("k" * 32)
QUERIES = [
    "query ($v: UserWhereInput) { users(where: $v) { id name } }", "query ($v: UserWhereUniqueInput!) { user(where: $v) { id } }",
    "mutation ($v: UserCreateInput!) { createUser(data: $v) { id name age born meta key score on kind tags posts { id } } }",
    "mutation ($v: UserUpdateInput!) { updateUser(where: {name: \"a\"}, data: $v) { id } }",
    "query ($v: Int) { users(first: $v) { id } }", "query ($v: ID!) { node(id: $v) { id } }", "query ($v: String) { users(after: $v) { id } }",
    "mutation ($v: [PostCreateWithoutAuthorInput!]) { createUser(data: {name: \"b\", posts: {create: $v}}) { id } }",
]
NAMES = ["v", "id", "name", "age", "born", "meta", "key", "score", "on", "kind", "tags", "set", "posts", "create", "connect", "title", "author",
         "AND", "OR", "NOT", "name_in", "posts_some", "age_gt", "born_lt", "x", ""]


class Choices:
    """Bytes as decisions; when there are no more of them all are 0."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, below):
        self.at += 1
        return self.data[self.at - 1] % below if self.at <= len(self.data) else 0

    def text(self):
        taken = self.data[self.at:self.at + self.number(24) + 1]
        self.at += len(taken)
        return taken.decode("utf-8", ("surrogateescape", "replace", "ignore")[self.number(3)])

    def value(self, depth=6):
        """Something a caller could give, sensible or not."""
        kind = self.number(24)
        if kind < 8 and depth > 0:
            return {(NAMES[self.number(len(NAMES))] if self.number(8) else self.text()): self.value(depth - 1) for _ in range(self.number(5))}
        if kind < 12 and depth > 0:
            items = [self.value(depth - 1) for _ in range(self.number(5))]
            return {1: tuple, 2: iter}.get(self.number(16), list)(items)
        return (lambda: self.text(), lambda: self.number(256) - 128, lambda: True, lambda: None, lambda: 0.5, lambda: 10 ** (self.number(30) * 20),
                lambda: float(("nan", "inf", "1e308", "-0.0")[self.number(4)]), lambda: datetime.datetime(1 + self.number(256) * 39, 1, 1),
                lambda: uuid.UUID(int=self.number(256)), lambda: decimal.Decimal(self.number(256)).scaleb(self.number(256) - 128), lambda: b"x",
                lambda: object(), lambda: "2020-01-01T00:00:00Z")[self.number(13)]()


def of_text(text):
    for call in (graphql.parse, graphql.parse_value, graphql.parse_type, graphql.strip_ignored_characters, graphql.build_schema, jwt.decode_unverified,
                 jwt.grants, config.loads, refract.Datamodel):
        attempt(call, text)
    attempt(jwt.verify, text, KEY)
    attempt(jwt.check_management_token, "Bearer " + text, "secret", "a", "b")


def of_document(text):
    document = attempt(graphql.parse, text)
    if document is not None:
        printed = graphql.print(document)
        assert graphql.print(graphql.parse(printed, max_bytes=1 << 30)) == printed
        graphql.validate(SCHEMA, document)
        graphql.validate_sdl(document)
        graphql.visit(document, object())
    attempt(sql.compile, DATAMODEL, text)
    attempt(ENGINE.execute, text)


def of_datamodel(text):
    made = attempt(refract.Datamodel, text)
    if made is not None:
        graphql.build_schema(made.api_sdl())
        attempt(DATAMODEL.diff, made)


def of_variables(choices):
    query = QUERIES[choices.number(len(QUERIES))]
    given = choices.value() if choices.number(8) == 7 else {"v": choices.value()}
    raw = attempt(ENGINE.execute_bytes, query, given)
    if raw is not None:
        answer = json.loads(raw)
        assert not any("internal server error" in error["message"] for error in answer.get("errors", ())), (query, given, raw)
    attempt(sql.compile, DATAMODEL, query, given)


def of_objects(choices):
    one, other = choices.value(), choices.value()
    text = attempt(_native.to_json, one)
    if text is not None:
        read = attempt(_native.from_json, text)  # a number beyond 64 bits is a double then, or refused
        assert read is None or _native.to_json(_native.from_json(_native.to_json(read))) == _native.to_json(read)
    attempt(jwt.sign, one, KEY)
    attempt(jwt.grants, one)
    attempt(ENGINE.execute, one, other)
    attempt(ENGINE.batch, one)
    attempt(ENGINE.post, "/default/default", text or b"", other if isinstance(other, str) else None)
    if not isinstance(one, str):  # a path, which may not be there
        attempt(ENGINE.import_data, one)
    attempt(graphql.parse, one)
    attempt(refract.Datamodel, one)


def of_bytes(data):
    attempt(_native.from_json, data)
    attempt(ENGINE.execute_bytes, QUERIES[0], data)
    for path in ("/default/default", "/management", "/default/default/import"):
        attempt(ENGINE.post, path, data)


OURS = (refract.Error, TypeError, ValueError, RecursionError, OverflowError)
"""What may be raised: refract's own, and Python's for objects that are of no use."""


def attempt(call, *arguments):
    """What it gives, or None if it is refused."""
    try:
        return call(*arguments)
    except OURS as error:
        assert "Boost" not in str(error) and "SELECT" not in str(error) and "std::" not in str(error), error
        return None


def test_one_input(data):
    kind, rest = (data[0] if data else 0), data[1:]
    if kind % 8 < 5:
        text = rest.decode("utf-8", "replace")
        (of_text, of_document, of_document, of_datamodel, lambda t: of_bytes(t.encode()))[kind % 8](text)
    elif kind % 8 == 5:
        of_bytes(rest)
    elif kind % 8 == 6:
        of_variables(Choices(rest))
    else:
        of_objects(Choices(rest))


DATAMODEL = refract.Datamodel(SDL)
ENGINE = refract.Engine()
ENGINE.deploy(SDL)

if __name__ == "__main__":
    if atheris is None:
        for name in sys.argv[sys.argv.index("--replay") + 1:]:
            with open(name, "rb") as file:
                test_one_input(file.read())
    else:
        atheris.Setup(sys.argv, test_one_input)
        atheris.Fuzz()
