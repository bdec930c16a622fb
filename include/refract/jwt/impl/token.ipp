#pragma once

#include <refract/core/text.hpp>
#include <refract/jwt/base64url.hpp>
#include <refract/jwt/token.hpp>

#include <set>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>

namespace refract::jwt {

namespace detail {

REFRACT_DECL error malformed(char const* message) { return error{errc::malformed_token, message, {}}; }

/// The end of the JSON string that starts at `at`. `json` is known to be valid.
REFRACT_DECL std::size_t string_end(std::string_view json, std::size_t at) noexcept {
    for (++at; json[at] != '"'; ++at) {
        at += json[at] == '\\' ? 1U : 0U;
    }
    return at + 1;
}

/// Whether no object in `json` has a name twice. `json` is known to be valid: a JSON value keeps only the last of them.
REFRACT_DECL bool has_unique_names(std::string_view json) {
    std::vector<std::set<std::string>> open; // the names of each object or (unused) array around the place
    for (std::size_t at = 0; at < json.size(); ++at) {
        switch (json[at]) {
        case '{':
        case '[': open.emplace_back(); break;
        case '}':
        case ']': open.pop_back(); break;
        case '"': {
            std::size_t const end = string_end(json, at);
            std::size_t const next = json.find_first_not_of(" \t\r\n", end);
            if (next != std::string_view::npos && json[next] == ':') {
                auto const name = boost::json::parse(boost::json::string_view(json.data() + at, end - at));
                if (!open.back().insert(std::string(name.as_string())).second) {
                    return false;
                }
            }
            at = end - 1;
            break;
        }
        default: break;
        }
    }
    return true;
}

REFRACT_DECL result<boost::json::object> parse_unique_object(std::string_view json) {
    boost::json::parse_options options;
    options.max_depth = max_claims_depth;
    boost::json::error_code failed;
    auto value = boost::json::parse(boost::json::string_view(json.data(), json.size()), failed, {}, options);
    if (failed || !value.is_object()) {
        return malformed("A part of the token is not a JSON object.");
    }
    if (!has_unique_names(json)) {
        return malformed("A part of the token has the same name twice.");
    }
    return std::move(value.as_object());
}

REFRACT_DECL result<void> check_header(boost::json::object const& header) {
    auto const* const alg = header.if_contains("alg");
    if (alg == nullptr || !alg->is_string()) {
        return malformed("The token's header names no algorithm.");
    }
    for (char const* const name : {"crit", "b64", "zip"}) {
        if (header.contains(name)) {
            return malformed("The token uses an extension that is not supported.");
        }
    }
    if (auto const* const typ = header.if_contains("typ")) {
        auto const* const text = typ->if_string();
        if (text == nullptr || !equal_ignoring_case({text->data(), text->size()}, "JWT")) {
            return malformed("The token is of another type than JWT.");
        }
    }
    return {};
}

} // namespace detail

REFRACT_DECL result<boost::json::object> parse_claims(std::string_view json) { return detail::parse_unique_object(json); }

REFRACT_DECL result<sealed_token> parse_sealed(std::string_view text) {
    if (text.size() > max_token_bytes) {
        return error{errc::limit_exceeded, "The token is too long.", {}};
    }
    auto const first = text.find('.');
    auto const second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos || first == 0 ||
        second == first + 1 || second + 1 == text.size()) {
        return detail::malformed("A token has three parts separated by dots.");
    }
    auto header = decode_base64url(text.substr(0, first));
    auto claims = decode_base64url(text.substr(first + 1, second - first - 1));
    auto signature = decode_base64url(text.substr(second + 1));
    if (!header || !claims || !signature) {
        return detail::malformed("A part of the token is not base64url.");
    }
    auto fields = detail::parse_unique_object(*header);
    if (!fields) {
        return fields.failure();
    }
    if (auto const checked = detail::check_header(*fields); !checked) {
        return checked.failure();
    }
    sealed_token sealed;
    sealed.header = std::move(*fields);
    sealed.claims_json = std::move(*claims);
    sealed.signing_input = text.substr(0, second);
    sealed.signature = std::move(*signature);
    return sealed;
}

REFRACT_DECL result<token> parse_token(std::string_view text) {
    auto sealed = parse_sealed(text);
    if (!sealed) {
        return sealed.failure();
    }
    auto claims = parse_claims(sealed->claims_json);
    if (!claims) {
        return claims.failure();
    }
    token parsed;
    parsed.header = std::move(sealed->header);
    parsed.claims = std::move(*claims);
    parsed.signing_input = sealed->signing_input;
    parsed.signature = std::move(sealed->signature);
    return parsed;
}

} // namespace refract::jwt
