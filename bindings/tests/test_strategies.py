"""refract.strategies, and what has to hold for whatever they make. `pytest --long` tries more."""
import datetime
import json
import re

import pytest

import refract
from refract import graphql

hypothesis = pytest.importorskip("hypothesis")

from hypothesis import given, strategies as st  # noqa: E402: there may be none

from refract import strategies  # noqa: E402

INTERNAL = "internal server error"
SHOP = """
type Customer { id: ID! @id name: String! @unique joined: DateTime level: Level @default(value: GOLD) tags: [String] @scalarList(strategy: RELATION)
  orders: [Order] friends: [Customer] @relation(name: "Friends") }
type Order { id: Int! @id customer: Customer! @relation(onDelete: CASCADE) notes: Json total: Float! items: [Item] }
type Item { id: ID! @id sku: UUID @unique open: Boolean! order: Order }
enum Level { GOLD SILVER }
"""


@pytest.fixture(scope="module")
def shop():
    with refract.Engine() as engine:
        engine.deploy(SHOP)
        yield engine


def answer(engine, request):
    """The answer to a request, which must not be an internal error."""
    out = json.loads(engine.execute_bytes(request.query, request.variables))
    for error in out.get("errors", ()):
        assert INTERNAL not in error["message"], (request, error)
    return out


@given(strategies.executable_documents())
def test_documents_parse_and_print_to_a_fixed_point(text):
    printed = graphql.print(graphql.parse(text))
    assert graphql.print(graphql.parse(printed)) == printed
    stripped = graphql.strip_ignored_characters(text)
    assert graphql.strip_ignored_characters(stripped) == stripped and graphql.print(graphql.parse(stripped)) == printed


@given(strategies.damaged(strategies.executable_documents()))
def test_damaged_documents_are_refused_with_a_place(text):
    try:
        graphql.parse(text)
    except graphql.GraphQLError as error:
        assert error.line >= 1 and error.column >= 1
        assert error.line <= 1 + text.count("\n") + text.count("\r")


@given(strategies.schema_documents())
def test_schemas_build_and_print_to_a_fixed_point(text):
    schema = graphql.build_schema(text)
    again = graphql.build_schema(str(schema))
    assert str(again) == str(schema) and graphql.compare_schemas(schema, again) == []
    assert {one["name"] for one in graphql.introspect(schema)["__schema"]["types"]} == {one.name for one in schema.types}


@given(st.data())
def test_requests_are_valid_for_their_schema(data):
    schema = graphql.build_schema(data.draw(strategies.schema_documents()))
    request = data.draw(strategies.requests(schema))
    assert graphql.validate(schema, graphql.parse(request.query)) == []
    assert {variable.name for variable in graphql.parse(request.query).definitions[0].variables} == set(request.variables)


def test_a_schema_without_a_mutation_root_has_no_mutations():
    with pytest.raises(ValueError, match="mutation"):
        strategies.requests(graphql.build_schema("type Query { a: Int }"), operation="mutation")


@given(st.data())
def test_datamodels_are_deployed_and_answer(data):
    text = data.draw(strategies.datamodels())
    with refract.Engine() as engine:
        engine.deploy(text)
        assert engine.datamodel.diff(refract.Datamodel(text)) == []
        datamodel = engine.datamodel
        writes, reads = strategies.mutations(datamodel), strategies.queries(datamodel)
        for _ in range(2):
            answer(engine, data.draw(writes))
            request = data.draw(reads)
            assert "errors" not in answer(engine, request), request


@given(strategies.datamodels(), strategies.datamodels())
def test_datamodels_follow_each_other(before, after):
    with refract.Engine() as engine:
        engine.deploy(before)
        try:
            engine.deploy(after, force=True)
        except refract.DeployError as error:
            assert error.errors or error.code, error
            after = before
        assert engine.plan(after).steps == []


@given(strategies.datamodels(uuid_ids=True))
def test_datamodels_are_those_of_postgres_too(text):
    datamodel = refract.Datamodel(text, "postgres")
    assert graphql.build_schema(datamodel.api_sdl()).query is not None
    assert datamodel.diff(refract.Datamodel(str(datamodel), "postgres")) == []


@given(strategies.queries(SHOP))
def test_queries_are_answered(shop, request_):
    assert "errors" not in answer(shop, request_)


@given(strategies.mutations(SHOP))
def test_mutations_are_never_an_internal_error(shop, request_):
    answer(shop, request_)


