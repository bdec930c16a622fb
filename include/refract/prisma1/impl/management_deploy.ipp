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
#include <refract/prisma1/management.hpp>
#include <refract/prisma1/management_steps.hpp>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
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

/// The model a subscription's first field is about, by its name with a capital letter.
REFRACT_DECL datamodel::index subscribed_model(datamodel::datamodel const& dm, graphql::document const& document) {
    for (auto const& definition : document.definitions) {
        bool const is_subscription = definition.kind == graphql::ast::definition_kind::operation &&
                                     definition.operation == graphql::ast::operation_type::subscription;
        if (is_subscription && !definition.selections.empty()) {
            return dm.find_model(capitalized(definition.selections[0].name));
        }
    }
    return datamodel::none;
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
    for (auto const& w : d.webhooks) {
        auto const document = graphql::parse(w.query);
        if (!document) {
            out.push_back({"Subscription", w.name, "The subscription query is invalid GraphQL."});
            continue;
        }
        if (detail::subscribed_model(*d.next, *document) == datamodel::none) {
            out.push_back(
                {"Subscription", w.name,
                 "The provided query doesn't include any known model name. Please check for the latest subscriptions API."});
            continue;
        }
        if (options_.check_webhook) {
            for (auto& description : options_.check_webhook(*d.next, w.query)) {
                out.push_back({"Subscription", w.name, std::move(description)});
            }
        }
    }
    return out;
}

REFRACT_DECL management::task<boost::json::value> management::deploy(field_call call) {
    auto const name = detail::text_argument(call.arguments, "name");
    auto const stage = detail::text_argument(call.arguments, "stage");
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
    d.arguments = std::move(call.arguments);
    d.types = detail::text_argument(d.arguments, "types");
    {
        std::lock_guard const hold(mutex_);
        if (!deploying_.insert(d.id).second) {
            co_return detail::busy();
        }
    }
    auto deploying = deploy_alone(d);
    auto done = co_await std::move(deploying);
    {
        std::lock_guard const hold(mutex_);
        deploying_.erase(d.id);
    }
    co_return done;
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
        if (!checked.errors.empty()) {
            co_return detail::refused_deploy(d.arguments, checked.errors);
        }
        d.warnings.insert(d.warnings.end(), checked.warnings.begin(), checked.warnings.end());
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
    auto secrets = detail::texts_argument(d.arguments, "secrets");
    if (secrets != d.project->secrets) {
        auto updating = history_.update_secrets(d.id, secrets);
        auto const updated = co_await std::move(updating);
        if (!updated) {
            co_return detail::failed(updated.failure());
        }
        invalidate(d.id);
        steps.emplace_back(migrate::update_secrets{std::move(secrets)});
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
    auto scheduling = history_.schedule(m, d.project->revision);
    auto const revision = co_await std::move(scheduling);
    if (!revision) {
        co_return detail::failed(revision.failure());
    }
    if (*revision == 0) {
        co_return detail::busy();
    }
    m.revision = *revision;
    auto migration = detail::shown_migration(m, show_steps(m.steps, previous, *d.next));
    start_applying(std::move(m));
    co_return detail::deploy_payload(d.arguments, {}, d.warnings, std::move(shown), std::move(migration));
}

// ---- application ----------------------------------------------------------------------------------------------------

REFRACT_DECL void management::start_applying(migrate::migration_record m) {
    auto self = shared_from_this();
    auto const run = [self, m = std::move(m)]() -> boost::asio::awaitable<void> {
        auto applying = self->apply_migration(m);
        co_await std::move(applying);
    };
    boost::asio::co_spawn(executor_, run, boost::asio::detached);
}

REFRACT_DECL boost::asio::awaitable<void> management::apply_migration(migrate::migration_record m) {
    auto const give_up = [&](std::string_view what, std::string const& why) {
        // the row stays open: the next start tries again
        log::write(log::level::error, what, {{"projectId", m.project}, {"revision", m.revision}, {"error", why}});
    };
    auto marking = history_.mark_in_progress(m.project, m.revision, now_ms());
    auto const marked = co_await std::move(marking);
    auto reading = history_.last_success(m.project, m.revision);
    auto const before = co_await std::move(reading);
    if (!marked || !before) {
        give_up("migration.not_started", !marked ? marked.failure().message : before.failure().message);
        co_return;
    }
    datamodel::datamodel const empty;
    auto previous = *before ? migrate::parse_schema_json((*before)->schema_json) : result<datamodel::datamodel>(empty);
    auto next = migrate::parse_schema_json(m.schema_json);
    if (!previous || !next) {
        give_up("migration.unreadable", !previous ? previous.failure().message : next.failure().message);
        co_return;
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
        sql::fragment notify(*options_.dialect);
        notify.append("SELECT pg_notify('refract_project', ").value(plan::operand::of(db::value::text(m.project))).append(")");
        what.record.push_back(std::move(notify));
    }
    auto applying = migrate::apply(*database, std::move(what));
    auto const applied = co_await std::move(applying);
    auto recording = record_end(std::move(m), applied);
    co_await std::move(recording);
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
    invalidate(m.project);
}

} // namespace refract::prisma1
