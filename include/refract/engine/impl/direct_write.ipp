#pragma once

#include <refract/engine/direct_write.hpp>
#include <refract/engine/impl/count_json.hpp>
#include <refract/engine/impl/length_limits.hpp>
#include <refract/engine/impl/read_batch.hpp>
#include <refract/sql/direct_write.hpp>

#include <utility>

namespace refract::engine {

namespace detail {

/// True if the write may have happened, or would not fare better in steps.
REFRACT_DECL bool is_final(db::error const& e) {
    switch (e.kind) {
    case db::error_kind::unavailable:
    case db::error_kind::connection_lost:
    case db::error_kind::queue_full:
    case db::error_kind::timeout: return true;
    default: return false;
    }
}

/// True of an error that every try would meet. Source: PostgreSQL, SQLSTATE classes 42 (the statement) and 0A (not supported).
REFRACT_DECL bool is_about_text(db::error const& e) {
    bool const is_sqlstate = e.sqlstate.size() == 5;
    return is_sqlstate && (e.sqlstate.compare(0, 2, "42") == 0 || e.sqlstate.compare(0, 2, "0A") == 0);
}

} // namespace detail

REFRACT_DECL std::shared_ptr<direct_write const>
compile_direct_write(plan::write_root const& root, plan::read_root* answer, sql::target const& t) {
    auto compiled = sql::compile_direct_write(root, answer == nullptr ? nullptr : &answer->alternatives.front(), t);
    if (!compiled) {
        return nullptr;
    }
    auto out = std::make_shared<direct_write>();
    out->id = std::move(compiled->id);
    auto writes = detail::keep(compiled->text, std::move(compiled->columns), false);
    out->bytes = sizeof(direct_write) + 512 + 2 * writes.statement.text.size();
    if (answer == nullptr) {
        out->first = std::move(writes);
        return out;
    }
    out->answer.kind = plan::read_root_kind::one;
    compiled_list list{std::move(compiled->answer), {}, std::nullopt};
    for (auto const& level : list.select.levels) {
        if (level.beside) {
            continue;
        }
        bool const is_written = list.levels.empty() && !compiled->reads_again;
        list.levels.push_back(is_written ? std::move(writes) : detail::keep(level.text, level.columns, level.values_decide));
        out->bytes += 512 + 2 * list.levels.back().statement.text.size();
    }
    if (compiled->reads_again) {
        out->first = std::move(writes);
    }
    out->answer.alternatives.push_back(std::move(list));
    return out;
}

REFRACT_DECL boost::asio::awaitable<std::optional<outcome<std::string>>> run_direct_write(
    db::database& database, direct_write const& w, plan::write_root const& root, plan::bindings& bindings, std::string_view head
) {
    if (w.is_refused.load(std::memory_order_relaxed) || detail::find_too_long(root, bindings)) {
        co_return std::nullopt;
    }
    if (w.id) {
        if (bindings.slots.size() <= root.answer_id_slot) {
            bindings.slots.resize(root.answer_id_slot + std::size_t{1});
        }
        bindings.slots[root.answer_id_slot] = sql::bind(*w.id, bindings);
    }
    if (detail::check(w.answer, bindings)) {
        co_return std::nullopt; // the record is written all the same
    }
    detail::read_batch batch;
    if (w.first) {
        batch.add(*w.first, bindings);
    }
    batch.add(w.answer, bindings);
    auto const queries = batch.queries();
    auto const answered = co_await database.run(queries, db::isolation::atomic);
    if (!answered) {
        auto const& e = answered.failure();
        if (detail::is_final(e)) {
            co_return to_failure(e);
        }
        if (detail::is_about_text(e)) {
            w.is_refused.store(true, std::memory_order_relaxed);
        }
        co_return std::nullopt;
    }
    auto const& written = *answered->front();
    if (w.answer.alternatives.empty()) {
        co_return std::string(head) + detail::count_json(root.count_items, written.affected());
    }
    if (written.rows() == 0) {
        co_return std::nullopt;
    }
    co_return detail::write_joined(w.answer, *answered, w.first ? 1 : 0, bindings, head);
}

} // namespace refract::engine
