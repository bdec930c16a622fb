#pragma once

#include <refract/core/id.hpp>
#include <refract/core/log.hpp>
#include <refract/http/cors.hpp>
#include <refract/http/gzip.hpp>
#include <refract/http/request_head.hpp>
#include <refract/http/server.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace refract::http {

namespace detail {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;

/// A body that arrives more slowly than this, measured over slow_window_seconds, is given up.
inline constexpr std::size_t slow_body_bytes_per_second = 1'000;
inline constexpr std::uint32_t slow_window_seconds = 10;
inline constexpr std::size_t read_bytes = 16U << 10U;
/// A buffer that grew for a large body is not kept for the next request.
inline constexpr std::size_t kept_buffer_bytes = 256U << 10U;

class session;

/// Bodies that are sent many times, compressed once.
///
/// Thread safety: find(). Bound: max_entries; one whose body is gone makes room first.
class zipped_bodies {
public:
    static constexpr std::size_t max_entries = 16;

    /// Null if it can't be compressed.
    std::shared_ptr<std::string const> find(std::shared_ptr<std::string const> const& body) {
        std::lock_guard const hold(mutex_);
        if (auto const at = known_.find(body); at != known_.end()) {
            return at->second;
        }
        auto made = gzip(*body);
        if (!made) {
            return nullptr;
        }
        std::erase_if(known_, [](auto const& entry) { return entry.first.expired(); });
        if (known_.size() >= max_entries) {
            known_.erase(known_.begin());
        }
        return known_.emplace(body, std::make_shared<std::string const>(std::move(*made))).first->second;
    }

private:
    std::mutex mutex_;
    std::map<std::weak_ptr<std::string const>, std::shared_ptr<std::string const>, std::owner_less<>> known_;
};

/// What all sessions of a server share.
struct shared_state {
    server_options options{};
    handler answer{};
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> open{0};
    std::mutex mutex{};
    zipped_bodies zipped{};
    std::unordered_set<session*> sessions{}; ///< guarded by mutex; each is alive while it is in here
};

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

/// The steady clock, some milliseconds late: enough for timeouts, and the cheapest there is.
REFRACT_DECL std::chrono::steady_clock::time_point coarse_now() noexcept {
#ifdef CLOCK_MONOTONIC_COARSE
    std::timespec now{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::chrono::steady_clock::time_point(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
#else
    return std::chrono::steady_clock::now();
#endif
}

/// The answer to a head or body that can't be read.
REFRACT_DECL response fault_response(int status) {
    switch (status) {
    case 408: return text_response(status, "The request took too long to arrive.");
    case 413: return text_response(status, "The request's content is larger than this server accepts.");
    case 415: return text_response(status, "The request's Content-Encoding is not supported. Expected:\nidentity");
    case 431: return text_response(status, "The request's header fields are larger than this server accepts.");
    case 501: return text_response(status, "The request's Transfer-Encoding is not supported. Expected:\nchunked");
    case 503: return text_response(status, "Too many connections.");
    case 505: return text_response(status, "The HTTP version is not supported. Expected:\nHTTP/1.1");
    default: return text_response(status, "The request is not valid HTTP.");
    }
}

/// One connection.
class session : public std::enable_shared_from_this<session> {
public:
    session(tcp::socket socket, std::shared_ptr<shared_state> shared)
        : socket_(std::move(socket)), timer_(socket_.get_executor()), shared_(std::move(shared)) {
        std::lock_guard const lock(shared_->mutex);
        shared_->sessions.insert(this);
        shared_->open.fetch_add(1, std::memory_order_relaxed);
    }

    session(session const&) = delete;
    session& operator=(session const&) = delete;

    ~session() {
        std::lock_guard const lock(shared_->mutex);
        shared_->sessions.erase(this);
        shared_->open.fetch_sub(1, std::memory_order_relaxed);
    }

    /// Reads and answers requests until one side closes.
    asio::awaitable<void> run();

    /// Answers with a fault and closes: for a connection over the limit.
    asio::awaitable<void> refuse(int status);

    /// Closes the connection if it is between two requests, or whatever it does. On the session's executor.
    void close(bool even_if_busy) {
        if (idle_ || even_if_busy) {
            close_socket();
        }
    }

    asio::any_io_executor executor() { return socket_.get_executor(); }

private:
    using parser_type = beast::http::request_parser<beast::http::string_body>;
    enum class outcome : std::uint8_t { proceed, more, fault, closed };
    using clock = std::chrono::steady_clock;

    void set_deadline(std::uint32_t seconds);
    void clear_deadline() noexcept { deadline_ = clock::time_point::max(); }
    void arm_timer();

    void close_socket() {
        error_code ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

    outcome find_head();
    outcome await_head();
    outcome after_read(error_code failed, std::size_t count);
    asio::awaitable<error_code> read_more(std::uint32_t seconds, std::size_t room);
    asio::awaitable<outcome> read_body();
    asio::awaitable<outcome> read_chunks();
    asio::awaitable<bool> invite_body();
    bool is_slow(std::size_t count);
    std::optional<std::string_view> zip(response const& answer);
    void compose(response const& answer, bool keep_alive, std::string_view id, bool with_body);
    outcome write_some();
    asio::awaitable<outcome> write_rest(std::uint32_t seconds);
    asio::awaitable<void> finish(response const& answer, std::string_view id);
    asio::awaitable<void> linger();
    std::optional<response> answer_without_handler();
    response handler_failed(std::exception_ptr const& thrown) const;
    void forget_request();
    outcome fail(int status) {
        fault_ = status;
        return outcome::fault;
    }

    std::string_view buffered() const {
        auto const data = buffer_.cdata();
        return {static_cast<char const*>(data.data()), data.size()};
    }

    tcp::socket socket_;
    asio::steady_timer timer_; ///< fires no later than deadline_; set anew only when it has to be earlier
    clock::time_point deadline_ = clock::time_point::max();
    clock::time_point armed_ = clock::time_point::max();
    bool timed_out_ = false;
    std::shared_ptr<shared_state> shared_;
    beast::flat_buffer buffer_{};
    head_scanner scanner_{};
    clock::time_point started_{};                ///< when the first bytes of the head under way came
    std::size_t head_size_ = 0;
    framing framing_{};
    std::unique_ptr<parser_type> chunks_{};      ///< takes a chunked body apart
    std::string chunked_head_{};                 ///< what request_ refers to when the body is chunked
    clock::time_point window_start_{};           ///< of a body
    std::size_t window_bytes_ = 0;
    request request_{};
    std::string head_{};
    std::shared_ptr<std::string const> zipped_{}; ///< the body that is sent, if it is compressed
    std::string_view unsent_head_{};
    std::string_view unsent_body_{};
    int fault_ = 0;
    bool is_described_ = false; ///< request_ is that of the request under way
    bool keep_alive_ = false;
    bool idle_ = true;
};

REFRACT_DECL void session::arm_timer() {
    armed_ = deadline_;
    timer_.expires_at(armed_);
    timer_.async_wait([weak = weak_from_this()](error_code const& failed) {
        auto const self = weak.lock();
        if (failed || !self) {
            return;
        }
        self->armed_ = clock::time_point::max();
        if (clock::now() >= self->deadline_) {
            self->timed_out_ = true;
            error_code ignored;
            self->socket_.cancel(ignored);
        } else if (self->deadline_ != clock::time_point::max()) {
            self->arm_timer();
        }
    });
}

/// Cancels what the socket does then. Costs a reading of the coarse clock, as long as deadlines only grow.
REFRACT_DECL void session::set_deadline(std::uint32_t seconds) {
    timed_out_ = false;
    deadline_ = coarse_now() + std::chrono::seconds(seconds);
    if (deadline_ < armed_) {
        arm_timer();
    }
}

/// Looks for a whole head in what has been read, and takes it apart.
REFRACT_DECL session::outcome session::find_head() {
    limits const& bounds = shared_->options.bounds;
    auto const bytes = buffered().substr(0, bounds.max_header_bytes);
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
    int const fault = parse_head(bytes.substr(0, head_size_), bounds.max_body_bytes, request_, framing_);
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
        set_deadline(bounds.idle_timeout_seconds);
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
    clear_deadline();
    if (timed_out_) {
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
    std::size_t const count = co_await socket_.async_read_some(place, token);
    buffer_.commit(count);
    clear_deadline();
    if (timed_out_) {
        failed = asio::error::timed_out;
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
        outcome const step = co_await write_rest(slow_window_seconds);
        co_return step == outcome::proceed;
    }
    co_return true;
}

/// Counts bytes of a body that came; whether they come too slowly.
REFRACT_DECL bool session::is_slow(std::size_t count) {
    window_bytes_ += count;
    auto const now = clock::now();
    if (now - window_start_ < std::chrono::seconds(slow_window_seconds)) {
        return false;
    }
    bool const slow = window_bytes_ < slow_body_bytes_per_second * slow_window_seconds;
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
        error_code const failed = co_await read_more(slow_window_seconds, room);
        if (failed) {
            co_return failed == asio::error::timed_out ? fail(408) : (failed == asio::error::eof ? fail(400) : outcome::closed);
        }
        if (is_slow(buffer_.size() - before)) {
            co_return fail(408);
        }
    }
    // The buffer has moved.
    int const fault = parse_head(buffered().substr(0, head_size_), framing_.content_length, request_, framing_);
    co_return fault == 0 ? outcome::proceed : fail(fault);
}

/// Reads a chunked body. Beast takes it apart, from the head on.
REFRACT_DECL asio::awaitable<session::outcome> session::read_chunks() {
    limits const& bounds = shared_->options.bounds;
    chunked_head_ = buffered().substr(0, head_size_);
    int const fault = parse_head(chunked_head_, bounds.max_body_bytes, request_, framing_);
    bool const there = co_await invite_body();
    if (fault != 0 || !there) {
        co_return fault != 0 ? fail(fault) : outcome::closed;
    }
    chunks_ = std::make_unique<parser_type>();
    chunks_->header_limit(static_cast<std::uint32_t>(bounds.max_header_bytes));
    chunks_->body_limit(bounds.max_body_bytes);
    error_code failed;
    buffer_.consume(chunks_->put(buffer_.data(), failed));
    if (failed || !chunks_->is_header_done()) {
        co_return fail(400);
    }
    chunks_->eager(true);
    while (!chunks_->is_done()) {
        if (buffer_.size() > 0) {
            buffer_.consume(chunks_->put(buffer_.data(), failed));
            if (failed && failed != beast::http::error::need_more) {
                co_return fail(failed == beast::http::error::body_limit ? 413 : 400);
            }
            if (chunks_->is_done()) {
                break;
            }
            // What is left is a piece of a chunk's head or of a trailer.
            if (buffer_.size() > bounds.max_header_bytes || has_bare_line_feed(buffered())) {
                co_return fail(400);
            }
        }
        std::size_t const before = buffer_.size();
        error_code const unread = co_await read_more(slow_window_seconds, read_bytes);
        if (unread) {
            co_return unread == asio::error::timed_out ? fail(408) : (unread == asio::error::eof ? fail(400) : outcome::closed);
        }
        if (is_slow(buffer_.size() - before)) {
            co_return fail(408);
        }
    }
    request_.body = chunks_->get().body();
    co_return outcome::proceed;
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
    unsent_head_ = head_;
    unsent_body_ = with_body ? zipped.value_or(answer.bytes()) : std::string_view();
}

/// Writes what the socket takes at once: proceed if that was all, more if the socket has to become ready first.
REFRACT_DECL session::outcome session::write_some() {
    while (!unsent_head_.empty() || !unsent_body_.empty()) {
        std::array<asio::const_buffer, 2> const parts{asio::buffer(unsent_head_.data(), unsent_head_.size()),
                                                      asio::buffer(unsent_body_.data(), unsent_body_.size())};
        error_code failed;
        std::size_t const count = socket_.write_some(parts, failed);
        std::size_t const of_head = std::min(count, unsent_head_.size());
        unsent_head_.remove_prefix(of_head);
        unsent_body_.remove_prefix(count - of_head);
        if (failed) {
            return failed == asio::error::would_block || failed == asio::error::try_again ? outcome::more : outcome::closed;
        }
    }
    return outcome::proceed;
}

/// Writes all of it within that time: proceed, or closed.
REFRACT_DECL asio::awaitable<session::outcome> session::write_rest(std::uint32_t seconds) {
    set_deadline(seconds);
    outcome step = write_some();
    while (step == outcome::more) {
        error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        co_await socket_.async_wait(tcp::socket::wait_write, token);
        step = failed || timed_out_ ? outcome::closed : write_some();
    }
    clear_deadline();
    co_return step;
}

/// The answer to a request the handler is not asked about.
REFRACT_DECL std::optional<response> session::answer_without_handler() {
    if (auto preflight = preflight_response(request_)) {
        request_.id.clear();
        return preflight;
    }
    if (request_.method == "POST" || request_.method == "GET" || request_.method == "HEAD") {
        return std::nullopt;
    }
    auto answer = text_response(405, "HTTP method not allowed, supported methods: POST, GET");
    answer.headers.emplace_back("Allow", "POST, GET");
    keep_alive_ = false; // what follows a method we don't know may be anything, a tunnel's bytes for CONNECT
    return answer;
}

/// Sends the last answer, and lets the peer read it: closing with unread bytes would reset the connection.
REFRACT_DECL asio::awaitable<void> session::finish(response const& answer, std::string_view id) {
    compose(answer, false, id, true);
    co_await write_rest(shared_->options.bounds.request_timeout_seconds);
    co_await linger();
}

REFRACT_DECL asio::awaitable<void> session::linger() {
    error_code failed;
    socket_.shutdown(tcp::socket::shutdown_send, failed);
    auto const until = clock::now() + std::chrono::seconds(2);
    while (!failed && clock::now() < until) {
        buffer_.clear();
        failed = co_await read_more(1, read_bytes);
    }
    close_socket();
}

REFRACT_DECL asio::awaitable<void> session::refuse(int status) {
    auto const self = shared_from_this();
    response const answer = fault_response(status);
    co_await finish(answer, {});
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
                std::size_t const count = co_await socket_.async_read_some(place, token);
                step = after_read(failed, count);
            }
        }
        request_.id.assign(shared_->options.request_id_prefix);
        request_.id += ':';
        append_cuid(request_.id);
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
        keep_alive_ = framing_.keep_alive && !shared_->stopping.load(std::memory_order_relaxed);
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
            step = co_await write_rest(shared_->options.bounds.request_timeout_seconds);
        }
        if (step != outcome::proceed || !keep_alive_) {
            co_return co_await linger();
        }
        forget_request();
    }
}

} // namespace detail

