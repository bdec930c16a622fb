// How the server is reached: ports, sockets, certificates.
#pragma once

#include "command_line.hpp"

#include <refract/core/result.hpp>
#include <refract/http/server.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace refract::server {

/// What the HTTP server is to do.
///
/// `address`: where it listens, unless the command line says that it does not listen there at all.
/// Errors: a certificate or a key that can't be used.
result<http::server_options> make_transport(command_line const& line, std::string const& address, std::uint16_t port);

/// Allows this process as many open files as it may have. Units: how many that are.
std::uint64_t raise_file_limit();

/// Reads a certificate again when its files change, and when the process gets SIGHUP.
///
/// Shape: what can't be used is logged, once for each state of the files, and the old certificate is kept.
/// Thread safety: start() before the context runs, stop() from its threads.
class certificate_watch {
public:
    /// `certificate` null: SIGHUP is logged and does nothing.
    certificate_watch(boost::asio::io_context& context, std::shared_ptr<http::tls_certificate> certificate, std::chrono::seconds between);

    void start();
    void stop();

private:
    void wait_for_signal();
    void wait_for_change();
    void reload_now();
    void tell_loaded(char const* event) const;

    std::shared_ptr<http::tls_certificate> certificate_;
    std::chrono::seconds between_;
    boost::asio::signal_set hangup_;
    boost::asio::steady_timer timer_;
};

} // namespace refract::server
