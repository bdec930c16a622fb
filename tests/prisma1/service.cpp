// Test that the header is self-contained.
#include <refract/prisma1/service.hpp>

#include "service_fixture.hpp"

using refract::test::service_fixture;

namespace {

constexpr std::string_view blog = R"(
enum Role { ADMIN USER }
type User {
  id: ID! @id
  email: String! @unique
  role: Role! @default(value: USER)
  tags: [String] @scalarList(strategy: RELATION)
  posts: [Post]
  createdAt: DateTime! @createdAt
}
type Post { id: ID! @id title: String! rating: Float meta: Json author: User! cats: [Cat] }
type Cat { id: Int! @id(strategy: SEQUENCE) @sequence(name: "cat_seq", initialValue: 1, allocationSize: 1) name: String! @unique posts: [Post] }
)";

void fill(service_fixture& s) {
    REQUIRE(
        s.ask(R"(mutation { createUser(data: {id: "u1", email: "a@b.c", tags: {set: ["x", "y"]}, posts: {create: [
                 {id: "p1", title: "T1", rating: 4, meta: "{\"k\":[1]}", cats: {create: {name: "c1"}}},
                 {id: "p2", title: "T2", rating: 4.50}]}}) { email role tags posts { title rating meta cats { id name } } } })") ==
        R"({"data":{"createUser":{"email":"a@b.c","role":"USER","tags":["x","y"],"posts":[)"
        R"({"title":"T1","rating":4,"meta":{"k":[1]},"cats":[{"id":1,"name":"c1"}]},)"
        R"({"title":"T2","rating":4.5,"meta":null,"cats":[]}]}}})"
    );
    REQUIRE(s.ask(R"(mutation { createUser(data: {id: "u2", email: "z@b.c", role: ADMIN}) { id } })") == R"({"data":{"createUser":{"id":"u2"}}})");
}

} // namespace

TEST_CASE("prisma1::service: nested reads, aliases, fragments, paging", "[prisma1][service]") {
    service_fixture s(blog);
    fill(s);
    struct {
        std::string_view name, query, variables, answer;
    } const cases[] = {
        {"three levels", "{ users { email posts { title author { email } cats { name } } } }", "null",
         R"({"data":{"users":[{"email":"a@b.c","posts":[{"title":"T1","author":{"email":"a@b.c"},"cats":[{"name":"c1"}]},{"title":"T2","author":{"email":"a@b.c"},"cats":[]}]},{"email":"z@b.c","posts":[]}]}})"},
        {"one by unique field", R"({ user(where: {email: "a@b.c"}) { id __typename } })", "null",
         R"({"data":{"user":{"id":"u1","__typename":"User"}}})"},
        {"nobody", R"({ user(where: {id: "zz"}) { id } })", "null", R"({"data":{"user":null}})"},
        {"aliases and fragments", "{ a: users(first: 1) { ...F } } fragment F on User { mail: email role }", "null",
         R"({"data":{"a":[{"mail":"a@b.c","role":"USER"}]}})"},
        {"last keeps forward order", "{ users(last: 2) { id } }", "null", R"({"data":{"users":[{"id":"u1"},{"id":"u2"}]}})"},
        {"skip and last count from the end", "{ users(last: 1, skip: 1) { id } }", "null", R"({"data":{"users":[{"id":"u1"}]}})"},
        {"order", "{ users(orderBy: email_DESC) { id } }", "null", R"({"data":{"users":[{"id":"u2"},{"id":"u1"}]}})"},
        {"cursor", R"({ users(after: "u1") { id } })", "null", R"({"data":{"users":[{"id":"u2"}]}})"},
        {"variables", "query($w: UserWhereInput, $n: Int, $o: UserOrderByInput) { users(where: $w, first: $n, orderBy: $o) { id } }",
         R"({"w":{"posts_some":{"title_in":["T2","nope"]}},"n":5,"o":"id_DESC"})", R"({"data":{"users":[{"id":"u1"}]}})"},
        {"include and skip", "query($yes: Boolean!) { users(first: 1) { id @skip(if: $yes) email @include(if: $yes) } }", R"({"yes":true})",
         R"({"data":{"users":[{"email":"a@b.c"}]}})"},
        {"node", R"({ node(id: "p1") { __typename id ... on Post { title } ... on User { email } } })", "null",
         R"({"data":{"node":{"__typename":"Post","id":"p1","title":"T1"}}})"},
        {"connection",
         "{ usersConnection(first: 1) { aggregate { count } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { email } } } }",
         "null",
         R"({"data":{"usersConnection":{"aggregate":{"count":1},"pageInfo":{"hasNextPage":true,"hasPreviousPage":false,"startCursor":"u1","endCursor":"u1"},"edges":[{"cursor":"u1","node":{"email":"a@b.c"}}]}}})"},
        {"two roots", "{ u: users { id } c: cats { name } }", "null",
         R"({"data":{"u":[{"id":"u1"},{"id":"u2"}],"c":[{"name":"c1"}]}})"},
        {"typename of the root", "{ __typename }", "null", R"({"data":{"__typename":"Query"}})"},
        {"introspection by variable", "query($t: String!) { __type(name: $t) { name } }", R"({"t":"Cat"})",
         R"({"data":{"__type":{"name":"Cat"}}})"},
        {"the same of another value", "query($t: String!) { __type(name: $t) { name } }", R"({"t":"Post"})",
         R"({"data":{"__type":{"name":"Post"}}})"},
        {"introspection", R"({ __type(name: "Cat") { kind fields { name } } })", "null",
         R"({"data":{"__type":{"kind":"OBJECT","fields":[{"name":"id"},{"name":"name"},{"name":"posts"}]}}})"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.name) {
            CHECK(s.ask(std::string(c.query), c.variables) == c.answer);
            CHECK(s.ask(std::string(c.query), c.variables) == c.answer); // from the cache
        }
    }
}

