#pragma once

#include <refract/engine/impl/joined_source.hpp>
#include <refract/engine/impl/read_batch.hpp>
#include <refract/engine/json_writer.hpp>
#include <refract/engine/read.hpp>

#include <algorithm>
#include <forward_list>
#include <optional>
#include <span>
#include <utility>

namespace refract::engine {

namespace detail {

REFRACT_DECL compiled_statement keep(sql::fragment const& f, std::vector<db::value_type> columns, bool values_decide) {
    compiled_statement out{{f.text(), db::next_statement_id(), std::move(columns), values_decide}, f.parameters()};
    out.takes_slots = true;
    for (std::size_t i = 0; i < out.parameters.size(); ++i) {
        auto const& p = out.parameters[i];
        if (p.from == sql::parameter::source::input) {
            out.key_places.push_back(static_cast<std::uint32_t>(i));
        }
        bool const is_slot = p.from == sql::parameter::source::operand && p.operand.kind == plan::operand_kind::slot;
        out.takes_slots = out.takes_slots && is_slot && p.operand.slot == i;
    }
    return out;
}

REFRACT_DECL sql::level_kind root_level(plan::read_root_kind k) {
    bool const one = k == plan::read_root_kind::one || k == plan::read_root_kind::any_of;
    return one ? sql::level_kind::one : sql::level_kind::list;
}

/// Rows stepped in place: a child's statement runs for each parent. An in-process database only.
class nested_source {
public:
    struct row {
        std::span<db::cell const> cells;
        [[nodiscard]] db::cell const& cell(std::uint32_t column) const { return cells[column]; }
    };

    nested_source(db::local_connection& connection, compiled_list const& list, plan::bindings const& bindings)
        : connection_(connection), list_(list), bindings_(bindings), cursors_(list.levels.size()) {}

    template <class F> void each(std::uint32_t level, db::cell const& key, F f) {
        auto* cursor = open(level, key);
        if (cursor == nullptr) {
            return;
        }
        while (true) {
            auto more = cursor->step();
            if (!more) {
                fail(std::move(more.failure()));
                break;
            }
            if (!*more || !f(row{cursor->row()})) {
                break;
            }
        }
        cursor->rewind();
    }

    /// The first error of any statement.
    [[nodiscard]] std::optional<db::error> const& failure() const { return failure_; }

    /// The number in the first column of the first row.
    std::int64_t number(compiled_statement const& s) {
        auto* const cursor = failure_ ? nullptr : prepare(s);
        if (cursor == nullptr) {
            return 0;
        }
        auto more = cursor->step();
        std::int64_t const n = more && *more ? cursor->row()[0].number : 0;
        if (!more) {
            fail(std::move(more.failure()));
        }
        cursor->rewind();
        return n;
    }

private:
    void fail(db::error e) {
        if (!failure_) {
            failure_ = std::move(e);
        }
    }

    /// The value of a parameter; one that is made here lives as long as this.
    db::value const& value_of(sql::parameter const& p) {
        auto const& o = p.operand;
        bool const is_as_given = p.from == sql::parameter::source::operand;
        if (is_as_given && o.kind == plan::operand_kind::constant) {
            return o.constant;
        }
        if (is_as_given && o.kind == plan::operand_kind::slot && o.slot < bindings_.slots.size()) {
            return bindings_.slots[o.slot];
        }
        return made_.emplace_front(std::move(sql::bind({p}, bindings_, {}).front()));
    }

    /// The statement's cursor, its operands bound.
    db::cursor* prepare(compiled_statement const& s) {
        auto opened = connection_.open(s.statement, 0);
        if (!opened) {
            fail(std::move(opened.failure()));
            return nullptr;
        }
        for (std::size_t i = 0; i < s.parameters.size(); ++i) {
            if (s.parameters[i].from == sql::parameter::source::input) {
                continue;
            }
            auto bound = (*opened)->bind(i, value_of(s.parameters[i]));
            if (!bound) {
                fail(std::move(bound.failure()));
                return nullptr;
            }
        }
        return *opened;
    }

    db::cursor* open(std::uint32_t level, db::cell const& key) {
        auto const& s = list_.levels[level];
        if (failure_) {
            return nullptr;
        }
        auto& cursor = cursors_[level];
        if (cursor == nullptr) {
            cursor = prepare(s);
            if (cursor == nullptr) {
                return nullptr;
            }
        }
        for (auto const place : s.key_places) {
            auto bound = cursor->bind(place, key);
            if (!bound) {
                fail(std::move(bound.failure()));
                return nullptr;
            }
        }
        return cursor;
    }

