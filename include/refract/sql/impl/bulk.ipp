#pragma once

#include <refract/sql/bulk.hpp>

#include <string>

namespace refract::sql {

namespace detail {

/// The table and columns of a relation's links.
struct link_columns {
    std::string const* table = nullptr;
    std::string const* a = nullptr;
    std::string const* b = nullptr;
    bool is_table = true;
    datamodel::relation_side holder = datamodel::relation_side::a;
};

REFRACT_DECL link_columns link_columns_of(target const& t, datamodel::index relation) {
    auto const& r = t.model->relations[relation];
    if (r.link.kind == datamodel::link_kind::table) {
        return {&r.link.table, &r.link.column_a, &r.link.column_b, true, datamodel::relation_side::a};
    }
    auto const& holder = t.model->models[r.link.in_model];
    auto const* const id = &holder.id().column;
    bool const in_a = r.link.column_side == datamodel::relation_side::a;
    return {&holder.table, in_a ? id : &r.link.column, in_a ? &r.link.column : id, false, r.link.column_side};
}

/// `(?, ?), (?, ?)`
REFRACT_DECL void append_rows(fragment& to, std::size_t rows, std::size_t columns) {
    for (std::size_t row = 0; row < rows; ++row) {
        row > 0 ? to.append(", (") : to.append("(");
        for (std::size_t i = 0; i < columns; ++i) {
            if (i > 0) {
                to.append(", ");
            }
            to.input(static_cast<std::uint32_t>(row * columns + i));
        }
        to.append(")");
    }
}

/// ` ORDER BY key LIMIT ?`, with the page's start: ` WHERE key > ?`, or ` OFFSET ?`.
REFRACT_DECL void append_page(fragment& to, std::string const& key, page_start start) {
    if (start == page_start::after_key) {
        to.append(" WHERE ").identifier(key).append(" > ").input(0);
    }
    to.append(" ORDER BY ").identifier(key).append(" LIMIT ").input(1);
    if (start == page_start::offset) {
        to.append(" OFFSET ").input(0);
    }
}

} // namespace detail

REFRACT_DECL fragment
select_record_page(target const& t, datamodel::index model, std::span<datamodel::index const> fields, page_start start) {
    fragment out(*t.dialect);
    out.append("SELECT ");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) {
            out.append(", ");
        }
        out.identifier(t.model->field_at(model, fields[i]).column);
    }
    out.append(" FROM ");
    append_table(out, t, model);
    detail::append_page(out, t.model->models[model].id().column, start);
    return out;
}

REFRACT_DECL fragment select_list_page(target const& t, datamodel::index model, datamodel::index field, page_start start) {
    auto const& m = t.model->models[model];
    auto const table = m.list_table(m.fields[field]);
    fragment out(*t.dialect);
    out.append("SELECT ").identifier("nodeId").append(", ").identifier("value").append(" FROM ").table(t.schema, table);
    out.append(" WHERE ").identifier("nodeId").append(" IN (SELECT DISTINCT ").identifier("nodeId");
    out.append(" FROM ").table(t.schema, table);
    detail::append_page(out, "nodeId", start);
    out.append(") ORDER BY ").identifier("nodeId").append(", ").identifier("position");
    return out;
}

REFRACT_DECL std::size_t link_key_size(target const& t, datamodel::index relation) noexcept {
    return detail::link_columns_of(t, relation).is_table ? 2 : 1;
}

REFRACT_DECL datamodel::relation_side link_holder(target const& t, datamodel::index relation) noexcept {
    return detail::link_columns_of(t, relation).holder;
}

REFRACT_DECL fragment select_link_page(target const& t, datamodel::index relation, page_start start) {
    auto const place = detail::link_columns_of(t, relation);
    bool const in_a = place.holder == datamodel::relation_side::a;
    auto const& holder = in_a ? *place.a : *place.b;
    auto const& other = in_a ? *place.b : *place.a;
    bool const after = start == page_start::after_key;
    fragment out(*t.dialect);
    out.append("SELECT ").identifier(*place.a).append(", ").identifier(*place.b).append(" FROM ").table(t.schema, *place.table);
    if (place.is_table) {
        if (after) {
            out.append(" WHERE (").identifier(holder).append(", ").identifier(other).append(") > (").input(0).append(", ").input(1).append(")");
        }
        out.append(" ORDER BY ").identifier(holder).append(", ").identifier(other);
    } else {
        out.append(" WHERE ").identifier(other).append(" IS NOT NULL");
        if (after) {
            out.append(" AND ").identifier(holder).append(" > ").input(0);
        }
        out.append(" ORDER BY ").identifier(holder);
    }
    out.append(" LIMIT ").input(after && place.is_table ? 2 : 1);
    if (!after) {
        out.append(" OFFSET ").input(0);
    }
    return out;
}

REFRACT_DECL fragment select_last_positions(target const& t, datamodel::index model, datamodel::index field, std::size_t count) {
    auto const& m = t.model->models[model];
    fragment out(*t.dialect);
    out.append("SELECT ").identifier("nodeId").append(", max(").identifier("position").append(") FROM ");
    out.table(t.schema, m.list_table(m.fields[field])).append(" WHERE ").identifier("nodeId").append(" IN ");
    detail::append_rows(out, 1, count);
    out.append(" GROUP BY ").identifier("nodeId");
    return out;
}

REFRACT_DECL fragment insert_links(target const& t, datamodel::index relation, std::size_t rows) {
    auto const& link = t.model->relations[relation].link;
    bool const has_id = !link.id_column.empty();
    fragment out(*t.dialect);
    out.append("INSERT INTO ").table(t.schema, link.table).append(" (");
    if (has_id) {
        out.identifier(link.id_column).append(", ");
    }
    out.identifier(link.column_a).append(", ").identifier(link.column_b).append(") VALUES ");
    detail::append_rows(out, rows, has_id ? 3 : 2);
    return out;
}

REFRACT_DECL std::optional<fragment> release_pages(target const& t) {
    if (!t.dialect->nested_cursors) {
        return std::nullopt;
    }
    fragment out(*t.dialect);
    out.append("PRAGMA shrink_memory");
    return out;
}

} // namespace refract::sql
