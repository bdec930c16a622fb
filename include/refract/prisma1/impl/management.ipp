#pragma once

#include <refract/core/id.hpp>
#include <refract/core/log.hpp>
#include <refract/core/time.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/jwt/sign.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/management_steps.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <utility>

#include <boost/json.hpp>

namespace refract::prisma1 {

namespace detail {

/// A database's error: coded if a client can do something about it (wait, or send another value), else for the log.
REFRACT_DECL api_error failed(db::error const& e) {
    auto coded = spell(engine::to_failure(e));
    std::string const told = e.server_text.empty() ? e.message : e.message + " " + e.server_text;
    if (coded.code == 0) {
        return {0, told};
    }
    log::write(log::level::warn, "database/trouble", {{"message", told}, {"sqlstate", e.sqlstate}});
    return coded;
}

/// Its code as the toolkit's, for those who ask for a project.
REFRACT_DECL error to_find_error(api_error const& e) {
    switch (e.code) {
    case 1000: return {errc::timeout, e.message, {}};
    case 1004: return {errc::queue_full, e.message, {}};
    case 1006: return {errc::unavailable, e.message, {}};
    case 3035: return {errc::invalid_value, e.message, {}};
    default: return {errc::statement_failed, e.message, {}};
    }
}

REFRACT_DECL api_error no_such_project(std::string const& name, std::string const& stage) {
    return {4000, "No service with name '" + name + "' and stage '" + stage + "' found"};
}

/// The value of an argument, or of a field of the argument `input`; null if it was left out.
REFRACT_DECL graphql::coerced const* argument_of(std::vector<graphql::coerced_field> const& arguments, std::string_view name) {
    for (auto const& a : arguments) {
        if (a.name == name) {
            return &a.value;
        }
        if (a.name == "input") {
            return a.value.find(name);
        }
    }
    return nullptr;
}

REFRACT_DECL std::string text_argument(std::vector<graphql::coerced_field> const& arguments, std::string_view name) {
    auto const* v = argument_of(arguments, name);
    return v == nullptr ? std::string() : v->text;
}

REFRACT_DECL bool flag_argument(std::vector<graphql::coerced_field> const& arguments, std::string_view name) {
    auto const* v = argument_of(arguments, name);
    return v != nullptr && v->boolean;
}

REFRACT_DECL std::vector<std::string> texts_argument(std::vector<graphql::coerced_field> const& arguments, std::string_view name) {
    std::vector<std::string> out;
    if (auto const* v = argument_of(arguments, name)) {
        for (auto const& item : v->items) {
            out.push_back(item.text);
        }
    }
    return out;
}

/// `clientMutationId` as it came.
REFRACT_DECL boost::json::value mutation_id(std::vector<graphql::coerced_field> const& arguments) {
    auto const* v = argument_of(arguments, "clientMutationId");
    return v == nullptr || v->is_null() ? boost::json::value(nullptr) : boost::json::value(v->text);
}

REFRACT_DECL bool is_reserved(std::string_view name) {
    return name == "cluster" || name == "management" || name == "export" || name == "import";
}

/// `^[a-zA-Z][a-zA-Z0-9\-_]*$`, names of services may have `~` too.
REFRACT_DECL bool is_name(std::string_view name, std::size_t longest, bool tilde) {
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !name.empty() && name.size() <= longest && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) {
               return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || (tilde && c == '~');
           });
}

REFRACT_DECL std::optional<api_error> name_fault(std::string const& name, std::string const& stage) {
    std::string const rule =
        " It must start with a letter and may contain up to 30 letters, numbers, underscores and hyphens.";
    if (is_reserved(name)) {
        return api_error{4006, "Service name " + name + " is reserved. Please choose a different name."};
    }
    if (is_reserved(stage)) {
        return api_error{4007, "Stage name " + stage + " is reserved. Please choose a different stage name."};
    }
    if (!is_name(name, 140, true)) {
        return api_error{4001, name + " is not a valid name for a service name." + rule};
    }
    if (!is_name(stage, 30, false)) {
        return api_error{4002, stage + " is not a valid name for a service stage." + rule};
    }
    return std::nullopt;
}

