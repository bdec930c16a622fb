#pragma once

#include <refract/core/log.hpp>
#include <refract/core/time.hpp>
#include <refract/datamodel/sdl.hpp>
#include <refract/graphql/parse.hpp>
#include <refract/migrate/apply.hpp>
#include <refract/migrate/check.hpp>
#include <refract/migrate/compare_tables.hpp>
#include <refract/migrate/infer.hpp>
#include <refract/migrate/read_tables.hpp>
#include <refract/migrate/run_fragment.hpp>
#include <refract/prisma1/api.hpp>
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/management_steps.hpp>
#include <refract/prisma1/subscription_query.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

namespace refract::prisma1 {

/// One deploy mutation on its way.
struct management::deployment {
    std::vector<graphql::coerced_field> arguments;
    std::string id;
    std::string types;
    std::shared_ptr<project_state const> project;
    std::shared_ptr<datamodel::datamodel> next;
    std::vector<migrate::step> steps;
    std::vector<migrate::webhook> webhooks;
    std::vector<datamodel::problem> warnings;
};

namespace detail {

REFRACT_DECL boost::json::array shown_problems(std::vector<datamodel::problem> const& problems) {
    boost::json::array out;
    for (auto const& p : problems) {
        out.push_back(
            {{"type", p.type},
             {"field", p.field ? boost::json::value(*p.field) : boost::json::value(nullptr)},
             {"description", p.description}});
    }
    return out;
}

REFRACT_DECL boost::json::value deploy_payload(
    std::vector<graphql::coerced_field> const& arguments, std::vector<datamodel::problem> const& errors,
    std::vector<datamodel::problem> const& warnings, boost::json::array steps, boost::json::value migration
) {
    return boost::json::object{
        {"errors", shown_problems(errors)},
        {"migration", std::move(migration)},
        {"warnings", shown_problems(warnings)},
        {"steps", std::move(steps)},
        {"clientMutationId", mutation_id(arguments)}};
}

/// A deploy that ends with errors: nothing else is told.
REFRACT_DECL boost::json::value refused_deploy(
    std::vector<graphql::coerced_field> const& arguments, std::vector<datamodel::problem> const& errors
) {
    return deploy_payload(arguments, errors, {}, {}, nullptr);
}

REFRACT_DECL api_error busy() {
    return {4008, "You can not deploy to a service stage while there is a deployment in progress or a pending deployment scheduled "
                  "already. Please try again after the deployment finished."};
}

REFRACT_DECL std::vector<migrate::webhook> webhooks_argument(std::vector<graphql::coerced_field> const& arguments) {
    std::vector<migrate::webhook> out;
    auto const* given = argument_of(arguments, "subscriptions");
    if (given == nullptr) {
        return out;
    }
    for (auto const& item : given->items) {
        migrate::webhook w;
        w.name = item.find("name")->text;
        w.query = item.find("query")->text;
        w.url = item.find("url")->text;
        for (auto const& header : item.find("headers")->items) {
            w.headers.emplace_back(header.find("name")->text, header.find("value")->text);
        }
        out.push_back(std::move(w));
    }
    return out;
}

/// Two models that change names with each other, or follow each other, in one deploy.
REFRACT_DECL std::vector<datamodel::problem>
cross_renames(datamodel::datamodel const& previous, datamodel::datamodel const& next) {
    std::vector<datamodel::problem> out;
    for (auto const& m : next.models) {
        if (m.old_name.empty() || m.old_name == m.name || previous.find_model(m.old_name) == datamodel::none) {
            continue;
        }
        for (auto const& other : next.models) {
            if (other.old_name == m.name && other.name != m.name) {
                out.push_back(
                    {m.name, std::nullopt,
                     "You renamed type `" + m.old_name + "` to `" + m.name + "`. But that is the old name of type `" + other.name +
                         "`. Please do this in two steps."});
            }
        }
    }
    return out;
}

REFRACT_DECL datamodel::problem syntax_warning() {
    return {"Global", std::nullopt,
            "You are migrating from the old datamodel syntax to the new one. Make sure that you understand the listed changes "
            "because the semantics are different now. Then perform the deployment with the `--force` flag."};
}

} // namespace detail

REFRACT_DECL std::vector<datamodel::problem> management::check_webhooks(deployment const& d) const {
    std::vector<datamodel::problem> out;
    if (d.webhooks.empty()) {
        return out;
    }
    auto const api = build_api_schema(*d.next);
    for (auto const& w : d.webhooks) {
        for (auto& description : check_subscription_query(w.query, api, *d.next, options_.bounds)) {
            out.push_back({"Subscription", w.name, std::move(description)});
        }
    }
    return out;
}

namespace detail {

inline constexpr int busy_code = 4008;

/// Pauses that grow from one attempt to the next, until it is too late.
class patience {
public:
    explicit patience(std::uint32_t seconds) : deadline_(std::chrono::steady_clock::now() + std::chrono::seconds(seconds)) {}

