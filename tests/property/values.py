"""Values: how the tests hold them, nasty ones of every type, and how GraphQL and JSON write them.

Held as: ID, UUID, String and enums `str`; Int `int`; Float `Decimal`; Boolean `bool`; DateTime milliseconds since 1970 as `int`;
Json its compact text as `str`; null None.
"""
import datetime
import json
import string
from decimal import Context, Decimal

EPOCH = datetime.datetime(1970, 1, 1)
WIDE = Context(prec=200)
MILLISECOND = datetime.timedelta(milliseconds=1)
FIRST_MS = (datetime.datetime(1, 1, 3) - EPOCH) // MILLISECOND
LAST_MS = (datetime.datetime(9999, 12, 29) - EPOCH) // MILLISECOND

STRINGS = ["", " ", "a", "A", "aa", "ab", "Ab", "aB", "b", "B", "%", "_", "!", "!!", "!%", "!_", "a%b", "a_b", "a!b", "100%", "_a", "\\", "\\\\",
           "\\%", "\\n", "'", "''", '"', '""', "`", "a'b", 'a"b', "'; DROP TABLE x; --", "a\nb", "\t", "\r\n", "\u0001", "\u007f", "\u0085",
           "\u00e9", "e\u0301", "\u00c9", "\u0131", "\u0130", "\u00df", "ss", "\u212a", "k", "K", "\u03c3", "\u03c2", "\u03a3", "\u6f22\u5b57", "\u202ea",
           "\ufeffa", "\ufffd", "\u2028", "\U0001f600", "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0010ffff", "a ", " a", "0", "1", "-1",
           "01", "1.0", "1e5", "true", "false", "undefined", "NaN", "$1", "?", ":a", "@a", "{}", "[]", "{a}", "a,b", "(a)", "/*a*/", "--a", "%s",
           "%%", "__", "a" * 40, "\u00e9" * 20, "1970-01-01", "Z", "z", "~", "\ue000"]
LETTERS = "abAB%_!\\'\" \u00e9\u00c9\U0001f600\n0"
FLOATS = ["0", "-0.0", "1", "-1", "0.1", "-0.1", "0.5", "1.5", "100.5", "2.50", "0.30000000000000004", "1e-7", "1.25e-9", "-3e-20", "1e-30", "1.5e-30",
          "123456.789", "1e15", "1e16", "9007199254740991", "-9007199254740991", "9007199254740992", "1e20", "1e21", "1e22", "1e23", "-1e33", "1.7e30",
          "3.141592653589793", "2147483648", "4294967296.5", "0.000001", "99999999.99"]
FAR_FLOATS = ["1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "1e40", "1e-40"]
INTS = [0, 1, -1, 2, 3, 10, 42, 100, 127, 128, 255, 256, 32767, 32768, 65535, 2**31 - 1, -2**31, 2**31 - 2, -2**31 + 1, 1000000]
MOMENTS = [0, -1, 1, 999, 1000, -1000, 86400000, -86400000, 951782400000, 951827696789, 1451606400000, 1467331200000, 1467936840000, 4102444799999,
           253402300799999 - 86400000 * 3, FIRST_MS, LAST_MS, -62135596800000 + 86400000 * 3, -2208988800000, -2208988799001, 1582934400000]


def quoted(text):
    """A GraphQL string literal; characters beyond ASCII as they are."""
    return json.dumps(text, ensure_ascii=False)


def plain(number):
    """A Decimal without exponent and without trailing zeros, as the API writes a Float."""
    if number == 0:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_text(ms):
    """A DateTime as the API writes it."""
    moment = EPOCH + datetime.timedelta(milliseconds=ms)
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}.{ms % 1000:03}Z"


