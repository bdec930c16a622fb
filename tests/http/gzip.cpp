// Test that the header is self-contained.
#include <refract/http/gzip.hpp>

#include <catch2/catch.hpp>
#include <zlib.h>

using namespace refract;

namespace {

std::string unzipped(std::string const& bytes) {
    std::string out(1U << 20U, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

} // namespace

TEST_CASE("wants_gzip: codings and weights", "[http][gzip]") {
    for (char const* const text : {"gzip", "GZIP", "deflate, gzip", "gzip;q=0.5", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "x-gzip", " gzip ; q=1 ",
                                   "gzip, identity;q=0.5", "identity;q=0, *", "gzip;q=0.001"}) {
        INFO(text);
        CHECK(http::wants_gzip(text));
    }
    for (char const* const text : {"", "identity", "gzip;q=0", "gzip;q=0.000", "deflate, br", "*;q=0", "gzip;q=0, *", "gzip;q=0.4, identity;q=0.5",
                                   "gzip;q=2", "gzip;q=1.001", "gzip;q=", "gzip;q=0.0001", "gzip;level=1", "gzipped", ";", "gzip;q=-1"}) {
        INFO(text);
        CHECK_FALSE(http::wants_gzip(text));
    }
}

TEST_CASE("gzip: comes back as it was", "[http][gzip]") {
    std::string json = "[";
    for (int i = 0; i < 5'000; ++i) {
        json += "{\"name\":\"" + std::to_string(i) + "\"},";
    }
    for (std::string const& text : {std::string(), std::string("a"), json, std::string("\0\xff", 2)}) {
        auto const small = http::gzip(text);
        REQUIRE(small);
        CHECK(unzipped(*small) == text);
    }
    CHECK(http::gzip(json)->size() < json.size() / 4);
}
