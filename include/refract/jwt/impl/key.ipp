#pragma once

#include <refract/jwt/key.hpp>
#include <refract/jwt/verified_tokens.hpp>

#include <climits>
#include <mutex>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>

namespace refract::jwt {

namespace detail {

struct openssl_delete {
    void operator()(EVP_MAC* p) const noexcept { EVP_MAC_free(p); }
    void operator()(EVP_MAC_CTX* p) const noexcept { EVP_MAC_CTX_free(p); }
    void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
    void operator()(EVP_MD_CTX* p) const noexcept { EVP_MD_CTX_free(p); }
    void operator()(BIO* p) const noexcept { BIO_free(p); }
    void operator()(ECDSA_SIG* p) const noexcept { ECDSA_SIG_free(p); }
};

template <class T> using openssl_ptr = std::unique_ptr<T, openssl_delete>;

inline constexpr int p256_scalar_bytes = 32;
inline constexpr int min_rsa_bits = 2048; // RFC 7518, section 3.3
inline constexpr int max_rsa_bits = 8192; // verifying takes a millisecond then

REFRACT_DECL char const* digest_name(algorithm a) noexcept {
    switch (a) {
    case algorithm::hs384:
    case algorithm::rs384: return "SHA384";
    case algorithm::hs512:
    case algorithm::rs512: return "SHA512";
    case algorithm::eddsa: return nullptr; // Ed25519 brings its own
    default: return "SHA256";
    }
}

REFRACT_DECL std::size_t mac_bytes(algorithm a) noexcept {
    return a == algorithm::hs512 ? 64U : (a == algorithm::hs384 ? 48U : 32U);
}

REFRACT_DECL unsigned char const* octets(std::string_view text) noexcept {
    return reinterpret_cast<unsigned char const*>(text.data());
}

REFRACT_DECL unsigned char* octets(std::string& text) noexcept { return reinterpret_cast<unsigned char*>(text.data()); }

/// OpenSSL keeps a queue of errors per thread; what failed is told by our own error.
REFRACT_DECL error crypto_error(errc code, char const* message) {
    ERR_clear_error();
    return error{code, message, {}};
}

/// Never asks the terminal for a passphrase.
REFRACT_DECL int no_passphrase(char*, int, int, void*) { return -1; }

REFRACT_DECL std::string ecdsa_to_fixed(std::string_view der) {
    unsigned char const* at = octets(der);
    openssl_ptr<ECDSA_SIG> const parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string fixed(2 * p256_scalar_bytes, '\0');
    if (!parts || BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), octets(fixed), p256_scalar_bytes) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), octets(fixed) + p256_scalar_bytes, p256_scalar_bytes) < 0) {
        return {};
    }
    return fixed;
}

/// The DER form of a signature of exactly two scalars; empty if it has another length.
REFRACT_DECL std::string ecdsa_to_der(std::string_view fixed) {
    if (fixed.size() != 2 * p256_scalar_bytes) {
        return {};
    }
    openssl_ptr<ECDSA_SIG> const parts(ECDSA_SIG_new());
    BIGNUM* const r = BN_bin2bn(octets(fixed), p256_scalar_bytes, nullptr);
    BIGNUM* const s = BN_bin2bn(octets(fixed) + p256_scalar_bytes, p256_scalar_bytes, nullptr);
    if (!parts || r == nullptr || s == nullptr || ECDSA_SIG_set0(parts.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* der = nullptr;
    int const size = i2d_ECDSA_SIG(parts.get(), &der);
    std::string out;
    if (size > 0) {
        out.assign(reinterpret_cast<char const*>(der), static_cast<std::size_t>(size));
    }
    OPENSSL_free(der);
    return out;
}

REFRACT_DECL bool fits(EVP_PKEY const* pkey, algorithm a) noexcept {
    switch (a) {
    case algorithm::rs256:
    case algorithm::rs384:
    case algorithm::rs512: return EVP_PKEY_is_a(pkey, "RSA") == 1;
    case algorithm::es256: return EVP_PKEY_is_a(pkey, "EC") == 1 && EVP_PKEY_get_bits(pkey) == 256;
    case algorithm::eddsa: return EVP_PKEY_is_a(pkey, "ED25519") == 1;
    default: return false;
    }
}

/// Whether the curve is P-256 and not another one of 256 bits.
REFRACT_DECL bool is_p256(EVP_PKEY const* pkey) noexcept {
    char group[32] = {};
    std::size_t length = 0;
    return EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length) == 1 &&
           std::string_view(group, length) == "prime256v1";
}

} // namespace detail

