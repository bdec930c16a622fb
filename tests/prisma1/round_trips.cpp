// Test that the header is self-contained.
#include <refract/prisma1/service.hpp>

#include "counted_store.hpp"

using namespace refract::test;

namespace {

constexpr std::string_view sdl = R"(
type Author { id: ID! @id name: String! @unique posts: [Post] @relation(link: TABLE) notes: [Note] }
type Post { id: ID! @id title: String! @unique tags: [String] @scalarList(strategy: RELATION) author: Author
            topic: Topic @relation(name: "PostTopic", link: TABLE) first: Topic @relation(name: "First", link: INLINE) cover: Cover @relation(name: "PostCover", link: INLINE) }
type Topic { id: ID! @id key: String! @unique posts: [Post] @relation(name: "PostTopic") firsts: [Post] @relation(name: "First") }
type Cover { id: ID! @id color: String! @unique post: Post @relation(name: "PostCover") }
type Note { id: Int! @id text: String! @unique author: Author! @relation(link: INLINE) words: [String] @scalarList(strategy: RELATION) }
)";

std::string count_of(store& s, std::string const& field) {
    return s.ask("{ n: " + field + "Connection { aggregate { count } } }");
}

std::string answer(std::size_t n) {
    return R"({"data":{"n":{"aggregate":{"count":)" + std::to_string(n) + "}}}}";
}

void make_topics(store& s, std::size_t count) {
    auto const items = json_list(count, [](std::size_t i) {
        return R"({"title":"old)" + std::to_string(i) + R"(","topic":{"create":{"key":"k)" + std::to_string(i) + R"("}}})";
    });
    auto const made = s.ask(
        "mutation($p: [PostCreateWithoutAuthorInput!]) { createAuthor(data: {name: \"topics\", posts: {create: $p}}) { name } }",
        R"({"p":)" + items + "}"
    );
    REQUIRE(made == R"({"data":{"createAuthor":{"name":"topics"}}})");
}

std::string post_item(std::string const& mark, std::size_t i) {
    auto const n = std::to_string(i);
    return R"({"title":")" + mark + n + R"(","tags":{"set":["a","b)" + n + R"("]},"topic":{"connect":{"key":"k)" + n +
           R"("}},"first":{"connect":{"key":"k0"}},"cover":{"create":{"color":")" + mark + n + R"("}}})";
}

traffic create_posts(store& s, std::string const& mark, std::size_t count) {
    auto const items = json_list(count, [&](std::size_t i) { return post_item(mark, i); });
    auto const made = s.ask(
        "mutation($n: String!, $p: [PostCreateWithoutAuthorInput!]) { createAuthor(data: {name: $n, posts: {create: $p}}) { name "
        "} }",
        R"({"n":")" + mark + R"(","p":)" + items + "}"
    );
    auto const seen = s.seen();
    CHECK(made == R"({"data":{"createAuthor":{"name":")" + mark + R"("}}})");
    return seen;
}

} // namespace

TEST_CASE("prisma1::service: nested creates share statements", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        make_topics(s, 2000);
        auto const some = create_posts(s, "some", 1000);
        auto const more = create_posts(s, "more", 2000);
        INFO(some.statements << " and " << more.statements << " statements");
        CHECK(some.round_trips <= 3);
        CHECK(more.round_trips == some.round_trips);
        CHECK(some.statements <= 60);
        CHECK(more.statements <= some.statements + 6 * 5); // five tables, 256 rows in a statement
        CHECK(count_of(s, "posts") == answer(5000));
        CHECK(count_of(s, "covers") == answer(3000));
        CHECK(
            s.ask(
                R"({ post(where: {title: "more1999"}) { title tags author { name } topic { key posts { title } } first { key } cover { color } } })"
            ) ==
            R"({"data":{"post":{"title":"more1999","tags":["a","b1999"],"author":{"name":"more"},"topic":{"key":"k1999","posts":[{"title":"old1999"},{"title":"more1999"}]},"first":{"key":"k0"},"cover":{"color":"more1999"}}}})"
        );
        CHECK(
            s.ask(R"({ a: author(where: {name: "some"}) { posts(first: 3) { title } } })") ==
            R"({"data":{"a":{"posts":[{"title":"some0"},{"title":"some1"},{"title":"some2"}]}}})"
        );
    });
}

TEST_CASE("prisma1::service: nested creates with ids of the database keep their order", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        auto const items = json_list(1000, [](std::size_t i) {
            return R"({"text":"n)" + std::to_string(i) + R"(","words":{"set":["w)" + std::to_string(i) + R"("]}})";
        });
        auto const made = s.ask(
            "mutation($p: [NoteCreateWithoutAuthorInput!]) { createAuthor(data: {name: \"a\", notes: {create: $p}}) { name } }",
            R"({"p":)" + items + "}"
        );
        auto const seen = s.seen();
        CHECK(made == R"({"data":{"createAuthor":{"name":"a"}}})");
        CHECK(seen.round_trips <= 4);
        CHECK(seen.statements <= 30);
        CHECK(
            s.ask("{ notes(skip: 254, first: 3, orderBy: id_ASC) { text words } }") ==
            R"({"data":{"notes":[{"text":"n254","words":["w254"]},{"text":"n255","words":["w255"]},{"text":"n256","words":["w256"]}]}})"
        );
    });
}