REFRACT_DECL boost::json::object shown_project(std::string const& name, std::string const& stage, std::string const& datamodel) {
    return {{"name", name}, {"stage", stage}, {"datamodel", datamodel}};
}

REFRACT_DECL boost::json::value shown_time(std::optional<std::int64_t> const& ms) {
    return ms ? boost::json::value(format_date_time(*ms)) : boost::json::value(nullptr);
}

REFRACT_DECL boost::json::object shown_migration(migrate::migration_record const& m, boost::json::array steps) {
    return {
        {"projectId", m.project},
        {"revision", m.revision},
        {"status", migrate::to_string(m.status)},
        {"applied", m.applied},
        {"rolledBack", m.rolled_back},
        {"errors", boost::json::value_from(m.errors)},
        {"startedAt", shown_time(m.started_ms)},
        {"finishedAt", shown_time(m.finished_ms)},
        {"datamodel", m.datamodel},
        {"steps", std::move(steps)}};
}

/// Whether one of the names is among a field's selections, or may be in a fragment there.
REFRACT_DECL bool may_select(graphql::collected_field const& field, std::initializer_list<std::string_view> names) {
    auto const may_be_one = [&](graphql::ast::selection const& s) {
        return s.kind != graphql::ast::selection_kind::field || std::find(names.begin(), names.end(), s.name) != names.end();
    };
    return std::any_of(field.nodes.begin(), field.nodes.end(), [&](graphql::ast::selection const* node) {
        return std::any_of(node->selections.begin(), node->selections.end(), may_be_one);
    });
}

/// A migration with its steps, which are told by its own schema and the one before it.
REFRACT_DECL boost::json::object shown_migration(migrate::migration_record const& m, std::string const& schema_before) {
    auto const previous = migrate::parse_schema_json(schema_before);
    auto const next = migrate::parse_schema_json(m.schema_json);
    datamodel::datamodel const empty;
    return shown_migration(m, show_steps(m.steps, previous ? *previous : empty, next ? *next : empty));
}

} // namespace detail

REFRACT_DECL management::management(boost::asio::any_io_executor executor, management_options options)
    : executor_(std::move(executor)), options_(std::move(options)),
      history_(options_.database, {options_.dialect, options_.dialect->has_schemas ? options_.management_schema : std::string()}) {}

REFRACT_DECL boost::asio::awaitable<result<void>> management::start() {
    auto creating = history_.create_tables();
    auto const created = co_await std::move(creating);
    if (!created) {
        co_return error{errc::statement_failed, created.failure().message + " " + created.failure().server_text, {}};
    }
    auto listing = history_.list_open();
    auto open = co_await std::move(listing);
    if (!open) {
        co_return error{errc::statement_failed, open.failure().message + " " + open.failure().server_text, {}};
    }
    for (auto& m : *open) {
        start_applying(std::move(m));
    }
    co_return result<void>{};
}

// ---- projects by name -----------------------------------------------------------------------------------------------

REFRACT_DECL std::string management::encode(std::string_view name, std::string_view stage) const {
    auto const separator = options_.dialect->project_separator;
    std::string id(name);
    id += separator;
    for (char const c : stage) {
        // Where the separator may be part of a name (SQLite), two projects must not get one id: `~` escapes it in stages.
        if (separator == '_' && (c == '_' || c == '~')) {
            id += c == '_' ? "~1" : "~0";
        } else {
            id += c;
        }
    }
    return id;
}

