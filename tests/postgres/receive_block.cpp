// Test that the header is self-contained.
#include <refract/postgres/receive_block.hpp>

#include <catch2/catch.hpp>

#include <utility>

using refract::postgres::detail::receive_block;

TEST_CASE("postgres::receive_block: alone while nobody else refers to it", "[postgres][receive_block]") {
    receive_block const none;
    CHECK(none.data() == nullptr);
    CHECK(none.capacity() == 0);
    CHECK_FALSE(none.alone());
    receive_block first(10);
    CHECK(first.capacity() == 10);
    CHECK(first.alone());
    {
        auto const second = first; // NOLINT(performance-unnecessary-copy-initialization)
        CHECK(second.data() == first.data());
        CHECK_FALSE(first.alone());
    }
    CHECK(first.alone());
    auto const moved = std::move(first);
    CHECK(moved.alone());
    CHECK(first.data() == nullptr); // NOLINT(bugprone-use-after-move)
}
