import pytest

from refract import graphql

SDL = """
type Query { user(id: ID!): User users(first: Int = 10): [User!]! }
"A person."
type User implements Node { id: ID! name: String @deprecated(reason: "Use fullName.") kind: Kind }
interface Node { id: ID! }
enum Kind { ADMIN GUEST }
input Filter { name: String! limit: Int = 3 }
union Thing = User
directive @rare(level: Int) repeatable on FIELD
"""


def test_tree_of_a_query():
    text = 'query Q($id: ID! = "x") @live { me: user(id: $id, tags: ["a", {b: 1.5}]) { ...F ... on User { name } } }\nfragment F on User { id }'
    document = graphql.parse(text)
    query, fragment = document.definitions
    assert (query.kind, query.operation, query.name, query.line, query.column) == ("operation", "query", "Q", 1, 1)
    assert (fragment.kind, fragment.name, fragment.type_condition, fragment.operation, fragment.line) == ("fragment", "F", "User", None, 2)
    variable, = query.variables
    assert (variable.name, str(variable.type), variable.type.kind, variable.type.of.name, variable.default_value.text) == ("id", "ID!", "non_null", "ID", "x")
    assert query.directives[0].name == "live"
    me, = query.selections
    assert (me.kind, me.name, me.alias, me.response_key, me.offset) == ("field", "user", "me", "me", text.index("me:"))
    assert [(a.name, a.value.kind, str(a.value)) for a in me.arguments] == [("id", "variable", "$id"), ("tags", "list", '["a", {b: 1.5}]')]
    assert me.arguments[1].value.items[1].fields[0].value.kind == "float"
    assert [(s.kind, s.name, s.type_condition) for s in me.selections] == [("fragment_spread", "F", None), ("inline_fragment", "", "User")]


def test_a_node_outlives_its_document():
    node = graphql.parse("{ a { b(c: \"\\u00e9\") } }").definitions[0].selections[0].selections[0].arguments[0].value
    assert node.text == "é" and node.kind == "string"


def test_nodes_are_equal_if_they_are_the_same():
    document = graphql.parse("{ a a }")
    first, second = document.definitions[0].selections
    assert first == document.definitions[0].selections[0] and hash(first) == hash(document.definitions[0].selections[0])
    assert first != second and first != "a"


@pytest.mark.parametrize("text, line, column, words", [
    ("{ a(", 1, 5, "Expected Name, found <EOF>"),
    ("{\n  a\n  }}", 3, 4, 'Unexpected "}"'),
    ("type T { a: }", 1, 13, "Expected Name"),
    ('{ a(b: "é\n") }', 1, 10, "Unterminated string"),
])
def test_syntax_errors_have_a_place(text, line, column, words):
    with pytest.raises(graphql.GraphQLError, match=words) as caught:
        graphql.parse(text)
    assert (caught.value.line, caught.value.column, caught.value.code) == (line, column, 200)
    assert isinstance(caught.value, ValueError)


def test_limits():
    deep = "{a" * 201 + "}" * 201
    with pytest.raises(graphql.GraphQLError) as caught:
        graphql.parse(deep)
    assert caught.value.code == 201
    assert len(graphql.parse(deep, max_depth=300)) == 1
    with pytest.raises(graphql.GraphQLError):
        graphql.parse("{ a b c }", max_tokens=3)
    with pytest.raises(graphql.GraphQLError):
        graphql.parse("{ a }", max_bytes=3)
    with pytest.raises(graphql.GraphQLError):
        graphql.parse("{" * 100_000)
    with pytest.raises(TypeError):
        graphql.parse(None)
    with pytest.raises(TypeError):  # no UTF-8 can be made of it
        graphql.parse("{ a(b: \"\ud800\") }")


def test_printing_is_a_fixed_point():
    for text in ["{ a(b: [1, {c: $d}]) @e { ...F } } fragment F on G { h }", SDL]:
        printed = graphql.print(graphql.parse(text))
        assert graphql.print(graphql.parse(printed)) == printed
    assert graphql.print(graphql.parse_value("[1,{a:$b}]")) == "[1, {a: $b}]"
    assert graphql.print(graphql.parse_type("[ A ! ]")) == "[A!]"
    assert graphql.strip_ignored_characters("{ a, b # c\n }") == "{a b}"


class Names:
    """Collects names, and is told what to do at some of them."""

    def __init__(self, orders=()):
        self.seen, self.left, self.orders = [], [], dict(orders)

    def enter_selection(self, node):
        self.seen.append(node.name)
        return self.orders.get(node.name)

    def leave_selection(self, node):
        self.left.append(node.name)