REFRACT_DECL std::pair<std::string, std::string> management::decode(std::string const& id) const {
    auto const separator = options_.dialect->project_separator;
    auto const at = id.rfind(separator);
    if (at == std::string::npos) {
        return {id, std::string()};
    }
    std::string stage;
    for (auto i = at + 1; i < id.size(); ++i) {
        bool const escaped = separator == '_' && id[i] == '~' && i + 1 < id.size();
        if (escaped) {
            ++i;
            stage += id[i] == '1' ? '_' : '~';
        } else {
            stage += id[i];
        }
    }
    return {id.substr(0, at), std::move(stage)};
}

REFRACT_DECL result<std::string> management::project_id(std::span<std::string_view const> segments) const {
    if (segments.size() > 3) {
        return error{errc::invalid_id, "Unsupported project ID encoding. ", {}};
    }
    constexpr std::string_view standard = "default";
    auto const id = segments.empty()       ? encode(standard, standard)
                    : segments.size() == 1 ? encode(segments[0], standard)
                    : segments.size() == 2 ? encode(segments[0], segments[1])
                                           : encode(std::string(segments[0]) + "~" + std::string(segments[1]), segments[2]);
    auto const separator = options_.dialect->project_separator;
    if (separator != '_' && std::count(id.begin(), id.end(), separator) != 1) { // `_` is a letter of names
        return error{
            errc::invalid_id,
            std::string("requirement failed: an encoded project id string must consist of 2 parts. Separator is ") + separator +
                ". The string was: " + id,
            {}};
    }
    return id;
}

REFRACT_DECL std::optional<api_error>
management::refused(std::optional<std::string> const& authorization, std::string const& name, std::string const& stage) const {
    if (!options_.key) {
        return std::nullopt;
    }
    auto const header = authorization ? std::optional<std::string_view>(*authorization) : std::nullopt;
    auto const checked = jwt::check_management_token(header, *options_.key, name, stage, now_ms() / 1000);
    if (checked) {
        return std::nullopt;
    }
    auto const& why = checked.failure();
    constexpr int invalid = 3015;
    return api_error{why.code, why.code == invalid ? "Authentication token is invalid: " + why.message : why.message};
}

REFRACT_DECL sql::ddl_target management::target_of(std::string const& project_id) const {
    if (!options_.dialect->has_schemas) {
        return {options_.dialect, {}};
    }
    return {options_.dialect, options_.fixed_schema.empty() ? project_id : options_.fixed_schema};
}

REFRACT_DECL void management::invalidate(std::string const& project_id) {
    {
        std::lock_guard const hold(mutex_);
        states_.erase(project_id);
    }
    ++generation_;
    if (options_.on_change) {
        options_.on_change(project_id);
    }
}

REFRACT_DECL void management::invalidate_all() {
    std::vector<std::string> ids;
    {
        std::lock_guard const hold(mutex_);
        for (auto const& [id, state] : states_) {
            ids.push_back(id);
        }
        states_.clear();
    }
    ++generation_;
    for (auto const& id : ids) {
        if (options_.on_change) {
            options_.on_change(id);
        }
    }
}

/// Whoever is told of a successful migration finds it in place: a state from before it is forgotten first.
REFRACT_DECL void management::take_note(std::string const& project_id, std::uint64_t revision) {
    bool is_old = false;
    {
        std::lock_guard const hold(mutex_);
        auto const at = states_.find(project_id);
        is_old = at != states_.end() && at->second->revision != revision;
    }
    if (is_old) {
        invalidate(project_id);
    }
}

REFRACT_DECL boost::asio::awaitable<result<void>> management::refresh() {
    auto listing = history_.list_versions();
    auto const versions = co_await std::move(listing);
    if (!versions) {
        co_return error{errc::unavailable, versions.failure().message, {}};
    }
    std::unordered_map<std::string_view, migrate::project_version const*> by_id;
    for (auto const& v : *versions) {
        by_id.emplace(v.id, &v);
    }
    std::vector<std::string> changed;
    {
        std::lock_guard const hold(mutex_);
        for (auto const& [id, state] : states_) {
            auto const at = by_id.find(id);
            bool const is_there = at != by_id.end() && at->second->revision == state->revision;
            auto const secrets = is_there ? migrate::parse_strings_json(at->second->secrets_json) : std::vector<std::string>();
            if (!is_there || !secrets || *secrets != state->secrets) {
                changed.push_back(id);
            }
        }
    }
    for (auto const& id : changed) {
        invalidate(id);
    }
    co_return result<void>{};
}

