#pragma once

#include <refract/core/text.hpp>
#include <refract/http/impl/field_name.hpp>
#include <refract/http/request_head.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <system_error>

namespace refract::http {

REFRACT_DECL head_scanner::state head_scanner::scan(std::string_view bytes) noexcept {
    for (; at_ < bytes.size(); ++at_) {
        auto const byte = static_cast<unsigned char>(bytes[at_]);
        if (byte >= 0x20 || byte == '\t') {
            continue;
        }
        if (byte != '\r') {
            return state::bad; // a line feed is stepped over with its carriage return
        }
        // A decision needs the line feed and the first byte of the next line.
        if (at_ + 2 >= bytes.size()) {
            bool const ends = at_ + 1 < bytes.size() && bytes[at_ + 1] != '\n';
            return ends ? state::bad : state::incomplete;
        }
        if (bytes[at_ + 1] != '\n' || bytes[at_ + 2] == ' ' || bytes[at_ + 2] == '\t' || at_ == 0) {
            return state::bad;
        }
        if (bytes[at_ + 2] == '\r') {
            if (at_ + 3 >= bytes.size()) {
                return state::incomplete;
            }
            if (bytes[at_ + 3] != '\n') {
                return state::bad;
            }
            at_ += 4;
            return state::complete;
        }
        ++at_;
    }
    return state::incomplete;
}

REFRACT_DECL int request_line_fault(std::string_view head) noexcept {
    std::string_view const line = head.substr(0, head.find('\r'));
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || line.find(' ', first + 1) != last || first == 0 || last <= first + 1) {
        return 400;
    }
    std::string_view const version = line.substr(last + 1);
    bool const is_http = version.size() >= 8 && version.substr(0, 5) == "HTTP/" &&
                         version.find_first_not_of("0123456789.", 5) == std::string_view::npos;
    if (!is_http) {
        return 400;
    }
    return version == "HTTP/1.1" || version == "HTTP/1.0" ? 0 : 505;
}

REFRACT_DECL bool has_bare_line_feed(std::string_view bytes) noexcept {
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

REFRACT_DECL int head_fault(request const& r, unsigned version) noexcept {
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;
    int fault = 0;
    for (auto const& [name, value] : r.headers) {
        if (detail::is_field(name, "Host")) {
            ++hosts;
        } else if (detail::is_field(name, "Content-Length")) {
            ++lengths;
            if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
                return 400;
            }
        } else if (detail::is_field(name, "Transfer-Encoding")) {
            ++codings;
            if (!equal_ignoring_case(value, "chunked")) {
                return 501;
            }
        } else if (detail::is_field(name, "Content-Encoding") && !value.empty() && !equal_ignoring_case(value, "identity")) {
            fault = fault == 0 ? 415 : fault;
        }
    }
    bool const bad = hosts > 1 || (hosts == 0 && version == 11) || lengths > 1 || codings > 1 || (lengths == 1 && codings == 1) ||
                     (codings == 1 && version == 10) || has_dot_segment(r.segments);
    return bad ? 400 : fault;
}

namespace detail {

/// RFC 9110, section 5.6.2.
REFRACT_DECL bool is_token(std::string_view text) noexcept {
    static constexpr auto token = [] {
        std::array<bool, 256> out{};
        for (unsigned c = 0x21; c < 0x7F; ++c) {
            out[c] = std::string_view("\"(),/:;<=>?@[\\]{}").find(static_cast<char>(c)) == std::string_view::npos;
        }
        return out;
    }();
    bool all = !text.empty();
    for (char const c : text) {
        all = all && token[static_cast<unsigned char>(c)];
    }
    return all;
}

/// No control characters but tabs.
REFRACT_DECL bool is_field_text(std::string_view text) noexcept {
    unsigned bad = 0;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        bad |= (byte < 0x20U && byte != '\t') || byte == 0x7FU ? 1U : 0U;
    }
    return bad == 0;
}

