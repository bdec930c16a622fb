// Writes as one statement do what the same writes do in steps.
#include <refract/engine/direct_write.hpp>

#include "counted_store.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace refract;
using refract::test::store;

namespace {

constexpr std::string_view sdl = R"(
type Author { id: ID! @id name: String! @unique age: Int score: Float born: DateTime tags: [String] @scalarList(strategy: RELATION)
              posts: [Post] notes: [Note] groups: [Group] changed: DateTime! @updatedAt
              mentor: Author @relation(name: "Mentor", link: INLINE) pupils: [Author] @relation(name: "Mentor") }
type Post { id: Int! @id title: String! @unique flag: Boolean @default(value: true) data: Json kind: Kind
            author: Author @relation(link: INLINE) cover: Cover @relation(link: INLINE) lines: [Line] }
type Line { id: Int! @id text: String post: Post! @relation(link: INLINE) note: Note @relation(link: INLINE) }
type Cover { id: ID! @id color: String! @unique post: Post }
type Note { id: ID! @id text: String! @unique author: Author! @relation(link: INLINE) lines: [Line] }
type Group { id: ID! @id name: String! @unique members: [Author] @relation(link: TABLE) }
enum Kind { SHORT LONG }
)";

/// On which databases a mutation is done by one statement; on the others, or by none, it is done in steps.
enum class direct { nowhere, postgres, everywhere };

struct step {
    direct where;
    std::string_view mutation;
    std::string_view part; ///< of the answer
};

