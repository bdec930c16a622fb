"""Random datamodels that the rules allow and for which data can be made (`rows.py`).

random_datamodel(rng, has_uuid_ids) gives 1 to 5 models with every scalar type, lists, enums, defaults, unique fields, ids of every kind,
and relations of every shape; one in eight is a legacy datamodel.

What is left out, so that records can be created one after the other: a required field to a model further down, or to its own model,
except where two neighbours require each other (they are created in one mutation).
"""
from datamodel import Datamodel, Enum, Field, LinkTable, Model, PLURALS, Relation
import values

# Names somebody could choose, and SQL, GraphQL or Python could trip over.
MODEL_NAMES = [*PLURALS, "User", "Post", "Order", "Select", "Table", "Group", "Where", "From", "Index_7", "Column", "Values", "Key2", "Model1",
               "Type", "Enum", "Input", "Set", "Limit", "Union", "Cascade", "Trigger", "Grant", "Default", "Bool", "Float8", "Text", "Date",
               "A", "B", "X_", "Edge", "Cursor", "Object", "Record", "T0", "T1", "t2", "user", "order", "lowerCamelCat",
               "AVeryLongNameForARecordAt", "Sql_Boat", "Pg_Cat", "Public", "Excluded", "Old", "New"]
FIELD_NAMES = ["name", "order", "select", "where", "from", "to", "user", "index", "table", "column", "key", "value", "values", "position", "nodeId",
               "A", "B", "a", "b", "x", "rowid", "hash", "node", "cursor", "edges", "count", "aggregate", "data", "first", "last", "skip", "after",
               "before", "orderBy", "set", "create", "connect", "update", "upsert", "delete", "disconnect", "type", "enum", "input", "query",
               "mutation", "fragment", "on", "true_", "null_", "_", "_a", "a_", "a_b", "a__b", "f1", "F2", "limit", "offset", "group", "having", "union",
               "default", "check", "primary", "unique", "references", "desc", "asc", "end", "case", "when", "then", "like", "escape", "not", "and", "or",
               "k", "t", "t0", "t1", "t2", "k1", "id_", "created", "updated", "rank", "text", "date", "timestamp", "interval", "user_id", "camelCase",
               "URLEntry", "class", "new", "old", "excluded", "aVeryLongNameOfAField", "parent", "children", "owner", "items", "friends"]
COLUMNS = ["Select", "a b", "it's", 'a"b', "a.b", "\u00e9t\u00e9", "\u6f22\u5b57", "`x`", "[x]", "$1", "?", ":p", "--", ";", "%", "a\\b", "ROWID_", "\U0001f600", "UPPER",
           "value_", "x" * 30, "0", "null", "true", " ", "(a)", "a\tb"]
ENUM_VALUES = ["A", "B", "ADMIN", "USER", "Mixed", "With_Underscore", "SELECT", "Z9", "NULL", "X1", "Long_" + "Y" * 60, "Aa", "TRUE", "FALSE"]


class Names:
    """Hands out names, each once without regard to case."""

    def __init__(self, taken=()):
        self.taken = {name.lower() for name in taken}

    def take(self, rng, choices):
        for _ in range(1000):
            name = rng.choice(choices)
            if name.lower() not in self.taken:
                break
        else:
            name = f"more{len(self.taken)}"
        self.taken.add(name.lower())
        return name


def random_datamodel(rng, has_uuid_ids):
    datamodel = Datamodel(is_legacy=rng.random() < 0.125)
    pick_models(rng, datamodel)
    names = {model: Names(["id", "createdAt", "updatedAt"] if datamodel.is_legacy else []) for model in datamodel.models}
    datamodel.enums = [Enum(f"E{n}{rng.choice(('', '_', 'num', 'Kind'))}", rng.sample(ENUM_VALUES, rng.randint(1, 5))) for n in range(rng.randint(0, 2))]
    for model in datamodel.models:
        add_id(rng, datamodel, model, names[model], has_uuid_ids)
        add_times(rng, datamodel, model, names[model])
        for _ in range(rng.choice((0, 1, 2, 3, 4, 5, 6, 8))):
            add_scalar(rng, datamodel, model, names[model])
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6))):
        add_relation(rng, datamodel, names)
    name_relations(rng, datamodel)
    link_relations(rng, datamodel)
    for model in datamodel.models:
        rng.shuffle(model.fields)
        if not datamodel.is_legacy:
            name_columns(rng, model)
    drop_unused_enums(datamodel)
    return datamodel


