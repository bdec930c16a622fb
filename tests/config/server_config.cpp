// Test that the header is self-contained.
#include <refract/config/server_config.hpp>

#include <fstream>
#include <iterator>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

using namespace refract;
using config::parse_server_config;

namespace {

boost::json::value read_vectors(std::string const& path) {
    std::ifstream file(std::string(REFRACT_TEST_DATA) + "/vectors/" + path, std::ios::binary);
    REQUIRE(file);
    std::string const text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text);
}

std::string yaml_of(boost::json::object const& c) {
    std::string text;
    if (auto const* const whole = c.if_contains("yaml")) {
        text = std::string(whole->as_string());
    } else if (auto const* const parts = c.if_contains("yaml_parts")) {
        for (auto const& part : parts->as_array()) {
            for (std::int64_t i = 0; i < part.at(1).as_int64(); ++i) {
                text += std::string(part.at(0).as_string());
            }
        }
    } else {
        auto const& hex = c.at("yaml_hex").as_string();
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            text += static_cast<char>(std::stoi(std::string(hex.data() + i, 2), nullptr, 16));
        }
    }
    return text;
}

std::string refusal(std::string_view yaml) {
    auto const parsed = parse_server_config(yaml);
    return parsed ? "" : parsed.failure().message;
}

std::string with_database(std::string const& lines) { return "databases:\n  default:\n" + lines; }

constexpr char const* address = "    connector: postgres\n    host: h\n    port: 1\n    user: u\n";

} // namespace

TEST_CASE("parse_server_config: bad configurations", "[config][server_config]") {
    auto const vectors = read_vectors("yaml/config_bad.json");
    for (auto const& value : vectors.at("cases").as_array()) {
        auto const& c = value.as_object();
        std::string const name(c.at("name").as_string());
        DYNAMIC_SECTION(name) {
            auto const parsed = parse_server_config(yaml_of(c));
            INFO((parsed ? std::string() : parsed.failure().message));
            CHECK(parsed.has_value() == (c.at("expect").as_string() == "accept"));
        }
    }
}

TEST_CASE("parse_server_config: everything set", "[config][server_config]") {
    auto const parsed = parse_server_config(R"(
port: 4467
managementApiSecret: my-secret
enableManagementApi: true
prototype: true
x-note: mine
databases:
  main:
    connector: postgres
    host: db
    port: 5433
    user: prisma
    password: "0123"
    database: data
    schema: blog
    managementSchema: admin
    ssl: true
    connectionLimit: 20
    queueSize: 50
    pooled: false
    rawAccess: true
    migrations: false
    active: true
)");
    REQUIRE(parsed);
    CHECK(parsed->port == 4467);
    CHECK(parsed->management_secret == "my-secret");
    REQUIRE(parsed->databases.size() == 1);
    auto const& db = parsed->databases[0];
    CHECK(db.name == "main");
    CHECK(db.type == config::connector::postgres);
    CHECK(db.host == "db");
    CHECK(db.port == 5433);
    CHECK(db.user == "prisma");
    CHECK(db.password == "0123");
    CHECK(db.database == "data");
    CHECK(db.schema == "blog");
    CHECK(db.management_schema == "admin");
    CHECK(db.ssl);
    CHECK(db.connection_limit == 20);
    CHECK(db.queue_size == 50);
    CHECK_FALSE(db.pooled);
    CHECK(db.raw_access);
    CHECK(db.migrations == false);
}

TEST_CASE("parse_server_config: defaults", "[config][server_config]") {
    auto const postgres = parse_server_config(with_database(address)).value();
    CHECK(postgres.port == 4466);
    CHECK_FALSE(postgres.management_secret);
    CHECK(postgres.databases[0].database == "prisma");
    CHECK(postgres.databases[0].management_schema == "management");
    CHECK(postgres.databases[0].password.empty());
    CHECK(postgres.databases[0].connection_limit == 10);
    CHECK(postgres.databases[0].queue_size == 1000);
    CHECK_FALSE(postgres.databases[0].migrations);

    auto const sqlite = parse_server_config(with_database("    connector: sqlite\n")).value();
    CHECK(sqlite.databases[0].database == "refract-data");
    CHECK(sqlite.databases[0].management_schema == "prisma");

    auto const uri = parse_server_config(with_database("    connector: postgres\n    uri: postgres://u:p@h/d\n    host: other\n"));
    REQUIRE(uri);
    CHECK(uri->databases[0].host == "h");
    CHECK(uri->databases[0].database == "d");

    auto const none = config::default_server_config();
    CHECK(none.port == 4466);
    CHECK(none.databases[0].type == config::connector::sqlite);
    CHECK(none.databases[0].database == "refract-data");
}

