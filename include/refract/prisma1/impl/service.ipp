#pragma once

#include <refract/core/log.hpp>
#include <refract/core/text.hpp>
#include <refract/core/time.hpp>
#include <refract/engine/read.hpp>
#include <refract/engine/write.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/graphql/select_operation.hpp>
#include <refract/graphql/validate.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/service.hpp>

#include <algorithm>
#include <utility>

namespace refract::prisma1 {

namespace detail {

REFRACT_DECL response_error to_response_error(graphql::violation const& v) { return {v.message, v.locations, {}, 0, {}}; }

/// The answer to a request nothing was run for: `data` is null.
REFRACT_DECL response refused(std::vector<response_error> const& errors) { return {200, make_response("null", errors), {}}; }

/// The answer to a text that is not GraphQL.
REFRACT_DECL response not_graphql(std::string const& message, std::string const& request_id) {
    return {500, make_response(std::nullopt, {{message, {}, {}, 0, request_id}}), {}};
}

/// The errors of one answer.
class error_list {
public:
    error_list(std::string const& project, std::string const& request_id) : project_(project), request_id_(request_id) {}

    REFRACT_DECL void add(location at, std::string path, api_error const& e);
    /// A root field's value, its nested errors taken out of it.
    REFRACT_DECL std::string settle(compiled_field const& f, std::string const& answer);

    [[nodiscard]] std::vector<response_error> const& all() const noexcept { return errors_; }

private:
    std::string const& project_;
    std::string const& request_id_;
    std::vector<response_error> errors_;
};

/// What is not for clients goes to the log.
REFRACT_DECL void error_list::add(location at, std::string path, api_error const& e) {
    response_error out{e.message, {at}, std::move(path), e.code, request_id_};
    if (e.code == 0 && e.message != missing_value_text) {
        log::write(
            log::level::error, "error/unhandled",
            {{"requestId", request_id_}, {"projectId", project_}, {"path", out.path}, {"message", e.message}}
        );
        out.message = internal_error_text(request_id_);
    }
    errors_.push_back(std::move(out));
}

REFRACT_DECL std::string error_list::settle(compiled_field const& f, std::string const& answer) {
    auto settled = settle_failures(answer, f.key);
    for (auto& found : settled.found) {
        add(f.nested[found.index].at, std::move(found.path), f.nested[found.index].error);
    }
    return std::move(settled.json);
}

/// Tells the operator what a client is only told in short.
REFRACT_DECL void log_trouble(plan::failure const& f, std::string const& project, std::string const& request_id) {
    switch (f.kind) {
    case plan::failure_kind::unavailable:
    case plan::failure_kind::overloaded:
    case plan::failure_kind::timeout:
        log::write(
            log::level::warn, "database/trouble",
            {{"requestId", request_id}, {"projectId", project}, {"message", f.message}, {"sqlstate", f.code}}
        );
        break;
    default: break;
    }
}

} // namespace detail

REFRACT_DECL service::service(
    std::string project_id, std::shared_ptr<datamodel::datamodel const> model, std::shared_ptr<db::database> database,
    sql::dialect const& dialect, std::string schema, service_options options
)
    : project_id_(std::move(project_id)), model_(std::move(model)), database_(std::move(database)),
      target_{model_.get(), std::move(schema), &dialect}, options_(std::move(options)), names_(*model_),
      api_(build_api_schema(*model_, {options_.raw_access, options_.database_names})), private_api_(build_private_schema()),
      cache_(options_.cache ? options_.cache : std::make_shared<request_cache>(options_.bounds.max_cache_bytes)),
      cache_prefix_(cache_->next_prefix()) {}

REFRACT_DECL std::shared_ptr<parsed_request const>
service::parse(std::string const& query, graphql::schema const& api) const {
    auto out = std::make_shared<parsed_request>();
    graphql::parse_options options;
    options.max_document_bytes = options_.bounds.max_document_bytes;
    options.max_tokens = options_.bounds.max_tokens;
    options.max_depth = options_.bounds.max_depth;
    options.max_directives = options_.bounds.max_directives;
    options.own_source = true;
    auto document = graphql::parse(query, options);
    if (!document) {
        out->syntax_error = syntax_error_text(document.failure(), query);
        return out;
    }
    out->document = std::move(*document);
    graphql::validate_options checks;
    checks.checks = prisma1_scalars();
    checks.bounds = options_.bounds;
    for (auto const& v : graphql::validate(api, out->document, checks)) {
        out->violations.push_back(detail::to_response_error(v));
    }
    out->pages = find_page_variables(out->document);
    return out;
}

REFRACT_DECL std::shared_ptr<parsed_request const> service::find_parsed(std::string const& query) {
    auto key = cache_prefix_ + query;
    if (auto known = cache_->parsed.find(key)) {
        return known;
    }
    auto parsed = parse(query, api_);
    auto bytes = sizeof(parsed_request) + query.size() + parsed->document.nodes.bytes() + parsed->syntax_error.size();
    for (auto const& v : parsed->violations) {
        bytes += sizeof(response_error) + v.message.size();
    }
    cache_->parsed.put(std::move(key), parsed, bytes);
    return parsed;
}

REFRACT_DECL std::optional<response> service::syntax_fault(request const& r, std::string const& request_id) {
    auto const parsed = find_parsed(r.query);
    if (parsed->syntax_error.empty()) {
        return std::nullopt;
    }
    return detail::not_graphql(parsed->syntax_error, request_id);
}

REFRACT_DECL std::shared_ptr<compiled_operation const> service::find_compiled(
    request const& r, parsed_request const& parsed, prepared_request const& prepared
) {
    std::string key = cache_prefix_ + r.operation_name;
    key += '\0';
    key += prepared.variables.shape;
    key += '\0';
    key += r.query;
    if (auto known = cache_->compiled.find(key)) {
        return known;
    }
    graphql::field_collector const collector(api_, parsed.document, prepared.coerced);
    auto compiled = compile_operation(
        {*model_, names_, api_, collector, prepared.variables.values}, *prepared.operation, prepared.variables, target_
    );
    if (!compiled->holds_values) {
        cache_->compiled.put(std::move(key), compiled, compiled->bytes);
    }
    return compiled;
}

REFRACT_DECL refract::result<service::prepared_request, response> service::prepare(
    request const& r, parsed_request const& parsed, graphql::schema const& api, std::string const& request_id
) const {
    if (!parsed.syntax_error.empty()) {
        return detail::not_graphql(parsed.syntax_error, request_id);
    }
    if (!parsed.violations.empty()) {
        return detail::refused(parsed.violations);
    }
    auto const operation = graphql::select_operation(parsed.document, r.operation_name);
    if (!operation) {
        return detail::refused({{operation.failure().message, {}, {}, 0, {}}});
    }
    auto coerced = graphql::coerce_variables(
        api, parsed.document, **operation, r.variables, prisma1_scalars(), graphql::message_style::sangria, options_.bounds
    );
    if (!coerced) {
        std::vector<response_error> errors;
        for (auto const& v : coerced.failure()) {
            errors.push_back(detail::to_response_error(v));
        }
        return detail::refused(errors);
    }
    auto variables = bind_variables(*coerced, parsed.pages);
    return prepared_request{*operation, std::move(*coerced), std::move(variables)};
}

REFRACT_DECL boost::asio::awaitable<response> service::execute(request const& r, std::string const& request_id) {
    auto const parsed = find_parsed(r.query);
    auto prepared = prepare(r, *parsed, api_, request_id);
    if (!prepared) {
        co_return prepared.failure();
    }
    auto const compiled = find_compiled(r, *parsed, *prepared);
    if (compiled->answer) {
        co_return response{200, {}, compiled->answer};
    }
    plan::bindings bindings{std::move(prepared->variables.slots), now_ms()};
    auto answer = co_await run(*compiled, std::move(bindings), request_id);
    co_return answer;
}

REFRACT_DECL boost::asio::awaitable<std::vector<engine::outcome<std::string>>>
service::run_fields(compiled_operation const& operation, plan::bindings& bindings) {
    std::vector<engine::outcome<std::string>> out;
    std::vector<engine::compiled_read const*> reads;
    std::vector<std::size_t> positions;
    for (auto const& f : operation.fields) {
        out.emplace_back(f.constant);
        if (f.kind == field_kind::read) {
            positions.push_back(out.size() - 1);
            reads.push_back(f.read.get());
        }
    }
    if (!reads.empty()) {
        auto answers = co_await engine::run_reads(*database_, reads, bindings);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            out[positions[i]] = std::move(answers[i]);
        }
    }
    // Root fields of a mutation run one after the other, each in a transaction of its own.
    for (std::size_t i = 0; i < operation.fields.size(); ++i) {
        auto const& f = operation.fields[i];
        if (f.kind == field_kind::write) {
            // Each field has an instant of its own: what they create can be put in order by it.
            bindings.now_ms = std::max(now_ms(), bindings.now_ms + 1);
            auto answer = co_await engine::run_write(*database_, target_, statements_, f.write, f.read.get(), bindings, f.direct.get());
            out[i] = std::move(answer);
        }
    }
    co_return out;
}