TEST_CASE("prisma1::service: filters", "[prisma1][service]") {
    service_fixture s(blog);
    fill(s);
    struct {
        std::string_view where, ids;
    } const cases[] = {
        {R"({title: "T1"})", R"([{"id":"p1"}])"},
        {R"({title_not: "T1"})", R"([{"id":"p2"}])"},
        {R"({title_in: []})", "[]"},
        {R"({rating_gt: 4})", R"([{"id":"p2"}])"},
        {R"({rating_lte: 4.0})", R"([{"id":"p1"}])"},
        {R"({OR: [{title: "T1"}, {rating: 4.5}]})", R"([{"id":"p1"},{"id":"p2"}])"},
        {R"({OR: []})", "[]"},
        {R"({AND: []})", R"([{"id":"p1"},{"id":"p2"}])"},
        {R"({NOT: [{title: "T1"}, {title: "T2"}]})", "[]"},
        {R"({NOT: {title: "T1"}})", R"([{"id":"p2"}])"},
        {R"({author: {email_starts_with: "a@"}})", R"([{"id":"p1"},{"id":"p2"}])"},
        {R"({cats_some: {name: "c1"}})", R"([{"id":"p1"}])"},
        {R"({cats_none: {}})", R"([{"id":"p2"}])"},
        {R"({cats_every: {name: "other"}})", R"([{"id":"p2"}])"},
        {R"({author: {posts_some: {cats_some: {name_contains: "c"}}}, title_ends_with: "2"})", R"([{"id":"p2"}])"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.where) {
            CHECK(s.ask("{ posts(where: " + std::string(c.where) + ") { id } }") == R"({"data":{"posts":)" + std::string(c.ids) + "}}");
        }
    }
}

