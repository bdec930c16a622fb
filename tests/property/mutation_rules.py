"""What a mutation does to a Store: the rules of the Prisma 1 API, written from their description.

A mutation is a dict: `op` (create, update, upsert, delete, updateMany, deleteMany), `model`, and as its arguments `where`, `data`,
`create` and `update`, by field names as in the request's variables.
"""
from store import Row

KINDS = ("create", "update", "upsert", "delete", "connect", "set", "disconnect", "updateMany", "deleteMany")
UNKNOWN = "\0"  # in a message: an id the server has chosen


class Failure(Exception):
    """The mutation is refused. `alternatives`: (code, message) pairs; the rules do not say which of several faults is told."""

    def __init__(self, *alternatives):
        super().__init__(str(alternatives))
        self.alternatives = list(alternatives)


class Undefined(Exception):
    """The rules do not say: the mutation goes on at a record it has deleted itself."""


def items(value):
    """A list, or the one that may stand for it."""
    return value if isinstance(value, list) else [value]


def find_field(model, name):
    return next(f for f in model.fields if f.name == name)


def matches(row, where):
    """A scalar filter."""
    for name, wanted in where.items():
        if name in ("AND", "OR"):
            if not (all if name == "AND" else any)(matches(row, inner) for inner in wanted):
                return False
            continue
        base, _, operator = name.partition("_")
        value = row.values.get(base)
        if operator == "":
            good = value == wanted
        elif value is None:
            good = False
        else:
            good = {"gt": lambda: value > wanted, "lt": lambda: value < wanted, "in": lambda: value in wanted,
                    "starts_with": lambda: value.startswith(wanted)}[operator]()
        if not good:
            return False
    return True


# ---- checked before anything is written -------------------------------------------------------------------------------

def plan_faults(model, mutation):
    """Faults of the request itself, those of branches that are not taken included."""
    op = mutation["op"]
    if op == "create":
        return create_faults(model, mutation["data"], None)
    if op == "update":
        return update_faults(mutation["data"], model, None)
    if op == "upsert":
        return create_faults(model, mutation["create"], None) + update_faults(mutation["update"], model, None)
    return []


def create_faults(model, data, without):
    out = []
    for field in model.visible:
        given = data.get(field.name)
        if field.is_relation:
            if field is without:
                continue
            if field.is_required and not (given and (given.get("create") or given.get("connect"))):
                out.append((3032, f"The field '{field.name}' on type '{model.name}' is required. Performing this mutation would violate that constraint"))
            for item in items((given or {}).get("create", [])):
                out += create_faults(field.type, item, field.back)
        elif field.has_default and field.is_required and field.name in data and given is None:
            out.append((3036, f"The input value null was not valid for field {field.name} of type {model.name}."))
    return out


def update_faults(data, model, without):
    out = []
    for field in model.relations:
        given = data.get(field.name)
        if field is without or not given:
            continue
        for item in items(given.get("create", [])):
            out += create_faults(field.type, item, field.back)
        for item in items(given.get("update", [])):
            out += update_faults(item["data"] if field.is_list else item, field.type, field.back)
        for item in items(given.get("upsert", [])):
            out += create_faults(field.type, item["create"], field.back) + update_faults(item["update"], field.type, field.back)
    return out


# ---- written ----------------------------------------------------------------------------------------------------------

