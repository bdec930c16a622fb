// Test that the header is self-contained.
#include <refract/prisma1/management.hpp>

#include <refract/core/time.hpp>
#include <refract/jwt/sign.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/prisma1/management_watch.hpp>

#include "migrate/sqlite_folder.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

namespace {

using namespace refract;

/// A database whose answers take a turn of the loop, as those of a server do.
class later final : public db::database {
public:
    explicit later(std::shared_ptr<db::database> to) : to_(std::move(to)) {}

    boost::asio::awaitable<db::result<db::lease>> acquire(db::access mode) override {
        ++asked;
        co_await boost::asio::post(boost::asio::use_awaitable);
        auto work = to_->acquire(mode);
        co_return co_await std::move(work);
    }

    boost::asio::awaitable<db::result<db::results>> run(std::span<db::query const> batch, db::isolation mode) override {
        ++asked;
        co_await boost::asio::post(boost::asio::use_awaitable);
        auto work = to_->run(batch, mode);
        co_return co_await std::move(work);
    }

    int asked = 0;

private:
    std::shared_ptr<db::database> to_;
};

/// A management API on SQLite files.
struct server {
    boost::asio::io_context context{};
    refract_tests::sqlite_folder folder{};
    std::map<std::string, std::shared_ptr<db::database>> open{};
    std::shared_ptr<prisma1::management> api{};
    std::vector<std::string> changed{};
    std::shared_ptr<later> asked_of{};

    std::uint32_t deploy_wait = 10;
    std::function<std::shared_ptr<void>(std::string const&)> lock{};

    explicit server(std::optional<jwt::key> key = std::nullopt) { start(std::move(key)); }

    void start(std::optional<jwt::key> key = std::nullopt, bool resumes = true) {
        prisma1::management_options o;
        o.bounds.deploy_wait_seconds = deploy_wait;
        o.lock = lock;
        o.database = asked_of = std::make_shared<later>(folder.open(context, "management"));
        o.open = [this](std::string const& id) {
            auto& database = open[id];
            if (database == nullptr) {
                database = folder.open(context, id);
            }
            return database;
        };
        o.remove = [this](std::string const& id) {
            open.erase(id);
            std::filesystem::remove(folder.file(id));
        };
        o.on_change = [this](std::string const& id) { changed.push_back(id); };
        o.key = std::move(key);
        o.commit = "abc";
        api = std::make_shared<prisma1::management>(context.get_executor(), std::move(o));
        if (resumes) {
            auto started = refract_tests::run_to_end(context, api->start());
            REQUIRE(started);
        }
    }

    std::string raw(std::string query, std::optional<std::string> token = {}, graphql::input variables = {}) {
        prisma1::request r;
        r.query = std::move(query);
        r.variables = std::move(variables);
        return refract_tests::run_to_end(context, api->execute(std::move(r), std::move(token), "local:test")).body;
    }

    boost::json::value run(std::string query, std::optional<std::string> token = {}) {
        auto const body = raw(std::move(query), std::move(token));
        INFO(body);
        return boost::json::parse(body);
    }

    void add(std::string const& name = "svc") {
        auto const answer = run("mutation { addProject(input: {name: \"" + name + "\", stage: \"dev\"}) { project { name } } }");
        REQUIRE_FALSE(answer.as_object().contains("errors"));
    }

    static std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string(text)); }

    /// The whole answer of a deploy; the migration has been applied when it returns.
    boost::json::value deploy_raw(std::string_view types, std::string const& more = "") {
        return run(
            "mutation { deploy(input: {name: \"svc\", stage: \"dev\", types: " + quoted(types) + more +
            "}) { errors { type field description } warnings { type field description } migration { revision status } "
            "steps { type ... on CreateField { model name typeName isRequired isList unique enum default relation } "
            "... on UpdateField { model name newName } ... on CreateRelation { name leftModel rightModel after { type ... on Inline "
            "{ model column } ... on LinkTable { table } } } } } }"
        );
    }

    boost::json::object deploy(std::string_view types, std::string const& more = "") {
        auto const answer = deploy_raw(types, more);
        INFO(boost::json::serialize(answer));
        REQUIRE_FALSE(answer.as_object().contains("errors"));
        return answer.at("data").at("deploy").as_object();
    }

    /// Deploys and wants success.
    void deployed(std::string_view types, std::string const& more = "") {
        auto const answer = deploy(types, more);
        INFO(boost::json::serialize(answer));
        REQUIRE(answer.at("errors").as_array().empty());
        REQUIRE(answer.at("migration").is_object());
        auto const listed = run("{ listMigrations(name: \"svc\", stage: \"dev\") { status errors } }");
        INFO(boost::json::serialize(listed));
        REQUIRE(listed.at("data").at("listMigrations").as_array().front().at("status") == "SUCCESS");
    }

    /// First column of all rows, as text.
    std::vector<std::string> sql(sql::literal text) {
        return refract_tests::first_column(context, *open.at("svc_dev"), text);
    }
};

