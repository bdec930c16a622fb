#pragma once

#include <refract/sql/impl/link_place.hpp>
#include <refract/sql/impl/search_condition.hpp>
#include <refract/sql/mutate.hpp>

namespace refract::sql {

namespace detail {

REFRACT_DECL link_place place_of(target const& t, index model, index field) {
    auto const& dm = *t.model;
    auto const& f = dm.field_at(model, field);
    auto const& link = dm.relations[f.relation].link;
    bool const a = f.side == datamodel::relation_side::a;
    if (link.kind == datamodel::link_kind::table) {
        return {&link.table, a ? &link.column_a : &link.column_b, a ? &link.column_b : &link.column_a, false, false};
    }
    if (link.column_side == f.side) {
        return {&dm.models[model].table, &dm.models[model].id().column, &link.column, true, false};
    }
    auto const& other = dm.models[f.related_model];
    return {&other.table, &link.column, &other.id().column, false, true};
}

/// ` IN ($1, $2)`, or ` = $1`.
REFRACT_DECL void append_inputs(fragment& to, std::size_t from, std::size_t count) {
    if (count == 1) {
        to.append(" = ").input(static_cast<std::uint32_t>(from));
        return;
    }
    to.append(" IN (");
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) {
            to.append(", ");
        }
        to.input(static_cast<std::uint32_t>(from + i));
    }
    to.append(")");
}

/// `@updatedAt` always grows: a second change within one millisecond has to be told from the first.
REFRACT_DECL void append_later(fragment& to, std::string const& column, std::uint32_t input) {
    to.append("CASE WHEN ").identifier(column).append(" >= ").input(input).append(" THEN ").identifier(column);
    to.used_dialect().date_times_are_numbers ? to.append(" + 1") : to.append(" + INTERVAL '1 millisecond'");
    to.append(" ELSE ").input(input).append(" END");
}

REFRACT_DECL void append_assignments(fragment& to, target const& t, index model, std::span<index const> fields) {
    to.append(" SET ");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) {
            to.append(", ");
        }
        auto const& column = column_of(t, model, fields[i]);
        auto const input = static_cast<std::uint32_t>(i);
        to.identifier(column).append(" = ");
        if (t.model->models[model].fields[fields[i]].is_updated_at) {
            append_later(to, column, input);
        } else {
            to.input(input);
        }
    }
}

/// The condition of a set on the rows aliased `t{alias}`.
REFRACT_DECL void
append_set_condition(fragment& to, target const& t, record_set const& set, std::uint32_t alias, alias_counter& aliases) {
    bool open = false;
    if (set.parent_field != datamodel::none) {
        auto const place = place_of(t, set.parent_model, set.parent_field);
        open = true;
        if (place.near_may_be_null) { // the key is in this very row
            append_column(to, alias, *place.near);
            to.append(" = ").input(set.parent_input);
        } else {
            append_column(to, alias, t.model->models[set.model].id().column);
            to.append(" IN (SELECT ").identifier(*place.far).append(" FROM ").table(t.schema, *place.table);
            to.append(" WHERE ").identifier(*place.near).append(" = ").input(set.parent_input).append(")");
        }
    }
    if (set.filter != nullptr) {
        if (open) {
            to.append(" AND ");
        }
        // Those of one parent are few: what the filter asks is looked up for each.
        auto const how = set.parent_field != datamodel::none ? search::probe : search::everywhere;
        condition_writer(to, t, aliases, how).write(set.model, alias, *set.filter, false);
        open = true;
    }
    if (!open) {
        to.append("1 = 1");
    }
}

/// `SELECT t0."id" FROM "Model" AS t0 WHERE ...`
REFRACT_DECL void append_set_ids(fragment& to, target const& t, record_set const& set) {
    alias_counter aliases;
    auto const alias = aliases.take();
    to.append("SELECT ");
    append_column(to, alias, t.model->models[set.model].id().column);
    to.append(" FROM ");
    append_table(to, t, set.model);
    to.alias(" AS t", alias).append(" WHERE ");
    append_set_condition(to, t, set, alias, aliases);
}

REFRACT_DECL std::string list_table_of(target const& t, index model, index field) {
    auto const& m = t.model->models[model];
    return m.list_table(m.fields[field]);
}

} // namespace detail

REFRACT_DECL std::string const& column_of(target const& t, index model, index field) noexcept {
    auto const& f = t.model->field_at(model, field);
    return f.is_relation() ? t.model->relations[f.relation].link.column : f.column;
}