REFRACT_DECL boost::asio::awaitable<response>
service::run(compiled_operation const& operation, plan::bindings bindings, std::string const& request_id) {
    auto const answers = co_await run_fields(operation, bindings);
    detail::error_list errors(project_id_, request_id);
    std::string data = "{";
    bool data_is_null = false;
    for (std::size_t i = 0; i < operation.fields.size(); ++i) {
        auto const& f = operation.fields[i];
        data += i > 0 ? "," : "";
        append_json_string(data, f.key);
        data += ':';
        if (f.kind != field_kind::failed && answers[i]) {
            bool const whole = f.nested.empty() || !has_failure_mark(*answers[i]);
            auto const settled = whole ? std::string() : errors.settle(f, *answers[i]);
            data += whole ? *answers[i] : settled;
            data_is_null = data_is_null || (f.non_null && settled == "null");
            continue;
        }
        data += "null";
        data_is_null = data_is_null || f.non_null;
        api_error e = f.failed;
        if (f.kind != field_kind::failed) {
            detail::log_trouble(answers[i].failure(), project_id_, request_id);
            e = spell(answers[i].failure());
        }
        errors.add(f.at, "[" + json_string(f.key) + "]", e);
    }
    data += '}';
    co_return response{200, make_response(data_is_null ? "null" : data, errors.all()), {}};
}

} // namespace refract::prisma1