def test_visitor():
    document = graphql.parse("{ a { b c { d } } e }")
    all_names = Names()
    assert graphql.visit(document, all_names) is True
    assert (all_names.seen, all_names.left) == (list("abcde"), list("bdcae"))
    skips = Names({"c": graphql.SKIP})
    assert graphql.visit(document, skips) and skips.seen == list("abce") and "c" in skips.left
    stops = Names({"b": graphql.STOP})
    assert graphql.visit(document, stops) is False and stops.seen == list("ab")
    with pytest.raises(TypeError):
        graphql.visit(document, Names({"b": 3}))


def test_visitor_with_one_method_for_all_and_its_exceptions():
    class All:
        def __init__(self):
            self.types = []

        def enter(self, node):
            self.types.append(type(node).__name__)

    every = All()
    graphql.visit(graphql.parse("query ($a: Int) { b(c: [1]) @d }"), every)
    assert every.types == ["Definition", "VariableDefinition", "TypeReference", "Selection", "Argument", "Value", "Value", "Directive"]

    class Fails:
        def enter_selection(self, node):
            raise KeyError(node.name)

    with pytest.raises(KeyError, match="b"):
        graphql.visit(graphql.parse("{ b }"), Fails())


def test_schema():
    schema = graphql.build_schema(SDL)
    user = schema.type("User")
    assert (user.kind, user.description, user.interfaces, user.is_built_in) == ("type", "A person.", ["Node"], False)
    assert [(f.name, f.type, f.deprecation_reason) for f in user.fields] == [
        ("id", "ID!", None), ("name", "String", "Use fullName."), ("kind", "Kind", None)]
    assert [(a.name, a.type, a.default_value, a.is_required) for a in schema.query.field("users").arguments] == [("first", "Int", "10", False)]
    assert schema.query.field("user").arguments[0].is_required and schema.query.field("users").type_name == "User"
    assert [v.name for v in schema.type("Kind").values] == ["ADMIN", "GUEST"]
    assert schema.type("Thing").possible_types == ["User"] and schema.type("Node").possible_types == ["User"]
    assert [f.name for f in schema.type("Filter").input_fields] == ["name", "limit"]
    assert schema.mutation is None and schema.type("Nobody") is None and "User" in schema and "Nobody" not in schema
    rare = next(d for d in schema.directives if d.name == "rare")
    assert rare.is_repeatable and rare.locations == ["FIELD"] and rare.arguments[0].name == "level"
    assert schema.type("Int").is_built_in
    again = graphql.build_schema(graphql.print_schema(schema))
    assert str(again) == str(schema) == graphql.print_schema(schema)
    assert graphql.print_schema(schema, sort=True).index("enum Kind") < graphql.print_schema(schema, sort=True).index("type User")


def test_broken_schemas():
    with pytest.raises(graphql.GraphQLError, match="Nobody") as caught:
        graphql.build_schema("type Query { a: Nobody }")
    assert caught.value.code == 203
    errors = graphql.validate_sdl(graphql.parse("type A { b: Cccc d: Dddd }"))
    assert [(e.message, e.line, e.column, e.code) for e in errors] == [('Unknown type "Cccc".', 1, 13, 204), ('Unknown type "Dddd".', 1, 21, 204)]


def test_validation():
    schema = graphql.build_schema(SDL)
    assert graphql.validate(schema, graphql.parse("{ users { name kind } }")) == []
    error, = graphql.validate(schema, graphql.parse("{ users {\n nme } }"))
    assert error.message == 'Cannot query field "nme" on type "User". Did you mean "name"?'
    assert (error.line, error.column, error.locations) == (2, 2, [(2, 2)])
    sangria, = graphql.validate(schema, graphql.parse("{ users { nme } }"), style="sangria")
    assert sangria.message.startswith("Cannot query field 'nme' on type 'User'.") and "^" in sangria.message
    many = graphql.validate(schema, graphql.parse("{ users {" + " x" * 50 + "} }"), max_errors=3)
    assert len(many) == 4 and "Validation aborted" in many[-1].message
    with pytest.raises(ValueError):
        graphql.validate(schema, graphql.parse("{ users { name } }"), style="other")


def test_introspection():
    answer = graphql.introspect(graphql.build_schema(SDL))["__schema"]
    types = {t["name"]: t for t in answer["types"]}
    assert answer["queryType"] == {"name": "Query"} and answer["mutationType"] is None
    assert [f["name"] for f in types["User"]["fields"]] == ["id", "name", "kind"]
    assert types["User"]["fields"][1]["isDeprecated"] is True
    assert types["Filter"]["inputFields"][1]["defaultValue"] == "3"
    with pytest.raises(graphql.GraphQLError, match="no query root"):
        graphql.introspect(graphql.build_schema("type A { b: Int }"))


def test_comparison():
    before, after = graphql.build_schema("type Query { a: Int b: Int }"), graphql.build_schema("type Query { a(c: Int!): Int }")
    changes = graphql.compare_schemas(before, after)
    assert {(c.kind, c.is_breaking) for c in changes} == {("FIELD_REMOVED", True), ("REQUIRED_ARG_ADDED", True)}
    assert graphql.compare_schemas(before, before) == []