struct key::prepared {
    detail::openssl_ptr<EVP_PKEY> pkey;
    bool is_private = false;
    bool weak = false;
    bool may_sign = true; ///< false: weak, and only let in to verify
    mutable verified_tokens verified;

    /// A keyed context nobody else uses: one that was used before, or a copy.
    detail::openssl_ptr<EVP_MAC_CTX> take_mac() const {
        std::lock_guard const hold(mutex);
        if (spare_macs.empty()) {
            return detail::openssl_ptr<EVP_MAC_CTX>(EVP_MAC_CTX_dup(mac.get()));
        }
        auto taken = std::move(spare_macs.back());
        spare_macs.pop_back();
        return taken;
    }

    void give_back(detail::openssl_ptr<EVP_MAC_CTX> used) const {
        std::lock_guard const hold(mutex);
        if (spare_macs.size() < 16) {
            spare_macs.push_back(std::move(used));
        }
    }

    /// The MAC in `out`, which is as long as it is. False if OpenSSL fails.
    bool mac_of(std::string_view input, unsigned char* out, std::size_t length) const {
        auto context = take_mac();
        std::size_t size = 0;
        // Without a key, init starts anew with the one that is there.
        bool const done = context && EVP_MAC_init(context.get(), nullptr, 0, nullptr) == 1 &&
                          EVP_MAC_update(context.get(), detail::octets(input), input.size()) == 1 &&
                          EVP_MAC_final(context.get(), out, &size, length) == 1 && size == length;
        if (done) {
            give_back(std::move(context));
        }
        return done;
    }

    detail::openssl_ptr<EVP_MAC_CTX> mac; ///< keyed

private:
    mutable std::mutex mutex;
    mutable std::vector<detail::openssl_ptr<EVP_MAC_CTX>> spare_macs; ///< keyed; guarded by mutex
};

REFRACT_DECL verified_tokens& key::verified() const noexcept { return prepared_->verified; }

REFRACT_DECL result<key> key::from_secret(algorithm a, std::string_view secret, key_options options) {
    if (!is_symmetric(a)) {
        return error{errc::unsupported_algorithm, "This algorithm needs a key pair, not a secret.", {}};
    }
    bool const weak = secret.size() < detail::mac_bytes(a);
    if (secret.empty() || (weak && !options.allow_weak_keys)) {
        return error{errc::weak_key, "The secret is too short for " + std::string(name(a)) + ".", {}};
    }
    auto made = std::make_shared<prepared>();
    made->weak = weak;
    made->may_sign = !weak || options.sign_with_weak_keys;
    detail::openssl_ptr<EVP_MAC> const hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    made->mac.reset(hmac ? EVP_MAC_CTX_new(hmac.get()) : nullptr);
    OSSL_PARAM const parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(detail::digest_name(a)), 0),
        OSSL_PARAM_construct_end(),
    };
    if (!made->mac || EVP_MAC_init(made->mac.get(), detail::octets(secret), secret.size(), parameters) != 1) {
        return detail::crypto_error(errc::internal, "The secret could not be prepared.");
    }
    made->is_private = true;
    return key(a, std::move(made));
}