struct server::state {
    state(boost::asio::any_io_executor const& e, server_options o, handler h)
        : executor(e), acceptor(e), shared(std::make_shared<detail::shared_state>()) {
        shared->options = std::move(o);
        shared->answer = std::move(h);
    }

    boost::asio::any_io_executor executor;
    detail::tcp::acceptor acceptor;
    std::shared_ptr<detail::shared_state> shared;
    std::atomic<std::uint16_t> port{0};

    boost::asio::any_io_executor session_executor() {
        if (shared->options.strands) {
            return boost::asio::make_strand(executor);
        }
        return executor;
    }

    /// Asks every session to close, on its own executor.
    void close_sessions(bool even_if_busy) {
        // The last owner of a session takes the mutex when it goes: none may go while it is held here.
        std::vector<std::shared_ptr<detail::session>> kept;
        {
            std::lock_guard const lock(shared->mutex);
            for (auto* const s : shared->sessions) {
                if (auto alive = s->weak_from_this().lock()) {
                    kept.push_back(std::move(alive));
                }
            }
        }
        for (auto const& s : kept) {
            boost::asio::post(s->executor(), [s, even_if_busy] { s->close(even_if_busy); });
        }
    }
};

namespace detail {

/// Accepts until the acceptor is closed. Template: the server's state is private.
template <class State> asio::awaitable<void> accept_connections(std::shared_ptr<State> state) {
    while (!state->shared->stopping.load()) {
        error_code failed;
        auto const executor = state->session_executor();
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        tcp::socket socket = co_await state->acceptor.async_accept(executor, token);
        if (failed == asio::error::operation_aborted || state->shared->stopping.load()) {
            break;
        }
        if (failed) {
            // Out of descriptors, most likely: wait until a connection is closed.
            log::write(log::level::warn, "http.accept_failed", {{"reason", failed.message()}});
            asio::steady_timer pause(state->executor, std::chrono::milliseconds(100));
            error_code ignored;
            auto pause_token = asio::redirect_error(asio::use_awaitable, ignored);
            co_await pause.async_wait(pause_token);
            continue;
        }
        socket.set_option(tcp::no_delay(true), failed);
        socket.non_blocking(true, failed); // writes are tried before they are waited for
        bool const full = state->shared->open.load() >= state->shared->options.bounds.max_connections;
        auto connection = std::make_shared<session>(std::move(socket), state->shared);
        auto work = full ? connection->refuse(503) : connection->run();
        asio::co_spawn(executor, std::move(work), [connection](std::exception_ptr thrown) {
            if (thrown) {
                log::write(log::level::error, "http.session_failed", {});
            }
        });
    }
}

} // namespace detail