int error_code(boost::json::value const& answer) {
    return static_cast<int>(answer.at("errors").at(0).as_object().contains("code") ? answer.at("errors").at(0).at("code").as_int64() : -1);
}

std::vector<std::string> step_types(boost::json::object const& deploy) {
    std::vector<std::string> out;
    for (auto const& s : deploy.at("steps").as_array()) {
        out.emplace_back(s.at("type").as_string());
    }
    return out;
}

constexpr char const* user = "type User { id: ID! @id name: String! }";

} // namespace

TEST_CASE("prisma1::management: serverInfo, __typename and introspection need no project", "[prisma1][management]") {
    server s;
    CHECK(s.raw("{ serverInfo { version commit primaryConnector __typename } __typename }") ==
          R"({"data":{"serverInfo":{"version":"1.34.12","commit":"abc","primaryConnector":"sqlite","__typename":"ServerInfo"},"__typename":"Query"}})");
    auto const types = s.run("{ __type(name: \"DeployInput\") { inputFields { name } } }");
    CHECK(types.at("data").at("__type").at("inputFields").as_array().size() == 9);
}

TEST_CASE("prisma1::management: a text that is not GraphQL is status 500, a wrong field is not", "[prisma1][management]") {
    server s;
    prisma1::request r;
    r.query = "{ listProjects { ";
    CHECK(refract_tests::run_to_end(s.context, s.api->execute(r, std::nullopt, "local:test")).status == 500);
    r.query = "{ nope }";
    auto const answer = refract_tests::run_to_end(s.context, s.api->execute(r, std::nullopt, "local:test"));
    CHECK(answer.status == 200);
    auto const body = boost::json::parse(answer.body);
    CHECK(body.at("data").is_null());
    CHECK(body.at("errors").as_array().size() == 1);
    CHECK_FALSE(body.at("errors").at(0).as_object().contains("code"));
}

TEST_CASE("prisma1::management: names of projects", "[prisma1][management]") {
    struct {
        char const* name;
        char const* stage;
        int code;
    } const cases[] = {
        {"cluster", "dev", 4006}, {"svc", "import", 4007}, {"1svc", "dev", 4001}, {"svc", "_dev", 4002},
        {"s v", "dev", 4001},     {"svc", "a~b", 4002},    {"w~svc", "dev", 0},   {"svc", "dev", 0}};
    server s;
    for (auto const& c : cases) {
        auto const answer = s.run(
            std::string("mutation { addProject(input: {name: \"") + c.name + "\", stage: \"" + c.stage +
            "\", clientMutationId: \"7\"}) { clientMutationId project { name stage datamodel } } }"
        );
        INFO(c.name << "/" << c.stage);
        if (c.code != 0) {
            CHECK(error_code(answer) == c.code);
            CHECK(answer.at("data").at("addProject").is_null());
            continue;
        }
        CHECK(answer.at("data").at("addProject").at("project").at("name") == c.name);
        CHECK(answer.at("data").at("addProject").at("project").at("datamodel") == "");
        CHECK(answer.at("data").at("addProject").at("clientMutationId") == "7");
    }
    auto const again = s.run("mutation { addProject(input: {name: \"svc\", stage: \"dev\"}) { project { name } } }");
    CHECK(error_code(again) == 4005);
    CHECK(s.run("{ listProjects { name stage } }").at("data").at("listProjects").as_array().size() == 2);
}

