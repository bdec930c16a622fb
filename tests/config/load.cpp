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
