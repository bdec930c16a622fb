// Test that the header is self-contained.
#include <refract/config/database_uri.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("parse_database_uri: the parts", "[config][database_uri]") {
    auto const full = config::parse_database_uri("postgres://user:p@ss:word@db.example:5433/blog/more?x=2&ssl=1");
    REQUIRE(full);
    CHECK(full->scheme == "postgres");
    CHECK(full->user == "user");
    CHECK(full->password == "p@ss:word");
    CHECK(full->host == "db.example");
    CHECK(full->port == 5433);
    CHECK(full->database == "blog");
    CHECK(full->ssl);

    auto const small = config::parse_database_uri("mysql://h?ssl=true");
    REQUIRE(small);
    CHECK(small->host == "h");
    CHECK(small->port == 5432);
    CHECK(small->database.empty());
    CHECK_FALSE(small->ssl);

    auto const six = config::parse_database_uri("postgres://u@[::1]:5432/d");
    REQUIRE(six);
    CHECK(six->host == "::1");
    CHECK(six->password.empty());
    CHECK(config::parse_database_uri("postgres://u:p%20q@h/d")->password == "p%20q");
}

TEST_CASE("parse_database_uri: refuses and repeats nothing", "[config][database_uri]") {
    for (char const* const text : {"", "postgres", "://h", "postgres://", "postgres:///d", "postgres://u:secret@/d", "postgres://h:0",
                                   "postgres://h:65536/d", "postgres://h:x/d", "postgres://u:p%zz@h/d", "postgres://u:p%2",
                                   "postgres://a b", "postgres://[::1", "postgres://h\n", "postgres://[::1]x", "postgres://[::1]x:5432",
                                   "postgres://u@[[::1]", "postgres://h]", "postgres://a[b", ":://h", "1a://h"}) {
        INFO(text);
        auto const parsed = config::parse_database_uri(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.failure().code == errc::wrong_type);
        CHECK(parsed.failure().message.find("secret") == std::string::npos);
    }
}
