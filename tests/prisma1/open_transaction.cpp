// Requests in a transaction that stays open between them.
#include <refract/engine/open_transaction.hpp>

#include "counted_store.hpp"

#include <string>
#include <string_view>

using namespace refract;
using refract::test::store;

namespace {

constexpr std::string_view sdl = R"(
type User { id: ID! @id name: String! @unique posts: [Post] }
type Post { id: ID! @id title: String! @unique author: User @relation(link: INLINE) }
)";

constexpr auto names = "{ users(orderBy: name_ASC) { name posts(orderBy: title_ASC) { title } } }";
constexpr auto none = R"({"data":{"users":[]}})";

std::string create(std::string const& name, std::string const& posts = "") {
    return "mutation { createUser(data: {name: \"" + name + "\"" + (posts.empty() ? "" : ", posts: " + posts) + "}) { name posts { title } } }";
}

bool has_errors(std::string const& answer) { return answer.find("\"errors\"") != std::string::npos; }

} // namespace

TEST_CASE("open_transaction: seen inside at once, outside when it is committed", "[prisma1][transaction]") {
    test::on_each(sdl, [](store& s) {
        s.begin();
        CHECK(s.ask_inside(create("a")) == R"({"data":{"createUser":{"name":"a","posts":[]}}})");
        CHECK(s.ask_inside(create("b", R"({create: [{title: "p"}, {title: "q"}]})")) ==
              R"({"data":{"createUser":{"name":"b","posts":[{"title":"p"},{"title":"q"}]}}})");
        auto const both = R"({"data":{"users":[{"name":"a","posts":[]},{"name":"b","posts":[{"title":"p"},{"title":"q"}]}]}})";
        CHECK(s.ask_inside(names) == both);
        CHECK(s.ask_inside("{ one: users(first: 1) { name } all: usersConnection { aggregate { count } } }") ==
              R"({"data":{"one":[{"name":"a"}],"all":{"aggregate":{"count":2}}}})");
        CHECK(s.ask(names) == none);
        CHECK(s.commit().has_value());
        CHECK(s.ask(names) == both);
    });
}

TEST_CASE("open_transaction: rolled back, or left alone, nothing was written", "[prisma1][transaction]") {
    test::on_each(sdl, [](store& s) {
        s.begin();
        s.ask_inside(create("a", R"({create: {title: "p"}})"));
        s.rollback();
        CHECK(s.ask(names) == none);
        s.begin();
        s.ask_inside(create("a", R"({create: {title: "p"}})"));
        s.begin();
        CHECK(s.ask_inside(names) == none);
        CHECK_FALSE(has_errors(s.ask_inside(create("a"))));
        CHECK(s.commit().has_value());
        CHECK(s.ask(names) == R"({"data":{"users":[{"name":"a","posts":[]}]}})");
    });
}

TEST_CASE("open_transaction: what fails is taken back alone", "[prisma1][transaction]") {
    test::on_each(sdl, [](store& s) {
        s.begin();
        s.ask_inside(create("a", R"({create: {title: "p"}})"));
        CHECK(has_errors(s.ask_inside(create("a"))));
        CHECK(has_errors(s.ask_inside(create("b", R"({create: [{title: "q"}, {title: "p"}]})"))));
        CHECK(has_errors(s.ask_inside(create("b", R"({connect: {title: "nothing"}})"))));
        CHECK(has_errors(s.ask_inside("mutation { x: createUser(data: {name: \"c\"}) { id } y: deleteUser(where: {name: \"nobody\"}) { id } }")));
        CHECK(has_errors(s.ask_inside("{ users(skip: -1) { id } }")));
        CHECK(has_errors(s.ask_inside("mutation { executeRaw(query: \"SELECT nonsense\") }")));
        CHECK(s.commit().has_value());
        CHECK(s.ask(names) == R"({"data":{"users":[{"name":"a","posts":[{"title":"p"}]},{"name":"c","posts":[]}]}})");
    });
}

TEST_CASE("open_transaction: ended, it runs nothing", "[prisma1][transaction]") {
    test::on_each(sdl, [](store& s) {
        s.begin();
        CHECK(s.commit().has_value());
        CHECK(has_errors(s.ask_inside(create("a"))));
        CHECK(has_errors(s.ask_inside(names)));
        auto const again = s.commit();
        REQUIRE_FALSE(again.has_value());
        CHECK(again.failure().message == "The transaction has ended.");
        CHECK(s.ask(names) == none);
    });
}

TEST_CASE("open_transaction: lost with its connection, it can't be committed", "[prisma1][transaction]") {
    if (postgres_server::get() == nullptr) {
        return;
    }
    store s(true, sdl);
    s.begin();
    s.ask_inside(create("a"));
    s.statement("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()");
    CHECK(has_errors(s.ask_inside(create("b"))));
    CHECK(has_errors(s.ask_inside(names)));
    auto const committed = s.commit();
    REQUIRE_FALSE(committed.has_value());
    CHECK(committed.failure().message == "The transaction was lost.");
    CHECK(s.ask(names) == none);
}
