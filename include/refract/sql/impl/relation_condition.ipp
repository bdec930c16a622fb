#pragma once

#include <refract/sql/impl/search_condition.hpp>

#include <algorithm>
#include <utility>

// Which form a relation filter takes. Measured on 200,000 records (tests/bench/README.md, "Relation filters"):
// - EXISTS is the general form: PostgreSQL turns it into a semi-join or, below OR, into a hashed subplan, whichever is cheaper.
//   Where it is not good enough search_condition.hpp has others.
// - A filter on a related record's id or unique field names one record. Its key is then compared in the column that holds the link:
//   an index serves it even below OR, where EXISTS would make PostgreSQL walk the whole table (82 ms became 0.1 ms).
namespace refract::sql::detail {

/// Whether the link is a column of the record itself.
REFRACT_DECL bool is_own_column(datamodel::link const& link, datamodel::field const& field) {
    return link.kind == datamodel::link_kind::inline_column && link.column_side == field.side;
}

/// The comparison that a filter comes down to when it names records by `id` or one record by a unique field; or null.
REFRACT_DECL plan::filter const* named_records(datamodel::model const& m, plan::filter const& f) {
    auto const* only = &f;
    while (only->kind == plan::filter_kind::all && only->children.size() == 1) {
        only = &only->children.front();
    }
    if (only->kind != plan::filter_kind::compare || only->operands.empty()) {
        return nullptr;
    }
    bool const equal = only->op == plan::comparison::equal;
    bool const by_id = only->field == m.id_field && (equal || only->op == plan::comparison::in);
    bool const by_unique = m.fields[only->field].is_unique && equal;
    bool const has_null = std::any_of(only->operands.begin(), only->operands.end(), [](plan::operand const& o) {
        return o.kind == plan::operand_kind::constant && o.constant.type() == db::value_type::null;
    });
    return (by_id || by_unique) && !has_null ? only : nullptr;
}

/// ` FROM child ... WHERE child is linked to t{alias}`, the child aliased t{child}.
REFRACT_DECL void
condition_writer::linked(datamodel::field const& f, datamodel::index model, std::uint32_t alias, std::uint32_t child) {
    auto const& l = link(f);
    auto const& own_id = this->model(model).id().column;
    auto const& other_id = this->model(f.related_model).id().column;
    to_.append(" FROM ");
    append_table(to_, t_, f.related_model);
    to_.alias(" t", child);
    if (l.kind == datamodel::link_kind::table) {
        auto const row = aliases_.take();
        bool const is_a = f.side == datamodel::relation_side::a;
        to_.append(" JOIN ").table(t_.schema, l.table).alias(" t", row).append(" ON ");
        append_column(to_, row, is_a ? l.column_b : l.column_a);
        to_.append(" = ");
        append_column(to_, child, other_id);
        to_.append(" WHERE ");
        append_column(to_, row, is_a ? l.column_a : l.column_b);
        to_.append(" = ");
        append_column(to_, alias, own_id);
        return;
    }
    bool const here = is_own_column(l, f);
    to_.append(" WHERE ");
    append_column(to_, child, here ? other_id : l.column);
    to_.append(" = ");
    append_column(to_, alias, here ? l.column : own_id);
}

/// ` = value`, ` IN (values)`, or ` = (SELECT column of the record with that unique value)`.
REFRACT_DECL void condition_writer::key(datamodel::index model, std::string const& column, plan::filter const& f) {
    auto const& m = this->model(model);
    if (f.field == m.id_field && column == m.id().column) {
        if (f.op == plan::comparison::equal) {
            to_.append(" = ").value(f.operands.front());
            return;
        }
        to_.append(" IN (");
        for (std::size_t i = 0; i < f.operands.size(); ++i) {
            i > 0 ? to_.append(", ") : to_;
            to_.value(f.operands[i]);
        }
        to_.append(")");
        return;
    }
    auto const child = aliases_.take();
    to_.append(" = (SELECT ");
    append_column(to_, child, column);
    to_.append(" FROM ");
    append_table(to_, t_, model);
    to_.alias(" t", child).append(" WHERE ");
    append_comparison(to_, t_, model, child, f);
    to_.append(" LIMIT 1)"); // a database of somebody else's may lack the unique index
}

/// `EXISTS (SELECT 1 FROM link WHERE it is a row of t{alias} and the named record)`.
REFRACT_DECL void
condition_writer::link_row(datamodel::field const& f, datamodel::index model, std::uint32_t alias, plan::filter const& named) {
    auto const& l = link(f);
    auto const row = aliases_.take();
    bool const is_a = f.side == datamodel::relation_side::a;
    to_.append("EXISTS (SELECT 1 FROM ").table(t_.schema, l.table).alias(" t", row).append(" WHERE ");
    append_column(to_, row, is_a ? l.column_a : l.column_b);
    to_.append(" = ");
    append_column(to_, alias, this->model(model).id().column);
    to_.append(" AND ");
    append_column(to_, row, is_a ? l.column_b : l.column_a);
    key(f.related_model, this->model(f.related_model).id().column, named);
    to_.append(")");
}

/// Writes the filter without a subquery over the related table, if it can be. The foreign keys vouch that a linked record exists.
REFRACT_DECL bool
condition_writer::without_subquery(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact) {
    using plan::quantifier;
    auto const& field = this->model(model).fields[f.field];
    auto const& l = link(field);
    bool const own = is_own_column(l, field);
    if (f.quantifier == quantifier::absent) {
        if (own) {
            if (is_page_ && &f != unit_ && t_.dialect->nested_cursors) {
                to_.append("+"); // SQLite expects few to be empty, and would collect and sort most of the table: no index
            }
            append_column(to_, alias, l.column);
            to_.append(" IS NULL");
        }
        return own;
    }
    if (f.quantifier == quantifier::every) {
        return false;
    }
    auto const& related = this->model(field.related_model);
    auto const* named = named_records(related, f.children.front());
    if (named == nullptr) {
        return false;
    }
    if (l.kind == datamodel::link_kind::table) {
        if (collects(model, f, exact)) {
            return false;
        }
        f.quantifier == quantifier::none ? to_.append("NOT ") : to_;
        link_row(field, model, alias, *named);
        return true;
    }
    // A column can be empty even where the relation is required: a nested `set` takes a record away from its parent.
    if (f.quantifier != quantifier::some || exact || (!own && named->op != plan::comparison::equal)) {
        return false;
    }
    append_column(to_, alias, own ? l.column : this->model(model).id().column);
    key(field.related_model, own ? related.id().column : l.column, *named);
    return true;
}

REFRACT_DECL void condition_writer::relation(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact) {
    using plan::quantifier;
    if (without_subquery(model, alias, f, exact)) {
        return;
    }
    if (collects(model, f, exact)) {
        collected(model, alias, f);
        return;
    }
    auto const& field = this->model(model).fields[f.field];
    auto const child = aliases_.take();
    auto const before =
        std::exchange(how_, t_.dialect->nested_cursors || f.quantifier != quantifier::some ? search::probe : how_);
    f.quantifier == quantifier::some ? to_.append("EXISTS (SELECT 1") : to_.append("NOT EXISTS (SELECT 1");
    linked(field, model, alias, child);
    if (f.quantifier == quantifier::every) {
        // As the original: a related row for which the condition is unknown (NULL) does not violate it.
        to_.append(" AND NOT (");
        write(field.related_model, child, f.children.front(), true);
        to_.append(")");
    } else if (f.quantifier != quantifier::absent) {
        to_.append(" AND ");
        write(field.related_model, child, f.children.front(), false);
    }
    to_.append(")");
    how_ = before;
}

} // namespace refract::sql::detail
