// A chunked body, taken apart by Beast as its bytes arrive.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace refract::http::detail {

/// Reads one chunked body. Beast wants to see the head too.
class chunk_reader {
public:
    enum class state {
        more,     ///< more bytes are needed
        done,     ///< body() is all of it; what was not used belongs to the next request
        bad,      ///< no chunked body
        too_large ///< beyond limits::max_body_bytes
    };

    REFRACT_DECL explicit chunk_reader(limits const& bounds);

    /// Reads on. `bytes` are all that have come and were not used, first of all the head, which parse_head() has accepted.
    REFRACT_DECL state read(std::string_view bytes, std::size_t& used);

    [[nodiscard]] std::string const& body() const { return parser_.get().body(); }

private:
    std::size_t max_header_bytes_;
    boost::beast::http::request_parser<boost::beast::http::string_body> parser_{};
};

} // namespace refract::http::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/chunk_reader.ipp>
#endif