REFRACT_DECL result<key> key::from_pem(algorithm a, std::string_view pem, key_options options) {
    if (is_symmetric(a)) {
        return error{errc::unsupported_algorithm, "This algorithm needs a secret, not a key pair.", {}};
    }
    auto made = std::make_shared<prepared>();
    made->is_private = pem.find("PRIVATE KEY-----") != std::string_view::npos;
    if (pem.size() <= static_cast<std::size_t>(INT_MAX)) {
        detail::openssl_ptr<BIO> const source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
        made->pkey.reset(
            made->is_private ? PEM_read_bio_PrivateKey(source.get(), nullptr, detail::no_passphrase, nullptr)
                             : PEM_read_bio_PUBKEY(source.get(), nullptr, detail::no_passphrase, nullptr));
    }
    if (!made->pkey) {
        return detail::crypto_error(errc::malformed_token, "The text is not a key in PEM.");
    }
    if (!detail::fits(made->pkey.get(), a) || (a == algorithm::es256 && !detail::is_p256(made->pkey.get()))) {
        return detail::crypto_error(errc::unsupported_algorithm, "The key is not one for this algorithm.");
    }
    bool const is_rsa = a == algorithm::rs256 || a == algorithm::rs384 || a == algorithm::rs512;
    int const bits = EVP_PKEY_get_bits(made->pkey.get());
    made->weak = is_rsa && bits < detail::min_rsa_bits;
    made->may_sign = !made->weak || options.sign_with_weak_keys;
    if (made->weak && !options.allow_weak_keys) {
        return error{errc::weak_key, "The RSA key has fewer than 2048 bits.", {}};
    }
    if (is_rsa && bits > detail::max_rsa_bits) {
        return error{errc::limit_exceeded, "The RSA key has more than 8192 bits.", {}};
    }
    return key(a, std::move(made));
}

REFRACT_DECL bool key::can_sign() const noexcept { return prepared_->is_private && prepared_->may_sign; }

REFRACT_DECL bool key::weak() const noexcept { return prepared_->weak; }

REFRACT_DECL result<std::string> key::sign(std::string_view input) const {
    if (!prepared_->is_private) {
        return error{errc::unsupported_algorithm, "A public key cannot sign.", {}};
    }
    if (!prepared_->may_sign) {
        return error{errc::weak_key, "The key is too short to sign with.", {}};
    }
    if (is_symmetric(algorithm_)) {
        std::string out(detail::mac_bytes(algorithm_), '\0');
        if (!prepared_->mac_of(input, detail::octets(out), out.size())) {
            return detail::crypto_error(errc::internal, "The MAC could not be computed.");
        }
        return out;
    }
    detail::openssl_ptr<EVP_MD_CTX> const context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context ||
        EVP_DigestSignInit_ex(context.get(), nullptr, detail::digest_name(algorithm_), nullptr, nullptr,
                              prepared_->pkey.get(), nullptr) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, detail::octets(input), input.size()) != 1) {
        return detail::crypto_error(errc::internal, "The signature could not be computed.");
    }
    std::string out(size, '\0');
    if (EVP_DigestSign(context.get(), detail::octets(out), &size, detail::octets(input), input.size()) != 1) {
        return detail::crypto_error(errc::internal, "The signature could not be computed.");
    }
    out.resize(size);
    return algorithm_ == algorithm::es256 ? detail::ecdsa_to_fixed(out) : out;
}

REFRACT_DECL bool key::verify(std::string_view input, std::string_view signature) const {
    if (is_symmetric(algorithm_)) {
        unsigned char mac[64];
        auto const size = detail::mac_bytes(algorithm_);
        return signature.size() == size && prepared_->mac_of(input, mac, size) &&
               CRYPTO_memcmp(mac, signature.data(), size) == 0;
    }
    std::string const der = algorithm_ == algorithm::es256 ? detail::ecdsa_to_der(signature) : std::string();
    std::string_view const checked = algorithm_ == algorithm::es256 ? std::string_view(der) : signature;
    detail::openssl_ptr<EVP_MD_CTX> const context(EVP_MD_CTX_new());
    bool const verified =
        !checked.empty() && context &&
        EVP_DigestVerifyInit_ex(context.get(), nullptr, detail::digest_name(algorithm_), nullptr, nullptr,
                                prepared_->pkey.get(), nullptr) == 1 &&
        EVP_DigestVerify(context.get(), detail::octets(checked), checked.size(), detail::octets(input), input.size()) == 1;
    ERR_clear_error();
    return verified;
}

} // namespace refract::jwt
