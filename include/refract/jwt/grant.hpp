// The two kinds of tokens of a Prisma 1 server: management tokens and service tokens.
// See: jwt/verify.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/jwt/key.hpp>
#include <refract/jwt/token_grant.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

namespace refract::jwt {

/// Why a token was refused, as clients of a Prisma 1 server see it.
struct grant_failure {
    int code = 3015;       ///< `Your token is invalid` and kin
    std::string message{}; ///< well-formed UTF-8; may repeat parts of the token
};

/// The key management tokens are checked with: HS256 with a secret of any length, since users have chosen it long ago. One below 32
/// bytes does not sign.
///
/// Errors: errc::weak_key for the empty secret.
REFRACT_DECL result<key> management_key(std::string_view secret);

/// The public key management tokens are checked with: RS256, of any length up to 8192 bits.
///
/// Shape: PEM as OpenSSL reads it, or as people have it in an environment variable: all in one line, or with `\n` written out.
/// Errors: those of key::from_pem().
REFRACT_DECL result<key> management_public_key(std::string_view pem);

/// The grants and the expiry of a management token's claims.
///
/// Errors: errc::invalid_claim unless there are `grants`, an array of `{target: string, action: string}`, and a
/// number `exp`.
REFRACT_DECL result<std::vector<grant>> parse_grants(boost::json::object const& claims);

/// Whether one of the grants fits. An ill-formed one before it is a failure, as on the original.
REFRACT_DECL result<void, grant_failure> check_grants(std::vector<grant> const& grants, std::string_view service,
                                                      std::string_view stage);

/// Checks the `Authorization` header of a management call for one service and stage.
///
/// Shape: the prefix `Bearer ` is optional; no leeway; `iat` and `action` are never evaluated. The messages are those
/// of the Prisma 1 server: command line tools look for words in them.
/// Cost: a token `k` has verified before is looked up; only its times and grants are checked again.
/// Units: seconds since 1970.
REFRACT_DECL result<void, grant_failure> check_management_token(std::optional<std::string_view> authorization, key const& k,
                                                                std::string_view service, std::string_view stage,
                                                                std::int64_t now_seconds);

/// The same with the secret's text. Cost: prepares the key anew; keep a management_key() for many calls.
REFRACT_DECL result<void, grant_failure> check_management_token(std::optional<std::string_view> authorization,
                                                                std::string_view secret, std::string_view service,
                                                                std::string_view stage, std::int64_t now_seconds);

/// The secrets of one service, ready for use. Copies are cheap; any thread may use it.
class service_keys {
public:
    /// No secrets: the service is open.
    service_keys() = default;

    /// A secret that can't be used (the empty one) never verifies, but it closes the service.
    REFRACT_DECL explicit service_keys(std::vector<std::string> const& secrets);

    [[nodiscard]] bool open() const noexcept { return open_; }

    /// Checks the `Authorization` header: HS256 with any of the secrets; `exp` and `nbf` if present; other claims are
    /// ignored. Units: seconds since 1970. Cost: as check_management_token().
    REFRACT_DECL result<void, grant_failure> check(std::optional<std::string_view> authorization,
                                                   std::int64_t now_seconds) const;

private:
    std::vector<key> keys_{};
    bool open_ = true;
};

/// The token in an `Authorization` header: without the prefix `Bearer ` (this case, one space), if it is there.
REFRACT_DECL std::string_view bearer_token(std::string_view authorization) noexcept;

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/grant.ipp>
#endif
