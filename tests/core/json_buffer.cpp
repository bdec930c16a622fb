// Test that the header is self-contained.
#include <refract/core/json_buffer.hpp>

#include <refract/core/number.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

using namespace refract;

namespace {

template <class Write> std::string written(Write write, std::string start = "") {
    {
        json_buffer out(start);
        write(out);
    }
    return start;
}

} // namespace

TEST_CASE("core::json_buffer: text is what append_json_string() writes", "[core][json_buffer]") {
    for (std::size_t size = 0; size < 70; ++size) {
        std::string const plain(size, 'x');
        CHECK(written([&](json_buffer& out) { out.text(plain); }) == json_string(plain));
        for (std::size_t at = 0; at < size; ++at) {
            for (char const c : {'"', '\\', '\n', '\x1f', '\0', ' ', '!', '#', '[', ']', '\x7f', '\x80', '\xa0', '\xa2', '\xdc', '\xff'}) {
                std::string text = plain;
                text[at] = c;
                if (written([&](json_buffer& out) { out.text(text); }) != json_string(text)) {
                    FAIL(size << " bytes, at " << at << ": " << static_cast<int>(c));
                }
            }
        }
    }
}

TEST_CASE("core::json_buffer: numbers are what append_json_number() writes", "[core][json_buffer]") {
    auto const same = [](double d) {
        std::string expected;
        append_json_number(expected, d);
        CAPTURE(expected);
        CHECK(written([&](json_buffer& out) { out.number(d); }) == expected);
    };
    for (double const d : {0.0, -0.0, 1.0, -1.0, 0.99, 1.5, -0.1, 0.3, 1e-7, 1e15, 999999999999999.0, 1e16, 1e22, 1e300, 5e-324, 123456.789, 0.1 + 0.2,
                           std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity(),
                           std::numeric_limits<double>::quiet_NaN(), -12345678.12345678, 0.00000001, 99999999999999.9}) {
        same(d);
    }
    std::mt19937_64 random(7);
    for (int i = 0; i < 20'000; ++i) {
        auto const digits = static_cast<double>(static_cast<std::int64_t>(random() % 2'000'000'000'000) - 1'000'000'000'000);
        same(digits / 1e2);
        same(digits / 1e3);
        same(digits / 1e7);
        same(digits / 3);
    }
}

TEST_CASE("core::json_buffer: date-times are what append_date_time() writes", "[core][json_buffer]") {
    auto const same = [](std::int64_t ms) {
        auto const expected = '"' + format_date_time(ms) + '"';
        if (written([&](json_buffer& out) { out.date_time(ms); }) != expected) {
            FAIL(expected);
        }
    };
    for (std::int64_t const ms : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{951'782'400'000}, std::int64_t{-62'167'219'200'000},
                                  std::int64_t{-62'167'219'200'001}, std::int64_t{253'402'300'799'999}, std::int64_t{253'402'300'800'000}}) {
        same(ms);
    }
    // Every day of more than 400 years, and all there are in steps that hit no regular hour.
    for (std::int64_t day = 0; day < 150'000; ++day) {
        same(-62'167'219'200'000 + day * 86'400'000 + 43'200'123);
    }
    for (std::int64_t ms = -62'167'219'200'000; ms < 253'402'300'800'000; ms += 1'234'567'891) {
        same(ms);
    }
}

TEST_CASE("core::json_buffer: writes behind what is there, and takes back", "[core][json_buffer]") {
    CHECK(written([](json_buffer&) {}, "kept") == "kept");
    auto const text = written(
        [](json_buffer& out) {
            out.raw('[');
            out.integer(std::numeric_limits<std::int64_t>::min());
            out.raw(",");
            auto const size = out.size();
            out.raw(std::string(10'000, 'x'));
            CHECK(out.written(size).size() == 10'000);
            out.shrink(size);
            out.raw("1,");
            out.replace_last(']');
        },
        "a:"
    );
    CHECK(text == "a:[-9223372036854775808,1]");
}