TEST_CASE("prisma1::management: names with the separator in them are told apart", "[prisma1][management]") {
    server s;
    auto const add = [&](std::string const& name, std::string const& stage) {
        return s.run(
            "mutation { addProject(input: {name: \"" + name + "\", stage: \"" + stage + "\"}) { project { name stage } } }"
        );
    };
    REQUIRE_FALSE(add("a_b", "c").as_object().contains("errors"));
    REQUIRE_FALSE(add("a", "b_c").as_object().contains("errors"));
    CHECK(error_code(add("a", "b_c")) == 4005);
    CHECK(
        boost::json::serialize(s.run("{ listProjects { name stage } }").at("data").at("listProjects")) ==
        R"([{"name":"a_b","stage":"c"},{"name":"a","stage":"b_c"}])"
    );
    CHECK(error_code(s.run(R"({ project(name: "a", stage: "b~1c") { name } })")) == 4000);
}

TEST_CASE("prisma1::management: unknown projects", "[prisma1][management]") {
    server s;
    CHECK(s.raw("{ project(name: \"no\", stage: \"pe\") { name } }") ==
          R"({"data":null,"errors":[{"locations":[{"line":1,"column":3}],"path":["project"],"code":4000,"message":"No service with name 'no' and stage 'pe' found","requestId":"local:test"}]})");
    CHECK(error_code(s.run("{ migrationStatus(name: \"no\", stage: \"pe\") { revision } }")) == 4000);
    CHECK(error_code(s.run("{ generateProjectToken(name: \"no\", stage: \"pe\") }")) == 4000);
    CHECK(error_code(s.run("mutation { deleteProject(input: {name: \"no\", stage: \"pe\"}) { clientMutationId } }")) == 4000);
    CHECK(error_code(s.deploy_raw(user)) == 4000);
    CHECK(s.run("{ listMigrations(name: \"no\", stage: \"pe\") { revision } }").at("data").at("listMigrations").as_array().empty());
    CHECK(refract_tests::run_to_end(s.context, s.api->find("no_pe")).value() == nullptr);
}

TEST_CASE("prisma1::management: a first deploy", "[prisma1][management]") {
    server s;
    s.add();
    auto const first = s.deploy(user);
    CHECK(first.at("migration").at("revision") == 2);
    CHECK(first.at("migration").at("status") == "PENDING");
    CHECK(step_types(first) == std::vector<std::string>{"CreateModel", "CreateField", "CreateField"});
    CHECK(boost::json::serialize(first.at("steps").at(2)) ==
          R"({"type":"CreateField","model":"User","name":"name","typeName":"String","isRequired":true,"isList":false,"unique":false,"enum":null,"default":"None","relation":null})");
    auto const status = s.run("{ migrationStatus(name: \"svc\", stage: \"dev\") { projectId revision status applied rolledBack errors "
                              "startedAt finishedAt datamodel steps { type } } }");
    auto const& m = status.at("data").at("migrationStatus");
    CHECK(m.at("projectId") == "svc_dev");
    CHECK(m.at("status") == "SUCCESS");
    CHECK(m.at("applied") == 3);
    CHECK(m.at("rolledBack") == 0);
    CHECK(m.at("datamodel") == user);
    CHECK(m.at("steps").as_array().size() == 3);
    auto const in_fragment = s.run("{ migrationStatus(name: \"svc\", stage: \"dev\") { status ...M } } fragment M on Migration { steps { type } }");
    CHECK(in_fragment.at("data").at("migrationStatus").at("steps").as_array().size() == 3);
    auto const progress = s.run("{ migrationStatus(name: \"svc\", stage: \"dev\") { revision status applied rolledBack errors finishedAt } }");
    auto const& told = progress.at("data").at("migrationStatus").as_object();
    CHECK(told.size() == 6);
    for (auto const& member : told) {
        CHECK(member.value() == (member.key() == "revision" ? boost::json::value(2) : m.at(member.key())));
    }
    CHECK(m.at("startedAt").as_string().ends_with("Z"));
    CHECK(s.sql("SELECT sql FROM sqlite_master WHERE name = 'User'") ==
          std::vector<std::string>{R"(CREATE TABLE "User" ("id" char(25) NOT NULL, "name" mediumtext NOT NULL, PRIMARY KEY ("id")))"});
    auto const state = refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value();
    REQUIRE(state != nullptr);
    CHECK(state->revision == 2);
    CHECK(state->model->find_model("User") == 0);
    CHECK(state->datamodel_text == user);
    CHECK(state == refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value());

    auto const second = s.deploy(user);
    CHECK(second.at("migration").is_null());
    CHECK(second.at("steps").as_array().empty());
}