def pick_models(rng, datamodel):
    """Models whose names, and those the API makes of them, are all different."""
    used = {"node"}
    count = rng.choice((1, 2, 2, 3, 3, 4, 5))
    while len(datamodel.models) < count:
        model = Model(rng.choice(MODEL_NAMES))
        roots = {model.many.lower(), model.one.lower(), model.connection.lower(), model.name.lower()}
        if len({model.many, model.one, model.connection}) == 3 and not roots & used:
            used |= roots
            datamodel.models.append(model)
    for model in datamodel.models:
        if not datamodel.is_legacy and rng.random() < 0.2:
            model.table = f"{rng.choice(COLUMNS)}{len(used)}"
            used.add(model.table)


def add_id(rng, datamodel, model, names, has_uuid_ids):
    kind = "ID" if datamodel.is_legacy else rng.choice(("ID", "ID", "ID", "ID", "Int", "Int") + (("UUID",) if has_uuid_ids else ()))
    field = Field(model, "id", kind, is_required=True)
    if not datamodel.is_legacy and rng.random() < 0.2:
        field.name = names.take(rng, FIELD_NAMES)
    else:
        names.taken.add("id")
    field.is_id = field.is_unique = True
    if not datamodel.is_legacy:
        field.id_strategy = rng.choice(("AUTO", "AUTO", "NONE") if kind != "Int" else ("AUTO", "AUTO", "SEQUENCE"))
        if field.id_strategy == "SEQUENCE":
            field.sequence = (f"seq_{model.name}", rng.choice((1, 7, 100, 2000000)), rng.choice((1, 100)))
    model.fields.append(field)


def add_times(rng, datamodel, model, names):
    for name, flag in (("createdAt", "is_created_at"), ("updatedAt", "is_updated_at")):
        shown = rng.random() < 0.4
        if not shown and not datamodel.is_legacy:
            continue
        chosen = name if datamodel.is_legacy or name.lower() in names.taken or rng.random() < 0.7 else names.take(rng, FIELD_NAMES)
        names.taken.add(chosen.lower())
        field = Field(model, chosen, "DateTime", is_required=datamodel.is_legacy or rng.random() < 0.7)
        field.is_hidden = not shown
        setattr(field, flag, True)
        model.fields.append(field)


def add_scalar(rng, datamodel, model, names):
    kinds = ["String", "String", "String", "Int", "Int", "Float", "Boolean", "DateTime", "Json", "UUID", "ID", *datamodel.enums]
    kind = rng.choice(kinds)
    field = Field(model, names.take(rng, FIELD_NAMES), kind)
    field.is_list = rng.random() < 0.15
    field.is_required = rng.random() < 0.4
    model.fields.append(field)
    if field.is_list:
        field.is_required = datamodel.is_legacy and field.is_required
        return
    field.is_unique = rng.random() < 0.15 and kind not in ("Boolean", "Float") and not field.is_enum
    if rng.random() < 0.3 and not field.is_unique and kind not in ("ID", "UUID"):
        field.has_default, field.default = True, values.some_value(rng, field)


def add_relation(rng, datamodel, names):
    """A relation of a random shape between two models, or one and itself."""
    models = datamodel.models
    first_at, second_at = rng.randrange(len(models)), rng.randrange(len(models))
    if rng.random() < 0.2:
        second_at = first_at
    first, second = max(first_at, second_at), min(first_at, second_at)  # the first may require the second
    if rng.random() < 0.3:
        first, second = second, first
    a, b = models[first], models[second]
    one = Field(a, names[a].take(rng, FIELD_NAMES), b, is_list=rng.random() < 0.45)
    if rng.random() < 0.3:
        other = Field(b, f"hidden{len(datamodel.relations)}", a, is_list=True)
        other.is_hidden = True
    else:
        other = Field(b, names[b].take(rng, FIELD_NAMES), a, is_list=rng.random() < 0.6)
    relation = Relation(one, other)
    for field, at, to in ((one, first, second), (other, second, first)):
        field.is_required = not field.is_list and at > to and rng.random() < 0.4
        field.on_delete = rng.choice((None, None, None, "CASCADE", "SET_NULL"))
    between = [r for r in datamodel.relations if {r.first.model, r.second.model} == {a, b}]
    if any(requires_back(r, a) and requires_back(r, b) for r in between):
        one.is_required = other.is_required = False
    elif not one.is_list and not other.is_list and abs(first - second) == 1 and rng.random() < 0.4 \
            and not any(requires_back(r, m) for r in datamodel.relations for m in (a, b)) \
            and not any(f.is_required for r in between for f in (r.first, r.second)) and all(is_creatable(m) for m in (a, b)):
        one.is_required = other.is_required = True
    a.fields.append(one)
    if not other.is_hidden:
        b.fields.append(other)
    datamodel.relations.append(relation)


