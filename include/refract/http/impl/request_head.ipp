#pragma once

#include <refract/core/text.hpp>
#include <refract/http/request_head.hpp>

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
    int fault = r.headers.size() > max_header_fields ? 431 : 0;
    for (auto const& [name, value] : r.headers) {
        if (equal_ignoring_case(name, "Host")) {
            ++hosts;
        } else if (equal_ignoring_case(name, "Content-Length")) {
            ++lengths;
            if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
                return 400;
            }
        } else if (equal_ignoring_case(name, "Transfer-Encoding")) {
            ++codings;
            if (!equal_ignoring_case(value, "chunked")) {
                return 501;
            }
        } else if (equal_ignoring_case(name, "Content-Encoding") && !value.empty() && !equal_ignoring_case(value, "identity")) {
            fault = fault == 0 ? 415 : fault;
        }
    }
    bool const bad = hosts > 1 || (hosts == 0 && version == 11) || lengths > 1 || codings > 1 || (lengths == 1 && codings == 1) ||
                     (codings == 1 && version == 10) || has_dot_segment(r.segments);
    return bad ? 400 : fault;
}

} // namespace refract::http