TEST_CASE("prisma1::management: errors of a datamodel stop a deploy", "[prisma1][management]") {
    server s;
    s.add();
    CHECK(error_code(s.deploy_raw("{ id: ID! @id }")) == 3017);
    CHECK(error_code(s.deploy_raw("")) == 3017);
    CHECK(error_code(s.deploy_raw("# no types")) == 3017);
    auto const invalid = s.deploy("type User { name: String }");
    CHECK(invalid.at("errors").as_array().size() == 1);
    CHECK(invalid.at("errors").at(0).at("type") == "User");
    CHECK(invalid.at("migration").is_null());
    auto const hook = s.deploy(user, ", subscriptions: [{name: \"f\", query: \"subscription { nope { mutation } }\", url: \"u\", headers: []}]");
    CHECK(hook.at("errors").at(0).at("type") == "Subscription");
    CHECK(hook.at("errors").at(0).at("field") == "f");
}

TEST_CASE("prisma1::management: a dry run changes nothing", "[prisma1][management]") {
    server s;
    s.add();
    auto const dry = s.deploy(user, ", dryRun: true, secrets: [\"s\"]");
    CHECK(step_types(dry).size() == 3);
    CHECK(dry.at("migration").is_null());
    CHECK(s.sql("SELECT name FROM sqlite_master").empty());
    CHECK(refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value()->secrets.empty());
}

TEST_CASE("prisma1::management: secrets", "[prisma1][management]") {
    server s;
    s.add();
    auto const token = "{ generateProjectToken(name: \"svc\", stage: \"dev\") }";
    CHECK(s.run(token).at("data").at("generateProjectToken") == "");
    s.deployed(user, ", secrets: [\"one\", \"two\"]");
    auto const state = refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value();
    CHECK(state->secrets == std::vector<std::string>{"one", "two"});
    auto const made = std::string(s.run(token).at("data").at("generateProjectToken").as_string());
    CHECK(state->keys.check(made, now_ms() / 1000));
    CHECK_FALSE(state->keys.check("x", now_ms() / 1000));
    auto const listed = s.run("{ listMigrations(name: \"svc\", stage: \"dev\") { steps { type ... on UpdateSecrets { message } } } }");
    auto const& steps = listed.at("data").at("listMigrations").at(0).at("steps").as_array();
    CHECK(steps.back().at("message") == "Secrets have been updated.");
    s.deployed(user); // none given: they are removed
    CHECK(refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value()->secrets.empty());
}

TEST_CASE("prisma1::management: warnings stop a deploy unless it is forced", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    s.sql("INSERT INTO \"User\" VALUES ('u1', 'Ada')");
    auto const types = "type User { id: ID! @id name: String! age: Int! @default(value: 7) }";
    auto const warned = s.deploy(types);
    CHECK(warned.at("migration").is_null());
    CHECK(warned.at("warnings").at(0).at("description") ==
          "You are creating a required field but there are already nodes present that would violate that constraint.The fields will be "
          "pre-filled with the value `7`.");
    CHECK(warned.at("steps").as_array().size() == 2);
    s.deployed(types, ", force: true");
    CHECK(s.sql("SELECT \"age\" FROM \"User\"") == std::vector<std::string>{"7"});
    CHECK(s.sql("SELECT name FROM pragma_table_info('User') WHERE \"notnull\"") == std::vector<std::string>{"id", "name", "age"});

    auto const dropped = s.deploy("type Other { id: ID! @id }");
    CHECK(dropped.at("warnings").at(0).at("description") ==
          "You already have nodes for this model. This change will result in data loss.");
    auto const unique = s.deploy("type User { id: ID! @id name: String! age: Int! @default(value: 7) key: String! @unique }", ", force: true");
    CHECK(unique.at("errors").at(0).at("field") == "key");
    CHECK(unique.at("migration").is_null());
}