REFRACT_DECL management::task<std::shared_ptr<project_state const>> management::load(std::string project_id) {
    using found = std::shared_ptr<project_state const>;
    auto finding = history_.find_project(project_id);
    auto project = co_await std::move(finding);
    if (!project) {
        co_return detail::failed(project.failure());
    }
    if (!*project) {
        co_return found{};
    }
    auto reading = history_.last_success(project_id);
    auto migration = co_await std::move(reading);
    if (!migration) {
        co_return detail::failed(migration.failure());
    }
    if (!*migration) {
        co_return found{};
    }
    auto model = migrate::parse_schema_json((*migration)->schema_json);
    if (!model) {
        co_return api_error{0, model.failure().message};
    }
    auto state = std::make_shared<project_state>();
    state->id = project_id;
    std::tie(state->name, state->stage) = decode(project_id);
    state->secrets = (*project)->secrets;
    state->keys = jwt::service_keys(state->secrets);
    state->revision = (*migration)->revision;
    state->model = std::make_shared<datamodel::datamodel const>(std::move(*model));
    state->schema_json = std::move((*migration)->schema_json);
    state->datamodel_text = std::move((*migration)->datamodel);
    state->webhooks = std::move((*migration)->webhooks);
    state->schema_name = target_of(project_id).schema;
    state->database = options_.open(project_id);
    co_return found(std::move(state));
}

REFRACT_DECL boost::asio::awaitable<result<std::shared_ptr<project_state const>>> management::find(std::string project_id) {
    using found = result<std::shared_ptr<project_state const>>;
    auto const generation = generation_.load();
    std::shared_ptr<state_load> current;
    bool mine = false;
    {
        std::lock_guard const hold(mutex_);
        if (auto const at = states_.find(project_id); at != states_.end()) {
            co_return at->second;
        }
        auto& under_way = loads_[project_id];
        mine = under_way == nullptr || under_way->generation() != generation;
        if (mine) {
            under_way = std::make_shared<state_load>(generation);
        }
        current = under_way;
    }
    if (!mine) {
        auto joining = db::wait_for<found>([current](db::completion<found> done) { current->wait(std::move(done)); });
        auto answer = co_await std::move(joining);
        co_return answer;
    }
    found answer = error{errc::statement_failed, "The project could not be loaded.", {}};
    std::exception_ptr thrown; // nobody may be left waiting
    try {
        auto loading = load(project_id);
        auto loaded = co_await std::move(loading);
        answer = loaded ? found(std::move(*loaded)) : found(detail::to_find_error(loaded.failure()));
    } catch (...) {
        thrown = std::current_exception();
    }
    {
        std::lock_guard const hold(mutex_);
        if (auto const at = loads_.find(project_id); at != loads_.end() && at->second == current) {
            loads_.erase(at);
        }
        if (answer && *answer != nullptr && generation == generation_.load()) { // not while it was read forgotten by somebody
            states_[project_id] = *answer;
        }
    }
    current->settle(answer);
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    co_return answer;
}

// ---- queries --------------------------------------------------------------------------------------------------------

REFRACT_DECL management::task<boost::json::value> management::list_projects(field_call call) {
    if (auto const no = refused(call.authorization, "", "")) {
        co_return *no;
    }
    auto listing = history_.list_projects();
    auto const projects = co_await std::move(listing);
    if (!projects) {
        co_return detail::failed(projects.failure());
    }
    boost::json::array out;
    for (auto const& p : *projects) {
        auto finding = find(p.id);
        auto const state = co_await std::move(finding);
        if (!state) {
            co_return to_api_error(state.failure());
        }
        auto const [name, stage] = decode(p.id);
        out.push_back(detail::shown_project(name, stage, *state == nullptr ? std::string() : (*state)->datamodel_text));
    }
    co_return boost::json::value(std::move(out));
}