constexpr step story[] = {
    {direct::everywhere, R"(createAuthor(data: {name: "Ada", age: 36, score: 1.5, born: "1815-12-10T00:00:00Z"}) { name age score born })",
     R"({"name":"Ada","age":36,"score":1.5,"born":"1815-12-10T00:00:00.000Z"})"},
    {direct::everywhere, R"(createAuthor(data: {id: "bob", name: "Bob"}) { id name age })", R"({"id":"bob","name":"Bob","age":null})"},
    {direct::everywhere, R"(createAuthor(data: {id: "abcdefghijklmnopqrstuvwxyz", name: "Long"}) { name })", R"("code":3007)"},
    {direct::nowhere, R"(createAuthor(data: {name: "Ada"}) { name })", "A unique constraint would be violated on Author. Details: Field name = name"},
    {direct::postgres, R"(createAuthor(data: {name: "Cid", tags: {set: ["x", "y", "x"]}}) { name tags })", R"("tags":["x","y","x"])"},
    {direct::everywhere, R"(createAuthor(data: {name: "Dot", mentor: {connect: {name: "Ada"}}}) { name })", R"("name":"Dot")"},
    {direct::postgres, R"(createAuthor(data: {name: "Eve", mentor: {connect: {name: "Dot"}}}) { name mentor { name mentor { name } pupils { name } } })",
     R"("mentor":{"name":"Dot","mentor":{"name":"Ada"},"pupils":[{"name":"Eve"}]})"},
    {direct::nowhere, R"(createAuthor(data: {name: "Fay", mentor: {connect: {name: "Nobody"}}}) { name })",
     "No Node for the model Author with value Nobody for name found."},
    {direct::everywhere, R"(createPost(data: {title: "p1", data: "{\"a\":[1]}", kind: LONG, author: {connect: {id: "bob"}}}) { title flag data kind })",
     R"("flag":true,"data":{"a":[1]},"kind":"LONG")"},
    {direct::postgres, R"(createPost(data: {title: "p2", flag: false, author: {create: {name: "Gus", mentor: {connect: {name: "Ada"}}}}}) { flag author { name mentor { name } } })",
     R"("flag":false,"author":{"name":"Gus","mentor":{"name":"Ada"}})"},
    {direct::nowhere, R"(createPost(data: {title: "p3", author: {create: {name: "Hal", mentor: {connect: {name: "Nobody"}}}}}) { title })",
     "No Node for the model Author with value Nobody for name found."},
    {direct::postgres, R"(createAuthor(data: {name: "Ian", notes: {create: [{text: "n1"}, {text: "n2"}]}}) { notes { text author { name } } })",
     R"("notes":[{"text":"n1","author":{"name":"Ian"}},{"text":"n2","author":{"name":"Ian"}}])"},
    {direct::postgres, R"(createPost(data: {title: "p4", lines: {create: [{text: "b", note: {connect: {text: "n2"}}}, {text: "a", note: {connect: {text: "n1"}}}]}}) { lines { text note { text } } more: lines(first: 1, orderBy: text_ASC) { text } })",
     R"("lines":[{"text":"b","note":{"text":"n2"}},{"text":"a","note":{"text":"n1"}}],"more":[{"text":"a"}])"},
    {direct::postgres, R"(createPost(data: {title: "p5", lines: {create: [{text: null}, {text: "l"}]}}) { lines { text note { text } } })",
     R"("lines":[{"text":null,"note":null},{"text":"l","note":null}])"},
    {direct::postgres, R"(createPost(data: {title: "p6", lines: {create: {text: "one", note: {connect: {text: "n1"}}}}}) { lines { text note { text lines { text } } } })",
     R"("lines":[{"text":"one","note":{"text":"n1","lines":[{"text":"a"},{"text":"one"}]}}])"},
    {direct::nowhere, R"(createPost(data: {title: "p7", lines: {create: [{text: "b", note: {connect: {text: "n2"}}}, {text: "a", note: {connect: {text: "zz"}}}]}}) { title })",
     "No Node for the model Note with value zz for text found."},
    {direct::nowhere, R"(createPost(data: {title: "p8", lines: {create: [{text: "b", note: {connect: {text: "n2"}}}, {text: "a"}]}}) { lines { text } })",
     R"("lines":[{"text":"b"},{"text":"a"}])"},
    {direct::postgres, R"(createPost(data: {title: "p9", cover: {create: {color: "red"}}}) { cover { color post { title } } })",
     R"("cover":{"color":"red","post":{"title":"p9"}})"},
    {direct::nowhere, R"(createPost(data: {title: "p10", cover: {connect: {color: "red"}}}) { cover { color } })", R"("cover":{"color":"red"})"},
    {direct::postgres, R"(createCover(data: {color: "blue", post: {create: {title: "p11"}}}) { post { title } })", R"("post":{"title":"p11"})"},
    {direct::postgres, R"(createAuthor(data: {name: "Joe", posts: {connect: [{title: "p1"}, {title: "p2"}]}}) { posts(orderBy: title_DESC) { title } })",
     R"("posts":[{"title":"p2"},{"title":"p1"}])"},
    {direct::nowhere, R"(createAuthor(data: {name: "Kim", posts: {connect: [{title: "p1"}, {title: "p77"}]}}) { name })",
     "No Node for the model Post with value p77 for title found."},
    {direct::postgres, R"(createGroup(data: {name: "g1", members: {connect: [{name: "Ada"}, {name: "Bob"}], create: {name: "Lee"}}}) { members(orderBy: name_ASC) { name } })", ""},
    {direct::postgres, R"(createGroup(data: {name: "g2", members: {connect: [{name: "Bob"}, {name: "Ada"}]}}) { members(orderBy: name_ASC) { name } })",
     R"("members":[{"name":"Ada"},{"name":"Bob"}])"},
    {direct::postgres, R"(createGroup(data: {name: "g3", members: {create: [{name: "Max"}, {name: "Ned"}]}}) { members(orderBy: name_ASC) { name groups { name } } })",
     R"("members":[{"name":"Max","groups":[{"name":"g3"}]},{"name":"Ned","groups":[{"name":"g3"}]}])"},
    {direct::nowhere, R"(createGroup(data: {name: "g4", members: {connect: [{name: "Bob"}, {name: "Bob"}]}}) { members { name } })",
     R"("members":[{"name":"Bob"}])"},
    {direct::everywhere, R"(updateAuthor(where: {name: "Bob"}, data: {age: 7, score: null, born: "2000-01-01T00:00:00Z"}) { id age score born })",
     R"({"id":"bob","age":7,"score":null,"born":"2000-01-01T00:00:00.000Z"})"},
    {direct::everywhere, R"(updateAuthor(where: {id: "bob"}, data: {name: "Rob"}) { name })", R"({"name":"Rob"})"},
    {direct::postgres, R"(updateAuthor(where: {name: "Rob"}, data: {name: "Bob"}) { name groups { name } })", R"("name":"Bob","groups":[{"name":"g1"},{"name":"g2"},{"name":"g4"}])"},
    {direct::nowhere, R"(updateAuthor(where: {name: "Nobody"}, data: {age: 1}) { name })", "No Node for the model Author with value Nobody for name found."},
    {direct::nowhere, R"(updateAuthor(where: {name: "Bob"}, data: {name: "Ada"}) { name })", "A unique constraint would be violated on Author. Details: Field name = name"},
    {direct::nowhere, R"(updateAuthor(where: {name: "Bob"}, data: {tags: {set: ["t"]}}) { tags })", R"("tags":["t"])"},
    {direct::nowhere, R"(updateAuthor(where: {name: "Bob"}, data: {}) { name age })", R"({"name":"Bob","age":7})"},
    {direct::postgres, R"(updatePost(where: {title: "p4"}, data: {flag: false, author: {connect: {name: "Ada"}}}) { flag author { name posts { title } } })",
     R"({"flag":false,"author":{"name":"Ada","posts":[{"title":"p4"}]}})"},
    {direct::everywhere, R"(updatePost(where: {title: "p4"}, data: {author: {connect: {name: "Bob"}}}) { title })", R"("title":"p4")"},
    {direct::nowhere, R"(updatePost(where: {title: "p4"}, data: {author: {connect: {name: "Nobody"}}}) { title })",
     "No Node for the model Author with value Nobody for name found."},
    {direct::everywhere, R"(updatePost(where: {title: "p4"}, data: {author: {disconnect: true}}) { title })", R"("title":"p4")"},
    {direct::nowhere, R"(updatePost(where: {title: "p4"}, data: {author: {disconnect: true}}) { title })", R"("code":3041)"},
    {direct::postgres, R"(updateAuthor(where: {name: "Dot"}, data: {mentor: {connect: {name: "Dot"}}, age: 3}) { age mentor { name age } })",
     R"({"age":3,"mentor":{"name":"Dot","age":3}})"},
    {direct::postgres, R"(upsertAuthor(where: {name: "Oz"}, create: {name: "Oz", age: 1}, update: {age: 2}) { name age })", R"({"name":"Oz","age":1})"},
    {direct::postgres, R"(upsertAuthor(where: {name: "Oz"}, create: {name: "Oz", age: 1}, update: {age: 2}) { name age posts { title } })", R"({"name":"Oz","age":2,"posts":[]})"},
    {direct::postgres, R"(upsertAuthor(where: {name: "Oz"}, create: {name: "Oz", age: 1}, update: {}) { name age })", R"({"name":"Oz","age":2})"},
    {direct::postgres, R"(upsertAuthor(where: {name: "Oz"}, create: {name: "Pit", age: 1}, update: {name: "Pit"}) { name age })", R"({"name":"Pit","age":2})"},
    {direct::postgres, R"(upsertPost(where: {title: "u"}, create: {title: "u"}, update: {}) { title lines { text } })", R"({"title":"u","lines":[]})"},
    {direct::nowhere, R"(upsertAuthor(where: {name: "Nobody"}, create: {name: "Ada"}, update: {}) { name })",
     "A unique constraint would be violated on Author. Details: Field name = name"},
    {direct::nowhere, R"(deleteAuthor(where: {name: "Ada"}) { name tags })", R"({"name":"Ada","tags":[]})"},
    {direct::nowhere, R"(deletePost(where: {title: "p4"}) { title })",
     "The change you are trying to make would violate the required relation 'LineToPost' between Line and Post"},
    {direct::everywhere, R"(deletePost(where: {title: "p1"}) { title flag lines { text } })", R"({"title":"p1","flag":true,"lines":[]})"},
    {direct::nowhere, R"(deletePost(where: {title: "p1"}) { title })", "No Node for the model Post with value p1 for title found."},
    {direct::postgres, R"(deletePost(where: {title: "p2"}) { title author { name } })", R"({"title":"p2","author":{"name":"Joe"}})"},
    {direct::nowhere, R"(deletePost(where: {title: "p9"}) { title author { name posts { title } } cover { color } })", R"("title":"p9","author":null)"},
    {direct::everywhere, R"(updateManyAuthors(where: {name_in: ["Bob", "Cid", "Nobody"]}, data: {age: 50}) { count })", R"({"count":2})"},
    {direct::everywhere, R"(updateManyAuthors(where: {name: "Nobody"}, data: {age: 50}) { n: count })", R"({"n":0})"},
    {direct::everywhere, R"(deleteManyLines(where: {text: "l"}) { count })", R"({"count":1})"},
    {direct::everywhere, R"(a: createCover(data: {color: "c1"}) { color } b: createCover(data: {color: "c2"}) { color })", R"({"color":"c1"},"b":{"color":"c2"})"},
    {direct::postgres, R"(createPost(data: {title: "neg"}) { lines(first: -1) { text } })", R"("code":3026)"},
};

