"""The same questions to graphql-core, Python's reference implementation: what is accepted, where an error is, trees, printed texts, violations.

Both are compared on the repository's vectors and fuzz corpora, and on what refract.strategies makes.
"""
import json
import re

import pytest

import refract
from refract import graphql
from conftest import MUSIC, ROOT

core = pytest.importorskip("graphql")
if not core.__version__.startswith("3.2."):  # 3.3 follows graphql-js 17, which prints and words things otherwise
    pytest.skip("graphql-core 3.2 is needed: it follows graphql-js 16, as refract does", allow_module_level=True)
hypothesis = pytest.importorskip("hypothesis")

import graphql_core_trees as trees  # noqa: E402: they need what is looked for above
from hypothesis import given, strategies as st  # noqa: E402

from refract import strategies  # noqa: E402

VECTORS, CORPORA = ROOT / "tests" / "vectors" / "graphql", ROOT / "fuzz" / "corpus"


def vectors():
    """Sources of the vectors."""
    for file in sorted(VECTORS.glob("*_*ct.json")):
        yield from (case["source"] for case in json.loads(file.read_text(encoding="utf-8"))["cases"] if "source" in case)
    for file in sorted(VECTORS.glob("*.graphql")):
        yield file.read_text(encoding="utf-8")


def corpora():
    """Inputs of the fuzz targets that are UTF-8."""
    for file in sorted(CORPORA.glob("graphql_*/*")):
        try:
            yield file.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue


def words(message):
    """Python writes its quotes, and characters beyond ASCII, in its own way."""
    return re.sub(r"[\"']", '"', message)


def code_points(text, line, column):
    """A column in code points: ours counts UTF-16's units, as graphql-js does."""
    of_line = re.split("\r\n|\n|\r", text)[line - 1]
    return len(of_line.encode("utf-16-le")[:2 * (column - 1)].decode("utf-16-le", "replace")) + 1


def asked_ours(text):
    try:
        document = graphql.parse(text, max_bytes=1 << 30, max_tokens=1 << 30, max_depth=200)
    except graphql.GraphQLError as error:
        return None, (words(error.message), (error.line, code_points(text, error.line, error.column))), error.code
    return document, None, 0


def asked_theirs(text):
    try:
        return core.parse(text), None
    except core.GraphQLSyntaxError as error:
        return None, (words(error.message), tuple(error.locations[0]))


TOO_LARGE = re.compile(r'Syntax Error: Invalid Unicode escape sequence: "\\u\{[89a-fA-F][0-9a-fA-F]{7}')


def explained(text, our_error, their_error, code):
    """Why the two do not say the same of a text; None if there is no reason."""
    if code == 201:
        return "a limit of ours"
    if our_error and their_error and our_error[1] == their_error[1] and TOO_LARGE.match(our_error[0]) and TOO_LARGE.match(their_error[0]):
        return "an escape of more than 32 bits ends where graphql-js' numbers do; Python's do not"
    if our_error and re.search("Invalid character[^:]*: U\\+00[01][0-9A-F]", our_error[0]) or re.search("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", text):
        return "control characters: the grammar of October 2021 has none, graphql-core reads a later one"
    return None


def compare(text):
    """Whether the two agree, or why not."""
    document, error, code = asked_ours(text)
    reference, their_error = asked_theirs(text)
    if error != their_error:
        reason = explained(text, error, their_error, code)
        assert reason, (text, error, their_error)
        return reason
    if document is not None:
        assert trees.ours(document) == trees.theirs(reference), text
        assert without_short_queries(graphql.print(document)) == without_short_queries(core.print_ast(reference)), text
        assert graphql.strip_ignored_characters(text) == core.utilities.strip_ignored_characters(text), text
    return "agreed"


def without_short_queries(text):
    """A short query after a definition that could take its braces begins with `query` in our print."""
    return re.sub(r"(?m)^query \{", "{", text)


@pytest.mark.parametrize("sources", [vectors, corpora])
def test_files(sources):
    if not VECTORS.is_dir():
        pytest.skip("there are no vectors and corpora")
    reasons = [compare(text) for text in sources()]
    assert reasons.count("agreed") > 100
    assert len([reason for reason in reasons if reason != "agreed"]) < len(reasons) / 10


@given(strategies.executable_documents())
def test_executable_documents(text):
    assert compare(text) == "agreed"


@given(strategies.damaged(strategies.executable_documents()) | strategies.damaged(strategies.schema_documents()))
def test_damaged_documents(text):
    compare(text)


@given(strategies.schema_documents())
def test_type_systems(text):
    assert compare(text) == "agreed"
    ours, theirs = graphql.build_schema(text), core.build_schema(text)
    assert core.validate_schema(theirs) == []
    assert core.print_schema(core.build_schema(str(ours))) == core.print_schema(theirs)
    if not re.search(r"\\u00[01]", text):  # in a description; theirs stands raw in a block string, where ours keeps the escape
        assert str(ours).rstrip("\n") == core.print_schema(theirs)


def violations(errors):
    return sorted((words(e.message), tuple(tuple(place) for place in e.locations or ())) for e in errors)


def our_violations(text, errors):
    return sorted((words(e.message), tuple((line, code_points(text, line, column)) for line, column in e.locations)) for e in errors)


@given(st.data())
def test_requests(data):
    sdl = data.draw(strategies.schema_documents())
    request = data.draw(strategies.requests(graphql.build_schema(sdl)))
    text = data.draw(st.just(request.query) | swapped(request.query))
    reference, their_error = asked_theirs(text)
    if their_error:
        return
    theirs = core.validate(core.build_schema(sdl), reference)
    ours = graphql.validate(graphql.build_schema(sdl), graphql.parse(text))
    assert our_violations(text, ours) == violations(theirs), (sdl, text)


@st.composite
def swapped(draw, text):
    """One of its names or numbers in the place of another one: still GraphQL, seldom valid."""
    found = list(re.finditer(r'(?<!["\w])[\w$]+(?!["\w])', text))
    one, other = draw(st.sampled_from(found)), draw(st.sampled_from(found))
    return text[:one.start()] + other.group() + text[one.end():]


def test_the_api_of_a_datamodel_is_a_schema_to_both():
    text = refract.Datamodel(MUSIC).api_sdl()
    theirs = core.build_schema(text)
    assert core.validate_schema(theirs) == []
    assert core.print_schema(theirs) == str(graphql.build_schema(text)).rstrip("\n")
