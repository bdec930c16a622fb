#pragma once

#include <refract/postgres/transport.hpp>

#include <algorithm>
#include <limits>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <openssl/err.h>

namespace refract::postgres::detail {

REFRACT_DECL void transport::follow(PGconn* pg) {
    auto const now = PQsocket(pg);
    if (is_open()) {
        if (socket_->native_handle() == now) {
            return;
        }
        release();
    }
    if (now >= 0) {
        // The family tells Asio nothing: sending and receiving are the same for a Unix socket.
        boost::system::error_code ec;
        socket_.emplace(executor_);
        socket_->assign(boost::asio::ip::tcp::v4(), now, ec);
        socket_->non_blocking(true, ec);
    }
}

REFRACT_DECL bool transport::take_over(PGconn* pg) {
    follow(pg);
    if (PQsslInUse(pg) != 0) {
        tls_ = static_cast<SSL*>(PQsslStruct(pg, "OpenSSL"));
        return tls_ != nullptr;
    }
    return PQgssEncInUse(pg) == 0;
}

REFRACT_DECL void transport::release() noexcept {
    tls_ = nullptr;
    if (is_open()) {
        boost::system::error_code ec; // a socket that can't be released is only forgotten: closing it is libpq's business
        socket_->release(ec);
    }
}

REFRACT_DECL moved transport::tls_outcome(int returned) const {
    switch (SSL_get_error(tls_, returned)) {
    case SSL_ERROR_WANT_READ: return {moved::state::wait_read, 0};
    case SSL_ERROR_WANT_WRITE: return {moved::state::wait_write, 0};
    default: return {};
    }
}

REFRACT_DECL moved transport::read(char* to, std::size_t room) {
    if (tls_ != nullptr) {
        ERR_clear_error();
        auto const at_most = static_cast<int>(std::min<std::size_t>(room, std::numeric_limits<int>::max()));
        auto const got = SSL_read(tls_, to, at_most);
        return got > 0 ? moved{moved::state::some, static_cast<std::size_t>(got)} : tls_outcome(got);
    }
    boost::system::error_code ec;
    auto const got = socket_->receive(boost::asio::buffer(to, room), 0, ec);
    if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again) {
        return {moved::state::wait_read, 0};
    }
    return ec || got == 0 ? moved{} : moved{moved::state::some, got};
}

REFRACT_DECL moved transport::write(char const* from, std::size_t size) {
    if (tls_ != nullptr) {
        ERR_clear_error();
        auto const at_most = static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
        auto const put = SSL_write(tls_, from, at_most);
        return put > 0 ? moved{moved::state::some, static_cast<std::size_t>(put)} : tls_outcome(put);
    }
    boost::system::error_code ec;
    auto const put = socket_->send(boost::asio::buffer(from, size), 0, ec);
    if (ec == boost::asio::error::would_block || ec == boost::asio::error::try_again) {
        return {moved::state::wait_write, 0};
    }
    return ec ? moved{} : moved{moved::state::some, put};
}

} // namespace refract::postgres::detail
