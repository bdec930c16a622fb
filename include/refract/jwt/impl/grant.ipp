#pragma once

#include <refract/core/text.hpp>
#include <refract/jwt/grant.hpp>
#include <refract/jwt/verified_tokens.hpp>
#include <refract/jwt/verify.hpp>

#include <memory>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace refract::jwt {

namespace detail {

/// A client's bytes in a message: as they are if they are UTF-8.
REFRACT_DECL std::string quotable(std::string_view text) {
    if (is_valid_utf8(text)) {
        return std::string(text);
    }
    std::string out(text);
    for (char& c : out) {
        c = static_cast<unsigned char>(c) < 0x80 ? c : '?';
    }
    return out;
}

/// The number of parts as java.lang.String.split counts them: empty ones at the end don't count.
REFRACT_DECL std::vector<std::string_view> java_split(std::string_view text, char separator) {
    auto parts = split(text, separator);
    while (parts.size() > 1 && parts.back().empty()) {
        parts.pop_back();
    }
    return parts;
}

/// What the original says when a token can't be decoded; its own words wherever they are known.
REFRACT_DECL std::string decode_message(std::string_view token, error const& e) {
    if (e.code == errc::malformed_token) {
        auto const parts = java_split(token, '.').size();
        if (parts != 2 && parts != 3) {
            return "Expected token [" + quotable(token) + "] to be composed of 2 or 3 parts separated by dots.";
        }
        if (parts == 2) {
            return "No signature found inside the token while trying to verify it with a key.";
        }
    }
    if (e.code == errc::bad_signature || e.code == errc::unsupported_algorithm) {
        return "Invalid signature for this token or wrong algorithm.";
    }
    return e.message;
}

/// A PEM text with the line ends it has lost on its way through an environment variable. Any other text is returned as it is.
REFRACT_DECL std::string with_line_ends(std::string_view pem) {
    constexpr std::string_view dashes = "-----";
    auto const begin = pem.find("-----BEGIN ");
    auto const body = begin == std::string_view::npos ? begin : pem.find(dashes, begin + dashes.size());
    auto const end = body == std::string_view::npos ? body : pem.find("-----END ", body + dashes.size());
    if (end == std::string_view::npos) {
        return std::string(pem);
    }
    auto const content = body + dashes.size();
    std::string letters;
    for (std::size_t i = content; i < end; ++i) {
        if (pem[i] == '\\') {
            ++i; // `\n`, `\r`
        } else if (static_cast<unsigned char>(pem[i]) > ' ') {
            letters += pem[i];
        }
    }
    std::string out(pem.substr(begin, content - begin));
    for (std::size_t i = 0; i < letters.size(); i += 64) {
        out += '\n' + letters.substr(i, 64);
    }
    auto const closing = pem.find(dashes, end + dashes.size());
    auto const length = closing == std::string_view::npos ? closing : closing + dashes.size() - end;
    return out + '\n' + std::string(pem.substr(end, length)) + '\n';
}

REFRACT_DECL bool fits(std::string_view pattern, std::string_view name) noexcept { return pattern == "*" || pattern == name; }

REFRACT_DECL verify_options original_options() noexcept {
    verify_options options;
    options.refuse_future_issue = false;
    return options;
}

REFRACT_DECL result<std::optional<double>> numeric_date(boost::json::object const& claims, char const* name); // of verify.ipp

/// A token signed with `k` and valid now, from what is known of it if it was verified before. Errors: as verify().
REFRACT_DECL result<std::shared_ptr<verified_token const>> verify_once(std::string_view token, key const& k, std::int64_t now_seconds) {
    if (auto known = k.verified().find(token); known && known->valid_at(now_seconds)) {
        return known;
    }
    auto const claims = verify(token, k, now_seconds, original_options());
    if (!claims) {
        return claims.failure();
    }
    verified_token fresh{.grants = parse_grants(*claims)};
    fresh.starts = numeric_date(*claims, "nbf").value().value_or(fresh.starts);
    fresh.expires = numeric_date(*claims, "exp").value().value_or(fresh.expires);
    auto kept = std::make_shared<verified_token const>(std::move(fresh));
    k.verified().keep(token, kept);
    return kept;
}

} // namespace detail

REFRACT_DECL std::string_view bearer_token(std::string_view authorization) noexcept {
    constexpr std::string_view prefix = "Bearer ";
    return authorization.substr(0, prefix.size()) == prefix ? authorization.substr(prefix.size()) : authorization;
}

REFRACT_DECL result<key> management_key(std::string_view secret) {
    key_options options;
    options.allow_weak_keys = true;
    return key::from_secret(algorithm::hs256, secret, options);
}

