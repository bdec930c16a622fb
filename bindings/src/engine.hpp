// An engine without Python: databases, the Management API, the service in use.
#pragma once

#include <refract/core/result.hpp>
#include <refract/engine/open_transaction.hpp>
#include <refract/prisma1/application.hpp>
#include <refract/prisma1/management.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace refract::python {

namespace asio = boost::asio;

struct engine_options {
    std::string url = ":memory:"; ///< `:memory:`, a file, a folder, or `postgresql://...`
    std::string service = "default";
    std::string stage = "default";
    bool raw_access = false;
    bool durable = true;          ///< SQLite: a commit is on the disk when it is acknowledged
    std::uint32_t connection_limit = 10; ///< PostgreSQL
    std::string management_schema = "management"; ///< PostgreSQL
};

/// One GraphQL request; `variables` is the JSON of an object, or empty.
struct graphql_call {
    std::string query{};
    std::string variables{};
    std::string operation_name{};
};

struct http_call {
    std::string path{};
    std::string body{};
    std::optional<std::string> authorization{};
    std::string content_type = "application/json";
};

class transaction;

/// A transaction that was begun; else why it could not be: the database's error, or the answer to a request without a service.
struct begun_transaction {
    std::shared_ptr<transaction> opened{};
    std::optional<db::error> failed{};
    prisma1::response refused{};
};

/// Everything below the Python class.
///
/// Thread safety: all members. Lifetime: coroutines hold it by shared pointer until they end.
class engine {
public:
    /// Opens the databases and creates the management tables. Exceptions: refract::exception.
    static std::shared_ptr<engine> open(engine_options const& options);

    engine(prisma1::management_options management, prisma1::service_options services, std::function<void()> close);
    engine(engine const&) = delete;
    engine& operator=(engine const&) = delete;
    ~engine();

    [[nodiscard]] std::string const& project() const noexcept { return project_; }
    [[nodiscard]] sql::dialect const& dialect() const noexcept { return dialect_; }
    [[nodiscard]] prisma1::application& application() noexcept { return *application_; }

    [[nodiscard]] asio::awaitable<prisma1::response> execute(graphql_call const& call);
    /// One after the other. The first one that is no GraphQL, or has no service, does not stop the others.
    [[nodiscard]] asio::awaitable<std::vector<prisma1::response>> execute_all(std::vector<graphql_call> const& calls);
    /// A transaction for several requests. It keeps the engine from being closed.
    [[nodiscard]] static asio::awaitable<begun_transaction> begin(std::shared_ptr<engine> self);
    [[nodiscard]] asio::awaitable<prisma1::response> execute_private(graphql_call const& call);
    [[nodiscard]] asio::awaitable<prisma1::response> manage(graphql_call const& call);
    [[nodiscard]] asio::awaitable<result<prisma1::response>> import(std::string const& body);
    [[nodiscard]] asio::awaitable<result<prisma1::response>> exported(std::string const& body);
    [[nodiscard]] asio::awaitable<prisma1::http_answer> post(http_call const& call);

    /// Forgets what is known of the service: another process may have deployed it.
    void refresh() { management_->invalidate(project_); }

private:
    using ndf_run = asio::awaitable<result<prisma1::response>> (prisma1::service::*)(std::string_view body, std::string const& request_id);
    using found_service = result<std::shared_ptr<prisma1::service>, prisma1::response>;

    [[nodiscard]] std::shared_ptr<prisma1::service> known_service();
    [[nodiscard]] asio::awaitable<found_service> load_service(std::string const& request_id);
    /// Import and export: they differ in what of the service they call.
    [[nodiscard]] asio::awaitable<result<prisma1::response>> exchange(std::string const& body, ndf_run run);

    sql::dialect const& dialect_;
    prisma1::service_options service_options_;
    std::shared_ptr<prisma1::management> management_;
    std::unique_ptr<prisma1::application> application_;
    std::function<void()> close_;
    std::string project_;
    std::mutex mutex_;
    std::shared_ptr<prisma1::service> service_;                ///< guarded by mutex_
    std::shared_ptr<prisma1::project_state const> state_;      ///< guarded by mutex_
    std::uint64_t generation_ = 0;                             ///< guarded by mutex_

    friend class transaction;
};

/// Requests that happen together, or not at all.
///
/// Thread safety: all members, but one call at a time: another one meanwhile is an error. Ended by its destruction, it is rolled back.
class transaction {
public:
    using ended = db::result<void>;

    transaction(
        std::shared_ptr<engine> from, std::shared_ptr<prisma1::service> service, std::shared_ptr<::refract::engine::open_transaction> opened
    )
        : from_(std::move(from)), service_(std::move(service)), opened_(std::move(opened)) {}

    [[nodiscard]] asio::awaitable<prisma1::response> execute(graphql_call const& call);
    [[nodiscard]] asio::awaitable<std::vector<prisma1::response>> execute_all(std::vector<graphql_call> const& calls);
    [[nodiscard]] asio::awaitable<ended> commit();

private:
    class turn;

    std::shared_ptr<engine> from_;
    std::shared_ptr<prisma1::service> service_; ///< the one it began with, whatever is deployed meanwhile
    std::shared_ptr<::refract::engine::open_transaction> opened_;
    std::atomic<bool> busy_{false};
};

} // namespace refract::python