TEST_CASE("prisma1::service: errors have their place, code and text", "[prisma1][service]") {
    service_fixture s(blog);
    fill(s);
    struct {
        std::string_view query, answer;
    } const cases[] = {
        {R"(mutation { createUser(data: {email: "a@b.c"}) { id } })",
         R"({"data":null,"errors":[{"locations":[{"line":1,"column":12}],"path":["createUser"],"code":3010,"message":"A unique constraint would be violated on User. Details: Field name = email","requestId":"local:test"}]})"},
        {R"(mutation { updateUser(where: {email: "zz"} data: {email: "q"}) { id } })",
         R"({"data":{"updateUser":null},"errors":[{"locations":[{"line":1,"column":12}],"path":["updateUser"],"code":3039,"message":"No Node for the model User with value zz for email found.","requestId":"local:test"}]})"},
        {"{ users { foo } }",
         R"({"data":null,"errors":[{"locations":[{"line":1,"column":11}],"message":"Cannot query field 'foo' on type 'User'. (line 1, column 11):\n{ users { foo } }\n          ^"}]})"},
        {"{ users(where: {posts_some: null}) { id } }",
         R"({"data":null,"errors":[{"locations":[{"line":1,"column":3}],"path":["users"],"code":3033,"message":"The field 'posts' is a toMany relation. This cannot be filtered by null.","requestId":"local:test"}]})"},
        {"{ user(where: {}) { id } }",
         R"({"data":{"user":null},"errors":[{"locations":[{"line":1,"column":3}],"path":["user"],"code":3040,"message":"You provided an invalid argument for the where selector on User. Please provide exactly one unique field and value.","requestId":"local:test"}]})"},
        {"{ ok: users(first: 1) { id } users(first: -1) { id } }",
         R"({"data":null,"errors":[{"locations":[{"line":1,"column":30}],"path":["users"],"code":3026,"message":"The 'first' argument must be non negative","requestId":"local:test"}]})"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.query) { CHECK(s.ask(std::string(c.query)) == c.answer); }
    }
    auto const syntax = s.send("woot");
    CHECK(syntax.status == 500);
    CHECK(
        syntax.body ==
        R"({"errors":[{"message":"Syntax error while parsing GraphQL query. Invalid input 'w'. Unexpected Name \"woot\". (line 1, column 1):\nwoot\n^","requestId":"local:test"}]})"
    );
    CHECK(s.send("{ users { id }").body.find(R"(query. Unexpected end of input. Expected Name, found <EOF>. (line 1, column 15):\n{ users { id }\n              ^")") !=
          std::string::npos);
}

TEST_CASE("prisma1::service: a failed write changes nothing", "[prisma1][service]") {
    service_fixture s(blog);
    fill(s);
    auto const answer = s.ask(R"(mutation { updateUser(where: {id: "u2"}, data: {role: USER, posts: {create: [{title: "new"}], connect: [{id: "gone"}]}}) { id } })");
    CHECK(answer.find(R"("code":3039,"message":"No Node for the model Post with value gone for id found.")") != std::string::npos);
    CHECK(s.ask(R"({ user(where: {id: "u2"}) { role posts { id } } })") == R"({"data":{"user":{"role":"ADMIN","posts":[]}}})");
}

TEST_CASE("prisma1::service: root fields of a mutation run in order, each on its own", "[prisma1][service]") {
    service_fixture s(blog);
    fill(s);
    CHECK(
        s.ask(R"(mutation { a: updateManyPosts(where: {title_starts_with: "T"}, data: {rating: 5.5}) { count } b: deleteManyCats { count }
                 c: deletePost(where: {id: "p2"}) { id title rating author { email } cats { id } } })") ==
        R"({"data":{"a":{"count":2},"b":{"count":1},"c":{"id":"p2","title":"T2","rating":5.5,"author":{"email":"a@b.c"},"cats":[]}}})"
    );
    CHECK(s.ask("{ posts { id rating } cats { id } }") == R"({"data":{"posts":[{"id":"p1","rating":5.5}],"cats":[]}})");
}

TEST_CASE("prisma1::service: the word null is null, but for a String", "[prisma1][service]") {
    service_fixture s("type A { id: ID! @id name: String other: ID extra: Json }");
    auto const made = s.ask(R"(mutation { createA(data: {id: "null", name: "null", other: "null", extra: "null"}) { id name other extra } })");
    CHECK(made.find(R"(,"name":"null","other":null,"extra":null}}})") != std::string::npos);
    CHECK(made.find(R"("id":"null")") == std::string::npos);
    struct {
        std::string_view query, variables, answer;
    } const cases[] = {
        {R"({ as(where: {other: "null"}) { name } })", "null", R"({"data":{"as":[{"name":"null"}]}})"},
        {R"({ as(where: {other_not: "null"}) { name } })", "null", R"({"data":{"as":[]}})"},
        {R"({ as(where: {name: "null"}) { name } })", "null", R"({"data":{"as":[{"name":"null"}]}})"},
        {"query($o: ID) { as(where: {other: $o}) { name } }", R"({"o":"null"})", R"({"data":{"as":[{"name":"null"}]}})"},
        {"query($o: ID) { as(where: {other: $o}) { name } }", R"({"o":"x"})", R"({"data":{"as":[]}})"},
        {R"({ node(id: "null") { id } })", "null", R"({"data":{"node":null}})"},
        {R"({ a(where: {id: "null"}) { id } })", "null",
         R"({"data":{"a":null},"errors":[{"locations":[{"line":1,"column":3}],"path":["a"],"code":3040,"message":"You provided an invalid argument for the where selector on A. Please provide exactly one unique field and value.","requestId":"local:test"}]})"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.query, c.variables);
        CHECK(s.ask(std::string(c.query), c.variables) == c.answer);
    }
}

