"""Records in memory: the rows of every model and the links between them, as the API sees them.

A Store knows no SQL and no order of storage. It is what the server's database should hold: reads are evaluated on it (`evaluate.py`),
and a model of mutations can change it (`add`, `link`, `unlink`, `remove`) and be compared with the database as a whole
(`queries.everything`).
"""


class Row:
    """One record. `values` holds scalars and scalar lists by field name, in the form of `values.py`; relations are in the Store.

    Rows are compared by identity; a Store's copy has copies of them.
    """

    def __init__(self, model, values):
        self.model, self.values = model, values
        self.has_server_id = False

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return f"{self.model.name}({self.id!r})"

    @property
    def id(self):
        return self.values.get(self.model.id.name)

    def __getitem__(self, field):
        return self.values.get(field.name)

    def __setitem__(self, field, value):
        self.values[field.name] = value


class Store:
    """Rows by model, and for each relation the pairs (row at `relation.first.model`, row at `relation.second.model`)."""

    def __init__(self, datamodel):
        self.datamodel = datamodel
        self.rows = {model: [] for model in datamodel.models}
        self.links = {relation: [] for relation in datamodel.relations}

    def copy(self):
        """Another store with equal rows; and the map from the old rows to the new ones."""
        out, new = Store(self.datamodel), {}
        for model, rows in self.rows.items():
            for row in rows:
                new[row] = Row(model, {name: list(v) if isinstance(v, list) else v for name, v in row.values.items()})
                out.rows[model].append(new[row])
        for relation, pairs in self.links.items():
            out.links[relation] = [(new[a], new[b]) for a, b in pairs]
        return out, new

    def without(self, row):
        """Another store of the same rows but this one and those that require it."""
        out = Store(self.datamodel)
        out.rows = {model: list(rows) for model, rows in self.rows.items()}
        out.links = {relation: list(pairs) for relation, pairs in self.links.items()}
        gone = [row]
        while gone:
            row = gone.pop()
            gone += [a for relation in out.links for field in (relation.first, relation.second) if field.is_required
                     for a in out.rows[field.model] if out.is_linked(a, field, row)]
            out.remove(row)
        return out

    def add(self, row):
        self.rows[row.model].append(row)
        return row

    def find(self, field, value):
        """The row whose unique field has this value, or None."""
        return next((row for row in self.rows[field.model] if value is not None and row[field] == value), None)

    def related(self, row, field):
        """The rows at the other end of a relation field."""
        if field is field.relation.first:
            return [b for a, b in self.links[field.relation] if a is row]
        return [a for a, b in self.links[field.relation] if b is row]

    def is_linked(self, row, field, other):
        return any(r is other for r in self.related(row, field))

    def link(self, row, field, other):
        """Links two rows, seen from `field`. Takes nothing away: a to-one field's old link has to be unlinked first."""
        if not self.is_linked(row, field, other):
            self.links[field.relation].append((row, other) if field is field.relation.first else (other, row))

    def unlink(self, row, field, other):
        pair = (row, other) if field is field.relation.first else (other, row)
        self.links[field.relation] = [p for p in self.links[field.relation] if p[0] is not pair[0] or p[1] is not pair[1]]

    def remove(self, row):
        """Removes a row and its links, nothing else."""
        self.rows[row.model] = [r for r in self.rows[row.model] if r is not row]
        for relation, pairs in self.links.items():
            self.links[relation] = [(a, b) for a, b in pairs if a is not row and b is not row]
