"""Random queries for a datamodel and its records. random_query(rng, evaluator) gives a tree of `query.py`.

The evaluator is asked for filters that tell some rows from others; most of those made without looking would let none or all through.
"""
import copy

from datamodel import Field
from query import (Arguments, Combine, Compare, Condition, Group, Item, Leaf, Leaves, NoChange, NodeId, Query, Related, Selector, Where)
import values

TEXT_OPERATORS = ["", "not", "in", "not_in", "lt", "lte", "gt", "gte", "contains", "not_contains", "starts_with", "not_starts_with", "ends_with",
                  "not_ends_with"]
OPERATORS = {"ID": TEXT_OPERATORS, "String": TEXT_OPERATORS, "Boolean": ["", "not"], "UUID": ["", "not", "in", "not_in"], "Json": []}
ORDERED = ["", "not", "in", "not_in", "lt", "lte", "gt", "gte"]  # of Int, Float and DateTime
PAGE_INFO = {"hasNextPage": "has_next", "hasPreviousPage": "has_previous", "startCursor": "start", "endCursor": "end"}
COUNT, CURSOR, ID = Field(None, "count", "Int"), Field(None, "cursor", "String"), Field(None, "id", "ID")


def operators(field):
    return OPERATORS["UUID"] if field.is_enum else OPERATORS.get(field.type_name, ORDERED)


def random_query(rng, evaluator):
    return Generator(rng, evaluator).query()


def varied(rng, evaluator, query):
    """A copy of a query that is written with the same text, or nearly so, and with other variables."""
    return Generator(rng, evaluator).varied(query)


def everything(store):
    """The query that reads all there is: every visible field of every row, of relations the ids."""
    roots = []
    for model in store.datamodel.models:
        children = [Item("list" if f.is_list else "scalar", f.name, f) for f in model.visible if not f.is_relation]
        for f in model.relations:
            arguments = Arguments(f.type) if f.is_list else None
            children.append(Item("many" if f.is_list else "one", f.name, f, arguments=arguments, children=[Item("scalar", f.type.id.name, f.type.id)]))
        roots.append(Item("root_many", model.many, model=model, arguments=Arguments(model), children=children))
    return Query(roots, 0)


