#pragma once

#include <refract/sql/impl/direct_compiler.hpp>

#include <algorithm>
#include <utility>

namespace refract::sql::detail {

// ---- parts of texts ---------------------------------------------------------------------------------------------------

REFRACT_DECL void direct_compiler::append_source(fragment& to, std::uint32_t source) {
    source == 0 ? to.append("t0") : to.alias("n", source);
}

REFRACT_DECL void direct_compiler::append_id(fragment& to, index model, std::uint32_t source) const {
    append_source(to, source);
    to.append(".").identifier(id_of(model));
}

/// A null of a column's type: the parameters below it in a VALUES list become what the column is.
REFRACT_DECL void direct_compiler::append_typed_null(fragment& to, std::string const& table, std::string const& column) const {
    to.append("(NULL::").table(t_.schema, table).append(").").identifier(column);
}

/// Fails the statement where it is evaluated: for a row of `v` whose record to connect to is not there. Of the id's type.
REFRACT_DECL void direct_compiler::append_refusal(fragment& to, datamodel::field_type type) const {
    to.append("(1 / (v.n - v.n))"); // not to be known before: then the statement would fail always
    auto const stored = column_type(type);
    if (stored != db::value_type::integer) {
        stored == db::value_type::uuid ? to.append("::text::uuid") : to.append("::text");
    }
}

REFRACT_DECL void direct_compiler::add(row& r, std::string const& column) {
    if (!r.columns.empty()) {
        r.columns.append(", ");
        r.values.append(", ");
    }
    r.columns.identifier(column);
}

REFRACT_DECL void direct_compiler::insert(fragment& to, index model, row const& r) const {
    to.append("INSERT INTO ");
    append_table(to, t_, model);
    to.append(" AS t0");
    if (r.columns.empty()) {
        to.append(" DEFAULT VALUES");
        return;
    }
    to.append(" (").append(r.columns).append(")");
    if (r.from.empty() && r.where.empty()) {
        to.append(" VALUES (").append(r.values).append(")");
        return;
    }
    to.append(" SELECT ").append(r.values);
    if (!r.from.empty()) {
        to.append(" FROM ").append(r.from);
    }
    if (!r.where.empty()) {
        to.append(" WHERE ").append(r.where);
    }
}

/// The statement fails unless the part wrote so many rows.
REFRACT_DECL void direct_compiler::expect(std::uint32_t source, std::size_t count) {
    if (!checks_.empty()) {
        checks_.append(" AND ");
    }
    checks_.append("(SELECT count(*) FROM ");
    append_source(checks_, source);
    checks_.append(") = ").number(count);
}

/// False if a part writes this model already: parts don't see each other's rows, and rows of several parts have no order.
REFRACT_DECL bool direct_compiler::is_free(index model) {
    return before_.size() + after_.size() < max_direct_parts && written_.insert(model).second;
}

// ---- creates ----------------------------------------------------------------------------------------------------------

/// A record, what it needs, and what hangs on it. `source` is what others know it by.
REFRACT_DECL bool direct_compiler::create(fragment& to, plan::create const& c, std::uint32_t source, parent_key const* key) {
    if (!is_free(c.model)) {
        return false;
    }
    auto const& m = dm().models[c.model];
    auto r = new_row();
    for (auto const& a : c.values) {
        add(r, column_of(t_, c.model, a.field));
        bool const is_answered = source == 0 && a.field == m.id_field;
        r.values.value(is_answered ? plan::operand::at(root_.answer_id_slot) : a.value);
    }
    if (key != nullptr) {
        add(r, *key->column);
        append_id(r.values, root_.model, key->source);
        append_source(r.from, key->source);
    }
    if (!take_keys(r, c)) {
        return false;
    }
    insert(to, c.model, r);
    return hang_on(c, source);
}

/// The keys that stand in the record's own row.
REFRACT_DECL bool direct_compiler::take_keys(row& r, plan::create const& c) {
    for (auto const& w : c.relations) {
        auto const& p = dm().field_at(c.model, w.field);
        bool const is_needed = !w.creates.empty() || !w.connects.empty();
        if (!is_only_creates_and_connects(w) || (holds_key(t_, p) && is_needed && !take_key(r, c.model, w))) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL bool direct_compiler::take_key(row& r, index model, plan::relation_write const& w) {
    auto const& p = dm().field_at(model, w.field);
    if (w.creates.size() + w.connects.size() != 1 || (!w.connects.empty() && !dm().back(p).is_list)) {
        return false; // the last of several wins; the one parent a child can have may be unable to spare it
    }
    auto const source = take();
    add(r, column_of(t_, model, w.field));
    if (!r.from.empty()) {
        r.from.append(", ");
    }
    if (w.creates.empty()) {
        auto const& where = w.connects.front();
        r.values.alias("k", source).append(".").identifier(id_of(p.related_model));
        append_table(r.from, t_, p.related_model);
        r.from.alias(" k", source);
        if (!r.where.empty()) {
            r.where.append(" AND ");
        }
        r.where.alias("k", source).append(".").identifier(column_of(t_, p.related_model, where.field));
        r.where.append(" = ").value(where.value);
        return true;
    }
    append_id(r.values, p.related_model, source);
    append_source(r.from, source);
    part made{text(), source, p.related_model};
    made.text.alias("n", source).append(" AS (");
    if (!create(made.text, w.creates.front(), source, nullptr)) {
        return false;
    }
    before_.push_back(std::move(made));
    return true;
}

/// Lists, and records whose keys point here.
REFRACT_DECL bool direct_compiler::hang_on(plan::create const& c, std::uint32_t source) {
    for (auto const& list : c.lists) {
        if (list.values.size() > max_direct_rows || after_.size() >= max_direct_parts) {
            return false;
        }
        add_list(c.model, list, source);
    }
    for (auto const& w : c.relations) {
        auto const& p = dm().field_at(c.model, w.field);
        if (holds_key(t_, p)) {
            continue;
        }
        if (!p.is_list && w.creates.size() + w.connects.size() > 1) {
            return false; // the last one wins
        }
        if (!w.creates.empty() && !creates_below(c.model, w, source)) {
            return false;
        }
        if (!w.connects.empty() && !connects_below(c.model, w, source)) {
            return false;
        }
    }
    return true;
}

REFRACT_DECL void direct_compiler::add_list(index model, plan::list_assignment const& list, std::uint32_t source) {
    auto const table = list_table_of(t_, model, list.field);
    auto const n = take();
    auto rows = text();
    rows.alias("n", n).append(" AS (INSERT INTO ").table(t_.schema, table).append(" (").identifier("nodeId");
    rows.append(", ").identifier("position").append(", ").identifier("value").append(") SELECT ");
    append_id(rows, model, source);
    rows.append(", v.n, v.c FROM ");
    append_source(rows, source);
    rows.append(", (VALUES (");
    append_typed_null(rows, table, "value");
    rows.append(", 0)");
    for (std::size_t i = 0; i < list.values.size(); ++i) {
        rows.append(", (").value(list.values[i]).append(", ").number((i + 1) * 1000).append(")");
    }
    rows.append(") v(c, n) WHERE v.n > 0)");
    after_.push_back(part{std::move(rows)});
}

REFRACT_DECL bool direct_compiler::creates_below(index model, plan::relation_write const& w, std::uint32_t source) {
    auto const& p = dm().field_at(model, w.field);
    auto const& c = dm().back(p);
    auto const& link = dm().relations[p.relation].link;
    bool const child_holds_key = holds_key(t_, c);
    if (model != root_.model || source != 0 || (!child_holds_key && !link.id_column.empty())) {
        return false; // grandchildren; a link with an id of its own
    }
    auto const n = take();
    parent_key const key{source, child_holds_key ? &link.column : nullptr};
    part made{text(), n, p.related_model};
    made.text.alias("n", n).append(" AS (");
    auto const at = after_.size();
    bool const is_single = w.creates.size() == 1;
    bool const can = is_single ? create(made.text, w.creates.front(), n, child_holds_key ? &key : nullptr)
                               : create_rows(made.text, w.creates, child_holds_key ? &key : nullptr);
    if (!can) {
        return false;
    }
    after_.insert(after_.begin() + static_cast<std::ptrdiff_t>(at), std::move(made));
    if (is_single && !w.creates.front().relations.empty()) {
        expect(n, 1);
    }
    if (child_holds_key && w.connects.empty()) {
        created_[w.field] = n;
    }
    if (!child_holds_key) {
        auto const place = place_of(t_, model, w.field);
        auto linked = text();
        linked.alias("n", take()).append(" AS (INSERT INTO ").table(t_.schema, *place.table).append(" (");
        linked.identifier(*place.near).append(", ").identifier(*place.far).append(") SELECT ");
        append_id(linked, model, source);
        linked.append(", ");
        append_id(linked, p.related_model, n);
        linked.append(" FROM ");
        append_source(linked, source);
        linked.append(", ");
        append_source(linked, n);
        linked.append(")");
        after_.push_back(part{std::move(linked)});
    }
    return true;
}

/// The same fields, and keys found by the same fields, as in another record.
REFRACT_DECL bool direct_compiler::is_like(plan::create const& first, plan::create const& item) {
    auto const same_value = [](plan::assignment const& a, plan::assignment const& b) { return a.field == b.field; };
    auto const same_key = [](plan::relation_write const& a, plan::relation_write const& b) {
        return a.field == b.field && is_only_creates_and_connects(b) && b.creates.empty() && b.connects.size() == 1 &&
               a.connects.front().field == b.connects.front().field;
    };
    auto const& v = first.values;
    auto const& r = first.relations;
    return item.lists.empty() && std::equal(v.begin(), v.end(), item.values.begin(), item.values.end(), same_value) &&
           std::equal(r.begin(), r.end(), item.relations.begin(), item.relations.end(), same_key);
}

/// `(VALUES (typed nulls, 0), ($1, $2, 1), ...)`
REFRACT_DECL bool direct_compiler::append_rows(fragment& to, fragment const& types, std::span<plan::create const> items) {
    to.append("(VALUES (").append(types).append("0)");
    std::size_t n = 0;
    for (auto const& item : items) {
        if (!is_like(items.front(), item)) {
            return false;
        }
        to.append(", (");
        for (auto const& a : item.values) {
            to.value(a.value).append(", ");
        }
        for (auto const& w : item.relations) {
            to.value(w.connects.front().value).append(", ");
        }
        to.number(++n).append(")");
    }
    to.append(")");
    return true;
}

/// Several records alike: one INSERT. They are written in their order, so that ids made by the database grow with it.
REFRACT_DECL bool
direct_compiler::create_rows(fragment& to, std::span<plan::create const> items, parent_key const* key) {
    auto const& first = items.front();
    if (items.size() > max_direct_rows || !is_free(first.model)) {
        return false;
    }
    auto r = new_row();
    auto types = text();
    auto names = text();
    std::uint32_t columns = 0;
    auto const next = [&](std::string const& table, std::string const& of) {
        append_typed_null(types, table, of);
        types.append(", ");
        names.alias("c", columns).append(", ");
        return columns++;
    };
    for (auto const& a : first.values) {
        auto const& name = column_of(t_, first.model, a.field);
        add(r, name);
        r.values.alias("v.c", next(dm().models[first.model].table, name));
    }
    if (key != nullptr) {
        add(r, *key->column);
        append_id(r.values, root_.model, key->source);
        append_source(r.from, key->source);
        r.from.append(", ");
    }
    for (auto const& w : first.relations) {
        auto const& p = dm().field_at(first.model, w.field);
        if (!is_only_creates_and_connects(w) || !w.creates.empty() || w.connects.size() != 1 || !holds_key(t_, p) ||
            !dm().back(p).is_list) {
            return false;
        }
        auto const& child = dm().models[p.related_model];
        auto const& unique = column_of(t_, p.related_model, w.connects.front().field);
        add(r, column_of(t_, first.model, w.field));
        r.values.append("COALESCE((SELECT k.").identifier(child.id().column).append(" FROM ");
        append_table(r.values, t_, p.related_model);
        r.values.append(" k WHERE k.").identifier(unique).alias(" = v.c", next(child.table, unique)).append("), ");
        append_refusal(r.values, child.id().type);
        r.values.append(")");
    }
    if (r.columns.empty() || !append_rows(r.from, types, items)) {
        return false;
    }
    r.from.append(" v(").append(names).append("n)");
    r.where.append("v.n > 0");
    insert(to, first.model, r);
    return true;
}

REFRACT_DECL bool direct_compiler::connects_below(index model, plan::relation_write const& w, std::uint32_t source) {
    auto const& p = dm().field_at(model, w.field);
    auto const& c = dm().back(p);
    auto const& link = dm().relations[p.relation].link;
    bool const child_holds_key = holds_key(t_, c);
    bool const spares = child_holds_key ? p.is_list : c.is_list && link.id_column.empty();
    if (!spares || w.connects.size() > max_direct_rows || (child_holds_key && !is_free(p.related_model))) {
        return false; // somebody may lose a record that is required, or has to be told of it
    }
    auto const unique = w.connects.front().field;
    auto const n = take();
    auto rows = text();
    rows.alias("n", n);
    if (child_holds_key) {
        rows.append(" AS (UPDATE ");
        append_table(rows, t_, p.related_model);
        rows.append(" AS k SET ").identifier(link.column).append(" = ");
        append_id(rows, model, source);
        rows.append(" FROM ");
        append_source(rows, source);
    } else {
        auto const place = place_of(t_, model, w.field);
        rows.append(" AS (INSERT INTO ").table(t_.schema, *place.table).append(" (").identifier(*place.near).append(", ");
        rows.identifier(*place.far).append(") SELECT ");
        append_id(rows, model, source);
        rows.append(", k.").identifier(id_of(p.related_model)).append(" FROM ");
        append_source(rows, source);
        rows.append(", ");
        append_table(rows, t_, p.related_model);
        rows.append(" AS k");
    }
    rows.append(" WHERE k.").identifier(column_of(t_, p.related_model, unique)).append(" IN (");
    for (std::size_t i = 0; i < w.connects.size(); ++i) {
        if (w.connects[i].field != unique) {
            return false;
        }
        i > 0 ? rows.append(", ") : rows;
        rows.value(w.connects[i].value);
    }
    rows.append(") RETURNING 1)");
    after_.push_back(part{std::move(rows)});
    expect(n, w.connects.size());
    return true;
}

} // namespace refract::sql::detail
