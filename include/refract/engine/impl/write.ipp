#pragma once

#include <refract/engine/impl/count_json.hpp>
#include <refract/engine/impl/length_limits.hpp>
#include <refract/engine/impl/raw_json.hpp>
#include <refract/engine/impl/writer.hpp>
#include <refract/engine/read.hpp>
#include <refract/engine/write.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace refract::engine {

namespace detail {

/// One code unit for each byte that starts a character, two for those of four bytes.
REFRACT_DECL std::size_t utf16_length(std::string_view utf8) {
    std::size_t out = 0;
    for (char const c : utf8) {
        auto const byte = static_cast<unsigned char>(c);
        out += (byte & 0xc0U) == 0x80U ? 0 : byte >= 0xf0U ? 2 : 1;
    }
    return out;
}

REFRACT_DECL std::optional<plan::failure> find_too_long(plan::write_root const& root, plan::bindings const& bindings) {
    for (auto const& limit : root.length_limits) {
        auto const value = sql::bind(limit.value, bindings);
        if (utf16_length(value.text_value()) > limit.max_characters) {
            plan::failure out;
            out.kind = plan::failure_kind::value_too_long;
            out.field = limit.field;
            return out;
        }
    }
    return std::nullopt;
}

REFRACT_DECL std::string count_json(std::vector<plan::item> const& items, std::uint64_t count) {
    std::string out = "{";
    for (auto const& item : items) {
        if (out.size() > 1) {
            out += ',';
        }
        out += item.key;
        out += item.kind == plan::item_kind::constant ? item.constant : std::to_string(count);
    }
    out += '}';
    return out;
}

/// One attempt at a write root. Everything it refers to lives in run_write().
class root_writer {
public:
    using answered = boost::asio::awaitable<outcome<std::string>>;

    root_writer(
        transaction& tx, sql::target const& t, plan::write_root const& root, compiled_read const* answer,
        std::span<removed_link const> links, plan::bindings& bindings
    )
        : tx_(tx), root_(root), answer_(answer), links_(links), bindings_(bindings), target_(t), writer_(tx, t, bindings) {}

    answered run();

private:
    answered one();
    answered remove();
    void read_links(db::value const& id, std::vector<db::value>& linked);
    boost::asio::awaitable<outcome<void>> follow_links(std::vector<db::value> linked, std::string& answer);
    answered many();
    answered reset();
    answered commit_and_read(db::value id);
    answered read(db::value const& id);

