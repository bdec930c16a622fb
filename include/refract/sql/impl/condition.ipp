#pragma once

#include <refract/sql/condition.hpp>

#include <algorithm>

namespace refract::sql {

REFRACT_DECL void append_table(fragment& to, target const& t, datamodel::index model) {
    to.table(t.schema, t.model->models[model].table);
}

REFRACT_DECL void append_column(fragment& to, std::uint32_t alias, std::string const& column) {
    to.alias("t", alias).append(".").identifier(column);
}

namespace detail {

REFRACT_DECL void append_like(fragment& to, plan::filter const& f, literal before, literal after) {
    to.append(before).value(f.operands.front()).append(after);
}

/// `column IN (a, b)`. An empty list: nothing is in it, everything is not in it.
REFRACT_DECL void append_in(fragment& to, std::uint32_t alias, std::string const& column, plan::filter const& f) {
    bool const negated = f.op == plan::comparison::not_in;
    if (f.operands.empty()) {
        to.append("(1 = ");
        negated ? to.append("1)") : to.append("0)");
        return;
    }
    append_column(to, alias, column);
    negated ? to.append(" NOT IN (") : to.append(" IN (");
    bool first = true;
    for (auto const& o : f.operands) {
        if (!first) {
            to.append(", ");
        }
        first = false;
        to.value(o);
    }
    to.append(")");
}

REFRACT_DECL void append_comparison(
    fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f
) {
    using plan::comparison;
    auto const& column = t.model->models[model].fields[f.field].column;
    if (f.op == comparison::in || f.op == comparison::not_in) {
        append_in(to, alias, column, f);
        return;
    }
    append_column(to, alias, column);
    switch (f.op) {
    case comparison::equal: to.append(" = ").value(f.operands.front()); break;
    case comparison::not_equal: to.append(" <> ").value(f.operands.front()); break;
    case comparison::less: to.append(" < ").value(f.operands.front()); break;
    case comparison::less_or_equal: to.append(" <= ").value(f.operands.front()); break;
    case comparison::greater: to.append(" > ").value(f.operands.front()); break;
    case comparison::greater_or_equal: to.append(" >= ").value(f.operands.front()); break;
    case comparison::contains: append_like(to, f, " LIKE '%' || ", " || '%' ESCAPE '!'"); break;
    case comparison::not_contains: append_like(to, f, " NOT LIKE '%' || ", " || '%' ESCAPE '!'"); break;
    case comparison::starts_with: append_like(to, f, " LIKE ", " || '%' ESCAPE '!'"); break;
    case comparison::not_starts_with: append_like(to, f, " NOT LIKE ", " || '%' ESCAPE '!'"); break;
    case comparison::ends_with: append_like(to, f, " LIKE '%' || ", " ESCAPE '!'"); break;
    case comparison::not_ends_with: append_like(to, f, " NOT LIKE '%' || ", " ESCAPE '!'"); break;
    case comparison::is_null: to.append(" IS NULL"); break;
    case comparison::is_not_null: to.append(" IS NOT NULL"); break;
    case comparison::in:
    case comparison::not_in: break;
    }
}

/// `FROM child ... WHERE child is linked to t{alias}`, the child aliased t{child}.
REFRACT_DECL void append_linked(
    fragment& to, target const& t, datamodel::field const& f, datamodel::index model, std::uint32_t alias, std::uint32_t child,
    alias_counter& aliases
) {
    auto const& dm = *t.model;
    auto const& relation = dm.relations[f.relation];
    auto const& own_id = dm.models[model].id().column;
    auto const& other_id = dm.models[f.related_model].id().column;
    to.append(" FROM ");
    append_table(to, t, f.related_model);
    to.alias(" t", child);
    if (relation.link.kind == datamodel::link_kind::table) {
        auto const link = aliases.take();
        auto const& own_column = f.side == datamodel::relation_side::a ? relation.link.column_a : relation.link.column_b;
        auto const& other_column = f.side == datamodel::relation_side::a ? relation.link.column_b : relation.link.column_a;
        to.append(" JOIN ").table(t.schema, relation.link.table).alias(" t", link).append(" ON ");
        append_column(to, link, other_column);
        to.append(" = ");
        append_column(to, child, other_id);
        to.append(" WHERE ");
        append_column(to, link, own_column);
        to.append(" = ");
        append_column(to, alias, own_id);
        return;
    }
    bool const here = relation.link.column_side == f.side;
    to.append(" WHERE ");
    append_column(to, child, here ? other_id : relation.link.column);
    to.append(" = ");
    append_column(to, alias, here ? relation.link.column : own_id);
}

/// Whether the link is a column of the record itself.
REFRACT_DECL bool is_own_column(datamodel::link const& link, datamodel::field const& field) {
    return link.kind == datamodel::link_kind::inline_column && link.column_side == field.side;
}

/// The comparison `f` comes down to when it asks for the related record's id alone and that id is this record's own column; or null.
REFRACT_DECL plan::filter const* own_column_filter(target const& t, datamodel::field const& field, plan::filter const& f) {
    auto const& link = t.model->relations[field.relation].link;
    if (f.quantifier != plan::quantifier::some || !is_own_column(link, field)) {
        return nullptr;
    }
    auto const* only = &f.children.front();
    while (only->kind == plan::filter_kind::all && only->children.size() == 1) {
        only = &only->children.front();
    }
    bool const on_id = only->kind == plan::filter_kind::compare && only->field == t.model->models[field.related_model].id_field;
    bool const by_value = only->op == plan::comparison::equal || only->op == plan::comparison::in;
    bool const has_null = std::any_of(only->operands.begin(), only->operands.end(), [](plan::operand const& o) {
        return o.kind == plan::operand_kind::constant && o.constant.type() == db::value_type::null;
    });
    return on_id && by_value && !has_null && !only->operands.empty() ? only : nullptr;
}

/// `(column = value AND column IS NOT NULL)`, or IN: false, not unknown, where there is no related record. The foreign key vouches for the rest.
REFRACT_DECL void
append_own_column(fragment& to, std::uint32_t alias, std::string const& column, bool required, plan::filter const& f) {
    to.append("(");
    if (f.op == plan::comparison::in) {
        append_in(to, alias, column, f);
    } else {
        append_column(to, alias, column);
        to.append(" = ").value(f.operands.front());
    }
    if (!required) {
        to.append(" AND ");
        append_column(to, alias, column);
        to.append(" IS NOT NULL");
    }
    to.append(")");
}

REFRACT_DECL void append_relation_filter(
    fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f, alias_counter& aliases
) {
    using plan::quantifier;
    auto const& field = t.model->models[model].fields[f.field];
    auto const& link = t.model->relations[field.relation].link;
    if (auto const* own = own_column_filter(t, field, f)) {
        append_own_column(to, alias, link.column, field.is_required, *own);
        return;
    }
    if (f.quantifier == quantifier::absent && is_own_column(link, field)) {
        append_column(to, alias, link.column);
        to.append(" IS NULL");
        return;
    }
    auto const child = aliases.take();
    f.quantifier == quantifier::some ? to.append("EXISTS (SELECT 1") : to.append("NOT EXISTS (SELECT 1");
    append_linked(to, t, field, model, alias, child, aliases);
    if (f.quantifier == quantifier::every) {
        // As the original: a related row for which the condition is unknown (NULL) does not violate it.
        to.append(" AND NOT (");
        append_condition(to, t, field.related_model, child, f.children.front(), aliases);
        to.append(")");
    } else if (f.quantifier != quantifier::absent) {
        to.append(" AND ");
        append_condition(to, t, field.related_model, child, f.children.front(), aliases);
    }
    to.append(")");
}

} // namespace detail

REFRACT_DECL void append_condition(
    fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f, alias_counter& aliases
) {
    using plan::filter_kind;
    switch (f.kind) {
    case filter_kind::compare: detail::append_comparison(to, t, model, alias, f); return;
    case filter_kind::relation: detail::append_relation_filter(to, t, model, alias, f, aliases); return;
    case filter_kind::negation:
        to.append("NOT (");
        append_condition(to, t, model, alias, f.children.front(), aliases);
        to.append(")");
        return;
    case filter_kind::all:
    case filter_kind::any: break;
    }
    bool const all = f.kind == filter_kind::all;
    if (f.children.empty()) {
        all ? to.append("1 = 1") : to.append("1 = 0");
        return;
    }
    to.append("(");
    for (std::size_t i = 0; i < f.children.size(); ++i) {
        if (i > 0) {
            all ? to.append(" AND ") : to.append(" OR ");
        }
        append_condition(to, t, model, alias, f.children[i], aliases);
    }
    to.append(")");
}

} // namespace refract::sql
