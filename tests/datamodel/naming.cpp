// Test that the header is self-contained.
#include <refract/datamodel/naming.hpp>

#include <string>

#include <catch2/catch.hpp>

using namespace refract::datamodel;

TEST_CASE("datamodel::generated_relation_name: smaller name first, cut to fit", "[datamodel][naming]") {
    CHECK(generated_relation_name("User", "Post") == "PostToUser");
    CHECK(generated_relation_name("A", "A") == "AToA");
    std::string const a(30, 'A');
    std::string const b(30, 'B');
    CHECK(generated_relation_name(b, a) == std::string(26, 'A') + "To" + std::string(26, 'B'));
    CHECK(generated_relation_name(std::string(60, 'A'), "B") == std::string(51, 'A') + "ToB");
    CHECK(generated_relation_name("A", std::string(60, 'B')) == "ATo" + std::string(51, 'B'));
    CHECK(generated_relation_name(std::string(26, 'A'), std::string(26, 'B')).size() == 54);
}

TEST_CASE("datamodel::is_relation_name: shape and length", "[datamodel][naming]") {
    CHECK(is_relation_name("User_Posts1"));
    CHECK_FALSE(is_relation_name(""));
    CHECK_FALSE(is_relation_name("user"));
    CHECK_FALSE(is_relation_name("_User"));
    CHECK_FALSE(is_relation_name("User-Posts"));
    CHECK(is_relation_name(std::string(54, 'A')));
    CHECK_FALSE(is_relation_name(std::string(55, 'A')));
}

TEST_CASE("datamodel::is_database_name: no empty, long or NUL names", "[datamodel][naming]") {
    CHECK(is_database_name("my table"));
    CHECK_FALSE(is_database_name(""));
    CHECK_FALSE(is_database_name(std::string(64, 'a')));
    CHECK(is_database_name(std::string(63, 'a')));
    CHECK_FALSE(is_database_name(std::string_view("a\0b", 3)));
}
