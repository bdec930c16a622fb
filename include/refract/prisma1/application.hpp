// A Prisma 1 server without its sockets: paths and bodies in, status and body out.
#pragma once

#include <refract/core/config.hpp>
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/service.hpp>

#include <boost/asio/awaitable.hpp>

#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::prisma1 {

struct http_answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body{};
};

/// Routes requests to the Management API and to services.
///
/// Thread safety: handle_post() from any executor.
class application {
public:
    /// `max_services`: services whose schema and compiled operations are kept in memory; the least recently used goes first.
    REFRACT_DECL application(
        std::shared_ptr<management> manager, sql::dialect const& dialect, service_options options, std::size_t max_services = 200
    );

    /// Answers one POST.
    ///
    /// Shape: `segments` is the path split on `/` without empty parts, not percent-decoded; `authorization` is the header's value.
    /// Nothing is refused by exception; every failure is an answer with the original's status and body.
    REFRACT_DECL boost::asio::awaitable<http_answer> handle_post(
        std::vector<std::string> segments, std::string content_type, std::string_view body,
        std::optional<std::string> authorization, std::string request_id
    );

private:
    struct loaded {
        std::string id;
        std::shared_ptr<project_state const> state;
        std::shared_ptr<prisma1::service> service;
    };

    REFRACT_DECL boost::asio::awaitable<http_answer> handle_management(
        std::string_view body, std::optional<std::string> authorization, std::string const& request_id
    );
    REFRACT_DECL boost::asio::awaitable<http_answer> handle_service(
        std::vector<std::string> segments, std::string_view body, std::optional<std::string> authorization,
        std::string const& request_id
    );
    REFRACT_DECL std::shared_ptr<prisma1::service> service_of(std::shared_ptr<project_state const> const& state);

    std::shared_ptr<management> management_;
    sql::dialect const& dialect_;
    service_options options_;
    std::size_t max_services_;
    std::mutex mutex_;
    std::list<loaded> services_;
    std::unordered_map<std::string, std::list<loaded>::iterator> by_id_;
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/application.ipp>
#endif
