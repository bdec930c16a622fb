"""What a query has to answer: a naive evaluation on a Store, from the rules of the API.

Where databases differ, `database` decides: null comes first in ascending order on SQLite and last on PostgreSQL; SQLite's LIKE does not
tell ASCII letters' case apart; PostgreSQL keeps 30 digits behind a Float's point.
"""
import functools
import json
import re
from decimal import Decimal, ROUND_HALF_UP

from query import ABSENT, Combine, Compare, Group
from service import Number
import values

LIKE = {"contains": ("%", "%"), "starts_with": ("", "%"), "ends_with": ("%", "")}


class ApiError(Exception):
    """The request fails with this error of the API."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code, self.message = code, message


class JsonNumber(str):
    """A number inside a Json value: only what it is worth counts, not how it is written."""


def like_pattern(pattern, ignores_case):
    """SQL's LIKE with escape character `!` as a regular expression; at the very end a lone `!` stands for itself."""
    out, characters = "", iter(pattern)
    for c in characters:
        if c == "!":
            out += re.escape(next(characters, "!"))
        else:
            out += ".*" if c == "%" else "." if c == "_" else re.escape(c)
    return re.compile(out, re.DOTALL | (re.IGNORECASE | re.ASCII if ignores_case else 0))


class Evaluator:
    def __init__(self, store, database):
        self.store, self.is_sqlite = store, database == "sqlite"
        self.links = {}
        for relation, pairs in store.links.items():
            for a, b in pairs:
                self.links.setdefault((relation.first, a), []).append(b)
                self.links.setdefault((relation.second, b), []).append(a)

    def answer(self, query):
        """The whole answer as it should be; errors without what may differ."""
        out, errors, is_null = {}, [], False
        for key, items in self.collect(query.children, query.root_type).items():
            item = items[0]
            try:
                out[key] = query.root_type if item.kind == "typename" else self.root(item, self.children(items))
            except ApiError as error:
                out[key] = None
                errors.append({"code": Number(error.code), "message": error.message, "path": [key]})
                is_null = is_null or item.kind not in ("root_one", "root_update")
        return {"data": None if is_null else out, "errors": errors} if errors else {"data": out}

    # ---- values ----

    def value(self, row, field):
        value = row[field]
        if field.type_name == "Float" and not self.is_sqlite:
            return [self.rounded(v) for v in value] if field.is_list else self.rounded(value)
        return value

    @staticmethod
    def rounded(number):
        return None if number is None else number.quantize(Decimal(1).scaleb(-30), ROUND_HALF_UP, values.WIDE)

    def shown(self, field, value):
        """A value as the answer holds it."""
        if value is None:
            return None
        kind = field.type_name
        if kind == "Int":
            return Number(value)
        if kind == "Float":
            return Number(values.plain(value))
        if kind == "DateTime":
            return values.date_text(value)
        if kind == "Json":
            return json.loads(value, parse_int=JsonNumber, parse_float=JsonNumber)
        return value

    def related(self, row, field):
        return self.links.get((field, row), [])

    # ---- filters: True, False, or None where SQL does not know ----

    def holds(self, where, row):
        return every(self.entry_holds(entry, row) for entry in where.entries)

    def entry_holds(self, entry, row):
        if entry.is_absent():
            return True
        if isinstance(entry, Compare):
            return self.compare(entry, row)
        if isinstance(entry, Combine):
            parts = (self.holds(where, row) for where in entry.wheres)
            if entry.word == "AND":
                return every(parts)
            if entry.word == "OR":
                return negated(every(negated(part) for part in parts))
            return every(negated(part) for part in parts)
        return self.relation_holds(entry, row)

    def relation_holds(self, entry, row):
        others = self.related(row, entry.field)
        if entry.where is None:
            return not others
        results = [self.holds(entry.where, other) for other in others]
        if entry.quantifier == "every":
            return not any(result is False for result in results)
        if entry.quantifier == "none":
            return not any(result is True for result in results)
        return any(result is True for result in results)

    def compare(self, entry, row):
        value, op = self.value(row, entry.field), entry.op
        operand = None if entry.operand is None else entry.operand.get()
        if operand is None and op in ("", "in"):
            return value is None
        if operand is None and op in ("not", "not_in"):
            return value is not None
        if op in ("in", "not_in"):
            if not operand:
                return op == "not_in"
            return None if value is None else (value in operand) == (op == "in")
        if value is None or operand is None:
            return None
        if op in ("", "not"):
            return (value == operand) == (op == "")
        if op in ("lt", "lte", "gt", "gte"):
            return {"lt": value < operand, "lte": value <= operand, "gt": value > operand, "gte": value >= operand}[op]
        negative = op.startswith("not_")
        before, after = LIKE[op[4:] if negative else op]
        pattern = like_pattern(before + operand + after, self.is_sqlite)
        return (pattern.fullmatch(value) is not None) != negative

    # ---- lists ----

    def key(self, value):
        """Sorts null where the database has it."""
        return (0 if self.is_sqlite else 2, 0) if value is None else (1, value)

    def sorted(self, model, rows, order):
        rows = sorted(rows, key=lambda row: row.id)
        if order is None:
            return rows
        field, descending = order
        return sorted(rows, key=functools.cmp_to_key(lambda a, b: self.in_order(a, b, field, descending)))

    def in_order(self, a, b, field, descending):
        left, right = self.key(self.value(a, field)), self.key(self.value(b, field))
        result = (left > right) - (left < right)
        return -result if descending else result

    def behind(self, model, row, cursor, order, after):
        """Whether a row is after (or before) the cursor's row. Never if there is no such row, or it has no value to compare."""
        at = next((r for r in self.store.rows[model] if str(r.id) == cursor), None)
        if at is None:
            return False
        field, descending = order or (model.id, False)
        mine, its = self.value(row, field), self.value(at, field)
        if mine is None or its is None:
            return False
        beyond = row.id > at.id if after else row.id < at.id
        greater = mine > its if after != descending else mine < its
        return (mine == its and beyond and field is not model.id) or greater

    def page(self, arguments, rows):
        """The rows a list answers, and whether there are more (forwards, backwards)."""
        model = arguments.model
        given = {name: given_value(getattr(arguments, name)) for name in ("first", "last", "skip", "after", "before")}
        for code, name in ((3026, "first"), (3027, "last"), (3028, "skip")):
            if given[name] is not None and given[name] < 0:
                raise ApiError(code, f"The '{name}' argument must be non negative")
        if given["first"] is not None and given["last"] is not None:
            raise ApiError(3014, "Including a value for both first and last is not supported. See the spec for a discussion of why "
                                 "https://facebook.github.io/relay/graphql/connections.htm#sec-Pagination-algorithm")
        if arguments.where is not None:
            self.check(arguments.where)
            rows = [row for row in rows if self.holds(arguments.where, row) is True]
        for name in ("after", "before"):
            if given[name] is not None:
                rows = [row for row in rows if self.behind(model, row, given[name], arguments.order, name == "after")]
        rows = self.sorted(model, rows, arguments.order)
        skip, first, last = given["skip"] or 0, given["first"], given["last"]
        if last is not None:
            rest = rows[:max(0, len(rows) - skip)]
            taken = rest[max(0, len(rest) - last):]
            return taken, False, len(rest) > len(taken)
        rest = rows[skip:]
        taken = rest if first is None else rest[:first]
        return taken, len(rest) > len(taken), False

    def check(self, where):
        for entry in where.entries:
            if isinstance(entry, Combine):
                for part in entry.wheres:
                    self.check(part)
            elif not isinstance(entry, Compare):
                if entry.where is not None:
                    self.check(entry.where)
                elif entry.field.is_list:
                    raise ApiError(3033, f"The field '{entry.field.name}' is a toMany relation. This cannot be filtered by null.")

    # ---- selections ----

    def collect(self, children, type_name, model=None, out=None):
        """Items by response key, in the order of the answer."""
        out = {} if out is None else out
        for child in children:
            if child.condition and not child.condition.holds():
                continue
            if isinstance(child, Group):
                if child.type_name in (None, type_name) or (child.type_name == "Node" and model is not None and model.is_node):
                    self.collect(child.children, type_name, model, out)
            else:
                out.setdefault(child.key, []).append(child)
        return out

    @staticmethod
    def children(items):
        return None if items[0].children is None else [child for item in items for child in item.children]

    def root(self, item, children):
        model = item.model
        if item.kind == "root_node":
            wanted = str(item.arguments.leaf.get())
            for candidate in self.store.datamodel.models:
                for row in self.store.rows[candidate] if candidate.is_node else ():
                    if row.id == wanted:
                        return self.record(row, children)
            return None
        if item.kind == "root_one":
            return self.one(item.arguments, children)
        if item.kind == "root_update":
            return self.one(item.arguments.selector, children)
        if item.kind == "root_many":
            return [self.record(row, children) for row in self.page(item.arguments, self.store.rows[model])[0]]
        return self.connection(item, children)

    def one(self, selector, children):
        given = selector.given()
        if not given:
            raise ApiError(3040, f"You provided an invalid argument for the where selector on {selector.model.name}. Please provide exactly one "
                                 "unique field and value.")
        if len(given) > 1:
            raise ApiError(3045, f"You provided more than one field for the unique selector on {selector.model.name}. If you want that behavior "
                                 "you can use the many query and combine fields with AND / OR.")
        (field, value), = given
        row = self.store.find(field, value)
        return None if row is None else self.record(row, children)

    def record(self, row, children):
        out = {}
        for key, items in self.collect(children, row.model.name, row.model).items():
            out[key] = self.field(row, items[0], self.children(items))
        return out

    def field(self, row, item, children):
        if item.kind == "typename":
            return row.model.name
        if item.kind == "scalar":
            return self.shown(item.field, self.value(row, item.field))
        if item.kind == "list":
            return [self.shown(item.field, value) for value in self.value(row, item.field)]
        others = self.related(row, item.field)
        if item.kind == "one":
            return self.record(others[0], children) if others else None
        return [self.record(other, children) for other in self.page(item.arguments, others)[0]]

    def connection(self, item, children):
        model, out = item.model, {}
        rows, more_after, more_before = self.page(item.arguments, self.store.rows[model])
        for key, items in self.collect(children, f"{model.name}Connection").items():
            part, below = items[0], self.children(items)
            if part.kind == "typename":
                out[key] = f"{model.name}Connection"
            elif part.kind == "aggregate":
                out[key] = self.leaves(below, f"Aggregate{model.name}", {"count": Number(len(rows))})
            elif part.kind == "page_info":
                ends = {"start": str(rows[0].id) if rows else None, "end": str(rows[-1].id) if rows else None}
                out[key] = self.leaves(below, "PageInfo", {"has_next": more_after, "has_previous": more_before, **ends})
            else:
                out[key] = [self.edge(row, below) for row in rows]
        return out

    def leaves(self, children, type_name, known):
        return {key: type_name if items[0].kind == "typename" else known[items[0].kind]
                for key, items in self.collect(children, type_name).items()}

    def edge(self, row, children):
        out = {}
        for key, items in self.collect(children, f"{row.model.name}Edge").items():
            kind = items[0].kind
            out[key] = f"{row.model.name}Edge" if kind == "typename" else str(row.id) if kind == "cursor" \
                else self.record(row, self.children(items))
        return out


