#pragma once

#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/http/impl/field_name.hpp>
#include <refract/http/message.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace refract::http {

REFRACT_DECL std::optional<std::string_view> request::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers) {
        if (detail::is_field(key, name)) {
            return value;
        }
    }
    return std::nullopt;
}

REFRACT_DECL response text_response(int status, std::string text) {
    response out;
    out.status = status;
    out.content_type = "text/plain; charset=UTF-8";
    out.body = std::move(text);
    return out;
}

REFRACT_DECL void split_target(std::string_view target, std::vector<std::string_view>& to) {
    to.clear();
    target = target.substr(0, target.find_first_of("?#"));
    auto const scheme = target.find("://");
    if (!target.empty() && target.front() != '/' && scheme != std::string_view::npos) {
        auto const path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? std::string_view() : target.substr(path);
    }
    std::size_t start = 0;
    while (start < target.size()) {
        std::size_t end = target.find('/', start);
        end = end == std::string_view::npos ? target.size() : end;
        if (end > start) {
            to.push_back(target.substr(start, end - start));
        }
        start = end + 1;
    }
}

REFRACT_DECL bool has_dot_segment(std::vector<std::string_view> const& segments) noexcept {
    for (std::string_view rest : segments) {
        std::size_t dots = 0;
        while (!rest.empty()) {
            std::size_t const dot = rest.front() == '.' ? 1U : (equal_ignoring_case(rest.substr(0, 3), "%2e") ? 3U : 0U);
            if (dot == 0) {
                break;
            }
            rest.remove_prefix(dot);
            ++dots;
        }
        if (rest.empty() && dots <= 2) {
            return true;
        }
    }
    return false;
}

REFRACT_DECL std::string_view reason_phrase(int status) noexcept {
    switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

namespace detail {

REFRACT_DECL void append_number(std::string& out, std::uint64_t n) {
    char digits[20];
    auto const end = std::to_chars(digits, digits + sizeof digits, n).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

REFRACT_DECL void append_field(std::string& out, std::string_view name, std::string_view value) {
    auto const at = out.size();
    out.resize(at + name.size() + value.size() + 4); // one step instead of four
    char* to = out.data() + at;
    to = std::copy(name.begin(), name.end(), to);
    to = std::copy_n(": ", 2, to);
    to = std::copy(value.begin(), value.end(), to);
    std::copy_n("\r\n", 2, to);
}

} // namespace detail

REFRACT_DECL void append_head(std::string& out, response const& r, head_options const& options) {
    if (r.status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
    } else {
        out += "HTTP/1.1 ";
        detail::append_number(out, static_cast<std::uint64_t>(r.status));
        out += ' ';
        out += reason_phrase(r.status);
        out += "\r\n";
    }
    if (!r.content_type.empty()) {
        detail::append_field(out, "Content-Type", r.content_type);
    }
    out += "Content-Length: ";
    detail::append_number(out, options.zipped_bytes.value_or(r.bytes().size()));
    out += "\r\n";
    if (options.zipped_bytes) {
        detail::append_field(out, "Content-Encoding", "gzip");
        detail::append_field(out, "Vary", "Accept-Encoding");
    }
    if (!options.date.empty()) {
        detail::append_field(out, "Date", options.date);
    }
    if (!options.request_id.empty()) {
        detail::append_field(out, "Request-Id", options.request_id);
    }
    if (!options.origin.empty()) {
        detail::append_field(out, "Access-Control-Allow-Origin", options.origin);
        detail::append_field(out, "Access-Control-Allow-Credentials", "true");
        detail::append_field(out, "Vary", "Origin");
    }
    for (auto const& [name, value] : r.headers) {
        detail::append_field(out, name, value);
    }
    if (!options.keep_alive) {
        detail::append_field(out, "Connection", "close");
    }
    out += "\r\n";
}

REFRACT_DECL std::string http_date(long long seconds) {
    constexpr std::string_view weekdays = "ThuFriSatSunMonTueWed"; // 1970-01-01 was a Thursday
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::string const iso = format_date_time(seconds * 1000); // 1994-11-06T08:49:37.000Z
    auto const days = static_cast<std::size_t>(((seconds / 86'400) % 7 + 7) % 7);
    auto const month = static_cast<std::size_t>((iso[5] - '0') * 10 + (iso[6] - '0') - 1);
    std::string out(weekdays.substr(days * 3, 3));
    out += ", " + iso.substr(8, 2) + " ";
    out += months.substr(month * 3, 3);
    out += " " + iso.substr(0, 4) + " " + iso.substr(11, 8) + " GMT";
    return out;
}

} // namespace refract::http
