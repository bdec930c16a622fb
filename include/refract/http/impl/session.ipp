#pragma once

#include <refract/core/id.hpp>
#include <refract/core/log.hpp>
#include <refract/core/memory.hpp>
#include <refract/http/cors.hpp>
#include <refract/http/impl/session.hpp>

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http::detail {

/// The answer to a head or body that can't be read.
REFRACT_DECL response fault_response(int status) {
    switch (status) {
    case 408: return text_response(status, "The request took too long to arrive.");
    case 413: return text_response(status, "The request's content is larger than this server accepts.");
    case 414: return text_response(status, "The request's address is longer than this server accepts.");
    case 415: return text_response(status, "The request's Content-Encoding is not supported. Expected:\nidentity");
    case 431: return text_response(status, "The request's header fields are larger than this server accepts.");
    case 501: return text_response(status, "The request's Transfer-Encoding is not supported. Expected:\nchunked");
    case 503: return text_response(status, "Too many connections.");
    case 505: return text_response(status, "The HTTP version is not supported. Expected:\nHTTP/1.1");
    default: return text_response(status, "The request is not valid HTTP.");
    }
}

REFRACT_DECL session::session(stream::socket_type socket, std::shared_ptr<SSL_CTX> const& tls, std::shared_ptr<shared_state> shared,
                              std::optional<address_key> address)
    : stream_(std::move(socket), tls), deadline_(stream_.get_executor()), shared_(std::move(shared)), address_(address) {
    if (shared_->limiter) {
        error_code failed;
        client_ = bytes_of_peer(stream_.socket().remote_endpoint(failed));
    }
    std::lock_guard const lock(shared_->mutex);
    shared_->sessions.insert(this);
    fresh_ = shared_->fresh.insert(shared_->fresh.end(), this);
    shared_->open.fetch_add(1, std::memory_order_relaxed);
    shared_->most_open = std::max(shared_->most_open, shared_->sessions.size());
}

REFRACT_DECL session::~session() {
    if (address_) {
        shared_->addresses.leave(*address_);
    }
    bool many_went = false;
    {
        std::lock_guard const lock(shared_->mutex);
        forget_fresh();
        shared_->sessions.erase(this);
        shared_->open.fetch_sub(1, std::memory_order_relaxed);
        auto const left = shared_->sessions.size();
        many_went = shared_->most_open >= 1'000 && left < shared_->most_open / 8;
        shared_->most_open = many_went ? left : shared_->most_open;
    }
    if (many_went) {
        release_free_memory(); // the allocator would keep what a flood of connections took
    }
}

REFRACT_DECL void session::leave_fresh() {
    std::lock_guard const lock(shared_->mutex);
    forget_fresh();
}

REFRACT_DECL void session::forget_fresh() {
    if (std::exchange(is_fresh_, false)) {
        shared_->fresh.erase(fresh_);
    }
}

/// Gives the request, or what came instead of one, an id.
REFRACT_DECL void session::name_request() {
    request_.id.assign(shared_->options.request_id_prefix);
    request_.id += ':';
    append_cuid(request_.id);
}

/// Begins TLS. False: there is nothing more to do on this connection.
REFRACT_DECL asio::awaitable<bool> session::secure() {
    set_deadline(shared_->options.bounds.tls_handshake_timeout_seconds);
    error_code failed;
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await stream_.socket().async_wait(stream::socket_type::wait_read, token);
    char first = 0;
    std::size_t const count = failed ? 0 : stream_.socket().receive(asio::buffer(&first, 1), stream::socket_type::message_peek, failed);
    if (count == 0) {
        co_return false;
    }
    if (first >= 'A' && first <= 'Z') {
        stream_.give_up_tls();
        name_request();
        response const answer = text_response(400, "This port speaks HTTPS, and the request came without TLS.");
        co_await finish(answer, request_.id);
        co_return false;
    }
    co_await stream_.tls()->async_handshake(stream::tls_type::server, token);
    deadline_.clear();
    if (failed && log::enabled(log::level::debug)) {
        log::write(log::level::debug, "http.tls_handshake_failed", {{"reason", failed.message()}});
    }
    co_return !failed;
}

/// The answer to a request the handler is not asked about.
REFRACT_DECL std::optional<response> session::answer_without_handler() {
    if (auto preflight = preflight_response(request_)) {
        request_.id.clear();
        return preflight;
    }
    if (request_.method == "POST" || request_.method == "GET" || request_.method == "HEAD") {
        return client_.empty() ? std::nullopt : answer_too_many();
    }
    auto answer = text_response(405, "HTTP method not allowed, supported methods: POST, GET");
    answer.headers.emplace_back("Allow", "POST, GET");
    keep_alive_ = false; // what follows a method we don't know may be anything, a tunnel's bytes for CONNECT
    return answer;
}

/// The answer to a client that asks too often.
REFRACT_DECL std::optional<response> session::answer_too_many() {
    bool const is_free = request_.method != "POST" && request_.segments.size() == 1 && request_.segments.front() == "status";
    std::uint32_t const seconds = is_free ? 0 : shared_->limiter->ask(client_);
    if (seconds == 0) {
        return std::nullopt;
    }
    response out;
    out.status = 429;
    out.body = R"({"errors":[{"message":"Too many requests. Try again in )" + std::to_string(seconds) + R"( s.","requestId":")" +
               request_.id + R"("}]})";
    out.headers.emplace_back("Retry-After", std::to_string(seconds));
    return out;
}

