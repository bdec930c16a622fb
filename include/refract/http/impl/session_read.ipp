#pragma once

#include <refract/http/impl/session.hpp>

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::http::detail {

/// Looks for a whole head in what has been read, and takes it apart.
REFRACT_DECL session::outcome session::find_head() {
    limits const& bounds = shared_->options.bounds;
    auto const bytes = buffered().substr(0, bounds.max_header_bytes);
    if (bytes.size() > bounds.max_request_line_bytes && bytes.substr(0, bounds.max_request_line_bytes + 1).find('\r') == std::string_view::npos) {
        return fail(414);
    }
    auto const end = scanner_.size() == 0 ? bytes.find("\r\n\r\n") : std::string_view::npos;
    if (end != std::string_view::npos) {
        head_size_ = end + 4; // what is wrong before it, parse_head() tells
    } else {
        auto const found = scanner_.scan(bytes);
        if (found == head_scanner::state::bad) {
            return fail(400);
        }
        if (found == head_scanner::state::incomplete) {
            return buffer_.size() >= bounds.max_header_bytes ? fail(431) : outcome::more;
        }
        head_size_ = scanner_.size();
    }
    scanner_ = {};
    idle_ = false;
    if (++served_ == 1) {
        leave_fresh();
    }
    int const fault = parse_head(bytes.substr(0, head_size_), bounds, request_, framing_);
    if (fault != 0) {
        return fail(fault);
    }
    is_described_ = true;
    return outcome::proceed;
}

/// Before the first or next bytes of a head are read: how long may they take?
REFRACT_DECL session::outcome session::await_head() {
    limits const& bounds = shared_->options.bounds;
    idle_ = buffer_.size() == 0;
    if (idle_) {
        if (shared_->stopping.load(std::memory_order_relaxed)) {
            return outcome::closed;
        }
        started_ = {};
        set_deadline(served_ == 0 ? bounds.header_timeout_seconds : bounds.idle_timeout_seconds);
        return outcome::more;
    }
    if (started_ == clock::time_point{}) {
        started_ = coarse_now();
    }
    auto const spent = std::chrono::duration_cast<std::chrono::seconds>(coarse_now() - started_).count();
    auto const wait = bounds.header_timeout_seconds;
    set_deadline(spent >= wait ? 1 : std::max(1U, wait - static_cast<std::uint32_t>(spent)));
    return outcome::more;
}

/// What a read for a head came to.
REFRACT_DECL session::outcome session::after_read(error_code failed, std::size_t count) {
    buffer_.commit(count);
    deadline_.clear();
    if (deadline_.passed()) {
        return idle_ ? outcome::closed : fail(408);
    }
    return failed ? outcome::closed : find_head();
}

/// Reads what is there, waiting at most so long; asio::error::timed_out then.
REFRACT_DECL asio::awaitable<error_code> session::read_more(std::uint32_t seconds, std::size_t room) {
    error_code failed;
    set_deadline(seconds);
    auto const place = buffer_.prepare(room);
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    std::size_t const count = co_await stream_.async_read_some(place, token);
    buffer_.commit(count);
    deadline_.clear();
    if (deadline_.passed()) {
        failed = asio::error::timed_out;
    } else if (failed == asio::ssl::error::stream_truncated) {
        failed = asio::error::eof;
    }
    co_return failed;
}

/// Tells a client that waits for it to send the body. False: it is gone.
REFRACT_DECL asio::awaitable<bool> session::invite_body() {
    window_start_ = clock::now();
    window_bytes_ = 0;
    if (request_.header("Expect") && buffer_.size() == head_size_) {
        unsent_head_ = "HTTP/1.1 100 Continue\r\n\r\n";
        unsent_body_ = {};
        outcome step = write_some();
        if (step == outcome::more) {
            step = co_await write_rest();
        }
        co_return step == outcome::proceed;
    }
    co_return true;
}

/// Counts bytes of a body that came; whether they come too slowly.
REFRACT_DECL bool session::is_slow(std::size_t count) {
    window_bytes_ += count;
    auto const now = clock::now();
    limits const& bounds = shared_->options.bounds;
    if (now - window_start_ < std::chrono::seconds(bounds.body_window_seconds)) {
        return false;
    }
    bool const slow = window_bytes_ < std::size_t{bounds.min_body_bytes_per_second} * bounds.body_window_seconds;
    window_start_ = now;
    window_bytes_ = 0;
    return slow;
}

/// Reads the rest of a body of known length, as long as it keeps coming.
REFRACT_DECL asio::awaitable<session::outcome> session::read_body() {
    bool const there = co_await invite_body();
    if (!there) {
        co_return outcome::closed;
    }
    std::size_t const size = head_size_ + static_cast<std::size_t>(framing_.content_length);
    while (buffer_.size() < size) {
        // No more memory than twice what has come: a length is only a promise.
        std::size_t const before = buffer_.size();
        std::size_t const room = std::min(size - before, std::max(before, read_bytes));
        error_code const failed = co_await read_more(shared_->options.bounds.body_window_seconds, room);
        if (failed) {
            co_return failed == asio::error::timed_out ? fail(408) : (failed == asio::error::eof ? fail(400) : outcome::closed);
        }
        if (is_slow(buffer_.size() - before)) {
            co_return fail(408);
        }
    }
    // The buffer has moved.
    int const fault = parse_head(buffered().substr(0, head_size_), shared_->options.bounds, request_, framing_);
    co_return fault == 0 ? outcome::proceed : fail(fault);
}

/// Reads a chunked body. Beast takes it apart, from the head on.
REFRACT_DECL asio::awaitable<session::outcome> session::read_chunks() {
    limits const& bounds = shared_->options.bounds;
    chunked_head_ = buffered().substr(0, head_size_);
    int const fault = parse_head(chunked_head_, bounds, request_, framing_);
    bool const there = co_await invite_body();
    if (fault != 0 || !there) {
        co_return fault != 0 ? fail(fault) : outcome::closed;
    }
    chunks_ = std::make_unique<chunk_reader>(bounds);
    for (;;) {
        std::size_t used = 0;
        auto const state = chunks_->read(buffered(), used);
        buffer_.consume(used);
        if (state == chunk_reader::state::done) {
            break;
        }
        if (state != chunk_reader::state::more) {
            co_return fail(state == chunk_reader::state::too_large ? 413 : 400);
        }
        std::size_t const before = buffer_.size();
        error_code const unread = co_await read_more(shared_->options.bounds.body_window_seconds, read_bytes);
        if (unread) {
            co_return unread == asio::error::timed_out ? fail(408) : (unread == asio::error::eof ? fail(400) : outcome::closed);
        }
        if (is_slow(buffer_.size() - before)) {
            co_return fail(408);
        }
    }
    request_.body = chunks_->body();
    co_return outcome::proceed;
}

} // namespace refract::http::detail
