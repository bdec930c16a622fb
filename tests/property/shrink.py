"""Makes a finding smaller: fewer selections, filters, rows, fields, while it stays."""
import copy

from query import Arguments, Combine, Group, Item, Leaf, Leaves, Node, Query, Related, Selector, Where

TRIES = 400  # a reproduction need not be the smallest, and has to come soon


def list_edits(node, name, least=0):
    return [lambda n, i=i: getattr(n, name).pop(i) for i in range(len(getattr(node, name)))] if len(getattr(node, name)) > least else []


def setting(name, value):
    return lambda n: setattr(n, name, value)


def hoist(node):
    """Groups replaced by what they hold. Those of `node(id:)` say which type is meant: they stay."""
    def replace(n, i):
        n.children[i:i + 1] = n.children[i].children
    if getattr(node, "kind", None) == "root_node":
        return []
    return [lambda n, i=i: replace(n, i) for i, child in enumerate(node.children) if isinstance(child, Group)]


def edits(node):
    """What can be left out of a node, as functions that do so to (a copy of) it."""
    out = []
    if isinstance(node, (Item, Group, Query)) and node.children:
        out += list_edits(node, "children", 1) + hoist(node)
    if isinstance(node, (Item, Group)) and node.condition:
        out.append(setting("condition", None))
    if isinstance(node, Arguments):
        out += [setting(name, None) for name in ("where", "order", "first", "last", "skip", "after", "before") if getattr(node, name) is not None]
        out += [setting(name, "literal") for name in ("where_mode", "order_mode") if getattr(node, name) != "literal"]
    if isinstance(node, Where):
        out += list_edits(node, "entries")
    if isinstance(node, Combine):
        out += list_edits(node, "wheres")
    if isinstance(node, Related) and node.where is not None and node.where.entries:
        out.append(setting("where", Where([])))
    if isinstance(node, Leaves):
        out += list_edits(node, "items")
    if isinstance(node, (Leaf, Leaves, Selector)) and node.mode not in ("literal", "absent"):
        out.append(setting("mode", "literal"))
    return out


def smaller_queries(query):
    for at, node in enumerate(query.nodes()):
        for number in range(len(edits(node))):
            candidate = copy.deepcopy(query)
            target = next(n for i, n in enumerate(candidate.nodes()) if i == at)
            edits(target)[number](target)
            yield candidate


def mentioned(query):
    """The fields and models a query names."""
    out = set()
    for node in query.nodes() if query else ():
        for value in vars(node).values():
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if item is not None and not isinstance(item, (Node, str, int, float)):
                    out.add(item)
    return out


class Shrinker:
    """`holds(datamodel, store, query)` deploys, fills and asks again and says whether the finding is still there;
    `still(query)` asks only, where everything is already."""

    def __init__(self, holds, still, datamodel, store, query):
        self.holds, self.still = holds, still
        self.datamodel, self.store, self.query, self.tries = datamodel, store, query, 0

    def run(self):
        self.shrink_query(self.still)
        changed = True
        while changed and self.tries < TRIES:
            changed = self.drop_rows() | self.drop_fields() | self.drop_models() | self.clear_values()
            if self.query and changed:
                self.shrink_query(lambda query: self.holds(self.datamodel, self.store, query))
        return self.datamodel, self.store, self.query

    def shrink_query(self, test):
        changed = self.query is not None
        while changed and self.tries < TRIES:
            changed = False
            for candidate in smaller_queries(self.query):
                self.tries += 1
                if test(candidate):
                    self.query, changed = candidate, True
                    break
                if self.tries >= TRIES:
                    break

    def attempt(self, store=None):
        self.tries += 1
        return self.tries <= TRIES and self.holds(self.datamodel, store or self.store, self.query)

    def drop_rows(self):
        changed = False
        for row in [row for rows in self.store.rows.values() for row in rows]:
            if any(r is row for r in self.store.rows[row.model]):
                candidate = self.store.without(row)
                if self.attempt(candidate):
                    self.store, changed = candidate, True
        for relation, pairs in list(self.store.links.items()):
            for pair in list(pairs):
                if relation.first.is_required or relation.second.is_required:
                    continue
                candidate = copy.copy(self.store)
                candidate.links = dict(self.store.links)
                candidate.links[relation] = [p for p in self.store.links[relation] if p is not pair]
                if self.attempt(candidate):
                    self.store, changed = candidate, True
        return changed

    def drop_fields(self):
        """Fields nobody mentions; a relation with both its ends."""
        changed, needed = False, mentioned(self.query)
        for model in self.datamodel.models:
            for field in list(model.fields):
                ends = [field, field.back] if field.is_relation else [field]
                if field.is_id or field not in model.fields or needed & set(ends):
                    continue
                changed |= self.drop(ends, field.relation)
        return changed

    def drop(self, ends, relation):
        before = [(end.model, list(end.model.fields)) for end in ends]
        relations, links = list(self.datamodel.relations), self.store.links
        for end in ends:
            end.model.fields = [f for f in end.model.fields if f is not end]
        if relation:
            self.datamodel.relations = [r for r in relations if r is not relation]
            self.store.links = {r: pairs for r, pairs in links.items() if r is not relation}
        if self.attempt():
            return True
        for model, fields in reversed(before):
            model.fields = fields
        self.datamodel.relations, self.store.links = relations, links
        return False

    def drop_models(self):
        changed, needed = False, mentioned(self.query)
        for model in list(self.datamodel.models):
            if model in needed or len(self.datamodel.models) == 1 or any(f.is_relation for f in model.fields):
                continue
            models, rows = self.datamodel.models, self.store.rows
            self.datamodel.models = [m for m in models if m is not model]
            self.store.rows = {m: r for m, r in rows.items() if m is not model}
            if self.attempt():
                changed = True
            else:
                self.datamodel.models, self.store.rows = models, rows
        return changed

    def clear_values(self):
        """Optional values to null, lists to empty ones, a field at a time."""
        changed = False
        for model, rows in self.store.rows.items():
            for field in model.fields:
                simplest = [] if field.is_list else None
                if field.is_relation or field.is_hidden or field.is_generated or (field.is_required and not field.is_list):
                    continue
                before = [row[field] for row in rows]
                if all(value == simplest for value in before):
                    continue
                for row in rows:
                    row[field] = simplest
                if self.attempt():
                    changed = True
                else:
                    for row, value in zip(rows, before):
                        row[field] = value
        return changed