REFRACT_DECL bool holds_key(target const& t, datamodel::field const& f) noexcept {
    auto const& link = t.model->relations[f.relation].link;
    return link.kind == datamodel::link_kind::inline_column && link.column_side == f.side;
}

REFRACT_DECL std::size_t max_ids(target const& t) noexcept {
    return t.dialect->max_parameters / 2 - 16; // a link takes two parameters for each id
}

REFRACT_DECL fragment insert_record(target const& t, index model, std::span<index const> fields, bool returning_id) {
    fragment out(*t.dialect);
    if (!fields.empty()) {
        return insert_records(t, model, fields, 1, returning_id);
    }
    out.append("INSERT INTO ");
    append_table(out, t, model);
    out.append(" DEFAULT VALUES");
    if (returning_id) {
        out.append(" RETURNING ").identifier(t.model->models[model].id().column);
    }
    return out;
}

REFRACT_DECL fragment
insert_records(target const& t, index model, std::span<index const> fields, std::size_t rows, bool returning_id) {
    fragment out(*t.dialect);
    out.append("INSERT INTO ");
    append_table(out, t, model);
    out.append(" (");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) {
            out.append(", ");
        }
        out.identifier(column_of(t, model, fields[i]));
    }
    out.append(") VALUES ");
    for (std::size_t row = 0; row < rows; ++row) {
        row > 0 ? out.append(", (") : out.append("(");
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (i > 0) {
                out.append(", ");
            }
            out.input(static_cast<std::uint32_t>(row * fields.size() + i));
        }
        out.append(")");
    }
    if (returning_id) {
        out.append(" RETURNING ").identifier(t.model->models[model].id().column);
    }
    return out;
}

REFRACT_DECL fragment take_numbers(target const& t, index model) {
    auto const& m = t.model->models[model];
    auto const text = [](std::string value) { return plan::operand::of(db::value::text(std::move(value))); };
    fragment out(*t.dialect);
    if (t.dialect->nested_cursors) { // numbers grow from the highest one there ever was; nobody else writes now
        out.append("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ")
            .input(0)
            .append(") SELECT i + max(");
        out.append("COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ").value(text(m.table)).append("), 0), ");
        out.append("COALESCE((SELECT max(").identifier(m.id().column).append(") FROM ").table(t.schema, m.table);
        out.append("), 0)) FROM n");
        return out;
    }
    fragment name(*t.dialect);
    name.table(t.schema, m.table);
    out.append("SELECT nextval(pg_get_serial_sequence(").value(text(name.text())).append(", ").value(text(m.id().column));
    out.append(")) FROM generate_series(1, ").input(0).append(")");
    return out;
}

REFRACT_DECL fragment update_record(target const& t, index model, std::span<index const> fields) {
    fragment out(*t.dialect);
    out.append("UPDATE ");
    append_table(out, t, model);
    detail::append_assignments(out, t, model, fields);
    out.append(" WHERE ").identifier(t.model->models[model].id().column);
    out.append(" = ").input(static_cast<std::uint32_t>(fields.size()));
    return out;
}

REFRACT_DECL fragment select_id(target const& t, index model, index unique_field) {
    fragment out(*t.dialect);
    out.append("SELECT ").identifier(t.model->models[model].id().column).append(" FROM ");
    append_table(out, t, model);
    out.append(" WHERE ").identifier(column_of(t, model, unique_field)).append(" = ").input(0);
    return out;
}

REFRACT_DECL fragment select_ids(target const& t, index model, index unique_field, std::size_t count) {
    auto const& column = column_of(t, model, unique_field);
    fragment out(*t.dialect);
    out.append("SELECT ").identifier(t.model->models[model].id().column).append(", ").identifier(column).append(" FROM ");
    append_table(out, t, model);
    out.append(" WHERE ").identifier(column);
    detail::append_inputs(out, 0, count);
    return out;
}

REFRACT_DECL fragment select_id_and_connected(target const& t, index model, index field, index unique_field) {
    auto const other = t.model->field_at(model, field).related_model;
    auto const& id = t.model->models[other].id().column;
    auto const place = detail::place_of(t, model, field);
    fragment out(*t.dialect);
    out.append("SELECT ");
    append_column(out, 0, id);
    out.append(", CASE WHEN ");
    if (place.near_may_be_null) {
        append_column(out, 0, *place.near);
        out.append(" = ").input(1);
    } else {
        out.append("EXISTS (SELECT 1 FROM ").table(t.schema, *place.table).append(" AS t1 WHERE ");
        append_column(out, 1, *place.near);
        out.append(" = ").input(1).append(" AND ");
        append_column(out, 1, *place.far);
        out.append(" = ");
        append_column(out, 0, id);
        out.append(")");
    }
    out.append(" THEN 1 ELSE 0 END FROM ");
    append_table(out, t, other);
    out.append(" AS t0 WHERE ");
    append_column(out, 0, column_of(t, other, unique_field));
    out.append(" = ").input(0);
    return out;
}

