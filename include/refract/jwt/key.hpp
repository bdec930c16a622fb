// A key bound to one algorithm.
// See: jwt/verify.hpp, jwt/sign.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>
#include <refract/jwt/algorithm.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace refract::jwt {

class verified_tokens;

/// What kind of keys to accept.
struct key_options {
    /// Verify with secrets shorter than the hash and RSA keys below 2048 bits too. For keys others have already chosen.
    bool allow_weak_keys = false;
    /// Sign with such keys too, where `allow_weak_keys` has let them in.
    bool sign_with_weak_keys = false;
};

/// A key that can only be used with the algorithm it was made for, so that a token can't choose how it is checked.
///
/// Copies share one immutable prepared key; all functions may be called from any thread.
class key {
public:
    /// A key of a shared secret.
    ///
    /// Errors: errc::unsupported_algorithm unless `a` is symmetric; errc::weak_key for a secret with fewer bytes than
    /// the hash, and for the empty one always.
    /// Source: RFC 7518, section 3.2
    REFRACT_DECL static result<key> from_secret(algorithm a, std::string_view secret, key_options options = {});

    /// A key in PEM: a public key, a certificate's public key excluded, or a private key without passphrase.
    ///
    /// Errors: errc::unsupported_algorithm if `a` is symmetric or the key is of another type; errc::weak_key for
    /// RSA below 2048 bits, errc::limit_exceeded above 8192; errc::malformed_token if the text is no key.
    REFRACT_DECL static result<key> from_pem(algorithm a, std::string_view pem, key_options options = {});

    [[nodiscard]] algorithm bound_to() const noexcept { return algorithm_; }

    /// Whether sign() works: secrets and private keys; weak ones if key_options::sign_with_weak_keys says so.
    REFRACT_DECL bool can_sign() const noexcept;

    /// Whether the key is shorter than its algorithm's RFC demands.
    [[nodiscard]] REFRACT_DECL bool weak() const noexcept;

    /// The signature's bytes of `input`.
    ///
    /// Errors: errc::unsupported_algorithm for a public key; errc::weak_key for a key that was let in to verify only;
    /// errc::internal if OpenSSL fails.
    REFRACT_DECL result<std::string> sign(std::string_view input) const;

    /// Whether `signature` is that of `input`. MACs are compared in constant time.
    REFRACT_DECL bool verify(std::string_view input, std::string_view signature) const;

    /// The tokens it has verified: those of all copies.
    [[nodiscard]] REFRACT_DECL verified_tokens& verified() const noexcept;

private:
    struct prepared;
    key(algorithm a, std::shared_ptr<prepared const> p) : algorithm_(a), prepared_(std::move(p)) {}

    algorithm algorithm_;
    std::shared_ptr<prepared const> prepared_;
};

} // namespace refract::jwt

#ifdef REFRACT_HEADER_ONLY
#include <refract/jwt/impl/key.ipp>
#endif