REFRACT_DECL asio::awaitable<void> session::refuse(int status) {
    auto const self = shared_from_this();
    name_request();
    response answer = fault_response(status);
    answer.headers.emplace_back("Retry-After", "1");
    co_await finish(answer, request_.id);
}

/// Makes room for the next request.
REFRACT_DECL void session::forget_request() {
    if (chunks_) {
        chunks_.reset();
        chunked_head_ = {};
    } else {
        buffer_.consume(head_size_ + static_cast<std::size_t>(framing_.content_length));
    }
    is_described_ = false;
    zipped_.reset();
    request_.body = {};
    if (buffer_.capacity() > kept_buffer_bytes && buffer_.size() == 0) {
        buffer_ = beast::flat_buffer();
    }
}

/// The answer to a request whose handler threw.
REFRACT_DECL response session::handler_failed(std::exception_ptr const& thrown) const {
    std::string reason;
    try {
        std::rethrow_exception(thrown);
    } catch (std::exception const& e) {
        reason = e.what();
    }
    log::write(log::level::error, "http.handler_failed", {{"requestId", request_.id}, {"reason", reason}});
    return text_response(500, "There was an internal server error.");
}

REFRACT_DECL asio::awaitable<void> session::run_secure() {
    auto const self = shared_from_this();
    bool const is_secure = co_await secure();
    if (!is_secure) {
        co_return close_socket();
    }
    auto work = run();
    co_await std::move(work);
}

/// One frame for the whole connection: what happens for every request is done in it.
REFRACT_DECL asio::awaitable<void> session::run() {
    auto const self = shared_from_this();
    for (;;) {
        outcome step = buffer_.size() > 0 ? find_head() : outcome::more;
        while (step == outcome::more) {
            step = await_head();
            if (step == outcome::more) {
                error_code failed;
                auto const place = buffer_.prepare(read_bytes);
                auto token = asio::redirect_error(asio::use_awaitable, failed);
                std::size_t const count = co_await stream_.async_read_some(place, token);
                step = after_read(failed, count);
            }
        }
        name_request();
        if (step == outcome::proceed && framing_.chunked) {
            step = co_await read_chunks();
        } else if (step == outcome::proceed) {
            if (buffer_.size() < head_size_ + framing_.content_length) {
                step = co_await read_body();
            }
            request_.body = buffered().substr(head_size_, static_cast<std::size_t>(framing_.content_length));
        }
        if (step == outcome::closed) {
            co_return close_socket();
        }
        if (step == outcome::fault) {
            response const answer = fault_response(fault_);
            co_return co_await finish(answer, request_.id);
        }
        keep_alive_ = framing_.keep_alive && served_ < shared_->options.bounds.max_requests_per_connection &&
                      !shared_->stopping.load(std::memory_order_relaxed);
        auto answer = answer_without_handler();
        if (!answer) {
            std::exception_ptr thrown;
            try {
                auto work = shared_->answer(request_);
                answer = co_await std::move(work);
            } catch (std::exception const&) {
                thrown = std::current_exception();
            }
            if (thrown) {
                answer = handler_failed(thrown);
            }
        }
        compose(*answer, keep_alive_, request_.id, request_.method != "HEAD");
        step = write_some();
        if (step == outcome::more) {
            step = co_await write_rest();
        }
        if (step != outcome::proceed || !keep_alive_) {
            co_return co_await linger();
        }
        forget_request();
    }
}

} // namespace refract::http::detail
