// Test that the header is self-contained.
#include <refract/postgres/result.hpp>

#include <catch2/catch.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace refract::postgres::detail;
namespace db = refract::db;
using type = db::value_type;

namespace {

std::string number(std::uint64_t n, int bytes) {
    std::string out;
    for (int i = bytes; i-- > 0;) {
        out += static_cast<char>(n >> (8U * static_cast<unsigned>(i)));
    }
    return out;
}

std::string numeric(std::vector<std::uint16_t> groups, std::int16_t weight, std::uint16_t sign = 0) {
    auto out = number(groups.size(), 2) + number(static_cast<std::uint16_t>(weight), 2) + number(sign, 2) + number(0, 2);
    for (auto const g : groups) {
        out += number(g, 2);
    }
    return out;
}

std::string data_row(std::vector<std::optional<std::string>> const& cells) {
    auto out = number(cells.size(), 2);
    for (auto const& c : cells) {
        out += c ? number(c->size(), 4) + *c : number(0xffffffff, 4);
    }
    return out;
}

std::shared_ptr<row_form> form(std::vector<std::uint32_t> const& types, bool binary = true) {
    auto f = std::make_shared<row_form>();
    for (auto const t : types) {
        f->columns.push_back({"c", t});
    }
    f->binary = binary;
    return f;
}

/// A row on its own, in a block.
class one_row {
public:
    one_row(std::uint32_t oid, std::string const& cell) : rows(form({oid})) {
        auto const body = data_row({cell});
        receive_block block(body.size());
        std::copy(body.begin(), body.end(), block.data());
        REQUIRE(rows.add(block.data(), {block.data(), body.size()}));
        rows.complete(1);
        rows.seal(block, block.data());
    }

    [[nodiscard]] std::string json(type wanted) const {
        auto const format = rows.formatter(0, wanted);
        auto const packed = rows.packed();
        auto const place = packed.place(0, 0);
        std::string text;
        refract::json_buffer out(text);
        REQUIRE(format != nullptr);
        format(out, {packed.bytes + place.at, place.size});
        out.finish();
        return text;
    }

