#pragma once

#include <refract/core/id.hpp>
#include <refract/core/log.hpp>
#include <refract/core/memory.hpp>
#include <refract/core/time.hpp>
#include <refract/engine/transaction.hpp>
#include <refract/engine/violation.hpp>
#include <refract/prisma1/import.hpp>
#include <refract/sql/bulk.hpp>
#include <refract/sql/mutate.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::prisma1 {

namespace detail {

/// Rows of one transaction, and of one statement.
inline constexpr std::size_t import_chunk_rows = 1024;
inline constexpr std::size_t import_statement_rows = 128;

/// Inserts rows of one kind.
class importer {
public:
    using done = boost::asio::awaitable<engine::outcome<void>>;
    using rows = std::span<import_row const>;

    importer(db::database& database, sql::target const& t, engine::statement_store& statements, ndf_kind kind, std::int64_t now_ms)
        : database_(database), t_(t), statements_(statements), kind_(kind) {
        bindings_.now_ms = now_ms;
    }

    /// Inserts all rows that can be; the others go to errors().
    done insert(std::span<import_row> chunk);

    std::vector<std::string>& errors() noexcept { return errors_; }

private:
    boost::asio::awaitable<engine::outcome<std::string>> insert_all(engine::transaction& tx, rows chunk);
    /// Gives the values of lists their positions: behind those that are there.
    done place(std::span<import_row> chunk);
    done find_positions(rows same, std::map<std::string, std::int64_t>& last);
    void queue(engine::transaction& tx, rows same);
    void queue_links(engine::transaction& tx, rows same);
    [[nodiscard]] sql::fragment statement(import_row const& like, std::size_t count) const;
    [[nodiscard]] std::string failure_of(import_row const& row) const;

