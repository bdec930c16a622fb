"""Random mutations for the records of a Store, in the form of `mutation_rules.py`.

`{"$mark": m}` as the id in a `where` stands for the id of the record with that mark: the server chooses others each time.
"""

KEYS = 40       # unique values that may meet again
MANY_ROWS = 30  # then more is deleted than created


class Generator:
    """`marks` counts the marks given out, over all mutations of a store."""

    def __init__(self, rng, store, marks):
        self.rng, self.store, self.marks = rng, store, marks

    def chance(self, probability):
        return self.rng.random() < probability

    def mutation(self):
        rng = self.rng
        model = rng.choice(self.store.datamodel.models)
        is_full = sum(len(rows) for rows in self.store.rows.values()) > MANY_ROWS
        op = rng.choices(("create", "update", "upsert", "delete", "updateMany", "deleteMany"),
                         (2, 10, 2, 6, 2, 6) if is_full else (6, 10, 4, 2, 2, 1))[0]
        out = {"op": op, "model": model.name}
        if op == "create":
            out["data"] = self.create_data(model, None, 0)
        elif op in ("updateMany", "deleteMany"):
            out["where"] = self.filter(model)
            if op == "updateMany":
                out["data"] = self.scalars(model)
        else:
            row = rng.choice(self.store.rows[model]) if self.store.rows[model] and not self.chance(0.07) else None
            out["where"] = self.where(model, row)
            if op == "update":
                out["data"] = self.update_data(model, None, 0, row)
            elif op == "upsert":
                out["create"], out["update"] = self.create_data(model, None, 0), self.update_data(model, None, 0, row)
        return out

    # ---- values ----

    def key(self):
        return f"k{self.rng.randrange(KEYS)}" if self.chance(0.4) else f"k{self.rng.randrange(KEYS, 10**6)}"

    def value(self, field):
        """A value for a field that is no list."""
        if not field.is_required and self.chance(0.2):
            return None
        if field.name == "key":
            return self.key()
        return self.rng.randrange(KEYS * 5) if field.is_unique else self.rng.randrange(5)

    def list(self):
        return {"set": [self.rng.choice("abc") for _ in range(self.rng.randrange(4))]}

    def filter(self, model):
        rng = self.rng
        rows = self.store.rows[model]
        choices = [{}, {"v": rng.choice((None, *range(5)))}, {"v_gt": rng.randrange(5)}, {"v_lt": rng.randrange(5)}, {"key_starts_with": f"k{rng.randrange(10)}"},
                   {"mark_in": [r.values["mark"] for r in rng.sample(rows, min(len(rows), 3))]},
                   {"OR": [{"v": rng.randrange(5)}, {"v_gt": 3}]}, {"AND": [{"v_gt": 1}, {"key_starts_with": "k"}]}]
        return rng.choices(choices, (1, 3, 2, 2, 2, 5, 1, 1))[0]

    def where(self, model, row):
        fields = [f for f in model.uniques if row is None or row[f] is not None or f.is_id]
        field = self.rng.choice(fields)
        if row is None:
            value = missing_id(model) if field.is_id else f"absent{self.rng.randrange(9)}" if field.type == "String" else -1 - self.rng.randrange(9)
            return {field.name: value}
        return {field.name: {"$mark": row.values["mark"]} if field.is_id else row[field]}

    # ---- data ----

    def new_mark(self):
        self.marks[0] += 1
        return f"m{self.marks[0]}"

    def create_data(self, model, without, depth):
        out = {}
        for field in model.visible:
            if field.is_relation or field.is_created_at or field.is_updated_at or (field.is_id and (field.type == "Int" or not self.chance(0.1))):
                continue
            if field.is_id:
                out["id"] = f"id{self.rng.randrange(30)}"
            elif field.name == "mark":
                out["mark"] = self.new_mark()
            elif field.is_list:
                if self.chance(0.5):
                    out[field.name] = self.list()
            elif field.is_required and not field.has_default:
                out[field.name] = self.value(field)
            elif self.chance(0.6):
                out[field.name] = None if field.is_required and self.chance(0.03) else self.value(field)
        for p in model.relations:
            if p is without:
                continue
            given = self.create_relation(p, depth)
            if given is not None:
                out[p.name] = given
        return out

    def create_relation(self, p, depth):
        if not p.is_required and not self.chance(0.4 - 0.1 * depth):
            return {} if self.chance(0.01) else None
        if p.is_list:
            out = {}
            if self.chance(0.6) and depth < 3:
                out["create"] = [self.create_data(p.type, p.back, depth + 1) for _ in range(self.rng.randrange(4))]
            if self.chance(0.5):
                out["connect"] = [self.target(p, None) for _ in range(self.rng.randrange(3))]
            return out
        if p.is_required and self.chance(0.01):
            return {}
        creates = depth < 3 and (self.chance(0.9) if p.is_required and p.back.is_required else self.chance(0.5) or not self.store.rows[p.type])
        return {"create": self.create_data(p.type, p.back, depth + 1)} if creates else {"connect": self.target(p, None)}

    def target(self, p, parent):
        """A `where` for a record at the other end: mostly a connected one."""
        related = self.store.related(parent, p) if parent else []
        if related and self.chance(0.65):
            return self.where(p.type, self.rng.choice(related))
        rows = self.store.rows[p.type]
        return self.where(p.type, self.rng.choice(rows) if rows and not self.chance(0.06) else None)

    def scalars(self, model):
        out = {}
        for field in model.visible:
            if field.is_relation or field.is_generated or field.is_id or field.name == "mark":
                continue
            if field.is_list:
                if self.chance(0.3):
                    out[field.name] = self.list()
            elif self.chance(0.15 if field.is_unique else 0.35):
                out[field.name] = self.value(field)
        return out

    def update_data(self, model, without, depth, row):
        out = self.scalars(model)
        for p in model.relations:
            if p is not without and self.chance(0.5 if depth == 0 else 0.3 if depth < 3 else 0):
                out[p.name] = self.many_actions(p, depth, row) if p.is_list else self.one_actions(p, depth, row)
        return out

    def nested_row(self, p, row, where):
        """The record an update below is about, as far as that is to be seen."""
        if row is None:
            return None
        if where is None:
            return next(iter(self.store.related(row, p)), None)
        (name, value), = where.items()
        wanted = "mark" if isinstance(value, dict) else name
        value = value["$mark"] if isinstance(value, dict) else value
        return next((r for r in self.store.rows[p.type] if r.values.get(wanted) == value), None)

    def many_actions(self, p, depth, row):
        out = {}
        for kind in self.rng.sample(("create", "update", "upsert", "delete", "connect", "set", "disconnect", "updateMany", "deleteMany"),
                                    self.rng.choice((1, 1, 1, 2, 2, 3))):
            out[kind] = [self.many_item(kind, p, depth, row) for _ in range(self.rng.choice((1, 1, 2, 2, 3)))]
            if kind == "set" and self.chance(0.2):
                out[kind] = []
        return out

    def many_item(self, kind, p, depth, row):
        if kind == "create":
            return self.create_data(p.type, p.back, depth + 1)
        if kind in ("delete", "connect", "set", "disconnect"):
            return self.target(p, row)
        if kind == "deleteMany":
            return self.filter(p.type)
        if kind == "updateMany":
            return {"where": self.filter(p.type), "data": self.scalars(p.type)}
        where = self.target(p, row)
        data = self.update_data(p.type, p.back, depth + 1, self.nested_row(p, row, where))
        if kind == "update":
            return {"where": where, "data": data}
        return {"where": where, "create": self.create_data(p.type, p.back, depth + 1), "update": data}

    def one_actions(self, p, depth, row):
        kinds = ["create", "connect", "update", "upsert"] + ([] if p.is_required else ["delete", "disconnect"])
        return {kind: self.one_item(kind, p, depth, row) for kind in self.rng.sample(kinds, self.rng.choice((1, 1, 1, 1, 2)))}

    def one_item(self, kind, p, depth, row):
        if kind == "create":
            return self.create_data(p.type, p.back, depth + 1)
        if kind == "connect":
            return self.target(p, row)
        if kind in ("delete", "disconnect"):
            return not self.chance(0.1)
        data = self.update_data(p.type, p.back, depth + 1, self.nested_row(p, row, None))
        return data if kind == "update" else {"create": self.create_data(p.type, p.back, depth + 1), "update": data}


def missing_id(model):
    """An id nobody has."""
    return 987654 if model.id.type == "Int" else "missing"
