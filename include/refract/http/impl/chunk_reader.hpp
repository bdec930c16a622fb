// A chunked body, taken apart by Beast as its bytes arrive.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>

#include <cstddef>
#include <cstdint>
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
    chunk_reader(chunk_reader const&) = delete;
    chunk_reader& operator=(chunk_reader const&) = delete;

    /// Reads on. `bytes` are all that have come and were not used, first of all the head, which parse_head() has accepted.
    REFRACT_DECL state read(std::string_view bytes, std::size_t& used);

    [[nodiscard]] std::string const& body() const { return parser_.get().body(); }

private:
    /// The parser tells it the size of each chunk.
    struct size_sum {
        std::uint64_t bytes = 0;
        void operator()(std::uint64_t size, boost::beast::string_view /*extensions*/, boost::system::error_code& /*failed*/) { bytes += size; }
    };

    std::size_t max_header_bytes_;
    size_sum announced_{}; ///< of the chunks so far, the one under way among them
    boost::beast::http::request_parser<boost::beast::http::string_body> parser_{};
};

} // namespace refract::http::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/chunk_reader.ipp>
#endif