REFRACT_DECL fragment select_related(target const& t, index model, index field, std::size_t count) {
    auto const place = detail::place_of(t, model, field);
    fragment out(*t.dialect);
    out.append("SELECT DISTINCT ").identifier(*place.far).append(" FROM ").table(t.schema, *place.table);
    out.append(" WHERE ").identifier(*place.near);
    detail::append_inputs(out, 0, count);
    if (place.far_may_be_null) {
        out.append(" AND ").identifier(*place.far).append(" IS NOT NULL");
    }
    return out;
}

REFRACT_DECL fragment select_links(target const& t, index model, index field, std::size_t count, std::size_t others) {
    auto const place = detail::place_of(t, model, field);
    fragment out(*t.dialect);
    out.append("SELECT DISTINCT ").identifier(*place.near).append(", ").identifier(*place.far).append(" FROM ");
    out.table(t.schema, *place.table).append(" WHERE ").identifier(*place.near);
    detail::append_inputs(out, 0, count);
    if (others > 0) {
        out.append(" AND ").identifier(*place.far);
        detail::append_inputs(out, count, others);
    } else if (place.far_may_be_null) {
        out.append(" AND ").identifier(*place.far).append(" IS NOT NULL");
    }
    return out;
}

REFRACT_DECL fragment find_any_related(target const& t, index model, index field, std::size_t count) {
    auto const place = detail::place_of(t, model, field);
    fragment out(*t.dialect);
    out.append("SELECT 1 FROM ").table(t.schema, *place.table).append(" WHERE ").identifier(*place.near);
    detail::append_inputs(out, 0, count);
    if (place.far_may_be_null) {
        out.append(" AND ").identifier(*place.far).append(" IS NOT NULL");
    }
    out.append(" LIMIT 1");
    return out;
}

REFRACT_DECL fragment unlink_all(target const& t, index model, index field, std::size_t count) {
    auto const place = detail::place_of(t, model, field);
    fragment out(*t.dialect);
    if (place.far_may_be_null || place.near_may_be_null) {
        auto const& key = place.far_may_be_null ? *place.far : *place.near;
        out.append("UPDATE ").table(t.schema, *place.table).append(" SET ").identifier(key).append(" = NULL");
    } else {
        out.append("DELETE FROM ").table(t.schema, *place.table);
    }
    out.append(" WHERE ").identifier(*place.near);
    detail::append_inputs(out, 0, count);
    return out;
}

REFRACT_DECL fragment unlink(target const& t, index model, index field) {
    auto const place = detail::place_of(t, model, field);
    auto out = unlink_all(t, model, field, 1);
    out.append(" AND ").identifier(*place.far).append(" = ").input(1);
    return out;
}

REFRACT_DECL fragment link(target const& t, index model, index field, std::size_t count) {
    auto const place = detail::place_of(t, model, field);
    auto const& relation = t.model->relations[t.model->field_at(model, field).relation];
    fragment out(*t.dialect);
    if (place.far_may_be_null) {
        out.append("UPDATE ").table(t.schema, *place.table).append(" SET ").identifier(*place.far).append(" = ").input(1);
        out.append(" WHERE ").identifier(*place.near).append(" = ").input(0);
        return out;
    }
    if (place.near_may_be_null) {
        out.append("UPDATE ").table(t.schema, *place.table).append(" SET ").identifier(*place.near).append(" = ").input(0);
        out.append(" WHERE ").identifier(*place.far);
        detail::append_inputs(out, 1, count);
        return out;
    }
    bool const has_id = !relation.link.id_column.empty();
    out.append("INSERT INTO ").table(t.schema, *place.table).append(" (");
    if (has_id) {
        out.identifier(relation.link.id_column).append(", ");
    }
    out.identifier(*place.near).append(", ").identifier(*place.far).append(") VALUES ");
    for (std::size_t i = 0; i < count; ++i) {
        i > 0 ? out.append(", (") : out.append("(");
        if (has_id) {
            out.value(plan::operand::generated(plan::operand_kind::new_id)).append(", ");
        }
        out.input(0).append(", ").input(static_cast<std::uint32_t>(i + 1)).append(")");
    }
    out.append(" ON CONFLICT DO NOTHING");
    return out;
}

