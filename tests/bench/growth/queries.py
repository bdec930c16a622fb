"""What is asked of the growing tables: name, text, and its variables from a random generator and the records.

Reads are asked with the same variables of every server; each write is of other records, so that it always finds them.
"""
import datetime

import records

PLAIN = "id slug title state score views rating published isPublic"


def iso(milliseconds):
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=milliseconds)).isoformat(timespec="milliseconds") + "Z"


def document(g, r):
    return g.choice(r.documents)


def person(g, r):
    return g.choice(r.people)


def busy(g, r):
    """Somebody who wrote much."""
    return r.people[g.randrange(20)]


def tag(g, r, common=False):
    return f"tag {g.randrange(5) if common else g.randrange(len(r.tags) // 2, len(r.tags))}"


def nothing(g, r):
    return {}


def reads():
    yield from unique()
    yield from scalar_filters()
    yield from relation_filters()
    yield from orders()
    yield from cursors()
    yield from connections()
    yield from nested()


def unique():
    yield "one by id", "query($id: KEY!) { document(where: {id: $id}) { %s labels author { name } } }" % PLAIN, lambda g, r: {"id": document(g, r)}
    yield "one by unique text", "query($s: String!) { document(where: {slug: $s}) { %s tags { name } cover { url } category { name } } }" % PLAIN, \
        lambda g, r: {"s": f"document-{g.randrange(len(r.documents))}"}
    yield "one with its trees", ("query($id: KEY!) { document(where: {id: $id}) { title parent { title parent { title parent { title } } }"
                                 " children(first: 5) { title children(first: 5) { title children(first: 5) { title } } } } }"), \
        lambda g, r: {"id": document(g, r)}
    yield "in 1,000 ids", "query($ids: [KEY!]) { documents(where: {id_in: $ids}) { id title } }", lambda g, r: {"ids": g.sample(r.documents, 1000)}
    yield "in 1,000 unique texts, ordered", "query($s: [String!]) { documents(where: {slug_in: $s}, orderBy: views_DESC, first: 20) { id title } }", \
        lambda g, r: {"s": [f"document-{n}" for n in g.sample(range(len(r.documents)), 1000)]}
    yield "not in 1,000 ids, first 20", "query($ids: [KEY!]) { documents(where: {id_not_in: $ids}, first: 20) { id title } }", \
        lambda g, r: {"ids": g.sample(r.documents, 1000)}
    yield "200 ids with authors and tags", "query($ids: [KEY!]) { documents(where: {id_in: $ids}) { id title author { id name level } tags { id name } } }", \
        lambda g, r: {"ids": g.sample(r.documents, 200)}


def scalar_filters():
    page = "orderBy: createdAt_DESC, first: 20"
    for name, where, variables in (
            ("enum", "state: ARCHIVED", ""), ("enum in", "state_in: [CLOSED, ARCHIVED]", ""), ("boolean", "isPublic: false", ""),
            ("null", "rating: null", ""), ("not null", "published_not: null", ""), ("float range", "score_gt: 90, score_lte: 92.5", ""),
            ("integer range", "views_gte: 500, views_lt: 510", ""), ("time range", "createdAt_gt: $a, createdAt_lt: $b", "($a: DateTime!, $b: DateTime!)"),
            ("contains", 'title_contains: "quartz zephyr"', ""), ("starts with", 'title_starts_with: "quartz zephyr"', ""),
            ("unique starts with", 'slug_starts_with: "document-1234"', ""), ("ends with", 'slug_ends_with: "777"', ""),
            ("not", 'NOT: [{state: DRAFT}, {views_lt: 1000}]', ""), ("or of two", 'OR: [{views: 777}, {title: "zephyr quartz"}]', ""),
            ("or of indexed", "OR: [{slug: \"document-5\"}, {createdAt: $a}]", "($a: DateTime!)"),
            ("not equal", 'title_not: "amber basin", state_not: DRAFT', "")):
        def values(g, r, used=variables):
            a = records.BEGIN + g.randrange(len(r.documents)) * 700_000
            return {key: value for key, value in (("a", iso(a)), ("b", iso(a + 70_000_000))) if "$" + key in used}
        yield f"{name}, page", f"query{variables} {{ documents(where: {{{where}}}, {page}) {{ {PLAIN} }} }}", values
        yield f"{name}, count", f"query{variables} {{ documentsConnection(where: {{{where}}}) {{ aggregate {{ count }} }} }}", values


