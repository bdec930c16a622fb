// Test that the header is self-contained.
#include <refract/core/id.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <thread>
#include <vector>

using namespace refract;

TEST_CASE("new_cuid: 25 lower-case letters and digits, never the same", "[core][id]") {
    std::vector<std::vector<std::string>> made(4);
    std::vector<std::thread> threads;
    for (auto& list : made) {
        threads.emplace_back([&list] {
            for (int i = 0; i < 5'000; ++i) {
                list.push_back(new_cuid());
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<std::string> all;
    for (auto const& list : made) {
        all.insert(list.begin(), list.end());
    }
    CHECK(all.size() == 20'000);
    for (auto const& id : made.front()) {
        REQUIRE(id.size() == 25);
        REQUIRE(id.front() == 'c');
        REQUIRE(id.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string::npos);
    }
    CHECK(made.front().front().substr(0, 9) <= made.front().back().substr(0, 9));
}

TEST_CASE("new_uuid: version 4, variant 1", "[core][id]") {
    std::set<std::string> all;
    for (int i = 0; i < 1'000; ++i) {
        std::string const id = new_uuid();
        REQUIRE(id.size() == 36);
        REQUIRE(id[14] == '4');
        REQUIRE(std::string("89ab").find(id[19]) != std::string::npos);
        REQUIRE(parse_uuid(id).value() == id);
        all.insert(id);
    }
    CHECK(all.size() == 1'000);
}

TEST_CASE("parse_uuid: as lenient as java.util.UUID.fromString", "[core][id]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {"123e4567-e89b-12d3-a456-426655440000", "123e4567-e89b-12d3-a456-426655440000"},
        {"123E4567-E89B-12D3-A456-426655440000", "123e4567-e89b-12d3-a456-426655440000"},
        {"1-2-3-4-5", "00000001-0002-0003-0004-000000000005"},
        {"0-0-0-0-0", "00000000-0000-0000-0000-000000000000"},
        {"1-2-3-4-5--", "00000001-0002-0003-0004-000000000005"},
    };
    for (auto const& c : cases) {
        INFO(c.in);
        auto const parsed = parse_uuid(c.in);
        REQUIRE(parsed);
        CHECK(*parsed == c.out);
    }
    for (std::string_view const text : {"", "-", "x", "1-2-3-4", "1-2-3-4-5-6", "1--3-4-5", "-1-2-3-4-5", "g-2-3-4-5",
                                        "ffffffffffffffffff-2-3-4-5", "123e4567e89b12d3a456426655440000"}) {
        INFO(text);
        auto const parsed = parse_uuid(text);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.failure().code == errc::invalid_id);
    }
}
