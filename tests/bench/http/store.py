"""The music store that is measured: its datamodel, its records and the workloads W1 to W9.

Everything goes in through the public API, so every server of the Prisma 1 protocol can be measured with it.
"""
import json
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
PATH = "/bench/dev"
DATAMODEL = (HERE / "datamodel.graphql").read_text(encoding="utf-8")

ARTISTS, ALBUMS, TRACKS, GENRES, CUSTOMERS, INVOICES = 275, 347, 3503, 25, 59, 412
SYLLABLES = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne no ra re ri ro ru sa se so ta te to va ve vo".split()

INTROSPECTION = """query { __schema { queryType { name } mutationType { name } subscriptionType { name } types { ...T } directives {
  name description locations args { ...I } } } }
fragment T on __Type { kind name description fields(includeDeprecated: true) { name description args { ...I } type { ...R } isDeprecated
  deprecationReason } inputFields { ...I } interfaces { ...R } enumValues(includeDeprecated: true) { name description isDeprecated
  deprecationReason } possibleTypes { ...R } }
fragment I on __InputValue { name description type { ...R } defaultValue }
fragment R on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }"""

# name: (text, its variables of a random generator, the same as parameters of sql/NAME.sql)
WORKLOADS = {
    "W1": ("query($id: Int!) { album(where: {id: $id}) { id title } }",
           lambda r: {"id": r.randint(1, ALBUMS)}),
    "W2": ("query($g: Int!, $ms: Int!) { tracks(where: {genre: {id: $g}, milliseconds_gt: $ms}, orderBy: name_ASC, first: 50)"
           " { id name composer milliseconds bytes unitPrice } }",
           lambda r: {"g": r.randint(1, 8), "ms": r.randint(100_000, 200_000)}),
    "W3": ("query($s: Int!) { artists(orderBy: name_ASC, skip: $s, first: 20)"
           " { id name albums { id title tracks { id name milliseconds } } } }",
           lambda r: {"s": r.randint(0, 200)}),
    "W3Z": ("query($s: Int!) { artists(orderBy: name_ASC, skip: $s, first: 20)"
            " { id name albums { id title tracks { id name milliseconds } } } }",
            lambda r: {"s": 0}),
    "W4": ("query($s: Int!) { albums(orderBy: title_ASC, skip: $s, first: 60) { id title artist { id name }"
           " tracks { id name composer milliseconds bytes unitPrice genre { name } } } }",
           lambda r: {"s": r.randint(0, 250)}),
    "W5": ("query($ms: Int!) { tracksConnection(where: {milliseconds_gt: $ms}) { aggregate { count } } }",
           lambda r: {"ms": r.randint(100_000, 400_000)}),
    "W6": ("mutation($name: String!) { createArtist(data: {name: $name}) { id name } }",
           lambda r: {"name": f"new {r.randint(0, 10**9)}"}),
    "W7": ("mutation($c: Int!, $l: [InvoiceLineCreateWithoutInvoiceInput!]!) { createInvoice(data: {customer: {connect: {id: $c}},"
           " invoiceDate: \"2024-05-05T10:00:00.000Z\", billingCity: \"Oslo\", billingCountry: \"Norway\", total: 4.95,"
           " lines: {create: $l}}) { id total lines { id } } }",
           lambda r: {"c": r.randint(1, CUSTOMERS), "l": [{"unitPrice": 0.99, "quantity": 1, "track": {"connect": {"id": t}}}
                                                          for t in r.sample(range(1, TRACKS), 5)]}),
    "W8": (INTROSPECTION, lambda r: {}),
    "W9": ("mutation($id: Int!, $ms: Int!) { updateTrack(where: {id: $id}, data: {milliseconds: $ms}) { id milliseconds } }",
           lambda r: {"id": r.randint(1, TRACKS), "ms": r.randint(100_000, 400_000)}),
}