    received_rows rows;
};

std::int64_t pg_microseconds(std::int64_t ms) { return (ms - 946'684'800'000) * 1'000; }

} // namespace

TEST_CASE("postgres::result: binary cells to JSON", "[postgres][result]") {
    struct {
        std::uint32_t oid;
        std::string cell;
        std::string_view expected;
    } const cases[] = {
        {16, number(1, 1), "true"},
        {16, number(0, 1), "false"},
        {21, number(0xfff9, 2), "-7"},
        {23, number(0x80000000, 4), "-2147483648"},
        {20, number(0x8000000000000000U, 8), "-9223372036854775808"},
        {26, number(4294967295, 4), "4294967295"},
        {700, number(0x3f8ccccd, 4), "1.1"},
        {701, number(0x3fefae147ae147aeU, 8), "0.99"},
        {25, "a \"text\"", "\"a \\\"text\\\"\""},
        {1043, "", "\"\""},
        {99999, "RED", "\"RED\""}, // an enum
        {114, "{\"a\": 1}", "{\"a\": 1}"},
        {3802, std::string("\1{\"a\": 1}"), "{\"a\": 1}"},
        {2950, std::string("\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x11"), "\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\""},
        {1114, number(static_cast<std::uint64_t>(pg_microseconds(1582979696789)), 8), "\"2020-02-29T12:34:56.789Z\""},
        {1184, number(static_cast<std::uint64_t>(pg_microseconds(-1)), 8), "\"1969-12-31T23:59:59.999Z\""},
        {1114, number(0x7fffffffffffffffU, 8), "\"infinity\""},
        {1114, number(0x8000000000000000U, 8), "\"-infinity\""},
        {1082, number(0, 4), "\"2000-01-01T00:00:00.000Z\""},
        {1700, numeric({}, 0), "0"},
        {1700, numeric({1}, 0), "1"},
        {1700, numeric({1}, 1), "10000"},
        {1700, numeric({1, 5000}, 0), "1.5"},
        {1700, numeric({9900}, -1), "0.99"},
        {1700, numeric({9900}, -1, 0x4000), "-0.99"},
        {1700, numeric({5}, -3), "0.000000000005"},
        {1700, numeric({12, 34, 56, 78, 90, 1200}, 3), "12003400560078.009012"},
        {1700, numeric({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 4), "10002000300040005.0006000700080009001"},
        {1700, numeric({}, 0, 0xc000), "NaN"},
    };
    for (auto const& c : cases) {
        CAPTURE(c.oid, c.expected);
        one_row const row(c.oid, c.cell);
        CHECK(row.json(type::text) == c.expected);
    }
    CHECK(one_row(25, "{\"a\":[1]}").json(type::json) == "{\"a\":[1]}");
}

TEST_CASE("postgres::result: a number is the same text as JSON and as a cell", "[postgres][result]") {
    for (std::int16_t weight = -4; weight < 8; ++weight) {
        for (std::size_t count = 0; count < 10; ++count) {
            for (std::uint16_t const sign : {std::uint16_t{0}, std::uint16_t{0x4000}}) {
                std::vector<std::uint16_t> groups(count, 1230);
                one_row const row(1700, numeric(groups, weight, count == 0 ? std::uint16_t{0} : sign));
                CHECK(row.json(type::decimal) == row.rows.cell(0, 0).text);
            }
        }
    }
}

TEST_CASE("postgres::result: cells with too few bytes are nobody's memory", "[postgres][result]") {
    for (std::uint32_t const oid : {16U, 17U, 20U, 21U, 23U, 26U, 114U, 700U, 701U, 1082U, 1114U, 1184U, 1700U, 2950U, 3802U, 25U}) {
        for (std::size_t size = 0; size < 20; ++size) {
            CAPTURE(oid, size);
            one_row const row(oid, std::string(size, '\x01'));
            CHECK_FALSE(row.rows.cell(0, 0).is_null());
            if (row.rows.formatter(0, type::text) != nullptr) {
                CHECK(row.json(type::text).size() < 1'000'000);
            }
        }
    }
}

TEST_CASE("postgres::result: a row that is not as described is refused", "[postgres][result]") {
    auto const whole = data_row({"abc", std::nullopt, ""});
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        received_rows rows(form({25, 25, 25}));
        CAPTURE(size);
        auto const body = whole.substr(0, size);
        CHECK(rows.add(body.data(), body) == (size == whole.size()));
    }
    for (auto const& body : {whole + "x", data_row({"abc", ""}), data_row({"a", "b", "c", "d"}), number(3, 2) + number(0x7fffffff, 4),
                             number(3, 2) + number(0xfffffffe, 4) + std::string(20, 'x'), std::string()}) {
        received_rows rows(form({25, 25, 25}));
        CHECK_FALSE(rows.add(body.data(), body));
    }
}

TEST_CASE("postgres::result: rows, nulls and keys", "[postgres][result]") {
    auto const first = data_row({number(7, 4), std::nullopt, std::string(16, '\1')});
    auto const second = data_row({number(8, 4), "x", std::nullopt});
    receive_block block(first.size() + second.size());
    std::copy(first.begin(), first.end(), block.data());
    std::copy(second.begin(), second.end(), block.data() + first.size());
    received_rows rows(form({23, 25, 2950}));
    REQUIRE(rows.add(block.data(), {block.data(), first.size()}));
    REQUIRE(rows.add(block.data(), {block.data() + first.size(), second.size()}));
    rows.complete(2);
    rows.seal(block, block.data());
    CHECK(rows.rows() == 2);
    CHECK(rows.columns() == 3);
    CHECK(rows.affected() == 2);
    CHECK(rows.cell(0, 1).is_null());
    CHECK(rows.packed().place(0, 1).size == db::cell_place::null);
    CHECK(rows.cell(1, 0).number == 8);
    CHECK(rows.cell(1, 1).text == "x");
    CHECK(rows.cell(0, 2).text == "01010101-0101-0101-0101-010101010101");
    CHECK(rows.key(0, 0).number == 7);
    CHECK(rows.key(0, 2).text == std::string(16, '\1'));
    CHECK(rows.key(1, 2).is_null());
}