constexpr std::string_view everything = R"({ authors(orderBy: name_ASC) { name age score born tags mentor { name } groups(orderBy: name_ASC) { name } }
    posts(orderBy: title_ASC) { title flag data kind author { name } cover { color } lines { text note { text } } }
    covers(orderBy: color_ASC) { color post { title } } notes(orderBy: text_ASC) { text author { name } lines { text } }
    groups(orderBy: name_ASC) { name members(orderBy: name_ASC) { name } } })";

enum class way { directly, in_steps, in_one_transaction };

/// What the story's mutations answer and leave behind.
std::vector<std::string> tell(bool on_postgres, way how) {
    store s(on_postgres, sdl);
    if (how == way::in_steps) {
        s.refuse_direct_writes();
    }
    bool const is_inside = how == way::in_one_transaction;
    if (is_inside) {
        s.begin();
    }
    auto const ask = [&](std::string const& text) { return is_inside ? s.ask_inside(text) : s.ask(text); };
    std::vector<std::string> out;
    for (auto const& step : story) {
        INFO(step.mutation);
        out.push_back(ask("mutation { " + std::string(step.mutation) + " }"));
        INFO(out.back());
        CHECK(out.back().find(step.part) != std::string::npos);
        auto const seen = s.seen();
        bool const is_direct = step.where == direct::everywhere || (step.where == direct::postgres && on_postgres);
        bool const is_refused = out.back().find(R"("code":30)") != std::string::npos;
        if (is_direct && how == way::directly && !is_refused) {
            CHECK(seen.direct == seen.round_trips);
        }
        if (step.where == direct::nowhere && how == way::directly) {
            CHECK(seen.round_trips > seen.direct);
        }
        out.push_back(ask(std::string(everything)));
    }
    if (is_inside) {
        CHECK(s.commit().has_value());
        CHECK(s.ask(std::string(everything)) == out.back());
    }
    return out;
}