def parameters(variables):
    """The variables as the parameters of the workload's statements: lists flattened to the ids they connect."""
    out = []
    for value in variables.values():
        out += [line["track"]["connect"]["id"] for line in value] if isinstance(value, list) else [value]
    return out


def draws(name, count=512):
    """`count` sets of variables, the same each time."""
    generator = random.Random(7)
    return [WORKLOADS[name][1](generator) for _ in range(count)]


def bodies(name):
    """Request bodies, one a line."""
    return "".join(json.dumps({"query": WORKLOADS[name][0], "variables": variables}) + "\n" for variables in draws(name))


def lines_for_limit(name):
    """The same requests for the limit program: name and parameters, separated by tabs."""
    return "".join("\t".join([name.lower(), *map(str, parameters(variables))]) + "\n" for variables in draws(name))


def words(generator, low, high):
    return " ".join("".join(generator.choices(SYLLABLES, k=generator.randint(2, 4))).capitalize()
                    for _ in range(generator.randint(low, high)))


def fill(ask):
    """Creates the records; `ask(query, variables)` sends one request. Ids count from 1, as the sequences give them."""
    g = random.Random(11)

    def create(field, type_name, rows):
        for begin in range(0, len(rows), 250):
            part = rows[begin:begin + 250]
            texts = " ".join(f"m{i}: create{field}(data: $d{i}) {{ id }}" for i in range(len(part)))
            names = ", ".join(f"$d{i}: {type_name}!" for i in range(len(part)))
            ask(f"mutation({names}) {{ {texts} }}", {f"d{i}": row for i, row in enumerate(part)})

    create("Artist", "ArtistCreateInput", [{"name": words(g, 1, 3)} for _ in range(ARTISTS)])
    create("Genre", "GenreCreateInput", [{"name": words(g, 1, 1)} for _ in range(GENRES)])
    create("Customer", "CustomerCreateInput", [{"email": f"customer{i}@example.org"} for i in range(CUSTOMERS)])
    create("Album", "AlbumCreateInput", [{"title": words(g, 1, 5), "artist": {"connect": {"id": g.randint(1, ARTISTS * 3 // 4)}}}
                                         for _ in range(ALBUMS)])
    tracks = []
    for i in range(TRACKS):
        milliseconds = 1071 + g.randint(1, 700) * g.randint(1, 700)
        tracks.append({"name": words(g, 2, 5) + (' "live" (été)' if i % 37 == 0 else ""),
                       "album": {"connect": {"id": g.randint(1, ALBUMS)}}, "genre": {"connect": {"id": g.randint(1, g.randint(1, GENRES))}},
                       "composer": words(g, 2, 4) if g.random() < 0.72 else None, "milliseconds": milliseconds,
                       "bytes": milliseconds * 33 + g.randint(0, 9999), "unitPrice": 0.99 if g.random() < 0.94 else 1.99})
    create("Track", "TrackCreateInput", tracks)
    # Not empty when the workloads begin: PostgreSQL keeps the plan of a foreign key's check, which for an empty table reads all of it.
    create("Invoice", "InvoiceCreateInput", [
        {"customer": {"connect": {"id": g.randint(1, CUSTOMERS)}}, "invoiceDate": "2024-01-01T00:00:00.000Z", "billingCity": words(g, 1, 1),
         "billingCountry": words(g, 1, 1), "total": 4.95,
         "lines": {"create": [{"unitPrice": 0.99, "quantity": 1, "track": {"connect": {"id": g.randint(1, TRACKS)}}} for _ in range(5)]}}
        for _ in range(INVOICES)])


# What an operator would add for these queries; Prisma 1 makes none but those of unique fields and relations.
INDEXES = ['CREATE INDEX "artist_name" ON {0}"Artist" ("name")', 'CREATE INDEX "album_title" ON {0}"Album" ("title")',
           'CREATE INDEX "track_genre_name" ON {0}"Track" ("genre", "name")',
           'CREATE INDEX "track_milliseconds" ON {0}"Track" ("milliseconds")']
