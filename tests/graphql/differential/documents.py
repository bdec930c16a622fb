"""Makes GraphQL documents: from the grammar, from a schema, and from other documents by damage."""
import random

NAMES = ["a", "b", "id", "name", "on", "type", "query", "fragment", "null", "true", "false", "input", "repeatable", "_x", "Ab9", "extend",
         "implements", "enum", "schema", "A", "B", "I"]
TYPES = ["Int", "Float", "String", "Boolean", "ID", "A", "B", "I", "U", "E", "In", "Unknown", "Query"]
DIRECTIVES = ["skip", "include", "deprecated", "specifiedBy", "oneOf", "d", "r", "unknown"]
PLACES = ["QUERY", "FIELD", "OBJECT", "FIELD_DEFINITION", "ENUM_VALUE", "SCALAR", "INPUT_OBJECT", "ARGUMENT_DEFINITION", "SCHEMA",
          "INTERFACE", "UNION", "ENUM", "INPUT_FIELD_DEFINITION", "FRAGMENT_SPREAD", "VARIABLE_DEFINITION", "NOWHERE"]
CHARACTERS = list(" \t\n\r,#\"\\'{}()[]:=!$&|@.-+0123456789eEabnu_\ufeff") + ["é", "€", "😀", "\u007f", "\u0085", "\u2028", '"""', "...",
             "\\u0041", "\\u{1F600}", "\\uD83D\\uDE00", "\\uD83D", "\\\"\"\"", "\r\n", "1.5e3", "00", "-", "\\x"]


