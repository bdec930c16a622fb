// The signature algorithms of JSON Web Tokens.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace refract::jwt {

/// The algorithms this library can sign and verify with. There is no `none`.
/// Source: RFC 7518, section 3.1; RFC 8037, section 3.1
enum class algorithm : std::uint8_t {
    hs256, ///< HMAC with SHA-256
    hs384, ///< HMAC with SHA-384
    hs512, ///< HMAC with SHA-512
    rs256, ///< RSASSA-PKCS1-v1_5 with SHA-256
    rs384, ///< RSASSA-PKCS1-v1_5 with SHA-384
    rs512, ///< RSASSA-PKCS1-v1_5 with SHA-512
    es256, ///< ECDSA on P-256 with SHA-256
    eddsa, ///< Ed25519
};

/// The name in the `alg` header, e.g. `HS256`.
REFRACT_DECL std::string_view name(algorithm a) noexcept;

/// The algorithm of that name; names are case-sensitive.
REFRACT_DECL std::optional<algorithm> parse_algorithm(std::string_view text) noexcept;

/// Whether the algorithm uses one secret for signing and verifying.
REFRACT_DECL bool is_symmetric(algorithm a) noexcept;

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/algorithm.ipp>
#endif