@given(strategies.filters(SHOP, "Customer"), strategies.orders(SHOP, "Customer"), strategies.selectors(SHOP, "Customer"))
def test_filters_orders_and_selectors(shop, where, order, selector):
    out = answer(shop, strategies.Request(
        """query ($where: CustomerWhereInput, $not: CustomerWhereInput, $order: CustomerOrderByInput, $one: CustomerWhereUniqueInput!) {
          all: customersConnection { aggregate { count } } some: customers(where: $where, orderBy: $order) { id }
          others: customers(where: $not) { id } customer(where: $one) { id } }""",
        {"where": where, "not": {"NOT": [where]}, "order": order, "one": selector}))
    assert "errors" not in out
    found = {row["id"] for row in out["data"]["some"]}
    assert found.isdisjoint(row["id"] for row in out["data"]["others"])


def same(model, field, given_value, found):
    """Whether a value came back as it was given."""
    if field.type == "DateTime":
        def moment(text):
            return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment(given_value) == moment(found)
    return given_value == found


def check_record(datamodel, model, data, found):
    """Everything that was given is in the record; related ones too."""
    for name, value in data.items():
        field = model.field(name)
        if not field.is_relation:
            wanted = value["set"] if isinstance(value, dict) and field.is_list else value
            pairs = list(zip(wanted, found[name])) if field.is_list and wanted is not None else [(wanted, found[name])]
            assert all(a == b if a is None else same(model, field, a, b) for a, b in pairs), (name, value, found[name])
            continue
        created = (value or {}).get("create") or []
        for one in created if isinstance(created, list) else [created]:
            others = found[name] if field.is_list else [found[name]]
            plain = {key: v for key, v in one.items() if not isinstance(v, (dict, list))}
            related = datamodel.model(field.type)
            assert any(all(key in other and (v is None and other[key] is None or v is not None and other[key] is not None
                                             and same(related, related.field(key), v, other[key])) for key, v in plain.items())
                       for other in others), (name, one, others)


def everything(datamodel, model):
    """A selection of all fields, and those of related records."""
    def plain(one):
        return " ".join(field.name for field in one.fields if not field.is_relation and not field.is_hidden)
    related = [f"{field.name} {{ {plain(datamodel.model(field.type))} }}" for field in model.fields if field.is_relation and not field.is_hidden]
    return " ".join([plain(model), *related])


@given(st.data())
def test_records_come_back_as_they_were_created(data):
    datamodel = refract.Datamodel(data.draw(strategies.datamodels()))
    model = data.draw(st.sampled_from(datamodel.models))
    record = data.draw(strategies.records(datamodel, model.name))
    fields = everything(datamodel, model)
    with refract.Engine() as engine:
        engine.deploy(datamodel)
        created = engine.execute(f"mutation ($data: {model.name}CreateInput!) {{ create{model.name}(data: $data) {{ {fields} }} }}",
                                 {"data": record})["create" + model.name]
        check_record(datamodel, model, record, created)
        one = model.name[0].lower() + model.name[1:]
        read = engine.execute(f"query ($id: {model.field('id').type}) {{ {one}(where: {{id: $id}}) {{ {fields} }} }}", {"id": created["id"]})[one]
        assert read == created


@pytest.mark.parametrize("wanted, smallest", [
    ("type", "type A {\n  id: ID! @id\n}\n"),
    ("Json", "type A {\n  id: ID! @id\n  a: Json\n}\n"),
    ("@relation", 'type A {\n  id: ID! @id\n  a: A @relation(name: "Relation0")\n}\n'),
])
def test_datamodels_shrink(wanted, smallest):
    assert hypothesis.find(strategies.datamodels(), lambda text: wanted in text) == smallest


def test_the_simplest_of_each():
    found = hypothesis.find(strategies.executable_documents(), lambda text: True)
    assert re.fullmatch(r"\{ \.\.\. [A-Z] \}", found), found
    assert hypothesis.find(strategies.schema_documents(), lambda text: True) == "type Query { a: Int }\n"


def test_mistakes_are_told():
    with pytest.raises(ValueError, match="NobodyWhereInput"):
        strategies.filters(SHOP, "Nobody")
    with pytest.raises(refract.DatamodelError):
        strategies.queries("type A { b: Nobody }")
    endless = strategies.records("type A { id: ID! @id b: B! @relation(link: INLINE) } type B { id: ID! @id c: C! @relation(link: INLINE) } "
                                 "type C { id: ID! @id a: A! @relation(link: INLINE) }", "A")
    with pytest.raises(ValueError, match="needs itself"):
        hypothesis.find(endless, lambda record: True)


def test_everything_is_documented():
    for name in strategies.__all__:
        value = getattr(strategies, name)
        assert not callable(value) or name == "Json" or value.__doc__, name