TEST_CASE("prisma1::service: what fails in a shared statement is told as if written alone", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        make_topics(s, 3);
        auto const create = [&](std::string const& items) {
            auto const failed = s.ask(
                "mutation($p: [PostCreateWithoutAuthorInput!]) { createAuthor(data: {name: \"a\", posts: {create: $p}}) { name } "
                "}",
                R"({"p":)" + items + "}"
            );
            CHECK(count_of(s, "posts") == answer(3));
            CHECK(count_of(s, "covers") == answer(0));
            CHECK(count_of(s, "authors") == answer(1));
            return failed;
        };
        auto const unknown = create(
            R"([{"title":"a","topic":{"connect":{"key":"k1"}}},{"title":"b","topic":{"connect":{"key":"zz"}}},{"title":"c","topic":{"connect":{"key":"yy"}}}])"
        );
        CHECK(unknown.find(R"("message":"No Node for the model Topic with value zz for key found.")") != std::string::npos);
        CHECK(unknown.find(R"("code":3039)") != std::string::npos);
        auto const taken = create(
            R"([{"title":"a","cover":{"create":{"color":"x"}}},{"title":"b","cover":{"create":{"color":"x"}}},{"title":"old0"}])"
        );
        CHECK(taken.find("A unique constraint would be violated on Cover. Details: Field name = color") != std::string::npos);
        auto const first = create(
            R"([{"title":"a","cover":{"create":{"color":"x"}}},{"title":"old0"},{"title":"b","cover":{"create":{"color":"x"}}}])"
        );
        CHECK(first.find("A unique constraint would be violated on Post. Details: Field name = title") != std::string::npos);
        // What is created by one may be connected to by a later one, not by an earlier one.
        auto const early =
            create(R"([{"title":"a","topic":{"connect":{"key":"new"}}},{"title":"b","topic":{"create":{"key":"new"}}}])");
        CHECK(early.find("No Node for the model Topic with value new for key found.") != std::string::npos);
        auto const late =
            s.ask(R"(mutation { createAuthor(data: {name: "b", posts: {create: [{title: "b", topic: {create: {key: "new"}}},
            {title: "a", topic: {connect: {key: "new"}}}]}}) { posts(orderBy: title_ASC) { title topic { key } } } })");
        CHECK(
            late ==
            R"({"data":{"createAuthor":{"posts":[{"title":"a","topic":{"key":"new"}},{"title":"b","topic":{"key":"new"}}]}}})"
        );
    });
}

TEST_CASE("prisma1::service: of two that connect to the same record the last keeps it", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        s.ask(R"(mutation { createCover(data: {color: "red"}) { id } })");
        auto const made =
            s.ask(R"(mutation { createAuthor(data: {name: "b", posts: {create: [{title: "a", cover: {connect: {color: "red"}}},
            {title: "b", cover: {connect: {color: "red"}}}]}}) { posts(orderBy: title_ASC) { cover { color } } } })");
        CHECK(made == R"({"data":{"createAuthor":{"posts":[{"cover":null},{"cover":{"color":"red"}}]}}})");
        auto const moved =
            s.ask(R"(mutation { createAuthor(data: {name: "c", posts: {create: [{title: "c", cover: {connect: {color: "red"}}},
            {title: "d"}]}}) { posts(orderBy: title_ASC) { cover { color } } } })");
        CHECK(moved == R"({"data":{"createAuthor":{"posts":[{"cover":{"color":"red"}},{"cover":null}]}}})");
        CHECK(s.ask(R"({ posts(where: {cover: {color: "red"}}) { title } })") == R"({"data":{"posts":[{"title":"c"}]}})");
    });
}

TEST_CASE("prisma1::service: connect and set find their records together", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        make_topics(s, 2000);
        s.ask(R"(mutation { createAuthor(data: {name: "a"}) { id } })");
        for (std::string const action : {"connect", "set"}) {
            traffic seen[2];
            for (std::size_t const times : {1, 2}) {
                auto const items =
                    json_list(times * 1000, [](std::size_t i) { return R"({"title":"old)" + std::to_string(i) + R"("})"; });
                auto const done = s.ask(
                    "mutation($p: [PostWhereUniqueInput!]) { updateAuthor(where: {name: \"a\"}, data: {posts: {" + action +
                        ": $p}}) { name } }",
                    R"({"p":)" + items + "}"
                );
                seen[times - 1] = s.seen();
                CHECK(done == R"({"data":{"updateAuthor":{"name":"a"}}})");
                auto const linked = s.ask(R"({ n: postsConnection(where: {author: {name: "a"}}) { aggregate { count } } })");
                CHECK(linked == answer(times * 1000));
            }
            INFO(action << ": " << seen[0].statements << " and " << seen[1].statements << " statements");
            CHECK(seen[0].round_trips <= 4);
            CHECK(seen[1].round_trips == seen[0].round_trips);
            CHECK(seen[0].statements <= 8);
            CHECK(seen[1].statements == seen[0].statements);
        }
    });
}