    db::local_connection& connection_;
    compiled_list const& list_;
    plan::bindings const& bindings_;
    std::vector<db::cursor*> cursors_;
    std::forward_list<db::value> made_;
    std::optional<db::error> failure_;
};

REFRACT_DECL std::size_t statement_count(compiled_read const& root) {
    std::size_t n = 0;
    for (auto const& list : root.alternatives) {
        n += list.levels.size() + (list.count ? 1 : 0);
    }
    return n;
}

/// True if what was written behind `head` is no record.
REFRACT_DECL bool is_null_json(std::string_view written, std::string_view head) { return written.substr(head.size()) == "null"; }

/// What is written of a root that nothing was found for.
REFRACT_DECL std::string null_json(std::string_view head) { return std::string(head).append("null"); }

REFRACT_DECL std::string write_joined(
    compiled_read const& root, db::results const& results, std::size_t first, plan::bindings const& bindings, std::string_view head
) {
    std::string out = null_json(head); // node(id:) may have no type to look for
    for (auto const& list : root.alternatives) {
        joined_source source(list, results, first);
        out = head;
        json_writer<joined_source> writer(source, list, out);
        if (list.select.connection) {
            std::int64_t const count = list.count ? results[first + list.levels.size()]->cell(0, 0).number : 0;
            writer.connection(count, bindings);
        } else {
            writer.root();
        }
        first += list.levels.size() + (list.count ? 1 : 0);
        if (root.kind != plan::read_root_kind::any_of || !is_null_json(out, head)) {
            break;
        }
    }
    return out;
}

REFRACT_DECL outcome<std::string>
write_nested(db::local_connection& connection, compiled_read const& root, plan::bindings const& bindings, std::string_view head = {}) {
    std::string out = null_json(head); // as above
    for (auto const& list : root.alternatives) {
        nested_source source(connection, list, bindings);
        out = head;
        json_writer<nested_source> writer(source, list, out);
        if (list.select.connection) {
            std::int64_t const count = list.count ? source.number(*list.count) : 0;
            writer.connection(count, bindings);
        } else {
            writer.root();
        }
        if (source.failure()) {
            return to_failure(*source.failure());
        }
        if (root.kind != plan::read_root_kind::any_of || !is_null_json(out, head)) {
            break;
        }
    }
    return out;
}

REFRACT_DECL std::optional<plan::failure> check(compiled_read const& root, plan::bindings const& bindings) {
    for (auto const& list : root.alternatives) {
        for (auto const& c : list.select.checks) {
            if (sql::bind(c.value, bindings).number() < 0) {
                plan::failure f;
                f.kind = plan::failure_kind::negative_argument;
                f.field = std::string(c.name.text());
                return f;
            }
        }
        for (auto const& c : list.select.cursors) {
            auto const value = sql::bind(c.value, bindings);
            if (value.type() == db::value_type::text && !sql::is_id_text(c.type, value.text_value())) {
                plan::failure f;
                f.kind = plan::failure_kind::invalid_cursor;
                f.model = c.model;
                f.value = value.text_value();
                return f;
            }
        }
    }
    return std::nullopt;
}

using read_outcomes = std::span<outcome<std::string>>;

/// Statements that are not stepped inside another one.
REFRACT_DECL std::size_t outermost_count(compiled_read const& root) {
    std::size_t n = 0;
    for (auto const& list : root.alternatives) {
        n += (list.levels.empty() ? 0U : 1U) + (list.count ? 1U : 0U);
    }
    return n;
}

/// The roots of one request, on a connection of an in-process database.
class nested_reads final : public db::local_read {
public:
    /// `head` is written before the values.
    nested_reads(std::span<compiled_read const* const> roots, plan::bindings const& bindings, read_outcomes out, std::string_view head = {})
        : roots_(roots), bindings_(bindings), out_(out), head_(head) {}

    void run(db::local_connection& on) override {
        std::size_t statements = 0;
        for (auto const* root : roots_) {
            statements += outermost_count(*root);
        }
        if (statements <= 1) {
            read_all(on);
            return;
        }
        auto const begun = on.begin_read();
        if (!begun) {
            std::fill(out_.begin(), out_.end(), to_failure(begun.failure()));
            return;
        }
        read_all(on);
        on.end_read();
    }

    db::work_estimate& estimate() override { return roots_.front()->estimate; }

private:
    void read_all(db::local_connection& on) {
        for (std::size_t i = 0; i < roots_.size(); ++i) {
            if (auto failed = check(*roots_[i], bindings_)) {
                out_[i] = std::move(*failed);
            } else {
                out_[i] = write_nested(on, *roots_[i], bindings_, head_);
            }
        }
    }

    std::span<compiled_read const* const> roots_;
    plan::bindings const& bindings_;
    read_outcomes out_;
    std::string_view head_;
};

/// All roots that still are without a failure, in one batch.
REFRACT_DECL boost::asio::awaitable<void> run_joined(
    db::database& database, std::span<compiled_read const* const> roots, plan::bindings const& bindings, read_outcomes out
) {
    read_batch batch;
    std::vector<std::size_t> running;
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (out[i]) {
            batch.add(*roots[i], bindings);
            running.push_back(i);
        }
    }
    if (running.empty()) {
        co_return;
    }
    auto const queries = batch.queries();
    auto const mode = queries.size() > 1 ? db::isolation::snapshot_read_only : db::isolation::none;
    auto const answered = co_await database.run(queries, mode);
    std::size_t first = 0;
    for (auto const i : running) {
        if (answered) {
            out[i] = write_joined(*roots[i], *answered, first, bindings);
            first += statement_count(*roots[i]);
        } else {
            out[i] = to_failure(answered.failure());
        }
    }
}

} // namespace detail