RELATION_FILTERS = (
    ("author by id", "author: {id: $p}", {"p": "ID!"}), ("busy author by email", "author: {email: $m}", {"m": "String!"}),
    ("author by level", "author: {level: GOLD}", {}), ("author's name", 'author: {name_starts_with: "zephyr"}', {}),
    ("no reviewer", "reviewer: null", {}), ("reviewer and state", "reviewer: {isActive: false}, state: ARCHIVED", {}),
    ("author's manager", "author: {manager: {email: $m}}", {"m": "String!"}), ("author's manager by id", "author: {manager: {id: $p}}", {"p": "ID!"}),
    ("parent's author", "parent: {author: {email: $m}}", {"m": "String!"}),
    ("rare tag", "tags_some: {name: $t}", {"t": "String!"}), ("common tag", "tags_some: {name: $c}", {"c": "String!"}),
    ("two tags", "AND: [{tags_some: {name: $t}}, {tags_some: {name: $c}}]", {"t": "String!", "c": "String!"}),
    ("either tag", "OR: [{tags_some: {name: $t}}, {tags_some: {name: $u}}]", {"t": "String!", "u": "String!"}),
    ("tags in", "tags_some: {name_in: [$t, $u]}", {"t": "String!", "u": "String!"}),
    ("tag or author", "OR: [{tags_some: {name: $t}}, {author: {id: $p}}]", {"t": "String!", "p": "ID!"}),
    ("tag or title", 'OR: [{tags_some: {name: $t}}, {title: "amber basin"}]', {"t": "String!"}),
    ("no such tag", "tags_none: {name: $c}", {"c": "String!"}), ("all tags heavy", "tags_every: {weight_gt: 10}", {}),
    ("tag not", "NOT: [{tags_some: {weight_lt: 50}}]", {}), ("untagged", "tags_none: {weight_gte: 0}", {}),
    ("some liked comment", "comments_some: {likes_gt: 990}", {}), ("a comment of", "comments_some: {author: {email: $m}}", {"m": "String!"}),
    ("no comment liked", "comments_none: {likes_gt: 100}", {}), ("every comment liked", "comments_every: {likes_gt: 5}, state: ARCHIVED", {}),
    ("comment by id", "comments_some: {id: $k}", {"k": "Int!"}), ("comments two deep", "comments_some: {author: {reports_some: {level: GOLD, isActive: false}}}", {}),
    ("children some", "children_some: {state: ARCHIVED, views_gt: 90000}", {}), ("childless", "children_none: {views_gte: 0}", {}),
    ("in category", "category: {name: $n}", {"n": "String!"}), ("in category's parent", "category: {parent: {name: $n}}", {"n": "String!"}),
    ("no category", "category: null", {}), ("has cover", "cover: {width_gt: 3990}", {}), ("no cover", "cover: null", {}),
    ("author follows", "author: {follows_some: {email: $m}}", {"m": "String!"}),
    ("nested none", "author: {documents_none: {state: ARCHIVED}}", {}),
    ("and or not", 'OR: [{AND: [{state: ARCHIVED}, {author: {level: GOLD}}]}, {NOT: [{comments_some: {likes_gte: 0}}], tags_some: {name: $t}}]',
     {"t": "String!"}))


