#pragma once

#include <refract/core/id.hpp>
#include <refract/core/log.hpp>
#include <refract/core/time.hpp>
#include <refract/http/cors.hpp>
#include <refract/http/request_head.hpp>
#include <refract/http/server.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <exception>
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
#include <boost/asio/write.hpp>
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

/// What all sessions of a server share.
struct shared_state {
    server_options options{};
    handler answer{};
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> open{0};
    std::mutex mutex{};
    std::unordered_set<session*> sessions{}; ///< guarded by mutex; each is alive while it is in here
};

/// The current date for the `Date` header, made once a second.
REFRACT_DECL std::string_view current_date() {
    thread_local long long second = -1;
    thread_local std::string text;
    long long const now = now_ms() / 1000;
    if (now != second) {
        second = now;
        text = http_date(now);
    }
    return text;
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
    enum class outcome : std::uint8_t { proceed, fault, closed };
    using clock = std::chrono::steady_clock;

    void set_deadline(std::uint32_t seconds);
    void clear_deadline() noexcept { deadline_ = clock::time_point::max(); }
    void arm_timer();

    void close_socket() {
        error_code ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

    asio::awaitable<error_code> read_more(std::uint32_t seconds);
    asio::awaitable<outcome> read_head();
    asio::awaitable<outcome> read_body();
    asio::awaitable<bool> respond();
    asio::awaitable<bool> send(response const& answer, bool keep_alive, std::string_view id, bool with_body);
    asio::awaitable<void> linger();
    outcome parse_head();
    void describe_request();
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
    std::optional<parser_type> parser_{};
    request request_{};
    std::string head_{};
    int fault_ = 0;
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

/// Cancels what the socket does then. Costs a clock reading, as long as deadlines only grow.
REFRACT_DECL void session::set_deadline(std::uint32_t seconds) {
    timed_out_ = false;
    deadline_ = clock::now() + std::chrono::seconds(seconds);
    if (deadline_ < armed_) {
        arm_timer();
    }
}

/// Reads what is there, waiting at most so long; asio::error::timed_out then.
REFRACT_DECL asio::awaitable<error_code> session::read_more(std::uint32_t seconds) {
    error_code failed;
    set_deadline(seconds);
    auto const room = buffer_.prepare(read_bytes);
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    std::size_t const count = co_await socket_.async_read_some(room, token);
    buffer_.commit(count);
    clear_deadline();
    if (timed_out_) {
        failed = asio::error::timed_out;
    }
    co_return failed;
}

/// Waits for a head, parses and checks it.
REFRACT_DECL asio::awaitable<session::outcome> session::read_head() {
    limits const& bounds = shared_->options.bounds;
    head_scanner scanner;
    auto const started = clock::now();
    for (;;) {
        auto const found = scanner.scan(buffered().substr(0, bounds.max_header_bytes));
        if (found == head_scanner::state::complete) {
            break;
        }
        if (found == head_scanner::state::bad) {
            co_return fail(400);
        }
        if (buffer_.size() >= bounds.max_header_bytes) {
            co_return fail(431);
        }
        idle_ = buffer_.size() == 0;
        if (idle_ && shared_->stopping.load()) {
            co_return outcome::closed;
        }
        std::uint32_t wait = idle_ ? bounds.idle_timeout_seconds : bounds.header_timeout_seconds;
        if (!idle_) {
            auto const spent = std::chrono::duration_cast<std::chrono::seconds>(clock::now() - started).count();
            wait = spent >= wait ? 0 : wait - static_cast<std::uint32_t>(spent);
        }
        error_code const failed = co_await read_more(std::max(wait, 1U));
        if (failed) {
            bool const late = failed == asio::error::timed_out && !idle_;
            co_return late ? fail(408) : outcome::closed;
        }
    }
    idle_ = false;
    co_return parse_head();
}

REFRACT_DECL session::outcome session::parse_head() {
    limits const& bounds = shared_->options.bounds;
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(bounds.max_header_bytes));
    parser_->body_limit(bounds.max_body_bytes);
    error_code failed;
    int const line_fault = request_line_fault(buffered());
    if (line_fault != 0) {
        return fail(line_fault);
    }
    buffer_.consume(parser_->put(buffer_.data(), failed));
    if (failed == beast::http::error::body_limit) {
        return fail(413);
    }
    if (failed || !parser_->is_header_done()) {
        return fail(failed == beast::http::error::header_limit ? 431 : 400);
    }
    describe_request();
    int const fault = head_fault(request_, parser_->get().version());
    if (fault != 0) {
        return fail(fault);
    }
    parser_->eager(true);
    return outcome::proceed;
}

REFRACT_DECL void session::describe_request() {
    auto const& message = parser_->get();
    auto const view = [](beast::string_view text) { return std::string_view(text.data(), text.size()); };
    request_.method = view(message.method_string());
    request_.target = view(message.target());
    request_.segments = split_target(request_.target);
    request_.headers.clear();
    for (auto const& field : message) {
        request_.headers.emplace_back(view(field.name_string()), view(field.value()));
    }
    request_.id = shared_->options.request_id_prefix + ":" + new_cuid();
}

/// Reads the body, as long as it keeps coming.
REFRACT_DECL asio::awaitable<session::outcome> session::read_body() {
    auto const expects = request_.header("Expect");
    if (expects && !parser_->is_done() && buffer_.size() == 0) {
        constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        error_code failed;
        auto token = asio::redirect_error(asio::use_awaitable, failed);
        auto const bytes = asio::buffer(go_on.data(), go_on.size());
        set_deadline(slow_window_seconds);
        co_await asio::async_write(socket_, bytes, token);
    }
    auto window_start = clock::now();
    std::size_t window_bytes = 0;
    while (!parser_->is_done()) {
        if (buffer_.size() > 0) {
            error_code failed;
            buffer_.consume(parser_->put(buffer_.data(), failed));
            if (failed && failed != beast::http::error::need_more) {
                co_return fail(failed == beast::http::error::body_limit ? 413 : 400);
            }
            if (parser_->is_done()) {
                break;
            }
            // What is left is a piece of a chunk's head or of a trailer.
            if (buffer_.size() > shared_->options.bounds.max_header_bytes || has_bare_line_feed(buffered())) {
                co_return fail(400);
            }
        }
        std::size_t const before = buffer_.size();
        error_code const failed = co_await read_more(slow_window_seconds);
        if (failed) {
            co_return failed == asio::error::timed_out ? fail(408) : (failed == asio::error::eof ? fail(400) : outcome::closed);
        }
        window_bytes += buffer_.size() - before;
        auto const now = clock::now();
        if (now - window_start >= std::chrono::seconds(slow_window_seconds)) {
            if (window_bytes < slow_body_bytes_per_second * slow_window_seconds) {
                co_return fail(408);
            }
            window_start = now;
            window_bytes = 0;
        }
    }
    request_.body = parser_->get().body();
    co_return outcome::proceed;
}

REFRACT_DECL asio::awaitable<bool> session::send(response const& answer, bool keep_alive, std::string_view id, bool with_body) {
    head_options options;
    options.keep_alive = keep_alive;
    options.request_id = id;
    options.date = current_date();
    options.origin = parser_ && parser_->is_header_done() ? request_.header("Origin").value_or("") : std::string_view();
    head_.clear();
    append_head(head_, answer, options);
    std::array<asio::const_buffer, 2> const parts{asio::buffer(head_), asio::buffer(answer.body.data(), with_body ? answer.body.size() : 0)};
    error_code failed;
    set_deadline(shared_->options.bounds.request_timeout_seconds);
    auto token = asio::redirect_error(asio::use_awaitable, failed);
    co_await asio::async_write(socket_, parts, token);
    clear_deadline();
    co_return !failed && keep_alive;
}

/// Routes by method, runs the handler, sends its answer. True if another request may follow.
REFRACT_DECL asio::awaitable<bool> session::respond() {
    bool keep_alive = parser_->get().keep_alive() && !shared_->stopping.load(std::memory_order_relaxed);
    auto preflight = preflight_response(request_);
    if (preflight) {
        co_return co_await send(*preflight, keep_alive, {}, true);
    }
    response answer;
    bool const is_head = request_.method == "HEAD";
    if (is_head || request_.method == "GET" || request_.method == "POST") {
        bool threw = false;
        std::string reason;
        try {
            auto work = shared_->answer(request_);
            answer = co_await std::move(work);
        } catch (std::exception const& e) {
            threw = true;
            reason = e.what();
        }
        if (threw) {
            log::write(log::level::error, "http.handler_failed", {{"requestId", request_.id}, {"reason", reason}});
            answer = text_response(500, "There was an internal server error.");
        }
    } else {
        answer = text_response(405, "HTTP method not allowed, supported methods: POST, GET");
        answer.headers.emplace_back("Allow", "POST, GET");
        keep_alive = false; // what follows a method we don't know may be anything, a tunnel's bytes for CONNECT
    }
    co_return co_await send(answer, keep_alive, request_.id, !is_head);
}

/// Lets the peer read the last answer: closing with unread bytes would reset the connection.
REFRACT_DECL asio::awaitable<void> session::linger() {
    error_code failed;
    socket_.shutdown(tcp::socket::shutdown_send, failed);
    auto const until = clock::now() + std::chrono::seconds(2);
    while (!failed && clock::now() < until) {
        buffer_.clear();
        failed = co_await read_more(1);
    }
    close_socket();
}

REFRACT_DECL asio::awaitable<void> session::refuse(int status) {
    response const answer = fault_response(status);
    co_await send(answer, false, {}, true);
    co_await linger();
}

REFRACT_DECL asio::awaitable<void> session::run() {
    auto const self = shared_from_this();
    for (;;) {
        outcome step = co_await read_head();
        if (step == outcome::proceed && !parser_->is_done()) {
            step = co_await read_body();
        }
        if (step == outcome::closed) {
            co_return close_socket();
        }
        if (step == outcome::fault) {
            response const answer = fault_response(fault_);
            std::string const id = shared_->options.request_id_prefix + ":" + new_cuid();
            co_await send(answer, false, id, true);
            co_return co_await linger();
        }
        request_.body = parser_->get().body();
        bool const again = co_await respond();
        if (!again) {
            co_return co_await linger();
        }
        parser_.reset();
        if (buffer_.capacity() > kept_buffer_bytes && buffer_.size() == 0) {
            buffer_ = beast::flat_buffer();
        }
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
