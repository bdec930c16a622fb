#pragma once

#include <refract/config/database_uri.hpp>
#include <refract/core/text.hpp>

#include <algorithm>
#include <charconv>

namespace refract::config {

namespace detail {

REFRACT_DECL bool is_hex_digit(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Whether the characters may stand in a URI: printable ASCII, percent escapes complete.
REFRACT_DECL bool is_uri_text(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if (byte <= 0x20 || byte >= 0x7F || byte == '"' || byte == '<' || byte == '>' || byte == '\\') {
            return false;
        }
        if (text[i] == '%' && (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2]))) {
            return false;
        }
    }
    return true;
}

/// The text up to `end` (or all of it); removes it and the separator from `rest`.
REFRACT_DECL std::string_view take_until(std::string_view& rest, std::size_t end) noexcept {
    std::string_view const taken = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return taken;
}

/// Source: RFC 3986, section 3.1
REFRACT_DECL bool is_scheme(std::string_view text) noexcept {
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    auto const may_follow = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'; };
    return !text.empty() && is_letter(text.front()) && std::all_of(text.begin(), text.end(), may_follow);
}

/// `host[:port]` or `[address]:port`.
REFRACT_DECL bool read_authority(std::string_view text, database_uri& out) {
    bool const is_address = text.substr(0, 1) == "[";
    std::size_t const bracket = is_address ? text.find(']') : 0;
    std::size_t const colon = bracket == std::string_view::npos ? bracket : text.find(':', bracket);
    std::string_view const host = is_address ? text.substr(1, bracket - 1) : text.substr(0, colon);
    // Behind the bracket there is nothing but the port.
    bool const is_closed = !is_address || (bracket != std::string_view::npos && bracket + 1 == std::min(colon, text.size()));
    if (!is_closed || host.find_first_of("[]") != std::string_view::npos) {
        return false;
    }
    out.host = std::string(host);
    if (colon != std::string_view::npos) {
        std::string_view const port = text.substr(colon + 1);
        auto const read = std::from_chars(port.data(), port.data() + port.size(), out.port);
        if (read.ec != std::errc() || read.ptr != port.data() + port.size() || out.port == 0) {
            return false;
        }
    }
    return !out.host.empty();
}

} // namespace detail

REFRACT_DECL result<database_uri> parse_database_uri(std::string_view text) {
    error const refused{errc::wrong_type, "Not a connection URI like scheme://user:password@host:port/database.", {}};
    std::size_t const scheme_end = text.find("://");
    if (!detail::is_uri_text(text) || scheme_end == std::string_view::npos || !detail::is_scheme(text.substr(0, scheme_end))) {
        return refused;
    }
    database_uri out;
    out.scheme = std::string(text.substr(0, scheme_end));
    std::string_view rest = text.substr(scheme_end + 3);
    std::string_view address = detail::take_until(rest, rest.find_first_of("/?#"));
    std::string_view const after = text.substr(scheme_end + 3 + address.size());
    std::size_t const at = address.rfind('@');
    if (at != std::string_view::npos) {
        std::string_view user = detail::take_until(address, at);
        out.user = std::string(detail::take_until(user, user.find(':')));
        out.password = std::string(user);
    }
    if (!detail::read_authority(address, out)) {
        return refused;
    }
    std::string_view const located = after.substr(0, after.find('#'));
    std::size_t const query = located.find('?');
    std::string_view path = located.substr(0, query);
    if (path.substr(0, 1) == "/") {
        path.remove_prefix(1);
        out.database = std::string(path.substr(0, path.find('/')));
    }
    if (query != std::string_view::npos) {
        for (std::string_view const parameter : split(located.substr(query + 1), '&')) {
            constexpr std::string_view mode = "sslmode=";
            constexpr std::string_view root = "sslrootcert=";
            out.ssl = out.ssl || parameter == "ssl=1";
            if (parameter.substr(0, mode.size()) == mode) {
                out.ssl_mode = std::string(parameter.substr(mode.size()));
            } else if (parameter.substr(0, root.size()) == root) {
                out.ssl_root_cert = std::string(parameter.substr(root.size()));
            }
        }
    }
    return out;
}

} // namespace refract::config
