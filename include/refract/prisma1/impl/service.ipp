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
REFRACT_DECL response refused(std::vector<response_error> const& errors) {
    return {200, make_response("null", errors), {}, false};
}

/// The answer to a text that is not GraphQL.
REFRACT_DECL response not_graphql(std::string const& message, std::string const& request_id) {
    return {500, make_response(std::nullopt, {{message, {}, {}, 0, request_id}}), {}, false};
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
      cache_prefix_(cache_->next_prefix()), cut_prefix_(cache_->next_prefix()) {
    if (options_.max_storage_bytes > 0) {
        meter_ = std::make_unique<storage_meter>(database_, dialect, target_.schema, options_.max_storage_bytes);
    }
}

REFRACT_DECL std::shared_ptr<parsed_request> service::parse(std::string_view query) const {
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
    out->pages = find_page_variables(out->document);
    return out;
}

REFRACT_DECL std::shared_ptr<parsed_request> service::parse(std::string_view query, graphql::schema const& api) const {
    auto out = parse(query);
    if (!out->syntax_error.empty()) {
        return out;
    }
    graphql::validate_options checks;
    checks.checks = prisma1_scalars();
    checks.bounds = options_.bounds;
    if (!options_.introspection) {
        checks.rules.with(graphql::rule::no_schema_introspection);
        checks.suggestions = false;
    }
    for (auto const& v : graphql::validate(api, out->document, checks)) {
        out->violations.push_back(detail::to_response_error(v));
    }
    return out;
}

namespace detail {

/// About what a parsed text holds.
REFRACT_DECL std::size_t bytes_of(parsed_request const& parsed, std::size_t text) {
    auto bytes = sizeof(parsed_request) + text + parsed.document.nodes.bytes() + parsed.syntax_error.size();
    for (auto const& v : parsed.violations) {
        bytes += sizeof(response_error) + v.message.size();
    }
    for (auto const& o : parsed.operations) {
        bytes += sizeof(o) + o.rules.size() * sizeof(variable_rule);
    }
    return bytes + parsed.literals.size() * sizeof(literal_rule);
}

REFRACT_DECL std::string text_key(std::string const& prefix, std::string_view text) {
    std::string key;
    key.reserve(prefix.size() + text.size());
    key += prefix;
    key += text;
    return key;
}

} // namespace detail

REFRACT_DECL std::shared_ptr<parsed_request const> service::find_parsed(std::string_view query) {
    auto key = detail::text_key(cache_prefix_, query);
    if (auto known = cache_->parsed.find(key)) {
        return known;
    }
    auto parsed = parse(query, api_);
    parsed->id = cache_->next_number();
    if (parsed->syntax_error.empty() && parsed->violations.empty()) {
        parsed->operations = find_operation_variables(api_, parsed->document, parsed->pages);
        remember_cut(query);
    }
    cache_->parsed.put(std::move(key), parsed, detail::bytes_of(*parsed, query.size()));
    return parsed;
}

/// Keeps a valid text without its literals, for those that differ from it in them.
REFRACT_DECL void service::remember_cut(std::string_view query) {
    auto const cut = cut_literals(query);
    if (!cut) {
        return;
    }
    auto key = detail::text_key(cut_prefix_, cut->text);
    if (cache_->parsed.find(key)) {
        return;
    }
    auto parsed = parse(cut->text);
    auto rules = parsed->syntax_error.empty() ? find_literal_rules(api_, parsed->document, cut->literals.size()) : std::nullopt;
    if (rules) {
        parsed->literals = std::move(*rules);
        parsed->operations = find_operation_variables(api_, parsed->document, parsed->pages);
    } else {
        parsed = std::make_shared<parsed_request>(); // nobody needs to try again
    }
    parsed->id = cache_->next_number();
    cache_->parsed.put(std::move(key), parsed, detail::bytes_of(*parsed, cut->text.size()));
}

REFRACT_DECL std::optional<response> service::syntax_fault(std::string_view query, std::string const& request_id) {
    auto const parsed = find_parsed(query);
    if (parsed->syntax_error.empty()) {
        return std::nullopt;
    }
    return detail::not_graphql(parsed->syntax_error, request_id);
}

REFRACT_DECL bool service::is_query(request_view const& r) {
    auto const parsed = find_parsed(r.query);
    auto const operation = graphql::select_operation(parsed->document, r.operation_name);
    return !operation || (*operation)->operation == graphql::ast::operation_type::query;
}

namespace detail {

/// What a compiled operation is kept by.
REFRACT_DECL std::string operation_key(parsed_request const& parsed, std::string_view operation_name, std::string_view shape) {
    std::string key(reinterpret_cast<char const*>(&parsed.id), sizeof parsed.id);
    key += operation_name;
    key += '\0';
    key += shape;
    return key;
}

} // namespace detail

REFRACT_DECL std::shared_ptr<compiled_operation const>
service::find_compiled(std::string_view operation_name, parsed_request const& parsed, prepared_request const& prepared) {
    auto key = detail::operation_key(parsed, operation_name, prepared.variables.shape);
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

/// The operation for all texts that differ from this one in literals.
REFRACT_DECL std::shared_ptr<compiled_operation const> service::compile_cut(request_view const& r, parsed_request const& cut) {
    auto prepared = prepare(to_request(r), cut, api_, {});
    if (!prepared) {
        return nullptr;
    }
    auto& variables = prepared->variables;
    add_literal_variables(cut.literals, variables.slots.size(), variables.values);
    variables.slots.resize(variables.slots.size() + cut.literals.size());
    return find_compiled(r.operation_name, cut, *prepared);
}

REFRACT_DECL std::optional<service::ready_request> service::find_ready(request_view const& r) {
    std::optional<cut_text> cut;
    auto parsed = cache_->parsed.find(detail::text_key(cache_prefix_, r.query));
    if (!parsed) {
        cut = cut_literals(r.query);
        parsed = cut ? cache_->parsed.find(detail::text_key(cut_prefix_, cut->text)) : nullptr;
    }
    if (!parsed) {
        return std::nullopt;
    }
    auto const& operations = parsed->operations;
    auto const wanted = std::find_if(operations.begin(), operations.end(), [&](operation_variables const& o) {
        return r.operation_name.empty() ? operations.size() == 1 : o.operation->name == r.operation_name;
    });
    direct_variables variables;
    if (wanted == operations.end() || !bind_directly(*wanted, r, variables) ||
        (cut && !bind_literals(parsed->literals, cut->literals, variables.slots))) {
        return std::nullopt;
    }
    auto known = cache_->compiled.find(detail::operation_key(*parsed, r.operation_name, variables.shape));
    if (!known && cut) {
        known = compile_cut(r, *parsed);
    }
    if (!known) {
        return std::nullopt;
    }
    return ready_request{std::move(known), {std::move(variables.slots), now_ms()}, cut ? &r : nullptr};
}

REFRACT_DECL std::shared_ptr<compiled_operation const> service::compile_itself(request_view const& r) {
    auto const whole = to_request(r);
    auto const parsed = find_parsed(whole.query);
    auto const prepared = prepare(whole, *parsed, api_, {});
    return prepared ? find_compiled(whole.operation_name, *parsed, *prepared) : nullptr;
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
    return execute_whole(r, request_id, *database_);
}

REFRACT_DECL boost::asio::awaitable<response>
service::execute(request_view const& r, std::string const& request_id, db::database* in) {
    auto& database = in == nullptr ? *database_ : *in;
    if (auto ready = find_ready(r)) {
        ready->database = &database;
        return run_ready(std::move(*ready), request_id);
    }
    return execute_whole(to_request(r), request_id, database);
}

REFRACT_DECL boost::asio::awaitable<response>
service::execute_whole(request r, std::string const& request_id, db::database& database) {
    auto const parsed = find_parsed(r.query);
    auto prepared = prepare(r, *parsed, api_, request_id);
    if (!prepared) {
        co_return prepared.failure();
    }
    auto operation = find_compiled(r.operation_name, *parsed, *prepared);
    ready_request ready{std::move(operation), {std::move(prepared->variables.slots), now_ms()}, nullptr, &database};
    auto answer = co_await run_ready(std::move(ready), request_id);
    co_return answer;
}

namespace detail {

/// An answer nothing is run for.
REFRACT_DECL boost::asio::awaitable<response> kept_answer(std::shared_ptr<std::string const> answer) {
    co_return response{200, {}, std::move(answer)};
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<response> service::run_ready(ready_request ready, std::string const& request_id) {
    auto const& operation = *ready.operation;
    if (operation.answer) {
        return detail::kept_answer(operation.answer);
    }
    if (operation.fields.size() == 1) {
        auto const& field = operation.fields.front();
        if (field.kind == field_kind::read) {
            return run_one_read(std::move(ready), request_id);
        }
        if (field.direct && !meter_) {
            return run_one_write(std::move(ready), request_id);
        }
    }
    return run_steps(std::move(ready), request_id);
}

REFRACT_DECL boost::asio::awaitable<response> service::run_one_read(ready_request ready, std::string const& request_id) {
    auto const& operation = *ready.operation;
    auto work = engine::run_read(*ready.database, *operation.fields.front().read, ready.bindings, operation.opening);
    auto written = co_await std::move(work);
    co_return answer_of_one(ready, std::move(written), request_id);
}

REFRACT_DECL boost::asio::awaitable<response> service::run_one_write(ready_request ready, std::string const& request_id) {
    auto const& operation = *ready.operation;
    auto const& field = operation.fields.front();
    auto work = engine::run_direct_write(*ready.database, *field.direct, field.write, ready.bindings, operation.opening);
    auto written = co_await std::move(work);
    if (written) {
        co_return answer_of_one(ready, std::move(*written), request_id);
    }
    auto stepwise = run_steps(std::move(ready), request_id);
    auto answer = co_await std::move(stepwise);
    co_return answer;
}

REFRACT_DECL boost::asio::awaitable<response> service::run_steps(ready_request ready, std::string const& request_id) {
    auto const& operation = *ready.operation;
    auto const answers = co_await run_fields(*ready.database, operation, ready.bindings, operation.fields.size() > 1 || meter_ != nullptr);
    co_return answer_of(*operation_told(ready, answers), answers, request_id);
}

/// The answer whose one value was written behind compiled_operation::opening.
REFRACT_DECL response
service::answer_of_one(ready_request const& ready, engine::outcome<std::string>&& written, std::string const& request_id) {
    bool const whole = written && (ready.operation->fields.front().nested.empty() || !has_failure_mark(*written));
    if (whole) {
        *written += "}}";
        return {200, std::move(*written), {}};
    }
    if (written) {
        written->erase(0, ready.operation->opening.size());
    }
    std::vector<engine::outcome<std::string>> const answers(1, std::move(written));
    return answer_of(*operation_told(ready, answers), answers, request_id);
}

/// The operation by which an answer is told: errors tell places, those of the request's own text.
REFRACT_DECL std::shared_ptr<compiled_operation const>
service::operation_told(ready_request const& ready, std::vector<engine::outcome<std::string>> const& answers) {
    auto const& fields = ready.operation->fields;
    bool const failed = ready.cut != nullptr && std::any_of(fields.begin(), fields.end(), [&](auto const& f) {
        auto const& answer = answers[static_cast<std::size_t>(&f - fields.data())];
        return f.kind == field_kind::failed || !answer || (!f.nested.empty() && has_failure_mark(*answer));
    });
    auto itself = failed ? compile_itself(*ready.cut) : nullptr;
    return itself && itself->fields.size() == answers.size() ? std::move(itself) : ready.operation;
}

REFRACT_DECL boost::asio::awaitable<std::vector<engine::outcome<std::string>>>
service::run_fields(db::database& database, compiled_operation const& operation, plan::bindings& bindings, bool directly) {
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
        auto answers = co_await engine::run_reads(database, reads, bindings);
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
            if (meter_) {
                auto asking = refusal_of(f.write.kind);
                auto refused = co_await std::move(asking);
                if (refused) {
                    out[i] = std::move(*refused);
                    continue;
                }
            }
            auto const* const direct = directly ? f.direct.get() : nullptr;
            auto answer = co_await engine::run_write(database, target_, statements_, f.write, f.read.get(), bindings, direct, f.links);
            out[i] = std::move(answer);
        }
    }
    co_return out;
}

REFRACT_DECL boost::asio::awaitable<std::optional<plan::failure>> service::refusal_of(plan::write_kind kind) {
    using plan::write_kind;
    bool const adds = kind == write_kind::create || kind == write_kind::update || kind == write_kind::upsert || kind == write_kind::update_many;
    if (!meter_ || !adds) {
        co_return std::nullopt;
    }
    auto measuring = meter_->full();
    if (!co_await std::move(measuring)) {
        co_return std::nullopt;
    }
    plan::failure out;
    out.kind = plan::failure_kind::storage_full;
    out.message = "The service has reached its storage limit of " + std::to_string(meter_->max_bytes() / 1'000'000) +
                  " MB. Delete data to be able to add more.";
    co_return out;
}

REFRACT_DECL boost::asio::awaitable<response>
service::run(compiled_operation const& operation, plan::bindings bindings, std::string const& request_id) {
    auto const answers = co_await run_fields(*database_, operation, bindings);
    co_return answer_of(operation, answers, request_id);
}

REFRACT_DECL response service::answer_of(
    compiled_operation const& operation, std::vector<engine::outcome<std::string>> const& answers, std::string const& request_id
) const {
    constexpr std::string_view head = "{\"data\":";
    detail::error_list errors(project_id_, request_id);
    response out;
    std::size_t size = 64;
    for (std::size_t i = 0; i < operation.fields.size(); ++i) {
        size += operation.fields[i].head.size() + (answers[i] ? answers[i]->size() : 4) + 1;
    }
    out.body.reserve(size);
    out.body += head;
    out.body += '{';
    bool data_is_null = false;
    for (std::size_t i = 0; i < operation.fields.size(); ++i) {
        auto const& f = operation.fields[i];
        out.body += i > 0 ? "," : "";
        out.body += f.head;
        if (f.kind != field_kind::failed && answers[i]) {
            bool const whole = f.nested.empty() || !has_failure_mark(*answers[i]);
            auto const settled = whole ? std::string() : errors.settle(f, *answers[i]);
            out.body += whole ? *answers[i] : settled;
            data_is_null = data_is_null || (f.non_null && settled == "null");
            continue;
        }
        out.body += "null";
        data_is_null = data_is_null || f.non_null;
        api_error e = f.failed;
        if (f.kind != field_kind::failed) {
            detail::log_trouble(answers[i].failure(), project_id_, request_id);
            e = spell(answers[i].failure());
        }
        errors.add(f.at, "[" + json_string(f.key) + "]", e);
    }
    out.body += '}';
    if (!errors.all().empty()) {
        out.body = make_response(data_is_null ? "null" : std::string_view(out.body).substr(head.size()), errors.all());
    } else {
        out.body += '}';
    }
    return out;
}

} // namespace refract::prisma1