void compare(bool on_postgres, way how) {
    auto const at_once = tell(on_postgres, way::directly);
    auto const otherwise = tell(on_postgres, how);
    REQUIRE(at_once.size() == otherwise.size());
    for (std::size_t i = 0; i < at_once.size(); ++i) {
        INFO(story[i / 2].mutation);
        CHECK(at_once[i] == otherwise[i]);
    }
}

} // namespace

TEST_CASE("engine::run_direct_write: the same as in steps, SQLite", "[prisma1][write]") { compare(false, way::in_steps); }

TEST_CASE("engine::run_direct_write: the same as in steps, PostgreSQL", "[prisma1][write]") {
    if (postgres_server::get() != nullptr) {
        compare(true, way::in_steps);
    }
}

TEST_CASE("engine::open_transaction: the same as one after the other, SQLite", "[prisma1][transaction]") {
    compare(false, way::in_one_transaction);
}

TEST_CASE("engine::open_transaction: the same as one after the other, PostgreSQL", "[prisma1][transaction]") {
    if (postgres_server::get() != nullptr) {
        compare(true, way::in_one_transaction);
    }
}

TEST_CASE("engine::run_direct_write: one statement, or one for each list of the answer", "[prisma1][write]") {
    test::on_each(sdl, [](store& s) {
        auto const plain = R"(mutation($n: String!) { createAuthor(data: {name: $n}) { id name } })";
        s.ask(plain, R"({"n":"a"})");
        CHECK(s.seen().statements == 1);
        s.ask("mutation { updateAuthor(where: {name: \"a\"}, data: {age: 3}) { id age } }");
        CHECK(s.seen().statements == 1);
        s.ask(plain, R"({"n":"a"})");
        CHECK(s.seen().direct == 1);
        CHECK(s.seen().statements > 1);
    });
}

TEST_CASE("engine::run_direct_write: a statement the database does not know is tried once", "[prisma1][write]") {
    if (postgres_server::get() == nullptr) {
        return;
    }
    store s(true, sdl);
    s.statement(R"(CREATE RULE "r" AS ON UPDATE TO "round_trips"."Cover" WHERE false DO INSTEAD NOTHING)");
    auto const update = [&](std::string const& to) {
        return s.ask(R"(mutation($c: String!) { updateCover(where: {color: "none"}, data: {color: $c}) { color } })", R"({"c":")" + to + R"("})");
    };
    update("a");
    CHECK(s.seen().direct == 1);
    update("b");
    CHECK(s.seen().direct == 0);
}