class Grammar:
    """Documents of every construct, most of them well-formed."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def some(self, make, low, high, between=" "):
        return between.join(make() for _ in range(self.r.randint(low, high)))

    def maybe(self, text, chance=0.3):
        return text() if self.r.random() < chance else ""

    def name(self):
        return self.r.choice(NAMES)

    def string(self):
        r = self.r
        if r.random() < 0.4:
            lines = ["".join(r.choice(["a", "b ", " ", "\t", '"', "\\", "é", "x y", '\\"""', "😀"]) for _ in range(r.randint(0, 6)))
                     for _ in range(r.randint(1, 4))]
            return '"""' + r.choice(["\n", "\r\n", "\r"]).join(r.choice(["", "  ", "    ", "\t"]) + l for l in lines) + r.choice(["", "\n", " "]) + '"""'
        return '"' + "".join(r.choice(["a", "b", " ", "é", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\u0007", "\\u{1F600}", "\\uD83D\\uDE00",
                                       "\t", "#", "\\u0085", "x" * 30]) for _ in range(r.randint(0, 7))) + '"'

    def value(self, depth=0):
        r = self.r
        kind = r.randint(0, 11 if depth < 4 else 8)
        if kind == 0:
            return "$" + self.name()
        if kind in (1, 2):
            return r.choice(["0", "1", "-1", "42", "-0", "2147483648", "9007199254740993"])
        if kind == 3:
            return r.choice(["0.5", "-1.5e10", "1e-3", "6.02E+23", "0e0"])
        if kind == 4:
            return r.choice(["true", "false", "null"])
        if kind in (5, 6):
            return self.string()
        if kind in (7, 8):
            return self.name()
        if kind == 9:
            return "[" + self.some(lambda: self.value(depth + 1), 0, 3, r.choice([" ", ", "])) + "]"
        return "{" + self.some(lambda: self.name() + ":" + self.value(depth + 1), 0, 3, ", ") + "}"

    def arguments(self):
        return "(" + self.some(lambda: self.name() + ": " + self.value(), 1, 3, ", ") + ")"

    def directive(self):
        return "@" + self.r.choice(DIRECTIVES) + self.maybe(self.arguments)

    def directives(self):
        return " " + self.some(self.directive, 1, 2)

    def type(self, depth=0):
        r = self.r
        inner = "[" + self.type(depth + 1) + "]" if depth < 3 and r.random() < 0.25 else r.choice(TYPES)
        return inner + ("!" if r.random() < 0.3 else "")

    def selection(self, depth):
        r = self.r
        kind = r.random()
        inside = lambda: " " + self.selections(depth + 1) if depth < 4 and r.random() < 0.4 else ""
        if kind < 0.7:
            return self.maybe(lambda: self.name() + ": ", 0.2) + self.name() + self.maybe(self.arguments) + self.maybe(self.directives, 0.2) + inside()
        if kind < 0.85:
            return "..." + self.maybe(lambda: " ", 0.5) + self.name() + self.maybe(self.directives, 0.2)
        return "..." + self.maybe(lambda: " on " + self.r.choice(TYPES), 0.7) + self.maybe(self.directives, 0.2) + " " + self.selections(depth + 1)

    def selections(self, depth=0):
        return "{ " + self.some(lambda: self.selection(depth), 1, 3, self.r.choice([" ", "\n  ", ", "])) + " }"

    def variable(self):
        return self.maybe(lambda: self.string() + " ", 0.05) + "$" + self.name() + ": " + self.type() + self.maybe(lambda: " = " + self.value()) + self.maybe(self.directives, 0.2)

    def executable(self):
        return self.maybe(lambda: self.string() + " ", 0.05) + self.undescribed()

    def undescribed(self):
        r = self.r
        kind = r.random()
        if kind < 0.25:
            return self.selections()
        if kind < 0.7:
            return (r.choice(["query", "mutation", "subscription"]) + self.maybe(lambda: " " + self.name(), 0.7)
                    + self.maybe(lambda: "(" + self.some(self.variable, 1, 3, ", ") + ")") + self.maybe(self.directives) + " " + self.selections())
        return "fragment " + self.name() + " on " + r.choice(TYPES) + self.maybe(self.directives) + " " + self.selections()

    def described(self, text):
        return self.maybe(lambda: self.string() + self.r.choice([" ", "\n"])) + text

    def input_value(self):
        return self.described(self.name() + ": " + self.type() + self.maybe(lambda: " = " + self.value()) + self.maybe(self.directives, 0.2))

    def field(self):
        return self.described(self.name() + self.maybe(lambda: "(" + self.some(self.input_value, 1, 3, ", ") + ")") + ": " + self.type()
                              + self.maybe(self.directives, 0.2))

    def definition(self):
        r = self.r
        extend = r.random() < 0.25
        name = r.choice(TYPES[5:]) if r.random() < 0.8 else self.name()
        block = lambda make: " {\n  " + self.some(make, 1, 3, "\n  ") + "\n}"
        kind = r.randint(0, 7)
        implements = lambda: self.maybe(lambda: " implements " + self.maybe(lambda: "& ", 0.1) + self.some(lambda: r.choice(TYPES[5:]), 1, 2, " & "))
        if kind == 0:
            text = "schema" + self.maybe(self.directives) + (self.maybe(lambda: "", 0) if extend and r.random() < 0.3 else block(
                lambda: r.choice(["query", "mutation", "subscription"]) + ": " + r.choice(TYPES[5:])))
        elif kind == 1:
            text = "scalar " + name + self.maybe(self.directives)
        elif kind == 2:
            text = "type " + name + implements() + self.maybe(self.directives, 0.2) + self.maybe(lambda: block(self.field), 0.9)
        elif kind == 3:
            text = "interface " + name + implements() + self.maybe(self.directives, 0.2) + self.maybe(lambda: block(self.field), 0.9)
        elif kind == 4:
            text = "union " + name + self.maybe(self.directives, 0.2) + self.maybe(lambda: " = " + self.maybe(lambda: "| ", 0.2) + self.some(
                lambda: r.choice(TYPES[5:]), 1, 3, " | "), 0.9)
        elif kind == 5:
            text = "enum " + name + self.maybe(self.directives, 0.2) + self.maybe(lambda: block(lambda: self.described(self.name() + self.maybe(self.directives, 0.1))), 0.9)
        elif kind == 6:
            text = "input " + name + self.maybe(self.directives, 0.2) + self.maybe(lambda: block(self.input_value), 0.9)
        else:
            return self.described("directive @" + r.choice(DIRECTIVES) + self.maybe(lambda: "(" + self.some(self.input_value, 1, 2, ", ") + ")")
                                  + self.maybe(lambda: " repeatable", 0.2) + " on " + self.some(lambda: r.choice(PLACES[:-1] if r.random() < 0.95 else PLACES), 1, 3, " | "))
        return "extend " + text if extend else self.described(text)

    def document(self):
        kind = self.r.random()
        make = self.executable if kind < 0.5 else self.definition if kind < 0.9 else lambda: self.r.choice([self.executable, self.definition])()
        return self.some(make, 1, 4, self.r.choice(["\n\n", " ", "\n# note\n"]))

    def type_system(self):
        return self.some(self.definition, 1, 6, "\n")


def damaged(r, text):
    """`text` with one to three faults: characters or tokens lost, doubled, swapped or put in."""
    for _ in range(r.randint(1, 3)):
        if not text:
            return r.choice(CHARACTERS)
        at = r.randrange(len(text))
        kind = r.randint(0, 6)
        if kind == 0:
            text = text[:at] + text[at + 1:]
        elif kind == 1:
            text = text[:at] + r.choice(CHARACTERS) + text[at:]
        elif kind == 2:
            text = text[:at] + r.choice(CHARACTERS) + text[at + 1:]
        elif kind == 3:
            text = text[:at]
        else:
            words = text.split(" ")
            i = r.randrange(len(words))
            if kind == 4:
                del words[i]
            elif kind == 5:
                words.insert(i, r.choice(words))
            else:
                j = r.randrange(len(words))
                words[i], words[j] = words[j], words[i]
            text = " ".join(words)
    return text


