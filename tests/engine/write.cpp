// Test that the header is self-contained.
#include <refract/datamodel/sdl.hpp>
#include <refract/engine/read.hpp>
#include <refract/engine/write.hpp>
#include <refract/sqlite/database.hpp>

#include "remove_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

using namespace refract;
namespace asio = boost::asio;

namespace {

constexpr auto sdl =
    R"(type User { id: ID! @id email: String! @unique tags: [String] @scalarList(strategy: RELATION) posts: [Post] }
                        type Post { id: Int! @id title: String author: User! @relation(link: INLINE) })";

constexpr std::string_view tables[] = {
    R"(CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT NOT NULL))",
    R"(CREATE UNIQUE INDEX "User_email" ON "User" ("email"))",
    R"(CREATE TABLE "Post" ("id" INTEGER PRIMARY KEY, "title" TEXT, "author" TEXT REFERENCES "User"("id") ON DELETE SET NULL))",
    R"(CREATE TABLE "User_tags" ("nodeId" TEXT NOT NULL REFERENCES "User"("id"), "position" INT NOT NULL, "value" TEXT NOT NULL))",
};

/// Users and posts in a SQLite file, its statements on a thread of their own.
struct fixture {
    fixture() {
        auto parsed = datamodel::parse_sdl(sdl, datamodel::sqlite_capabilities);
        REQUIRE(parsed.ok());
        dm = std::move(parsed.model);
        auto pattern = (std::filesystem::temp_directory_path() / "refract-engine-XXXXXX").string();
        folder = mkdtemp(pattern.data());
        sqlite::database_options options;
        options.connection.path = (folder / "test.db").string();
        database = std::make_unique<sqlite::database>(workers.get_executor(), options);
        for (auto const text : tables) {
            REQUIRE(raw(text) == "0");
        }
    }
    ~fixture() {
        database->close();
        workers.join();
        database.reset();
        refract_tests::remove_folder(folder);
    }
    fixture(fixture const&) = delete;
    fixture& operator=(fixture const&) = delete;

    static asio::awaitable<void>
    keep(asio::awaitable<engine::outcome<std::string>> from, std::optional<engine::outcome<std::string>>& to) {
        auto answer = co_await std::move(from);
        to.emplace(std::move(answer));
    }

    engine::outcome<std::string> run(plan::write_root const& root, engine::compiled_read const* answer = nullptr) {
        plan::bindings bindings;
        std::optional<engine::outcome<std::string>> out;
        auto work = keep(engine::run_write(*database, target, statements, root, answer, bindings), out);
        auto done = asio::co_spawn(context, std::move(work), asio::use_future);
        context.restart();
        context.run();
        done.get();
        return std::move(*out);
    }

    std::string raw(std::string_view text) {
        plan::write_root root;
        root.kind = plan::write_kind::execute_raw;
        root.raw_statement = plan::operand::of(db::value::text(std::string(text)));
        auto const answer = run(root);
        return answer ? *answer : "failed: " + answer.failure().message;
    }

    [[nodiscard]] plan::index model(std::string_view name) const { return dm.find_model(name); }
    [[nodiscard]] plan::index field(std::string_view m, std::string_view name) const {
        return dm.models[model(m)].find_index(name);
    }

    [[nodiscard]] plan::assignment assign(std::string_view m, std::string_view name, db::value v) const {
        return {field(m, name), plan::operand::of(std::move(v))};
    }

    /// `{"email":..,"posts":[{"title":..}]}` of the user in slot 0.
    std::shared_ptr<engine::compiled_read const> answer() const {
        plan::read posts;
        posts.model = model("Post");
        posts.order.push_back({field("Post", "id"), false});
        plan::item title;
        title.key = "\"title\":";
        title.field = field("Post", "title");
        posts.select.items.push_back(std::move(title));
        plan::read user;
        user.model = model("User");
        user.where.kind = plan::filter_kind::compare;
        user.where.field = field("User", "id");
        user.where.operands.push_back(plan::operand::at(0));
        plan::item email;
        email.key = "\"email\":";
        email.field = field("User", "email");
        user.select.items.push_back(std::move(email));
        plan::item nested;
        nested.kind = plan::item_kind::to_many;
        nested.key = "\"posts\":";
        nested.field = field("User", "posts");
        nested.read = std::make_unique<plan::read>(std::move(posts));
        user.select.items.push_back(std::move(nested));
        plan::read_root root;
        root.kind = plan::read_root_kind::one;
        root.alternatives.push_back(std::move(user));
        return engine::compile_read(std::move(root), target);
    }

