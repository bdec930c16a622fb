"""Random datamodels for mutations: few fields, and relations of every shape.

random_datamodel(rng) gives models with an id, a `mark` no two records share (the tests know records by it), unique fields, lists, times,
and relations: either end one or many, required or not, hidden, cascading; stored in a record's row or in a table.

Left out: a required field to a model further down or to its own model, of which no record could be made; but for two models that
require each other.
"""
from datamodel import Datamodel, Field, Model, Relation

NAMES = ["Ant", "Bee", "Cat", "Dog"]


def random_datamodel(rng):
    out = Datamodel()
    for name in NAMES[:rng.choice((1, 2, 2, 3, 3, 4))]:
        out.models.append(random_model(rng, name))
    for number in range(rng.choice((1, 2, 2, 3, 4, 5))):
        add_relation(rng, out, number)
    return out


def random_model(rng, name):
    model = Model(name)

    def add(field_name, type_, **more):
        field = Field(model, field_name, type_, **more)
        model.fields.append(field)
        return field
    ident = add("id", rng.choice(("ID", "ID", "ID", "Int")), is_required=True)
    ident.is_id = ident.is_unique = True
    add("mark", "String", is_required=True)
    add("key", "String", is_required=rng.random() < 0.5).is_unique = True
    if rng.random() < 0.4:
        add("number", "Int").is_unique = True
    add("v", "Int")
    if rng.random() < 0.5:
        plain = add("d", "Int", is_required=rng.random() < 0.5)
        plain.has_default, plain.default = True, 5
    if rng.random() < 0.5:
        add("tags", "String", is_list=True)
    if rng.random() < 0.5:
        add("createdAt", "DateTime", is_required=True).is_created_at = True
    if rng.random() < 0.5:
        add("updatedAt", "DateTime", is_required=True).is_updated_at = True
    return model


def add_relation(rng, datamodel, number):
    models = datamodel.models
    first_at, second_at = rng.randrange(len(models)), rng.randrange(len(models))
    if rng.random() < 0.15:
        second_at = first_at
    a, b = models[first_at], models[second_at]
    one = Field(a, f"r{number}", b, is_list=rng.random() < 0.5)
    other = Field(b, f"back{number}", a, is_list=rng.random() < 0.45)
    if rng.random() < 0.2:
        other.is_hidden = other.is_list = True
    relation = Relation(one, other)
    relation.name = f"R{number}"
    for field, at, to in ((one, first_at, second_at), (other, second_at, first_at)):
        field.is_required = not field.is_list and at > to and rng.random() < 0.4
        field.on_delete = None if field.is_hidden else rng.choice((None, None, "CASCADE", "SET_NULL"))
    if not one.is_list and not other.is_list and abs(first_at - second_at) == 1 and rng.random() < 0.3 and not requires_any(datamodel, a, b):
        one.is_required = other.is_required = True
    a.fields.append(one)
    b.fields.append(other)  # a hidden one, too: it is the last of its model
    datamodel.relations.append(relation)
    single = [f for f in (one, other) if not f.is_list]
    if single and rng.random() < 0.6:
        relation.link, relation.link_field = "INLINE", rng.choice(single)
    elif single or rng.random() < 0.5:
        relation.link, relation.link_field = "TABLE", rng.choice([f for f in (one, other) if not f.is_hidden])


def requires_any(datamodel, a, b):
    """Whether two models require each other, or one the other, through a relation that is there already."""
    return any({r.first.model, r.second.model} & {a, b} and (r.first.is_required or r.second.is_required) for r in datamodel.relations)
