// A server's certificate and key: read from files, and read again without a restart.
// See: http/server.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace refract::http {

/// Two files in the PEM format.
struct tls_files {
    std::string certificate{}; ///< the server's, followed by those that lead to its issuer
    std::string key{};         ///< without a password
};

/// What TLS connections begin with: the certificate, its key, and which TLS is spoken.
///
/// Shape: TLS 1.2 and 1.3; with 1.2 only ciphers with forward secrecy and authentication of the data; no renegotiation, no
/// compression; `http/1.1` is what ALPN agrees on. A connection keeps what it began with.
/// Thread safety: all functions.
/// Source: RFC 9325; RFC 8446; RFC 7301
class tls_certificate {
public:
    /// Reads the files.
    ///
    /// Errors: errc::unavailable, with what is wrong and nothing of the files' content: a file that can't be read or holds nothing fitting,
    /// a key with a password or of another certificate.
    REFRACT_DECL static result<std::shared_ptr<tls_certificate>> load(tls_files files);

    tls_certificate(tls_certificate const&) = delete;
    tls_certificate& operator=(tls_certificate const&) = delete;

    /// Reads the files again, for connections from now on. Errors: as load(); what was there is kept.
    REFRACT_DECL result<void> reload();

    /// reload() if a file is another one, or was written to, since it was last read, successfully or not. Whether that was so.
    REFRACT_DECL result<bool> reload_if_changed();

    /// What a new connection begins with.
    REFRACT_DECL std::shared_ptr<ssl_ctx_st> context() const;

    /// The end of the certificate's time. Units: seconds since 1970.
    REFRACT_DECL long long expires() const;

private:
    explicit tls_certificate(tls_files files) : files_(std::move(files)) {}

    tls_files files_;
    mutable std::mutex mutex_{};
    std::shared_ptr<ssl_ctx_st> context_{}; ///< guarded by mutex_
    std::string seen_{};                    ///< guarded by mutex_: which files were read last
};

} // namespace refract::http

#ifdef REFRACT_HEADER_ONLY
#include <refract/http/impl/tls.ipp>
#endif
