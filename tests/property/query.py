"""A query as a tree: what it means (`evaluate.py` reads that) and how it is written.

Every node keeps what it needs to be written again the same way, so a smaller query can be made by changing the tree alone.
"""
import random

import values


class Absent:
    """What a variable nobody gave is worth: as if the argument were not written."""

    def __deepcopy__(self, memo):
        return self


ABSENT = Absent()


class Node:
    """Base of everything in the tree."""

    def parts(self):
        """The nodes below."""
        for value in vars(self).values():
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(item, Node):
                    yield item

    def nodes(self, seen=None):
        """This node and every one below, each once."""
        seen = set() if seen is None else seen
        if id(self) not in seen:
            seen.add(id(self))
            yield self
            for part in self.parts():
                yield from part.nodes(seen)


class Leaf(Node):
    """A value of an argument. `mode`: literal, variable, default (a variable's) or absent (a variable without a value).

    `row`: the value is this row's id, whatever that is now; `as_text`: as the cursor arguments want it.
    `is_required`: the variable's type has a `!`, now and then by itself. `instead`: a value given for a variable that has a default.
    """

    def __init__(self, field, value, mode="literal", seed=0.0, row=None, as_text=False):
        self.field, self.value, self.mode, self.seed, self.row, self.as_text = field, value, mode, seed, row, as_text
        self.is_required, self.instead = value is not None and random.Random(seed).random() < 0.5, ABSENT
        self.model = None  # of a cursor

    def get(self):
        if self.mode == "absent":
            return ABSENT
        return self.instead if self.mode == "default" and self.instead is not ABSENT else self.written()

    def written(self):
        if self.row is not None and self.row.id is not None:
            return str(self.row.id) if self.as_text else self.row.id
        return self.value

    def write(self, writer):
        rng, value = random.Random(self.seed), self.written()
        if self.mode == "literal" or writer.is_plain:
            return values.literal(rng, self.field, self.get())
        type_ = self.field.type_name
        if self.mode == "absent":
            return writer.variable(type_)
        if self.mode == "default":
            given = {} if self.instead is ABSENT else {"value": values.json_value(rng, self.field, self.instead)}
            return writer.variable(type_, default=values.literal(random.Random(self.seed), self.field, value), **given)
        return writer.variable(type_ + ("!" if self.is_required else ""), values.json_value(rng, self.field, value))

    def json(self):
        return values.json_value(random.Random(self.seed), self.field, self.get())


class Leaves(Node):
    """A list of values; `mode` literal (each value in its own mode) or variable; `is_single`: its one value without brackets."""

    def __init__(self, field, items, mode="literal", is_single=False):
        self.field, self.items, self.mode, self.is_single = field, items, mode, is_single

    def get(self):
        return [item.get() for item in self.items]

    def write(self, writer):
        if self.mode == "variable" and not writer.is_plain:
            return writer.variable(f"[{self.field.type_name}!]", self.json())
        items = [item.write(writer) for item in self.items]
        # A variable in place of a list has to be one.
        is_single = self.is_single and len(items) == 1 and (self.items[0].mode == "literal" or writer.is_plain)
        return items[0] if is_single else f"[{', '.join(items)}]"

    def json(self):
        items = [item.json() for item in self.items]
        return items[0] if self.is_single and len(items) == 1 else items


class Compare(Node):
    """`field_op: operand`; `op` is "" for equality. The operand is a Leaf, or Leaves, or None: null."""

    def __init__(self, field, op, operand):
        self.field, self.op, self.operand = field, op, operand

    @property
    def key(self):
        return self.field.name + (f"_{self.op}" if self.op else "")

    def is_absent(self):
        return isinstance(self.operand, Leaf) and self.operand.get() is ABSENT

    def write(self, writer):
        return "null" if self.operand is None else self.operand.write(writer)

    def json(self):
        return None if self.operand is None else self.operand.json()


class Combine(Node):
    """AND, OR or NOT of filters; `is_single`: the one filter without brackets."""

    def __init__(self, word, wheres, is_single=False):
        self.word, self.wheres, self.is_single = word, wheres, is_single

    @property
    def key(self):
        return self.word

    def is_absent(self):
        return False

    def write(self, writer):
        items = [where.write(writer) for where in self.wheres]
        return items[0] if self.is_single and len(items) == 1 else f"[{', '.join(items)}]"

    def json(self):
        items = [where.json() for where in self.wheres]
        return items[0] if self.is_single and len(items) == 1 else items


