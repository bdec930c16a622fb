#pragma once

#include <refract/http/impl/unix_socket.hpp>

#include <filesystem>
#include <system_error>

#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

namespace refract::http::detail {

namespace local = boost::asio::local;

REFRACT_DECL error not_at(std::string const& path, std::string const& why) {
    return error{errc::unavailable, "Can't listen on the Unix socket " + path + ": " + why, {}};
}

/// Makes room at a path: removes a socket nobody listens on.
REFRACT_DECL result<void> remove_stale_socket(boost::asio::any_io_executor const& executor, std::string const& path) {
    std::error_code failed;
    auto const there = std::filesystem::symlink_status(path, failed);
    if (there.type() == std::filesystem::file_type::not_found) {
        return {};
    }
    if (there.type() != std::filesystem::file_type::socket) {
        return not_at(path, failed ? failed.message() : "something that is no socket is there");
    }
    local::stream_protocol::socket probe(executor);
    boost::system::error_code refused;
    probe.connect(local::stream_protocol::endpoint(path), refused);
    if (refused != boost::asio::error::connection_refused) {
        return not_at(path, refused ? refused.message() : "another program listens there");
    }
    std::filesystem::remove(path, failed);
    return failed ? result<void>(not_at(path, failed.message())) : result<void>();
}

REFRACT_DECL result<void> listen_at(local::stream_protocol::acceptor& acceptor, std::string const& path, std::uint32_t permissions) {
    constexpr std::size_t longest = 107; // of sockaddr_un, with its NUL
    if (path.empty() || path.size() > longest) {
        return not_at(path, "a path has 1 to " + std::to_string(longest) + " bytes");
    }
    if (auto const made = remove_stale_socket(acceptor.get_executor(), path); !made) {
        return made.failure();
    }
    boost::system::error_code failed;
    acceptor.open(local::stream_protocol(), failed);
    if (!failed) {
        acceptor.bind(local::stream_protocol::endpoint(path), failed);
    }
    if (failed) {
        return not_at(path, failed.message());
    }
    // Between these two nobody can connect, whatever the permissions are.
    std::error_code denied;
    std::filesystem::permissions(path, static_cast<std::filesystem::perms>(permissions), denied);
    if (denied) {
        return not_at(path, denied.message());
    }
    acceptor.listen(boost::asio::socket_base::max_listen_connections, failed);
    return failed ? result<void>(not_at(path, failed.message())) : result<void>();
}

REFRACT_DECL void remove_socket(local::stream_protocol::acceptor& acceptor, std::string const& path) {
    boost::system::error_code failed;
    auto const bound = acceptor.local_endpoint(failed);
    std::error_code ignored; // gone already is as good
    if (!failed && bound.path() == path && std::filesystem::is_socket(std::filesystem::symlink_status(path, ignored))) {
        std::filesystem::remove(path, ignored);
    }
}

} // namespace refract::http::detail