def parse_date(text):
    """The milliseconds of a DateTime as the API writes it; ValueError if it is written otherwise."""
    return (datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ") - EPOCH) // MILLISECOND


def compact(value):
    """JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_text(value):
    """The text a Json value is stored as: compact, numbers as a Float's."""
    if isinstance(value, float):
        return plain(Decimal(repr(value)))
    if isinstance(value, list):
        return "[" + ",".join(json_text(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(key)}:{json_text(item)}" for key, item in value.items()) + "}"
    return compact(value)


# ---- random values --------------------------------------------------------------------------------------------------

def some_string(rng, longest=40):
    kind = rng.random()
    if kind < 0.6:
        text = rng.choice(STRINGS)
    elif kind < 0.95:
        text = "".join(rng.choice(LETTERS) for _ in range(rng.randint(0, 6)))
    else:
        text = "".join(chr(rng.choice((rng.randint(1, 0x2ff), rng.randint(0x2000, 0xd7ff), rng.randint(0x10000, 0x10ffff))))
                       for _ in range(rng.randint(1, 8)))
    return text[:longest]


def some_id(rng):
    """An id a client brings: mostly plain, at most 25 characters even of UTF-16."""
    if rng.random() < 0.25:
        return some_string(rng, 12)
    return "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(rng.choice((1, 2, 4, 25))))


def some_uuid(rng):
    digits = f"{rng.getrandbits(128) if rng.random() < 0.9 else rng.choice((0, 1, 2**128 - 1)):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def some_float(rng, far=False):
    """A double; one that can be stored unless `far`: its plain text has at most 35 characters."""
    if far and rng.random() < 0.1:
        return Decimal(rng.choice(FAR_FLOATS))
    if rng.random() < 0.6:
        return Decimal(rng.choice(FLOATS))
    number = Decimal(repr(rng.choice((rng.uniform(-10, 10), rng.uniform(-1e9, 1e9), round(rng.uniform(-100, 100), 2), float(rng.randint(-5, 5))))))
    return number if len(plain(number)) <= 35 else Decimal("7")


def some_json(rng, depth=0):
    """A JSON value as Python has it; objects and lists on top."""
    kind = rng.random()
    if depth == 0 or (depth < 4 and kind < 0.35):
        if rng.random() < 0.5:
            return [some_json(rng, depth + 1) for _ in range(rng.randint(0, 3))]
        return {some_string(rng, 8): some_json(rng, depth + 1) for _ in range(rng.randint(0, 3))}
    if kind < 0.55:
        return some_string(rng)
    if kind < 0.7:
        return rng.choice((0, 1, -1, 2**31, 2**53, -2**53, 42))
    if kind < 0.8:
        return rng.choice((0.5, -1.25, 1e-7, 1e21, 123456.789, 2**63, 10**19, 0.1))
    return rng.choice((None, True, False))


def some_value(rng, field, far=False):
    """A value of a field's type, never null. `far`: also values that can be asked for but not stored."""
    kind = field.type_name
    if field.is_enum:
        return rng.choice(field.type.values)
    if kind == "ID":
        return some_id(rng)
    if kind == "UUID":
        return some_uuid(rng)
    if kind == "String":
        return some_string(rng)
    if kind == "Int":
        return rng.choice(INTS) if rng.random() < 0.5 else rng.randint(-20, 20)
    if kind == "Float":
        return some_float(rng, far)
    if kind == "Boolean":
        return rng.random() < 0.5
    if kind == "DateTime":
        return rng.choice(MOMENTS) if rng.random() < 0.6 else rng.randint(FIRST_MS, LAST_MS)
    return json_text(some_json(rng))


# ---- how they are written -------------------------------------------------------------------------------------------

def date_spelling(rng, ms):
    """One of the forms DateTime accepts for this instant."""
    full = date_text(ms)
    choices = [full, full[:-1]]
    if ms % 1000 == 0:
        choices += [full[:19], full[:19] + "Z"]
        if ms % 60000 == 0:
            choices.append(full[:16])
        if ms % 3600000 == 0:
            choices.append(full[:13])
        if ms % 86400000 == 0:
            choices += [full[:10], full[:10]]
            if full[8:10] == "01":
                choices.append(full[:7])
                if full[5:7] == "01":
                    choices.append(full[:4])
    minutes = rng.choice((-11 * 60 - 30, -60, 0, 330, 14 * 60))
    sign = "-" if minutes < 0 else "+"
    choices.append(f"{date_text(ms + minutes * 60000)[:-1]}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}")
    return rng.choice(choices)


def json_value(rng, field, value):
    """The value as it stands in the request's variables."""
    if value is None:
        return None
    kind = field.type_name
    if kind == "Float":
        return int(value) if value == value.to_integral_value() and abs(value) < 2**53 and rng.random() < 0.5 else float(value)
    if kind == "DateTime":
        return date_spelling(rng, value)
    if kind == "Json":
        return json.loads(value)
    return value


def literal(rng, field, value):
    """The value as GraphQL writes it."""
    if value is None:
        return "null"
    if field.is_enum:
        return value
    kind = field.type_name
    if kind == "Json":
        spaced = json.dumps(json.loads(value), ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 1)))
        return quoted(spaced)
    if kind in ("Int", "Boolean"):
        return compact(value)
    if kind == "Float":
        return compact(json_value(rng, field, value))
    if kind == "ID" and value.isascii() and value.isdigit() and str(int(value)) == value and int(value) < 2**31:
        return value if rng.random() < 0.5 else quoted(value)
    if kind == "DateTime":
        return quoted(date_spelling(rng, value))
    text = quoted(value)
    if rng.random() < 0.1:  # escapes instead of the characters; only for those GraphQL's \uXXXX can name
        text = '"' + "".join(f"\\u{ord(c):04x}" if 32 < ord(c) < 0xd800 else quoted(c)[1:-1] for c in value) + '"'
    return text


def default_literal(datamodel, field):
    """The value of `@default`."""
    value = field.default
    if field.is_enum:
        return f'"{value}"' if datamodel.is_legacy else value
    kind = field.type_name
    if kind in ("String", "Json"):
        return quoted(value)
    if kind == "DateTime":
        return quoted(date_text(value))
    shown = plain(value) if kind == "Float" else compact(value)
    return quoted(shown) if datamodel.is_legacy else shown