class Related(Node):
    """`field: {...}` of a to-one relation, `field_some: {...}` and so on of a list. `where` None: null."""

    def __init__(self, field, quantifier, where):
        self.field, self.quantifier, self.where = field, quantifier, where

    @property
    def key(self):
        return self.field.name + (f"_{self.quantifier}" if self.quantifier else "")

    def is_absent(self):
        return False

    def write(self, writer):
        return "null" if self.where is None else self.where.write(writer)

    def json(self):
        return None if self.where is None else self.where.json()


class Where(Node):
    """A filter object: all its entries have to hold."""

    def __init__(self, entries):
        self.entries = entries

    def write(self, writer):
        entries = [entry for entry in self.entries if not (writer.is_plain and entry.is_absent())]
        return "{" + ", ".join(f"{entry.key}: {entry.write(writer)}" for entry in entries) + "}"

    def json(self):
        return {entry.key: entry.json() for entry in self.entries if not entry.is_absent()}


class Arguments(Node):
    """Of a list or connection. `order` is (field, descending) or None; the others Leaf or None. `nulls`: names written as null."""

    def __init__(self, model):
        self.model = model
        self.where, self.where_mode = None, "literal"
        self.order, self.order_mode, self.nulls = None, "literal", []
        self.first = self.last = self.skip = self.after = self.before = None

    def is_given(self):
        return any(value is not None for name, value in vars(self).items() if name not in ("model", "where_mode", "order_mode", "nulls")) \
            or bool(self.nulls)

    def write(self, writer):
        out = []
        if self.where is not None:
            type_ = f"{self.model.name}WhereInput"
            text = {"literal": lambda: self.where.write(writer), "variable": lambda: writer.variable(type_, self.where.json()),
                    "default": lambda: writer.variable(type_, default=self.where.write(Plain()))}[self.where_mode]()
            out.append(f"where: {text}")
        if self.order is not None:
            word = f"{self.order[0].name}_{'DESC' if self.order[1] else 'ASC'}"
            type_ = f"{self.model.name}OrderByInput"
            text = {"literal": lambda: word, "variable": lambda: writer.variable(type_, word),
                    "default": lambda: writer.variable(type_, default=word)}[self.order_mode]()
            out.append(f"orderBy: {text}")
        for name in ("skip", "after", "before", "first", "last"):
            leaf = getattr(self, name)
            if leaf is not None:
                out.append(f"{name}: {leaf.write(writer)}")
        out += [f"{name}: null" for name in self.nulls]
        return f"({', '.join(out)})" if out else ""


class Selector(Node):
    """The `where` of a unique field: pairs of field and Leaf; exactly one has to be there."""

    def __init__(self, model, pairs, mode="literal"):
        self.model, self.fields, self.leaves, self.mode = model, [f for f, _ in pairs], [leaf for _, leaf in pairs], mode

    def given(self):
        return [(f, leaf.get()) for f, leaf in zip(self.fields, self.leaves) if leaf.get() is not None and leaf.get() is not ABSENT]

    def write(self, writer):
        if self.mode == "variable":
            pairs = {f.name: leaf.json() for f, leaf in zip(self.fields, self.leaves) if leaf.get() is not ABSENT}
            return f"(where: {writer.variable(self.model.name + 'WhereUniqueInput!', pairs)})"
        return "(where: {" + ", ".join(f"{f.name}: {leaf.write(writer)}" for f, leaf in zip(self.fields, self.leaves)) + "})"


class NoChange(Node):
    """The arguments of an update that changes nothing: what it answers is read as anything else."""

    def __init__(self, selector):
        self.selector = selector

    def write(self, writer):
        return self.selector.write(writer)[:-1] + ", data: {})"


class NodeId(Node):
    """The `id` of `node(id:)`."""

    def __init__(self, leaf):
        self.leaf = leaf

    def write(self, writer):
        return f"(id: {self.leaf.write(writer)})"