    plan::create post(std::string title) const {
        plan::create out;
        out.model = model("Post");
        out.values.push_back(assign("Post", "title", db::value::text(std::move(title))));
        return out;
    }

    plan::write_root new_user(std::string email) const {
        plan::write_root root;
        root.model = model("User");
        root.create_data.emplace();
        root.create_data->model = root.model;
        root.create_data->values.push_back({field("User", "id"), plan::operand::generated(plan::operand_kind::new_id)});
        root.create_data->values.push_back(assign("User", "email", db::value::text(std::move(email))));
        plan::relation_write posts;
        posts.field = field("User", "posts");
        posts.creates.push_back(post("one"));
        posts.creates.push_back(post("two"));
        root.create_data->relations.push_back(std::move(posts));
        return root;
    }

    plan::write_root about(plan::write_kind kind, std::string email) const {
        plan::write_root root;
        root.kind = kind;
        root.model = model("User");
        root.where = plan::selector{field("User", "email"), plan::operand::of(db::value::text(std::move(email)))};
        return root;
    }

    asio::io_context context;
    asio::thread_pool workers{1};
    std::filesystem::path folder;
    datamodel::datamodel dm;
    sql::target target{&dm, "", &sql::sqlite};
    std::unique_ptr<sqlite::database> database;
    engine::statement_store statements;
};

} // namespace

TEST_CASE("engine::run_write: create answers with what it wrote", "[engine][write]") {
    fixture f;
    auto const answer = f.answer();
    auto const made = f.run(f.new_user("a@b.c"), answer.get());
    REQUIRE(made);
    CHECK(*made == R"({"email":"a@b.c","posts":[{"title":"one"},{"title":"two"}]})");
    auto const again = f.run(f.new_user("a@b.c"), answer.get());
    REQUIRE(!again);
    CHECK(again.failure().kind == plan::failure_kind::unique_violation);
    CHECK(again.failure().field == "email");
    CHECK(f.raw(R"(SELECT count(*) AS n FROM "Post")") == R"([{"n":2}])");
}

TEST_CASE("engine::run_write: update and upsert answer with the record, also under its new name", "[engine][write]") {
    fixture f;
    auto const answer = f.answer();
    auto root = f.about(plan::write_kind::upsert, "a");
    root.create_data = std::move(f.new_user("a").create_data);
    root.update_data.emplace();
    root.update_data->model = root.model;
    root.update_data->values.push_back(f.assign("User", "email", db::value::text("b")));
    auto const created = f.run(root, answer.get());
    REQUIRE(created);
    CHECK(*created == R"({"email":"a","posts":[{"title":"one"},{"title":"two"}]})");
    auto const updated = f.run(root, answer.get());
    REQUIRE(updated);
    CHECK(*updated == R"({"email":"b","posts":[{"title":"one"},{"title":"two"}]})");

    auto change = f.about(plan::write_kind::update, "b");
    change.update_data.emplace();
    change.update_data->model = change.model;
    plan::relation_write posts;
    posts.field = f.field("User", "posts");
    posts.remove_manys.emplace_back();
    posts.creates.push_back(f.post("three"));
    change.update_data->relations.push_back(std::move(posts));
    auto const emptied = f.run(change, answer.get());
    REQUIRE(emptied);
    CHECK(*emptied == R"({"email":"b","posts":[]})");

    change.where->value = plan::operand::of(db::value::text("zz"));
    auto const missing = f.run(change, answer.get());
    REQUIRE(!missing);
    CHECK(missing.failure().kind == plan::failure_kind::record_not_found);
    CHECK(missing.failure().value == "zz");
}