TEST_CASE("prisma1::management: data survives renames", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed("type A { id: ID! @id a: String! @unique tags: [String] @scalarList(strategy: RELATION) bs: [B] }"
               " type B { id: ID! @id a: A }");
    s.sql("INSERT INTO \"A\" VALUES ('a1', 'x')");
    s.sql("INSERT INTO \"A_tags\" VALUES ('a1', 1000, 't')");
    s.sql("INSERT INTO \"B\" VALUES ('b1', 'a1')");
    s.deployed("type C @rename(oldName: \"A\") { id: ID! @id c: String! @unique @rename(oldName: \"a\")"
               " labels: [String] @scalarList(strategy: RELATION) @rename(oldName: \"tags\") bs: [B] } type B { id: ID! @id a: C }");
    CHECK(s.sql("SELECT \"c\" FROM \"C\"") == std::vector<std::string>{"x"});
    CHECK(s.sql("SELECT \"value\" FROM \"C_labels\"") == std::vector<std::string>{"t"});
    CHECK(s.sql("SELECT c.\"c\" FROM \"B\" b JOIN \"C\" c ON c.\"id\" = b.\"a\"") == std::vector<std::string>{"x"});
    // the directives are left in: nothing has the old names any more
    auto const again = s.deploy("type C @rename(oldName: \"A\") { id: ID! @id c: String! @unique @rename(oldName: \"a\")"
                                " labels: [String] @scalarList(strategy: RELATION) @rename(oldName: \"tags\") bs: [B] } type B { id: ID! @id a: C }");
    CHECK(again.at("steps").as_array().empty());
}

TEST_CASE("prisma1::management: two models can't swap their names", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed("type A { id: ID! @id } type B { id: ID! @id }");
    auto const answer = s.deploy("type B @rename(oldName: \"A\") { id: ID! @id } type A @rename(oldName: \"B\") { id: ID! @id }");
    CHECK(answer.at("errors").as_array().size() == 2);
    CHECK(answer.at("errors").at(0).at("description") ==
          "You renamed type `A` to `B`. But that is the old name of type `A`. Please do this in two steps.");
}

TEST_CASE("prisma1::management: ambiguous relations are refused", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed("type A { id: ID! @id b1: B @relation(name: \"AB1\", link: INLINE) b2: B @relation(name: \"AB2\", link: INLINE) }"
               " type B { id: ID! @id a1: A @relation(name: \"AB1\") a2: A @relation(name: \"AB2\") }");
    CHECK(error_code(s.deploy_raw("type A { id: ID! @id b: B @relation(link: INLINE) } type B { id: ID! @id a: A }")) == 3018);
}

TEST_CASE("prisma1::management: deploys of one service come one after the other", "[prisma1][management]") {
    server s;
    bool const waits = GENERATE(true, false);
    s.deploy_wait = waits ? 10 : 0;
    s.start();
    s.add();
    std::vector<std::string> answers;
    for (auto const* field : {"a", "b", "c"}) {
        auto const run = [&answers, &s, field]() -> boost::asio::awaitable<void> {
            prisma1::request r;
            r.query = std::string("mutation { deploy(input: {name: \"svc\", stage: \"dev\", types: \"type User { id: ID! @id ") + field +
                      ": Int }\"}) { migration { revision } } }";
            auto answering = s.api->execute(std::move(r), std::nullopt, "local:test");
            auto answer = co_await std::move(answering);
            answers.push_back(answer.body);
        };
        boost::asio::co_spawn(s.context, run, boost::asio::detached);
    }
    s.context.restart();
    s.context.run();
    REQUIRE(answers.size() == 3);
    auto const refused = [](auto const& a) { return a.find("\"code\":4008") != std::string::npos; };
    CHECK(std::count_if(answers.begin(), answers.end(), refused) == (waits ? 0 : 2));
    auto const listed = s.run("{ listMigrations(name: \"svc\", stage: \"dev\") { revision status } }").at("data").at("listMigrations").as_array();
    CHECK(listed.size() == (waits ? 4 : 2));
    for (auto const& m : listed) {
        CHECK(m.at("status") == "SUCCESS");
    }
}

TEST_CASE("prisma1::management: a project somebody else is changing", "[prisma1][management]") {
    server s;
    s.deploy_wait = 0;
    int refusals = 3;
    s.lock = [&refusals](std::string const& id) {
        CHECK(id == "svc_dev");
        return refusals-- > 0 ? nullptr : std::make_shared<int>();
    };
    s.start();
    s.add();
    s.deployed(user); // tried again until the other one has done
    CHECK(refusals == -1);
    refusals = 1;
    CHECK(error_code(s.run("mutation { deleteProject(input: {name: \"svc\", stage: \"dev\"}) { project { name } } }")) == 4008);
    CHECK_FALSE(s.run("mutation { deleteProject(input: {name: \"svc\", stage: \"dev\"}) { project { name } } }").as_object().contains("errors"));
}

