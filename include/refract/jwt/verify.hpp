// Checking a token: signature first, then its time.
// See: jwt/key.hpp; jwt/grant.hpp for Prisma 1's own tokens.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/jwt/key.hpp>
#include <refract/jwt/token.hpp>

#include <cstdint>
#include <string_view>

namespace refract::jwt {

/// What a token's times have to look like.
struct verify_options {
    std::int64_t leeway_seconds = 0;      ///< how far clocks may differ
    bool require_expiration = false;      ///< refuse a token without `exp`
    bool refuse_future_issue = true;      ///< refuse a token whose `iat` is in the future
};

/// The claims of a token that is signed with `k` and valid at `now_seconds`.
///
/// Shape: the `alg` of the header must be the one `k` is bound to; nothing else in the header is used. `exp`, `nbf` and
/// `iat` must be finite numbers up to year 9999 where present: now is before `exp`, not before `nbf`, not before `iat`.
/// Units: seconds since 1970.
/// Errors: errc::malformed_token, errc::limit_exceeded, errc::unsupported_algorithm, errc::bad_signature,
/// errc::invalid_claim, errc::token_expired, errc::token_not_yet_valid. Claims are read after the signature is verified.
/// Source: RFC 7519, section 4.1 and 7.2; RFC 8725, section 3.1
REFRACT_DECL result<boost::json::object> verify(std::string_view token, key const& k, std::int64_t now_seconds,
                                                verify_options const& options = {});

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/verify.ipp>
#endif
