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