    transaction& tx_;
    plan::write_root const& root_;
    compiled_read const* answer_;
    std::span<removed_link const> links_;
    plan::bindings& bindings_;
    sql::target const& target_;
    writer writer_;
};

REFRACT_DECL root_writer::answered root_writer::run() {
    switch (root_.kind) {
    case plan::write_kind::create:
    case plan::write_kind::update:
    case plan::write_kind::upsert: return one();
    case plan::write_kind::remove: return remove();
    case plan::write_kind::update_many:
    case plan::write_kind::remove_many: return many();
    case plan::write_kind::execute_raw:
    case plan::write_kind::reset: break;
    }
    return reset();
}

REFRACT_DECL root_writer::answered root_writer::one() {
    db::value id;
    bool create = root_.kind == plan::write_kind::create;
    if (root_.kind == plan::write_kind::upsert) {
        auto found = co_await writer_.find(root_.model, *root_.where);
        if (!found) {
            co_return found.failure();
        }
        id = *found;
        create = id.is_null();
    }
    if (create) {
        auto created = co_await writer_.create(*root_.create_data);
        if (!created) {
            co_return created.failure();
        }
        id = *created;
    } else if (id.is_null()) {
        auto updated = co_await writer_.update(*root_.update_data, *root_.where);
        if (!updated) {
            co_return updated.failure();
        }
        id = *updated;
    } else {
        auto updated = co_await writer_.update(*root_.update_data, id);
        if (!updated) {
            co_return updated.failure();
        }
    }
    auto answer = co_await commit_and_read(id);
    co_return answer;
}

REFRACT_DECL root_writer::answered root_writer::read(db::value const& id) {
    if (bindings_.slots.size() <= root_.answer_id_slot) {
        bindings_.slots.resize(root_.answer_id_slot + std::size_t{1});
    }
    bindings_.slots[root_.answer_id_slot] = id;
    return run_read(tx_.connection(), *answer_, bindings_);
}

/// Commits and reads the answer. Open checks have to be waited for first; then the answer is read before COMMIT, which saves
/// nobody anything in-process. An answer that fails does not undo the write.
REFRACT_DECL root_writer::answered root_writer::commit_and_read(db::value id) {
    bool const first_read = tx_.has_checks() && tx_.connection().local() == nullptr && answer_ != nullptr;
    if (first_read) {
        auto sent = co_await tx_.flush();
        if (!sent) {
            co_return sent.failure();
        }
        auto answer = co_await read(id);
        auto committed = co_await tx_.commit();
        if (!committed) {
            co_return committed.failure();
        }
        co_return answer;
    }
    auto committed = co_await tx_.commit();
    if (!committed) {
        co_return committed.failure();
    }
    if (answer_ == nullptr) {
        co_return std::string("null");
    }
    auto answer = co_await read(id);
    co_return answer;
}

REFRACT_DECL root_writer::answered root_writer::remove() {
    auto found = co_await writer_.find(root_.model, *root_.where);
    if (!found) {
        co_return found.failure();
    }
    if (found->is_null()) {
        co_return writer_.not_found(root_.model, *root_.where);
    }
    outcome<std::string> answer = std::string("null");
    std::vector<db::value> linked(links_.size());
    if (!links_.empty()) {
        read_links(*found, linked);
        auto sent = co_await tx_.flush();
        if (!sent) {
            co_return sent.failure();
        }
    }
    if (answer_ != nullptr) {
        answer = co_await read(*found);
    }
    writer::ids records{*found};
    auto removed = co_await writer_.remove(root_.model, std::move(records));
    if (!removed) {
        co_return removed.failure();
    }
    if (answer && !links_.empty()) {
        auto followed = co_await follow_links(std::move(linked), *answer);
        if (!followed) {
            co_return followed.failure();
        }
    }
    auto committed = co_await tx_.commit();
    if (!committed) {
        co_return committed.failure();
    }
    co_return answer;
}

/// Queues reads of the ids the record's links hold.
REFRACT_DECL void root_writer::read_links(db::value const& id, std::vector<db::value>& linked) {
    auto const& dm = *target_.model;
    auto const& model = dm.models[root_.model];
    for (std::size_t i = 0; i < links_.size(); ++i) {
        auto const field = links_[i].field;
        auto const far = dm.models[model.fields[field].related_model].id().type;
        auto const read = [&linked, i](db::result_set const& rows) {
            linked[i] = rows.rows() > 0 ? db::to_value(rows.cell(0, 1)) : db::value();
        };
        std::vector const columns{sql::column_type(model.id().type), sql::column_type(far)};
        tx_.queue_read(sql::select_links(target_, root_.model, field, 1, 0), {id}, columns, read);
    }
}

/// Puts what the links lead to, now that the record is gone, in the place of their marks.
REFRACT_DECL boost::asio::awaitable<outcome<void>> root_writer::follow_links(std::vector<db::value> linked, std::string& answer) {
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i < links_.size(); ++i) {
        std::string value = "null";
        if (!linked[i].is_null()) {
            bindings_.slots[root_.answer_id_slot] = linked[i];
            auto read = co_await run_read(tx_.connection(), *links_[i].read, bindings_);
            if (!read) {
                co_return read.failure();
            }
            value = std::move(*read);
        }
        at = answer.find(link_mark, at);
        if (at == std::string::npos) {
            break; // the record went between the two reads: the answer is null
        }
        answer.replace(at, 1, value);
        at += value.size();
    }
    co_return outcome<void>();
}