SCHEMA = '''
schema { query: Q mutation: M subscription: S }
directive @onField(a: Int!, e: E) on FIELD
directive @many(a: Int) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY | FRAGMENT_DEFINITION
interface Node { id: ID! name: String }
interface Named implements Node { id: ID! name: String size: Int }
type A implements Node & Named { id: ID! name: String size: Int b(x: Int!, in: In): B bs(first: Int = 5): [B!]! any: Any e: E }
type B implements Node { id: ID! name: String a(one: One): A! list: [[Int]] weight: Float! truth: Boolean e(e: E, es: [E!]): E same: String }
type C { only: Int same: Int! sub: C x: Float }
union Any = A | B | C
enum E { RED GREEN BLUE_GREEN }
input In { v: Int! w: [Int!] n: In e: E = RED s: String i: ID f: Float t: Boolean sc: Raw }
input One @oneOf { a: Int b: String c: In }
scalar Raw
type Q { node(id: ID!): Node named: Named any: Any a: A b(in: In, ins: [In!]): B c: C raw(r: Raw): Raw list(l: [Int], m: [[Int!]!]): [Any!]! f(f: Float, s: String, t: Boolean, id: ID, i: Int, e: E): Int one(o: One!): Int }
type M { set(in: In!, e: E = GREEN): A clear: Boolean }
type S { changed(id: ID): A other: Int }
'''

FIELDS = {  # type: field -> (type below, arguments)
    "Q": {"node": ("Node", ["id"]), "named": ("Named", []), "any": ("Any", []), "a": ("A", []), "b": ("B", ["in", "ins"]), "c": ("C", []),
          "raw": (None, ["r"]), "list": ("Any", ["l", "m"]), "f": (None, ["f", "s", "t", "id", "i", "e"]), "one": (None, ["o"]),
          "__schema": ("__Schema", []), "__type": ("__Type", ["name"])},
    "M": {"set": ("A", ["in", "e"]), "clear": (None, [])},
    "S": {"changed": ("A", ["id"]), "other": (None, [])},
    "Node": {"id": (None, []), "name": (None, [])},
    "Named": {"id": (None, []), "name": (None, []), "size": (None, [])},
    "A": {"id": (None, []), "name": (None, []), "size": (None, []), "b": ("B", ["x", "in"]), "bs": ("B", ["first"]), "any": ("Any", []), "e": (None, [])},
    "B": {"id": (None, []), "name": (None, []), "a": ("A", ["one"]), "list": (None, []), "weight": (None, []), "truth": (None, []), "e": (None, ["e", "es"]),
          "same": (None, [])},
    "C": {"only": (None, []), "same": (None, []), "sub": ("C", []), "x": (None, [])},
    "Any": {},
    "__Schema": {"types": ("__Type", []), "queryType": ("__Type", [])},
    "__Type": {"name": (None, []), "kind": (None, []), "fields": ("__Field", []), "ofType": ("__Type", []), "interfaces": ("__Type", [])},
    "__Field": {"name": (None, []), "type": ("__Type", [])},
}
VALUES = {
    "id": ["1", '"x"', "$id", "1.5"], "x": ["1", "$i", "null", '"1"'], "in": ["{v: 1}", "{v: 1, n: {v: $i}}", "{}", "{v: 1, z: 2}", "$in", "{v: 1, v: 2}",
           "{v: 1, e: RED, w: [1, 2]}", "{v: 1, e: NONE, w: 1}", "1", "{v: 1, s: 1, i: 1.0, f: 1, t: 1}", "{v: $i, sc: {a: [1, $s]}}", "[{v: 1}]"],
    "ins": ["[{v: 1}]", "{v: 1}", "[null]", "[$in, {}]", "[]"], "r": ["{a: 1}", "[1, \"x\"]", "$raw", "null", "X"], "l": ["[1, null]", "1", "[[1]]", "$is", "[$i]", '["a"]'],
    "m": ["[[1]]", "[1]", "1", "[null]", "[[null]]"], "f": ["1.5", "1", "$f", '"1"', "$i"], "s": ['"x"', '"""b"""', "1", "$s", "RED", "{a: 1}"], "t": ["true", "$t", "1", "null"],
    "i": ["1", "2147483648", "-2147483648", "1.0", "$i", "$f", "[1]"], "e": ["RED", "BLUE_GREEN", '"RED"', "GREN", "$e", "null", "1"], "es": ["[RED]", "RED", "[null]", "[$e]"],
    "o": ["{a: 1}", "{a: 1, b: \"x\"}", "{}", "{a: null}", "{a: $i}", "{b: $s}", "$one", "{c: {v: 1}}"], "one": ["{a: 1}", "{a: $i}", "{a: null}", "{b: \"x\", b: \"y\"}"],
    "first": ["5", "$i", "null", '"5"'], "name": ['"A"', "$s", "A"],
}
VARIABLES = {"id": ["ID!", "ID", "Int", "String"], "i": ["Int", "Int!", "Float", "[Int]"], "in": ["In", "In!", "A", "Raw"], "raw": ["Raw", "Raw!"], "is": ["[Int]", "[Int!]!", "Int"],
             "f": ["Float", "Float!"], "s": ["String", "String!", "ID"], "t": ["Boolean", "Boolean!"], "e": ["E", "E!", "String"], "one": ["One!", "One"]}