REFRACT_DECL fragment link_pairs(target const& t, index model, index field, std::size_t count) {
    auto const place = detail::place_of(t, model, field);
    auto const pair = [](std::size_t i, bool far) { return static_cast<std::uint32_t>(2 * i + (far ? 1 : 0)); };
    fragment out(*t.dialect);
    if (place.far_may_be_null || place.near_may_be_null) {
        bool const far_is_key = place.far_may_be_null;
        auto const& key = far_is_key ? *place.far : *place.near;
        auto const& row = far_is_key ? *place.near : *place.far;
        out.append("UPDATE ").table(t.schema, *place.table).append(" SET ").identifier(key).append(" = CASE ").identifier(row);
        for (std::size_t i = 0; i < count; ++i) {
            out.append(" WHEN ").input(pair(i, !far_is_key)).append(" THEN ").input(pair(i, far_is_key));
        }
        out.append(" ELSE ").identifier(key).append(" END WHERE ").identifier(row).append(" IN (");
        for (std::size_t i = 0; i < count; ++i) {
            i > 0 ? out.append(", ") : out;
            out.input(pair(i, !far_is_key));
        }
        out.append(")");
        return out;
    }
    auto const& relation = t.model->relations[t.model->field_at(model, field).relation];
    bool const has_id = !relation.link.id_column.empty();
    out.append("INSERT INTO ").table(t.schema, *place.table).append(" (");
    if (has_id) {
        out.identifier(relation.link.id_column).append(", ");
    }
    out.identifier(*place.near).append(", ").identifier(*place.far).append(") VALUES ");
    for (std::size_t i = 0; i < count; ++i) {
        i > 0 ? out.append(", (") : out.append("(");
        if (has_id) {
            out.value(plan::operand::generated(plan::operand_kind::new_id)).append(", ");
        }
        out.input(pair(i, false)).append(", ").input(pair(i, true)).append(")");
    }
    out.append(" ON CONFLICT DO NOTHING");
    return out;
}

REFRACT_DECL bool has_row_locks(target const& t) noexcept {
    return !t.dialect->nested_cursors; // an in-process database has one writer at a time
}

REFRACT_DECL fragment lock_record(target const& t, index model) {
    fragment out(*t.dialect);
    out.append("SELECT 1 FROM ");
    append_table(out, t, model);
    out.append(" WHERE ").identifier(t.model->models[model].id().column).append(" = ").input(0).append(" FOR UPDATE");
    return out;
}

REFRACT_DECL fragment lock_records(target const& t, record_set const& set) {
    auto out = select_ids(t, set);
    out.append(" FOR UPDATE");
    return out;
}

REFRACT_DECL fragment delete_list_values(target const& t, index model, index field, std::size_t count) {
    fragment out(*t.dialect);
    out.append("DELETE FROM ").table(t.schema, detail::list_table_of(t, model, field)).append(" WHERE ").identifier("nodeId");
    detail::append_inputs(out, 0, count);
    return out;
}

REFRACT_DECL fragment insert_list_values(target const& t, index model, index field, std::size_t offset, std::size_t count) {
    fragment out(*t.dialect);
    out.append("INSERT INTO ").table(t.schema, detail::list_table_of(t, model, field)).append(" (").identifier("nodeId");
    out.append(", ").identifier("position").append(", ").identifier("value").append(") VALUES ");
    for (std::size_t i = 0; i < count; ++i) {
        i > 0 ? out.append(", (") : out.append("(");
        out.input(0).append(", ").number((offset + i + 1) * 1000).append(", ");
        out.input(static_cast<std::uint32_t>(i + 1)).append(")");
    }
    return out;
}

REFRACT_DECL fragment insert_list_rows(target const& t, index model, index field, std::size_t count) {
    fragment out(*t.dialect);
    out.append("INSERT INTO ").table(t.schema, detail::list_table_of(t, model, field)).append(" (").identifier("nodeId");
    out.append(", ").identifier("position").append(", ").identifier("value").append(") VALUES ");
    for (std::size_t i = 0; i < count; ++i) {
        i > 0 ? out.append(", (") : out.append("(");
        auto const at = static_cast<std::uint32_t>(3 * i);
        out.input(at).append(", ").input(at + 1).append(", ").input(at + 2).append(")");
    }
    return out;
}

