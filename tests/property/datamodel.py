"""What a datamodel means: models, fields, relations; how it is written down and how the API names things.

Written from the rules of the Prisma 1 API, not from the server. Plain objects; identity matters, so copying keeps them.
"""

SCALARS = ("ID", "UUID", "String", "Int", "Float", "Boolean", "DateTime", "Json")

# Words whose plural is not the word with an s; the others a generator may use get an s.
PLURALS = {"Todo": "Todoes", "Category": "Categories", "Person": "Persons", "Child": "Children", "Man": "Men", "News": "Newses",
           "Series": "Serieses", "Fish": "Fishs", "Data": "Datas", "Mouse": "Mice", "Status": "Statuses", "Box": "Boxes",
           "Leaf": "Leaves", "Day": "Days", "Company": "Companies", "Criterion": "Criteria", "Persona": "Personae", "Memo": "Memoes",
           "Users": "Userses", "S": "Ses", "Customer_Order": "Customer_Orders", "USA": "USAs", "Index": "Indexes", "Class": "Classes",
           "UserInfo": "UserInfoes", "Quiz": "Quizzes", "Key": "Keys", "Values": "Valueses"}


class Shared:
    """Objects that stay the same when what holds them is copied."""

    def __deepcopy__(self, memo):
        return self


class Enum(Shared):
    def __init__(self, name, values):
        self.name, self.values = name, values
        self.old_name = None  # of all parts of a datamodel: what it is renamed from


class Field(Shared):
    """A field of a model. `type` is a scalar's name, an Enum or a Model.

    `model` is where it stands. Of a relation field: `relation`, and `back` is the field at the other end, which may be hidden.
    `default` is a value of `values`; `id_strategy` is AUTO, NONE or SEQUENCE.
    """

    def __init__(self, model, name, type_, is_list=False, is_required=False):
        self.model, self.name, self.type, self.is_list, self.is_required = model, name, type_, is_list, is_required
        self.is_unique = self.is_id = self.is_created_at = self.is_updated_at = self.is_hidden = False
        self.id_strategy, self.sequence = "AUTO", None
        self.has_default, self.default = False, None
        self.column = None
        self.relation, self.back, self.on_delete = None, None, None
        self.old_name = None

    def __repr__(self):
        return f"{self.model.name}.{self.name}"

    @property
    def is_relation(self):
        return self.relation is not None

    @property
    def is_enum(self):
        return isinstance(self.type, Enum)

    @property
    def type_name(self):
        return self.type if isinstance(self.type, str) else self.type.name

    @property
    def is_generated(self):
        """Whether only the server gives it a value."""
        return self.is_created_at or self.is_updated_at or (self.is_id and self.type == "Int")


class Model(Shared):
    def __init__(self, name):
        self.name, self.fields, self.table, self.old_name = name, [], None, None

    def __repr__(self):
        return self.name

    @property
    def id(self):
        return next(f for f in self.fields if f.is_id)

    @property
    def visible(self):
        return [f for f in self.fields if not f.is_hidden]

    @property
    def scalars(self):
        """Visible fields with one value."""
        return [f for f in self.visible if not f.is_relation and not f.is_list]

    @property
    def lists(self):
        """Visible scalar lists."""
        return [f for f in self.visible if not f.is_relation and f.is_list]

    @property
    def relations(self):
        """Visible relation fields."""
        return [f for f in self.visible if f.is_relation]

    @property
    def uniques(self):
        """What `{M}WhereUniqueInput` holds."""
        return [f for f in self.scalars if f.is_unique or f.is_id]

    @property
    def is_node(self):
        """Whether it implements the interface Node."""
        return not self.id.is_hidden and self.id.name == "id" and self.id.type == "ID"

    # ---- names in the API ----

    @property
    def plural(self):
        return PLURALS.get(self.name, self.name + "s")

    @property
    def upper_plural(self):
        return self.plural[:1].upper() + self.plural[1:]

    @property
    def many(self):
        return self.plural[:1].lower() + self.plural[1:]

    @property
    def one(self):
        return self.name[:1].lower() + self.name[1:]

    @property
    def connection(self):
        return self.many + "Connection"