def is_creatable(model):
    """Whether something besides its relations can be given when a record is created: else there is no nested create of it."""
    return any(not f.is_relation and not f.is_generated for f in model.fields)


def requires_back(relation, model):
    """Whether `model` is one of two that require each other through this relation."""
    return relation.first.is_required and relation.second.is_required and model in (relation.first.model, relation.second.model)


def name_relations(rng, datamodel):
    """Names where the rules ask for them, and sometimes where they do not."""
    pairs = {}
    for relation in datamodel.relations:
        pairs.setdefault(frozenset((relation.first.model, relation.second.model)), []).append(relation)
    for number, relation in enumerate(datamodel.relations):
        several = len(pairs[frozenset((relation.first.model, relation.second.model))]) > 1
        has_argument = datamodel.is_legacy and any(f.on_delete for f in (relation.first, relation.second))
        if several or has_argument or (relation.is_self and not relation.second.is_hidden) or rng.random() < 0.4:
            relation.name = f"R{number}{rng.choice(('', '_x', 'Owner', 'B' * 30))}"


def link_relations(rng, datamodel):
    """How relations are stored; in a legacy datamodel nobody can say."""
    if datamodel.is_legacy:
        return
    for number, relation in enumerate(datamodel.relations):
        fields = [f for f in (relation.first, relation.second) if not f.is_hidden]
        single = [f for f in fields if not f.is_list]
        has_to_be_told = len(single) == 2
        choice = rng.random()
        if choice < 0.15 and relation.name:
            ends = [(name, field.type, rng.choice((None, f"{rng.choice(COLUMNS)}{name}"))) for name, field in zip(("left", "right"), fields)] \
                if len(fields) == 2 else [("left", relation.first.model, None), ("right", relation.second.model, None)]
            relation.table = LinkTable(relation.name, ends, False, rng.choice((None, f"link {number}")))
            if rng.random() < 0.3:
                relation.link, relation.link_field = "TABLE", rng.choice(fields)
        elif choice < 0.4:
            relation.link, relation.link_field = "TABLE", rng.choice(fields)
        elif single and (has_to_be_told or choice < 0.6):
            relation.link, relation.link_field = "INLINE", rng.choice(single)
        is_table = relation.table or relation.link == "TABLE" or not single
        if not is_table and rng.random() < 0.2:
            owner = relation.link_field or single[0]
            owner.column = f"{rng.choice(COLUMNS)}_{number}"


def name_columns(rng, model):
    """`@db` at some scalar fields."""
    for number, field in enumerate(model.fields):
        if not field.is_relation and not field.is_hidden and not field.is_list and rng.random() < 0.15:
            field.column = f"{rng.choice(COLUMNS)}{number}"


def drop_unused_enums(datamodel):
    used = {field.type for model in datamodel.models for field in model.fields if field.is_enum}
    datamodel.enums = [e for e in datamodel.enums if e in used]


def random_part(rng, datamodel):
    """A datamodel that this one could have grown from: some models, fields and relations less."""
    part = Datamodel(datamodel.is_legacy)
    gone = {r for r in datamodel.relations if rng.random() < 0.3}
    dropped = {m for m in datamodel.models if rng.random() < 0.2}
    for model in datamodel.models:
        if model in dropped and len(dropped) < len(datamodel.models):
            continue
        copy = Model(model.name)
        copy.table = model.table
        copy.fields = [f for f in model.fields if f.is_id or (f.is_relation and f.relation not in gone and not {f.type, f.model} & dropped)
                       or (not f.is_relation and rng.random() < 0.6)]
        part.models.append(copy)
    if len(dropped) == len(datamodel.models):
        return datamodel
    part.relations = [r for r in datamodel.relations if r not in gone and not {r.first.model, r.second.model} & dropped]
    used = {field.type for model in part.models for field in model.fields if field.is_enum}
    part.enums = [e for e in datamodel.enums if e in used]
    return part
