#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/graphql/introspection.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/management_answer.hpp>
#include <refract/prisma1/management_schema.hpp>
#include <refract/prisma1/variables.hpp>

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL result<graphql::document> parse_management_text(std::string const& query, limits const& bounds) {
    graphql::parse_options parsing;
    parsing.max_document_bytes = std::max(bounds.max_document_bytes, bounds.max_body_bytes); // `types` may be inline
    parsing.max_tokens = bounds.max_tokens;
    parsing.max_depth = bounds.max_depth;
    return graphql::parse(query, parsing);
}

REFRACT_DECL management_response not_a_document(error const& e, std::string const& query, std::string const& request_id) {
    return {500, make_response(std::nullopt, {{syntax_error_text(e, query), {}, {}, 0, request_id}}), false};
}

REFRACT_DECL management_response refused_document(std::vector<graphql::violation> const& violations) {
    std::vector<response_error> errors;
    for (auto const& v : violations) {
        errors.push_back({v.message, v.locations});
    }
    return {200, make_response("null", errors), false};
}

REFRACT_DECL std::string path_of(graphql::collected_field const& f) {
    return boost::json::serialize(boost::json::array{boost::json::string(f.response_key)});
}

REFRACT_DECL result<std::vector<graphql::coerced_field>, graphql::violation> arguments_of(
    graphql::field_collector const& collector, graphql::field const& definition, graphql::collected_field const& f
) {
    return graphql::coerce_arguments(collector.doc(), definition.arguments, f.nodes.front()->arguments, collector.variables());
}

} // namespace detail

REFRACT_DECL std::optional<management_response> management::syntax_fault(request const& r, std::string const& request_id) const {
    auto const document = detail::parse_management_text(r.query, options_.bounds);
    return document ? std::nullopt : std::optional(detail::not_a_document(document.failure(), r.query, request_id));
}

REFRACT_DECL boost::asio::awaitable<management_response> management::execute(
    request r, std::optional<std::string> authorization, std::string request_id
) {
    auto const document = detail::parse_management_text(r.query, options_.bounds);
    if (!document) {
        co_return detail::not_a_document(document.failure(), r.query, request_id);
    }
    auto const& schema = management_schema();
    auto const operation = graphql::select_operation(*document, r.operation_name);
    graphql::validate_options checking;
    checking.bounds = options_.bounds;
    checking.checks = prisma1_scalars(); // no text may hold what a database can't store
    auto violations = graphql::validate(schema, *document, checking);
    if (violations.empty() && !operation) {
        violations.push_back({operation.failure().message});
    }
    if (!violations.empty()) {
        co_return detail::refused_document(violations);
    }
    auto const variables = graphql::coerce_variables(
        schema, *document, **operation, r.variables, checking.checks, graphql::message_style::sangria, options_.bounds
    );
    if (!variables) {
        co_return detail::refused_document(variables.failure());
    }
    graphql::field_collector const collector(schema, *document, *variables);
    auto running = run(collector, **operation, std::move(authorization), std::move(request_id));
    co_return co_await std::move(running);
}

REFRACT_DECL boost::asio::awaitable<management_response> management::run(
    graphql::field_collector const& collector, graphql::ast::definition const& operation, std::optional<std::string> authorization,
    std::string request_id
) {
    auto const& schema = collector.types();
    auto const* root = operation.operation == graphql::ast::operation_type::mutation ? schema.mutation : schema.query;
    auto const fields = collector.collect(operation.selections, *root);
    std::string data = "{";
    std::vector<response_error> errors;
    bool data_is_null = false;
    for (auto const& f : fields) {
        data += data.size() > 1 ? "," : "";
        append_json_string(data, f.response_key);
        data += ':';
        auto const name = f.nodes.front()->name;
        if (name == "__typename") {
            append_json_string(data, root->name);
            continue;
        }
        if (graphql::is_introspection_field(name)) {
            if (auto const written = graphql::append_introspection(data, collector, *root, f); !written) {
                std::vector<graphql::violation> violations;
                violations.push_back({written.failure().message});
                co_return detail::refused_document(violations);
            }
            continue;
        }
        auto const& definition = *root->find_field(name);
        auto arguments = detail::arguments_of(collector, definition, f);
        if (!arguments) {
            std::vector<graphql::violation> violations;
            violations.push_back(std::move(arguments.failure()));
            co_return detail::refused_document(violations);
        }
        field_call call{&f, std::move(*arguments), authorization};
        auto resolving = resolve(std::move(call));
        auto const value = co_await std::move(resolving);
        if (value) {
            append_selected(data, collector, f, definition.type, *value);
            continue;
        }
        auto const& e = value.failure();
        if (e.code == 0) {
            log::write(log::level::error, "management.failed", {{"requestId", request_id}, {"error", e.message}});
        }
        response_error told;
        told.message = e.code == 0 ? internal_error_text(request_id) : e.message;
        told.locations.push_back(f.nodes.front()->at);
        told.path = detail::path_of(f);
        told.code = e.code;
        told.request_id = request_id;
        errors.push_back(std::move(told));
        data += "null";
        data_is_null = data_is_null || definition.type.is_non_null();
    }
    data += '}';
    co_return management_response{200, make_response(data_is_null ? std::string_view("null") : std::string_view(data), errors)};
}

REFRACT_DECL management::task<boost::json::value> management::resolve(field_call call) {
    using member = task<boost::json::value> (management::*)(field_call);
    static constexpr std::pair<std::string_view, member> resolvers[] = {
        {"listProjects", &management::list_projects},
        {"project", &management::show_project},
        {"migrationStatus", &management::migration_status},
        {"listMigrations", &management::list_migrations},
        {"generateProjectToken", &management::project_token},
        {"addProject", &management::add_project},
        {"deleteProject", &management::delete_project},
        {"setCloudSecret", &management::set_cloud_secret},
        {"deploy", &management::deploy},
    };
    auto const name = call.field->nodes.front()->name;
    for (auto const& [field, resolver] : resolvers) {
        if (field == name) {
            auto resolving = (this->*resolver)(std::move(call));
            co_return co_await std::move(resolving);
        }
    }
    // serverInfo, the only field that needs no token
    boost::json::object info{
        {"version", options_.version},
        {"commit", options_.commit},
        {"primaryConnector", options_.connector.empty() ? options_.dialect->name : std::string_view(options_.connector)}};
    co_return boost::json::value(std::move(info));
}

} // namespace refract::prisma1