    [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= deadline_; }

    boost::asio::awaitable<void> pause() {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, next_);
        next_ = std::min(next_ * 2, longest_);
        boost::system::error_code failed;
        auto token = boost::asio::redirect_error(boost::asio::use_awaitable, failed);
        co_await timer.async_wait(token); // nobody cancels it
    }

private:
    static constexpr std::chrono::milliseconds longest_{200};

    std::chrono::steady_clock::time_point deadline_;
    std::chrono::milliseconds next_{10};
};

} // namespace detail

REFRACT_DECL management::task<boost::json::value> management::deploy(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
    auto const types = detail::text_argument(call.arguments, "types");
    detail::patience patience(options_.bounds.deploy_wait_seconds);
    for (;;) {
        deployment d;
        d.id = encode(name, stage);
        auto loading = load(d.id); // not from memory: another server may have deployed
        auto const project = co_await std::move(loading);
        if (!project) {
            co_return project.failure();
        }
        if (*project == nullptr) {
            co_return detail::no_such_project(name, stage);
        }
        if (auto const no = refused(call.authorization, name, stage)) {
            co_return *no;
        }
        d.project = *project;
        d.arguments = call.arguments;
        d.types = types;
        auto deploying = try_deploy(d);
        auto done = co_await std::move(deploying);
        if (done || done.failure().code != detail::busy_code || patience.is_over()) {
            co_return done;
        }
        auto pausing = patience.pause();
        co_await std::move(pausing);
    }
}

REFRACT_DECL management::task<boost::json::value> management::try_deploy(deployment& d) {
    {
        std::lock_guard const hold(mutex_);
        if (!deploying_.insert(d.id).second) {
            co_return detail::busy();
        }
    }
    auto deploying = deploy_alone(d);
    auto done = co_await std::move(deploying);
    std::lock_guard const hold(mutex_);
    deploying_.erase(d.id);
    co_return done;
}

/// A migration that is still open is in the way. Nobody here applies it: then its server may be dead.
REFRACT_DECL management::task<bool> management::check_schedule(deployment const& d) {
    auto asking = history_.first_open(d.id);
    auto open = co_await std::move(asking);
    if (!open) {
        co_return detail::failed(open.failure());
    }
    if (!*open) {
        co_return true;
    }
    start_applying(std::move(**open));
    co_return detail::busy();
}

REFRACT_DECL management::task<boost::json::value> management::deploy_alone(deployment& d) {
    // The bound on directives is for queries: a large datamodel has thousands. No types at all is no document, as in the original.
    if (auto const document = graphql::parse(d.types, {.max_directives = options_.bounds.max_tokens}); !document) {
        co_return api_error{3017, syntax_error_text(document.failure(), d.types)};
    }
    bool const no_migration = detail::flag_argument(d.arguments, "noMigration") || !options_.migrations;
    auto const& previous = *d.project->model;
    bool const was_legacy = previous.version == datamodel::syntax_version::legacy && !previous.models.empty();
    auto parsed = datamodel::parse_sdl(d.types, options_.capabilities, {.follows_legacy = was_legacy, .owns_tables = !no_migration});
    bool const is_legacy = parsed.version == datamodel::syntax_version::legacy;
    log::write(log::level::info, "deploy.syntax", {{"project", d.id}, {"syntax", is_legacy ? "legacy" : "v1.1"}});
    if (!parsed.errors.empty()) {
        co_return detail::refused_deploy(d.arguments, parsed.errors);
    }
    if (parsed.ambiguous_relation) {
        co_return api_error{4004, parsed.ambiguous_relation->message};
    }
    if (auto const crossed = detail::cross_renames(previous, parsed.model); !crossed.empty()) {
        co_return detail::refused_deploy(d.arguments, crossed);
    }
    d.next = std::make_shared<datamodel::datamodel>(std::move(parsed.model));
    d.warnings = std::move(parsed.warnings);
    d.webhooks = detail::webhooks_argument(d.arguments);
    if (no_migration) {
        auto comparing = compare_with_tables(d);
        auto const deviations = co_await std::move(comparing);
        if (!deviations) {
            co_return deviations.failure();
        }
        if (!deviations->empty()) {
            co_return detail::refused_deploy(d.arguments, *deviations);
        }
    }
    if (auto const faults = check_webhooks(d); !faults.empty()) {
        co_return detail::refused_deploy(d.arguments, faults);
    }
    if (!detail::flag_argument(d.arguments, "dryRun")) {
        auto asking = check_schedule(d);
        auto const is_free = co_await std::move(asking);
        if (!is_free) {
            co_return is_free.failure();
        }
    }
    auto matched = migrate::match(previous, *d.next);
    if (!matched && !no_migration) {
        co_return api_error{3018, matched.failure().message};
    }
    if (matched) {
        migrate::adopt_stable_ids(previous, *d.next, *matched);
        migrate::adopt_sides(previous, *d.next, *matched);
    }
    if (!no_migration) {
        d.steps = migrate::infer_steps(previous, *d.next, *matched);
        auto const target = target_of(d.id);
        auto checking = migrate::run_checks(*d.project->database, migrate::plan_checks(target, previous, *d.next, *matched, d.steps));
        auto const checked = co_await std::move(checking);
        if (!checked) {
            co_return detail::failed(checked.failure());
        }
        if (!checked->errors.empty()) {
            co_return detail::refused_deploy(d.arguments, checked->errors);
        }
        d.warnings.insert(d.warnings.end(), checked->warnings.begin(), checked->warnings.end());
    }
    if (was_legacy && !is_legacy) {
        d.warnings.push_back(detail::syntax_warning());
    }
    auto finishing = finish_deploy(d);
    co_return co_await std::move(finishing);
}

