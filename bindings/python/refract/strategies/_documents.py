"""GraphQL by its grammar alone: executable documents that parse, but need not mean anything."""
from __future__ import annotations

from typing import Callable, List

from hypothesis import strategies as st

from ._names import DIGITS, LOWER, UPPER, names, quoted

NAMES = names(UPPER + LOWER + "_", UPPER + LOWER + DIGITS + "_", 6)
KEYWORDS = ("on", "fragment", "query", "mutation", "subscription", "type", "input", "null", "true", "false", "extend", "implements", "repeatable")
SEPARATORS = (" ", "\n", "\t", ",", " , ", "\r\n", " # a comment\n", "\ufeff ")
BETWEEN = st.lists(st.sampled_from(SEPARATORS), min_size=1, max_size=3)
SOURCE = st.characters(exclude_categories=["Cs", "Cc"])


ANY_NAME = NAMES | st.sampled_from(KEYWORDS)
FRAGMENT_NAME = ANY_NAME.filter(lambda name: name != "on")
ENUM_VALUE = ANY_NAME.filter(lambda name: name not in ("true", "false", "null"))
STRING = st.text(SOURCE, max_size=8).map(quoted) | st.sampled_from((r'"\u00e9"', r'"\n\t\"\\\/\b\f\r"'))
BLOCK_STRING = st.text(st.sampled_from('ab \n\t"\\\u00e9'), max_size=12).map(
    lambda text: '"""' + text.replace('"""', '\\"""').rstrip('\\"') + '"""')
NUMBER = st.integers(-10**12, 10**12).map(str) | st.floats(allow_nan=False, allow_infinity=False).map(repr)
CONSTANT = st.one_of(NUMBER, STRING, BLOCK_STRING, ENUM_VALUE, st.sampled_from(("true", "false", "null")))
KINDS = {many: st.sampled_from(words) for many, words in {
    "value": ("leaf", "leaf", "leaf", "list", "object", "variable"), "selection": ("field", "field", "field", "spread", "inline"),
    "definition": ("{", "query", "mutation", "subscription", "fragment")}.items()}
MORE = st.booleans()


class Grammar:
    """One document while it is drawn, token by token."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.tokens: List[str] = []

    def add(self, *tokens: str) -> None:
        self.tokens += tokens

    def several(self, one: Callable[[], None], least: int, most: int) -> None:
        for number in range(most):
            if number >= least and not self.draw(MORE):
                break
            one()

    def listed(self, opening: str, one: Callable[[], None], closing: str, most: int = 2) -> None:
        """In brackets, or nothing at all."""
        if self.draw(MORE):
            self.add(opening)
            self.several(one, 1, most)
            self.add(closing)

    def value(self, is_constant: bool, depth: int = 2) -> None:
        kind = self.draw(KINDS["value"])
        if kind == "variable" and not is_constant:
            self.add("$", self.draw(NAMES))
        elif kind == "list" and depth > 0:
            self.add("[")
            self.several(lambda: self.value(is_constant, depth - 1), 0, 3)
            self.add("]")
        elif kind == "object" and depth > 0:
            self.add("{")
            self.several(lambda: self.argument(is_constant, depth - 1), 0, 3)
            self.add("}")
        else:
            self.add(self.draw(CONSTANT))

    def argument(self, is_constant: bool, depth: int = 2) -> None:
        self.add(self.draw(ANY_NAME), ":")
        self.value(is_constant, depth)

    def type(self, depth: int = 2) -> None:
        if depth > 0 and self.draw(MORE):
            self.add("[")
            self.type(depth - 1)
            self.add("]")
        else:
            self.add(self.draw(ANY_NAME))
        if self.draw(MORE):
            self.add("!")

    def directive(self, is_constant: bool) -> None:
        self.add("@", self.draw(ANY_NAME))
        self.listed("(", lambda: self.argument(is_constant), ")")

    def directives(self, is_constant: bool) -> None:
        if self.draw(MORE):
            self.several(lambda: self.directive(is_constant), 0, 2)

    def selection_set(self, depth: int) -> None:
        self.add("{")
        self.several(lambda: self.selection(depth), 1, 3)
        self.add("}")

    def selection(self, depth: int) -> None:
        kind = self.draw(KINDS["selection"])
        if kind == "spread":
            self.add("...", self.draw(FRAGMENT_NAME))
            self.directives(False)
        elif kind == "inline" and depth > 0:
            self.add("...", *(("on", self.draw(ANY_NAME)) if self.draw(MORE) else ()))
            self.directives(False)
            self.selection_set(depth - 1)
        else:
            self.field(depth)

    def field(self, depth: int) -> None:
        self.add(*((self.draw(ANY_NAME), ":") if self.draw(MORE) else ()), self.draw(ANY_NAME))
        self.listed("(", lambda: self.argument(False), ")")
        self.directives(False)
        if depth > 0 and self.draw(MORE):
            self.selection_set(depth - 1)

    def variable(self) -> None:
        self.add("$", self.draw(ANY_NAME), ":")
        self.type()
        if self.draw(MORE):
            self.add("=")
            self.value(True)
        self.directives(True)

    def definition(self, depth: int) -> None:
        """An operation or a fragment."""
        kind = self.draw(KINDS["definition"])
        if kind == "fragment":
            self.add(kind, self.draw(FRAGMENT_NAME), "on", self.draw(ANY_NAME))
            self.directives(False)
        elif kind != "{":
            self.add(kind, *((self.draw(ANY_NAME),) if self.draw(MORE) else ()))
            self.listed("(", self.variable, ")")
            self.directives(False)
        self.selection_set(depth)


@st.composite
def executable_documents(draw: st.DrawFn, *, max_definitions: int = 3, max_depth: int = 3) -> str:
    """Texts of GraphQL documents with operations and fragments that parse.

    They use all of the grammar and what it ignores, but no rule beyond it holds: names need not be defined, and operations may have the same
    one. For documents that are valid see requests(). The simplest one is `{ ... A }`.
    """
    grammar = Grammar(draw)
    grammar.several(lambda: grammar.definition(max_depth), 1, max_definitions)
    between = draw(BETWEEN)
    return "".join(token + between[i % len(between)] for i, token in enumerate(grammar.tokens)).rstrip(" ")


@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Texts with a part left out, written twice, or put in: for what has to refuse things."""
    text = draw(texts)
    changes: List[Callable[[str, int, int], str]] = [
        lambda t, a, b: t[:a] + t[b:], lambda t, a, b: t[:b] + t[a:], lambda t, a, b: t[:a]]
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, len(text)))
    if draw(st.booleans()):
        return text[:begin] + draw(st.text(st.sampled_from('{}()[]!:=@|&$."\\#\n\u00e9\U0001f6000-1ea ,\ufeff\x00'), min_size=1, max_size=3)) + text[begin:]
    return draw(st.sampled_from(changes))(text, begin, end)
