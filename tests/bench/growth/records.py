"""The records of the growing tables, the same each time: 200,000 documents at scale 1, with all that hangs on them.

Popularity is skewed everywhere: few people wrote much, few tags are on most documents, one state and one category hold half of them.
"""
import datetime
import json
import random
import uuid

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
WORDS = ("amber basin cedar delta ember fjord grove harbor island jasper kelp lagoon meadow nectar orchid prairie quartz river summit "
         "thicket umber valley willow xenon yarrow zephyr bridge candle dragon engine forest garden hammer insect jungle kettle ladder "
         "mirror needle object pencil quiver rocket shadow temple urchin violet window yellow zipper").split()
STATES = ["DRAFT", "OPEN", "CLOSED", "ARCHIVED"]
LEVELS = ["FREE", "SILVER", "GOLD"]
BEGIN = 1_577_836_800_000  # 2020, in milliseconds


class Records:
    """All rows by table; `tables[name]` is (columns, rows). Times are milliseconds, Booleans bool, and None is null."""

    def __init__(self, scale=1.0, has_uuids=True):
        self.g, self.has_uuids = random.Random(4), has_uuids
        self.size = {"Person": int(20_000 * scale), "Document": int(200_000 * scale), "Comment": int(400_000 * scale),
                     "Tag": int(2_000 * scale), "Category": 200}
        self.tables = {}
        self.people = [self.cuid(i) for i in range(self.size["Person"])]
        self.documents = [self.key() for _ in range(self.size["Document"])]
        self.tags = [self.cuid(i) for i in range(self.size["Tag"])]
        self.make_people()
        self.make_categories_and_tags()
        self.make_documents()
        self.make_comments()

    def cuid(self, number):
        """25 characters that grow with the number, as the server's own do with the time."""
        bits = self.g.getrandbits(80)
        return f"ck{number:08d}" + "".join(ALPHABET[bits >> 5 * i & 31] for i in range(15))

    def key(self):
        """A random UUID; where the database has none, as many random characters as an ID may have."""
        text = str(uuid.UUID(int=self.g.getrandbits(128), version=4))
        return text if self.has_uuids else text.replace("-", "")[:25]

    def skewed(self, count, power=3):
        """A number below `count`, small ones far more often."""
        return int(count * self.g.random() ** power)

    def words(self, low, high):
        return " ".join(self.g.choices(WORDS, k=self.g.randint(low, high)))

    def time(self):
        return BEGIN + self.g.randrange(5 * 365 * 86_400) * 1000

    def make_people(self):
        g, people, profiles, tastes = self.g, [], [], []
        for i, person in enumerate(self.people):
            profile = self.cuid(i) if g.random() < 0.8 else None
            if profile:
                settings = json.dumps({"theme": g.choice(WORDS), "size": g.randint(8, 20)}, separators=(",", ":"))
                profiles.append((profile, self.words(2, 5), settings if g.random() < 0.9 else None))
            manager = self.people[self.skewed(i)] if i and g.random() < 0.9 else None
            people.append((person, f"person{i}@example.org", self.words(2, 3), self.words(5, 20) if g.random() < 0.5 else None,
                           LEVELS[self.skewed(3)], self.time() if g.random() < 0.7 else None, round(g.random() * 10_000, 2),
                           g.random() < 0.9, manager, profile))
            tastes += [(person, 1000 * (at + 1), g.choice(WORDS)) for at in range(g.randint(0, 3))]
        self.tables["Profile"] = ("id motto settings", profiles)
        self.tables["Person"] = ("id email name bio level born balance isActive manager profile", people)
        self.tables["Person_tastes"] = ("nodeId position value", tastes)
        follows = {(g.choice(self.people), self.people[self.skewed(len(self.people))]) for _ in range(5 * len(people))}
        self.tables["_Follows"] = ("A B", sorted(follows))

    def make_categories_and_tags(self):
        g = self.g
        self.tables["Category"] = ("id name parent", [(i, f"category {i}", g.randint(1, i - 1) if i > 3 else None)
                                                      for i in range(1, self.size["Category"] + 1)])
        self.tables["Tag"] = ("id name weight", [(tag, f"tag {i}", g.randint(0, 100)) for i, tag in enumerate(self.tags)])

    def make_documents(self):
        g, rows, labels, codes, tagged, categories, covers = self.g, [], [], [], set(), [], []
        for i, document in enumerate(self.documents):
            created = BEGIN + i * 700_000
            meta = json.dumps({"lang": g.choice("en de fr es".split()), "n": i}, separators=(",", ":")) if g.random() < 0.6 else None
            rows.append((document, f"document-{i}", self.words(2, 5), self.words(20, 60) if g.random() < 0.8 else None,
                         STATES[self.skewed(4)], round(g.gauss(50, 15), 3), self.skewed(100_000, 4), g.randint(1, 5) if g.random() < 0.5 else None,
                         created + g.randrange(86_400_000) if g.random() < 0.7 else None, g.random() < 0.95, meta, created, created,
                         self.people[self.skewed(len(self.people))],
                         self.people[self.skewed(len(self.people))] if g.random() < 0.3 else None,
                         self.documents[self.skewed(i, 2)] if i and g.random() < 0.5 else None))
            labels += [(document, 1000 * (at + 1), g.choice(WORDS)) for at in range(g.randint(0, 3))]
            codes += [(document, 1000 * (at + 1), g.randint(0, 999)) for at in range(g.randint(0, 2))]
            tagged |= {(document, self.tags[self.skewed(len(self.tags), 4)]) for _ in range(g.randint(0, 6))}
            if g.random() < 0.8:
                categories.append((self.skewed(self.size["Category"]) + 1, document))
            if g.random() < 0.4:
                covers.append((self.key(), f"https://example.org/{i}.png", g.randint(100, 4000), document))
        self.tables["Document"] = ("id slug title body state score views rating published isPublic meta createdAt updatedAt author reviewer parent",
                                   rows)
        self.tables["Document_labels"] = ("nodeId position value", labels)
        self.tables["Document_codes"] = ("nodeId position value", codes)
        self.tables["_Tagged"] = ("A B", sorted(tagged))
        self.tables["_InCategory"] = ("A B", categories)
        self.tables["Cover"] = ("id url width document", covers)

    def make_comments(self):
        g = self.g
        self.tables["Comment"] = ("id text at likes document author", [
            (i, self.words(3, 12), self.time(), self.skewed(1000, 5), self.documents[self.skewed(len(self.documents), 2)],
             self.people[self.skewed(len(self.people))] if g.random() < 0.9 else None) for i in range(1, self.size["Comment"] + 1)])


TIMES = {"born", "published", "createdAt", "updatedAt", "at"}


def copy_text(columns, rows):
    """The rows for COPY in its text format."""
    times = [name in TIMES for name in columns.split()]

    def cell(value, is_time):
        if value is None:
            return "\\N"
        if is_time:
            return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=value)).isoformat(" ", "milliseconds")
        if isinstance(value, bool):
            return "t" if value else "f"
        return value.replace("\\", "\\\\") if isinstance(value, str) else str(value)

    return "".join("\t".join(map(cell, row, times)) + "\n" for row in rows)
