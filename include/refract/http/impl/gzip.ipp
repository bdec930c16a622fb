#pragma once

#include <refract/core/text.hpp>
#include <refract/http/gzip.hpp>

#include <limits>

#include <zlib.h>

namespace refract::http {

namespace detail {

/// A weight in thousandths; nothing if it is none.
/// Source: RFC 9110, section 12.4.2: `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`
REFRACT_DECL std::optional<int> weight_of(std::string_view q) noexcept {
    if (q.empty() || (q[0] != '0' && q[0] != '1') || q.size() > 5 || (q.size() > 1 && q[1] != '.')) {
        return std::nullopt;
    }
    int value = q[0] - '0';
    for (std::size_t i = 2; i < 5; ++i) {
        char const digit = i < q.size() ? q[i] : '0';
        if (digit < '0' || digit > '9') {
            return std::nullopt;
        }
        value = value * 10 + (digit - '0');
    }
    return value <= 1000 ? std::optional(value) : std::nullopt;
}

/// The weight of one element of the list: 1000 if it has none.
REFRACT_DECL std::optional<int> element_weight(std::string_view parameters) noexcept {
    auto const text = trimmed(parameters);
    if (text.empty()) {
        return 1000;
    }
    bool const is_weight = text.size() > 2 && (text[0] == 'q' || text[0] == 'Q') && text[1] == '=';
    return is_weight ? weight_of(text.substr(2)) : std::nullopt;
}

} // namespace detail

REFRACT_DECL bool wants_gzip(std::string_view accept_encoding) noexcept {
    std::optional<int> gzip;
    std::optional<int> any;
    std::optional<int> identity;
    while (!accept_encoding.empty()) {
        auto const comma = accept_encoding.find(',');
        auto const element = accept_encoding.substr(0, comma);
        accept_encoding.remove_prefix(comma == std::string_view::npos ? accept_encoding.size() : comma + 1);
        auto const semicolon = element.find(';');
        auto const coding = trimmed(element.substr(0, semicolon));
        auto const weight = detail::element_weight(semicolon == std::string_view::npos ? std::string_view() : element.substr(semicolon + 1));
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