def relation_filters():
    def values_for(used):
        def values(g, r):
            everything = {"p": person(g, r), "m": f"person{g.randrange(20)}@example.org", "t": tag(g, r), "u": tag(g, r), "c": tag(g, r, True),
                          "k": g.randrange(1, r.size["Comment"]), "n": f"category {g.randrange(1, 150)}"}
            return {name: everything[name] for name in used}
        return values
    for name, where, used in RELATION_FILTERS:
        head = "(" + ", ".join(f"${key}: {kind}" for key, kind in used.items()) + ")" if used else ""
        yield f"{name}, page", f"query{head} {{ documents(where: {{{where}}}, orderBy: createdAt_DESC, first: 20) {{ id title state }} }}", values_for(used)
        yield f"{name}, page by id", f"query{head} {{ documents(where: {{{where}}}, first: 20) {{ id title state }} }}", values_for(used)
        yield f"{name}, count", f"query{head} {{ documentsConnection(where: {{{where}}}) {{ aggregate {{ count }} }} }}", values_for(used)
    yield "people of documents", "query { persons(where: {documents_some: {views_gt: 99000}}, first: 20) { id name } }", nothing
    yield "people without", "query { persons(where: {documents_none: {state: DRAFT}}, orderBy: name_ASC, first: 20) { id name } }", nothing
    yield "people, every document public", "query { persons(where: {documents_every: {isPublic: true}}, orderBy: name_ASC, first: 20) { id name } }", nothing
    yield "people following", "query($m: String!) { persons(where: {follows_some: {email: $m}}, orderBy: name_ASC, first: 20) { id name } }", \
        lambda g, r: {"m": f"person{g.randrange(20)}@example.org"}
    yield "tags of an author", "query($m: String!) { tags(where: {documents_some: {author: {email: $m}}}, orderBy: name_ASC, first: 20) { id name } }", \
        lambda g, r: {"m": f"person{g.randrange(len(r.people))}@example.org"}
    yield "comments of a tag", "query($t: String!) { comments(where: {document: {tags_some: {name: $t}}}, orderBy: at_DESC, first: 20) { id text } }", \
        lambda g, r: {"t": tag(g, r)}
    yield "comments of an author's documents", "query($p: ID!) { comments(where: {document: {author: {id: $p}}}, orderBy: at_DESC, first: 20) { id text } }", \
        lambda g, r: {"p": busy(g, r)}


ORDERED = ("id", "slug", "title", "state", "score", "views", "rating", "published", "isPublic", "createdAt", "updatedAt")


def orders():
    for field in ORDERED:
        for way in ("ASC", "DESC"):
            yield f"by {field} {way}, first 20", f"query {{ documents(orderBy: {field}_{way}, first: 20) {{ {PLAIN} }} }}", nothing
        yield f"by {field}, last 20", f"query {{ documents(orderBy: {field}_ASC, last: 20) {{ {PLAIN} }} }}", nothing
    yield "skip 100,000", "query { documents(skip: 100000, first: 20) { id title } }", nothing
    yield "skip 100,000 by title", "query { documents(orderBy: title_ASC, skip: 100000, first: 20) { id title } }", nothing
    yield "skip 100,000 with children", "query { documents(orderBy: createdAt_ASC, skip: 100000, first: 20) { id author { name } tags { name } } }", nothing
    yield "10,000 rows", "query { documents(orderBy: createdAt_ASC, first: 10000) { %s } }" % PLAIN, nothing


def cursors():
    for field in ("id", "createdAt", "title", "views", "state", "slug"):
        for way in ("ASC", "DESC"):
            order = f"orderBy: {field}_{way}"
            yield f"after, by {field} {way}", f"query($c: String) {{ documents({order}, after: $c, first: 20) {{ id title }} }}", \
                lambda g, r: {"c": document(g, r)}
            yield f"before, by {field} {way}", f"query($c: String) {{ documents({order}, before: $c, last: 20) {{ id title }} }}", \
                lambda g, r: {"c": document(g, r)}
    yield "between two cursors", "query($a: String, $b: String) { documents(orderBy: createdAt_ASC, after: $a, before: $b, first: 20) { id } }", \
        lambda g, r: dict(zip("ab", sorted(g.sample(r.documents, 2), key=r.documents.index)))
    yield "after, filtered", "query($c: String) { documents(orderBy: createdAt_ASC, after: $c, first: 20, where: {state: OPEN}) { id } }", \
        lambda g, r: {"c": document(g, r)}
    yield "after, of an author", "query($c: String, $p: ID!) { documents(orderBy: createdAt_ASC, after: $c, first: 20, where: {author: {id: $p}}) { id } }", \
        lambda g, r: {"c": document(g, r), "p": busy(g, r)}
    yield "after, first 20 of a number id", "query($c: String) { comments(after: $c, first: 20) { id text } }", \
        lambda g, r: {"c": str(g.randrange(1, r.size["Comment"]))}