REFRACT_DECL root_writer::answered root_writer::many() {
    sql::record_set set;
    set.model = root_.model;
    set.filter = &root_.filter_where;
    std::uint64_t count = 0;
    db::value const no_parent;
    if (root_.kind == plan::write_kind::update_many) {
        writer_.update_many(set, *root_.update_data, no_parent, &count);
    } else {
        auto removed = co_await writer_.remove_many(set, no_parent, &count);
        if (!removed) {
            co_return removed.failure();
        }
    }
    auto committed = co_await tx_.commit();
    if (!committed) {
        co_return committed.failure();
    }
    co_return count_json(root_.count_items, count);
}

REFRACT_DECL root_writer::answered root_writer::reset() {
    for (auto const& text : sql::delete_everything(target_)) {
        tx_.queue(text, {});
    }
    auto committed = co_await tx_.commit();
    if (!committed) {
        co_return committed.failure();
    }
    co_return std::string("true");
}

/// The refusal of the user's own statement.
REFRACT_DECL plan::failure raw_failure(db::error const& e) {
    auto out = to_failure(e);
    bool const refused = out.kind == plan::failure_kind::internal || out.kind == plan::failure_kind::value_refused;
    if (refused && !db::poisons_connection(e)) {
        out.kind = plan::failure_kind::raw_statement_failed;
        out.message = e.server_text.empty() ? e.message : e.server_text;
        out.code = e.sqlstate;
    }
    return out;
}

/// Runs the user's statement on a lease of its own: whatever it does to the session, nobody's batch is behind it.
REFRACT_DECL boost::asio::awaitable<void>
run_raw(db::connection& connection, plan::write_root const& root, plan::bindings const& bindings, outcome<std::string>& out) {
    db::statement statement;
    statement.text = sql::bind(root.raw_statement, bindings).text_value();
    db::query const query{&statement, {}};
    std::span<db::query const> const batch(&query, 1);
    auto results = co_await connection.run(batch, db::isolation::none);
    if (!results) {
        out = raw_failure(results.failure());
    } else {
        out = raw_json(*results->front());
    }
}

REFRACT_DECL boost::asio::awaitable<outcome<std::string>>
execute_raw(db::database& database, plan::write_root const& root, plan::bindings const& bindings) {
    auto acquired = co_await database.acquire(db::access::write);
    if (!acquired) {
        co_return to_failure(acquired.failure());
    }
    db::lease const lease = std::move(*acquired);
    outcome<std::string> out = std::string("null");
    auto work = run_raw(*lease, root, bindings, out);
    auto const there = lease->executor();
    co_await boost::asio::co_spawn(there, std::move(work), boost::asio::use_awaitable);
    co_return out;
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_write(
    db::database& database, sql::target const& t, statement_store& statements, plan::write_root const& root,
    compiled_read const* answer, plan::bindings& bindings, direct_write const* direct, std::span<removed_link const> links
) {
    if (auto failed = detail::find_too_long(root, bindings)) {
        co_return std::move(*failed);
    }
    if (root.kind == plan::write_kind::execute_raw) {
        auto out = co_await detail::execute_raw(database, root, bindings);
        co_return out;
    }
    if (direct != nullptr) {
        auto out = co_await run_direct_write(database, *direct, root, bindings);
        if (out) {
            co_return std::move(*out);
        }
    }
    transaction_body const body = [&](transaction& tx) -> boost::asio::awaitable<outcome<std::string>> {
        detail::root_writer writer(tx, t, root, answer, links, bindings);
        auto out = co_await writer.run();
        co_return out;
    };
    auto out = co_await run_transaction(database, t, statements, bindings, body);
    co_return out;
}

} // namespace refract::engine
