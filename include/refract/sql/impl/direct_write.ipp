#pragma once

#include <refract/sql/direct_write.hpp>
#include <refract/sql/impl/direct_compiler.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::sql {

namespace detail {

// ---- changes of a record ----------------------------------------------------------------------------------------------

/// ` WHERE t0."id" = $1`
REFRACT_DECL void direct_compiler::append_where(fragment& to) {
    to.append(" WHERE ");
    append_column(to, 0, column_of(t_, root_.model, root_.where->field));
    to.append(" = ").value(root_.where->value);
}

/// `"name" = $1, "updatedAt" = ...`
REFRACT_DECL bool direct_compiler::set_values(fragment& to, plan::update const& u) {
    for (auto const& a : u.values) {
        auto const& column = column_of(t_, u.model, a.field);
        to.empty() ? to : to.append(", ");
        to.identifier(column).append(" = ");
        if (!dm().models[u.model].fields[a.field].is_updated_at) {
            to.value(a.value);
            continue;
        }
        // As in mutate: it always grows.
        to.append("CASE WHEN ");
        append_column(to, 0, column);
        to.append(" >= ").value(a.value).append(" THEN ");
        append_column(to, 0, column);
        t_.dialect->date_times_are_numbers ? to.append(" + 1") : to.append(" + INTERVAL '1 millisecond'");
        to.append(" ELSE ").value(a.value).append(" END");
    }
    return u.lists.empty(); // a list's values would be inserted where the old ones still are
}

/// Links in the record's own row: connected to a record that can have many, or disconnected from one.
REFRACT_DECL bool direct_compiler::set_keys(fragment& set, fragment& from, fragment& where, plan::update const& u) {
    for (auto const& w : u.relations) {
        auto const& p = dm().field_at(u.model, w.field);
        bool const connects = w.connects.size() == 1 && w.disconnects.empty();
        bool const disconnects = w.connects.empty() && w.disconnects.size() == 1 && !w.disconnects.front() && !p.is_required;
        bool const others = !w.creates.empty() || !w.updates.empty() || !w.upserts.empty() || !w.removes.empty() || w.set ||
                            !w.update_manys.empty() || !w.remove_manys.empty();
        if (others || !(connects || disconnects) || !holds_key(t_, p) || !dm().back(p).is_list) {
            return false;
        }
        auto const& column = column_of(t_, u.model, w.field);
        set.empty() ? set : set.append(", ");
        set.identifier(column).append(" = ");
        where.append(" AND ");
        if (disconnects) {
            set.append("NULL");
            append_column(where, 0, column);
            where.append(" IS NOT NULL");
            continue;
        }
        auto const k = take();
        set.alias("k", k).append(".").identifier(id_of(p.related_model));
        from.empty() ? from : from.append(", ");
        append_table(from, t_, p.related_model);
        from.alias(" AS k", k);
        where.alias("k", k).append(".").identifier(column_of(t_, p.related_model, w.connects.front().field));
        where.append(" = ").value(w.connects.front().value);
    }
    return true;
}

REFRACT_DECL bool direct_compiler::update() {
    auto const& u = *root_.update_data;
    auto set = text();
    auto from = text();
    auto where = text();
    if (!set_values(set, u) || !set_keys(set, from, where, u) || set.empty()) {
        return false; // nothing to set: a read
    }
    statement_.append("UPDATE ");
    append_table(statement_, t_, u.model);
    statement_.append(" AS t0 SET ").append(set);
    if (!from.empty()) {
        statement_.append(" FROM ").append(from);
    }
    append_where(statement_);
    statement_.append(where);
    written_.insert(u.model);
    return true;
}

/// The second part inserts if the first has not found the record.
REFRACT_DECL bool direct_compiler::upsert() {
    auto const& u = *root_.update_data;
    auto const& c = *root_.create_data;
    auto set = text();
    if (!t_.dialect->writes_in_with || !u.relations.empty() || !c.relations.empty() || !c.lists.empty() || !set_values(set, u)) {
        return false;
    }
    auto const found = take();
    auto const made = take();
    auto first = text(); // both parts return all their columns: they are what the statement selects
    first.alias("n", found).append(" AS (");
    if (set.empty()) {
        first.append("SELECT * FROM ");
        append_table(first, t_, root_.model);
        first.append(" AS t0");
    } else {
        first.append("UPDATE ");
        append_table(first, t_, root_.model);
        first.append(" AS t0 SET ").append(set);
    }
    append_where(first);
    set.empty() ? first.append(")") : first.append(" RETURNING t0.*)");
    auto r = new_row();
    for (auto const& a : c.values) {
        add(r, column_of(t_, c.model, a.field));
        r.values.value(a.value);
    }
    if (r.columns.empty()) {
        return false; // DEFAULT VALUES takes no condition
    }
    r.where.append("NOT EXISTS (SELECT 1 FROM ").alias("n", found).append(")");
    auto second = text();
    second.alias("n", made).append(" AS (");
    insert(second, root_.model, r);
    second.append(" RETURNING *)");
    before_.push_back(part{std::move(first)});
    before_.push_back(part{std::move(second)});
    statement_.append("SELECT * FROM ").alias("n", found).append(" UNION ALL SELECT * FROM ").alias("n", made);
    is_subquery_ = true;
    written_.insert(root_.model);
    return true;
}

/// A record that others require stays: no row then.
REFRACT_DECL bool direct_compiler::remove() {
    auto const& m = dm().models[root_.model];
    for (auto const& f : m.fields) {
        bool const cascades = f.is_relation() && datamodel::on_delete_of(dm(), f) == datamodel::on_delete::cascade;
        if (cascades || f.is_scalar_list()) {
            return false;
        }
    }
    statement_.append("DELETE FROM ");
    append_table(statement_, t_, root_.model);
    statement_.append(" AS t0");
    append_where(statement_);
    for (auto const& other : dm().models) {
        for (auto const& f : other.fields) {
            if (!f.is_relation() || f.is_list || !f.is_required || f.related_model != root_.model) {
                continue;
            }
            auto const place = place_of(t_, root_.model, f.related_field);
            if (place.far_may_be_null) {
                statement_.append(" AND ");
                append_column(statement_, 0, *place.far);
                statement_.append(" IS NULL");
                continue;
            }
            statement_.append(" AND NOT EXISTS (SELECT 1 FROM ").table(t_.schema, *place.table).append(" AS k WHERE k.");
            statement_.identifier(*place.near).append(" = ");
            append_column(statement_, 0, m.id().column);
            statement_.append(")");
        }
    }
    written_.insert(root_.model);
    return true;
}

/// Of many records: what is one statement anyway.
REFRACT_DECL bool direct_compiler::many() {
    record_set set;
    set.model = root_.model;
    set.filter = &root_.filter_where;
    if (root_.kind == plan::write_kind::update_many) {
        auto const& u = *root_.update_data;
        if (u.values.empty() || !u.lists.empty()) {
            return false;
        }
        std::vector<index> fields;
        std::vector<plan::operand> values;
        for (auto const& a : u.values) {
            fields.push_back(a.field);
            values.push_back(a.value);
        }
        statement_ = update_records(t_, set, fields);
        statement_.replace_inputs(values);
        return true;
    }
    for (auto const& m : dm().models) {
        for (auto const& f : m.fields) {
            bool const requires_it = f.is_relation() && !f.is_list && f.is_required && f.related_model == root_.model;
            bool const is_own = &m == &dm().models[root_.model];
            bool const cascades = is_own && f.is_relation() && datamodel::on_delete_of(dm(), f) == datamodel::on_delete::cascade;
            if (requires_it || cascades || (is_own && f.is_scalar_list())) {
                return false;
            }
        }
    }
    statement_ = delete_records(t_, set);
    return true;
}

REFRACT_DECL bool direct_compiler::write() {
    switch (root_.kind) {
    case plan::write_kind::create: return create(statement_, *root_.create_data, 0, nullptr);
    case plan::write_kind::update: return update();
    case plan::write_kind::upsert: return upsert();
    case plan::write_kind::remove: return remove();
    case plan::write_kind::update_many:
    case plan::write_kind::remove_many: return many();
    case plan::write_kind::execute_raw:
    case plan::write_kind::reset: break;
    }
    return false;
}

// ---- the answer -------------------------------------------------------------------------------------------------------

/// True if the answer's row joins a table this statement writes: it would show it as it was before.
REFRACT_DECL bool direct_compiler::joins_written(index model, plan::selection const& s) const {
    for (auto const& i : s.items) {
        if (i.kind != plan::item_kind::to_one) {
            continue;
        }
        auto const& f = dm().field_at(model, i.field);
        if (holds_key(t_, f) && (written_.count(f.related_model) > 0 || joins_written(f.related_model, i.read->select))) {
            return true;
        }
    }
    return false;
}

/// True if the record's id is known before it is written.
REFRACT_DECL bool direct_compiler::find_id(direct_write& out) {
    auto const id_field = dm().models[root_.model].id_field;
    if (root_.kind == plan::write_kind::create) {
        for (auto const& a : root_.create_data->values) {
            if (a.field == id_field) {
                out.id = a.value;
            }
        }
    } else if (root_.kind != plan::write_kind::upsert && root_.where->field == id_field) {
        out.id = root_.where->value;
    }
    return out.id.has_value();
}

/// What the statement gives of the record.
REFRACT_DECL fragment direct_compiler::list_of(direct_write& out, written_select const& answer, bool tells_id) {
    auto const& level = answer.all.levels.front();
    auto list = text();
    if (out.reads_again) {
        list.append("1");
        out.columns = {db::value_type::integer};
    } else if (t_.dialect->writes_in_with) {
        list.append(answer.list);
        out.columns = level.columns;
    } else {
        for (auto const& column : answer.columns) { // RETURNING knows no alias
            list.empty() ? list : list.append(", ");
            list.identifier(column);
        }
        out.columns = level.columns;
    }
    if (!beside_.types.empty()) {
        list.append(beside_.columns);
        out.columns.insert(out.columns.end(), beside_.types.begin(), beside_.types.end());
    }
    if (tells_id) {
        list.append(", set_config('refract.written_id', ");
        append_id(list, root_.model, 0);
        list.append("::text, true)");
        out.columns.push_back(db::value_type::text);
    }
    return list;
}

/// ` RETURNING t0."id", t0."name"`: the id and what else somebody asks the part for.
REFRACT_DECL void direct_compiler::append_returned(fragment& to, index model, std::vector<std::string> const& columns) const {
    auto const& id = id_of(model);
    to.append(" RETURNING t0.").identifier(id);
    std::set<std::string_view> said{id};
    for (auto const& column : columns) {
        if (said.insert(column).second) {
            to.append(", t0.").identifier(column);
        }
    }
}

REFRACT_DECL void direct_compiler::append_part(fragment& to, part const& p) const {
    to.append(p.text);
    if (p.model != datamodel::none) {
        append_returned(to, p.model, p.columns);
        to.append(")");
    }
}

REFRACT_DECL void direct_compiler::finish(direct_write& out, written_select const& answer, bool tells_id) {
    auto& to = out.text;
    auto const list = list_of(out, answer, tells_id);
    bool const is_alone = before_.empty() && after_.empty() && !is_subquery_ && (out.reads_again || answer.joins.empty());
    if (is_alone) {
        to.append(statement_).append(" RETURNING ").append(list);
        return;
    }
    to.append("WITH ");
    for (auto const& p : before_) {
        append_part(to, p);
        to.append(", ");
    }
    to.append("t0 AS (").append(statement_);
    if (!is_subquery_ && (out.reads_again || answer.joins.empty())) {
        append_returned(to, root_.model, out.reads_again ? std::vector<std::string>() : answer.columns);
    } else if (!is_subquery_) {
        to.append(" RETURNING t0.*"); // the joins need keys of it
    }
    to.append(")");
    for (auto const& p : after_) {
        append_part(to.append(", "), p);
    }
    // What the record needed is there even if the record is not: the statement has to fail then, not to give no row.
    bool const may_lack_record = !before_.empty() && !is_subquery_;
    if (may_lack_record) {
        expect(0, 1);
    }
    to.append(" SELECT ").append(list);
    if (!checks_.empty()) {
        to.append(", 1 / CASE WHEN ").append(checks_).append(" THEN 1 ELSE 0 END");
        out.columns.push_back(db::value_type::integer);
    }
    may_lack_record ? to.append(" FROM (SELECT 1) a LEFT JOIN t0 ON TRUE") : to.append(" FROM t0");
    if (!out.reads_again) {
        to.append(answer.joins).append(beside_.from);
    }
}

/// The columns of a level are behind `by` others now.
REFRACT_DECL void move_columns(level& l, std::uint32_t by) {
    l.key_column += by;
    for (auto& item : l.object.items) {
        if (item.from == shape_item::source::column) {
            item.column += by;
        }
    }
}

/// Answers a list of new records with the rows their part returns, if it is all the statement would be followed by.
///
/// Joined from the left: a part that made no row must not keep the checks from being seen.
REFRACT_DECL void direct_compiler::join_created(direct_write const& out, plan::read const& answer, written_select& select) {
    auto const& items = answer.select.items;
    auto const list = std::find_if(items.begin(), items.end(), [&](plan::item const& i) {
        return i.kind == plan::item_kind::to_many && created_.count(i.field) > 0;
    });
    if (list == items.end() || select.all.levels.size() != 2 || out.reads_again || !before_.empty() || is_subquery_) {
        return;
    }
    auto const& rows = *list->read;
    bool const is_everything = rows.where.kind == plan::filter_kind::all && rows.where.children.empty() && rows.page.is_whole();
    auto const& leaves = rows.select.items;
    bool const is_plain = std::all_of(leaves.begin(), leaves.end(), [](plan::item const& i) {
        return i.kind == plan::item_kind::scalar || i.kind == plan::item_kind::constant;
    });
    if (!is_everything || !is_plain || rows.connection) {
        return;
    }
    auto const source = created_.at(list->field);
    auto& made = *std::find_if(after_.begin(), after_.end(), [&](part const& p) { return p.source == source; });
    auto const& model = dm().models[rows.model];
    auto const column = [&](fragment& to, std::string const& name) {
        append_source(to, source);
        to.append(".").identifier(name);
        made.columns.push_back(name);
    };
    column(beside_.columns.append(", "), dm().relations[dm().field_at(root_.model, list->field).relation].link.column);
    for (auto const& i : leaves) {
        if (i.kind == plan::item_kind::scalar) {
            column(beside_.columns.append(", "), model.fields[i.field].column);
        }
    }
    append_source(beside_.from.append(" LEFT JOIN "), source);
    beside_.from.append(" ON TRUE");
    for (auto const& o : rows.order) {
        beside_.from.append(&o == &rows.order.front() ? literal(" ORDER BY ") : literal(", "));
        column(beside_.from, model.fields[o.field].column);
        o.descending ? beside_.from.append(" DESC") : beside_.from;
    }
    auto& l = select.all.levels[1];
    beside_.types = l.columns;
    l.beside = 0;
    l.text = text();
    move_columns(l, static_cast<std::uint32_t>(select.all.levels[0].columns.size()));
}

REFRACT_DECL std::optional<direct_write> direct_compiler::compile(plan::read* answer) {
    if (!write()) {
        return std::nullopt;
    }
    direct_write out{text(), {}, {}, false, std::nullopt};
    if (answer == nullptr) {
        out.text = std::move(statement_);
        return out;
    }
    bool const knows_id = find_id(out);
    auto id = text();
    if (knows_id) {
        id.value(plan::operand::at(root_.answer_id_slot));
    } else {
        id.append("current_setting('refract.written_id')");
        auto const type = column_type(dm().models[root_.model].id().type);
        type == db::value_type::integer ? id.append("::bigint") : type == db::value_type::uuid ? id.append("::uuid") : id;
    }
    out.reads_again = joins_written(root_.model, answer->select);
    auto select = compile_written(*answer, id, t_);
    join_created(out, *answer, select);
    bool const reads_more = out.reads_again || (select.all.levels.size() > 1 && beside_.types.empty());
    bool const is_plain = before_.empty() && after_.empty() && select.joins.empty() && !reads_more;
    bool const is_gone = root_.kind == plan::write_kind::remove && reads_more; // what is read later has nothing to be found by
    if (is_gone || (!is_plain && !t_.dialect->writes_in_with)) {
        return std::nullopt;
    }
    finish(out, select, reads_more && !knows_id);
    out.answer = std::move(select.all);
    return out;
}

} // namespace detail

REFRACT_DECL std::optional<direct_write> compile_direct_write(plan::write_root const& root, plan::read* answer, target const& t) {
    return detail::direct_compiler(root, t).compile(answer);
}

} // namespace refract::sql