TEST_CASE("prisma1::service: records told by unique values are found before they are changed", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        make_topics(s, 400);
        auto const act = [&](std::string const& type, std::string const& action, std::size_t from, std::size_t count,
                             std::string const& after) {
            auto const items = json_list(count, [&](std::size_t i) {
                auto const where = R"({"title":"old)" + std::to_string(from + i) + R"("})";
                return action == "update" ? R"({"where":)" + where + R"(,"data":{"tags":{"set":["new"]}}})" : where;
            });
            auto const done = s.ask(
                "mutation($p: [" + type + "!]) { updateAuthor(where: {name: \"topics\"}, data: {posts: {" + action +
                    ": $p}}) { name } }",
                R"({"p":)" + items + "}"
            );
            auto const seen = s.seen();
            CHECK(done == R"({"data":{"updateAuthor":{"name":"topics"}}})");
            CHECK(s.ask(R"({ n: postsConnection(where: {author: {name: "topics"}}) { aggregate { count } } })") == after);
            return seen.round_trips;
        };
        CHECK(act("PostUpdateWithWhereUniqueWithoutAuthorInput", "update", 0, 100, answer(400)) <= 5);
        CHECK(act("PostUpdateWithWhereUniqueWithoutAuthorInput", "update", 100, 200, answer(400)) <= 5);
        CHECK(act("PostWhereUniqueInput", "disconnect", 0, 100, answer(300)) <= 5);
        CHECK(act("PostWhereUniqueInput", "delete", 100, 200, answer(100)) <= 5);
        CHECK(count_of(s, "posts") == answer(200));
        CHECK(
            s.ask(R"({ post(where: {title: "old99"}) { tags author { name } } })") ==
            R"({"data":{"post":{"tags":["new"],"author":null}}})"
        );
        auto const apart = s.ask(
            R"(mutation { updateAuthor(where: {name: "topics"}, data: {posts: {disconnect: [{title: "old399"}, {title: "old0"}, {title: "zz"}]}}) { name } })"
        );
        CHECK(apart.find(R"("code":3041)") != std::string::npos);
        auto const missing = s.ask(
            R"(mutation { updateAuthor(where: {name: "topics"}, data: {posts: {delete: [{title: "old399"}, {title: "old399"}, {title: "old0"}]}}) { name } })"
        );
        CHECK(missing.find("No Node for the model Post with value old399 for title found.") != std::string::npos);
        auto const renamed = s.ask(
            R"(mutation { updateAuthor(where: {name: "topics"}, data: {posts: {update: [{where: {title: "old398"}, data: {title: "b"}},
            {where: {title: "b"}, data: {title: "c"}}]}}) { posts(where: {title_in: ["b", "c", "old398"]}) { title } } })"
        );
        CHECK(renamed == R"({"data":{"updateAuthor":{"posts":[{"title":"c"}]}}})");
        CHECK(count_of(s, "posts") == answer(200));
    });
}

TEST_CASE("prisma1::service: updateMany and deleteMany with relation filters", "[prisma1][write]") {
    on_each(sdl, [](store& s) {
        traffic updated[2];
        traffic deleted[2];
        for (std::size_t const times : {1, 2}) {
            make_topics(s, times * 5000);
            auto const changed = s.ask(
                R"(mutation { updateManyPosts(where: {topic: {key_starts_with: "k"}, author: {name: "topics"}}, data: {tags: {set: ["x"]}}) { count } })"
            );
            updated[times - 1] = s.seen();
            CHECK(changed == R"({"data":{"updateManyPosts":{"count":)" + std::to_string(times * 5000) + "}}}");
            auto const removed = s.ask(
                R"(mutation { deleteManyPosts(where: {topic: {key_starts_with: "k"}, author: {name: "topics"}}) { count } })"
            );
            deleted[times - 1] = s.seen();
            CHECK(removed == R"({"data":{"deleteManyPosts":{"count":)" + std::to_string(times * 5000) + "}}}");
            s.ask("mutation { deleteManyTopics { count } deleteManyAuthors { count } }");
        }
        CHECK(updated[0].round_trips <= 3);
        CHECK(updated[0].statements <= 8);
        CHECK(updated[1].statements == updated[0].statements);
        CHECK(deleted[0].round_trips <= 3);
        CHECK(deleted[0].statements <= 8);
        CHECK(deleted[1].statements == deleted[0].statements);
    });
}