TEST_CASE("prisma1::service: a node is null where no type is a node", "[prisma1][service]") {
    service_fixture s("type A { id: Int! @id name: String }");
    CHECK(s.ask(R"({ node(id: "1") { id } })") == R"({"data":{"node":null}})");
    CHECK(s.ask("query($i: ID!) { as { id } x: node(id: $i) { __typename } }", R"({"i":"1"})") == R"({"data":{"as":[],"x":null}})");
}

TEST_CASE("prisma1::service: a pattern may end in the escape character", "[prisma1][service]") {
    service_fixture s("type A { id: ID! @id name: String }");
    s.ask(R"(mutation { a: createA(data: {name: "wow!"}) { id } b: createA(data: {name: "50%"}) { id } c: createA(data: {name: "!"}) { id } })");
    CHECK(s.ask(R"({ as(where: {name_ends_with: "!"}) { name } })") == R"({"data":{"as":[{"name":"wow!"},{"name":"!"}]}})");
    CHECK(s.ask("query($n: String) { as(where: {name_ends_with: $n}) { name } }", R"({"n":"w!"})") == R"({"data":{"as":[{"name":"wow!"}]}})");
    CHECK(s.ask(R"({ as(where: {name_not_ends_with: "!"}) { name } })") == R"({"data":{"as":[{"name":"50%"}]}})");
    CHECK(s.ask(R"({ as(where: {name_ends_with: "!%"}) { name } })") == R"({"data":{"as":[{"name":"50%"}]}})");
    CHECK(s.ask(R"({ as(where: {name_starts_with: "!!"}) { name } })") == R"({"data":{"as":[{"name":"!"}]}})");
}

TEST_CASE("prisma1::service: a removal is answered with the links as they are afterwards", "[prisma1][service]") {
    service_fixture s(R"(
        type User { id: ID! @id name: String! posts: [Post] @relation(name: "Authors") favourite: Post @relation(name: "Favourite", link: INLINE) }
        type Post { id: ID! @id title: String! author: User @relation(name: "Authors") comments: [Comment] @relation(name: "Thread", onDelete: CASCADE)
                    pinned: Comment @relation(name: "Pinned", link: INLINE) }
        type Comment { id: ID! @id post: Post @relation(name: "Thread") }
    )");
    REQUIRE(
        s.ask(R"(mutation { createUser(data: {id: "u", name: "n", posts: {create: [{id: "p1", title: "a"}, {id: "p2", title: "b",
                 comments: {create: {id: "c1"}}}]}, favourite: {connect: {id: "p1"}}}) { id }
                 updatePost(where: {id: "p2"}, data: {pinned: {connect: {id: "c1"}}}) { pinned { id } } })")
            .find("errors") == std::string::npos
    );
    CHECK(
        s.ask(R"(mutation { deletePost(where: {id: "p1"}) { a: author { name posts { id } favourite { id } } title b: author { id } comments { id } } })") ==
        R"({"data":{"deletePost":{"a":{"name":"n","posts":[{"id":"p2"}],"favourite":null},"title":"a","b":{"id":"u"},"comments":[]}}})"
    );
    CHECK(
        s.ask(R"(mutation { deletePost(where: {id: "p2"}) { title pinned { id } author { posts { id } } } })") ==
        R"({"data":{"deletePost":{"title":"b","pinned":null,"author":{"posts":[]}}}})"
    );
    CHECK(s.ask("{ comments { id } users { posts { id } } }") == R"({"data":{"comments":[],"users":[{"posts":[]}]}})");
}
