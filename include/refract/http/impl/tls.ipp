#pragma once

#include <refract/http/tls.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <system_error>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace refract::http {

namespace detail {

/// Why OpenSSL's last call failed: the first error it met, the others follow from it.
REFRACT_DECL std::string tls_reason() {
    unsigned long const first = ERR_get_error();
    char const* const reason = ERR_reason_error_string(first);
    ERR_clear_error();
    return ERR_SYSTEM_ERROR(first) ? std::system_category().message(ERR_GET_REASON(first)) : reason != nullptr ? reason : "unknown";
}

/// Agrees on http/1.1 with a client that offers it; one that offers nothing of ours is told so.
REFRACT_DECL int choose_protocol(SSL* /*connection*/, unsigned char const** out, unsigned char* length, unsigned char const* offered,
                                 unsigned int offered_length, void* /*unused*/) {
    constexpr std::string_view ours = "http/1.1";
    for (unsigned int at = 0; at < offered_length; at += 1U + offered[at]) {
        auto const size = std::min<unsigned int>(offered[at], offered_length - at - 1);
        if (std::string_view(reinterpret_cast<char const*>(offered) + at + 1, size) == ours) {
            *out = offered + at + 1;
            *length = static_cast<unsigned char>(size);
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// Asks nobody at a terminal: a key with a password can't be read.
REFRACT_DECL int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*unused*/) { return -1; }

/// Which TLS is spoken, whoever the server is. False: this OpenSSL can't.
REFRACT_DECL bool use_modern_tls(SSL_CTX* context) {
    static constexpr unsigned char session_id[] = "refract";
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); // an idle connection is 34 kB smaller
    SSL_CTX_set_default_passwd_cb(context, no_password);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set_session_id_context(context, session_id, sizeof session_id - 1) == 1;
}

REFRACT_DECL result<std::shared_ptr<SSL_CTX>> make_tls_context(tls_files const& files) {
    ERR_clear_error();
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    if (!context || !use_modern_tls(context.get())) {
        return error{errc::unavailable, "TLS can't be used: " + tls_reason(), {}};
    }
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1) {
        return error{errc::unavailable, "The certificate " + files.certificate + " can't be used: " + tls_reason(), {}};
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
        return error{errc::unavailable, "The key " + files.key + " can't be used: " + tls_reason(), {}};
    }
    return context;
}

/// What tells one state of a file from another: a replaced file has another time or size.
REFRACT_DECL std::string file_state(std::string const& path) {
    std::error_code failed;
    auto const written = std::filesystem::last_write_time(path, failed);
    if (failed) {
        return failed.message();
    }
    auto const size = std::filesystem::file_size(path, failed);
    auto const canonical = std::filesystem::canonical(path, failed); // a link that leads elsewhere now
    return std::to_string(written.time_since_epoch().count()) + ' ' + std::to_string(size) + ' ' + canonical.string();
}

REFRACT_DECL std::string file_states(tls_files const& files) { return file_state(files.certificate) + '\n' + file_state(files.key); }

} // namespace detail

REFRACT_DECL result<std::shared_ptr<tls_certificate>> tls_certificate::load(tls_files files) {
    std::shared_ptr<tls_certificate> out(new tls_certificate(std::move(files)));
    if (auto const loaded = out->reload(); !loaded) {
        return loaded.failure();
    }
    return out;
}

REFRACT_DECL result<void> tls_certificate::reload() {
    auto seen = detail::file_states(files_); // before they are read: what is written meanwhile is read next time
    auto made = detail::make_tls_context(files_);
    std::lock_guard const hold(mutex_);
    seen_ = std::move(seen);
    if (!made) {
        return made.failure();
    }
    context_ = std::move(*made);
    return {};
}

REFRACT_DECL result<bool> tls_certificate::reload_if_changed() {
    auto const now = detail::file_states(files_);
    {
        std::lock_guard const hold(mutex_);
        if (now == seen_) {
            return false;
        }
    }
    if (auto const read = reload(); !read) {
        return read.failure();
    }
    return true;
}

REFRACT_DECL std::shared_ptr<ssl_ctx_st> tls_certificate::context() const {
    std::lock_guard const hold(mutex_);
    return context_;
}

REFRACT_DECL long long tls_certificate::expires() const {
    auto const kept = context();
    std::tm when{};
    X509 const* const certificate = SSL_CTX_get0_certificate(kept.get());
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &when) != 1) {
        return 0;
    }
    using namespace std::chrono;
    sys_days const day = year(when.tm_year + 1900) / month(static_cast<unsigned>(when.tm_mon + 1)) / std::chrono::day(static_cast<unsigned>(when.tm_mday));
    return duration_cast<seconds>(day.time_since_epoch()).count() + when.tm_hour * 3'600LL + when.tm_min * 60LL + when.tm_sec;
}

} // namespace refract::http