TEST_CASE("prisma1::management: what another server changes is seen", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    auto const here = s.api;
    auto const state = [&](std::shared_ptr<prisma1::management> const& api) {
        auto found = refract_tests::run_to_end(s.context, api->find("svc_dev"));
        REQUIRE(found);
        return *found;
    };
    auto const refresh = [&] { REQUIRE(refract_tests::run_to_end(s.context, here->refresh())); };
    auto const first = state(here);
    refresh();
    CHECK(state(here) == first); // nothing has changed
    s.start(); // another server
    auto const types = std::string("type User { id: ID! @id name: String! age: Int }");
    s.deployed(types);
    CHECK(state(here) == first);
    refresh();
    auto const second = state(here);
    CHECK(second->datamodel_text == types);
    s.deployed(types, ", secrets: [\"one\"]");
    refresh();
    CHECK(state(here)->secrets == std::vector<std::string>{"one"});
    s.run("mutation { deleteProject(input: {name: \"svc\", stage: \"dev\"}) { project { name } } }");
    refresh();
    CHECK(state(here) == nullptr);
}

TEST_CASE("prisma1::management: a project is loaded once for all who ask meanwhile", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    using found = std::shared_ptr<prisma1::project_state const>;
    std::vector<found> states;
    auto const ask = [&](std::string id) {
        auto task = [&s, &states, id = std::move(id)]() -> boost::asio::awaitable<void> {
            auto work = s.api->find(id);
            auto answer = co_await std::move(work);
            REQUIRE(answer);
            states.push_back(*answer);
        };
        boost::asio::co_spawn(s.context, std::move(task), boost::asio::detached); // which keeps it
    };
    auto const finish = [&] {
        s.context.restart();
        s.context.run();
        return std::exchange(states, {});
    };
    s.api->invalidate_all();
    s.asked_of->asked = 0;
    ask("svc_dev");
    auto const alone = finish();
    int const of_one = s.asked_of->asked;
    REQUIRE(of_one > 0);
    s.api->invalidate_all();
    s.asked_of->asked = 0;
    for (int i = 0; i < 20; ++i) {
        ask("svc_dev");
    }
    auto const together = finish();
    CHECK(s.asked_of->asked == of_one);
    CHECK(together == std::vector<found>(20, together.front()));
    CHECK(together.front() != alone.front());
    s.asked_of->asked = 0;
    for (int i = 0; i < 20; ++i) {
        ask("nobody_dev");
    }
    CHECK(finish() == std::vector<found>(20));
    CHECK(s.asked_of->asked == 1);
    // Who asks once something has changed is not given what was under way before.
    s.api->invalidate_all();
    ask("svc_dev");
    s.context.restart();
    s.context.poll_one();
    s.api->invalidate_all();
    ask("svc_dev");
    auto const apart = finish();
    REQUIRE(apart.size() == 2);
    CHECK(apart[0] != apart[1]);
    ask("svc_dev");
    CHECK(finish().front() == apart[1]);
}

TEST_CASE("prisma1::management: those who wait for a project are told that it can't be loaded", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    s.api->invalidate_all();
    refract_tests::first_column(s.context, *s.asked_of, "DROP TABLE Migration");
    std::vector<errc> told;
    for (int i = 0; i < 3; ++i) {
        auto task = [&]() -> boost::asio::awaitable<void> {
            auto work = s.api->find("svc_dev");
            auto answer = co_await std::move(work);
            REQUIRE_FALSE(answer);
            told.push_back(answer.failure().code);
        };
        boost::asio::co_spawn(s.context, task, boost::asio::detached);
    }
    s.context.restart();
    s.context.run();
    CHECK(told == std::vector<errc>(3, errc::statement_failed));
}

