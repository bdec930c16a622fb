// A JSON Web Token taken apart. Nothing here says that it can be trusted: see jwt/verify.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace refract::jwt {

inline constexpr std::size_t max_token_bytes = 16U << 10U; ///< a longer token is refused unread
inline constexpr std::uint32_t max_claims_depth = 32;      ///< nesting of header and claims

/// The parts of a token in compact form. `signing_input` refers to the text it was parsed from.
struct token {
    boost::json::object header{};
    boost::json::object claims{};
    std::string_view signing_input{}; ///< the first two parts with their dot
    std::string signature{};          ///< bytes
};

/// Takes a token in compact form apart.
///
/// Shape: three non-empty parts of strict base64url; header and claims are JSON objects in UTF-8 whose names are unique
/// (also after unescaping); the header has a string `alg`, no `crit`, `b64` or `zip`, and a `typ` of `JWT` if any.
/// Errors: errc::malformed_token; errc::limit_exceeded for a token over max_token_bytes.
/// Source: RFC 7515, section 5.2; RFC 7519, section 7.2; RFC 8725, section 3.11
REFRACT_DECL result<token> parse_token(std::string_view text);

/// Takes the claims apart; part of parse_token(), for callers that check the signature before they look at the claims.
REFRACT_DECL result<boost::json::object> parse_claims(std::string_view json);

/// A token whose claims are still text: what parse_token() does before it looks at them.
struct sealed_token {
    boost::json::object header{};
    std::string claims_json{};        ///< bytes, not checked in any way
    std::string_view signing_input{}; ///< the first two parts with their dot
    std::string signature{};          ///< bytes
};

/// Splits and decodes a token and reads its header only. Shape and errors: as parse_token().
REFRACT_DECL result<sealed_token> parse_sealed(std::string_view text);

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/token.ipp>
#endif