DEFAULTS = ["", "", "", "", " = 1", " = null", " = \"x\"", " = RED", " = {v: 1}", " = {a: 1}", " = [1]", " = true", " = $i"]


class Typed:
    """Executable documents for SCHEMA: right in most places."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def argument(self, name):
        r = self.r
        if r.random() < 0.03:
            name = r.choice(["zz", "idd", "In"])
        return name + ": " + r.choice(VALUES.get(name, ["1", "$i"]))

    def arguments(self, names):
        r = self.r
        given = [n for n in names if r.random() < 0.7]
        if r.random() < 0.04:
            given.append(r.choice(list(VALUES)))
        return "(" + ", ".join(self.argument(n) for n in given) + ")" if given else ""

    def directives(self, place):
        r = self.r
        if r.random() > 0.12:
            return ""
        pick = lambda: r.choice(["@include(if: $t)", "@skip(if: true)", "@many", "@many(a: $i)", "@onField(a: 1)", "@onField", "@onField(a: $i, e: GREN)", "@nope(b: 1)",
                                 "@include", "@deprecated", "@many(b: 2)", "@skip(if: 1)"])
        return " " + " ".join(pick() for _ in range(r.randint(1, 2)))

    def field(self, parent, depth):
        r = self.r
        known = FIELDS[parent]
        if not known or r.random() < 0.05:
            name, below, arguments = r.choice(["__typename", "__typename", "__typename", "nam", "idd", "same", "fields"]), None, []
        else:
            name = r.choice(list(known))
            below, arguments = known[name]
            if name.startswith("__") and r.random() < 0.7:
                return "__typename"
        alias = r.choice(["x", "y", "id", "same", "name"]) + ": " if r.random() < 0.15 else ""
        text = alias + name + self.arguments(arguments) + self.directives("FIELD")
        if (below is not None) != (r.random() < 0.03):
            text += " " + self.selections(below or "C", depth + 1)
        return text

    def selections(self, parent, depth=0):
        r = self.r
        parts = []
        for _ in range(r.randint(1, 4)):
            kind = r.random()
            if depth > 4:
                parts.append(r.choice(["__typename", "id", "name", "...F1"]))
            elif kind < 0.72:
                parts.append(self.field(parent, depth))
            elif kind < 0.86:
                parts.append("..." + r.choice(["F1", "F2", "F3", "F3", "F4", "F9"]) + self.directives("SPREAD"))
            else:
                on = r.choice([parent, parent, "Node", "A", "B", "C", "Any", "Named", "In", "Nix", None])
                parts.append("..." + (" on " + on if on else "") + self.directives("INLINE") + " " + self.selections(on if on in FIELDS else parent, depth + 1))
        return "{ " + " ".join(parts) + " }"

    def operation(self, named):
        r = self.r
        word, root = r.choice([("query", "Q")] * 5 + [("mutation", "M"), ("subscription", "S")])
        names = [n for n in VARIABLES if r.random() < 0.5]
        if names and r.random() < 0.05:
            names.append(r.choice(names))
        variables = ", ".join("$" + n + ": " + (r.choice(VARIABLES[n][:2]) if r.random() < 0.8 else r.choice(VARIABLES[n] + ["Nix", "[E!]"])) + r.choice(DEFAULTS[:-1]) for n in names)
        return (word + (" " + r.choice(["P", "R", "T"]) if named else "") + ("(" + variables + ")" if variables else "") + self.directives("QUERY") + " "
                + self.selections(root))

    def document(self):
        r = self.r
        parts = [self.operation(i > 0 or r.random() < 0.6) for i in range(r.choice([1, 1, 1, 2]))]
        for i in range(1, r.randint(1, 5)):
            on = r.choice(["A", "B", "C", "Node", "Named", "Any", "Q", "In", "Nix"])
            parts.append("fragment F%d on %s%s %s" % (i if r.random() < 0.95 else 1, on, self.directives("FRAGMENT"), self.selections(on if on in FIELDS else "A", 1)))
        r.shuffle(parts)
        return r.choice(["\n", " ", "\n\n"]).join(parts)