REFRACT_DECL server::server(boost::asio::any_io_executor executor, server_options options, handler answer)
    : state_(std::make_shared<state>(executor, std::move(options), std::move(answer))) {}

REFRACT_DECL server::~server() { stop(); }

REFRACT_DECL result<void> server::listen() {
    namespace asio = boost::asio;
    using tcp = asio::ip::tcp;
    boost::system::error_code failed;
    server_options const& options = state_->shared->options;
    auto const address = asio::ip::make_address(options.address, failed);
    if (failed) {
        return error{errc::unavailable, "Not an IP address to listen on: " + options.address, {}};
    }
    tcp::endpoint const endpoint(address, options.port);
    auto& acceptor = state_->acceptor;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) {
        acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    }
    if (!failed) {
        acceptor.bind(endpoint, failed);
    }
    if (!failed) {
        acceptor.listen(asio::socket_base::max_listen_connections, failed);
    }
    if (failed) {
        return error{errc::unavailable,
                     "Can't listen on " + options.address + ":" + std::to_string(options.port) + ": " + failed.message(), {}};
    }
    state_->port = acceptor.local_endpoint(failed).port();
    asio::co_spawn(state_->executor, detail::accept_connections(state_), asio::detached);
    return {};
}

REFRACT_DECL std::uint16_t server::port() const noexcept { return state_->port.load(); }

REFRACT_DECL std::size_t server::connections() const noexcept { return state_->shared->open.load(); }

REFRACT_DECL void server::stop() {
    if (state_->shared->stopping.exchange(true)) {
        return;
    }
    auto const kept = state_;
    boost::asio::post(state_->executor, [kept] {
        boost::system::error_code ignored;
        kept->acceptor.close(ignored);
    });
    state_->close_sessions(false);
}

REFRACT_DECL boost::asio::awaitable<void> server::drain(std::uint32_t seconds) {
    auto const kept = state_;
    stop();
    using clock = std::chrono::steady_clock;
    auto const until = clock::now() + std::chrono::seconds(seconds);
    boost::asio::steady_timer pause(kept->executor);
    while (kept->shared->open.load() > 0 && clock::now() < until) {
        boost::system::error_code ignored;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
        pause.expires_after(std::chrono::milliseconds(20));
        co_await pause.async_wait(token);
    }
    kept->close_sessions(true);
}

} // namespace refract::http