REFRACT_DECL std::shared_ptr<compiled_read const> compile_read(plan::read_root root, sql::target const& t) {
    auto out = std::make_shared<compiled_read>();
    out->kind = root.kind;
    out->bytes = sizeof(compiled_read);
    for (auto& r : root.alternatives) {
        compiled_list list{sql::compile_select(r, detail::root_level(root.kind), t), {}, std::nullopt};
        for (auto const& l : list.select.levels) {
            list.levels.push_back(detail::keep(l.text, l.columns, l.values_decide));
            out->bytes += 512 + 2 * list.levels.back().statement.text.size();
        }
        if (list.select.count) {
            list.count = detail::keep(*list.select.count, {db::value_type::integer}, list.select.count_values_decide);
        }
        out->alternatives.push_back(std::move(list));
    }
    return out;
}

REFRACT_DECL boost::asio::awaitable<std::vector<outcome<std::string>>>
run_reads(db::database& database, std::span<compiled_read const* const> roots, plan::bindings const& bindings) {
    std::vector out(roots.size(), outcome<std::string>(std::string()));
    if (auto* const local = database.local(); local != nullptr && !roots.empty()) {
        detail::nested_reads work(roots, bindings, out);
        if (!local->try_read(work)) {
            auto const done = co_await local->read(work);
            if (!done) {
                std::fill(out.begin(), out.end(), to_failure(done.failure()));
            }
        }
        co_return out;
    }
    for (std::size_t i = 0; i < roots.size(); ++i) {
        if (auto failed = detail::check(*roots[i], bindings)) {
            out[i] = std::move(*failed);
        }
    }
    co_await detail::run_joined(database, roots, bindings, out);
    bool const failed_together = roots.size() > 1 && !out.empty() && !out.back();
    if (failed_together) {
        // One root's bad value fails the whole batch: find out whose it was.
        for (std::size_t i = 0; i < roots.size(); ++i) {
            auto const blamed = [&] {
                auto const kind = out[i].failure().kind;
                return kind == plan::failure_kind::internal || kind == plan::failure_kind::value_refused;
            };
            if (!out[i] && blamed()) {
                outcome<std::string> one = std::string();
                co_await detail::run_joined(database, roots.subspan(i, 1), bindings, {&one, 1});
                out[i] = std::move(one);
            }
        }
    }
    co_return out;
}

namespace detail {

REFRACT_DECL boost::asio::awaitable<outcome<std::string>> failed_at_once(plan::failure f) { co_return std::move(f); }

/// On an in-process database.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_nested(db::local_database& local, compiled_read const& root, plan::bindings const& bindings, std::string_view head) {
    outcome<std::string> out = std::string();
    auto const* const only = &root;
    nested_reads work({&only, 1}, bindings, {&out, 1}, head);
    if (!local.try_read(work)) {
        auto const done = co_await local.read(work);
        if (!done) {
            out = to_failure(done.failure());
        }
    }
    co_return out;
}

/// As one batch.
REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_batch(db::database& database, compiled_read const& root, plan::bindings const& bindings, std::string_view head) {
    read_batch batch;
    batch.add(root, bindings);
    auto const queries = batch.queries();
    auto work = database.run(queries, queries.size() > 1 ? db::isolation::snapshot_read_only : db::isolation::none);
    auto const answered = co_await std::move(work);
    if (!answered) {
        co_return to_failure(answered.failure());
    }
    co_return write_joined(root, *answered, 0, bindings, head);
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_read(db::database& database, compiled_read const& root, plan::bindings const& bindings, std::string_view head) {
    if (auto* const local = database.local()) {
        return detail::run_nested(*local, root, bindings, head);
    }
    auto failed = detail::check(root, bindings);
    return failed ? detail::failed_at_once(std::move(*failed)) : detail::run_batch(database, root, bindings, head);
}

REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
run_read(db::connection& connection, compiled_read const& root, plan::bindings const& bindings) {
    if (auto failed = detail::check(root, bindings)) {
        co_return std::move(*failed);
    }
    if (auto* local = connection.local()) {
        co_return detail::write_nested(*local, root, bindings);
    }
    detail::read_batch batch;
    batch.add(root, bindings);
    auto const queries = batch.queries();
    auto const answered = co_await connection.run(queries, db::isolation::none);
    if (!answered) {
        co_return to_failure(answered.failure());
    }
    co_return detail::write_joined(root, *answered, 0, bindings);
}

} // namespace refract::engine