REFRACT_DECL management::task<std::vector<datamodel::problem>> management::compare_with_tables(deployment& d) {
    auto const target = target_of(d.id);
    auto const work = [&target](db::connection& connection) { return migrate::read_tables(connection, target); };
    auto reading = migrate::with_connection<std::vector<sql::table>>(*d.project->database, db::access::read, work);
    auto const tables = co_await std::move(reading);
    if (!tables) {
        co_return detail::failed(tables.failure());
    }
    co_return migrate::compare_tables(*d.next, *tables);
}

REFRACT_DECL management::task<boost::json::value> management::finish_deploy(deployment& d) {
    auto const& previous = *d.project->model;
    auto shown = show_steps(d.steps, previous, *d.next);
    if (!d.warnings.empty() && !detail::flag_argument(d.arguments, "force")) {
        co_return detail::deploy_payload(d.arguments, {}, d.warnings, std::move(shown), nullptr);
    }
    if (detail::flag_argument(d.arguments, "dryRun")) {
        co_return detail::deploy_payload(d.arguments, {}, d.warnings, std::move(shown), nullptr);
    }
    auto steps = d.steps;
    std::optional<std::vector<std::string>> secrets(detail::texts_argument(d.arguments, "secrets"));
    if (*secrets == d.project->secrets) {
        secrets.reset();
    } else {
        steps.emplace_back(migrate::update_secrets{*secrets});
    }
    auto schema = migrate::print_schema_json(*d.next);
    bool const changed = schema != d.project->schema_json &&
                         schema != migrate::print_schema_json(previous); // a schema the original wrote is spelled otherwise
    if (steps.empty() && d.webhooks.empty() && !changed) {
        co_return detail::deploy_payload(d.arguments, {}, d.warnings, std::move(shown), nullptr);
    }
    migrate::migration_record m;
    m.project = d.id;
    m.steps = std::move(steps);
    m.schema_json = std::move(schema);
    m.datamodel = d.types;
    m.webhooks = d.webhooks;
    auto scheduling = history_.schedule(m, d.project->revision, secrets);
    auto const revision = co_await std::move(scheduling);
    if (!revision) {
        co_return detail::failed(revision.failure());
    }
    if (*revision == 0) {
        co_return detail::busy();
    }
    if (secrets) {
        invalidate(d.id); // they hold from now on
    }
    m.revision = *revision;
    auto migration = detail::shown_migration(m, show_steps(m.steps, previous, *d.next));
    start_applying(std::move(m));
    co_return detail::deploy_payload(d.arguments, {}, d.warnings, std::move(shown), std::move(migration));
}

// ---- application ----------------------------------------------------------------------------------------------------

REFRACT_DECL void management::start_applying(migrate::migration_record m) {
    {
        std::lock_guard const hold(mutex_);
        if (!applying_.insert(m.project).second) {
            return; // under way
        }
    }
    auto self = shared_from_this();
    auto const run = [self, m = std::move(m)]() -> boost::asio::awaitable<void> {
        auto applying = self->apply_migration(m);
        co_await std::move(applying);
        std::lock_guard const hold(self->mutex_);
        self->applying_.erase(m.project);
    };
    boost::asio::co_spawn(executor_, run, boost::asio::detached);
}

REFRACT_DECL boost::asio::awaitable<void> management::apply_migration(migrate::migration_record m) {
    detail::patience patience(0);
    for (;;) {
        auto trying = try_applying(m);
        auto const done = co_await std::move(trying);
        if (done) {
            break;
        }
        auto pausing = patience.pause();
        co_await std::move(pausing);
    }
    invalidate(m.project);
}

