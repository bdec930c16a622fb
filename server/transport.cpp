#include "transport.hpp"

#include <refract/core/log.hpp>
#include <refract/core/time.hpp>
#include <refract/http/tls.hpp>

#include <csignal>
#include <cstdlib>
#include <utility>

#include <sys/resource.h>

namespace refract::server {

result<http::server_options> make_transport(command_line const& line, std::string const& address, std::uint16_t port) {
    http::server_options out;
    out.address = line.no_tcp ? std::string() : address;
    out.port = port;
    out.unix_socket = line.unix_socket;
    out.unix_socket_permissions = line.unix_socket_permissions;
    out.min_gzip_bytes = line.min_gzip_bytes;
    out.bounds = line.bounds;
    char const* const prefix = std::getenv("ENV");
    out.request_id_prefix = prefix != nullptr && *prefix != '\0' ? prefix : "local";
    if (!line.tls_certificate.empty()) {
        auto certificate = http::tls_certificate::load({line.tls_certificate, line.tls_key});
        if (!certificate) {
            return certificate.failure();
        }
        out.tls = std::move(*certificate);
    }
    return out;
}

std::uint64_t raise_file_limit() {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) {
        return 0;
    }
    rlimit const wanted{files.rlim_max, files.rlim_max};
    return ::setrlimit(RLIMIT_NOFILE, &wanted) == 0 ? wanted.rlim_cur : files.rlim_cur;
}

certificate_watch::certificate_watch(boost::asio::io_context& context, std::shared_ptr<http::tls_certificate> certificate,
                                     std::chrono::seconds between)
    : certificate_(std::move(certificate)), between_(between), hangup_(context, SIGHUP), timer_(context) {}

void certificate_watch::start() {
    wait_for_signal();
    if (certificate_) {
        tell_loaded("server.tls_loaded");
        wait_for_change();
    }
}

void certificate_watch::stop() {
    boost::system::error_code ignored;
    hangup_.cancel(ignored);
    timer_.cancel();
}

void certificate_watch::wait_for_signal() {
    hangup_.async_wait([this](boost::system::error_code const& failed, int) {
        if (failed) {
            return;
        }
        if (certificate_) {
            reload_now();
        } else {
            log::write(log::level::info, "server.nothing_to_reload", {{"message", "SIGHUP reads a certificate again, and there is none."}});
        }
        wait_for_signal();
    });
}

void certificate_watch::wait_for_change() {
    timer_.expires_after(between_);
    timer_.async_wait([this](boost::system::error_code const& failed) {
        if (failed) {
            return;
        }
        auto const read = certificate_->reload_if_changed();
        if (!read) {
            log::write(log::level::error, "server.tls_reload_failed", {{"reason", read.failure().message}, {"message", "The old one is kept."}});
        } else if (*read) {
            tell_loaded("server.tls_reloaded");
        }
        wait_for_change();
    });
}

void certificate_watch::reload_now() {
    if (auto const read = certificate_->reload(); !read) {
        log::write(log::level::error, "server.tls_reload_failed", {{"reason", read.failure().message}, {"message", "The old one is kept."}});
        return;
    }
    tell_loaded("server.tls_reloaded");
}

void certificate_watch::tell_loaded(char const* event) const {
    constexpr long long soon = 14LL * 86'400;
    auto const expires = certificate_->expires();
    bool const is_late = expires - now_ms() / 1000 < soon;
    log::write(is_late ? log::level::warn : log::level::info, event, {{"expires", format_date_time(expires * 1000)}});
}

} // namespace refract::server