REFRACT_DECL bool is_target(std::string_view text) noexcept {
    unsigned bad = text.empty() ? 1U : 0U;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        bad |= byte <= 0x20U || byte == 0x7FU ? 1U : 0U;
    }
    return bad == 0;
}

REFRACT_DECL std::string_view without_blanks(std::string_view text) noexcept {
    auto const blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

/// Takes the next line without its CR LF; nothing if none ends with them or another CR or LF is in it.
REFRACT_DECL std::optional<std::string_view> take_line(std::string_view& rest) noexcept {
    auto const end = rest.find('\r');
    if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end + 1] != '\n') {
        return std::nullopt;
    }
    auto const line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line;
}

/// Whether a `Connection` is a list of tokens; sets what `close` and `keep-alive` in it say.
REFRACT_DECL bool read_connection(std::string_view value, bool& close, bool& keep_alive) noexcept {
    while (!value.empty()) {
        auto const comma = value.find(',');
        auto const option = without_blanks(value.substr(0, comma));
        if (!option.empty() && !is_token(option)) {
            return false;
        }
        close = close || equal_ignoring_case(option, "close");
        keep_alive = keep_alive || equal_ignoring_case(option, "keep-alive");
        value.remove_prefix(comma == std::string_view::npos ? value.size() : comma + 1);
    }
    return true;
}

/// Lines up to the empty one to headers. False: one of them is no field, or something comes after the empty line.
REFRACT_DECL bool read_fields(std::string_view rest, request& r) {
    r.headers.clear();
    for (;;) {
        auto const line = take_line(rest);
        if (!line) {
            return false;
        }
        if (line->empty()) {
            return rest.empty();
        }
        auto const colon = line->find(':');
        if (colon == std::string_view::npos || !is_token(line->substr(0, colon)) || !is_field_text(line->substr(colon + 1))) {
            return false;
        }
        r.headers.emplace_back(line->substr(0, colon), without_blanks(line->substr(colon + 1)));
    }
}

/// What the fields say about the body and the connection. False: they can't be right.
REFRACT_DECL bool read_framing(request const& r, unsigned version, framing& f) {
    bool close = false;
    bool keep_alive = false;
    f = framing{};
    for (auto const& [name, value] : r.headers) {
        if (is_field(name, "Content-Length")) {
            auto const* const end = value.data() + value.size();
            auto const read = std::from_chars(value.data(), end, f.content_length);
            if (read.ec != std::errc{} || read.ptr != end) {
                return false;
            }
        } else if (is_field(name, "Transfer-Encoding")) {
            f.chunked = true;
        } else if (is_field(name, "Connection") || is_field(name, "Proxy-Connection")) {
            if (!read_connection(value, close, keep_alive)) {
                return false;
            }
        }
    }
    f.keep_alive = version == 11 ? !close : keep_alive;
    return true;
}

} // namespace detail

REFRACT_DECL int parse_head(std::string_view head, limits const& bounds, request& r, framing& f) {
    if (int const fault = request_line_fault(head); fault != 0) {
        return fault;
    }
    auto const line = detail::take_line(head);
    if (!line) {
        return 400;
    }
    if (line->size() > bounds.max_request_line_bytes) {
        return 414;
    }
    auto const first = line->find(' ');
    auto const last = line->rfind(' ');
    r.method = line->substr(0, first);
    r.target = line->substr(first + 1, last - first - 1);
    unsigned const version = line->back() == '1' ? 11 : 10;
    if (!detail::is_token(r.method) || !detail::is_target(r.target) || !detail::read_fields(head, r) ||
        !detail::read_framing(r, version, f)) {
        return 400;
    }
    split_target(r.target, r.segments);
    int const fault = head_fault(r, version);
    if (fault == 400 || fault == 501) {
        return fault;
    }
    return r.headers.size() > bounds.max_header_fields ? 431 : f.content_length > bounds.max_body_bytes ? 413 : fault;
}

} // namespace refract::http
