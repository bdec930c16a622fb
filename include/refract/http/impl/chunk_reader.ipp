#pragma once

#include <refract/http/impl/chunk_reader.hpp>
#include <refract/http/request_head.hpp>

#include <cstdint>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

namespace refract::http::detail {

/// The bytes of `0\r\n\r\n`: no body ends with fewer. With fewer the parser must not look for its end, or Boost 1.81 asserts.
inline constexpr std::size_t least_end_bytes = 5;

REFRACT_DECL chunk_reader::chunk_reader(limits const& bounds) : max_header_bytes_(bounds.max_header_bytes) {
    parser_.header_limit(static_cast<std::uint32_t>(bounds.max_header_bytes));
    parser_.body_limit(bounds.max_body_bytes);
    parser_.on_chunk_header(announced_);
}

REFRACT_DECL chunk_reader::state chunk_reader::read(std::string_view bytes, std::size_t& used) {
    namespace http = boost::beast::http;
    boost::system::error_code failed;
    used = 0;
    if (!parser_.is_header_done()) {
        used = parser_.put(boost::asio::buffer(bytes.data(), bytes.size()), failed);
        if (failed || !parser_.is_header_done()) {
            return state::bad;
        }
        parser_.eager(true);
    }
    if (bytes.size() - used >= least_end_bytes) {
        used += parser_.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), failed);
        if (failed && failed != http::error::need_more) {
            return failed == http::error::body_limit ? state::too_large : state::bad;
        }
    }
    if (parser_.is_done()) {
        return state::done;
    }
    // What is left are too few bytes of a chunk, whatever they are, or a piece of a chunk's head or of a trailer.
    if (body().size() < announced_.bytes) {
        return state::more;
    }
    auto const left = bytes.substr(used);
    return left.size() > max_header_bytes_ || has_bare_line_feed(left) ? state::bad : state::more;
}

} // namespace refract::http::detail