REFRACT_DECL result<key> management_public_key(std::string_view pem) {
    key_options options;
    options.allow_weak_keys = true;
    return key::from_pem(algorithm::rs256, detail::with_line_ends(pem), options);
}

REFRACT_DECL result<std::vector<grant>> parse_grants(boost::json::object const& claims) {
    error const unreadable{errc::invalid_claim, "Failed to parse token data", {}};
    auto const* const list = claims.if_contains("grants");
    auto const* const exp = claims.if_contains("exp");
    if (list == nullptr || !list->is_array() || exp == nullptr || !exp->is_number()) {
        return unreadable;
    }
    std::vector<grant> grants;
    for (auto const& item : list->get_array()) {
        auto const* const fields = item.if_object();
        auto const* const target = fields != nullptr ? fields->if_contains("target") : nullptr;
        auto const* const action = fields != nullptr ? fields->if_contains("action") : nullptr;
        if (target == nullptr || !target->is_string() || action == nullptr || !action->is_string()) {
            return unreadable;
        }
        grants.push_back(grant{std::string(target->get_string()), std::string(action->get_string())});
    }
    return grants;
}

REFRACT_DECL result<void, grant_failure> check_grants(std::vector<grant> const& grants, std::string_view service,
                                                      std::string_view stage) {
    for (grant const& g : grants) {
        auto const slash = g.target.find('/');
        bool const is_plain = slash != std::string::npos && slash != 0 && slash + 1 < g.target.size() &&
                              g.target.find('/', slash + 1) == std::string::npos;
        if (is_plain) {
            std::string_view const target = g.target;
            if (detail::fits(target.substr(0, slash), service) && detail::fits(target.substr(slash + 1), stage)) {
                return {};
            }
            continue;
        }
        auto const parts = detail::java_split(g.target, '/');
        if (parts.size() != 2) {
            std::string list;
            for (auto const part : parts) {
                list += (list.empty() ? "" : ", ") + std::string(part);
            }
            return grant_failure{3015, "Contained invalid grant 'Vector(" + list + ")'"};
        }
        if (parts[0].empty() || parts[1].empty()) {
            return grant_failure{3015, "Both service and stage must be defined in grant 'TokenGrant(" + g.target + "," +
                                           g.action + ")'"};
        }
        if (detail::fits(parts[0], service) && detail::fits(parts[1], stage)) {
            return {};
        }
    }
    return grant_failure{3015,
                         "Token contained " + std::to_string(grants.size()) + " grants but none satisfied the request."};
}

REFRACT_DECL result<void, grant_failure> check_management_token(std::optional<std::string_view> authorization, key const& k,
                                                                std::string_view service, std::string_view stage,
                                                                std::int64_t now_seconds) {
    if (!authorization) {
        return grant_failure{3015, "'Authorization' header not provided"};
    }
    std::string_view const token = bearer_token(*authorization);
    auto const verified = detail::verify_once(token, k, now_seconds);
    if (!verified) {
        return grant_failure{3015, "Token can't be decoded: " + detail::decode_message(token, verified.failure())};
    }
    auto const& grants = (*verified)->grants;
    if (!grants) {
        return grant_failure{3015, grants.failure().message};
    }
    return check_grants(*grants, service, stage);
}

REFRACT_DECL result<void, grant_failure> check_management_token(std::optional<std::string_view> authorization,
                                                                std::string_view secret, std::string_view service,
                                                                std::string_view stage, std::int64_t now_seconds) {
    auto const k = management_key(secret);
    if (!k) {
        return grant_failure{3015, "Token can't be decoded: Invalid signature for this token or wrong algorithm."};
    }
    return check_management_token(authorization, *k, service, stage, now_seconds);
}

REFRACT_DECL service_keys::service_keys(std::vector<std::string> const& secrets) : open_(secrets.empty()) {
    for (std::string const& secret : secrets) {
        if (auto k = management_key(secret)) {
            keys_.push_back(std::move(*k));
        }
    }
}

REFRACT_DECL result<void, grant_failure> service_keys::check(std::optional<std::string_view> authorization,
                                                             std::int64_t now_seconds) const {
    if (open_) {
        return {};
    }
    if (authorization) {
        std::string_view const token = bearer_token(*authorization);
        for (key const& k : keys_) {
            if (detail::verify_once(token, k, now_seconds)) {
                return {};
            }
        }
    }
    return grant_failure{
        3015, "Your token is invalid. It might have expired or you might be using a token from a different project."};
}

} // namespace refract::jwt
