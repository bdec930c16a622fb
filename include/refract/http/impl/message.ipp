#pragma once

#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/http/message.hpp>

namespace refract::http {

REFRACT_DECL std::optional<std::string_view> request::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers) {
        if (equal_ignoring_case(key, name)) {
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

REFRACT_DECL std::vector<std::string> split_target(std::string_view target) {
    target = target.substr(0, target.find_first_of("?#"));
    auto const scheme = target.find("://");
    if (!target.empty() && target.front() != '/' && scheme != std::string_view::npos) {
        auto const path = target.find('/', scheme + 3);
        target = path == std::string_view::npos ? std::string_view() : target.substr(path);
    }
    std::vector<std::string> segments;
    std::size_t start = 0;
    while (start < target.size()) {
        std::size_t end = target.find('/', start);
        end = end == std::string_view::npos ? target.size() : end;
        if (end > start) {
            segments.emplace_back(target.substr(start, end - start));
        }
        start = end + 1;
    }
    return segments;
}

REFRACT_DECL bool has_dot_segment(std::vector<std::string> const& segments) noexcept {
    for (auto const& segment : segments) {
        std::string_view rest = segment;
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

REFRACT_DECL void append_head(std::string& out, response const& r, head_options const& options) {
    auto const add = [&out](std::string_view name, std::string_view value) {
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    };
    out += "HTTP/1.1 ";
    out += std::to_string(r.status);
    out += ' ';
    out += reason_phrase(r.status);
    out += "\r\n";
    if (!r.content_type.empty()) {
        add("Content-Type", r.content_type);
    }
    add("Content-Length", std::to_string(r.body.size()));
    if (!options.date.empty()) {
        add("Date", options.date);
    }
    if (!options.request_id.empty()) {
        add("Request-Id", options.request_id);
    }
    if (!options.origin.empty()) {
        add("Access-Control-Allow-Origin", options.origin);
        add("Access-Control-Allow-Credentials", "true");
        add("Vary", "Origin");
    }
    for (auto const& [name, value] : r.headers) {
        add(name, value);
    }
    if (!options.keep_alive) {
        add("Connection", "close");
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