REFRACT_DECL fragment delete_records(target const& t, index model, std::size_t count) {
    fragment out(*t.dialect);
    out.append("DELETE FROM ");
    append_table(out, t, model);
    out.append(" WHERE ").identifier(t.model->models[model].id().column);
    detail::append_inputs(out, 0, count);
    return out;
}

REFRACT_DECL fragment select_ids(target const& t, record_set const& set) {
    fragment out(*t.dialect);
    detail::append_set_ids(out, t, set);
    return out;
}

REFRACT_DECL fragment count_records(target const& t, record_set const& set) {
    alias_counter aliases;
    auto const alias = aliases.take();
    fragment out(*t.dialect);
    out.append("SELECT count(*) FROM ");
    append_table(out, t, set.model);
    out.alias(" AS t", alias).append(" WHERE ");
    detail::append_set_condition(out, t, set, alias, aliases);
    return out;
}

REFRACT_DECL fragment update_records(target const& t, record_set const& set, std::span<index const> fields) {
    alias_counter aliases;
    auto const alias = aliases.take();
    fragment out(*t.dialect);
    out.append("UPDATE ");
    append_table(out, t, set.model);
    out.alias(" AS t", alias);
    detail::append_assignments(out, t, set.model, fields);
    out.append(" WHERE ");
    detail::append_set_condition(out, t, set, alias, aliases);
    return out;
}

REFRACT_DECL fragment delete_records(target const& t, record_set const& set) {
    alias_counter aliases;
    auto const alias = aliases.take();
    fragment out(*t.dialect);
    out.append("DELETE FROM ");
    append_table(out, t, set.model);
    out.alias(" AS t", alias).append(" WHERE ");
    detail::append_set_condition(out, t, set, alias, aliases);
    return out;
}

REFRACT_DECL fragment delete_list_values(target const& t, record_set const& set, index field) {
    fragment out(*t.dialect);
    out.append("DELETE FROM ").table(t.schema, detail::list_table_of(t, set.model, field));
    out.append(" WHERE ").identifier("nodeId").append(" IN (");
    detail::append_set_ids(out, t, set);
    out.append(")");
    return out;
}

REFRACT_DECL fragment insert_list_value(target const& t, record_set const& set, index field, std::size_t place) {
    alias_counter aliases;
    auto const alias = aliases.take();
    fragment out(*t.dialect);
    out.append("INSERT INTO ").table(t.schema, detail::list_table_of(t, set.model, field)).append(" (").identifier("nodeId");
    out.append(", ").identifier("position").append(", ").identifier("value").append(") SELECT ");
    append_column(out, alias, t.model->models[set.model].id().column);
    out.append(", ").number((place + 1) * 1000).append(", ").input(0).append(" FROM ");
    append_table(out, t, set.model);
    out.alias(" AS t", alias).append(" WHERE ");
    detail::append_set_condition(out, t, set, alias, aliases);
    return out;
}

REFRACT_DECL fragment find_any_related(target const& t, record_set const& set, index field) {
    auto const place = detail::place_of(t, set.model, field);
    fragment out(*t.dialect);
    out.append("SELECT 1 FROM ").table(t.schema, *place.table).append(" WHERE ").identifier(*place.near).append(" IN (");
    detail::append_set_ids(out, t, set);
    out.append(")");
    if (place.far_may_be_null) {
        out.append(" AND ").identifier(*place.far).append(" IS NOT NULL");
    }
    out.append(" LIMIT 1");
    return out;
}

REFRACT_DECL std::vector<fragment> delete_everything(target const& t) {
    std::vector<std::string> tables;
    for (auto const& relation : t.model->relations) {
        if (relation.link.kind == datamodel::link_kind::table) {
            tables.push_back(relation.link.table);
        }
    }
    for (auto const& model : t.model->models) {
        for (auto const& f : model.fields) {
            if (f.is_scalar_list()) {
                tables.push_back(model.list_table(f));
            }
        }
    }
    for (auto const& model : t.model->models) {
        tables.push_back(model.table);
    }
    std::vector<fragment> out;
    bool const truncates = !t.dialect->nested_cursors; // an in-process database has no TRUNCATE
    for (auto const& table : tables) {
        if (truncates && !out.empty()) {
            out.front().append(", ").table(t.schema, table);
            continue;
        }
        out.emplace_back(*t.dialect);
        truncates ? out.back().append("TRUNCATE TABLE ") : out.back().append("DELETE FROM ");
        out.back().table(t.schema, table);
    }
    if (truncates && !out.empty()) {
        out.front().append(" CASCADE");
    }
    return out;
}

} // namespace refract::sql
