// base64url without padding, strictly.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <string>
#include <string_view>

namespace refract::jwt {

/// `bytes` in base64url without padding.
/// Source: RFC 7515, section 2 and appendix C
REFRACT_DECL std::string encode_base64url(std::string_view bytes);

/// The bytes of a base64url text.
///
/// Shape: one text per value: padding, white space, `+`, `/`, a length of 1 modulo 4 and unused bits that are not
/// zero are refused.
/// Errors: errc::malformed_token with the offset of the first wrong character; never a partial result.
REFRACT_DECL result<std::string> decode_base64url(std::string_view text);

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/base64url.ipp>
#endif