def given_value(leaf):
    """An argument's value; None if it is null or not given."""
    value = None if leaf is None else leaf.get()
    return None if value is ABSENT else value


def negated(value):
    return None if value is None else not value


def every(parts):
    """AND of three-valued parts."""
    result = True
    for part in parts:
        if part is False:
            return False
        if part is None:
            result = None
    return result


# ---- comparing ------------------------------------------------------------------------------------------------------

def difference(expected, got, path="answer"):
    """Where two answers differ, as a text; None if they are the same, the order of keys included."""
    if isinstance(expected, JsonNumber):
        same = isinstance(got, Number) and Decimal(expected) == Decimal(got)
    elif isinstance(expected, dict) and isinstance(got, dict):
        if list(expected) != list(got):
            return f"{path}: the keys are {list(got)}, not {list(expected)}"
        return next((found for key in expected if (found := difference(expected[key], got[key], f"{path}.{key}"))), None)
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return f"{path}: {len(got)} items, not {len(expected)}"
        return next((found for n in range(len(got)) if (found := difference(expected[n], got[n], f"{path}[{n}]"))), None)
    else:
        same = type(expected) is type(got) and expected == got
    return None if same else f"{path}: {got!r}, not {expected!r}"


def without_places(answer):
    """An answer's errors without what does not follow from the rules here: positions and the request's id."""
    if "errors" not in answer:
        return answer
    keep = ("code", "message", "path")
    errors = [{key: error[key] for key in keep if key in error} for error in answer["errors"]]
    return {"data": answer.get("data"), "errors": errors}