def connections():
    yield "connection, first 20", "query { documentsConnection(orderBy: createdAt_ASC, first: 20) { pageInfo { hasNextPage endCursor } edges { cursor node { id title } } } }", nothing
    yield "connection after", ("query($c: String) { documentsConnection(orderBy: createdAt_ASC, first: 20, after: $c) { pageInfo { hasNextPage hasPreviousPage"
                               " startCursor endCursor } edges { node { id title author { name } tags { name } } } } }"), lambda g, r: {"c": document(g, r)}
    yield "connection, last 20 before", "query($c: String) { documentsConnection(orderBy: title_ASC, last: 20, before: $c) { pageInfo { hasPreviousPage } edges { node { id } } } }", \
        lambda g, r: {"c": document(g, r)}
    yield "count all", "query { documentsConnection { aggregate { count } } }", nothing
    yield "count all comments", "query { commentsConnection { aggregate { count } } }", nothing
    yield "page and count", "query { documentsConnection(where: {state: CLOSED}, orderBy: createdAt_DESC, first: 20) { aggregate { count } edges { node { id } } } }", nothing
    yield "count of a page", "query { documentsConnection(where: {state: CLOSED}, orderBy: title_ASC, first: 1000) { aggregate { count } } }", nothing


def nested():
    yield "20 with all", ("query($s: Int!) { documents(orderBy: createdAt_DESC, skip: $s, first: 20) { %s labels codes author { name profile { motto settings } } reviewer { name }"
                          " category { name parent { name } } cover { url } tags { name } comments { text author { name } } } }") % PLAIN, lambda g, r: {"s": g.randrange(1000)}
    yield "pages two deep", "query($s: Int!) { persons(orderBy: name_ASC, skip: $s, first: 20) { name documents(orderBy: createdAt_DESC, first: 3) { title } } }", \
        lambda g, r: {"s": g.randrange(1000)}
    yield "pages two deep, busy", "query { persons(first: 20) { name documents(orderBy: createdAt_DESC, first: 3) { title } } }", nothing
    yield "pages two deep by id", "query { persons(first: 20) { name documents(first: 3) { title } } }", nothing
    yield "last two deep", "query { persons(first: 20) { name documents(orderBy: createdAt_ASC, last: 3) { title } } }", nothing
    yield "filtered two deep", "query { persons(first: 20) { name documents(where: {state: ARCHIVED}, orderBy: views_DESC, first: 3) { title } } }", nothing
    yield "pages three deep", ("query { persons(first: 10) { name documents(orderBy: createdAt_DESC, first: 3) { title comments(orderBy: likes_DESC, first: 2)"
                               " { text author { name } } } } }"), nothing
    yield "filtered three deep", ("query { persons(first: 10, where: {level: GOLD}) { name documents(where: {state: OPEN}, first: 5) { title"
                                  " comments(where: {likes_gt: 100}, last: 2) { text } tags(where: {weight_gt: 50}, orderBy: name_ASC, first: 2) { name } } } }"), nothing
    yield "tags with pages of documents", "query { tags(orderBy: weight_DESC, first: 10) { name documents(orderBy: createdAt_DESC, first: 3) { title } } }", nothing
    yield "common tags with pages", "query { tags(first: 5) { name documents(orderBy: createdAt_DESC, first: 3) { title author { name } } } }", nothing
    yield "categories with pages", "query { categories(first: 10) { name children { name } documents(first: 3) { title } } }", nothing
    yield "skip two deep", "query { persons(first: 10) { name documents(skip: 50, first: 3) { title } } }", nothing
    yield "cursor two deep", "query($c: String) { persons(first: 10) { name documents(orderBy: createdAt_ASC, after: $c, first: 3) { title } } }", \
        lambda g, r: {"c": document(g, r)}
    yield "self relation three deep", "query { persons(first: 3) { name reports(first: 5) { name reports(first: 5) { name reports(first: 5) { name } } } } }", nothing
    yield "followers two deep", "query($p: ID!) { person(where: {id: $p}) { name followers(first: 10) { name followers(first: 10) { name } } } }", \
        lambda g, r: {"p": busy(g, r)}
    yield "comments up to authors' managers", ("query { comments(orderBy: id_DESC, first: 50) { text document { title author { name manager { name profile { motto } } }"
                                               " parent { title author { name } } } author { name } } }"), nothing
    yield "all of one author", "query($p: ID!) { person(where: {id: $p}) { name documents { id title tags { name } } } }", lambda g, r: {"p": busy(g, r)}
    yield "filtered with children, not a page", 'query { documents(where: {views_gt: 99900}) { id author { name } tags { name } comments { text } labels } }', nothing
    yield "relation filter with children", ("query($t: String!) { documents(where: {tags_some: {name: $t}}, orderBy: createdAt_DESC, first: 20)"
                                            " { id author { name documents(first: 2) { title } } tags { name } comments(first: 2) { text } } }"), lambda g, r: {"t": tag(g, r)}
    yield "two roots", ("query($t: String!) { a: documents(where: {tags_some: {name: $t}}, first: 10) { id } b: persons(orderBy: balance_DESC, first: 10) { id }"
                        " c: documentsConnection(where: {tags_some: {name: $t}}) { aggregate { count } } }"), lambda g, r: {"t": tag(g, r)}