REFRACT_DECL management::task<boost::json::value> management::show_project(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    auto finding = find(encode(name, stage));
    auto const state = co_await std::move(finding);
    if (!state) {
        co_return to_api_error(state.failure());
    }
    if (*state == nullptr) {
        co_return detail::no_such_project(name, stage);
    }
    co_return boost::json::value(detail::shown_project(name, stage, (*state)->datamodel_text));
}

REFRACT_DECL management::task<boost::json::value> management::migration_status(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    auto const id = encode(name, stage);
    // Clients ask every few milliseconds until it is done.
    bool const whole = detail::may_select(*call.field, {"steps", "datamodel"});
    auto const parts = whole ? migrate::migration_parts::all : migrate::migration_parts::progress;
    auto asking = history_.first_open(id, parts);
    auto found = co_await std::move(asking);
    if (found && !*found) {
        auto reading = history_.last_success(id, 0, parts);
        found = co_await std::move(reading);
    }
    if (!found) {
        co_return detail::failed(found.failure());
    }
    if (!*found) {
        co_return detail::no_such_project(name, stage);
    }
    if ((*found)->status == migrate::migration_status::success) {
        take_note(id, (*found)->revision);
    }
    if (!whole) {
        co_return boost::json::value(detail::shown_migration(**found, boost::json::array()));
    }
    auto reading = history_.last_success(id, (*found)->revision);
    auto const before = co_await std::move(reading);
    if (!before) {
        co_return detail::failed(before.failure());
    }
    co_return boost::json::value(detail::shown_migration(**found, *before ? (*before)->schema_json : std::string()));
}

REFRACT_DECL management::task<boost::json::value> management::list_migrations(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    auto listing = history_.list_migrations(encode(name, stage));
    auto const all = co_await std::move(listing);
    if (!all) {
        co_return detail::failed(all.failure());
    }
    auto const success = [](auto const& other) { return other.status == migrate::migration_status::success; };
    if (auto const newest = std::find_if(all->begin(), all->end(), success); newest != all->end()) {
        take_note(newest->project, newest->revision);
    }
    boost::json::array out;
    for (auto m = all->begin(); m != all->end(); ++m) {
        auto const before = std::find_if(std::next(m), all->end(), success);
        out.push_back(detail::shown_migration(*m, before == all->end() ? std::string() : before->schema_json));
    }
    co_return boost::json::value(std::move(out));
}

REFRACT_DECL management::task<boost::json::value> management::project_token(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    auto finding = find(encode(name, stage));
    auto const state = co_await std::move(finding);
    if (!state) {
        co_return to_api_error(state.failure());
    }
    if (*state == nullptr) {
        co_return detail::no_such_project(name, stage);
    }
    if ((*state)->secrets.empty()) {
        co_return boost::json::value("");
    }
    constexpr std::int64_t day_seconds = 86'400;
    auto const now = now_ms() / 1000;
    jwt::key_options weak;
    weak.allow_weak_keys = true; // the user chose the secret
    weak.sign_with_weak_keys = true;
    auto const key = jwt::key::from_secret(jwt::algorithm::hs256, (*state)->secrets.front(), weak);
    if (!key) {
        co_return api_error{0, key.failure().message};
    }
    auto const token = jwt::sign({{"nbf", now}, {"exp", now + day_seconds}}, *key);
    if (!token) {
        co_return api_error{0, token.failure().message};
    }
    co_return boost::json::value(*token);
}

// ---- mutations ------------------------------------------------------------------------------------------------------

