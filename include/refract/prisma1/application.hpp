// A Prisma 1 server without its sockets: paths and bodies in, status and body out.
#pragma once

#include <refract/core/config.hpp>
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/over_http.hpp>
#include <refract/prisma1/request_gate.hpp>
#include <refract/prisma1/service.hpp>

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::prisma1 {

namespace detail {
enum class route : std::uint8_t;
}

/// A POST as handle_post() takes it. All borrowed until the answer is there.
struct http_post {
    std::span<std::string_view const> segments{}; ///< of the path, without empty ones, not percent-decoded
    std::string_view content_type{};
    std::string_view body{};
    std::optional<std::string_view> authorization{}; ///< the header's value
    std::string const& request_id;
    http_rules rules = http_rules::original;
    bool read_only = false;       ///< a GET: operations other than queries are refused, and so are routes other than the API's
};

/// What an application does around its services' requests.
struct application_options {
    std::size_t max_services = 200;       ///< whose schema and compiled operations are kept in memory; the least recently used goes first
    std::shared_ptr<request_gate> gate{}; ///< who may run a service's requests when; none: everybody at once
    std::optional<std::chrono::milliseconds> slow_query{}; ///< GraphQL requests that take longer are logged, with their text
};

/// Routes requests to the Management API and to services.
///
/// Thread safety: handle_post() from any executor.
class application {
public:
    REFRACT_DECL application(
        std::shared_ptr<management> manager, sql::dialect const& dialect, service_options options, application_options around = {}
    );

    /// Answers one POST.
    ///
    /// Shape: nothing is refused by exception; every failure is an answer with the original's status and body, or the one `post.rules`
    /// have for it.
    REFRACT_DECL boost::asio::awaitable<http_answer> handle_post(http_post const& post);

private:
    REFRACT_DECL boost::asio::awaitable<http_answer> answer_original(http_post const& post);
    REFRACT_DECL boost::asio::awaitable<http_answer> answer_specified(http_post const& post);

    struct loaded {
        std::string id;
        std::shared_ptr<project_state const> state;
        std::shared_ptr<prisma1::service> service;
        std::uint64_t generation = 0; ///< of the management API when the state was asked for
    };

    REFRACT_DECL boost::asio::awaitable<http_answer> handle_management(http_post const& post);
    REFRACT_DECL boost::asio::awaitable<http_answer> handle_service(http_post const& post);
    REFRACT_DECL boost::asio::awaitable<http_answer> load_and_serve(std::string id, detail::route to, http_post const& post);
    /// Checks the token.
    REFRACT_DECL boost::asio::awaitable<http_answer> serve(loaded known, detail::route to, http_post const& post);
    REFRACT_DECL boost::asio::awaitable<http_answer> serve_other(loaded known, detail::route to, http_post const& post);
    REFRACT_DECL boost::asio::awaitable<http_answer> serve_requests(loaded known, bool is_private, http_post const& post);
    /// Logs a request that took too long, and tells how long it waited for its turn.
    REFRACT_DECL void finish(
        http_answer& answer, http_post const& post, std::string const& id, request_gate::pass const& pass, std::chrono::steady_clock::time_point begun
    ) const;
    REFRACT_DECL boost::asio::awaitable<http_answer> handle_batch(
        loaded const& target, request_views const& batch, bool is_private, std::string const& request_id
    );
    /// Loads a project. Errors: the answer to a request for one that isn't there.
    REFRACT_DECL boost::asio::awaitable<refract::result<loaded, http_answer>> load(std::string const& id, std::string const& request_id);
    REFRACT_DECL std::optional<loaded> find_loaded(std::string const& id);
    REFRACT_DECL loaded service_of(std::shared_ptr<project_state const> const& state, std::uint64_t generation);

    std::shared_ptr<management> management_;
    sql::dialect const& dialect_;
    service_options options_;
    application_options around_;
    std::mutex mutex_;
    std::list<loaded> services_;
    std::unordered_map<std::string, std::list<loaded>::iterator> by_id_;
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/application.ipp>
#endif