class Rules:
    """Carries mutations out on a store; after a Failure the store is of no use. `touched`: rows whose update time changes."""

    def __init__(self, store):
        self.store, self.touched, self.created = store, set(), set()

    def run(self, mutation):
        """What is answered: a Row, a number of records, or for a delete the Row as it was and those of the links it held itself that are left."""
        model = next(m for m in self.store.datamodel.models if m.name == mutation["model"])
        faults = plan_faults(model, mutation)
        if faults:
            raise Failure(*faults)
        op = mutation["op"]
        if op == "create":
            return self.create(model, mutation["data"], None, None)
        if op in ("updateMany", "deleteMany"):
            return self.many(op, model, [row for row in self.store.rows[model] if matches(row, mutation["where"])], mutation.get("data"))
        row = self.find(model, mutation["where"])
        if op == "upsert":
            if row is None:
                return self.create(model, mutation["create"], None, None)
            return self.update(row, mutation["update"], None)
        if row is None:
            raise Failure(self.missing(model, mutation["where"]))
        if op == "update":
            return self.update(row, mutation["data"], None)
        return self.answer_delete(row)

    def answer_delete(self, row):
        """A link the row itself held is still answered, if the record at its end is there."""
        held = {f: self.store.related(row, f) for f in row.model.relations if f.relation.link == "INLINE" and f.relation.link_field is f}
        self.delete([row])
        alive = {f: [r for r in rows if any(r is other for other in self.store.rows[r.model])] for f, rows in held.items()}
        return row, alive

    def many(self, op, model, rows, data):
        if op == "deleteMany":
            self.delete(rows)
        elif data:
            self.update_rows(rows, model, data)
        return len(rows)

    # ---- finding ----

    def selector(self, model, where):
        (name, value), = where.items()
        return find_field(model, name), value

    def find(self, model, where):
        field, value = self.selector(model, where)
        return self.store.find(field, value)

    def missing(self, model, where):
        field, value = self.selector(model, where)
        return 3039, f"No Node for the model {model.name} with value {value} for {field.name} found."

    def not_connected(self, p, parent, child, where, way):
        """3041 in one of its four forms."""
        start = f"The relation {p.relation.name} has no node for the model {p.model.name}"
        end_ = f"connected to a Node for the model {p.type.name}"
        if way == "both":
            return 3041, (f"{start} with the value '{shown_id(parent)}' for the field 'id' connected to a node for the model {p.type.name} "
                          f"with the value '{shown_id(child)}' for the field 'id'")
        if way == "parent":
            return 3041, (f"{start} with the value '{shown_id(parent)}' for the field 'id' connected to a node for the model {p.type.name} "
                          "on your mutation path.")
        if way == "child":
            field, value = self.selector(p.type, where)
            return 3041, f"{start} {end_} with the value '{value}' for the field '{field.name}' on your mutation path."
        return 3041, f"{start} {end_} on your mutation path."

    @staticmethod
    def violation(field):
        a, b = sorted((field.relation.first.model.name, field.relation.second.model.name))
        return 3042, f"The change you are trying to make would violate the required relation '{field.relation.name}' between {a} and {b}"

    def child(self, parent, p, where, way):
        """The connected record of a list."""
        row = self.find(p.type, where)
        if row is None:
            raise Failure(self.missing(p.type, where))
        if not self.store.is_linked(parent, p, row):
            raise Failure(self.not_connected(p, parent, row, where, way))
        return row

    def only_child(self, parent, p, way):
        rows = self.store.related(parent, p)
        if not rows:
            raise Failure(self.not_connected(p, parent, None, None, way))
        return rows[0]

    # ---- rows ----

    def check_unique(self, rows, changed):
        """Refuses values two records have now. `rows` have got new values for the fields `changed`."""
        faults = []
        for row in rows:
            for field in changed:
                if (field.is_unique or field.is_id) and row[field] is not None and any(
                        other is not row and other[field] == row[field] for other in self.store.rows[row.model]):
                    faults.append((3010, f"A unique constraint would be violated on {row.model.name}. Details: Field name = {field.name}"))
        if faults:
            raise Failure(*faults)

    def create(self, model, data, p, parent):
        """`p` and `parent`: the record is created through this field of this record."""
        row = Row(model, {})
        for field in model.fields:
            if field.is_relation or field.is_created_at or field.is_updated_at:
                continue
            if field.is_list:
                row[field] = list((data.get(field.name) or {}).get("set") or [])
            elif field.name in data:
                row[field] = data[field.name]
            else:
                row[field] = field.default if field.has_default else None
        self.store.add(row)
        self.created.add(row)
        self.check_unique([row], model.uniques)
        if p is not None:
            self.store.link(parent, p, row)
        self.nested(row, data, p.back if p else None, is_new=True)
        return row

    def update(self, row, data, without):
        self.update_rows([row], row.model, data)
        self.nested(row, data, without, is_new=False)
        self.check_there(row)
        return row

    def update_rows(self, rows, model, data):
        changed = [f for f in model.visible if not f.is_relation and f.name in data]
        for row in rows:
            for field in changed:
                given = data[field.name]
                if field.is_required and not field.is_list and given is None:
                    raise Failure((3020, "You are trying to set a required field to null. If you are using GraphQL arguments, make sure that "
                                         f"you specify a value for all arguments. Fieldname if known: {field.name}"))
                row[field] = list((given or {}).get("set") or []) if field.is_list else given
            if changed:
                self.touched.add(row)
        self.check_unique(rows, changed)

    # ---- nested actions ----

    def check_there(self, row):
        if not any(row is other for other in self.store.rows[row.model]):
            raise Undefined

    def nested(self, row, data, without, is_new):
        for kind in KINDS:
            for p in row.model.relations:
                given = data.get(p.name)
                if p is without or not given or given.get(kind) is None:
                    continue
                self.check_there(row)
                if kind == "set":
                    self.set(row, p, items(given[kind]))
                    continue
                for item in items(given[kind]):
                    self.check_there(row)
                    getattr(self, "nested_" + kind)(row, p, item, is_new)

    def unlink_all(self, row, field):
        for other in self.store.related(row, field):
            self.store.unlink(row, field, other)

    def nested_create(self, parent, p, data, is_new):
        c = p.back
        if not is_new and not p.is_list:
            if p.is_required and c.is_required:
                raise Failure(self.violation(p))
            if c.is_required and self.store.related(parent, p):
                raise Failure(self.violation(p))
            self.unlink_all(parent, p)
        self.create(p.type, data, p, parent)

    def nested_update(self, parent, p, item, _):
        row = self.child(parent, p, item["where"], "child") if p.is_list else self.only_child(parent, p, "none")
        self.update(row, item["data"] if p.is_list else item, p.back)

    def nested_upsert(self, parent, p, item, is_new):
        if p.is_list:
            row = self.find(p.type, item["where"])
            row = row if row is not None and self.store.is_linked(parent, p, row) else None
        else:
            row = next(iter(self.store.related(parent, p)), None)
        if row is None:
            self.nested_create(parent, p, item["create"], is_new)
        else:
            self.update(row, item["update"], p.back)

    def nested_delete(self, parent, p, item, _):
        if item is False:
            return
        row = self.child(parent, p, item, "both") if p.is_list else self.only_child(parent, p, "parent")
        self.delete([row])

    def nested_connect(self, parent, p, where, is_new):
        c = p.back
        row = self.find(p.type, where)
        faults = [] if row is not None else [self.missing(p.type, where)]
        if p.is_required and c.is_required:
            faults.append(self.violation(p))
        if faults:
            raise Failure(*faults)
        if p.is_required and not c.is_list and self.store.related(row, c):
            raise Failure(self.violation(p))
        if not p.is_list and c.is_required and not is_new and self.store.related(parent, p):
            raise Failure(self.violation(p))
        if not p.is_list and not is_new:
            self.unlink_all(parent, p)
        if not c.is_list:
            self.unlink_all(row, c)
        self.store.link(parent, p, row)

    def set(self, parent, p, wheres):
        rows = []
        for where in wheres:
            rows.append(self.find(p.type, where))
            if rows[-1] is None:
                raise Failure(self.missing(p.type, where))
        self.unlink_all(parent, p)
        for row in rows:
            if not p.back.is_list:
                self.unlink_all(row, p.back)
            self.store.link(parent, p, row)

    def nested_disconnect(self, parent, p, item, _):
        if item is False:
            return
        if p.is_required or p.back.is_required:
            raise Failure(self.violation(p))
        row = self.child(parent, p, item, "both") if p.is_list else self.only_child(parent, p, "parent")
        self.store.unlink(parent, p, row)

    def nested_updateMany(self, parent, p, item, _):  # noqa: N802  named as the action
        rows = [row for row in self.store.related(parent, p) if matches(row, item["where"])]
        self.many("updateMany", p.type, rows, item["data"])

    def nested_deleteMany(self, parent, p, where, _):  # noqa: N802
        self.many("deleteMany", p.type, [row for row in self.store.related(parent, p) if matches(row, where)], None)

    # ---- deletes ----

    def delete(self, rows):
        """Rows of one model; what cascades from them first."""
        if not rows:
            return
        self.followed = set()
        for field in rows[0].model.fields:
            if field.is_relation and field.on_delete == "CASCADE":
                self.cascade(field, rows, [])
        self.check_not_required(rows, None)
        self.remove(rows)

    def cascade(self, field, rows, ignored):
        """Deletes what is reached through a cascading field, but for the rows it was come from; a row is followed through a field once."""
        rows = [row for row in rows if (row, field) not in self.followed]
        self.followed |= {(row, field) for row in rows}
        children = self.distinct(other for row in rows for other in self.store.related(row, field) if not any(other is i for i in ignored))
        if not children:
            return
        for inner in field.type.fields:
            if inner.is_relation and inner.on_delete == "CASCADE" and inner is not field.back:
                self.cascade(inner, children, [])
        if field.back.on_delete == "CASCADE":
            self.cascade(field.back, children, rows)
        self.check_not_required(children, field)
        self.remove(children)

    @staticmethod
    def distinct(rows):
        return list({id(row): row for row in rows}.values())

    def check_not_required(self, rows, came_through):
        faults = []
        for model in self.store.datamodel.models:
            for field in model.relations:
                if field.is_required and field.type is rows[0].model and field is not came_through:
                    if any(self.store.related(row, field.back) for row in rows):
                        faults.append(self.violation(field))
        if faults:
            raise Failure(*faults)

    def remove(self, rows):
        for row in rows:
            self.store.remove(row)


def shown_id(row):
    return UNKNOWN if row is None or row.id is None else row.id
