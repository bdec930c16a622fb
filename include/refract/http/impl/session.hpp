// One connection of a client: requests in, answers out.
// See: impl/session.ipp (the loop), impl/session_read.ipp, impl/session_write.ipp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/http/impl/chunk_reader.hpp>
#include <refract/http/impl/deadline.hpp>
#include <refract/http/impl/shared_state.hpp>
#include <refract/http/impl/stream.hpp>
#include <refract/http/request_head.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>

namespace refract::http::detail {

namespace beast = boost::beast;

inline constexpr std::size_t read_bytes = 16U << 10U;
/// A buffer that grew for a large body is not kept for the next request.
inline constexpr std::size_t kept_buffer_bytes = 256U << 10U;

/// The answer to a head or body that can't be read.
REFRACT_DECL response fault_response(int status);

/// One connection.
class session : public std::enable_shared_from_this<session> {
public:
    /// `tls`: what it begins with, null without TLS. `address`: what it was counted by; it is so no longer once the session is gone.
    REFRACT_DECL session(stream::socket_type socket, std::shared_ptr<SSL_CTX> const& tls, std::shared_ptr<shared_state> shared,
                         std::optional<address_key> address);
    session(session const&) = delete;
    session& operator=(session const&) = delete;
    REFRACT_DECL ~session();

    /// Reads and answers requests until one side closes.
    asio::awaitable<void> run();

    /// The same once TLS has begun.
    asio::awaitable<void> run_secure();

    /// Answers with a fault and closes: for a connection over the limit.
    asio::awaitable<void> refuse(int status);

    /// Closes the connection if it is between two requests, or whatever it does. On the session's executor.
    void close(bool even_if_busy) {
        if (idle_ || even_if_busy) {
            close_socket();
        }
    }

    /// What is under way took too long: cancels it.
    void on_deadline() { stream_.cancel(); }

    /// It is no longer among those that have sent no request. The caller holds the shared mutex.
    REFRACT_DECL void forget_fresh();

    asio::any_io_executor executor() { return stream_.get_executor(); }

private:
    enum class outcome : std::uint8_t { proceed, more, fault, closed };
    using clock = std::chrono::steady_clock;

    void set_deadline(std::uint32_t seconds) { deadline_.set(*this, seconds); }

    void close_socket() {
        stream_.close();
        deadline_.cancel();
    }

    void name_request();
    asio::awaitable<bool> secure();
    void leave_fresh();
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
    bool take_written(std::size_t count) noexcept;
    outcome write_some();
    asio::awaitable<outcome> write_rest();
    asio::awaitable<void> finish(response const& answer, std::string_view id);
    asio::awaitable<void> linger();
    std::optional<response> answer_without_handler();
    std::optional<response> answer_too_many();
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

    stream stream_;
    deadline deadline_;
    std::shared_ptr<shared_state> shared_;
    std::optional<address_key> address_;
    std::string client_{};                       ///< what its requests are counted by; empty: they are not
    std::list<session*>::iterator fresh_{};      ///< valid while is_fresh_; guarded by the shared mutex
    bool is_fresh_ = true;
    std::uint32_t served_ = 0;                   ///< requests begun on this connection
    beast::flat_buffer buffer_{};
    head_scanner scanner_{};
    clock::time_point started_{};                ///< when the first bytes of the head under way came
    std::size_t head_size_ = 0;
    framing framing_{};
    std::unique_ptr<chunk_reader> chunks_{};     ///< takes a chunked body apart
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

} // namespace refract::http::detail