class Generator:
    def __init__(self, rng, evaluator):
        self.rng, self.evaluator, self.store = rng, evaluator, evaluator.store
        self.models = self.store.datamodel.models
        self.names, self.relations_left, self.fragments = 0, rng.choice((1, 2, 3, 5, 8)), {}

    def chance(self, probability):
        return self.rng.random() < probability

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}_"

    def query(self):
        if self.chance(0.04):
            return Query([self.faulty()], self.rng.random())
        if self.chance(0.06) and self.updatable():
            return Query([self.no_change() for _ in range(self.rng.choice((1, 1, 2)))], self.rng.random(), "Mutation")
        roots = [self.root() for _ in range(self.rng.choice((1, 1, 1, 1, 2, 3)))]
        if self.chance(0.05):
            roots.append(Item("typename", "__typename"))
        return Query(self.group(roots, "Query"), self.rng.random(), varies=self.chance(0.5))

    # ---- the same text with other variables ----

    def varied(self, query):
        query = copy.deepcopy(query)
        for node in list(query.nodes()):
            if self.chance(0.6):
                self.vary(node)
        return query

    def vary(self, node):
        if isinstance(node, Leaf):
            self.vary_leaf(node)
        elif isinstance(node, Leaves) and node.mode == "variable":
            node.items = [Leaf(node.field, self.operand(node.field, ""), seed=self.rng.random()) for _ in range(self.rng.choice((0, 1, 2, 3, 6)))]
        elif isinstance(node, Condition) and node.mode == "variable":
            node.value = not node.value
        elif isinstance(node, Arguments):
            if node.where is not None and node.where_mode == "variable":
                node.where = self.telling(node.model)
            if node.order is not None and node.order_mode == "variable":
                node.order = (self.rng.choice(node.model.scalars), self.chance(0.5))

    def vary_leaf(self, leaf):
        if leaf.mode == "literal" or leaf.field is ID:
            return
        if leaf.field is CURSOR:
            made = self.cursor(leaf.model)
        elif leaf.field is COUNT:
            made = Leaf(COUNT, self.rng.choice((0, 1, 2, 3, 5, 2**31 - 1)))
        else:
            made = Leaf(leaf.field, self.operand(leaf.field, ""))
        if made.mode == "absent" or (made.value is None and made.row is None):
            made = Leaf(leaf.field, leaf.value, row=leaf.row, as_text=leaf.as_text)
        if not leaf.is_required and self.chance(0.2):
            made.value, made.row = None, None
        if leaf.mode == "default":
            leaf.instead = made.get()
            return
        leaf.value, leaf.row, leaf.mode = made.value, made.row, "variable"
        if leaf.value is None and not leaf.is_required and self.chance(0.5):
            leaf.mode = "absent"

    # ---- roots ----

    def root(self):
        model = self.rng.choice(self.models)
        kind = self.rng.random()
        alias = self.name("r")
        if kind < 0.5:
            return Item("root_many", model.many, model=model, arguments=self.arguments(model), children=self.record(model, 4), alias=alias)
        if kind < 0.8:
            return Item("root_connection", model.connection, model=model, arguments=self.arguments(model),
                        children=self.connection(model), alias=alias)
        nodes = [m for m in self.models if m.is_node]
        if kind < 0.9 or not nodes:
            return Item("root_one", model.one, model=model, arguments=self.selector(model), children=self.record(model, 4), alias=alias)
        return Item("root_node", "node", arguments=NodeId(self.node_id(nodes)), children=self.node(nodes), alias=alias)

    def node_id(self, nodes):
        rows = [row for model in nodes for row in self.store.rows[model]]
        row = self.rng.choice(rows) if rows and self.chance(0.85) else None
        leaf = Leaf(ID, values.some_id(self.rng), self.mode(("literal", "variable")), self.rng.random(), row)
        leaf.is_required = True
        return leaf

    def node(self, nodes):
        out = [Item("scalar", "id", nodes[0].id, alias=self.rng.choice((None, self.name("a"))))] if self.chance(0.6) else []
        if self.chance(0.4):
            out.append(Item("typename", "__typename"))
        for model in self.rng.sample(nodes, self.rng.randint(0, len(nodes))):
            prefix = self.name("n")  # fields of different types must not have one key
            children = self.record(model, 3, plain=True)
            for child in children:
                child.alias = f"{prefix}_{child.key}"
            out.append(Group(model.name, children, self.name("F") if self.chance(0.3) else None))
        return out or [Item("scalar", "id", nodes[0].id)]

    def updatable(self):
        """Models with a row, and something an update could change."""
        return [m for m in self.models if self.store.rows[m] and any(not f.is_id and not f.is_generated for f in m.visible)]

    def no_change(self):
        model = self.rng.choice(self.updatable())
        selector = self.selector(model, certain=True)
        return Item("root_update", f"update{model.name}", model=model, arguments=NoChange(selector), children=self.record(model, 4),
                    alias=self.name("u"))

    def selector(self, model, certain=False):
        """`certain`: of a row that is there."""
        field = model.id if certain else self.rng.choice(model.uniques)
        rows = [row for row in self.store.rows[model] if row[field] is not None]
        if rows and (certain or self.chance(0.85)):
            row = self.rng.choice(rows)
            leaf = Leaf(field, row[field], "literal", self.rng.random(), row if field.is_id else None)
        else:
            leaf = Leaf(field, values.some_value(self.rng, field, far=True), "literal", self.rng.random())
        leaf.mode = self.mode(("literal", "literal", "variable", "default"))
        pairs = [(field, leaf)]
        for other in model.uniques:  # null does not count
            if other is not field and self.chance(0.1):
                pairs.append((other, Leaf(other, None, self.mode(("literal", "variable", "absent")), self.rng.random())))
        self.rng.shuffle(pairs)
        mode = "variable" if self.chance(0.25) else "literal"
        return Selector(model, pairs, mode)

    def faulty(self):
        """A root field that fails, in one way."""
        model = self.rng.choice(self.models)
        kind = self.rng.randrange(4)
        alias = self.rng.choice((None, "x"))
        if kind == 0:
            pairs = self.rng.sample(model.uniques, self.rng.choice((0, min(2, len(model.uniques)))))
            leaves = [(f, Leaf(f, values.some_value(self.rng, f), self.mode(("literal", "variable")), self.rng.random())) for f in pairs]
            if len(leaves) == 1:
                leaves = [(leaves[0][0], Leaf(leaves[0][0], None))]
            return Item("root_one", model.one, model=model, arguments=Selector(model, leaves), children=self.record(model, 1), alias=alias)
        arguments = Arguments(model)
        lists = [f for f in model.relations if f.is_list]
        if kind == 1 and lists:
            arguments.where = Where([Related(self.rng.choice(lists), self.rng.choice(("some", "every", "none")), None)])
            if self.chance(0.5):
                arguments.where = Where([Combine(self.rng.choice(("AND", "OR", "NOT")), [arguments.where])])
            arguments.where_mode = self.mode(("literal", "variable"))
        elif kind == 2:
            arguments.first, arguments.last = self.count(), self.count()
            arguments.first.mode = arguments.last.mode = "literal"
            arguments.first.value = arguments.last.value = 1
        else:
            setattr(arguments, self.rng.choice(("first", "last", "skip")),
                    Leaf(COUNT, self.rng.choice((-1, -5, -2**31)), self.mode(("literal", "variable", "default"))))
        if self.chance(0.5):
            return Item("root_many", model.many, model=model, arguments=arguments, children=self.record(model, 1), alias=alias)
        return Item("root_connection", model.connection, model=model, arguments=arguments, children=self.connection(model), alias=alias)

    # ---- arguments ----

    def mode(self, choices):
        return self.rng.choice(choices)

    def count(self):
        leaf = Leaf(COUNT, self.rng.choice((0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 20, 2**31 - 1)), seed=self.rng.random())
        leaf.mode = self.mode(("literal", "literal", "variable", "default"))
        if self.chance(0.05):
            leaf.is_required = False
            leaf.value, leaf.mode = None, self.mode(("literal", "variable", "absent"))
        return leaf

    def cursor(self, model):
        rows = self.store.rows[model]
        row = self.rng.choice(rows) if rows and self.chance(0.92) else None
        unknown = {"Int": "987654", "UUID": "00000000-0000-0000-0000-00000000dead"}.get(model.id.type, "unknown")
        leaf = Leaf(CURSOR, unknown, self.mode(("literal", "literal", "variable", "default")), self.rng.random(), row, as_text=True)
        leaf.model = model
        if self.chance(0.03):
            leaf.is_required = False
            leaf.row, leaf.value, leaf.mode = None, None, self.mode(("literal", "variable", "absent"))
        return leaf

    def arguments(self, model):
        out = Arguments(model)
        if self.chance(0.5):
            out.where = self.telling(model)
            out.where_mode = self.mode(("literal",) * 7 + ("variable", "variable", "default"))
        if self.chance(0.5):
            out.order = (self.rng.choice(model.scalars), self.chance(0.5))
            out.order_mode = self.mode(("literal", "literal", "variable", "default"))
        if self.chance(0.25):
            out.skip = self.count()
            out.skip.value = self.rng.choice((out.skip.value, 1, 1, 2))
        kind = self.rng.random()
        if kind < 0.3:
            out.first = self.count()
        elif kind < 0.6:
            out.last = self.count()
        if self.chance(0.15):
            out.after = self.cursor(model)
        if self.chance(0.15):
            out.before = self.cursor(model)
        if self.chance(0.05):
            out.nulls = [name for name in ("where", "order", "skip", "first", "last") if getattr(out, name) is None and self.chance(0.5)]
            out.nulls = ["orderBy" if name == "order" else name for name in out.nulls]
        return out

    # ---- filters ----

    def telling(self, model):
        """A filter that holds of some rows and not of others, if one is found soon."""
        rows = self.store.rows[model]
        for _ in range(4):
            where = self.where(model, 3)
            if where.entries and 0 < sum(self.evaluator.holds(where, row) is True for row in rows) < len(rows):
                break
        return where

    def where(self, model, depth):
        entries = {}
        for _ in range(self.rng.choice((0, 1, 1, 1, 2, 2, 3))):
            entry = self.entry(model, depth)
            if entry is not None:
                entries[entry.key] = entry
        return Where(list(entries.values()))

    def entry(self, model, depth):
        kind = self.rng.random()
        if depth > 0 and kind < 0.25:
            wheres = [self.where(model, depth - 1) for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3)))]
            return Combine(self.rng.choice(("AND", "OR", "NOT")), wheres, self.chance(0.3))
        if depth > 0 and kind < 0.55 and model.relations:
            return self.related(self.rng.choice(model.relations), depth)
        fields = [f for f in model.scalars if operators(f)]
        field = self.rng.choice(fields)
        return self.comparison(field, self.rng.choice(operators(field)))

    def related(self, field, depth):
        if not field.is_list:
            return Related(field, "", None if self.chance(0.15) else self.where(field.type, depth - 1))
        return Related(field, self.rng.choice(("some", "every", "none")), self.where(field.type, depth - 1))

    def comparison(self, field, op):
        if op in ("in", "not_in"):
            if self.chance(0.05):
                return Compare(field, op, None)
            items = [Leaf(field, self.operand(field, ""), self.mode(("literal", "literal", "literal", "variable")), self.rng.random())
                     for _ in range(self.rng.choice((0, 1, 1, 2, 3, 5)))]
            for item in items:
                item.is_required = True
            return Compare(field, op, Leaves(field, items, "variable" if self.chance(0.3) else "literal", self.chance(0.3)))
        if self.chance(0.08):
            return Compare(field, op, None)
        leaf = Leaf(field, self.operand(field, op), self.mode(("literal", "literal", "literal", "variable", "variable", "default")), self.rng.random())
        if self.chance(0.04):
            leaf.is_required = False
            leaf.value, leaf.mode = None, self.mode(("literal", "variable", "absent"))
        return Compare(field, op, leaf)

    def operand(self, field, op):
        """Mostly a value that is there, or a part of one."""
        stored = [row[field] for row in self.store.rows[field.model] if row[field] is not None]
        value = self.rng.choice(stored) if stored and self.chance(0.7) else values.some_value(self.rng, field, far=True)
        if isinstance(value, str) and not field.is_enum and field.type_name in ("String", "ID"):
            if "with" in op or "contains" in op:
                start = self.rng.randint(0, len(value))
                value = {"s": value[:start], "e": value[start:]}.get(op.replace("not_", "")[0], value[start:start + self.rng.randint(0, 3)])
            if self.chance(0.15):
                value = self.rng.choice((value.upper(), value.lower(), value.swapcase(), value + "%", "_" + value[1:], "!" + value))
        elif self.chance(0.1) and field.type_name == "DateTime":
            value = min(max(value + self.rng.choice((-1, 1)), values.FIRST_MS), values.LAST_MS)
        return value

    # ---- selections ----

    def record(self, model, depth, plain=False):
        """What is selected of a row. `plain`: no groups, nothing twice."""
        out = []
        scalars = [f for f in model.visible if not f.is_relation]
        for f in self.rng.sample(scalars, self.rng.randint(1, len(scalars))):
            out.append(Item("list" if f.is_list else "scalar", f.name, f))
        if self.chance(0.15):
            out.append(Item("typename", "__typename", alias=self.rng.choice((None, self.name("t")))))
        if depth > 0:
            for f in self.rng.sample(model.relations, len(model.relations)):
                if self.relations_left > 0 and self.chance(0.75):
                    self.relations_left -= 1
                    out.append(self.relation(f, depth))
                    if self.chance(0.1):
                        again = self.relation(f, depth)
                        again.alias = self.name("k")
                        out.append(again)
        self.rng.shuffle(out)
        if plain:
            return out
        if self.chance(0.1):
            return self.renamed(model, out)
        for item in out:
            if item.kind == "scalar" and self.chance(0.1):
                item.alias = self.name("a")
        return self.group(self.doubled(out), model.name, model)

    def relation(self, f, depth):
        if not f.is_list:
            return Item("one", f.name, f, children=self.record(f.type, depth - 1), alias=self.name("k") if self.chance(0.2) else None)
        arguments = self.arguments(f.type) if self.chance(0.6) else Arguments(f.type)
        alias = self.name("k") if arguments.is_given() or self.chance(0.2) else None  # arguments differ: so must the keys
        return Item("many", f.name, f, arguments=arguments, children=self.record(f.type, depth - 1), alias=alias)

    def renamed(self, model, items):
        """Aliases that are names of other fields."""
        used = {item.key for item in items}
        free = [f.name for f in model.visible if f.name not in used]
        for item in items:
            if item.kind == "scalar" and free and self.chance(0.5):
                item.alias = free.pop()
        return items

    def doubled(self, items):
        """Some items a second time, with the same key: their selections are merged."""
        out = list(items)
        for item in items:
            if self.chance(0.06):
                again = Item(item.kind, item.name, item.field, item.model, item.arguments, item.children, item.alias)
                if item.children and len(item.children) > 1:
                    middle = self.rng.randint(1, len(item.children) - 1)
                    item.children, again.children = item.children[:middle], item.children[middle:]
                out.append(again)
        return out

    def group(self, items, type_name, model=None):
        """Some of the items in fragments, some with conditions."""
        for item in items:
            if self.chance(0.05):
                item.condition = self.condition()
        if not items or not self.chance(0.25):
            return items
        start = self.rng.randint(0, len(items) - 1)
        end = self.rng.randint(start + 1, len(items))
        chosen = items[start:end]
        kind = self.rng.random()
        on, name = type_name, None
        if kind < 0.3:
            on = None
        elif kind < 0.6:
            name = self.name("F")
        elif kind < 0.7 and model is not None and model.is_node:
            on, chosen = "Node", [Group(type_name, chosen)]
        group = Group(on, chosen, name)
        if self.chance(0.3):
            group.condition = self.condition()
        out = items[:start] + [group] + items[end:]
        if name and self.chance(0.2):
            out.append(group)  # spread twice
        return out

    def condition(self):
        return Condition(self.rng.choice(("include", "skip")), self.chance(0.5), self.mode(("literal", "variable")))

    def connection(self, model):
        parts = []
        if self.chance(0.8):
            children = [Item("node", "node", children=self.record(model, 3))] if self.chance(0.85) else []
            if self.chance(0.5) or not children:
                children.append(Item("cursor", "cursor"))
            children += [Item("typename", "__typename")] if self.chance(0.1) else []
            if self.chance(0.1):
                children.append(Item("node", "node", children=self.record(model, 2), alias=self.name("n")))
            parts.append(Item("edges", "edges", children=self.group(children, f"{model.name}Edge")))
            if self.chance(0.1):
                parts.append(Item("edges", "edges", children=[Item("node", "node", children=self.record(model, 1))], alias=self.name("e")))
        if self.chance(0.5) or not parts:
            chosen = self.rng.sample(list(PAGE_INFO), self.rng.randint(1, 4))
            parts.append(Item("page_info", "pageInfo", children=self.group([Item(PAGE_INFO[n], n) for n in chosen], "PageInfo")))
        if self.chance(0.5):
            parts.append(Item("aggregate", "aggregate", children=[Item("count", "count", alias=self.name("a") if self.chance(0.2) else None)]))
        if self.chance(0.1):
            parts.append(Item("typename", "__typename"))
        self.rng.shuffle(parts)
        return self.group(self.doubled(parts), f"{model.name}Connection")
