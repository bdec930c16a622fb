// Strict checks on the head of a request: what makes two servers disagree on where a request ends is refused.
// See: http/server.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/http/message.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refract::http {

/// Looks for the end of a request's head in bytes that arrive piece by piece.
///
/// Shape: only CR LF ends a line; control characters, folded lines and CR or LF alone make the head bad at once, so that
/// nobody waits for the end of something that is not HTTP.
/// Cost: each byte is looked at once.
/// Source: RFC 9112, section 2.2 and 5.2
class head_scanner {
public:
    enum class state : std::uint8_t {
        incomplete, ///< more bytes are needed
        complete,   ///< size() bytes are the head
        bad,        ///< no HTTP request
    };

    /// `bytes` are all bytes from the start of the head; those of earlier calls are not looked at again.
    REFRACT_DECL state scan(std::string_view bytes) noexcept;

    /// The size of the head with its empty line.
    [[nodiscard]] std::size_t size() const noexcept { return at_; }

private:
    std::size_t at_ = 0;
};

/// What is wrong with the request line: 0, or the status to answer with.
///
/// Shape: `head` starts with `method SP target SP HTTP/d.d CR LF`, single spaces; another version than 1.0 and 1.1 is 505,
/// everything else that does not fit 400.
/// Source: RFC 9112, section 3
REFRACT_DECL int request_line_fault(std::string_view head) noexcept;

/// Whether a line feed stands without its carriage return.
REFRACT_DECL bool has_bare_line_feed(std::string_view bytes) noexcept;

/// What is wrong with a parsed head: 0, or the status to answer with.
///
/// Shape: exactly one `Host` in 1.1; `Transfer-Encoding` exactly `chunked` (else 501), once and
/// not together with `Content-Length`; one `Content-Length` of digits; no content coding (415); no dot segments in the path.
/// Units: `version` is 10 for HTTP/1.0, 11 for HTTP/1.1.
/// Source: RFC 9112, section 3.2 and 6; RFC 9110, section 7.2 and 8.4
REFRACT_DECL int head_fault(request const& r, unsigned version) noexcept;

/// How the bytes of a request are laid out, by its head.
struct framing {
    bool keep_alive = true;          ///< another request may follow
    bool chunked = false;            ///< the body is chunked; else it is `content_length` bytes
    std::uint64_t content_length = 0;
};

/// Takes a head apart, from its request line to its empty line: 0, or the status to answer with.
///
/// Shape: `r`'s method, target, segments and headers refer to `head`; body and id are left alone. Names are tokens directly
/// before their colon, values hold no control characters but tabs, blanks around them are dropped. Whatever else
/// request_line_fault() and head_fault() name is refused too, and a `Connection` that is no list of tokens. A body larger than
/// `max_body_bytes` is 413, a first line longer than `max_request_line_bytes` 414, more than `max_header_fields` 431.
/// Cost: each byte is looked at a few times; memory only where `r` has too little.
/// Source: RFC 9112, section 2 to 6; RFC 9110, section 5 and 7.6.1
REFRACT_DECL int parse_head(std::string_view head, limits const& bounds, request& r, framing& f);

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/request_head.ipp>
#endif