def writes():
    yield "update by id", "mutation($id: KEY!, $n: Int!) { updateDocument(where: {id: $id}, data: {views: $n}) { id views } }", \
        lambda g, r: {"id": document(g, r), "n": g.randrange(100)}
    yield "update by unique text", "mutation($s: String!) { updateDocument(where: {slug: $s}, data: {score: 1.5, meta: \"{}\"}) { id author { name } } }", \
        lambda g, r: {"s": f"document-{g.randrange(len(r.documents))}"}
    yield "upsert that updates", ("mutation($m: String!) { upsertPerson(where: {email: $m}, update: {balance: 2.5}, create: {email: $m, name: \"x\","
                                  " level: FREE, balance: 0, isActive: true}) { id name } }"), lambda g, r: {"m": f"person{g.randrange(len(r.people))}@example.org"}
    yield "upsert that creates", ("mutation($m: String!) { upsertPerson(where: {email: $m}, update: {balance: 2.5}, create: {email: $m, name: \"x\","
                                  " level: FREE, balance: 0, isActive: true}) { id name } }"), lambda g, r: {"m": f"new{g.getrandbits(60)}@example.org"}
    yield "create with all", ("mutation($s: String!, $p: ID!, $t: String!) { createDocument(data: {slug: $s, title: \"t\", state: OPEN, score: 1, views: 1, isPublic: true,"
                              " labels: {set: [\"a\", \"b\"]}, author: {connect: {id: $p}}, tags: {connect: [{name: $t}]}, cover: {create: {url: \"u\", width: 1}},"
                              " comments: {create: [{text: \"c\", at: \"2024-01-01T00:00:00.000Z\", likes: 0, author: {connect: {id: $p}}}]}}) { id comments { id } } }"), \
        lambda g, r: {"s": f"new-{g.getrandbits(60)}", "p": busy(g, r), "t": tag(g, r)}
    yield "connect a tag", "mutation($id: KEY!, $t: String!) { updateDocument(where: {id: $id}, data: {tags: {connect: [{name: $t}]}}) { id } }", \
        lambda g, r: {"id": document(g, r), "t": tag(g, r)}
    yield "disconnect and connect", ("mutation($id: KEY!, $t: String!) { updateDocument(where: {id: $id}, data: {tags: {connect: [{name: $t}]}}) { id } "
                                     "b: updateDocument(where: {id: $id}, data: {tags: {disconnect: [{name: $t}]}}) { id } }"), \
        lambda g, r: {"id": document(g, r), "t": tag(g, r)}
    yield "set tags", "mutation($id: KEY!, $t: String!, $u: String!) { updateDocument(where: {id: $id}, data: {tags: {set: [{name: $t}, {name: $u}]}}) { id tags { name } } }", \
        lambda g, r: {"id": document(g, r), "t": tag(g, r), "u": tag(g, r)}
    yield "documents to a tag", "mutation($t: String!, $a: KEY!, $b: KEY!) { updateTag(where: {name: $t}, data: {documents: {connect: [{id: $a}, {id: $b}]}}) { id } }", \
        lambda g, r: {"t": tag(g, r, True), "a": document(g, r), "b": document(g, r)}
    yield "set a list", "mutation($id: KEY!) { updateDocument(where: {id: $id}, data: {labels: {set: [\"x\", \"y\", \"z\"]}}) { id labels } }", \
        lambda g, r: {"id": document(g, r)}
    yield "author and parent replaced", "mutation($id: KEY!, $p: ID!, $q: KEY!) { updateDocument(where: {id: $id}, data: {author: {connect: {id: $p}}, parent: {connect: {id: $q}}}) { id } }", \
        lambda g, r: {"id": document(g, r), "p": person(g, r), "q": document(g, r)}
    yield "nested upsert", ("mutation($id: KEY!) { updateDocument(where: {id: $id}, data: {cover: {upsert: {create: {url: \"n\", width: 9}, update: {width: 8}}}}) { id cover { width } } }"), \
        lambda g, r: {"id": document(g, r)}
    yield "nested create on a busy author", ("mutation($p: ID!, $s: String!) { updatePerson(where: {id: $p}, data: {documents: {create: [{slug: $s, title: \"t\", state: OPEN,"
                                             " score: 1, views: 1, isPublic: true}]}}) { id } }"), lambda g, r: {"p": busy(g, r), "s": f"new-{g.getrandbits(60)}"}
    yield "nested updateMany", "mutation($p: ID!) { updatePerson(where: {id: $p}, data: {documents: {updateMany: [{where: {views_lt: 2}, data: {rating: 3}}]}}) { id } }", \
        lambda g, r: {"p": busy(g, r)}
    yield "nested update by unique", "mutation($p: ID!, $s: String!) { updatePerson(where: {id: $p}, data: {name: $s}) { id documents(first: 2) { id } } }", \
        lambda g, r: {"p": busy(g, r), "s": f"n{g.getrandbits(20)}"}
    yield "updateMany by tag", "mutation($t: String!) { updateManyDocuments(where: {tags_some: {name: $t}}, data: {rating: 4}) { count } }", lambda g, r: {"t": tag(g, r)}
    yield "updateMany by author", "mutation($m: String!) { updateManyDocuments(where: {author: {email: $m}}, data: {rating: 4}) { count } }", \
        lambda g, r: {"m": f"person{g.randrange(len(r.people) // 20, len(r.people))}@example.org"}
    yield "updateMany of comments two deep", "mutation($t: String!) { updateManyComments(where: {document: {tags_some: {name: $t}}}, data: {likes: 4}) { count } }", \
        lambda g, r: {"t": tag(g, r)}
    yield "deleteMany of comments of one", "mutation($id: KEY!) { deleteManyComments(where: {document: {id: $id}}) { count } }", lambda g, r: {"id": document(g, r)}
    yield "delete by unique text", "mutation($s: String!) { deleteDocument(where: {slug: $s}) { id title } }", None
    yield "delete of a commented by id", "mutation($id: ID!) { deletePerson(where: {id: $id}) { id name } }", None
    yield "delete a tag", "mutation($t: String!) { deleteTag(where: {name: $t}) { id } }", None
    yield "deleteMany by relation", "mutation($m: String!) { deleteManyDocuments(where: {author: {email: $m}, comments_none: {likes_gt: 500}}) { count } }", \
        lambda g, r: {"m": f"person{g.randrange(len(r.people) // 4, len(r.people))}@example.org"}
    yield "nested delete", ("mutation($id: KEY!) { updateDocument(where: {id: $id}, data: {comments: {deleteMany: [{likes_lt: 3}]}}) { id comments { id } } }"), \
        lambda g, r: {"id": document(g, r)}


# Deletions take records from the end, each only once: the n-th variables, and the plural of what they name.
DELETED = {"delete by unique text": lambda n, r: {"s": f"document-{len(r.documents) - 1 - n}"},
           "delete of a commented by id": lambda n, r: {"id": r.people[len(r.people) - 1 - n]},
           "delete a tag": lambda n, r: {"t": f"tag {len(r.tags) // 2 - 1 - n}"}}
