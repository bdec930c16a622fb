#pragma once

#include <refract/engine/impl/combined_write.hpp>
#include <refract/engine/impl/writer.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstddef>

namespace refract::engine::detail {

using use = write_context::use;

REFRACT_DECL result_reader take_id(db::value& to) {
    return [&to](db::result_set const& rows) {
        if (rows.rows() > 0) {
            to = db::to_value(rows.cell(0, 0));
        }
    };
}

/// The id of a record that is there and connected: the second column tells.
REFRACT_DECL result_reader take_connected_id(db::value& to) {
    return [&to](db::result_set const& rows) {
        if (rows.rows() > 0 && rows.cell(0, 1).number != 0) {
            to = db::to_value(rows.cell(0, 0));
        }
    };
}

REFRACT_DECL result_check require_row(plan::failure missing, db::value* to) {
    return [to, missing = std::move(missing)](db::result_set const& rows) {
        if (rows.rows() == 0) {
            return std::optional<plan::failure>(missing);
        }
        if (to != nullptr) {
            *to = db::to_value(rows.cell(0, 0));
        }
        return std::optional<plan::failure>();
    };
}

REFRACT_DECL std::vector<db::value_type> writer::id_column(index model) const {
    return {sql::column_type(dm().models[model].id().type)};
}

REFRACT_DECL plan::failure writer::not_found(index model, plan::selector const& where) const {
    plan::failure out;
    out.kind = plan::failure_kind::record_not_found;
    out.model = dm().models[model].name;
    out.field = dm().field_at(model, where.field).name;
    out.value = printed(value_of(where.value));
    return out;
}

REFRACT_DECL plan::failure writer::violates(datamodel::field const& f) const {
    auto const& relation = dm().relations[f.relation];
    plan::failure out;
    out.kind = plan::failure_kind::relation_violation;
    out.relation = relation.name;
    out.model = dm().models[relation.model_a].name;
    out.other_model = dm().models[relation.model_b].name;
    return out;
}

REFRACT_DECL plan::failure writer::not_connected(edge const& e) const {
    plan::failure out;
    out.kind = plan::failure_kind::not_connected;
    out.relation = dm().relations[e.p->relation].name;
    out.model = dm().models[e.model].name;
    out.other_model = dm().models[e.child_model()].name;
    return out;
}

REFRACT_DECL void writer::forbid(sql::fragment const& text, ids const& inputs, plan::failure failed) {
    auto check = [failed = std::move(failed)](db::result_set const& rows) {
        return rows.rows() > 0 ? std::optional<plan::failure>(failed) : std::nullopt;
    };
    tx_.queue_check(text, inputs, {db::value_type::integer}, std::move(check));
}

// ---- records --------------------------------------------------------------------------------------------------------

REFRACT_DECL writer::found writer::insert(plan::create const& c, parent_key key) {
    auto const& m = dm().models[c.model];
    std::vector<index> fields;
    ids values;
    db::value id;
    for (auto const& a : c.values) {
        fields.push_back(a.field);
        values.push_back(value_of(a.value));
        if (a.field == m.id_field) {
            id = values.back();
        }
    }
    if (key.field != datamodel::none) {
        fields.push_back(key.field);
        values.push_back(key.id);
    }
    if (id.is_null()) {
        id = foresight_.next_id(c.model);
        if (!id.is_null()) {
            fields.push_back(m.id_field);
            values.push_back(id);
        }
    }
    if (foresight_.is_walking()) {
        co_return id;
    }
    write_context const context{c.model, use::insert};
    bool const made_by_database = id.is_null();
    auto const text = sql::insert_record(t_, c.model, fields, made_by_database);
    if (!made_by_database) {
        tx_.queue(text, values, context);
        co_return id;
    }
    tx_.queue_read(text, values, id_column(c.model), take_id(id), context);
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    co_return id;
}

REFRACT_DECL writer::done writer::complete(plan::create const& c, db::value id) {
    write_lists(c.model, c.lists, id, true);
    if (c.relations.empty()) {
        co_return outcome<void>{};
    }
    auto nested = co_await relations(c.model, id, c.relations, true);
    co_return nested;
}

REFRACT_DECL writer::found writer::create(plan::create const& c) {
    parent_key const no_key;
    auto id = co_await insert(c, no_key);
    if (!id) {
        co_return id;
    }
    auto completed = co_await complete(c, *id);
    if (!completed) {
        co_return completed.failure();
    }
    co_return id;
}

REFRACT_DECL void
writer::write_lists(index model, std::vector<plan::list_assignment> const& lists, db::value const& id, bool is_new) {
    if (foresight_.is_walking()) {
        return;
    }
    write_context const context{model, use::update};
    auto const step = sql::max_ids(t_);
    for (auto const& list : lists) {
        if (!is_new) {
            tx_.queue(sql::delete_list_values(t_, model, list.field, 1), {id}, context);
        }
        for (std::size_t at = 0; at < list.values.size(); at += step) {
            auto const count = std::min(step, list.values.size() - at);
            ids inputs{id};
            for (std::size_t i = 0; i < count; ++i) {
                inputs.push_back(value_of(list.values[at + i]));
            }
            tx_.queue(sql::insert_list_values(t_, model, list.field, at, count), inputs, context);
        }
    }
}

REFRACT_DECL writer::done writer::update(plan::update const& u, db::value id) {
    if (!u.values.empty() && !foresight_.is_walking()) {
        std::vector<index> fields;
        ids inputs;
        for (auto const& a : u.values) {
            fields.push_back(a.field);
            inputs.push_back(value_of(a.value));
        }
        inputs.push_back(id);
        tx_.queue(sql::update_record(t_, u.model, fields), inputs, {u.model, use::update});
    }
    if (u.values.empty() && !u.lists.empty() && sql::has_row_locks(t_)) {
        // Two rewrites of one list at a time would both find it empty.
        tx_.queue(sql::lock_record(t_, u.model), {id});
    }
    write_lists(u.model, u.lists, id, false);
    if (u.relations.empty()) {
        co_return outcome<void>{};
    }
    auto nested = co_await relations(u.model, id, u.relations, false);
    co_return nested;
}

REFRACT_DECL writer::found writer::update(plan::update const& u, plan::selector const& where) {
    std::vector<plan::selector> const wheres{where};
    auto record = co_await find_all(u.model, wheres);
    if (!record) {
        co_return record.failure();
    }
    auto id = record->front();
    auto updated = co_await update(u, id);
    if (!updated) {
        co_return updated.failure();
    }
    co_return id;
}

REFRACT_DECL writer::found writer::find(index model, plan::selector const& where) {
    db::value id;
    ids const inputs{value_of(where.value)};
    tx_.queue_read(sql::select_id(t_, model, where.field), inputs, id_column(model), take_id(id));
    auto sent = co_await tx_.flush();
    if (!sent) {
        co_return sent.failure();
    }
    co_return id;
}

/// Ids told by id are checked on the way; only others have to be waited for.
REFRACT_DECL boost::asio::awaitable<outcome<writer::ids>>
writer::find_all(index model, std::vector<plan::selector> const& wheres) {
    ids out(wheres.size());
    if (!wheres.empty() && (wheres.size() > 1 || !foresight_.is_blind()) && tx_.may_combine()) {
        tx_.combine();
        auto together = co_await find_together(model, wheres);
        co_return together;
    }
    bool waits = false;
    for (std::size_t i = 0; i < wheres.size(); ++i) {
        ids const inputs{value_of(wheres[i].value)};
        bool const is_id = wheres[i].field == dm().models[model].id_field;
        if (is_id) {
            out[i] = inputs.front();
        }
        waits = waits || !is_id;
        auto check = require_row(not_found(model, wheres[i]), is_id ? nullptr : &out[i]);
        tx_.queue_check(sql::select_id(t_, model, wheres[i].field), inputs, id_column(model), std::move(check));
    }
    if (waits) {
        auto sent = co_await tx_.flush();
        if (!sent) {
            co_return sent.failure();
        }
    }
    co_return out;
}

REFRACT_DECL boost::asio::awaitable<outcome<writer::ids>>
writer::find_together(index model, std::vector<plan::selector> const& wheres) {
    std::vector<lookup> lookups;
    for (auto const& where : wheres) {
        lookups.push_back({model, where.field, value_of(where.value), {}});
    }
    std::vector<lookup*> wanted;
    for (auto& l : lookups) {
        wanted.push_back(&l);
    }
    auto looked = co_await look_up(wanted);
    if (!looked) {
        co_return looked.failure();
    }
    ids out;
    for (std::size_t i = 0; i < lookups.size(); ++i) {
        if (lookups[i].id.is_null()) {
            co_return not_found(model, wheres[i]);
        }
        out.push_back(std::move(lookups[i].id));
    }
    co_return out;
}

// ---- nested writes --------------------------------------------------------------------------------------------------

/// How many kinds of nested writes there are; they run in the order of relations_of_kind().
inline constexpr unsigned relation_kinds = 9;

/// Foresight is worth its round trip if two steps of one depth would wait.
REFRACT_DECL writer::done
writer::relations(index model, db::value id, std::vector<plan::relation_write> const& writes, bool is_new) {
    if (!is_new && foresight_.is_blind() && tx_.may_combine()) {
        std::vector<std::size_t> waits;
        count_waits(model, writes, 0, waits);
        if (std::any_of(waits.begin(), waits.end(), [](std::size_t n) { return n > 1; })) {
            auto explored = co_await explore(model, id, writes);
            if (!explored) {
                co_return explored;
            }
        }
    }
    auto ran = co_await all_relations(model, std::move(id), writes, is_new);
    co_return ran;
}

REFRACT_DECL writer::done
writer::all_relations(index model, db::value id, std::vector<plan::relation_write> const& writes, bool is_new) {
    for (unsigned kind = 0; kind < relation_kinds; ++kind) {
        for (auto const& w : writes) {
            auto const& p = dm().field_at(model, w.field);
            edge const e{model, w.field, id, is_new, &p, &dm().back(p)};
            auto ran = co_await relations_of_kind(e, w, kind);
            if (!ran && !foresight_.is_walking()) {
                co_return ran;
            }
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::relations_of_kind(edge const& e, plan::relation_write const& w, unsigned kind) {
    switch (kind) {
    case 0: return create_all(e, w.creates);
    case 1: return each(e, w.updates, &writer::update_related);
    case 2: return each(e, w.upserts, &writer::upsert_related);
    case 3: return each(e, w.removes, &writer::remove_related);
    case 4: return connect(e, w.connects);
    case 5: return set(e, w.set);
    case 6: return each(e, w.disconnects, &writer::disconnect);
    case 7: return each(e, w.update_manys, &writer::update_many_related);
    default: return each(e, w.remove_manys, &writer::remove_many_related);
    }
}

/// True if a row is all there is to it, and its id is known.
REFRACT_DECL bool is_plain(plan::create const& c, index id_field) {
    auto const is_id = [&](plan::assignment const& a) { return a.field == id_field; };
    return c.lists.empty() && c.relations.empty() && std::any_of(c.values.begin(), c.values.end(), is_id);
}

REFRACT_DECL bool has_same_fields(plan::create const& a, plan::create const& b) {
    auto const same = [](plan::assignment const& x, plan::assignment const& y) { return x.field == y.field; };
    return std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), same);
}

/// Rows in one statement: a power of two, so that there are few different texts to prepare.
inline constexpr std::size_t max_rows = 64;

/// Creates of one list: together if that can be, else neighbours that are nothing but a row share a statement.
REFRACT_DECL writer::done writer::create_all(edge const& e, std::vector<plan::create> const& items) {
    if (e.p->is_list && items.size() > 1 && tx_.may_combine()) {
        combined_create together(*this, e);
        if (together.add(items)) {
            tx_.combine();
            auto apart = co_await together.find_connected();
            if (!apart) {
                co_return apart.failure();
            }
            if (*apart && foresight_.is_walking()) {
                co_return outcome<void>{};
            }
            if (*apart) {
                auto written = co_await together.run();
                co_return written;
            }
        }
    }
    auto const id_field = dm().models[e.child_model()].id_field;
    std::size_t at = 0;
    while (at < items.size()) {
        std::size_t end = at;
        while (e.p->is_list && end < items.size() && is_plain(items[end], id_field) && has_same_fields(items[at], items[end])) {
            ++end;
        }
        if (end - at < 2) {
            auto created = co_await create_related(e, items[at]);
            if (!created && !foresight_.is_walking()) {
                co_return created;
            }
            ++at;
            continue;
        }
        for (std::size_t rows = max_rows; rows > 0; rows /= 2) {
            for (; at + rows <= end; at += rows) {
                std::span<plan::create const> const some(items.data() + at, rows);
                create_rows(e, some);
            }
        }
    }
    co_return outcome<void>{};
}

REFRACT_DECL void writer::create_rows(edge const& e, std::span<plan::create const> items) {
    if (foresight_.is_walking()) {
        return;
    }
    auto const model = e.child_model();
    bool const child_holds_key = sql::holds_key(t_, *e.c);
    std::vector<index> fields;
    for (auto const& a : items.front().values) {
        fields.push_back(a.field);
    }
    if (child_holds_key) {
        fields.push_back(e.p->related_field);
    }
    ids values;
    ids created;
    for (auto const& item : items) {
        for (auto const& a : item.values) {
            values.push_back(value_of(a.value));
            if (a.field == dm().models[model].id_field) {
                created.push_back(values.back());
            }
        }
        if (child_holds_key) {
            values.push_back(e.parent);
        }
    }
    tx_.queue(sql::insert_records(t_, model, fields, items.size()), values, {model, use::insert});
    if (!child_holds_key) {
        link(e, created);
    }
}

REFRACT_DECL writer::done writer::create_related(edge const& e, plan::create const& c) {
    if (!e.parent_is_new && e.p_is_one()) {
        if (e.p_is_required() && e.c_is_required()) {
            co_return violates(*e.p);
        }
        if (e.c_is_required()) {
            forbid(sql::find_any_related(t_, e.model, e.field, 1), {e.parent}, violates(*e.p));
        }
        unlink_parent(e);
    }
    parent_key key;
    bool const child_holds_key = sql::holds_key(t_, *e.c);
    if (child_holds_key) {
        key.field = e.p->related_field;
        key.id = e.parent;
    }
    auto id = co_await insert(c, key);
    if (!id) {
        co_return id.failure();
    }
    if (!child_holds_key) {
        ids const children{*id};
        link(e, children);
    }
    auto completed = co_await complete(c, *id);
    co_return completed;
}

REFRACT_DECL writer::done writer::update_related(edge const& e, plan::nested_update const& u) {
    db::value id;
    if (u.where) {
        auto child = co_await find_connected(e, *u.where, false);
        if (!child) {
            co_return child.failure();
        }
        id = *child;
    } else {
        auto child = co_await find_child(e);
        if (!child) {
            co_return child.failure();
        }
        if (child->is_null()) {
            co_return not_connected(e);
        }
        id = *child;
    }
    auto updated = co_await update(u.data, id);
    co_return updated;
}

REFRACT_DECL writer::done writer::upsert_related(edge const& e, plan::nested_upsert const& u) {
    db::value id;
    if (u.where) {
        auto child = co_await find_upserted(e, *u.where);
        if (!child) {
            co_return child.failure();
        }
        id = *child;
    } else {
        auto child = co_await find_child(e);
        if (!child) {
            co_return child.failure();
        }
        id = *child;
    }
    if (id.is_null()) {
        auto created = co_await create_related(e, u.create_data);
        co_return created;
    }
    auto updated = co_await update(u.update_data, id);
    co_return updated;
}

REFRACT_DECL writer::done writer::remove_related(edge const& e, std::optional<plan::selector> const& where) {
    db::value id;
    if (where) {
        auto child = co_await find_connected(e, *where, true);
        if (!child) {
            co_return child.failure();
        }
        id = *child;
    } else {
        auto child = co_await find_child(e);
        if (!child) {
            co_return child.failure();
        }
        if (child->is_null()) {
            auto failed = not_connected(e);
            failed.field = dm().models[e.model].id().name;
            failed.value = printed(e.parent);
            co_return failed;
        }
        id = *child;
    }
    ids records{id};
    auto removed = co_await remove(e.child_model(), std::move(records));
    co_return removed;
}

REFRACT_DECL writer::done writer::connect(edge const& e, std::vector<plan::selector> const& wheres) {
    if (wheres.empty()) {
        co_return outcome<void>{};
    }
    if (e.p_is_required() && e.c_is_required()) {
        co_return violates(*e.p);
    }
    auto children = co_await find_all(e.child_model(), wheres);
    if (!children) {
        co_return children.failure();
    }
    if (foresight_.is_walking()) {
        co_return outcome<void>{};
    }
    if (e.p_is_required() && e.c_is_one()) { // the child's old parent would lose it
        forbid(sql::find_any_related(t_, e.child_model(), e.p->related_field, 1), *children, violates(*e.p));
    }
    if (e.p_is_one() && e.c_is_required() && !e.parent_is_new) { // the parent's old child would lose it
        forbid(sql::find_any_related(t_, e.model, e.field, 1), {e.parent}, violates(*e.p));
    }
    if (e.p_is_one() && !e.parent_is_new) {
        unlink_parent(e);
    }
    unlink_children(e, *children);
    link(e, *children);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::set(edge const& e, std::optional<std::vector<plan::selector>> const& wheres) {
    if (!wheres) {
        co_return outcome<void>{};
    }
    auto children = co_await find_all(e.child_model(), *wheres);
    if (!children) {
        co_return children.failure();
    }
    if (foresight_.is_walking()) {
        co_return outcome<void>{};
    }
    unlink_parent(e);
    unlink_children(e, *children);
    link(e, *children);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::disconnect(edge const& e, std::optional<plan::selector> const& where) {
    if (e.p_is_required() || e.c_is_required()) {
        co_return violates(*e.p);
    }
    if (where) {
        auto child = co_await find_connected(e, *where, true);
        if (!child) {
            co_return child.failure();
        }
        tx_.queue(sql::unlink(t_, e.model, e.field), {e.parent, *child});
        co_return outcome<void>{};
    }
    auto failed = not_connected(e);
    failed.field = dm().models[e.model].id().name;
    failed.value = printed(e.parent);
    ids const inputs{e.parent};
    std::vector<db::value_type> const columns{db::value_type::integer};
    auto check = require_row(std::move(failed), nullptr);
    tx_.queue_check(sql::find_any_related(t_, e.model, e.field, 1), inputs, columns, std::move(check));
    tx_.queue(sql::unlink_all(t_, e.model, e.field, 1), inputs);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::update_many_related(edge const& e, plan::nested_update_many const& u) {
    sql::record_set set;
    set.model = e.child_model();
    set.filter = &u.where;
    set.parent_model = e.model;
    set.parent_field = e.field;
    if (foresight_.is_walking()) {
        co_return outcome<void>{};
    }
    update_many(set, u.data, e.parent, nullptr);
    co_return outcome<void>{};
}

REFRACT_DECL writer::done writer::remove_many_related(edge const& e, plan::filter const& where) {
    sql::record_set set;
    set.model = e.child_model();
    set.filter = &where;
    set.parent_model = e.model;
    set.parent_field = e.field;
    auto removed = co_await remove_many(set, e.parent, nullptr);
    co_return removed;
}

// ---- links ----------------------------------------------------------------------------------------------------------

REFRACT_DECL void writer::link(edge const& e, ids const& children) {
    auto const step = sql::holds_key(t_, *e.p) ? 1 : sql::max_ids(t_);
    for (std::size_t at = 0; at < children.size(); at += step) {
        auto const count = std::min(step, children.size() - at);
        ids inputs{e.parent};
        auto const from = children.begin() + static_cast<std::ptrdiff_t>(at);
        inputs.insert(inputs.end(), from, from + static_cast<std::ptrdiff_t>(count));
        tx_.queue(sql::link(t_, e.model, e.field, count), inputs, {e.child_model(), use::insert});
    }
}

/// Removes the parent's links. A to-one parent that holds the key needs no statement: link() overwrites it.
REFRACT_DECL void writer::unlink_parent(edge const& e) {
    if (!sql::holds_key(t_, *e.p)) {
        tx_.queue(sql::unlink_all(t_, e.model, e.field, 1), {e.parent});
    }
}

/// Removes the children's links, if they can have but one. Children that hold the key need no statement: link() overwrites it.
REFRACT_DECL void writer::unlink_children(edge const& e, ids const& children) {
    if (!e.c_is_one() || sql::holds_key(t_, *e.c)) {
        return;
    }
    auto const step = sql::max_ids(t_);
    for (std::size_t at = 0; at < children.size(); at += step) {
        auto const count = std::min(step, children.size() - at);
        auto const from = children.begin() + static_cast<std::ptrdiff_t>(at);
        ids const inputs(from, from + static_cast<std::ptrdiff_t>(count));
        tx_.queue(sql::unlink_all(t_, e.child_model(), e.p->related_field, count), inputs);
    }
}

REFRACT_DECL result_check
writer::require_connected(edge const& e, plan::selector const& where, bool name_both, db::value* to) const {
    auto const child = e.child_model();
    auto apart = not_connected(e);
    if (name_both) {
        apart.field = dm().models[e.model].id().name;
        apart.value = printed(e.parent);
        apart.other_field = dm().models[child].id().name;
    } else {
        apart.other_field = dm().field_at(child, where.field).name;
        apart.other_value = printed(value_of(where.value));
    }
    return [to, name_both, apart, missing = not_found(child, where)](db::result_set const& rows) {
        if (rows.rows() == 0) {
            return std::optional<plan::failure>(missing);
        }
        auto id = db::to_value(rows.cell(0, 0));
        if (rows.cell(0, 1).number == 0) {
            auto failed = apart;
            if (name_both) {
                failed.other_value = printed(id);
            }
            return std::optional<plan::failure>(failed);
        }
        if (to != nullptr) {
            *to = std::move(id);
        }
        return std::optional<plan::failure>();
    };
}

REFRACT_DECL writer::found writer::find_connected(edge const& e, plan::selector const& where, bool name_both) {
    auto const child = e.child_model();
    bool const is_id = where.field == dm().models[child].id_field;
    ids const inputs{value_of(where.value), e.parent};
    db::value id = inputs.front();
    auto columns = id_column(child);
    columns.push_back(db::value_type::integer);
    auto const text = sql::select_id_and_connected(t_, e.model, e.field, where.field);
    if (!is_id && !foresight_.is_blind()) {
        auto const* const known = foresight_.id_of(child, where.field, inputs.front());
        if (known != nullptr && !known->is_null()) {
            auto check = [id = *known](db::result_set const& rows) {
                bool const same =
                    rows.rows() > 0 && rows.cell(0, 1).number != 0 && printed(db::to_value(rows.cell(0, 0))) == printed(id);
                return same ? std::nullopt : std::optional<plan::failure>(unforeseen());
            };
            tx_.queue_check(text, inputs, columns, std::move(check));
            co_return *known;
        }
        if (foresight_.is_walking()) {
            co_return unforeseen();
        }
    }
    auto check = require_connected(e, where, name_both, is_id ? nullptr : &id);
    tx_.queue_check(text, inputs, columns, std::move(check));
    if (!is_id) {
        auto sent = co_await tx_.flush();
        if (!sent) {
            co_return sent.failure();
        }
    }
    co_return id;
}

REFRACT_DECL writer::found writer::find_child(edge const& e) {
    ids const from{e.parent};
    auto children = co_await related(e.model, e.field, from);
    if (!children) {
        co_return children.failure();
    }
    if (children->empty()) {
        co_return db::value{};
    }
    co_return children->front();
}

// ---- many records ---------------------------------------------------------------------------------------------------

/// Lists first: changed values could take a record out of the set.
REFRACT_DECL void writer::update_many(sql::record_set set, plan::update const& u, db::value const& parent, std::uint64_t* count) {
    write_context const context{set.model, use::update};
    if (!u.lists.empty() && sql::has_row_locks(t_)) {
        set.parent_input = 0;
        tx_.queue(sql::lock_records(t_, set), {parent});
    }
    for (auto const& list : u.lists) {
        set.parent_input = 0;
        tx_.queue(sql::delete_list_values(t_, set, list.field), {parent}, context);
        set.parent_input = 1;
        for (std::size_t i = 0; i < list.values.size(); ++i) {
            ids const inputs{value_of(list.values[i]), parent};
            tx_.queue(sql::insert_list_value(t_, set, list.field, i), inputs, context);
        }
    }
    if (u.values.empty()) {
        set.parent_input = 0;
        if (count != nullptr) {
            auto read = [count](db::result_set const& rows) {
                *count = rows.rows() > 0 ? static_cast<std::uint64_t>(rows.cell(0, 0).number) : 0;
            };
            tx_.queue_read(sql::count_records(t_, set), {parent}, {db::value_type::integer}, read);
        }
        return;
    }
    std::vector<index> fields;
    ids inputs;
    for (auto const& a : u.values) {
        fields.push_back(a.field);
        inputs.push_back(value_of(a.value));
    }
    inputs.push_back(parent);
    set.parent_input = static_cast<std::uint32_t>(fields.size());
    auto read = [count](db::result_set const& rows) {
        if (count != nullptr) {
            *count = rows.affected();
        }
    };
    tx_.queue_read(sql::update_records(t_, set, fields), inputs, {}, read, context);
}

} // namespace refract::engine::detail