TEST_CASE("engine::run_write: remove answers with the record as it was", "[engine][write]") {
    fixture f;
    auto const answer = f.answer();
    auto root = f.new_user("a");
    root.create_data->relations.clear();
    REQUIRE(f.run(root));
    auto const removal = f.about(plan::write_kind::remove, "a");
    auto const removed = f.run(removal, answer.get());
    REQUIRE(removed);
    CHECK(*removed == R"({"email":"a","posts":[]})");
    CHECK(!f.run(removal, answer.get()));

    REQUIRE(f.run(f.new_user("b")));
    auto const required = f.run(f.about(plan::write_kind::remove, "b"), answer.get());
    REQUIRE(!required);
    CHECK(required.failure().kind == plan::failure_kind::relation_violation);
    CHECK(required.failure().relation == "PostToUser");
    CHECK(f.raw(R"(SELECT count(*) AS n FROM "User")") == R"([{"n":1}])");
}

TEST_CASE("engine::run_write: lengths are checked before anything is written", "[engine][write]") {
    fixture f;
    auto root = f.new_user("a");
    root.length_limits.push_back({plan::operand::of(db::value::text("\xc3\xa4\xf0\x9f\x98\x80")), "email", 2});
    auto const failed = f.run(root);
    REQUIRE(!failed);
    CHECK(failed.failure().kind == plan::failure_kind::value_too_long);
    CHECK(failed.failure().field == "email");
    root.length_limits.front().max_characters = 3;
    CHECK(f.run(root).has_value());
}

TEST_CASE("engine::run_write: counts, with the keys that were asked for", "[engine][write]") {
    fixture f;
    REQUIRE(f.run(f.new_user("a")));
    plan::write_root root;
    root.kind = plan::write_kind::remove_many;
    root.model = f.model("Post");
    plan::item name;
    name.kind = plan::item_kind::constant;
    name.key = "\"__typename\":";
    name.constant = "\"BatchPayload\"";
    root.count_items.push_back(std::move(name));
    plan::item count;
    count.key = "\"n\":";
    root.count_items.push_back(std::move(count));
    auto const answer = f.run(root);
    REQUIRE(answer);
    CHECK(*answer == R"({"__typename":"BatchPayload","n":2})");
}

TEST_CASE("engine::run_write: executeRaw", "[engine][write]") {
    fixture f;
    struct {
        char const* statement;
        char const* answer;
    } const cases[] = {
        {"SELECT 1", R"([{"1":1}])"},
        {"SELECT 1.5 AS a, 'x\"y' AS b, NULL AS c", R"([{"a":1.5,"b":"x\"y","c":null}])"},
        {"SELECT 1 AS a, 2 AS b, 3 AS a", R"([{"b":2,"a":3}])"},
        {R"(SELECT * FROM "User")", "[]"},
        {R"(INSERT INTO "User" VALUES ('a', 'e'), ('b', 'f'))", "2"},
        {R"(UPDATE "User" SET "email" = 'g' WHERE "id" = 'b')", "1"},
    };
    for (auto const& c : cases) {
        CHECK(f.raw(c.statement) == c.answer);
    }
    plan::write_root root;
    root.kind = plan::write_kind::execute_raw;
    root.raw_statement = plan::operand::of(db::value::text("SELECT * FROM nothing"));
    auto const failed = f.run(root);
    REQUIRE(!failed);
    CHECK(failed.failure().kind == plan::failure_kind::raw_statement_failed);
    CHECK(failed.failure().message.find("nothing") != std::string::npos);
}

TEST_CASE("engine::run_write: reset empties every table", "[engine][write]") {
    fixture f;
    auto root = f.new_user("a");
    root.create_data->lists.push_back({f.field("User", "tags"), {plan::operand::of(db::value::text("t"))}});
    REQUIRE(f.run(root));
    plan::write_root reset;
    reset.kind = plan::write_kind::reset;
    auto const answer = f.run(reset);
    REQUIRE(answer);
    CHECK(*answer == "true");
    CHECK(
        f.raw(
            R"(SELECT (SELECT count(*) FROM "User") AS a, (SELECT count(*) FROM "Post") AS b, (SELECT count(*) FROM "User_tags") AS c)"
        ) == R"([{"a":0,"b":0,"c":0}])"
    );
}