class Relation(Shared):
    """Two fields, `first` and `second`; the second may be hidden. `name` None: the server makes one up."""

    def __init__(self, first, second):
        self.first, self.second = first, second
        self.name = self.old_name = None
        self.link = None         # INLINE or TABLE, written at `link_field`; None: the server's choice
        self.link_field = None
        self.table = None        # a LinkTable
        for field, back in ((first, second), (second, first)):
            field.relation, field.back = self, back

    def __repr__(self):
        return f"{self.first}-{self.second}"

    @property
    def is_self(self):
        return self.first.model is self.second.model


class LinkTable(Shared):
    """A type with `@relationTable`."""

    def __init__(self, name, ends, has_id, table=None):
        self.name, self.ends, self.has_id, self.table = name, ends, has_id, table  # ends: (field name, model, column) twice


class Datamodel:
    def __init__(self, is_legacy=False):
        self.is_legacy, self.models, self.enums, self.relations = is_legacy, [], [], []

    def text(self, renames=False):
        """The datamodel as deploy takes it; `renames`: with the directives that tell what things were called before."""
        from values import quoted  # here: values know about fields

        def renamed(part):
            return f' @rename(oldName: "{part.old_name}")' if renames and part.old_name else ""
        out = []
        for model in self.models:
            table = f" @db(name: {quoted(model.table)})" if model.table else ""
            out.append(f"type {model.name}{table}{renamed(model)} {{")
            out += [f"  {field_text(self, f, renames)}{renamed(f)}" for f in model.visible]
            out.append("}")
        for relation in self.relations:
            if relation.table:
                table = f" @db(name: {quoted(relation.table.table)})" if relation.table.table else ""
                out.append(f"type {relation.table.name} @relationTable{table} {{")
                out += ["  key: ID! @id"] if relation.table.has_id else []
                out += [f"  {name}: {model.name}" + (f" @db(name: {quoted(column)})" if column else "")
                        for name, model, column in relation.table.ends]
                out.append("}")
        out += [f"enum {e.name}{renamed(e)} {{ {' '.join(e.values)} }}" for e in self.enums]
        return "\n".join(out) + "\n"


def field_text(datamodel, field, renames=False):
    """One line of a datamodel."""
    from values import default_literal, quoted
    name = field.type_name
    if field.is_list:
        shown = f"[{name}]" if field.is_relation and not datamodel.is_legacy else f"[{name}!]{'!' if field.is_required else ''}"
    else:
        shown = name + ("!" if field.is_required else "")
    out = [f"{field.name}: {shown}"]
    if field.is_relation:
        arguments = [f'name: "{field.relation.name}"'] if field.relation.name else []
        if renames and field.relation.old_name:
            arguments.append(f'oldName: "{field.relation.old_name}"')
        if field.relation.link and field.relation.link_field is field:
            arguments.append(f"link: {field.relation.link}")
        if field.on_delete:
            arguments.append(f"onDelete: {field.on_delete}")
        out += [f"@relation({', '.join(arguments)})"] if arguments else []
    elif datamodel.is_legacy:
        out += ["@unique"] if field.is_unique or field.is_id else []
    else:
        if field.is_id:
            out.append("@id" if field.id_strategy == "AUTO" else f"@id(strategy: {field.id_strategy})")
        if field.sequence:
            out.append('@sequence(name: "{}", initialValue: {}, allocationSize: {})'.format(*field.sequence))
        out += [f"@{word}" for word, given in (("unique", field.is_unique and not field.is_id), ("createdAt", field.is_created_at),
                                              ("updatedAt", field.is_updated_at)) if given]
        out += ["@scalarList(strategy: RELATION)"] if field.is_list else []
    if field.has_default:
        out.append(f"@default(value: {default_literal(datamodel, field)})")
    if field.column:
        out.append(f"@db(name: {quoted(field.column)})")
    return " ".join(out)
