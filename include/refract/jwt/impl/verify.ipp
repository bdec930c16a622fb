#pragma once

#include <refract/core/time.hpp>
#include <refract/jwt/verify.hpp>

#include <cmath>
#include <optional>
#include <utility>

#include <boost/json/value.hpp>

namespace refract::jwt {

namespace detail {

inline constexpr double last_second_of_year_9999 = 253'402'300'799.0;

/// A NumericDate claim. Nothing if it is absent.
REFRACT_DECL result<std::optional<double>> numeric_date(boost::json::object const& claims, char const* name) {
    auto const* const claim = claims.if_contains(name);
    if (claim == nullptr) {
        return std::optional<double>();
    }
    double seconds = 0;
    if (auto const* const integer = claim->if_int64()) {
        seconds = static_cast<double>(*integer);
    } else if (auto const* const natural = claim->if_uint64()) {
        seconds = static_cast<double>(*natural);
    } else if (auto const* const number = claim->if_double()) {
        seconds = *number;
    } else {
        return error{errc::invalid_claim, std::string("The claim ") + name + " is not a number.", {}};
    }
    if (!std::isfinite(seconds) || std::fabs(seconds) > last_second_of_year_9999) {
        return error{errc::invalid_claim, std::string("The claim ") + name + " is out of range.", {}};
    }
    return std::optional<double>(seconds);
}

/// `2018-03-06T19:16:05Z`: without a fraction if it is zero.
REFRACT_DECL std::string instant_text(double seconds) {
    std::string text = format_date_time(static_cast<std::int64_t>(seconds * 1000.0));
    if (text.size() >= 5 && text.compare(text.size() - 5, 5, ".000Z") == 0) {
        text.replace(text.size() - 5, 5, "Z");
    }
    return text;
}

REFRACT_DECL result<void> check_times(boost::json::object const& claims, std::int64_t now_seconds, verify_options const& options) {
    auto const now = static_cast<double>(now_seconds);
    auto const leeway = static_cast<double>(options.leeway_seconds);
    auto const expires = numeric_date(claims, "exp");
    auto const starts = numeric_date(claims, "nbf");
    auto const issued = numeric_date(claims, "iat");
    if (!expires || !starts) {
        return expires ? starts.failure() : expires.failure();
    }
    if (!issued && options.refuse_future_issue) {
        return issued.failure();
    }
    if (!expires->has_value() && options.require_expiration) {
        return error{errc::invalid_claim, "The claim exp is missing.", {}};
    }
    if (starts->has_value() && now + leeway < **starts) {
        return error{errc::token_not_yet_valid, "The token will only be valid after " + instant_text(**starts), {}};
    }
    if (expires->has_value() && now - leeway >= **expires) {
        return error{errc::token_expired, "The token is expired since " + instant_text(**expires), {}};
    }
    if (options.refuse_future_issue && issued->has_value() && now + leeway < **issued) {
        return error{errc::token_not_yet_valid, "The token is issued in the future.", {}};
    }
    return {};
}

} // namespace detail

REFRACT_DECL result<boost::json::object> verify(std::string_view token, key const& k, std::int64_t now_seconds,
                                                verify_options const& options) {
    auto const sealed = parse_sealed(token);
    if (!sealed) {
        return sealed.failure();
    }
    auto const& alg = sealed->header.at("alg").as_string();
    if (std::string_view(alg.data(), alg.size()) != name(k.bound_to())) {
        return error{errc::unsupported_algorithm, "The token is signed with another algorithm.", {}};
    }
    if (!k.verify(sealed->signing_input, sealed->signature)) {
        return error{errc::bad_signature, "The token's signature is wrong.", {}};
    }
    auto claims = parse_claims(sealed->claims_json);
    if (!claims) {
        return claims.failure();
    }
    if (auto const valid = detail::check_times(*claims, now_seconds, options); !valid) {
        return valid.failure();
    }
    return std::move(*claims);
}

} // namespace refract::jwt
