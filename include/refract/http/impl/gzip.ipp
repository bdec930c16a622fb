#pragma once

#include <refract/core/text.hpp>
#include <refract/http/gzip.hpp>
#include <refract/http/impl/weight.hpp>

#include <limits>

#include <zlib.h>

namespace refract::http {

REFRACT_DECL bool wants_gzip(std::string_view accept_encoding) noexcept {
    std::optional<int> gzip;
    std::optional<int> any;
    std::optional<int> identity;
    while (!accept_encoding.empty()) {
        auto const [coding, parameters] = detail::take_element(accept_encoding);
        auto const weight = detail::element_weight(parameters);
        if (!weight) {
            return false;
        }
        if (equal_ignoring_case(coding, "gzip") || equal_ignoring_case(coding, "x-gzip")) {
            gzip = weight;
        } else if (coding == "*") {
            any = weight;
        } else if (equal_ignoring_case(coding, "identity")) {
            identity = weight;
        }
    }
    int const wanted = gzip.value_or(any.value_or(0));
    return wanted > 0 && wanted >= identity.value_or(0);
}

REFRACT_DECL std::optional<std::string> gzip(std::string_view bytes) {
    constexpr int gzip_format = 15 + 16; // the largest window, and a gzip head and tail
    z_stream stream{};
    if (bytes.size() > std::numeric_limits<uInt>::max() || deflateInit2(&stream, 1, Z_DEFLATED, gzip_format, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return std::nullopt;
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // zlib's type; it only reads
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    int const ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return ended == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace refract::http
