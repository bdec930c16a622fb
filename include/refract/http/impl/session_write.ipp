#pragma once

#include <refract/http/gzip.hpp>
#include <refract/http/impl/session.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http::detail {

/// A body up to this size is copied behind its head: the system takes one piece with less work than two.
inline constexpr std::size_t joined_body_bytes = 2U << 10U;

/// The current date for the `Date` header, made once a second.
REFRACT_DECL std::string_view current_date() {
    thread_local std::time_t second = -1;
    thread_local std::string text;
    std::time_t const now = std::time(nullptr);
    if (now != second) {
        second = now;
        text = http_date(now);
    }
    return text;
}

/// The answer's body compressed, if the client asks for that and it is worth it.
REFRACT_DECL std::optional<std::string_view> session::zip(response const& answer) {
    if (answer.bytes().size() < shared_->options.min_gzip_bytes || !is_described_) {
        return std::nullopt;
    }
    auto const accepted = request_.header("Accept-Encoding");
    if (!accepted || !wants_gzip(*accepted)) {
        return std::nullopt;
    }
    if (answer.shared_body) {
        zipped_ = shared_->zipped.find(answer.shared_body);
    } else if (auto made = gzip(answer.body)) {
        zipped_ = std::make_shared<std::string const>(std::move(*made));
    }
    return zipped_ && zipped_->size() < answer.bytes().size() ? std::optional<std::string_view>(*zipped_) : std::nullopt;
}

REFRACT_DECL void session::compose(response const& answer, bool keep_alive, std::string_view id, bool with_body) {
    head_options options;
    auto const zipped = with_body ? zip(answer) : std::nullopt;
    if (zipped) {
        options.zipped_bytes = zipped->size();
    }
    options.keep_alive = keep_alive;
    options.request_id = id;
    options.date = current_date();
    options.origin = is_described_ ? request_.header("Origin").value_or("") : std::string_view();
    head_.clear();
    append_head(head_, answer, options);
    unsent_body_ = with_body ? zipped.value_or(answer.bytes()) : std::string_view();
    if (unsent_body_.size() <= joined_body_bytes) {
        head_ += std::exchange(unsent_body_, {});
    }
    unsent_head_ = head_;
}

/// Counts what was written; whether that was all.
REFRACT_DECL bool session::take_written(std::size_t count) noexcept {
    std::size_t const of_head = std::min(count, unsent_head_.size());
    unsent_head_.remove_prefix(of_head);
    unsent_body_.remove_prefix(count - of_head);
    return unsent_head_.empty() && unsent_body_.empty();
}

/// Writes what the socket takes at once: proceed if that was all, more if it has to be waited for.
REFRACT_DECL session::outcome session::write_some() {
    if (stream_.tls() != nullptr) {
        return outcome::more;
    }
    while (!unsent_head_.empty() || !unsent_body_.empty()) {
        auto const head = asio::buffer(unsent_head_.data(), unsent_head_.size());
        error_code failed;
        std::size_t count = 0;
        if (unsent_body_.empty()) {
            count = stream_.socket().write_some(head, failed);
        } else {
            std::array<asio::const_buffer, 2> const parts{head, asio::buffer(unsent_body_.data(), unsent_body_.size())};
            count = stream_.socket().write_some(parts, failed);
        }
        take_written(count);
        if (failed) {
            return failed == asio::error::would_block || failed == asio::error::try_again ? outcome::more : outcome::closed;
        }
    }
    return outcome::proceed;
}

/// Writes all of it, as long as the client goes on taking it: proceed, or closed.
REFRACT_DECL asio::awaitable<session::outcome> session::write_rest() {
    limits const& bounds = shared_->options.bounds;
    auto const until = coarse_now() + std::chrono::seconds(bounds.request_timeout_seconds);
    outcome step = outcome::more;
    while (step == outcome::more && coarse_now() < until) {
        std::size_t const before = unsent_head_.size() + unsent_body_.size();
        set_deadline(bounds.write_timeout_seconds);
        error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        if (auto* const tls = stream_.tls()) {
            std::array<asio::const_buffer, 2> const parts{asio::buffer(unsent_head_.data(), unsent_head_.size()),
                                                          asio::buffer(unsent_body_.data(), unsent_body_.size())};
            std::size_t const count = co_await tls->async_write_some(parts, token);
            step = take_written(count) ? outcome::proceed : outcome::more;
        } else {
            co_await stream_.socket().async_wait(stream::socket_type::wait_write, token);
            step = failed ? outcome::closed : write_some();
        }
        bool const stuck = unsent_head_.size() + unsent_body_.size() == before;
        step = failed || (deadline_.passed() && stuck) ? outcome::closed : step;
    }
    deadline_.clear();
    co_return step == outcome::proceed ? step : outcome::closed;
}

/// Sends the last answer, and lets the peer read it: closing with unread bytes would reset the connection.
REFRACT_DECL asio::awaitable<void> session::finish(response const& answer, std::string_view id) {
    compose(answer, false, id, true);
    if (write_some() == outcome::more) {
        co_await write_rest();
    }
    co_await linger();
}

REFRACT_DECL asio::awaitable<void> session::linger() {
    error_code failed;
    if (auto* const tls = stream_.tls()) {
        set_deadline(1);
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        co_await tls->async_shutdown(token);
        stream_.give_up_tls(); // what still comes is thrown away as it is
    }
    stream_.socket().shutdown(stream::socket_type::shutdown_send, failed);
    auto const until = clock::now() + std::chrono::seconds(2);
    while (!failed && clock::now() < until) {
        buffer_.clear();
        failed = co_await read_more(1, read_bytes);
    }
    close_socket();
}

} // namespace refract::http::detail
