// Test that the header is self-contained.
#include <refract/config/load.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstring>
#include <fstream>

using namespace refract;

namespace {

constexpr char const* small = "port: 4470\ndatabases: {default: {connector: sqlite}}\n";

template <int Case> char const* variables(char const* name) {
    struct {
        int applies;
        char const* name;
        char const* value;
    } const all[] = {
        {1, "PRISMA_CONFIG", small},
        {1, "PRISMA_CONFIG_PATH", "/does/not/exist"},
        {2, "PRISMA_CONFIG_PATH", "/does/not/exist"},
        {3, "SQL_CLIENT_HOST", "h"},
        {3, "SQL_CLIENT_USER", "u"},
        {3, "SQL_CLIENT_PASSWORD", ""},
        {3, "PORT", "5000"},
        {3, "PRISMA_MANAGEMENT_API_JWT_SECRET", "s"},
        {4, "PORT", "x"},
        {5, "PORT", "4471"},
        {6, "PRISMA_CONFIG", "port: 1\nprot: 2\n"},
        {7, "PRISMA_MANAGEMENT_API_JWT_SECRET", "s"},
        {7, "CLUSTER_PUBLIC_KEY", "pem"},
        {8, "PRISMA_CONFIG", small},
        {8, "CLUSTER_PUBLIC_KEY", "pem"},
        {8, "THROTTLING_RATE", "10"},
        {8, "THROTTLING_RATE_PER_SECONDS", "10"},
        {8, "THROTTLING_MAX_CALLS_IN_FLIGHT", "25"},
        {8, "UNTHROTTLED_PROJECT_IDS", "a$b||c$d"},
        {8, "SLOW_QUERIES_LOGGING", "true"},
        {8, "REFRACT_ALLOW_OPEN", "1"},
        {8, "SQL_CLIENT_HOST", "h"},
        {8, "JAVA_OPTS", "-Xmx1G"},
        {8, "CLUSTER_VERSION", "1.34"},
        {9, "PRISMA_CONFIG", "managementApiSecret: of-the-file\ndatabases: {default: {connector: sqlite}}\n"},
        {9, "PRISMA_MANAGEMENT_API_JWT_SECRET", "s"},
        {9, "SLOW_QUERIES_LOGGING_THRESHOLD", "5"},
        {10, "PRISMA_CONFIG", "port: 0\nprot: 2\n"},
        {10, "THROTTLING_RATE", "many"},
        {11, "SQL_CLIENT_HOST", "h"},
        {11, "SQL_CLIENT_USER", "u"},
        {11, "SQL_CLIENT_PASSWORD", "p"},
        {11, "SQL_INTERNAL_DATABASE", "management"},
        {11, "SQL_INTERNAL_HOST", "other"},
        {11, "CLUSTER_API_ENABLED", "0"},
        {12, "PRISMA_CONFIG", "port: ${WANTED}\ndatabases: {default: {connector: sqlite, database: '${FOLDER}'}}\n"},
        {12, "WANTED", "4480"},
        {12, "FOLDER", "/data"},
    };
    for (auto const& entry : all) {
        if (entry.applies == Case && std::strcmp(entry.name, name) == 0) {
            return entry.value;
        }
    }
    return nullptr;
}

} // namespace

TEST_CASE("load_config: text, file, early variables, defaults", "[config][load]") {
    auto const text = config::load_config(variables<1>);
    REQUIRE(text);
    CHECK(text->source == "PRISMA_CONFIG");
    CHECK(text->config.port == 4470);

    auto const missing = config::load_config(variables<2>);
    REQUIRE_FALSE(missing);
    CHECK(missing.failure().code == errc::file_unreadable);

    auto const early = config::load_config(variables<3>);
    REQUIRE(early);
    CHECK(early->source == "environment");
    CHECK(early->config.port == 5000);
    CHECK(early->config.management_secret == "s");
    CHECK(early->config.databases[0].type == config::connector::mysql);
    CHECK(early->config.databases[0].port == 3306);
    CHECK(early->config.databases[0].management_schema == "graphcool");

    CHECK(config::load_config(variables<4>).failure().code == errc::wrong_type);
    auto const defaults = config::load_config(variables<5>);
    REQUIRE(defaults);
    CHECK(defaults->config.port == 4471);
    CHECK(defaults->config.databases[0].type == config::connector::sqlite);
    CHECK(config::load_config(variables<6>).failure().message ==
          "PRISMA_CONFIG, line 2, column 1: Unknown key 'prot'. Did you mean 'port'?");
}

TEST_CASE("load_config: secrets, bounds and old variables beside a configuration", "[config][load]") {
    auto const defaults = config::load_config(variables<7>).value().config;
    CHECK(defaults.management_secret == "s");
    CHECK_FALSE(defaults.legacy_public_key);
    CHECK(defaults.notes == std::vector<std::string>{"CLUSTER_PUBLIC_KEY is not used: there is another management secret."});

    auto const beside = config::load_config(variables<8>).value().config;
    CHECK(beside.legacy_public_key == "pem");
    CHECK_FALSE(beside.open());
    CHECK(beside.throttling.on());
    CHECK(beside.throttling.per_seconds == 10);
    CHECK(beside.throttling.unthrottled_project_ids == std::vector<std::string>{"a$b", "c$d"});
    CHECK(beside.slow_query_ms == 1'000U);
    CHECK(beside.allow_open);
    CHECK(beside.notes == std::vector<std::string>{"Set in the environment, without effect: JAVA_OPTS, CLUSTER_VERSION, SQL_CLIENT_HOST."});

    auto const other = config::load_config(variables<9>).value().config;
    CHECK(other.management_secret == "of-the-file");
    CHECK_FALSE(other.slow_query_ms); // a threshold alone asks for nothing
    CHECK(other.notes == std::vector<std::string>{"PRISMA_MANAGEMENT_API_JWT_SECRET is not used: there is another management secret."});

    auto const early = config::load_config(variables<11>).value().config;
    CHECK_FALSE(early.enable_management_api);
    CHECK(early.databases.at(0).management_schema == "management");
    CHECK(early.notes == std::vector<std::string>{"Set in the environment, without effect: SQL_INTERNAL_HOST."});

    auto const filled = config::load_config(variables<12>).value().config;
    CHECK(filled.port == 4480);
    CHECK(filled.databases.at(0).database == "/data");
}

TEST_CASE("check_config: everything, with its source", "[config][load]") {
    auto const problems = config::check_config("", variables<10>);
    std::vector<std::string> found;
    for (error const& problem : problems) {
        found.push_back(problem.message);
    }
    CHECK(found == std::vector<std::string>{"PRISMA_CONFIG, line 1, column 1: Expected hash under 'databases' to be non-empty",
                                            "THROTTLING_RATE: Expected a number from 1 to 1000000",
                                            "PRISMA_CONFIG, line 1, column 7: Expected Int for field port, got 0 (1 to 65535)",
                                            "PRISMA_CONFIG, line 2, column 1: Unknown key 'prot'. Did you mean 'port'?"});
    CHECK(config::check_config("/does/not/exist", variables<1>).at(0).message == "/does/not/exist: The file can't be opened.");
    CHECK(config::check_config("", variables<12>).empty());
}

TEST_CASE("load_config_file: reads a file", "[config][load]") {
    std::string const path = "refract_test_config.yml"; // in the working directory of the test
    {
        std::ofstream file(path);
        file << small;
    }
    auto const loaded = config::load_config_file(path);
    std::remove(path.c_str());
    REQUIRE(loaded);
    CHECK(loaded->source == path);
    CHECK(loaded->config.port == 4470);
}
