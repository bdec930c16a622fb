// A request as a handler sees it, and its response.
// See: http/server.hpp.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::http {

/// A request. Everything but `id` refers to the connection's buffers: valid until the handler is done.
struct request {
    std::string_view method{};
    std::string_view target{};                                             ///< as it was sent, with its query
    std::vector<std::string_view> segments{};                              ///< of the target's path, see split_target()
    std::vector<std::pair<std::string_view, std::string_view>> headers{};  ///< in the order of the request
    std::string_view body{};
    std::string id{};                                                      ///< the value of the answer's `Request-Id`

    /// The value of the first header of that name, in any case of its letters.
    REFRACT_DECL std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// A response. The server adds length, date, request id, connection and CORS headers.
struct response {
    int status = 200;
    std::string_view content_type = "application/json"; ///< a text that is always there, a literal; none if empty
    std::string body{};
    std::shared_ptr<std::string const> shared_body{};   ///< sent instead of `body` if there is one: an answer kept for many requests
    std::vector<std::pair<std::string, std::string>> headers{}; ///< names and values without CR and LF

    [[nodiscard]] std::string_view bytes() const noexcept { return shared_body ? *shared_body : body; }
};

/// A response of plain text.
REFRACT_DECL response text_response(int status, std::string text);

/// The path's segments: split on `/`, empty ones dropped, nothing decoded, the query and scheme and host left out.
/// Shape: they refer to `target`; `to` is overwritten.
REFRACT_DECL void split_target(std::string_view target, std::vector<std::string_view>& to);

/// Whether a segment of the path is `.` or `..`, percent-encoded or not.
REFRACT_DECL bool has_dot_segment(std::vector<std::string_view> const& segments) noexcept;

/// The registered text of a status code.
REFRACT_DECL std::string_view reason_phrase(int status) noexcept;

/// What the server knows about an answer apart from the response itself.
struct head_options {
    bool keep_alive = true;
    std::string_view request_id{}; ///< no header if empty
    std::string_view origin{};     ///< the request's `Origin`: CORS headers echo it
    std::string_view date{};       ///< no header if empty
    std::optional<std::size_t> zipped_bytes{}; ///< the body is sent compressed, with this length
};

/// Appends the status line and all headers of a response, up to and including the empty line.
/// Source: RFC 9112, section 4 and 5; CORS as the original's (`akka-http-cors`): the origin is echoed, not `*`.
REFRACT_DECL void append_head(std::string& out, response const& r, head_options const& options);

/// `Sun, 06 Nov 1994 08:49:37 GMT`. Units: seconds since 1970.
REFRACT_DECL std::string http_date(long long seconds);

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/message.ipp>
#endif
