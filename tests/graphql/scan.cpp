// Test that the body is self-contained.
#include <refract/graphql/impl/scan.ipp>

#include <random>
#include <string>

#include <catch2/catch.hpp>

using namespace refract::graphql::detail;

namespace {

template <class Scan> std::string places(std::string const& text) {
    std::string shown;
    auto const* const end = text.data() + text.size();
    for (auto const* p = text.data(); p != end; ++p) {
        shown += std::to_string(Scan::skip_spaces(p, end) - p) + ' ' + std::to_string(Scan::skip_name(p, end) - p) + ' ' +
                 std::to_string(Scan::skip_plain(p, end) - p) + '\n';
    }
    return shown;
}

} // namespace

TEST_CASE("graphql::scan: every byte, at every place of a step", "[graphql][scan]") {
    for (auto const filling : {' ', 'a', '_', '9', 'Z'}) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            for (std::size_t at = 0; at < 18; ++at) {
                std::string text(35, filling);
                text[at] = static_cast<char>(byte);
                REQUIRE(places<scan>(text) == places<portable_scan>(text));
            }
        }
    }
}

TEST_CASE("graphql::scan: texts of every length", "[graphql][scan]") {
    constexpr std::string_view bytes = "    aaazzAZ__0099{}()\"\\\t\n\r\x7f\x80\xC3\xFF[`@/:";
    std::mt19937 random(7); // NOLINT: the same every time
    for (std::size_t length = 0; length < 80; ++length) {
        for (int round = 0; round < 20; ++round) {
            std::string text;
            while (text.size() < length) {
                text.append(1 + random() % 20, bytes[random() % bytes.size()]);
            }
            text.resize(length);
            REQUIRE(places<scan>(text) == places<portable_scan>(text));
        }
    }
}

TEST_CASE("graphql::portable_scan: where runs end", "[graphql][scan]") {
    std::string_view const text = "ab_9-   x\tq\"";
    auto const* const end = text.data() + text.size();
    CHECK(portable_scan::skip_name(text.data(), end) - text.data() == 4);
    CHECK(portable_scan::skip_spaces(text.data() + 5, end) - text.data() == 8);
    CHECK(portable_scan::skip_plain(text.data(), end) - text.data() == 11);
}