REFRACT_DECL management::task<std::shared_ptr<void>> management::hold(std::string project_id) {
    detail::patience patience(options_.bounds.deploy_wait_seconds);
    std::shared_ptr<void> held;
    while (options_.lock && (held = options_.lock(project_id)) == nullptr) {
        if (patience.is_over()) {
            co_return detail::busy();
        }
        auto pausing = patience.pause();
        co_await std::move(pausing);
    }
    co_return held;
}

namespace detail {

/// The row stays open: the next start or deploy tries again.
REFRACT_DECL void log_trouble(std::string_view what, migrate::migration_record const& m, std::string const& why) {
    log::write(log::level::error, what, {{"projectId", m.project}, {"revision", m.revision}, {"error", why}});
}

} // namespace detail

/// False: another server is at it.
REFRACT_DECL boost::asio::awaitable<bool> management::try_applying(migrate::migration_record const& m) {
    auto const held = options_.lock ? options_.lock(m.project) : nullptr;
    if (options_.lock && held == nullptr) {
        co_return false;
    }
    auto asking = history_.first_open(m.project);
    auto const open = co_await std::move(asking);
    if (open && (!*open || (*open)->revision != m.revision)) {
        co_return true; // another server has done it
    }
    auto marking = history_.mark_in_progress(m.project, m.revision, now_ms());
    auto const marked = co_await std::move(marking);
    auto reading = history_.last_success(m.project, m.revision);
    auto const before = co_await std::move(reading);
    if (!open || !marked || !before) {
        auto const& why = !open ? open.failure() : !marked ? marked.failure() : before.failure();
        detail::log_trouble("migration.not_started", m, why.message);
        co_return true;
    }
    auto applying = apply_after(m, *before ? (*before)->schema_json : std::string());
    co_return co_await std::move(applying);
}

/// The migration, which is marked and ours to apply. False: another server is at it.
REFRACT_DECL boost::asio::awaitable<bool> management::apply_after(migrate::migration_record const& m, std::string previous_schema) {
    auto previous = previous_schema.empty() ? result<datamodel::datamodel>(datamodel::datamodel())
                                            : migrate::parse_schema_json(previous_schema);
    auto next = migrate::parse_schema_json(m.schema_json);
    if (!previous || !next) {
        detail::log_trouble("migration.unreadable", m, !previous ? previous.failure().message : next.failure().message);
        co_return true;
    }
    auto database = options_.open(m.project);
    migrate::application what;
    what.target = target_of(m.project);
    migrate::restore_old_names(m.steps, *next);
    what.previous = std::make_shared<datamodel::datamodel const>(std::move(*previous));
    what.next = std::make_shared<datamodel::datamodel const>(std::move(*next));
    what.steps = m.steps;
    what.revision = m.revision;
    if (options_.dialect->has_schemas) {
        auto const count = static_cast<std::uint32_t>(m.steps.size());
        what.guard.push_back(history_.open_statement(m.project, m.revision));
        what.record.push_back(history_.success_statement(m.project, m.revision, count, now_ms()));
        for (auto& f : history_.notice(m.project)) {
            what.record.push_back(std::move(f));
        }
    }
    auto applying = migrate::apply(*database, std::move(what));
    auto const applied = co_await std::move(applying);
    if (applied.busy) {
        co_return false;
    }
    auto recording = record_end(m, applied);
    co_await std::move(recording);
    co_return true;
}

REFRACT_DECL boost::asio::awaitable<void> management::record_end(migrate::migration_record m, migrate::application_result applied) {
    m.finished_ms = now_ms();
    if (applied.applied) {
        m.status = migrate::migration_status::success;
        m.applied = static_cast<std::uint32_t>(m.steps.size());
        log::write(
            log::level::info, "migration.applied",
            {{"projectId", m.project}, {"revision", m.revision}, {"steps", m.steps.size()}}
        );
    } else if (!applied.error.empty()) {
        // one transaction: what was done before the failing step is undone already
        m.status = migrate::migration_status::rollback_success;
        m.applied = std::min(applied.failed_step, static_cast<std::uint32_t>(m.steps.size()));
        m.rolled_back = m.applied;
        m.errors.push_back(applied.error);
        log::write(log::level::error, "migration.failed", {{"projectId", m.project}, {"revision", m.revision}, {"error", applied.error}});
    }
    bool const recorded = options_.dialect->has_schemas && applied.applied;
    if (!recorded && (applied.applied || !applied.error.empty())) {
        auto finishing = history_.finish(m);
        auto const finished = co_await std::move(finishing);
        if (!finished) { // the row stays open: the next start finds the migration applied, or tries again
            auto const& why = finished.failure().message;
            log::write(log::level::error, "migration.not_recorded", {{"projectId", m.project}, {"revision", m.revision}, {"error", why}});
        }
    }
}

} // namespace refract::prisma1
