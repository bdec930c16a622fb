// Test that the header is self-contained.
#include <refract/prisma1/nested_failure.hpp>

#include "service_fixture.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

using namespace refract;
using refract::prisma1::failure_mark;
using refract::test::service_fixture;

namespace {

constexpr std::string_view blog = R"(
type User { id: ID! @id email: String! @unique posts: [Post] }
type Post { id: ID! @id title: String author: User! cats: [Cat] cover: Cover @relation(link: INLINE) }
type Cat { id: Int! @id name: String! @unique posts: [Post] }
type Cover { id: ID! @id post: Post! lines: [Line] }
type Line { id: ID! @id cover: Cover! }
)";

void fill(service_fixture& s) {
    for (std::string_view const user : {"u1", "u2"}) {
        auto const n = std::string(user.substr(1));
        REQUIRE(
            s.ask(
                "mutation { createUser(data: {id: \"u" + n + "\", email: \"e" + n + "\", posts: {create: [{id: \"p" + n + "\", title: \"[\\\"{\", cats: " +
                "{create: {name: \"c" + n + "\"}}, cover: {create: {id: \"o" + n + "\", lines: {create: {id: \"l" + n + "\"}}}}}]}}) { id } }"
            ) == R"({"data":{"createUser":{"id":"u)" + n + "\"}}}"
        );
    }
}

/// An error with the request's id and what the two have in common.
std::string failed(std::string_view column, std::string_view path, std::string_view rest) {
    return R"({"locations":[{"line":1,"column":)" + std::string(column) + R"(}],"path":)" + std::string(path) + "," + std::string(rest) +
           R"(,"requestId":"local:test"})";
}

constexpr std::string_view negative_first = R"("code":3026,"message":"The 'first' argument must be non negative")";
constexpr std::string_view missing = R"("message":"Cannot return null for non-nullable type")";

} // namespace

TEST_CASE("prisma1::settle_failures: marks become nulls, with their paths", "[prisma1][nested_failure]") {
    struct place {
        std::size_t index;
        std::string path;
    };
    struct {
        std::string answer, json;
        std::vector<place> found;
    } const cases[] = {
        {R"([{"a":1}])", R"([{"a":1}])", {}},
        {R"([{"p":)" + failure_mark(3, 0) + R"(,"q":1}])", R"([{"p":null,"q":1}])", {{3, R"(["k",0,"p"])"}}},
        {R"([{"p":[1,{"x":2}]},{"a":"],\"","p":)" + failure_mark(0, 0) + "}]", R"([{"p":[1,{"x":2}]},{"a":"],\"","p":null}])", {{0, R"(["k",1,"p"])"}}},
        {R"([{"p":{"a":[1,2],"o":)" + failure_mark(12, 1) + R"(,"z":["}",{}]},"q":1},2])", R"([{"p":null,"q":1},2])", {{12, R"(["k",0,"p","o"])"}}},
        {R"({"list":[{"o":)" + failure_mark(0, 2) + R"(},{"o":)" + failure_mark(0, 2) + R"(}],"q":1})", R"({"list":null,"q":1})",
         {{0, R"(["k","list",0,"o"])"}}},
        {R"({"o":)" + failure_mark(1, 1) + "}", "null", {{1, R"(["k","o"])"}}},
        {R"({"o":{"o":)" + failure_mark(1, 9) + "}}", "null", {{1, R"(["k","o","o"])"}}},
        {failure_mark(0, 0), "null", {{0, R"(["k"])"}}},
    };
    for (auto const& c : cases) {
        CAPTURE(c.answer);
        CHECK(prisma1::has_failure_mark(c.answer) == !c.found.empty());
        auto const settled = prisma1::settle_failures(c.answer, "k");
        CHECK(settled.json == c.json);
        REQUIRE(settled.found.size() == c.found.size());
        for (std::size_t i = 0; i < c.found.size(); ++i) {
            CHECK(settled.found[i].index == c.found[i].index);
            CHECK(settled.found[i].path == c.found[i].path);
        }
    }
}

