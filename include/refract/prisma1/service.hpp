// One revision of one service: GraphQL requests in, answers out.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/prisma1/api_names.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/request.hpp>
#include <refract/prisma1/request_cache.hpp>
#include <refract/prisma1/storage_meter.hpp>
#include <refract/sql/condition.hpp>

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// What one request is answered with.
struct response {
    int status = 200;
    std::string body{};
    std::shared_ptr<std::string const> shared_body{}; ///< instead of `body`: an answer that is the same for every request
    bool executed = true;                             ///< false: the text or the variables were refused, nothing was run

    [[nodiscard]] std::string_view bytes() const noexcept { return shared_body ? *shared_body : body; }
};

struct service_options {
    limits bounds{};
    bool raw_access = false;
    bool introspection = true; ///< false: `__schema` and `__type` are refused, and no name of the schema is suggested
    std::vector<std::string> database_names{"default"};
    std::uint64_t max_storage_bytes = 0;    ///< of one service; beyond, whatever adds to it gets error 1007; 0: no limit
    std::shared_ptr<request_cache> cache{}; ///< shared by all services; none: the service makes one of its own
};

/// Answers requests against one datamodel. A deploy makes a new one; requests under way finish on the old one.
///
/// Thread safety: execute() from any executor.
class service {
public:
    /// `database` holds the service's tables, in `schema` if the dialect has schemas.
    REFRACT_DECL service(
        std::string project_id, std::shared_ptr<datamodel::datamodel const> model, std::shared_ptr<db::database> database,
        sql::dialect const& dialect, std::string schema, service_options options
    );

    /// Parses, validates and lowers once per text and shape of variables, then runs.
    ///
    /// Shape: `{"data":…}` or `{"data":…,"errors":[…]}`, status 200; a text that is not GraphQL: status 500 without data.
    REFRACT_DECL boost::asio::awaitable<response> execute(request const& r, std::string const& request_id);

    /// The same for a request where it stands: if its text is known, its variables are bound straight from the JSON. What `r` refers to
    /// lives until the answer is there. `in`: a transaction it runs in (engine/open_transaction.hpp), instead of the service's database.
    REFRACT_DECL boost::asio::awaitable<response>
    execute(request_view const& r, std::string const& request_id, db::database* in = nullptr);

    /// The same for the `private` endpoint: resetData, validateSubscriptionQuery.
    REFRACT_DECL boost::asio::awaitable<response> execute_private(request r, std::string const& request_id);

    /// One page of an export (export.hpp). Errors: a body that is no request for one.
    REFRACT_DECL boost::asio::awaitable<refract::result<response>> run_export(std::string_view body, std::string const& request_id);

    /// An import (import.hpp); answers with the array of its errors. Errors: a body that is none.
    REFRACT_DECL boost::asio::awaitable<refract::result<response>> run_import(std::string_view body, std::string const& request_id);

    /// The answer to a text that is not GraphQL; nothing is run.
    REFRACT_DECL std::optional<response> syntax_fault(std::string_view query, std::string const& request_id);

    /// Whether a request runs nothing but a query; also if it runs nothing at all, being refused.
    REFRACT_DECL bool is_query(request_view const& r);

    [[nodiscard]] graphql::schema const& api() const noexcept { return api_; }

private:
    /// The operation a request means, with its variables.
    struct prepared_request {
        graphql::ast::definition const* operation = nullptr;
        graphql::variable_values coerced{};
        bound_variables variables{}; ///< of `coerced`
    };

    /// An operation found ready, with what it is run with.
    struct ready_request {
        std::shared_ptr<compiled_operation const> operation{};
        plan::bindings bindings{};
        request_view const* cut = nullptr; ///< set if it was compiled for another text, which differs in literals
        db::database* database = nullptr;  ///< where it runs
    };

    REFRACT_DECL std::shared_ptr<parsed_request> parse(std::string_view query) const;
    REFRACT_DECL std::shared_ptr<parsed_request> parse(std::string_view query, graphql::schema const& api) const;
    REFRACT_DECL std::shared_ptr<parsed_request const> find_parsed(std::string_view query);
    /// Errors: the answer to a request that can't be run.
    REFRACT_DECL refract::result<prepared_request, response>
    prepare(request const& r, parsed_request const& parsed, graphql::schema const& api, std::string const& request_id) const;
    REFRACT_DECL compiled_operation compile_private(
        graphql::field_collector const& collector, graphql::ast::definition const& operation, variable_map const& variables
    ) const;
    REFRACT_DECL std::shared_ptr<compiled_operation const>
    find_compiled(std::string_view operation_name, parsed_request const& parsed, prepared_request const& prepared);
    REFRACT_DECL std::optional<ready_request> find_ready(request_view const& r);
    REFRACT_DECL std::shared_ptr<compiled_operation const> compile_cut(request_view const& r, parsed_request const& cut);
    REFRACT_DECL void remember_cut(std::string_view query);
    /// The operation of this text alone; null if the request is not valid.
    REFRACT_DECL std::shared_ptr<compiled_operation const> compile_itself(request_view const& r);
    REFRACT_DECL boost::asio::awaitable<response> execute_whole(request r, std::string const& request_id, db::database& database);
    REFRACT_DECL boost::asio::awaitable<response> run_ready(ready_request ready, std::string const& request_id);
    /// The three ways to run: a read alone, a write that is one statement, and everything else.
    REFRACT_DECL boost::asio::awaitable<response> run_one_read(ready_request ready, std::string const& request_id);
    REFRACT_DECL boost::asio::awaitable<response> run_one_write(ready_request ready, std::string const& request_id);
    REFRACT_DECL boost::asio::awaitable<response> run_steps(ready_request ready, std::string const& request_id);
    REFRACT_DECL response answer_of_one(ready_request const& ready, engine::outcome<std::string>&& written, std::string const& request_id);
    REFRACT_DECL std::shared_ptr<compiled_operation const>
    operation_told(ready_request const& ready, std::vector<engine::outcome<std::string>> const& answers);
    /// Nothing, or why this write may not run.
    REFRACT_DECL boost::asio::awaitable<std::optional<plan::failure>> refusal_of(plan::write_kind kind);
    REFRACT_DECL boost::asio::awaitable<response>
    run(compiled_operation const& operation, plan::bindings bindings, std::string const& request_id);
    REFRACT_DECL boost::asio::awaitable<std::vector<engine::outcome<std::string>>>
    run_fields(db::database& database, compiled_operation const& operation, plan::bindings& bindings, bool directly = true);
    [[nodiscard]] REFRACT_DECL response answer_of(
        compiled_operation const& operation, std::vector<engine::outcome<std::string>> const& answers, std::string const& request_id
    ) const;

    std::string project_id_;
    std::shared_ptr<datamodel::datamodel const> model_;
    std::shared_ptr<db::database> database_;
    sql::target target_;
    service_options options_;
    api_names names_;
    graphql::schema api_;
    graphql::schema private_api_;
    std::unique_ptr<storage_meter> meter_; ///< null: no limit
    engine::statement_store statements_;
    std::shared_ptr<request_cache> cache_;
    std::string cache_prefix_;
    std::string cut_prefix_; ///< of texts whose literals were cut out
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/service.ipp>
#include <refract/prisma1/impl/service_bulk.ipp>
#include <refract/prisma1/impl/service_private.ipp>
#endif
