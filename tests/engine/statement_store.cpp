// Test that the header is self-contained.
#include <refract/engine/statement_store.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("engine::statement_store: one statement for a text and its columns", "[engine][statement_store]") {
    engine::statement_store store;
    auto const one = store.get("SELECT 1", {db::value_type::integer});
    CHECK(one->text == "SELECT 1");
    CHECK(one->id != 0);
    CHECK(store.get("SELECT 1", {db::value_type::integer}) == one);
    auto const other = store.get("SELECT 1", {db::value_type::text});
    CHECK(other->id != one->id);
    CHECK(store.get("SELECT 1")->columns.empty());
}

TEST_CASE("engine::statement_store: old statements leave, but live on with their users", "[engine][statement_store]") {
    engine::statement_store store(4096);
    auto const first = store.get("SELECT 0");
    for (int i = 1; i < 100; ++i) {
        (void)store.get("SELECT " + std::to_string(i));
    }
    CHECK(first->text == "SELECT 0");
    CHECK(store.get("SELECT 0")->id != first->id);
}
