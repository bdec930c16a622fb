// Test that the header is self-contained.
#include <refract/graphql/block_string.hpp>
#include <refract/graphql/lexer.hpp>

#include <catch2/catch.hpp>

#include "vector_cases.hpp"

using namespace refract;
using graphql::token_kind;

namespace {

/// Reads tokens until the end or an error.
error read_all(std::string const& source) {
    graphql::arena nodes;
    graphql::lexer lexer(source, nodes);
    while (lexer.advance()) {
        if (lexer.current().kind == token_kind::end_of_file) {
            return {errc::ok, {}, {}};
        }
    }
    return lexer.failure();
}

} // namespace

TEST_CASE("graphql::lexer: graphql-js' tokens", "[graphql][lexer]") {
    auto const file = test::read_vectors("lexer_accept.json");
    for (auto const& entry : file.at("cases").as_array()) {
        auto const& c = entry.as_object();
        auto const source = test::text(c, "source");
        CAPTURE(source);
        graphql::arena nodes;
        graphql::lexer lexer(source, nodes);
        for (std::int64_t i = 0; i <= c.at("index").as_int64(); ++i) {
            REQUIRE(lexer.advance());
        }
        auto const& t = lexer.current();
        auto const& expected = c.at("token").as_object();
        CHECK(graphql::name(t.kind) == test::text(expected, "kind"));
        auto const check = [&](char const* key, char const* utf8_key, std::uint32_t actual) {
            if (expected.contains(key)) {
                auto const& number = c.contains(utf8_key) ? c.at(utf8_key) : expected.at(key);
                CHECK(actual == number.as_int64());
            }
        };
        check("start", "utf8_start", t.at.offset);
        check("end", "utf8_end", t.end);
        check("line", "", t.at.line);
        check("column", "", t.at.column);
        if (expected.contains("value")) {
            CHECK(t.text == test::text(expected, "value"));
        }
        CHECK(graphql::locate(source, t.at.offset) == t.at);
    }
}

TEST_CASE("graphql::lexer: graphql-js' errors", "[graphql][lexer]") {
    auto const file = test::read_vectors("lexer_reject.json");
    for (auto const& entry : file.at("cases").as_array()) {
        auto const& c = entry.as_object();
        auto const source = test::text(c, "source");
        CAPTURE(source);
        auto const& expected = c.at("error").as_object();
        auto const& place = expected.at("locations").as_array().at(0).as_object();
        auto const actual = read_all(source);
        CHECK(actual.code == errc::syntax);
        CHECK(actual.message == test::text(expected, "message"));
        CHECK(actual.where.line == place.at("line").as_int64());
        CHECK(actual.where.column == place.at("column").as_int64());
    }
}

TEST_CASE("graphql::lexer: columns count UTF-16 code units, offsets bytes", "[graphql][lexer]") {
    // a byte order mark, a two-byte, a three-byte and a four-byte character; then a comment and a block string
    std::string const source = "\xEF\xBB\xBF \"\xC3\x9F\xE2\x82\xAC\xF0\x9F\x98\x80\" a\n"
                               "#\xF0\x9F\x98\x80\r\n\"\"\"\xC3\x9F\r\xE2\x82\xAC\"\"\" b \"\\n\xC3\x9F\" c";
    struct place {
        token_kind kind;
        location at;
    };
    constexpr place places[] = {{token_kind::string, {1, 3, 4}},        {token_kind::name, {1, 10, 16}},
                                {token_kind::block_string, {3, 1, 25}}, {token_kind::name, {4, 6, 38}},
                                {token_kind::string, {4, 8, 40}},       {token_kind::name, {4, 14, 47}},
                                {token_kind::end_of_file, {4, 15, 48}}};
    graphql::arena nodes;
    graphql::lexer lexer(source, nodes);
    for (auto const& expected : places) {
        REQUIRE(lexer.advance());
        CHECK(lexer.current().kind == expected.kind);
        CHECK(lexer.current().at == expected.at);
        CHECK(graphql::locate(source, expected.at.offset) == expected.at);
    }
}

TEST_CASE("graphql::lexer: refuses control characters in strings", "[graphql][lexer]") {
    for (auto const* const source : {"\"\b\"", "\"\"\"\b\"\"\"", "\"\\n\b\""}) {
        auto const e = read_all(source);
        CHECK(e.message == "Syntax Error: Invalid character within String: U+0008.");
    }
}

