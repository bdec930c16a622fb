// Test that the header is self-contained.
#include <refract/http/accept.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("named_weight: what a list names, with its weight", "[http][accept]") {
    struct {
        char const* list;
        int weight; ///< -1: not named
    } const cases[] = {
        {"a/b", 1000},
        {"A/B", 1000},
        {"x/y, a/b;q=0.5", 500},
        {" a/b ; charset=utf-8 ; q=0.25", 250},
        {"a/b;charset=utf-8", 1000},
        {"a/b;q=0", 0},
        {"a/b;q=0.1, a/b;q=0.9", 100},
        {"a/b;q=2", -1},
        {"a/b;q=", -1},
        {"*/*", -1},
        {"a/*", -1},
        {"xa/b", -1},
        {"", -1},
        {",,;,", -1},
    };
    for (auto const& c : cases) {
        INFO(c.list);
        CHECK(http::named_weight(c.list, "a/b").value_or(-1) == c.weight);
    }
}
