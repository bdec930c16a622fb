#pragma once

#include <refract/sql/impl/search_condition.hpp>

#include <algorithm>

namespace refract::sql::detail {

REFRACT_DECL bool is_own_column(datamodel::link const& link, datamodel::field const& field);
REFRACT_DECL plan::filter const* named_records(datamodel::model const& m, plan::filter const& f);

REFRACT_DECL bool has_index(datamodel::model const& m, datamodel::index field) {
    return field == m.id_field || m.fields[field].is_unique;
}

/// `field IN (values)` of an id or a unique field.
REFRACT_DECL bool is_list_of_unique(datamodel::model const& m, plan::filter const& f) {
    return f.kind == plan::filter_kind::compare && has_index(m, f.field) && f.op == plan::comparison::in && !f.operands.empty();
}

REFRACT_DECL bool is_selective(target const& t, datamodel::index model, plan::filter const& f) {
    auto const& m = t.model->models[model];
    auto const selective = [&](plan::filter const& child) { return is_selective(t, model, child); };
    switch (f.kind) {
    case plan::filter_kind::compare: return named_records(m, f) != nullptr || is_list_of_unique(m, f);
    case plan::filter_kind::all: return std::any_of(f.children.begin(), f.children.end(), selective);
    case plan::filter_kind::any: return !f.children.empty() && std::all_of(f.children.begin(), f.children.end(), selective);
    case plan::filter_kind::negation: return false;
    case plan::filter_kind::relation: break;
    }
    return f.quantifier == plan::quantifier::some && is_selective(t, m.fields[f.field].related_model, f.children.front());
}

/// Whether the filter is more than comparisons of columns of the record itself.
REFRACT_DECL bool has_subquery(target const& t, datamodel::index model, plan::filter const& f) {
    if (f.kind != plan::filter_kind::relation) {
        return std::any_of(f.children.begin(), f.children.end(), [&](plan::filter const& child) {
            return has_subquery(t, model, child);
        });
    }
    auto const& field = t.model->models[model].fields[f.field];
    auto const& link = t.model->relations[field.relation].link;
    if (f.quantifier == plan::quantifier::absent) {
        return !is_own_column(link, field);
    }
    auto const* const named = named_records(t.model->models[field.related_model], f.children.front());
    bool const is_column = named != nullptr && link.kind != datamodel::link_kind::table &&
                           (is_own_column(link, field) || named->op == plan::comparison::equal);
    return f.quantifier != plan::quantifier::some || !is_column;
}

REFRACT_DECL bool needs_branches(target const& t, datamodel::index model, plan::filter const& f) {
    return f.kind == plan::filter_kind::any && is_selective(t, model, f) && has_subquery(t, model, f);
}

/// The link is a column of the record itself, and empty. Its index has as many entries as there are such records.
REFRACT_DECL bool is_empty_column(target const& t, datamodel::index model, plan::filter const& f) {
    if (f.kind != plan::filter_kind::relation || f.quantifier != plan::quantifier::absent) {
        return false;
    }
    auto const& field = t.model->models[model].fields[f.field];
    return is_own_column(t.model->relations[field.relation].link, field);
}

REFRACT_DECL std::vector<plan::filter const*> search_units(target const& t, datamodel::index model, plan::filter const& f) {
    constexpr std::size_t most = 2; // each makes the statement longer by a page
    std::vector<plan::filter const*> out;
    if (f.kind == plan::filter_kind::all) {
        for (auto const& child : f.children) {
            if (is_selective(t, model, child) && !has_subquery(t, model, child)) {
                return {}; // leaves few anyway
            }
            auto inner = search_units(t, model, child);
            out.insert(out.end(), inner.begin(), inner.end());
        }
        out.resize(std::min(out.size(), most));
        return out;
    }
    bool const nested = t.dialect->nested_cursors;
    bool const is_filter = f.kind == plan::filter_kind::relation && nested;
    bool const is_unit =
        (is_filter || f.kind == plan::filter_kind::any) && is_selective(t, model, f) && has_subquery(t, model, f);
    if (is_unit || (nested && is_empty_column(t, model, f))) {
        out.push_back(&f);
    }
    return out;
}

/// Whether the relation is written as the list of the keys it is found under.
REFRACT_DECL bool condition_writer::collects(datamodel::index model, plan::filter const& f, bool exact) const {
    bool const can = t_.dialect->nested_cursors && how_ != search::probe && !exact && f.quantifier == plan::quantifier::some;
    return can && (how_ == search::everywhere || is_selective(t_, model, f));
}

/// `t0."author" IN (SELECT id of the related records that satisfy the child)`, or the like for links that stand elsewhere.
REFRACT_DECL void condition_writer::collected(datamodel::index model, std::uint32_t alias, plan::filter const& f) {
    auto const& field = this->model(model).fields[f.field];
    append_column(to_, alias, is_own_column(link(field), field) ? link(field).column : this->model(model).id().column);
    to_.append(" IN (");
    keys(model, f, false);
    to_.append(")");
}

/// `SELECT key FROM ...`: what the column that collected() compares must be; NULL may be among it. To be counted: `SELECT 1 FROM
/// ...`, for which the index is enough.
REFRACT_DECL void condition_writer::keys(datamodel::index model, plan::filter const& f, bool counted) {
    auto const& field = this->model(model).fields[f.field];
    auto const& l = link(field);
    auto const& related = this->model(field.related_model);
    auto const child = aliases_.take();
    bool const is_a = field.side == datamodel::relation_side::a;
    auto const select = [&](std::uint32_t alias, std::string const& column) {
        to_.append("SELECT ");
        if (counted) {
            to_.append("1");
        } else {
            append_column(to_, alias, column);
        }
        to_.append(" FROM ");
    };
    if (l.kind != datamodel::link_kind::table) {
        select(child, is_own_column(l, field) ? related.id().column : l.column);
        append_table(to_, t_, field.related_model);
        to_.alias(" t", child).append(" WHERE ");
        write(field.related_model, child, f.children.front(), false);
        return;
    }
    auto const* const named = named_records(related, f.children.front());
    auto const row = named != nullptr ? child : aliases_.take();
    select(row, is_a ? l.column_a : l.column_b);
    if (named != nullptr) {
        to_.table(t_.schema, l.table).alias(" t", row).append(" WHERE ");
        append_column(to_, row, is_a ? l.column_b : l.column_a);
        key(field.related_model, related.id().column, *named);
        return;
    }
    append_table(to_, t_, field.related_model);
    to_.alias(" t", child).append(" JOIN ").table(t_.schema, l.table).alias(" t", row).append(" ON ");
    append_column(to_, row, is_a ? l.column_b : l.column_a);
    to_.append(" = ");
    append_column(to_, child, related.id().column);
    to_.append(" WHERE ");
    write(field.related_model, child, f.children.front(), false);
}

/// `t0."id" IN (SELECT ids of one branch UNION ALL ...)`: each branch is planned by itself, where OR would make a plan walk the
/// table.
REFRACT_DECL void condition_writer::branches(datamodel::index model, std::uint32_t alias, plan::filter const& f) {
    auto const& id = this->model(model).id().column;
    append_column(to_, alias, id);
    to_.append(" IN (");
    for (std::size_t i = 0; i < f.children.size(); ++i) {
        auto const branch = aliases_.take();
        i > 0 ? to_.append(" UNION ALL SELECT ") : to_.append("SELECT ");
        append_column(to_, branch, id);
        to_.append(" FROM ");
        append_table(to_, t_, model);
        to_.alias(" t", branch).append(" WHERE ");
        write(model, branch, f.children[i], false);
    }
    to_.append(")");
}

REFRACT_DECL void condition_writer::few(datamodel::index model, plan::filter const& unit) {
    constexpr std::uint64_t most = 1000; // collected in the time a page takes that walks some thousand records
    if (unit.kind == plan::filter_kind::any || unit.kind == plan::filter_kind::all) {
        bool const all = unit.kind == plan::filter_kind::all;
        bool open = false;
        for (auto const& child : unit.children) {
            bool const counts = has_subquery(t_, model, child) && is_selective(t_, model, child);
            if (counts && !(all && open)) { // of an AND one part is enough
                open ? to_.append(" AND ") : to_;
                few(model, child);
                open = true;
            }
        }
        open ? to_ : to_.append("1 = 1");
        return;
    }
    how_ = search::selective;
    to_.append("(SELECT count(*) FROM (");
    if (unit.kind == plan::filter_kind::relation && unit.quantifier == plan::quantifier::absent) {
        auto const row = aliases_.take();
        to_.append("SELECT 1 FROM ");
        append_table(to_, t_, model);
        to_.alias(" t", row).append(" WHERE ");
        append_column(to_, row, link(this->model(model).fields[unit.field]).column);
        to_.append(" IS NULL");
    } else {
        keys(model, unit, true);
    }
    to_.append(" LIMIT ").number(most + 1).append(") AS few) <= ").number(most);
    how_ = search::probe;
}

} // namespace refract::sql::detail
