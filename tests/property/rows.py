"""Random records for a datamodel, and the mutations that create them.

random_store(rng, datamodel) decides what there shall be; fill(rng, service, store) makes it so through the Service API: with root creates,
nested creates, connects, and updates that connect; as literals and as variables. Ids and times the server chooses are written
into the store.
"""
import json

from service import Refused
from store import Row, Store
import values


# ---- what there shall be --------------------------------------------------------------------------------------------

def random_store(rng, datamodel):
    store, most = Store(datamodel), rng.choice((5, 12, 12, 12, 30))
    counts = row_counts(rng, datamodel, most)
    ids = set()
    for model in datamodel.models:
        used = {field: set() for field in model.uniques}
        for _ in range(counts[model]):
            store.add(random_row(rng, model, used, ids))
    for relation in datamodel.relations:
        link_rows(rng, store, relation)
    return store


def row_counts(rng, datamodel, most):
    """How many rows, so that every required field finds its own."""
    counts = {model: rng.choice((0, 1, 2, 3, most // 2, most, most)) if rng.random() < 0.5 else rng.randint(2, most) for model in datamodel.models}
    while True:
        before = dict(counts)
        for relation in datamodel.relations:
            for field in (relation.first, relation.second):
                if field.is_required:
                    to_one = not field.back.is_list
                    limit = counts[field.type] if to_one or counts[field.type] == 0 else most
                    counts[field.model] = min(counts[field.model], limit)
        if counts == before:
            return counts


def random_row(rng, model, used, ids):
    """`used`: the values unique fields have already; `ids`: ids of all models (`node(id:)` must find one of them)."""
    row = Row(model, {})
    for field in model.fields:
        if field.is_relation or field.is_hidden or field.is_generated:
            continue
        if field.is_list:
            row[field] = [values.some_value(rng, field) for _ in range(rng.choice((0, 0, 1, 2, 3, 5)))]
            continue
        if field.is_id and field.id_strategy == "AUTO" and rng.random() < 0.3:
            row[field] = None  # the server makes one
            continue
        if not field.is_required and rng.random() < 0.25:
            row[field] = None
            continue
        value = values.some_value(rng, field)
        while field in used and (value in used[field] or (field.is_id and value in ids)):
            value = values.some_value(rng, field)
        if field in used:
            used[field].add(value)
        if field.is_id:
            ids.add(value)
        row[field] = value
    return row


def link_rows(rng, store, relation):
    first, second = relation.first, relation.second
    left, right = list(store.rows[first.model]), list(store.rows[second.model])
    if first.is_list and second.is_list:
        density = rng.choice((0, 0.1, 0.3, 0.6))
        for a in left:
            for b in right:
                if rng.random() < density:
                    store.link(a, first, b)
        return
    if not first.is_list and not second.is_list:
        rng.shuffle(left)
        rng.shuffle(right)
        required = len(left) if first.is_required else len(right) if second.is_required else 0
        count = max(required, rng.randint(0, min(len(left), len(right))))
        for a, b in list(zip(left, right))[:count]:
            store.link(a, first, b)
        return
    one = second if first.is_list else first  # the field with one value
    targets = store.rows[one.type]
    some = rng.sample(targets, max(1, len(targets) // 2)) if targets and rng.random() < 0.5 else targets
    for row in store.rows[one.model]:
        if some and (one.is_required or rng.random() < 0.7):
            store.link(row, one, rng.choice(some))


# ---- how it is made -------------------------------------------------------------------------------------------------

class Fill:
    """Creates the rows of a store. `sent` keeps the requests, for whoever wants to repeat them."""

    def __init__(self, rng, service, store):
        self.rng, self.service, self.store = rng, service, store
        self.created, self.sent = set(), []
        self.nesting = set()  # the rows of the root create being made: what is in it cannot be referred to yet
        self.todo = {(relation, id(a), id(b)) for relation, pairs in store.links.items() for a, b in pairs}
        self.fields, self.variables, self.made = [], {}, []

    def run(self):
        for model in self.store.datamodel.models:
            for row in list(self.store.rows[model]):
                if row not in self.created:
                    self.create(row)
        self.flush()
        for relation, pairs in self.store.links.items():
            for a, b in pairs:
                if self.is_open(relation.first, a, b):
                    self.connect(relation, a, b)
        self.flush()
        self.read_times()

    # ---- links that are still to be made ----

    @staticmethod
    def key(field, row, other):
        relation = field.relation
        return (relation, id(row), id(other)) if field is relation.first else (relation, id(other), id(row))

    def is_open(self, field, row, other):
        return self.key(field, row, other) in self.todo

    def close(self, field, row, other):
        self.todo.discard(self.key(field, row, other))

    # ---- requests ----

    def create(self, row):
        self.nesting = set()
        data, made = self.data(row, 0), [row]
        nested = ""
        for field in row.model.relations:  # the other one of two that require each other
            if self.is_partner(field):
                partner = self.store.related(row, field)[0]
                nested = f" {field.name} {{ {partner.model.id.name} }}"
                made.append((field, partner))
        name = f"m{len(self.fields)}"
        if not data:
            argument = "(data: {})" if self.has_input(row.model) else ""
        else:
            argument = f"(data: {self.write_data(row.model, data)})"
        self.fields.append(f"{name}: create{row.model.name}{argument} {{ {row.model.id.name}{nested} }}")
        self.made.append((name, made))
        if row.id is None or any(partner.id is None for _, partner in made[1:]) or len(self.fields) >= 12:
            self.flush()

    @staticmethod
    def has_input(model):
        return any(not f.is_generated for f in model.visible)

    def connect(self, relation, a, b):
        field, row, other = self.rng.choice([(f, x, y) for f, x, y in ((relation.first, a, b), (relation.second, b, a)) if not f.is_hidden])
        self.close(field, row, other)
        others = [other]
        if field.is_list:
            for more in self.store.related(row, field):
                if self.is_open(field, row, more) and self.rng.random() < 0.5:
                    self.close(field, row, more)
                    others.append(more)
        wheres = ", ".join(self.where(r) for r in others)
        wheres = f"[{wheres}]" if len(others) > 1 or (field.is_list and self.rng.random() < 0.5) else wheres
        self.fields.append(f"u{len(self.fields)}: update{row.model.name}(where: {self.where(row)}, data: {{{field.name}: {{connect: {wheres}}}}})"
                           f" {{ {row.model.id.name} }}")
        if len(self.fields) >= 12:
            self.flush()

    def flush(self):
        """Sends what has been collected, as one request."""
        if not self.fields:
            return
        declared = ", ".join(f"${name}: {type_}" for name, (type_, _) in self.variables.items())
        query = f"mutation{f'({declared})' if declared else ''} {{\n  " + "\n  ".join(self.fields) + "\n}"
        variables = {name: value for name, (_, value) in self.variables.items()}
        made, self.fields, self.variables, self.made = self.made, [], {}, []
        self.sent.append((query, variables))
        answer = self.service.data(query, variables)
        for name, (row, *partners) in made:
            self.set_id(row, answer[name])
            for field, partner in partners:
                self.set_id(partner, answer[name][field.name])

    @staticmethod
    def set_id(row, answer):
        got = answer[row.model.id.name]
        got = int(got) if row.model.id.type == "Int" else got
        if row.id is not None and row.id != got:
            raise Refused(f"{row} was created with the id {got!r}", None)
        row.has_server_id = row.has_server_id or row.id is None
        row[row.model.id] = got

    def read_times(self):
        """The server's instants, by id; createdAt and updatedAt of a row are the same until somebody changes it."""
        for model in self.store.datamodel.models:
            fields = [f for f in model.scalars if f.is_created_at or f.is_updated_at]
            if not fields or not self.store.rows[model]:
                continue
            names = " ".join(f.name for f in fields)
            answer = self.service.data(f"{{ {model.many} {{ {model.id.name} {names} }} }}")[model.many]
            by_id = {str(item[model.id.name]): item for item in answer}
            for row in self.store.rows[model]:
                for field in fields:
                    row[field] = values.parse_date(by_id[str(row.id)][field.name])
                if len({row[field] for field in fields}) > 1:
                    raise Refused(f"{row}: createdAt and updatedAt differ", by_id[str(row.id)])

    # ---- data ----

    def data(self, row, depth, without=None):
        """What goes into a create's data: (field, how, what) for each field given. `without`: the back field of a nested create."""
        self.created.add(row)
        self.nesting.add(row)
        out = []
        for field in row.model.fields:
            if field.is_hidden or field.is_generated:
                continue
            if field.is_relation:
                if field is not without:
                    out += self.links(row, field, depth)
            elif field.is_list:
                if row[field] or self.rng.random() < 0.5:
                    out.append((field, "list", row[field]))
            elif not self.may_be_absent(row, field):
                out.append((field, "value", row[field]))
        self.rng.shuffle(out)
        return out

    def may_be_absent(self, row, field):
        if field.has_default:
            return row[field] == field.default and self.rng.random() < 0.7
        if field.is_id:
            return row[field] is None
        return row[field] is None and self.rng.random() < 0.6

    def links(self, row, field, depth):
        connect, create = [], []
        for other in self.store.related(row, field):
            if not self.is_open(field, row, other):
                continue
            if self.is_there(other):
                if field.is_required or self.rng.random() < 0.7:
                    connect.append(other)
                    self.close(field, row, other)
            elif other not in self.created and (self.is_partner(field) or self.may_nest(field, other, depth)):
                self.close(field, row, other)
                create.append((other, self.data(other, depth + 1, field.back)))
        if connect or create or (not field.is_required and self.rng.random() < 0.05):
            return [(field, "relation", (connect, create))]
        return []

    def is_there(self, row):
        return row in self.created and row not in self.nesting

    @staticmethod
    def is_partner(field):
        """Whether both ends require each other."""
        return field.is_required and field.back.is_required

    def may_nest(self, field, other, depth):
        """Whether a row not created yet can be created inside another one."""
        if depth >= 3 or other.id is None or self.rng.random() < 0.4:
            return False
        for needed in other.model.relations:
            if needed.is_required and needed is not field.back:
                if self.is_partner(needed) or not all(self.is_there(r) for r in self.store.related(other, needed)):
                    return False
        return True

    # ---- how it is written ----

    def where(self, row):
        fields = [f for f in row.model.uniques if row[f] is not None]
        field = row.model.id if self.rng.random() < 0.6 else self.rng.choice(fields)
        return f"{{{field.name}: {values.literal(self.rng, field, row[field])}}}"

    def write_data(self, model, data):
        kind = self.rng.random()
        if kind < 0.4:
            name = f"d{len(self.variables)}"
            self.variables[name] = (f"{model.name}CreateInput!", self.json_data(data))
            return f"${name}"
        return self.literal_data(data, with_variables=kind < 0.6)

    def literal_data(self, data, with_variables):
        out = []
        for field, how, what in data:
            if how == "list":
                items = [values.literal(self.rng, field, v) for v in what]
                text = items[0] if len(items) == 1 and self.rng.random() < 0.3 else f"[{', '.join(items)}]"
                out.append(f"{field.name}: {{set: {text}}}")
            elif how == "relation":
                out.append(f"{field.name}: {self.literal_relation(field, *what, with_variables)}")
            elif with_variables and self.rng.random() < 0.5 and what is not None:
                name = f"v{len(self.variables)}"
                self.variables[name] = (field.type_name + "!", values.json_value(self.rng, field, what))
                out.append(f"{field.name}: ${name}")
            else:
                out.append(f"{field.name}: {values.literal(self.rng, field, what)}")
        return "{" + ", ".join(out) + "}"

    def literal_relation(self, field, connect, create, with_variables):
        parts = []
        for word, items in (("connect", [self.where(r) for r in connect]),
                            ("create", [self.literal_data(data, with_variables) for _, data in create])):
            if items:
                single = len(items) == 1 and (not field.is_list or self.rng.random() < 0.3)
                parts.append(f"{word}: {items[0] if single else '[' + ', '.join(items) + ']'}")
        self.rng.shuffle(parts)
        return "{" + ", ".join(parts) + "}"

    def json_data(self, data):
        out = {}
        for field, how, what in data:
            if how == "list":
                out[field.name] = {"set": [values.json_value(self.rng, field, v) for v in what]}
            elif how == "relation":
                connect, create = what
                parts = {}
                if connect:
                    parts["connect"] = [{r.model.id.name: r.id} for r in connect]
                if create:
                    parts["create"] = [self.json_data(inner) for _, inner in create]
                out[field.name] = parts if field.is_list else {word: items[0] for word, items in parts.items()}
            else:
                out[field.name] = values.json_value(self.rng, field, what)
        return out


def fill(rng, service, store):
    """Creates the rows of `store` in an empty service and returns the requests that did it."""
    filling = Fill(rng, service, store)
    try:
        filling.run()
    except Refused as failure:
        failure.sent = filling.sent
        raise
    return filling.sent


def show_request(query, variables):
    """A request to read."""
    return query + (f"\nvariables: {json.dumps(variables, ensure_ascii=False)}" if variables else "")