TEST_CASE("parse_server_config: the messages name the path, the fault and the nearest key", "[config][server_config]") {
    CHECK(refusal("prot: 1\n") == "Unknown key 'prot'. Did you mean 'port'?");
    CHECK(refusal("zzzzzzzzzz: 1\n") == "Unknown key 'zzzzzzzzzz'.");
    CHECK(refusal("port: 1\n") == "Expected hash under 'databases' to be non-empty");
    CHECK(refusal("databases:\n  default: x\n") == "Expected hash under 'default' to be non-empty");
    CHECK(refusal(with_database("    host: h\n")) == "databases.default: Expected connector to be non-empty");
    CHECK(refusal(with_database("    connector: oracle\n")) == "databases.default: Unknown connector oracle.");
    CHECK(refusal(with_database("    connector: Postgres\n")) ==
          "databases.default: Unknown connector Postgres. Did you mean 'postgres'?");
    CHECK(refusal(with_database("    connector: postgres\n    host: h\n    user: u\n")) ==
          "databases.default: Expected Int for field port, got <unset>");
    CHECK(refusal(with_database(std::string(address) + "    connectionLimit: 1\n")) ==
          "databases.default: The parameter connectionLimit must be set to at least 2.");
    auto const parsed = parse_server_config(with_database(std::string(address) + "    connectionlimit: 5\n"));
    REQUIRE_FALSE(parsed);
    CHECK(parsed.failure().code == errc::unknown_key);
    CHECK(parsed.failure().where.line == 7);
    CHECK(parsed.failure().where.column == 5);
}

namespace {

/// An environment with variables whose values have been chosen to break out of where they stand.
char const* sly_environment(char const* name) {
    struct {
        std::string_view name;
        char const* value;
    } const variables[] = {{"SECRET", "12345"},
                           {"PORT", "5432"},
                           {"HOST", "db\n    rawAccess: true"},
                           {"PASSWORD", "p: [${SECRET}] # {\"x\": 1}\nssl: true"},
                           {"EMPTY", ""},
                           {"TRUTH", "true"},
                           {"BAD", "\xff"}};
    for (auto const& variable : variables) {
        if (variable.name == name) {
            return variable.value;
        }
    }
    return nullptr;
}

} // namespace

TEST_CASE("parse_server_config: variables of the environment are values, never YAML", "[config][server_config]") {
    auto const parsed = parse_server_config("managementApiSecret: ${SECRET}\n" + with_database("    connector: postgres\n"
                                                                                               "    host: h-${PORT}.$${PORT}\n"
                                                                                               "    port: ${PORT}\n"
                                                                                               "    user: 'u$${x}$y$'\n"
                                                                                               "    password: ${PASSWORD}\n"
                                                                                               "    rawAccess: ${TRUTH}\n"),
                                            sly_environment);
    REQUIRE(parsed);
    auto const& db = parsed->databases.at(0);
    CHECK(parsed->management_secret == "12345"); // unquoted in the text it would be refused: here nobody reads a number
    CHECK(db.host == "h-5432.${PORT}");
    CHECK(db.port == 5432);
    CHECK(db.user == "u${x}$y$");
    CHECK(db.password == "p: [${SECRET}] # {\"x\": 1}\nssl: true");
    CHECK(db.raw_access);
    CHECK_FALSE(db.ssl);
}

TEST_CASE("parse_server_config: references that lead nowhere", "[config][server_config]") {
    struct {
        std::string_view line, message;
    } const cases[] = {
        {"password: ${NO_SUCH}", "The environment variable NO_SUCH is not set."},
        {"password: ${}", "After '${' a variable's name and '}' are expected; '$${' stands for '${' itself."},
        {"password: 'hunter2${'", "After '${' a variable's name and '}' are expected; '$${' stands for '${' itself."},
        {"password: ${1A}", "After '${' a variable's name and '}' are expected; '$${' stands for '${' itself."},
        {"password: ${BAD}", "The environment variable BAD is not UTF-8."},
        {"host: ${HOST}", "databases.default: Unexpected character in field host"},
        {"port: ${EMPTY}", "databases.default: Expected Int for field port, got  (1 to 65535)"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.line) {
            std::string const key(c.line.substr(0, c.line.find(':')));
            std::string lines = "    connector: postgres\n";
            for (char const* const other : {"host: h", "port: 1", "user: u"}) {
                lines += key == std::string_view(other).substr(0, 4) ? "" : "    " + std::string(other) + "\n";
            }
            auto const parsed = parse_server_config(with_database(lines + "    " + std::string(c.line) + "\n"), sly_environment);
            REQUIRE_FALSE(parsed);
            CHECK(parsed.failure().message == c.message);
            CHECK(parsed.failure().where.column == key.size() + 7);
        }
    }
    CHECK(refusal("port: ${PORT}\n").find("The environment variable PORT is not set.") == 0); // without an environment
    CHECK(parse_server_config("managementApiSecret: ${EMPTY}\n" + with_database(address), sly_environment).failure().message.find(
              "Expected managementApiSecret to be non-empty.") == 0);
}