TEST_CASE("prisma1::management_watch: compares when it is time, when it is woken, and not after its end", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    auto const here = s.api;
    auto const found = refract_tests::run_to_end(s.context, here->find("svc_dev"));
    REQUIRE(found);
    s.start();
    s.deployed("type User { id: ID! @id name: String! age: Int }");
    bool const woken = GENERATE(true, false);
    int asked = 0;
    auto const changed = [&asked] { return ++asked > 2; };
    auto const watch = std::make_shared<prisma1::management_watch>(
        s.context.get_executor(), here, woken ? std::chrono::milliseconds(60'000) : std::chrono::milliseconds(1), changed
    );
    watch->start();
    if (woken) {
        watch->wake();
    }
    s.context.restart();
    while (here->generation() == 2) { // its own two changes of the project
        s.context.run_one();
    }
    CHECK(asked == (woken ? 0 : 3));
    watch->stop();
    s.context.run(); // ends
}

TEST_CASE("prisma1::management: an open migration is continued at the next start", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    s.sql("INSERT INTO \"User\" VALUES ('u1', 'Ada')");
    // what a server leaves behind that is killed after it answered
    migrate::history history(s.folder.open(s.context, "management"), {&sql::sqlite, {}});
    auto const found = refract_tests::run_to_end(s.context, history.last_success("svc_dev"));
    REQUIRE(found);
    auto const& before = *found;
    migrate::migration_record m;
    m.project = "svc_dev";
    m.schema_json = before->schema_json;
    auto const at = m.schema_json.find("\"name\":\"name\"");
    REQUIRE(at != std::string::npos);
    m.schema_json.replace(at, 13, "\"name\":\"full\"");
    m.steps = {migrate::update_field{"User", "User", "name", "full"}, migrate::update_model{"User", "User"}};
    auto const revision = refract_tests::run_to_end(s.context, history.schedule(m, before->revision));
    REQUIRE(revision);
    REQUIRE(*revision == 3);
    s.deploy_wait = 0;
    bool const restarted = GENERATE(true, false);
    s.start(std::nullopt, restarted);
    if (!restarted) { // a server that was there all the time: whoever comes next carries it on
        CHECK(error_code(s.deploy_raw("type User { id: ID! @id }", ", force: true")) == 4008);
    }
    CHECK(s.sql("SELECT \"full\" FROM \"User\"") == std::vector<std::string>{"Ada"});
    auto const status = s.run("{ migrationStatus(name: \"svc\", stage: \"dev\") { revision status applied } }");
    CHECK(boost::json::serialize(status.at("data").at("migrationStatus")) == R"({"revision":3,"status":"SUCCESS","applied":2})");
}

TEST_CASE("prisma1::management: a migration that fails is undone as a whole", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    s.sql("CREATE VIEW \"Post\" AS SELECT 1"); // a table of that name can't be made
    auto const answer = s.deploy("type User { id: ID! @id name: String! age: Int } type Post { id: ID! @id text: String @unique }");
    CHECK(answer.at("migration").at("revision") == 3);
    auto const listed = s.run("{ listMigrations(name: \"svc\", stage: \"dev\") { revision status applied rolledBack errors } }");
    auto const& m = listed.at("data").at("listMigrations").at(0);
    INFO(boost::json::serialize(m));
    CHECK(m.at("status") == "ROLLBACK_SUCCESS");
    CHECK(m.at("applied") == m.at("rolledBack"));
    CHECK(m.at("errors").as_array().size() == 1);
    CHECK(s.sql("SELECT name FROM pragma_table_info('User')") == std::vector<std::string>{"id", "name"});
    s.sql("DROP VIEW \"Post\"");
    s.deployed("type User { id: ID! @id name: String! age: Int } type Post { id: ID! @id text: String @unique }");
}

TEST_CASE("prisma1::management: deleteProject removes everything", "[prisma1][management]") {
    server s;
    s.add();
    s.deployed(user);
    auto const answer = s.run("mutation { deleteProject(input: {name: \"svc\", stage: \"dev\"}) { project { name stage datamodel } } }");
    CHECK(answer.at("data").at("deleteProject").at("project").at("datamodel") == user);
    CHECK_FALSE(std::filesystem::exists(s.folder.file("svc_dev")));
    CHECK(refract_tests::run_to_end(s.context, s.api->find("svc_dev")).value() == nullptr);
    CHECK(s.run("{ listMigrations(name: \"svc\", stage: \"dev\") { revision } }").at("data").at("listMigrations").as_array().empty());
    CHECK(s.changed.back() == "svc_dev");
    s.add();
    s.deployed(user);
}

TEST_CASE("prisma1::management: noMigration compares instead of changing", "[prisma1][management]") {
    server s;
    s.add();
    s.sql("CREATE TABLE \"User\" (\"id\" char(25) NOT NULL PRIMARY KEY, \"name\" mediumtext)");
    auto const refused = s.deploy(user, ", noMigration: true");
    CHECK(refused.at("errors").at(0).at("description") ==
          "The underlying column for the field `name` is optional but the field is declared required. Please declare it as optional by "
          "removing the `!`: `name: String`.");
    auto const taken = s.deploy("type User { id: ID! @id name: String }", ", noMigration: true");
    CHECK(taken.at("errors").as_array().empty());
    CHECK(taken.at("steps").as_array().empty());
    CHECK(taken.at("migration").at("revision") == 2);
}

TEST_CASE("prisma1::management: subscriptions that can't be are refused", "[prisma1][management]") {
    server s;
    s.add();
    auto const hook = [](std::string const& name, std::string const& query) {
        return "{name: \"" + name + "\", query: \"" + query + "\", url: \"http://127.0.0.1:1\", headers: []}";
    };
    auto const refused = s.deploy(user, ", subscriptions: [" + hook("good", "subscription { user { node { id } } }") + ", " +
                                            hook("old", "subscription { post { node { id } } }") + ", " +
                                            hook("wrong", "subscription { user { node { id age size } } }") + "]");
    auto const& errors = refused.at("errors").as_array();
    REQUIRE(errors.size() == 3);
    CHECK(refused.at("migration").is_null());
    for (auto const& e : errors) {
        CHECK(e.at("type") == "Subscription");
    }
    CHECK(errors[0].at("field") == "old");
    CHECK(errors[0].at("description") ==
          "The provided query doesn't include any known model name. Please check for the latest subscriptions API.");
    CHECK(errors[1].at("field") == "wrong");
    CHECK(errors[1].at("description").as_string().starts_with("Cannot query field 'age' on type 'User'."));
    CHECK(errors[2].at("description").as_string().starts_with("Cannot query field 'size' on type 'User'."));
    s.deployed(user, ", subscriptions: [" + hook("good", "subscription { user { node { id } } }") + "]");
}

TEST_CASE("prisma1::management: tokens", "[prisma1][management]") {
    jwt::key_options short_secret;
    short_secret.allow_weak_keys = true;
    short_secret.sign_with_weak_keys = true;
    auto const key = jwt::key::from_secret(jwt::algorithm::hs256, "secret", short_secret).value();
    server s(key);
    auto const token = [&](char const* target) {
        return jwt::sign({{"grants", {{{"target", target}, {"action", "*"}}}}, {"exp", now_ms() / 1000 + 60}}, key).value();
    };
    CHECK(s.run("{ serverInfo { version } }").at("data").at("serverInfo").at("version") == "1.34.12");
    CHECK(s.raw("{ listProjects { name } }").find("Authentication token is invalid: 'Authorization' header not provided") != std::string::npos);
    CHECK(error_code(s.run("{ listProjects { name } }", token("svc/dev"))) == 3015);
    CHECK(s.run("{ listProjects { name } }", token("*/*")).at("data").at("listProjects").as_array().empty());
    CHECK(error_code(s.run("mutation { addProject(input: {name: \"svc\", stage: \"dev\"}) { clientMutationId } }", token("other/*"))) == 3015);
    auto const added = s.run("mutation { addProject(input: {name: \"svc\", stage: \"dev\"}) { project { name } } }", "Bearer " + token("svc/*"));
    CHECK(added.at("data").at("addProject").at("project").at("name") == "svc");
    CHECK(error_code(s.deploy_raw(user)) == 3015);
}

TEST_CASE("prisma1::management: project ids from paths", "[prisma1][management]") {
    server s;
    auto const id = [&](std::vector<std::string_view> const& segments) { return s.api->project_id(segments); };
    CHECK(id({}).value() == "default_default");
    CHECK(id({"a"}).value() == "a_default");
    CHECK(id({"a", "b"}).value() == "a_b");
    CHECK(id({"w", "a", "b"}).value() == "w~a_b");
    CHECK_FALSE(id({"w", "a", "b", "c"}));
}

TEST_CASE("prisma1::management: a datamodel with more directives than a query may have", "[prisma1][management]") {
    server s;
    s.add();
    std::string types;
    for (int i = 0; i < 20; ++i) {
        types += "type Wide" + std::to_string(i) + " { id: ID! @id";
        for (int f = 0; f < 60; ++f) {
            types += " f" + std::to_string(f) + ": Int @default(value: 1)";
        }
        types += " }\n";
    }
    s.deployed(types);
}
