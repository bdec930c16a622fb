#include "engine.hpp"

#include "runtime.hpp"

#include <refract/core/id.hpp>
#include <refract/core/text.hpp>
#include <refract/prisma1/api_error.hpp>
#include <refract/prisma1/request.hpp>

#include <utility>

namespace refract::python {

namespace {

std::string next_request_id() {
    std::string id = "python:";
    append_cuid(id);
    return id;
}

/// An answer without data.
prisma1::response failure(std::string message, int code, std::string const& request_id) {
    return {200, prisma1::make_response(std::nullopt, {{std::move(message), {}, {}, code, request_id}}), {}};
}

prisma1::request to_request(graphql_call const& call, limits const& bounds) {
    // A text that is no JSON object never comes here: Python's variables made it, or execute() has looked at it.
    std::string const body = R"({"query":"","variables":)" + (call.variables.empty() ? std::string("null") : call.variables) + "}";
    auto parsed = prisma1::parse_request_body(body, bounds);
    prisma1::request out = std::move(parsed.value().requests.front());
    out.query = call.query;
    out.operation_name = call.operation_name;
    return out;
}

/// Runs a request, in a transaction if `in` is one.
asio::awaitable<prisma1::response> run_call(
    prisma1::service& service, graphql_call const& call, std::string const& request_id, limits const& bounds, db::database* in
) {
    // In a list: a position of 0 would say that there are no variables.
    std::string const text = call.variables.empty() ? std::string() : '[' + call.variables + ']';
    prisma1::json_tape json;
    prisma1::request_view view{&json, call.query, call.operation_name, 0};
    if (!text.empty()) {
        if (auto const read = json.parse(text, bounds); !read) {
            co_return failure("The variables are malformed: " + read.failure().message, 0, request_id);
        }
        if (json[1].kind != prisma1::json_kind::object || json[1].size + 1 != json.size()) {
            co_return failure("The variables have to be one JSON object.", 0, request_id);
        }
        view.variables = 1;
    }
    auto work = service.execute(view, request_id, in);
    auto answer = co_await std::move(work);
    co_return answer;
}

/// Calls of an engine or a transaction, one after the other.
template <class T> asio::awaitable<std::vector<prisma1::response>> run_all(T& on, std::vector<graphql_call> const& calls) {
    std::vector<prisma1::response> out;
    for (auto const& call : calls) {
        auto work = on.execute(call);
        auto answer = co_await std::move(work);
        out.push_back(std::move(answer));
    }
    co_return out;
}

} // namespace

engine::engine(prisma1::management_options management, prisma1::service_options services, std::function<void()> close)
    : dialect_(*management.dialect), service_options_(std::move(services)), close_(std::move(close)) {
    service_options_.cache = std::make_shared<prisma1::request_cache>(service_options_.bounds.max_cache_bytes);
    management_ = std::make_shared<prisma1::management>(io_context().get_executor(), std::move(management));
    application_ = std::make_unique<prisma1::application>(management_, dialect_, service_options_);
}

engine::~engine() { close_(); }

std::shared_ptr<prisma1::service> engine::known_service() {
    std::lock_guard const lock(mutex_);
    return generation_ == management_->generation() ? service_ : nullptr;
}

asio::awaitable<engine::found_service> engine::load_service(std::string const& request_id) {
    auto const generation = management_->generation();
    auto finding = management_->find(project_);
    auto found = co_await std::move(finding);
    if (!found) {
        auto const e = prisma1::to_api_error(found.failure());
        co_return failure(e.code == 0 ? prisma1::internal_error_text(request_id) : e.message, e.code, request_id);
    }
    if (*found == nullptr) {
        co_return failure("Project not found: '" + project_ + "'", 3016, request_id);
    }
    auto const& state = *found;
    std::lock_guard const lock(mutex_);
    if (state != state_ || !service_) {
        service_ = std::make_shared<prisma1::service>(state->id, state->model, state->database, dialect_, state->schema_name, service_options_);
        state_ = state;
    }
    generation_ = generation;
    co_return service_;
}

asio::awaitable<prisma1::response> engine::execute(graphql_call const& call) {
    auto const request_id = next_request_id();
    auto service = known_service();
    if (!service) {
        auto loading = load_service(request_id);
        auto loaded = co_await std::move(loading);
        if (!loaded) {
            co_return std::move(loaded.failure());
        }
        service = std::move(*loaded);
    }
    auto work = run_call(*service, call, request_id, service_options_.bounds, nullptr);
    auto answer = co_await std::move(work);
    co_return answer;
}

asio::awaitable<std::vector<prisma1::response>> engine::execute_all(std::vector<graphql_call> const& calls) { return run_all(*this, calls); }

asio::awaitable<begun_transaction> engine::begin(std::shared_ptr<engine> self) {
    auto const request_id = next_request_id();
    auto loading = self->load_service(request_id);
    auto loaded = co_await std::move(loading);
    if (!loaded) {
        co_return begun_transaction{{}, {}, std::move(loaded.failure())};
    }
    std::shared_ptr<db::database> database;
    {
        std::lock_guard const lock(self->mutex_);
        database = self->state_->database;
    }
    auto beginning = ::refract::engine::open_transaction::begin(*database);
    auto begun = co_await std::move(beginning);
    if (!begun) {
        co_return begun_transaction{{}, std::move(begun.failure()), {}};
    }
    co_return begun_transaction{std::make_shared<transaction>(std::move(self), std::move(*loaded), std::move(*begun)), {}, {}};
}

asio::awaitable<prisma1::response> engine::execute_private(graphql_call const& call) {
    auto const request_id = next_request_id();
    auto loading = load_service(request_id);
    auto loaded = co_await std::move(loading);
    if (!loaded) {
        co_return std::move(loaded.failure());
    }
    auto work = (*loaded)->execute_private(to_request(call, service_options_.bounds), request_id);
    auto answer = co_await std::move(work);
    co_return answer;
}

asio::awaitable<prisma1::response> engine::manage(graphql_call const& call) {
    auto work = management_->execute(to_request(call, service_options_.bounds), std::nullopt, next_request_id());
    auto answer = co_await std::move(work);
    co_return prisma1::response{answer.status, std::move(answer.body), {}};
}

asio::awaitable<result<prisma1::response>> engine::exchange(std::string const& body, ndf_run run) {
    auto const request_id = next_request_id();
    auto loading = load_service(request_id);
    auto loaded = co_await std::move(loading);
    if (!loaded) {
        co_return std::move(loaded.failure());
    }
    auto work = ((**loaded).*run)(body, request_id);
    auto answer = co_await std::move(work);
    co_return answer;
}

asio::awaitable<result<prisma1::response>> engine::import(std::string const& body) { return exchange(body, &prisma1::service::run_import); }

asio::awaitable<result<prisma1::response>> engine::exported(std::string const& body) { return exchange(body, &prisma1::service::run_export); }

/// The call that uses a transaction. Exceptions: refract::exception, if another one does.
class transaction::turn {
public:
    explicit turn(transaction& of) : of_(of) {
        if (of_.busy_.exchange(true)) {
            throw exception({errc::conflict, "The transaction is used by another call: one at a time.", {}});
        }
    }
    turn(turn const&) = delete;
    turn& operator=(turn const&) = delete;
    ~turn() { of_.busy_ = false; }

private:
    transaction& of_;
};

asio::awaitable<prisma1::response> transaction::execute(graphql_call const& call) {
    turn const mine(*this);
    auto const request_id = next_request_id();
    auto work = run_call(*service_, call, request_id, from_->service_options_.bounds, opened_.get());
    auto answer = co_await std::move(work);
    co_return answer;
}

asio::awaitable<std::vector<prisma1::response>> transaction::execute_all(std::vector<graphql_call> const& calls) { return run_all(*this, calls); }

asio::awaitable<transaction::ended> transaction::commit() {
    turn const mine(*this);
    auto work = opened_->commit();
    auto done = co_await std::move(work);
    co_return done;
}

asio::awaitable<prisma1::http_answer> engine::post(http_call const& call) {
    auto const request_id = next_request_id();
    std::string_view const path = std::string_view(call.path).substr(0, call.path.find('?'));
    std::vector<std::string_view> segments;
    for (auto const part : split(path, '/')) {
        if (!part.empty()) {
            segments.push_back(part);
        }
    }
    std::optional<std::string_view> const authorization(call.authorization);
    prisma1::http_post const post{segments, call.content_type, call.body, authorization, request_id};
    auto work = application_->handle_post(post);
    auto answer = co_await std::move(work);
    co_return answer;
}

} // namespace refract::python