    db::database& database_;
    sql::target const& t_;
    engine::statement_store& statements_;
    ndf_kind kind_;
    plan::bindings bindings_{};
    std::vector<std::string> errors_;
};

REFRACT_DECL bool same_statement(import_row const& l, import_row const& r) { return l.owner == r.owner && l.field == r.field; }

/// A failure of the whole import rather than of a row.
REFRACT_DECL bool stops_import(plan::failure const& f) {
    return f.kind == plan::failure_kind::unavailable || f.kind == plan::failure_kind::overloaded || f.kind == plan::failure_kind::timeout;
}

REFRACT_DECL sql::fragment importer::statement(import_row const& like, std::size_t count) const {
    switch (kind_) {
    case ndf_kind::nodes: return sql::insert_records(t_, like.owner, stored_fields(t_.model->models[like.owner]), count);
    case ndf_kind::lists: return sql::insert_list_rows(t_, like.owner, like.field, count);
    case ndf_kind::relations: break;
    }
    return sql::insert_links(t_, like.owner, count);
}

/// Links that stand in a record's row: a record that is not there is an error.
REFRACT_DECL void importer::queue_links(engine::transaction& tx, rows same) {
    auto const& relation = t_.model->relations[same.front().owner];
    bool const in_a = relation.link.column_side == datamodel::relation_side::a;
    auto const model = in_a ? relation.model_a : relation.model_b;
    auto const field = in_a ? relation.field_a : relation.field_b;
    auto const text = sql::link(t_, model, field, 1);
    for (auto const& row : same) {
        tx.queue_check(
            text, {row.values[in_a ? 0 : 1], row.values[in_a ? 1 : 0]}, {},
            [](db::result_set const& result) -> std::optional<plan::failure> {
                if (result.affected() > 0) {
                    return std::nullopt;
                }
                plan::failure out;
                out.message = "There is no node with the id of the relation's side.";
                return out;
            }
        );
    }
}

/// Queues statements for rows of one table: as many rows in each as are allowed, powers of two, so that few texts are needed.
REFRACT_DECL void importer::queue(engine::transaction& tx, rows same) {
    bool const is_relation = kind_ == ndf_kind::relations;
    if (is_relation && t_.model->relations[same.front().owner].link.kind == datamodel::link_kind::inline_column) {
        queue_links(tx, same);
        return;
    }
    bool const has_id = is_relation && !t_.model->relations[same.front().owner].link.id_column.empty();
    auto const columns = same.front().values.size() + (has_id ? 1 : 0);
    std::size_t count = import_statement_rows;
    while (count > 1 && count * columns > t_.dialect->max_parameters) {
        count /= 2;
    }
    for (std::size_t at = 0; at < same.size(); at += count) {
        while (count > same.size() - at) {
            count /= 2;
        }
        std::vector<db::value> inputs;
        inputs.reserve(count * columns);
        for (auto const& row : same.subspan(at, count)) {
            if (has_id) {
                inputs.push_back(db::value::text(new_cuid()));
            }
            inputs.insert(inputs.end(), row.values.begin(), row.values.end());
        }
        tx.queue(statement(same.front(), count), inputs);
    }
}

REFRACT_DECL boost::asio::awaitable<engine::outcome<std::string>> importer::insert_all(engine::transaction& tx, rows chunk) {
    if (auto const release = sql::release_pages(t_)) { // those of the chunk before: none is changed yet
        tx.queue(*release, {});
    }
    for (std::size_t at = 0; at < chunk.size();) {
        auto end = at + 1;
        while (end < chunk.size() && same_statement(chunk[at], chunk[end])) {
            ++end;
        }
        queue(tx, chunk.subspan(at, end - at));
        at = end;
    }
    auto committed = co_await tx.commit();
    if (!committed) {
        co_return committed.failure();
    }
    co_return std::string();
}

REFRACT_DECL std::string importer::failure_of(import_row const& row) const {
    auto const& dm = *t_.model;
    if (kind_ == ndf_kind::relations) {
        auto const& link = dm.relations[row.owner].link;
        auto const& table = link.kind == datamodel::link_kind::table ? link.table : dm.models[link.in_model].table;
        return "Failure inserting into relationtable " + table + " with ids " + engine::printed(row.values[0]) + " and " +
               engine::printed(row.values[1]) + ". Cause: ";
    }
    auto const& model = dm.models[row.owner];
    if (kind_ == ndf_kind::lists) {
        return "Failure inserting into listTable " + model.list_table(model.fields[row.field]) + " for the id " +
               engine::printed(row.values[0]) + " for value " + engine::printed(row.values[2]) + ". Cause: ";
    }
    auto const fields = stored_fields(model);
    auto const id = static_cast<std::size_t>(std::find(fields.begin(), fields.end(), model.id_field) - fields.begin());
    return "Failure inserting " + model.table + " with Id: " + engine::printed(row.values[id]) + ". Cause: ";
}

REFRACT_DECL auto importer::find_positions(rows same, std::map<std::string, std::int64_t>& last) -> done {
    std::vector<db::value> ids;
    for (auto const& row : same) {
        if (last.emplace(row.values[0].text_value(), 0).second) {
            ids.push_back(row.values[0]);
        }
    }
    std::size_t count = 1;
    while (count < ids.size()) {
        count *= 2; // few texts: the last id is named again
    }
    ids.resize(count, ids.back());
    auto const& model = t_.model->models[same.front().owner];
    auto const text = sql::select_last_positions(t_, same.front().owner, same.front().field, count);
    auto const prepared = statements_.get(text.text(), {sql::column_type(model.id().type), db::value_type::integer});
    auto const parameters = sql::bind(text.parameters(), bindings_, ids);
    db::query const query{prepared.get(), parameters};
    std::span<db::query const> const batch(&query, 1);
    auto results = co_await database_.run(batch, db::isolation::snapshot_read_only);
    if (!results) {
        co_return engine::to_failure(results.failure());
    }
    auto const& found = *results->front();
    for (std::size_t i = 0; i < found.rows(); ++i) {
        last[std::string(found.cell(i, 0).text)] = found.cell(i, 1).number;
    }
    co_return engine::outcome<void>{};
}

REFRACT_DECL auto importer::place(std::span<import_row> chunk) -> done {
    constexpr std::int64_t distance = 1000;
    for (std::size_t at = 0; at < chunk.size();) {
        auto end = at + 1;
        while (end < chunk.size() && same_statement(chunk[at], chunk[end])) {
            ++end;
        }
        std::map<std::string, std::int64_t> last;
        auto found = co_await find_positions(chunk.subspan(at, end - at), last);
        if (!found) {
            co_return found;
        }
        for (; at < end; ++at) {
            auto& position = last[chunk[at].values[0].text_value()];
            position += distance;
            chunk[at].values[1] = db::value::integer(position);
        }
    }
    co_return engine::outcome<void>{};
}

REFRACT_DECL auto importer::insert(std::span<import_row> chunk) -> done {
    std::stable_sort(chunk.begin(), chunk.end(), [](import_row const& l, import_row const& r) {
        return std::tie(l.owner, l.field) < std::tie(r.owner, r.field);
    });
    if (kind_ == ndf_kind::lists) {
        auto placed = co_await place(chunk);
        if (!placed) {
            co_return placed;
        }
    }
    std::vector<rows> waiting{rows(chunk)};
    while (!waiting.empty()) {
        auto const now = waiting.back();
        waiting.pop_back();
        if (now.empty()) {
            continue;
        }
        engine::transaction_body const body = [this, now](engine::transaction& tx) { return insert_all(tx, now); };
        auto inserted = co_await engine::run_transaction(database_, t_, statements_, bindings_, body);
        if (inserted) {
            continue;
        }
        if (stops_import(inserted.failure())) {
            co_return std::move(inserted.failure());
        }
        if (now.size() == 1) {
            auto const& cause = inserted.failure();
            errors_.push_back(failure_of(now.front()) + (cause.server_text.empty() ? cause.message : cause.server_text));
            continue;
        }
        auto const half = now.size() / 2;
        waiting.push_back(now.subspan(half));
        waiting.push_back(now.first(half));
    }
    co_return engine::outcome<void>{};
}

REFRACT_DECL void log_import(char const* event, std::string_view project, import_request const& request, std::size_t elements, std::size_t errors) {
    log::write(
        log::level::info, event,
        {{"projectId", project}, {"valueType", to_string(request.kind)}, {"elements", elements},
         {"of", request.elements.size()}, {"errors", errors}}
    );
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<refract::result<std::vector<std::string>, import_failure>> import_elements(
    db::database& database, sql::target const& t, engine::statement_store& statements, import_request const& request,
    limits const& bounds, std::string_view project
) {
    constexpr std::size_t elements_between_logs = 10'000;
    auto const now = now_ms();
    // All elements are read before the first one is written: a request that is refused has written nothing.
    for (std::size_t i = 0; i < request.elements.size(); ++i) {
        auto const element = parse_element(*t.model, request.kind, request.elements[i], now, bounds);
        if (!element) {
            co_return import_failure(element.failure());
        }
        if (i % detail::import_chunk_rows == 0) { // others may go on
            co_await boost::asio::post(boost::asio::use_awaitable);
        }
    }
    detail::importer importer(database, t, statements, request.kind, now);
    std::vector<import_row> chunk;
    std::size_t chunks = 0;
    for (std::size_t i = 0; i < request.elements.size(); ++i) {
        auto element = parse_element(*t.model, request.kind, request.elements[i], now, bounds).value();
        if (!element.fault.empty()) {
            importer.errors().push_back(std::move(element.fault));
        }
        chunk.insert(chunk.end(), std::make_move_iterator(element.rows.begin()), std::make_move_iterator(element.rows.end()));
        bool const is_last = i + 1 == request.elements.size();
        bool const is_full = chunk.size() >= detail::import_chunk_rows;
        for (std::size_t from = 0; (is_full || is_last) && from < chunk.size(); from += detail::import_chunk_rows) {
            auto const rows = std::span(chunk).subspan(from, std::min(detail::import_chunk_rows, chunk.size() - from));
            auto inserted = co_await importer.insert(rows);
            if (!inserted) {
                co_return import_failure(std::move(inserted.failure()));
            }
        }
        if (is_full) {
            chunk.clear();
            ++chunks;
        }
        if ((i + 1) % elements_between_logs == 0 && !is_last) {
            detail::log_import("import/progress", project, request, i + 1, importer.errors().size());
        }
    }
    if (chunks > 0 && sql::release_pages(t)) { // each chunk freed its pages on whatever worker ran it
        release_free_memory();
    }
    detail::log_import("import/done", project, request, request.elements.size(), importer.errors().size());
    co_return std::move(importer.errors());
}

} // namespace refract::prisma1
