// Test that the header is self-contained.
#include <refract/core/text.hpp>

#include <catch2/catch.hpp>

using namespace refract;

TEST_CASE("append_json_string: escapes what JSON demands and nothing else", "[core][text]") {
    struct {
        std::string_view in, out;
    } const cases[] = {
        {"", R"("")"},
        {"plain", R"("plain")"},
        {"a\"b\\c", R"("a\"b\\c")"},
        {"\n\t\r\b\f", R"("\n\t\r\b\f")"},
        {std::string_view("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
        {"/\x7f", "\"/\x7f\""},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
    };
    for (auto const& c : cases) {
        CHECK(json_string(c.in) == c.out);
    }
    std::string appended = "x";
    append_json_string(appended, "y");
    CHECK(appended == "x\"y\"");
}

TEST_CASE("ascii_lower, ascii_upper: only ASCII letters change", "[core][text]") {
    CHECK(ascii_lower("AbZ@[\xc3\x89") == "abz@[\xc3\x89");
    CHECK(ascii_upper("aBz`{\xc3\xa9") == "ABZ`{\xc3\xa9");
    CHECK(equal_ignoring_case("Content-Type", "content-TYPE"));
    CHECK_FALSE(equal_ignoring_case("a", "ab"));
    CHECK_FALSE(equal_ignoring_case("[", "{"));
}

TEST_CASE("capitalized, uncapitalized: the first letter only", "[core][text]") {
    CHECK(capitalized("userWhere") == "UserWhere");
    CHECK(capitalized("") == "");
    CHECK(capitalized("_x") == "_x");
    CHECK(uncapitalized("UserWhere") == "userWhere");
}

TEST_CASE("trimmed: blanks at both ends", "[core][text]") {
    CHECK(trimmed("  a b\r\n") == "a b");
    CHECK(trimmed(" \t ") == "");
    CHECK(trimmed("") == "");
}

TEST_CASE("split: keeps empty parts", "[core][text]") {
    using parts = std::vector<std::string_view>;
    CHECK(split("", '/') == parts{""});
    CHECK(split("a/b", '/') == parts{"a", "b"});
    CHECK(split("/a//", '/') == parts{"", "a", "", ""});
}

TEST_CASE("edit_distance: counts single changes", "[core][text]") {
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("port", "port") == 0);
    CHECK(edit_distance("prot", "port") == 2);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("equal_ignoring_case: every pair of bytes", "[core][text]") {
    auto const lower = [](int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; };
    int wrong = 0;
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            char const left[] = {'x', static_cast<char>(a)};
            char const right[] = {'X', static_cast<char>(b)};
            wrong += equal_ignoring_case({left, 2}, {right, 2}) != (lower(a) == lower(b)) ? 1 : 0;
        }
    }
    CHECK(wrong == 0);
}