REFRACT_DECL management::task<bool> management::create_storage(std::string project_id) {
    if (options_.dialect->has_schemas && options_.fixed_schema.empty() && options_.migrations) {
        auto running = migrate::run_fragment(*options_.database, sql::create_schema(*options_.dialect, project_id));
        auto const done = co_await std::move(running);
        if (!done) {
            co_return detail::failed(done.failure());
        }
    }
    if (options_.open(project_id) == nullptr) {
        co_return api_error{0, "The database of the project " + project_id + " can't be opened."};
    }
    co_return true;
}

REFRACT_DECL management::task<bool> management::drop_storage(std::string project_id) {
    if (options_.dialect->has_schemas) { // by the project's id: a configured schema and its data stay
        auto running = migrate::run_fragment(*options_.database, sql::drop_schema(*options_.dialect, project_id));
        auto const done = co_await std::move(running);
        if (!done) {
            co_return detail::failed(done.failure());
        }
    } else if (options_.remove) {
        options_.remove(project_id);
    }
    co_return true;
}

REFRACT_DECL management::task<boost::json::value> management::add_project(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    if (auto const fault = detail::name_fault(name, stage)) {
        co_return *fault;
    }
    auto const id = encode(name, stage);
    migrate::project_record project;
    project.id = id;
    project.secrets = detail::texts_argument(call.arguments, "secrets");
    auto adding = history_.add_project(std::move(project), migrate::print_schema_json(datamodel::datamodel{}));
    auto const added = co_await std::move(adding);
    if (!added) {
        co_return detail::failed(added.failure());
    }
    if (!*added) {
        co_return api_error{4005, "Service with name '" + name + "' and stage '" + stage + "' already exists"};
    }
    auto creating = create_storage(id);
    auto const created = co_await std::move(creating);
    if (!created) {
        auto deleting = history_.delete_project(id); // so that it can be tried again
        auto const deleted = co_await std::move(deleting);
        co_return deleted ? created.failure() : detail::failed(deleted.failure());
    }
    invalidate(id);
    log::write(log::level::info, "project.added", {{"projectId", id}});
    co_return boost::json::value{
        {"project", detail::shown_project(name, stage, "")}, {"clientMutationId", detail::mutation_id(call.arguments)}};
}

REFRACT_DECL management::task<boost::json::value> management::delete_project(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    if (auto const no = refused(call.authorization, name, stage)) {
        co_return *no;
    }
    auto const id = encode(name, stage);
    auto finding = find(id);
    auto const state = co_await std::move(finding);
    if (!state) {
        co_return to_api_error(state.failure());
    }
    auto const text = *state == nullptr ? std::string() : (*state)->datamodel_text;
    auto holding = hold(id);
    auto const held = co_await std::move(holding);
    if (!held) {
        co_return held.failure();
    }
    auto deleting = history_.delete_project(id);
    auto const deleted = co_await std::move(deleting);
    if (!deleted) {
        co_return detail::failed(deleted.failure());
    }
    if (!*deleted) {
        co_return detail::no_such_project(name, stage);
    }
    invalidate(id);
    auto dropping = drop_storage(id);
    auto const dropped = co_await std::move(dropping);
    if (!dropped) {
        co_return dropped.failure();
    }
    log::write(log::level::info, "project.deleted", {{"projectId", id}});
    co_return boost::json::value{
        {"project", detail::shown_project(name, stage, text)}, {"clientMutationId", detail::mutation_id(call.arguments)}};
}

REFRACT_DECL management::task<boost::json::value> management::set_cloud_secret(field_call call) {
    if (auto const no = refused(call.authorization, "", "")) {
        co_return *no;
    }
    auto const* given = detail::argument_of(call.arguments, "secret");
    auto const secret = given == nullptr || given->is_null() ? std::optional<std::string>() : std::optional(given->text);
    auto setting = history_.set_cloud_secret(secret);
    auto const set = co_await std::move(setting);
    if (!set) {
        co_return detail::failed(set.failure());
    }
    co_return boost::json::value{{"clientMutationId", detail::mutation_id(call.arguments)}};
}

} // namespace refract::prisma1