TEST_CASE("prisma1::service: an error of a nested field is null in its place", "[prisma1][nested_failure]") {
    service_fixture s(blog);
    fill(s);
    auto const posts = [](std::string_view path, std::string_view rest = negative_first) { return failed("18", path, rest); };
    struct {
        std::string_view query, variables;
        std::string data, errors;
    } const cases[] = {
        {"{ users { email  posts(first: -1) { id } } }", "null",
         R"({"users":[{"email":"e1","posts":null},{"email":"e2","posts":null}]})",
         posts(R"(["users",0,"posts"])") + "," + posts(R"(["users",1,"posts"])")},
        {"{ all: users(last: 1, skip: 1) { p: posts(last: -1) { id } } cats { id } }", "null", R"({"all":[{"p":null}],"cats":[{"id":1},{"id":2}]})",
         failed("34", R"(["all",0,"p"])", R"("code":3027,"message":"The 'last' argument must be non negative")")},
        {"query($n: Int) { users(first: 1) { posts(skip: $n) { id } } }", R"({"n":-3})", R"({"users":[{"posts":null}]})",
         failed("36", R"(["users",0,"posts"])", R"("code":3028,"message":"The 'skip' argument must be non negative")")},
        {"query($n: Int = -1) { users(first: 1) { posts(first: $n) { id } } }", "{}", R"({"users":[{"posts":null}]})",
         failed("41", R"(["users",0,"posts"])", negative_first)},
        {"{ users(first: 0) { posts(first: -1) { id } } }", "null", R"({"users":[]})", ""},
        {"{ posts(first:1) { cats(where: {posts_some: null}) { id } author { posts(skip: -1) { id } } } }", "null",
         R"({"posts":[{"cats":null,"author":{"posts":null}}]})",
         failed("20", R"(["posts",0,"cats"])", R"("code":3033,"message":"The field 'posts' is a toMany relation. This cannot be filtered by null.")") +
             "," + failed("68", R"(["posts",0,"author","posts"])", R"("code":3028,"message":"The 'skip' argument must be non negative")")},
        {"{ usersConnection(first: 1) { edges { node { posts(first: 1, last: 1) { id } } } aggregate { count } } }", "null",
         R"({"usersConnection":{"edges":[{"node":{"posts":null}}],"aggregate":{"count":1}}})",
         failed(
             "46", R"(["usersConnection","edges",0,"node","posts"])",
             R"("code":3014,"message":"Including a value for both first and last is not supported. See the spec for a discussion of why )"
             R"(https://facebook.github.io/relay/graphql/connections.htm#sec-Pagination-algorithm")"
         )},
        {R"({ node(id: "u1") { id ... on User { posts(first: -1) { id } } } })", "null", R"({"node":{"id":"u1","posts":null}})",
         failed("37", R"(["node","posts"])", negative_first)},
        {R"(mutation { createUser(data: {id: "u3", email: "e3"}) { id posts(first: -1) { id } } })", "null",
         R"({"createUser":{"id":"u3","posts":null}})", failed("59", R"(["createUser","posts"])", negative_first)},
        {R"(mutation { deleteUser(where: {id: "u3"}) { id posts(first: -1) { id } } })", "null", R"({"deleteUser":{"id":"u3","posts":null}})",
         failed("47", R"(["deleteUser","posts"])", negative_first)},
        {R"({ posts(first: 1) { cats(after: "x") { id } title } })", "null", R"({"posts":[{"cats":null,"title":"[\"{"}]})",
         failed("21", R"(["posts",0,"cats"])", R"("message":"Whoops. Looks like an internal server error. Search your server logs for request ID: local:test")")},
    };
    for (auto const& c : cases) {
        CAPTURE(c.query);
        auto const errors = c.errors.empty() ? std::string() : R"(,"errors":[)" + c.errors + "]";
        CHECK(s.ask(std::string(c.query), c.variables) == R"({"data":)" + c.data + errors + "}");
    }
}

TEST_CASE("prisma1::service: a required record that is gone makes what holds it null", "[prisma1][nested_failure]") {
    service_fixture s(blog);
    fill(s);
    // `set` unlinks without asking whether the other side requires the link.
    REQUIRE(s.ask(R"(mutation { updateUser(where: {id: "u1"}, data: {posts: {set: []}}) { id } })") == R"({"data":{"updateUser":{"id":"u1"}}})");
    struct {
        std::string_view query, data;
        std::string error;
    } const cases[] = {
        {"{ posts { author { id } title } }", R"({"posts":[null,{"author":{"id":"u2"},"title":"[\"{"}]})", failed("11", R"(["posts",0,"author"])", missing)},
        {R"({ post(where: {id: "p1"}) { title author { id } } cats { id } })", R"({"post":null,"cats":[{"id":1},{"id":2}]})",
         failed("35", R"(["post","author"])", missing)},
        {"{ cats { id posts { author { id } } } }", R"({"cats":[{"id":1,"posts":null},{"id":2,"posts":[{"author":{"id":"u2"}}]}]})",
         failed("21", R"(["cats",0,"posts",0,"author"])", missing)},
        {"{ postsConnection { edges { cursor node { author { id } } } } }",
         R"({"postsConnection":{"edges":[null,{"cursor":"p2","node":{"author":{"id":"u2"}}}]}})",
         failed("43", R"(["postsConnection","edges",0,"node","author"])", missing)},
        {R"({ line(where: {id: "l1"}) { id cover { post { author { id } } } } })", R"({"line":null})",
         failed("47", R"(["line","cover","post","author"])", missing)},
        {R"({ posts(where: {id: "p1"}) { cover { post { author { id } } } } })", R"({"posts":[{"cover":null}]})",
         failed("45", R"(["posts",0,"cover","post","author"])", missing)},
        {R"(mutation { updatePost(where: {id: "p1"}, data: {title: "T"}) { id author { id } } })", R"({"updatePost":null})",
         failed("67", R"(["updatePost","author"])", missing)},
        {R"(mutation { upsertPost(where: {id: "p1"}, create: {author: {}}, update: {}) { id author { id } } })", "null",
         failed("12", R"(["upsertPost"])",
                R"("code":3032,"message":"The field 'author' on type 'Post' is required. Performing this mutation would violate that constraint")")},
        {R"(mutation { upsertPost(where: {id: "p1"}, create: {author: {connect: {id: "u2"}}}, update: {}) { id author { id } } })", "null",
         failed("100", R"(["upsertPost","author"])", missing)},
    };
    for (auto const& c : cases) {
        CAPTURE(c.query);
        CHECK(s.ask(std::string(c.query)) == R"({"data":)" + std::string(c.data) + R"(,"errors":[)" + c.error + "]}");
    }
}