class Condition(Node):
    """`@include(if:)` or `@skip(if:)`."""

    def __init__(self, word, value, mode):
        self.word, self.value, self.mode = word, value, mode

    def holds(self):
        return self.value == (self.word == "include")

    def write(self, writer):
        text = writer.variable("Boolean!", self.value) if self.mode == "variable" else str(self.value).lower()
        return f" @{self.word}(if: {text})"


class Item(Node):
    """A selected field. `kind` says what it gives:

    scalar, list, one, many: a field of a model; typename;
    root_many, root_one, root_connection, root_node: of Query, on `model`; root_update: of Mutation, an update without data;
    edges, page_info, aggregate, and below them node, cursor, has_next, has_previous, start, end, count.
    """

    def __init__(self, kind, name, field=None, model=None, arguments=None, children=None, alias=None):
        self.kind, self.name, self.field, self.model = kind, name, field, model
        self.arguments, self.children, self.alias, self.condition = arguments, children, alias, None

    @property
    def key(self):
        return self.alias or self.name

    def write(self, writer, indent):
        alias = f"{self.alias}: " if self.alias else ""
        arguments = writer.arguments(self.arguments) if self.arguments else ""
        condition = self.condition.write(writer) if self.condition else ""
        below = "" if self.children is None else " " + write_children(self.children, writer, indent)
        return f"{indent}{alias}{self.name}{arguments}{condition}{below}"


class Group(Node):
    """An inline fragment (`type_name` may be None) or a spread of the fragment `name`."""

    def __init__(self, type_name, children, name=None):
        self.type_name, self.children, self.name, self.condition = type_name, children, name, None

    def write(self, writer, indent):
        condition = self.condition.write(writer) if self.condition else ""
        if self.name:
            if self.name not in writer.fragments:
                writer.fragments[self.name] = ""  # its place; a fragment never spreads itself
                writer.fragments[self.name] = f"fragment {self.name} on {self.type_name} {write_children(self.children, writer, '')}"
            return f"{indent}...{self.name}{condition}"
        on = f" on {self.type_name}" if self.type_name else ""
        return f"{indent}...{on}{condition} {write_children(self.children, writer, indent)}"


def write_children(children, writer, indent):
    return "{\n" + "\n".join(child.write(writer, indent + "  ") for child in children) + f"\n{indent}}}"


class Plain:
    """Writes values without variables."""

    is_plain = True


class Writer:
    """Collects variables and fragments while a query is written."""

    is_plain = False

    def __init__(self, seed, reuses):
        self.reuses = reuses  # whether equal values share a variable
        self.rng, self.declared, self.given, self.fragments, self.written = random.Random(seed), [], {}, {}, {}

    def arguments(self, node):
        """Its text; the same each time, as fields with one key have to have the same arguments."""
        if id(node) not in self.written:
            self.written[id(node)] = node.write(self)
        return self.written[id(node)]

    def variable(self, type_, value=ABSENT, default=None):
        """Declares a variable and returns its use; now and then one that is there with the same value."""
        if self.reuses and value is not ABSENT and self.rng.random() < 0.5:
            for name, other, _ in self.declared:
                if other == type_ and name in self.given and values.compact(self.given[name]) == values.compact(value):
                    return f"${name}"
        name = f"v{len(self.declared)}"
        self.declared.append((name, type_, default))
        if value is not ABSENT:
            self.given[name] = value
        return f"${name}"


class Query(Node):
    """The whole request: root items (and groups of them). `root_type` is Query or Mutation.

    `varies`: it is asked again with other variables, so no two values share one.
    """

    def __init__(self, children, seed, root_type="Query", varies=False):
        self.children, self.seed, self.root_type, self.varies = children, seed, root_type, varies

    def write(self):
        """(text, variables)"""
        writer = Writer(self.seed, not self.varies)
        body = write_children(self.children, writer, "")
        declared = ", ".join(f"${name}: {type_}{f' = {default}' if default is not None else ''}" for name, type_, default in writer.declared)
        name = writer.rng.choice(("", " Q"))
        word = self.root_type.lower()
        declared = f"({declared})" if declared else ""
        is_short = word == "query" and not declared and not name and writer.rng.random() < 0.7
        head = "" if is_short else f"{word}{name}{declared} "
        return "\n".join([head + body, *writer.fragments.values()]), writer.given
