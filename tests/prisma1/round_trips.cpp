// Test that the header is self-contained.
#include <refract/datamodel/sdl.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/postgres/database.hpp>
#include <refract/prisma1/service.hpp>
#include <refract/sqlite/database.hpp>

#include "remove_folder.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <postgres_server.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

using namespace refract;
namespace asio = boost::asio;

namespace {

struct traffic {
    std::size_t statements = 0;
    std::size_t round_trips = 0;
};

/// Counts what goes through.
class counting_connection final : public db::connection {
public:
    counting_connection(db::lease inner, traffic& seen) : inner_(std::move(inner)), seen_(seen) {}
    asio::any_io_executor executor() override { return inner_->executor(); }
    db::local_connection* local() noexcept override { return inner_->local(); }
    asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override {
        seen_.statements += batch.size();
        ++seen_.round_trips;
        return inner_->run(batch, mode);
    }

private:
    db::lease inner_;
    traffic& seen_;
};

class counting_database final : public db::database {
public:
    explicit counting_database(std::unique_ptr<db::database> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] bool is_local() const noexcept override { return inner_->is_local(); }
    asio::awaitable<db::result<db::lease>> acquire(db::access mode) override {
        auto inner = co_await inner_->acquire(mode);
        if (!inner) {
            co_return inner.failure();
        }
        std::shared_ptr<db::connection> counted = std::make_shared<counting_connection>(std::move(*inner), seen);
        co_return db::lease(std::move(counted), [](std::shared_ptr<db::connection>) {});
    }
    asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override {
        seen.statements += batch.size();
        ++seen.round_trips;
        return inner_->run(batch, mode);
    }

    traffic seen;

private:
    std::unique_ptr<db::database> inner_;
};

constexpr std::string_view sdl = R"(
type Author { id: ID! @id name: String! @unique posts: [Post] @relation(link: TABLE) notes: [Note] }
type Post { id: ID! @id title: String! @unique tags: [String] @scalarList(strategy: RELATION) author: Author
            topic: Topic @relation(name: "PostTopic", link: TABLE) first: Topic @relation(name: "First", link: INLINE) cover: Cover @relation(name: "PostCover", link: INLINE) }
type Topic { id: ID! @id key: String! @unique posts: [Post] @relation(name: "PostTopic") firsts: [Post] @relation(name: "First") }
type Cover { id: ID! @id color: String! @unique post: Post @relation(name: "PostCover") }
type Note { id: Int! @id text: String! @unique author: Author! @relation(link: INLINE) words: [String] @scalarList(strategy: RELATION) }
)";

template <class T> asio::awaitable<void> keep(asio::awaitable<T> from, std::optional<T>& to) {
    auto answer = co_await std::move(from);
    to.emplace(std::move(answer));
}

/// Runs a coroutine to its end on a loop of its own.
template <class T> T wait_for(asio::awaitable<T> work) {
    asio::io_context loop;
    std::optional<T> out;
    auto done = asio::co_spawn(loop, keep(std::move(work), out), asio::use_future);
    loop.run();
    done.get();
    return std::move(*out);
}

/// A service whose statements are counted.
class store {
public:
    explicit store(bool on_postgres) {
        auto const& can = on_postgres ? datamodel::postgres_capabilities : datamodel::sqlite_capabilities;
        auto parsed = datamodel::parse_sdl(sdl, can);
        for (auto const& e : parsed.errors) {
            FAIL(e.type << ": " << e.description);
        }
        model_ = std::make_shared<datamodel::datamodel const>(std::move(parsed.model));
        std::string const schema = on_postgres ? "round_trips" : "";
        database_ = std::make_shared<counting_database>(on_postgres ? open_postgres() : open_sqlite());
        if (on_postgres) {
            statement(R"(DROP SCHEMA IF EXISTS "round_trips" CASCADE)");
            statement(R"(CREATE SCHEMA "round_trips")");
        }
        migrate::application change;
        change.target.dialect = on_postgres ? &sql::postgres : &sql::sqlite;
        change.target.schema = schema;
        change.previous = std::make_shared<datamodel::datamodel const>();
        change.next = model_;
        change.steps = migrate::infer(*change.previous, *model_).value();
        change.revision = 2;
        auto const& dialect = *change.target.dialect;
        auto const applied = wait_for(migrate::apply(*database_, std::move(change)));
        REQUIRE(applied.error == "");
        service_ = std::make_unique<prisma1::service>(
            "round_trips", model_, database_, dialect, schema, prisma1::service_options{{}, true, {"default"}}
        );
    }
    ~store() {
        service_.reset();
        database_.reset();
        workers_.join();
        refract_tests::remove_folder(folder_);
    }
    store(store const&) = delete;
    store& operator=(store const&) = delete;

    std::string ask(std::string query, std::string const& variables = "null") {
        auto body = prisma1::parse_request_body(R"({"query":"","variables":)" + variables + "}", {}).value();
        body.requests.front().query = std::move(query);
        database_->seen = {};
        return wait_for(service_->execute(body.requests.front(), "local:test")).body;
    }

    [[nodiscard]] traffic seen() const { return database_->seen; }

    void statement(std::string_view text) {
        db::statement const s{std::string(text), 0, {}};
        db::query const q{&s, {}};
        auto const done = wait_for(database_->run(std::span(&q, 1), db::isolation::none));
        REQUIRE(done.has_value());
    }

private:
    std::unique_ptr<db::database> open_sqlite() {
        auto pattern = (std::filesystem::temp_directory_path() / "refract-round-trips-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder_ = pattern;
        sqlite::database_options options;
        options.connection.path = folder_ + "/store.db";
        return std::make_unique<sqlite::database>(workers_.get_executor(), options);
    }
    std::unique_ptr<db::database> open_postgres() {
        postgres::database_options options;
        options.connection.conninfo = postgres_server::get()->conninfo();
        return std::make_unique<postgres::database>(workers_.get_executor(), options);
    }

    asio::thread_pool workers_{2};
    std::string folder_;
    std::shared_ptr<datamodel::datamodel const> model_;
    std::shared_ptr<counting_database> database_;
    std::unique_ptr<prisma1::service> service_;
};

/// `[item(0),item(1),...]`
std::string json_list(std::size_t count, std::function<std::string(std::size_t)> const& item) {
    std::string out = "[";
    for (std::size_t i = 0; i < count; ++i) {
        out += (i > 0 ? "," : "") + item(i);
    }
    return out + "]";
}

/// Both databases, as far as there are both.
void on_each(std::function<void(store&)> const& story) {
    SECTION("SQLite") {
        store s(false);
        story(s);
    }
    SECTION("PostgreSQL") {
        if (postgres_server::get() != nullptr) {
            store s(true);
            story(s);
        }
    }
}

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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
    on_each([](store& s) {
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
