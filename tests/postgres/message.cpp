// Test that the header is self-contained.
#include <refract/postgres/message.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace refract::postgres::detail;

namespace {

template <std::size_t N> std::string bytes(char const (&literal)[N]) { return {literal, N - 1}; }

template <class Write> std::string written(Write write) {
    std::string out;
    message_writer w(out);
    write(w);
    return out;
}

} // namespace

TEST_CASE("postgres::message: where a message ends", "[postgres][message]") {
    struct {
        std::string in;
        framing expected;
        std::string body;
    } const cases[] = {
        {"", framing::incomplete, ""},
        {"Z", framing::incomplete, ""},
        {bytes("Z\0\0\0"), framing::incomplete, ""},
        {bytes("Z\0\0\0\5"), framing::incomplete, ""},
        {bytes("Z\0\0\0\5I"), framing::complete, "I"},
        {bytes("Z\0\0\0\5IZ\0"), framing::complete, "I"},
        {bytes("1\0\0\0\4"), framing::complete, ""},
        {bytes("1\0\0\0\3"), framing::invalid, ""},
        {bytes("1\0\0\0\0"), framing::invalid, ""},
        {bytes("D\x7f\xff\xff\xff"), framing::invalid, ""},
        {bytes("D\xff\xff\xff\xff"), framing::invalid, ""},
        {bytes("D\x40\0\0\0x"), framing::incomplete, ""},
    };
    for (auto const& c : cases) {
        CAPTURE(c.in);
        message m;
        CHECK(next_message(c.in, m) == c.expected);
        CHECK(m.body == c.body);
    }
}

TEST_CASE("postgres::message: what is sent", "[postgres][message]") {
    CHECK(written([](auto& w) { w.sync(); }) == bytes("S\0\0\0\4"));
    CHECK(written([](auto& w) { w.execute(); }) == bytes("E\0\0\0\x09\0\0\0\0\0"));
    CHECK(written([](auto& w) { w.describe_portal(); }) == bytes("D\0\0\0\6P\0"));
    CHECK(written([](auto& w) { w.describe_statement({7}); }) == bytes("D\0\0\0\x0fSrefract_7\0"));
    CHECK(written([](auto& w) { w.close_statement({12}); }) == bytes("C\0\0\0\x10Srefract_12\0"));
    CHECK(written([](auto& w) { w.parse({}, "SELECT 1"); }) == bytes("P\0\0\0\x10\0SELECT 1\0\0\0"));
    auto const bound = written([](auto& w) {
        w.begin_bind({1}, 3);
        {
            auto to = w.parameters();
            to.null();
            to.text("");
            to.text("ab");
        }
        w.end_bind(true);
    });
    CHECK(bound == bytes("B\0\0\0\x25\0refract_1\0\0\0\0\3\xff\xff\xff\xff\0\0\0\0\0\0\0\2ab\0\1\0\1"));
    auto const numbers = written([](auto& w) {
        w.begin_bind({}, 2);
        {
            auto to = w.parameters();
            to.integer(-7);
            to.integer(std::numeric_limits<std::int64_t>::min());
        }
        w.end_bind(false);
    });
    CHECK(numbers == bytes("B\0\0\0\x2a\0\0\0\0\0\2\0\0\0\2-7\0\0\0\x14-9223372036854775808\0\0"));
    CHECK(written([](auto& w) {
              w.begin_bind({}, 0);
              w.end_bind(false);
          }) == bytes("B\0\0\0\x0c\0\0\0\0\0\0\0\0"));
}

TEST_CASE("postgres::message: a description of rows, and any part of it", "[postgres][message]") {
    auto const whole = bytes("\0\2id\0\0\0\0\1\0\1\0\0\0\x17\0\4\xff\xff\xff\xff\0\0name\0\0\0\0\1\0\2\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0");
    std::vector<column> columns;
    REQUIRE(read_row_description(whole, columns));
    REQUIRE(columns.size() == 2);
    CHECK(columns[0].name == "id");
    CHECK(columns[0].type == 23);
    CHECK(columns[1].name == "name");
    CHECK(columns[1].type == 25);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_FALSE(read_row_description(whole.substr(0, size), columns));
    }
    CHECK_FALSE(read_row_description(whole + "x", columns));
    CHECK(read_row_description(bytes("\0\0"), columns));
    CHECK(columns.empty());
    CHECK_FALSE(read_row_description(bytes("\xff\xff"), columns));
}

TEST_CASE("postgres::message: the count of a command", "[postgres][message]") {
    CHECK(read_row_count(bytes("INSERT 0 5\0")) == 5);
    CHECK(read_row_count(bytes("UPDATE 12\0")) == 12);
    CHECK(read_row_count(bytes("BEGIN\0")) == 0);
    CHECK(read_row_count(bytes("SELECT 99999999999999999999999\0")) == 0);
    CHECK(read_row_count("no end") == 0);
    CHECK(read_row_count("") == 0);
}

TEST_CASE("postgres::message: fields of an error", "[postgres][message]") {
    auto const body = bytes("SERROR\0C23505\0Mduplicate\0\0");
    CHECK(error_fields(body)['C'] == "23505");
    CHECK(error_fields(body)['M'] == "duplicate");
    CHECK(error_fields(body)['D'].empty());
    CHECK(error_fields("Cno end")['C'].empty());
    CHECK(error_fields("")['C'].empty());
}
