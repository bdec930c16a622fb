"""A datamodel that another one becomes: what is renamed, changed, dropped and made; and what must be left of its records.

evolve(rng, datamodel, has_uuid_ids) gives an Evolution: `next`, a datamodel, and where each of its parts comes from. `expected(store)`
is the store the next datamodel has to hold once a store of the previous one has been migrated.
"""
from datamodel import Datamodel, Enum, Field, LinkTable, Model, Relation
from datamodels import (COLUMNS, ENUM_VALUES, FIELD_NAMES, MODEL_NAMES, Names, add_relation, add_scalar, drop_unused_enums, random_datamodel)
from decimal import Decimal
from store import Row, Store
import values

UUID_FILL = "550e8400-e29b-11d4-a716-446655440000"


class Evolution:
    """`origin`: what each model, field, relation and enum of `next` was; absent if it is new. `risks`: why data may be in the way."""

    def __init__(self, previous):
        self.previous, self.next, self.origin, self.risks = previous, Datamodel(), {}, set()

    def passes_names_on(self):
        """Whether something has the name another thing had."""
        return any({f.old_name for f in m.visible if f.old_name} & {f.name for f in m.visible} for m in self.next.models)

    # ---- what must be left ----

    def expected(self, store):
        """The migrated store; and whether something was lost."""
        out, rows, self.lost = Store(self.next), {}, False
        kept = set(self.origin.values())
        for old in self.previous.models:
            if store.rows[old] and (old not in kept or any(f not in kept and not f.is_relation for f in old.visible)):
                self.lost = True
        for model in self.next.models:
            old = self.origin.get(model)
            for before in store.rows[old] if old else ():
                rows[before] = out.add(Row(model, {f.name: self.value(f, before) for f in model.fields if not f.is_relation}))
        for relation in self.previous.relations:
            if store.links[relation] and relation not in kept:
                self.lost = True
        for relation in self.next.relations:
            old = self.origin.get(relation)
            if not old or not store.links[old]:
                continue
            same_way = self.origin.get(relation.first, relation.first) is not old.second
            if self.origin.get(relation.first) is None and self.origin.get(relation.second) is None:
                raise AssertionError("a relation of two new fields has no origin")
            if self.origin.get(relation.first) is None:
                same_way = self.origin[relation.second] is old.second
            for a, b in store.links[old]:
                pair = (rows[a], rows[b]) if same_way else (rows[b], rows[a])
                out.links[relation].append(pair)
        return out

    def value(self, field, before):
        old = self.origin.get(field)
        if field.is_list:
            if old and old.is_list and not old.is_relation and same_type(old, field):
                return list(before[old])
            self.lost = self.lost or bool(old)
            return []
        if old and not old.is_list and not old.is_relation and same_type(old, field):
            if before[old] is not None or not field.is_required:
                return before[old]
        elif old:
            self.lost = True
        return fill_value(field) if field.is_required else None


def same_type(old, new):
    """Whether values are kept: the type is the same, or becomes String from one that is stored as text."""
    return old.type == new.type or (old.is_enum and new.is_enum) or (new.type == "String" and not new.is_list and (old.type in ("ID", "Json") or old.is_enum))


def fill_value(field):
    """What existing rows get in a field that must have a value."""
    if field.has_default:
        return field.default
    if field.is_enum:
        return field.type.values[0]
    return {"ID": "DefaultCUIDMigrationValue", "UUID": UUID_FILL, "String": "", "Int": 0, "Float": Decimal("0.0"), "Boolean": False,
            "DateTime": 0, "Json": "{}"}[field.type]


def storage(relation):
    """The field whose model's table holds the column; None: a table of its own."""
    fields = [f for f in (relation.first, relation.second) if not f.is_hidden]
    single = [f for f in fields if not f.is_list]
    if relation.table or relation.link == "TABLE" or not single:
        return None
    return relation.link_field if relation.link == "INLINE" else single[0]


# ---- how it changes -------------------------------------------------------------------------------------------------

