// Test that the header is self-contained.
#include <refract/prisma1/json_tape.hpp>

#include <refract/core/number.hpp>
#include <refract/prisma1/json_text.hpp>

#include <catch2/catch.hpp>

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

using namespace refract;
using prisma1::json_kind;

namespace {

std::string_view view(boost::json::string_view s) { return {s.data(), s.size()}; }

/// Whether the tape has at a position what Boost.JSON's tree has; `next` becomes the position behind it.
bool same(prisma1::json_tape const& tape, std::size_t& next, boost::json::value const& v) {
    auto const& item = tape[next++];
    switch (item.kind) {
    case json_kind::null: return v.is_null();
    case json_kind::boolean: return v.is_bool() && v.get_bool() == item.boolean;
    case json_kind::integer: return v.is_int64() && v.get_int64() == item.integer;
    case json_kind::natural: return v.is_uint64() && v.get_uint64() == item.natural;
    case json_kind::floating: {
        std::string written;
        append_json_number(written, item.floating);
        bool const is_told = item.text.empty() || item.text == written;
        return is_told && v.is_double() && std::bit_cast<std::uint64_t>(v.get_double()) == std::bit_cast<std::uint64_t>(item.floating);
    }
    case json_kind::string: return v.is_string() && view(v.get_string()) == item.text;
    case json_kind::list:
        for (auto const& element : v.as_array()) {
            if (!same(tape, next, element)) {
                return false;
            }
        }
        return true;
    case json_kind::object:
        for (auto const& member : v.as_object()) {
            if (tape[next].kind != json_kind::string || tape[next].text != view(member.key()) || !same(tape, ++next, member.value())) {
                return false;
            }
        }
        return true;
    }
    return false;
}

} // namespace

TEST_CASE("json_tape: values in order, with their sizes", "[prisma1][json_tape]") {
    prisma1::json_tape json;
    REQUIRE(json.parse(R"( {"a": [1, {"b": "x\ty"}, true], "c": null, "a": 2.5} )", {}));
    REQUIRE(json.size() == 12);
    CHECK(json[0].size == 12);
    CHECK(json[2].kind == json_kind::list);
    CHECK(json[2].size == 6);
    CHECK(json[6].text == "x\ty");
    CHECK(json[json.find(0, "a")].floating == 2.5);
    CHECK(json[json.find(0, "c")].kind == json_kind::null);
    CHECK(json.find(0, "b") == 0);
    limits bounds;
    bounds.max_json_depth = 2;
    bounds.max_json_values = 4;
    CHECK(json.parse("[[1]]", bounds));
    CHECK(json.parse("[[[1]]]", bounds).failure().code == errc::limit_exceeded);
    CHECK(json.parse("[1,2,3,4,5]", bounds).failure().code == errc::limit_exceeded);
}

TEST_CASE("json_tape: what the tree has", "[prisma1][json_tape]") {
    // What is read in one pass, and what Boost.JSON is asked for.
    std::string const texts[] = {
        "0", "-1", "12345678901234567", "123456789012345678", "1234567890123456789", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "-0", "-0.0", "0.0", "0.1",
        "0.99", "-0.50", "1.0", "123456789.12345", "0.1234567890123456789", "1e3", "1E+2", "1.5e-7", "0e400", "1e-400", "5e-324", "1e005", "1e00005",
        "100000000000000.0", "1234567890123.45", "0.00000000000001", "9007199254740993.0", "52.520006599999", "true", "false", "null",
        R"("")", R"("a")", R"("1234567")", R"("12345678")", R"("123456789 and some more")", R"("\"\\\/\b\f\n\r\t")", R"("a\nbc\u0041d")",
        R"("\u00e9\u20ac\u0000x")", R"("\ud83d\ude00 and \u00e4")", "\"\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
        "\"\xc3\xa9\\n\xe2\x82\xac 12345678\\\"\"", "\"\x7f\"", "[]", "{}", " [ ] ", "\t{\r\n}\n", "[[],{},[[1]]]", R"([1, -2.5 ,"x",null])",
        R"({"a":1,"b":{"c":[true,false,null]},"long enough for a word":"and its value too"})", R"({"\u0061\n":"\\"})",
    };
    for (auto const& text : texts) {
        INFO(text);
        prisma1::json_tape tape;
        auto const tree = prisma1::parse_json(text, {});
        auto const parsed = tape.parse(text, {});
        REQUIRE(parsed.has_value() == tree.has_value());
        if (tree) {
            std::size_t next = 0;
            CHECK(same(tape, next, *tree));
            CHECK(next == tape.size());
            CHECK(tape[0].size == tape.size());
        }
    }
}

TEST_CASE("json_tape: what is no JSON, with the tree's words", "[prisma1][json_tape]") {
    std::string const texts[] = {
        "", " ", "{", "[", "[1", "[1,", "[1,]", "[,]", "{\"a\"", "{\"a\":", "{\"a\":1,", "{\"a\":1,}", "{,}", "{1:2}", "{\"a\" 1}", "[1] 2", "1 2",
        "nul", "nulls", "tru", "True", "+1", "01", "-", "--1", ".5", "1.", "1.e3", "1e", "1e+", "0x1", "1e400", "-1e400", "0e1000000000000000008", "0e-1000000000000000008", "\"", "\"a", "\"a\n\"",
        "\"12345678\t\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\xFF\"", "\"1234567\xC3\"",
        "\"\xC3\\n\"", "\"\xE2\x82\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\\n\xA9\"", "]", "}", "'a'", "[1}", "{\"a\":1]", "\xEF\xBB\xBF[]",
    };
    for (auto const& text : texts) {
        INFO(text);
        prisma1::json_tape tape;
        auto const parsed = tape.parse(text, {});
        auto const tree = prisma1::parse_json(text, {});
        REQUIRE_FALSE(tree.has_value());
        REQUIRE_FALSE(parsed.has_value());
        CHECK(parsed.failure().code == errc::invalid_json);
        CHECK(parsed.failure().message == tree.failure().message);
    }
}