TEST_CASE("parse_server_config: a secret that is none", "[config][server_config]") {
    for (char const* const key : {"managementApiSecret", "legacySecret"}) {
        for (char const* const nothing : {":\n", ": ''\n", ": ~\n"}) {
            auto const yaml = std::string(key) + nothing + with_database(address);
            CHECK(refusal(yaml).find("Expected " + std::string(key) + " to be non-empty.") == 0);
            auto const allowed = parse_server_config("allowOpen: true\n" + yaml);
            REQUIRE(allowed);
            CHECK(allowed->open());
            CHECK(allowed->allow_open);
        }
    }
    auto const closed = parse_server_config("enableManagementApi: false\n" + with_database(address));
    REQUIRE(closed);
    CHECK_FALSE(closed->open());
    auto const both = parse_server_config("managementApiSecret: s\nlegacySecret: pem\n" + with_database(address)).value();
    CHECK_FALSE(both.legacy_public_key);
    CHECK(both.notes == std::vector<std::string>{"legacySecret is not used: managementApiSecret is set."});
}

TEST_CASE("parse_server_config: TLS to the database", "[config][server_config]") {
    struct {
        std::string_view lines, mode, root, refusal;
    } const cases[] = {
        {"", "prefer", "", ""},
        {"ssl: false", "prefer", "", ""},
        {"ssl:", "prefer", "", ""},
        {"ssl: true", "require", "", ""},
        {"sslMode: disable", "disable", "", ""},
        {"sslRootCert: /ca.pem", "verify-full", "/ca.pem", ""},
        {"sslRootCert: /ca.pem\n    ssl: true", "verify-full", "/ca.pem", ""},
        {"sslMode: verify-ca\n    sslRootCert: /ca.pem", "verify-ca", "/ca.pem", ""},
        {"sslMode: verify-full", "", "", "databases.default: sslMode: verify-full needs sslRootCert, a file with the certificates to trust"},
        {"ssl: true\n    sslMode: prefer", "", "", "databases.default: ssl: true and sslMode: prefer contradict each other"},
        {"sslMode: full", "", "", "databases.default: sslMode is one of disable, allow, prefer, require, verify-ca, verify-full"},
        {"sslCert: /c.pem", "", "", "databases.default: sslCert and sslKey belong together"},
        {"sslmode: require", "", "", "databases.default: Unknown key 'sslmode'. Did you mean 'sslMode'?"},
    };
    for (auto const& c : cases) {
        DYNAMIC_SECTION(c.lines) {
            auto const parsed = parse_server_config(with_database(address + ("    " + std::string(c.lines) + "\n")));
            CHECK((parsed ? "" : parsed.failure().message) == c.refusal);
            if (parsed) {
                CHECK(config::effective_ssl_mode(parsed->databases[0]) == c.mode);
                CHECK(parsed->databases[0].ssl_root_cert == c.root);
            }
        }
    }
    auto const uri = [](std::string const& query) {
        return parse_server_config(with_database("    connector: postgres\n    uri: 'postgres://u:p@h/d" + query + "'\n"));
    };
    CHECK(config::effective_ssl_mode(uri("?ssl=1").value().databases[0]) == "require");
    CHECK(config::effective_ssl_mode(uri("?sslmode=verify-full&sslrootcert=/ca.pem").value().databases[0]) == "verify-full");
    CHECK(uri("?sslmode=verify-full").failure().code == errc::missing_key);
    CHECK(uri("?sslmode=x").failure().code == errc::wrong_type);
    CHECK(refusal(with_database("    connector: sqlite\n    sslMode: require\n")) ==
          "databases.default: Only Postgres connectors have sslMode");
}