class Changer:
    """Copies a datamodel and changes the copy. `chance` of each kind of change is a part of `pace`."""

    def __init__(self, rng, previous, has_uuid_ids):
        self.rng, self.previous, self.has_uuid_ids = rng, previous, has_uuid_ids
        self.pace = rng.choice((0.2, 0.5, 1, 1, 2))
        self.out = Evolution(previous)
        self.next, self.origin = self.out.next, self.out.origin
        self.names = {}  # of fields, by model

    def chance(self, part):
        return self.rng.random() < part * self.pace

    def run(self):
        self.copy_enums()
        self.copy_models()
        self.swap_tables()
        self.copy_relations()
        self.add_models()
        for model in list(self.next.models):
            for _ in range(3):
                if self.chance(0.15):
                    self.add_field(model)
        for _ in range(2):
            if self.next.models and self.chance(0.25):
                self.add_relation()
        self.name_relations()
        for relation in self.next.relations:
            self.link(relation)
        for model in self.next.models:
            if self.chance(0.2):
                self.rng.shuffle(model.fields)
        if self.chance(0.3):
            self.rng.shuffle(self.next.models)
        drop_unused_enums(self.next)
        return self.out

    def from_here(self, new, old):
        self.origin[new] = old
        return new

    def copy_enums(self):
        self.enum_of = {}
        taken = Names([e.name for e in self.previous.enums])
        for old in self.previous.enums:
            new = Enum(old.name, list(old.values))
            if self.chance(0.15):
                new.old_name, new.name = old.name, taken.take(self.rng, [f"Kind{n}" for n in range(9)])
            if self.chance(0.2):
                new.values += [v for v in self.rng.sample(ENUM_VALUES, 2) if v not in new.values]
            if self.chance(0.15):
                self.rng.shuffle(new.values)
            if len(new.values) > 1 and self.chance(0.1):
                self.out.risks.add(f"a value less of the enum {old.name}")
                new.values.pop()
            self.enum_of[old] = self.from_here(new, old)
            self.next.enums.append(new)

    def copy_models(self):
        self.model_of, self.field_of = {}, {}
        for old in self.previous.models:
            if self.chance(0.12):
                continue
            new = Model(old.name)
            new.table = old.table
            if self.chance(0.12):
                self.rename_model(new, old)
            if self.chance(0.1):
                new.table = None if new.table else f"table {self.rng.choice(COLUMNS)} {len(self.next.models)}"
            self.model_of[old] = self.from_here(new, old)
            self.next.models.append(new)
            self.names[new] = Names([f.name for f in old.fields])
            for field in old.fields:
                if not field.is_relation and (field.is_id or not self.chance(0.1)):
                    self.copy_field(new, field)
            if self.chance(0.03):
                self.pass_names_on(new)

    def swap_tables(self):
        """Two models in each other's tables."""
        kept = [m for m in self.next.models if m in self.origin]
        if len(kept) > 1 and self.chance(0.05):
            one, other = self.rng.sample(kept, 2)
            one.table, other.table = other.table or other.name, one.table or one.name

    def roots(self, model):
        return {model.many.lower(), model.one.lower(), model.connection.lower(), model.name.lower()}

    def name_is_free(self, model):
        others = [m for m in self.next.models + self.previous.models if m is not model]
        return len({model.many, model.one, model.connection}) == 3 and model.name.lower() not in ("node",) and not any(
            self.roots(model) & self.roots(other) for other in others)

    def rename_model(self, new, old):
        new.name = self.rng.choice(MODEL_NAMES)
        if self.name_is_free(new):
            new.old_name = old.name
        else:
            new.name = old.name

    def copy_field(self, model, old):
        new = Field(model, old.name, self.enum_of.get(old.type, old.type), old.is_list, old.is_required)
        for word in ("is_unique", "is_id", "is_created_at", "is_updated_at", "is_hidden", "id_strategy", "sequence", "has_default", "default",
                     "column"):
            setattr(new, word, getattr(old, word))
        if old.is_enum and new.has_default and new.default not in new.type.values:
            new.has_default, new.default = False, None
        if self.chance(0.1):
            new.old_name, new.name = old.name, self.names[model].take(self.rng, FIELD_NAMES)
        if not old.is_list and self.chance(0.08):
            new.column = None if new.column else f"column {self.rng.choice(COLUMNS)} {len(model.fields)}"
        if old.is_id:
            self.change_id(new, old)
        else:
            self.change_scalar(new, old)
        self.field_of[old] = self.from_here(new, old)
        model.fields.append(new)

    def change_id(self, new, old):
        if self.chance(0.04):
            new.type = self.rng.choice([t for t in ("ID", "Int") + (("UUID",) if self.has_uuid_ids else ()) if t != old.type])
            new.id_strategy, new.sequence = "AUTO", None
            self.out.risks.add("the type of an id")

    def change_scalar(self, new, old):
        if self.chance(0.08) and not (old.is_created_at or old.is_updated_at):
            self.change_type(new, old)
        if self.chance(0.05) and not (old.is_created_at or old.is_updated_at):
            new.is_list = not new.is_list
            new.is_required = new.is_unique = new.has_default = False
            new.column = None if new.is_list else new.column
        if new.is_list:
            return
        if self.chance(0.1):
            new.is_required = not new.is_required
        if self.chance(0.08) and new.type not in ("Boolean", "Float", "Json") and not new.is_enum and not new.has_default:
            new.is_unique = not new.is_unique
        if new.has_default and self.chance(0.2):
            new.has_default = False
        elif self.chance(0.1) and not new.is_unique and new.type not in ("ID", "UUID") and not (new.is_created_at or new.is_updated_at):
            new.has_default, new.default = True, values.some_value(self.rng, new)
        if new.is_unique and (not old.is_unique or (new.is_required and not old.is_required) or new.type != old.type):
            self.out.risks.add(f"{old} becomes unique or required")

    def change_type(self, new, old):
        kinds = [k for k in ("String", "Int", "Float", "Boolean", "DateTime", "Json", "UUID", "ID") if k != old.type]
        new.type = self.rng.choice(kinds if old.is_enum else kinds + self.next.enums)
        new.has_default = False
        if new.type in ("Boolean", "Float", "Json") or new.is_enum:
            new.is_unique = False

    def pass_names_on(self, model):
        """One field takes the name another one had."""
        fields = [f for f in model.fields if not f.is_id and not getattr(f, "old_name", None) and not f.is_hidden]
        if len(fields) < 2:
            return
        first, second = self.rng.sample(fields, 2)
        first.old_name, second.old_name = first.name, second.name
        first.name, second.name = second.name, self.names[model].take(self.rng, FIELD_NAMES)

    def copy_relations(self):
        taken = Names([r.name for r in self.previous.relations if r.name])
        for old in self.previous.relations:
            models = [self.model_of.get(f.model) for f in (old.first, old.second)]
            if None in models or self.chance(0.12):
                continue
            first, second = (self.copy_end(f, m, o) for f, m, o in ((old.first, models[0], models[1]), (old.second, models[1], models[0])))
            new = Relation(first, second)
            self.from_here(new, old)
            new.name, new.link, new.table = old.name, old.link, None
            new.link_field = self.field_of.get(old.link_field)
            if old.table:
                new.table = LinkTable(old.table.name, [(n, self.model_of[m], c) for n, m, c in old.table.ends], old.table.has_id, old.table.table)
            if old.name and not old.table and self.chance(0.15):
                new.old_name, new.name = old.name, taken.take(self.rng, [f"Renamed{n}" for n in range(9)])
            elif not old.name and self.chance(0.15):
                new.name = taken.take(self.rng, [f"Named{n}" for n in range(9)])
            self.change_ends(new, old)
            self.next.relations.append(new)
            for field in (first, second):
                if not field.is_hidden:
                    field.model.fields.append(field)

    def copy_end(self, old, model, other):
        new = Field(model, old.name, other, old.is_list, old.is_required)
        new.is_hidden, new.on_delete, new.column = old.is_hidden, old.on_delete, old.column
        if not old.is_hidden and self.chance(0.1):
            new.old_name, new.name = old.name, self.names[model].take(self.rng, FIELD_NAMES)
        if self.chance(0.1):
            new.on_delete = self.rng.choice((None, "CASCADE", "SET_NULL"))
        self.field_of[old] = self.from_here(new, old)
        return new

    def change_ends(self, new, old):
        for field, before in ((new.first, old.first), (new.second, old.second)):
            if field.is_required and self.chance(0.1):
                field.is_required = False
            if not field.is_hidden and self.chance(0.07):
                field.is_list, field.is_required = not field.is_list, False
                if not field.is_list:
                    self.out.risks.add(f"{before} has one value from now on")
            elif not field.is_list and not field.is_required and not field.back.is_required and self.chance(0.05):
                field.is_required = True
                self.out.risks.add(f"{before} becomes required")
        if new.second.is_hidden and self.chance(0.15):
            self.show(new, old)
        elif not new.second.is_hidden and not new.table and not new.second.is_required and not new.is_self and new.link_field is not new.second \
                and self.chance(0.07):
            new.second.is_hidden, new.second.is_list, new.second.name = True, True, f"hidden_{new.second.name}"
            new.second.old_name = new.second.column = None

    def show(self, new, old):
        if new.table:
            return
        new.second.is_hidden = False
        new.second.name = self.names[new.second.model].take(self.rng, FIELD_NAMES)
        new.second.is_list = self.rng.random() < 0.7
        if not new.second.is_list:
            self.out.risks.add(f"{old.first} has a back relation of one value")

    def add_models(self):
        tries = 0
        while tries < 2 or not self.next.models:  # a datamodel without a type is refused
            tries += 1
            if not self.next.models or self.chance(0.15):
                model = Model(self.rng.choice(MODEL_NAMES))
                if not self.name_is_free(model):
                    continue
                self.names[model] = Names(["id"])
                field = Field(model, "id", self.rng.choice(("ID", "ID", "Int")), is_required=True)
                field.is_id = field.is_unique = True
                model.fields.append(field)
                self.next.models.append(model)
                for _ in range(self.rng.randint(0, 3)):
                    self.add_field(model)

    def add_field(self, model):
        before = len(model.fields)
        add_scalar(self.rng, self.next, model, self.names[model])
        new = model.fields[before]
        if new.is_required and new.is_unique and model in self.origin:
            self.out.risks.add(f"a new required unique field of {model}")

    def add_relation(self):
        add_relation(self.rng, self.next, self.names)
        new = self.next.relations[-1]
        before = [r for r in self.previous.relations if {self.model_of.get(f.model) for f in (r.first, r.second)} == {new.first.model, new.second.model}]
        if any(not r.name for r in before):  # it may be the same relation: the rules say when, and the records cannot
            self.next.relations.pop()
            for field in (new.first, new.second):
                field.model.fields = [f for f in field.model.fields if f is not field]
            return
        new.name = f"Added{len(self.next.relations)}" if before else None
        for field in (new.first, new.second):
            field.name = f"hiddenN{len(self.next.relations)}" if field.is_hidden else field.name
        if new.first.is_required or new.second.is_required:
            self.out.risks.add("a new required relation")

    def name_relations(self):
        """Names where the rules ask for them; a relation that was named or not before keeps that where it can."""
        pairs = {}
        for relation in self.next.relations:
            pairs.setdefault(frozenset((relation.first.model, relation.second.model)), []).append(relation)
        for number, relation in enumerate(self.next.relations):
            several = len(pairs[frozenset((relation.first.model, relation.second.model))]) > 1
            if not relation.name and (several or (relation.is_self and not relation.second.is_hidden) or
                                      (relation not in self.origin and self.rng.random() < 0.4)):
                relation.name = f"New{number}"

    def link(self, relation):
        """How it is stored: as it was, unless something else has to be or is chosen."""
        fields = [f for f in (relation.first, relation.second) if not f.is_hidden]
        single = [f for f in fields if not f.is_list]
        if relation.table:
            relation.table.ends = [(n, m, c) for (n, _, c), m in zip(relation.table.ends, self.models_of_ends(relation))]
        elif relation not in self.origin or self.chance(0.12):
            relation.link = self.rng.choice((None, "TABLE", "INLINE"))
            relation.link_field = self.rng.choice(fields)
        if relation.link and (relation.link_field not in fields or (relation.link == "INLINE" and relation.link_field not in single)):
            relation.link_field = single[0] if single else fields[0]
            relation.link = relation.link if single else "TABLE"
        if relation.table and relation.link == "INLINE":
            relation.link = None
        if not relation.link and len(single) == 2 and not relation.table:
            relation.link, relation.link_field = "INLINE", single[0]
        owner = storage(relation)
        for field in (relation.first, relation.second):
            if field is not owner:
                field.column = None
        if owner and self.chance(0.1):
            owner.column = None if owner.column else f"link {self.rng.choice(COLUMNS)} {owner.model.fields.index(owner)}"

    @staticmethod
    def models_of_ends(relation):
        return [m for _, m, _ in relation.table.ends]


def evolve(rng, datamodel, has_uuid_ids):
    """What a datamodel becomes; now and then one that has nothing to do with it."""
    if rng.random() < 0.03:
        out = Evolution(datamodel)
        other = random_datamodel(rng, has_uuid_ids)
        while other.is_legacy:
            other = random_datamodel(rng, has_uuid_ids)
        # Models of the same name would be the same models: only names that are new.
        taken = {m.name.lower() for m in datamodel.models}
        if not any(m.name.lower() in taken for m in other.models):
            out.next = other
            # An enum of the same name is the same enum, and a value that goes counts as used while its model is there.
            if {e.name for e in datamodel.enums} & {e.name for e in other.enums}:
                out.risks.add("an enum of the same name")
            return out
    return Changer(rng, datamodel, has_uuid_ids).run()