TEST_CASE("graphql::lexer: escapes cut off by the end of the text", "[graphql][lexer]") {
    for (auto const* const source :
         {"\"\\", "\"\\u", "\"\\u1", "\"\\u123", "\"\\u{", "\"\\u{12", "\"\\uD83D", "\"\\uD83D\\", "\"\\uD83D\\u",
          "\"\\uD83D\\uDE0", "\"\\n", "\"\"\"\\\"\"\"", "\"\"\"\\", "-", ".", "\xEF\xBB\x80"}) {
        CAPTURE(source);
        CHECK(read_all(source).code == errc::syntax);
    }
}

TEST_CASE("graphql::describe: tokens in messages", "[graphql][lexer]") {
    graphql::token t;
    CHECK(graphql::describe(t) == "<EOF>");
    t.kind = token_kind::brace_left;
    CHECK(graphql::describe(t) == "\"{\"");
    t.kind = token_kind::name;
    t.text = "foo";
    CHECK(graphql::describe(t) == "Name \"foo\"");
}

TEST_CASE("graphql::block_string_value: strips common indentation and blank ends", "[graphql][block_string]") {
    struct sample {
        char const* raw;
        char const* value;
    };
    // After graphql-js' blockString tests (MIT).
    constexpr sample samples[] = {
        {"", ""},
        {"a", "a"},
        {"  a", "  a"},
        {"  \t ", ""},
        {"\n\n", ""},
        {"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n", "Hello,\n  World!\n\nYours,\n  GraphQL."},
        {"    Hello,\n      World!\n\n    Yours,\n      GraphQL.", "    Hello,\n  World!\n\nYours,\n  GraphQL."},
        {"\n  \n  a\n    b\n  \n", "a\n  b"},
        {"\n \t a\n   b", "a\nb"},
        {"a\r\n  b\r  c", "a\nb\nc"},
        {"a\n\n    \n  b", "a\n\n  \nb"},
        {"\\\"\"\"a\\\"\"\"", "\"\"\"a\"\"\""},
    };
    for (auto const& s : samples) {
        CAPTURE(s.raw);
        CHECK(graphql::block_string_value(s.raw) == s.value);
    }
}

TEST_CASE("graphql::is_printable_as_block_string: after graphql-js", "[graphql][block_string]") {
    for (auto const* const value : {"", " a", "\t\"", "a\nb", "a", "\ta\nb", "a\n\n b", "\xF0\x9F\x98\x80"}) {
        CAPTURE(value);
        CHECK(graphql::is_printable_as_block_string(value));
    }
    for (auto const* const value : {" ", "\t", "\n", " \n", "\na", "\t\na", "a\n", "a\n  ", "a\r", "a\rb", "a\x01", "  a\n  b"}) {
        CAPTURE(value);
        CHECK_FALSE(graphql::is_printable_as_block_string(value));
    }
}

TEST_CASE("graphql::append_block_string: layout of graphql-js 16", "[graphql][block_string]") {
    struct sample {
        std::string value;
        std::string printed;
    };
    sample const samples[] = {
        {"", "\"\"\"\"\"\""},
        {"one liner", "\"\"\"one liner\"\"\""},
        {"  space-led", "\"\"\"  space-led\"\"\""},
        {"quote at the end \"", "\"\"\"\nquote at the end \"\n\"\"\""},
        {"backslash \\", "\"\"\"\nbackslash \\\n\"\"\""},
        {"triple \"\"\" inside", "\"\"\"triple \\\"\"\" inside\"\"\""},
        {"triple at the end \"\"\"", "\"\"\"\ntriple at the end \\\"\"\"\n\"\"\""},
        {"two\nlines", "\"\"\"\ntwo\nlines\n\"\"\""},
        {"    space-led value \"quoted string\"", "\"\"\"    space-led value \"quoted string\"\n\"\"\""},
        {std::string(71, 'x'), "\"\"\"\n" + std::string(71, 'x') + "\n\"\"\""},
    };
    for (auto const& s : samples) {
        std::string printed;
        graphql::append_block_string(printed, s.value);
        CHECK(printed == s.printed);
        CHECK(graphql::block_string_value(std::string_view(printed).substr(3, printed.size() - 6)) == s.value);
    }
}