TEST_CASE("parse_server_config: throttling and other bounds", "[config][server_config]") {
    auto const parsed = parse_server_config(R"(
throttling: {rate: 10, perSeconds: 10, maxCallsInFlight: 25, unthrottledProjectIds: [a$b, c$d]}
rateLimit: {requests: 100, perSeconds: 60}
serviceLimits: {maxConcurrentRequests: 20, storageMb: 100}
slowQueriesLogging: true
slowQueriesLoggingThreshold: 0
)" + with_database(address));
    REQUIRE(parsed);
    CHECK(parsed->throttling.on());
    CHECK(parsed->throttling.rate == 10);
    CHECK(parsed->throttling.per_seconds == 10);
    CHECK(parsed->throttling.max_calls_in_flight == 25);
    CHECK(parsed->throttling.unthrottled_project_ids == std::vector<std::string>{"a$b", "c$d"});
    CHECK(parsed->rate_limit.requests == 100);
    CHECK(parsed->rate_limit.per_seconds == 60);
    CHECK(parsed->service_limits.max_concurrent_requests == 20);
    CHECK(parsed->service_limits.storage_megabytes == 100);
    CHECK(parsed->slow_query_ms == 0U);

    auto const none = parse_server_config(with_database(address)).value();
    CHECK_FALSE(none.throttling.on());
    CHECK(none.rate_limit.requests == 0);
    CHECK_FALSE(none.slow_query_ms);
    CHECK(refusal("throttling: {rate: 1}\n" + with_database(address)) ==
          "throttling: Expected Int for field maxCallsInFlight, got <unset>");
    CHECK(refusal("throttling: {rate: 1, maxCallsInFlight: 1, per_seconds: 1}\n" + with_database(address)) ==
          "throttling: Unknown key 'per_seconds'. Did you mean 'perSeconds'?");
    CHECK(refusal("rateLimit: 5\n" + with_database(address)) == "Expected hash under 'rateLimit' to be non-empty");
}

TEST_CASE("parse_server_config: what is there for nothing is noted", "[config][server_config]") {
    auto const parsed = parse_server_config("prototype: true\nclusterAddress: x\nserver2serverSecret: s\nrabbitUri:\n" +
                                            with_database(std::string(address) + "    pooled: false\n  second:\n    connector: sqlite\n"));
    REQUIRE(parsed);
    CHECK(parsed->notes == std::vector<std::string>{"prototype has no effect.", "clusterAddress has no effect.",
                                                    "server2serverSecret has no effect.",
                                                    "databases.default.pooled: false has no effect, connections are always shared.",
                                                    "databases.second is not used: only the first database is."});
    auto const native = parse_server_config(with_database("    connector: postgres-native\n    uri: postgres://u@h\n"));
    REQUIRE(native);
    CHECK(native->databases[0].type == config::connector::postgres);
}

TEST_CASE("check_server_config: everything that is wrong, in the order of the text", "[config][server_config]") {
    auto const problems = config::check_server_config("prot: 1\n" + with_database("    connector: postgres\n"
                                                                                  "    host: h\n"
                                                                                  "    port: x\n"
                                                                                  "    user: ${NO_SUCH}\n"
                                                                                  "    migrations: maybe\n") +
                                                      "managementAPISecret: s\n");
    std::vector<std::pair<std::uint32_t, std::string>> found;
    for (error const& problem : problems) {
        found.emplace_back(problem.where.line, problem.message);
    }
    CHECK(found == std::vector<std::pair<std::uint32_t, std::string>>{
                       {1, "Unknown key 'prot'. Did you mean 'port'?"},
                       {6, "databases.default: Expected Int for field port, got x (1 to 65535)"},
                       {7, "The environment variable NO_SUCH is not set."},
                       {8, "databases.default: Expected Boolean for field migrations"},
                       {9, "Unknown key 'managementAPISecret'. Did you mean 'managementApiSecret'?"}});
    CHECK(config::check_server_config(with_database(address)).empty());
    CHECK(config::check_server_config("a: [").size() == 1);
}

TEST_CASE("parse_server_config: never repeats a secret", "[config][server_config]") {
    for (std::string const& yaml :
         {std::string("managementApiSecret: [hunter2]\n"), std::string("managementApiSecret: \"hunter2\n"),
          with_database(std::string(address) + "    password: [hunter2]\n"),
          with_database("    connector: postgres\n    uri: 'postgres://u:hunter2%@h'\n"),
          with_database("    connector: postgres\n    uri: 'mysql://u:hunter2@h'\n")}) {
        auto const message = refusal(yaml);
        INFO(message);
        CHECK_FALSE(message.empty());
        CHECK(message.find("hunter2") == std::string::npos);
    }
}
