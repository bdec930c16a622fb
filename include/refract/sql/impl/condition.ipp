#pragma once

#include <refract/sql/condition.hpp>
#include <refract/sql/impl/search_condition.hpp>

#include <utility>

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

REFRACT_DECL void
append_comparison(fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f) {
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
    case comparison::ends_with: to.append(" LIKE '%' || ").pattern_end(f.operands.front()).append(" ESCAPE '!'"); break;
    case comparison::not_ends_with: to.append(" NOT LIKE '%' || ").pattern_end(f.operands.front()).append(" ESCAPE '!'"); break;
    case comparison::is_null: to.append(" IS NULL"); break;
    case comparison::is_not_null: to.append(" IS NOT NULL"); break;
    case comparison::in:
    case comparison::not_in: break;
    }
}

} // namespace detail

REFRACT_DECL void append_condition(
    fragment& to, target const& t, datamodel::index model, std::uint32_t alias, plan::filter const& f, alias_counter& aliases
) {
    detail::condition_writer(to, t, aliases, detail::search::probe).write(model, alias, f, false);
}

namespace detail {

REFRACT_DECL datamodel::model const& condition_writer::model(datamodel::index m) const { return t_.model->models[m]; }

REFRACT_DECL datamodel::link const& condition_writer::link(datamodel::field const& f) const {
    return t_.model->relations[f.relation].link;
}

REFRACT_DECL void condition_writer::write(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact) {
    auto const before = std::exchange(how_, &f == unit_ ? search::selective : how_);
    part(model, alias, f, exact);
    how_ = before;
}

REFRACT_DECL void condition_writer::part(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact) {
    using plan::filter_kind;
    switch (f.kind) {
    case filter_kind::compare: append_comparison(to_, t_, model, alias, f); return;
    case filter_kind::relation: relation(model, alias, f, exact); return;
    case filter_kind::negation:
        to_.append("NOT (");
        write(model, alias, f.children.front(), true);
        to_.append(")");
        return;
    case filter_kind::all:
    case filter_kind::any: combination(model, alias, f, exact); return;
    }
}

REFRACT_DECL void condition_writer::combination(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact) {
    bool const all = f.kind == plan::filter_kind::all;
    if (f.children.empty()) {
        all ? to_.append("1 = 1") : to_.append("1 = 0");
        return;
    }
    if (!all && how_ != search::probe && !exact && !t_.dialect->nested_cursors && needs_branches(t_, model, f)) {
        branches(model, alias, f);
        return;
    }
    auto const before = how_;
    if (all && how_ == search::everywhere && is_selective(t_, model, f)) {
        how_ = search::selective; // what one part leaves is little: the others are probed for it
    }
    to_.append("(");
    for (std::size_t i = 0; i < f.children.size(); ++i) {
        if (i > 0) {
            all ? to_.append(" AND ") : to_.append(" OR ");
        }
        write(model, alias, f.children[i], exact);
    }
    to_.append(")");
    how_ = before;
}

} // namespace detail

} // namespace refract::sql

#include <refract/sql/impl/relation_condition.ipp>
#include <refract/sql/impl/search_condition.ipp>
