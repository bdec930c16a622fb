#pragma once

#include <refract/core/id.hpp>
#include <refract/sql/impl/search_condition.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace refract::sql {

REFRACT_DECL db::value_type column_type(datamodel::field_type t) noexcept {
    using datamodel::field_type;
    switch (t) {
    case field_type::id:
    case field_type::string:
    case field_type::enumeration:
    case field_type::relation: return db::value_type::text;
    case field_type::uuid: return db::value_type::uuid;
    case field_type::integer: return db::value_type::integer;
    case field_type::floating: return db::value_type::decimal;
    case field_type::boolean: return db::value_type::boolean;
    case field_type::date_time: return db::value_type::date_time;
    case field_type::json: return db::value_type::json;
    }
    return db::value_type::text;
}

REFRACT_DECL bool is_id_text(datamodel::field_type t, std::string_view text) noexcept {
    if (t == datamodel::field_type::uuid) {
        return parse_uuid(text).has_value();
    }
    if (t != datamodel::field_type::integer) {
        return true;
    }
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') {
        text.remove_prefix(1);
    }
    std::int32_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size();
}

namespace detail {

/// A count that is known when the statement is made. PostgreSQL plans for a tenth of the table when LIMIT is a parameter: the
/// number in the text keeps a page's plan that of a page, and one generic plan good for all its parameters.
REFRACT_DECL std::optional<std::uint64_t> known_count(plan::operand const& o) {
    bool const known =
        o.kind == plan::operand_kind::constant && o.constant.type() == db::value_type::integer && o.constant.number() >= 0;
    return known ? std::optional(static_cast<std::uint64_t>(o.constant.number())) : std::nullopt;
}

/// Whether a statement for this page says LIMIT or OFFSET: a skip that is known to be nothing does neither.
REFRACT_DECL bool writes_limit(plan::page const& p) {
    return p.first || p.last || (p.skip && known_count(*p.skip) != std::uint64_t{0});
}

/// Compiles one root: a statement for each list, depth first.
class select_compiler {
public:
    explicit select_compiler(target const& t) : t_(t) {}

    REFRACT_DECL select compile(plan::read& r, level_kind kind);
    REFRACT_DECL written_select compile_written(plan::read& r, fragment const& id);

private:
    /// Which rows a statement reads: `from joins where` is what its children need to find their parents.
    struct row_source {
        fragment from;
        fragment where;
        std::uint32_t alias = 0;
        fragment key;                 ///< joined form: the expression of the parent's key
        bool unique = false;          ///< joined form: no record stands in two rows
        bool limited_outside = false; ///< its page is for the statement itself to limit, not for a subquery
        bool is_page = false;         ///< a subquery that is ordered and limited; SQLite drops the order of one without LIMIT
        bool values_decide = false;   ///< a page of filtered rows: which plan is good depends on the filter's values
    };

    /// What a root's rows are read for.
    enum class root_use : std::uint8_t { rows, flat_rows, count };

    /// Joined form: a statement that gives the keys of the parents.
    struct parent_keys {
        fragment text;
        bool unique = false; ///< no key twice, nor null: it can be joined, which plans better than IN
        bool values_decide = false;
    };

    /// The statement being written.
    struct build {
        fragment columns;
        fragment joins; ///< LEFT JOINs of to-one relations; they never change which rows there are
        std::vector<db::value_type> types{};
        std::vector<std::string> names{};
        std::map<std::pair<std::uint32_t, std::string>, std::uint32_t>
            places{}; ///< of the columns, by their table's alias and their name
    };

    [[nodiscard]] datamodel::datamodel const& dm() const { return *t_.model; }
    [[nodiscard]] fragment text() const { return fragment(*t_.dialect); }
    [[nodiscard]] build start() const { return {text(), text(), {}, {}, {}}; }

    REFRACT_DECL std::uint32_t add_column(build& b, std::uint32_t alias, datamodel::field const& f);
    REFRACT_DECL row_shape
    add_selection(build& b, row_source const& rows, std::uint32_t alias, datamodel::index model, plan::selection& s);
    REFRACT_DECL shape_item
    add_to_one(build& b, row_source const& rows, std::uint32_t alias, datamodel::index model, plan::item& i);
    REFRACT_DECL void
    add_level(shape_item& item, build& b, row_source const& parents, std::uint32_t alias, datamodel::index model, plan::item& i);
    REFRACT_DECL void add_child_level(std::uint32_t position, parent_keys const& keys, datamodel::field const& f, plan::item& i);
    REFRACT_DECL void
    add_values_level(std::uint32_t position, parent_keys const& keys, datamodel::index model, datamodel::field const& f);
    REFRACT_DECL void write(std::uint32_t position, build const& b, row_source const& rows, plan::read const* order_of);
    REFRACT_DECL void compile_connection(plan::read& r);
    template <class F> void compile_rows(plan::read const& r, root_use use, level_kind kind, F const& select);

    REFRACT_DECL row_source root_source(plan::read const& r, root_use use);
    REFRACT_DECL void
    append_page(fragment& to, plan::read const& r, plan::filter const* unit, fragment const& when, bool one_more);
    REFRACT_DECL void
    append_searched_pages(fragment& to, plan::read const& r, std::vector<plan::filter const*> const& units, bool one_more);
    REFRACT_DECL row_source child_source(parent_keys const& keys, datamodel::field const& f, plan::read const& r);
    REFRACT_DECL void append_child(fragment& to, datamodel::field const& f, std::uint32_t child, std::uint32_t link);
    REFRACT_DECL void append_child_key(fragment& to, datamodel::field const& f, std::uint32_t child, std::uint32_t link);
    REFRACT_DECL fragment condition(plan::read const& r, std::uint32_t alias);
    REFRACT_DECL void append_cursors(fragment& to, plan::read const& r, std::uint32_t alias);
    REFRACT_DECL void append_where(fragment& to, plan::read const& r, std::uint32_t alias, bool after_key);
    REFRACT_DECL void
    append_cursor(fragment& to, plan::read const& r, std::uint32_t alias, plan::operand const& cursor, bool after);
    REFRACT_DECL void append_order(fragment& to, plan::read const& r, std::uint32_t alias);
    REFRACT_DECL void append_limit(fragment& to, plan::read const& r, bool one_more, fragment const* when = nullptr);
    REFRACT_DECL void check_page(plan::read const& r);
    [[nodiscard]] REFRACT_DECL bool values_decide(plan::read const& r) const;
    [[nodiscard]] REFRACT_DECL bool is_skewed(datamodel::index model, plan::filter const& f, bool is_walked) const;

    target const& t_;
    static constexpr std::uint32_t root_alias = 0; ///< the first that is taken

    alias_counter aliases_;
    select out_;
    fragment const* written_id_ = nullptr; ///< the root is the record with this id
    search how_ = search::probe;           ///< how the filter of the statement is written
};

/// Where the column stands in the rows. Asked for twice, it is sent once.
REFRACT_DECL std::uint32_t select_compiler::add_column(build& b, std::uint32_t alias, datamodel::field const& f) {
    auto const at = static_cast<std::uint32_t>(b.types.size());
    if (auto const [known, is_new] = b.places.try_emplace({alias, f.column}, at); !is_new) {
        return known->second;
    }
    if (!b.types.empty()) {
        b.columns.append(", ");
    }
    append_column(b.columns, alias, f.column);
    b.types.push_back(column_type(f.type));
    b.names.push_back(f.column);
    return at;
}

/// A column of the selection that no record leaves empty.
REFRACT_DECL std::optional<std::uint32_t>
never_null(row_shape const& shape, plan::selection const& s, datamodel::model const& m) {
    for (std::size_t i = 0; i < s.items.size(); ++i) {
        if (s.items[i].kind != plan::item_kind::scalar) {
            continue;
        }
        auto const& f = m.fields[s.items[i].field];
        bool const is_added = f.is_created_at || f.is_updated_at; // old databases may lack them
        if (f.is_id || (f.is_required && !is_added)) {
            return shape.items[i].column;
        }
    }
    return std::nullopt;
}

REFRACT_DECL row_shape select_compiler::add_selection(
    build& b, row_source const& rows, std::uint32_t alias, datamodel::index model, plan::selection& s
) {
    row_shape shape;
    for (auto& i : s.items) {
        shape_item item;
        if (i.kind == plan::item_kind::to_one) {
            item = add_to_one(b, rows, alias, model, i);
            item.constant = i.constant;
        } else if (i.kind == plan::item_kind::scalar) {
            item.column = add_column(b, alias, dm().models[model].fields[i.field]);
            item.type = column_type(dm().models[model].fields[i.field].type);
        } else if (i.kind == plan::item_kind::constant) {
            item.from = shape_item::source::constant;
            item.constant = i.constant;
        } else {
            item.from = shape_item::source::level;
        }
        item.key = i.key;
        shape.items.push_back(std::move(item));
        if (shape.items.back().from == shape_item::source::level) {
            add_level(shape.items.back(), b, rows, alias, model, i);
        }
    }
    return shape;
}

REFRACT_DECL shape_item
select_compiler::add_to_one(build& b, row_source const& rows, std::uint32_t alias, datamodel::index model, plan::item& i) {
    shape_item item;
    auto const& f = dm().models[model].fields[i.field];
    auto const& link = dm().relations[f.relation].link;
    bool const column_is_here = link.kind == datamodel::link_kind::inline_column && link.column_side == f.side;
    if (!column_is_here) {
        // The link is elsewhere and nothing in the database keeps it unique: read as a list, answer its first row.
        item.from = shape_item::source::level;
        return item;
    }
    auto const child = aliases_.take();
    b.joins.append(" LEFT JOIN ");
    append_table(b.joins, t_, f.related_model);
    b.joins.alias(" t", child).append(" ON ");
    append_column(b.joins, child, dm().models[f.related_model].id().column);
    b.joins.append(" = ");
    append_column(b.joins, alias, link.column);
    item.from = shape_item::source::joined;
    auto const& related = dm().models[f.related_model];
    item.object = std::make_unique<row_shape>(add_selection(b, rows, child, f.related_model, i.read->select));
    auto const column = never_null(*item.object, i.read->select, related);
    item.column = column ? *column : add_column(b, child, related.id());
    return item;
}

REFRACT_DECL void select_compiler::add_level(
    shape_item& item, build& b, row_source const& parents, std::uint32_t alias, datamodel::index model, plan::item& i
) {
    auto const& parent = dm().models[model];
    auto const position = static_cast<std::uint32_t>(out_.levels.size());
    out_.levels.push_back({level_kind::list, text(), {}, 0, 0, db::value_type::text, {}, false});
    item.level = position;
    item.parent_key = add_column(b, alias, parent.id());
    parent_keys keys{text(), alias == parents.alias && parents.unique, parents.values_decide};
    keys.text.append("SELECT ");
    append_column(keys.text, alias, parent.id().column);
    keys.text.append(parents.from);
    if (alias != parents.alias) {
        keys.text.append(b.joins);
    }
    keys.text.append(parents.where);
    auto const& f = parent.fields[i.field];
    if (i.kind == plan::item_kind::scalar_list) {
        add_values_level(position, keys, model, f);
    } else {
        bool const is_id_known = written_id_ != nullptr && alias == root_alias && !writes_limit(i.read->page);
        add_child_level(position, is_id_known ? parent_keys{*written_id_, false} : keys, f, i);
    }
}

REFRACT_DECL void
select_compiler::add_child_level(std::uint32_t position, parent_keys const& keys, datamodel::field const& f, plan::item& i) {
    auto& r = *i.read;
    check_page(r);
    auto const rows = child_source(keys, f, r);
    auto b = start();
    if (!t_.dialect->nested_cursors) {
        b.columns.append(rows.key);
        b.types.push_back(column_type(dm().models[dm().back(f).related_model].id().type));
    }
    auto shape = add_selection(b, rows, rows.alias, r.model, r.select);
    if (b.types.empty()) {
        add_column(b, rows.alias, dm().models[r.model].id()); // every statement has a column
    }
    auto& l = out_.levels[position];
    l.object = std::move(shape);
    l.kind = i.kind == plan::item_kind::to_one ? level_kind::one : level_kind::list;
    l.reversed = r.page.last.has_value();
    write(position, b, rows, &r);
}

REFRACT_DECL void select_compiler::add_values_level(
    std::uint32_t position, parent_keys const& keys, datamodel::index model, datamodel::field const& f
) {
    auto const alias = aliases_.take();
    auto& l = out_.levels[position];
    l.kind = level_kind::values;
    l.values_decide = keys.values_decide;
    l.value_column = 1;
    l.value_type = column_type(f.type);
    l.columns = {column_type(dm().models[model].id().type), l.value_type};
    auto& to = l.text;
    to.append("SELECT ").alias("t", alias).append(".\"nodeId\", ").alias("t", alias).append(".\"value\" FROM ");
    to.table(t_.schema, dm().models[model].list_table(f)).alias(" t", alias).append(" WHERE ").alias("t", alias);
    if (t_.dialect->nested_cursors) {
        to.append(".\"nodeId\" = ").input(0);
    } else {
        to.append(".\"nodeId\" IN (").append(keys.text).append(")");
    }
    to.append(" ORDER BY ").alias("t", alias).append(".\"position\"");
}

/// `FROM child tC [JOIN link tL]`.
REFRACT_DECL void
select_compiler::append_child(fragment& to, datamodel::field const& f, std::uint32_t child, std::uint32_t link_alias) {
    auto const& link = dm().relations[f.relation].link;
    to.append(" FROM ");
    append_table(to, t_, f.related_model);
    to.alias(" t", child);
    if (link.kind == datamodel::link_kind::table) {
        to.append(" JOIN ").table(t_.schema, link.table).alias(" t", link_alias).append(" ON ");
        append_column(to, link_alias, f.side == datamodel::relation_side::a ? link.column_b : link.column_a);
        to.append(" = ");
        append_column(to, child, dm().models[f.related_model].id().column);
    }
}

/// The column that says which parent a child row belongs to.
REFRACT_DECL void
select_compiler::append_child_key(fragment& to, datamodel::field const& f, std::uint32_t child, std::uint32_t link_alias) {
    auto const& link = dm().relations[f.relation].link;
    if (link.kind == datamodel::link_kind::table) {
        append_column(to, link_alias, f.side == datamodel::relation_side::a ? link.column_a : link.column_b);
    } else {
        append_column(to, child, link.column);
    }
}

REFRACT_DECL select_compiler::row_source
select_compiler::child_source(parent_keys const& keys, datamodel::field const& f, plan::read const& r) {
    bool const in_link_table = dm().relations[f.relation].link.kind == datamodel::link_kind::table;
    row_source rows{text(), text(), aliases_.take(), text(), !in_link_table};
    rows.values_decide = keys.values_decide || values_decide(r);
    auto const link = aliases_.take();
    bool const nested = t_.dialect->nested_cursors;
    if (nested || !writes_limit(r.page)) {
        append_child(rows.from, f, rows.alias, link);
        append_child_key(rows.key, f, rows.alias, link);
        if (keys.unique && !nested) {
            auto const parent = aliases_.take();
            rows.from.append(" JOIN (").append(keys.text).append(")").alias(" t", parent).append("(k) ON ").alias("t", parent);
            rows.from.append(".k = ").append(rows.key);
            append_where(rows.where, r, rows.alias, false);
            return rows;
        }
        rows.where.append(" WHERE ").append(rows.key);
        if (nested) {
            rows.where.append(" = ").input(0);
        } else {
            rows.where.append(" IN (").append(keys.text).append(")");
        }
        append_where(rows.where, r, rows.alias, true);
        return rows;
    }
    // A page for each parent.
    auto const parent = aliases_.take();
    auto const inner = aliases_.take();
    rows.key.alias("t", parent).append(".k");
    if (keys.unique) {
        rows.from.append(" FROM (").append(keys.text).append(")").alias(" t", parent).append("(k)");
    } else {
        rows.from.append(" FROM (SELECT DISTINCT ").alias("k", parent).append(".* FROM (").append(keys.text).append(")");
        rows.from.alias(" k", parent).append("(k))").alias(" t", parent);
    }
    rows.from.append(" CROSS JOIN LATERAL (SELECT ").alias("t", inner).append(".*");
    append_child(rows.from, f, inner, link);
    rows.from.append(" WHERE ");
    append_child_key(rows.from, f, inner, link);
    rows.from.append(" = ").append(rows.key);
    append_where(rows.from, r, inner, true);
    append_order(rows.from, r, inner);
    append_limit(rows.from, r, false);
    rows.from.append(")").alias(" t", rows.alias);
    return rows;
}

/// Puts a level's statement together. Its page is limited here or was in a subquery already.
REFRACT_DECL void
select_compiler::write(std::uint32_t position, build const& b, row_source const& rows, plan::read const* order_of) {
    auto& l = out_.levels[position];
    l.columns = b.types;
    l.values_decide = rows.values_decide;
    l.text.append("SELECT ").append(b.columns).append(rows.from).append(b.joins).append(rows.where);
    if (order_of != nullptr) {
        // SQLite steps the page in its order, and the records joined to it inside: sorting again would only cost.
        if (!(t_.dialect->nested_cursors && rows.is_page)) {
            append_order(l.text, *order_of, rows.alias);
        }
        if (rows.limited_outside || (t_.dialect->nested_cursors && position > 0)) {
            append_limit(l.text, *order_of, position == 0 && order_of->connection != nullptr);
        }
    }
}

REFRACT_DECL void
select_compiler::append_cursor(fragment& to, plan::read const& r, std::uint32_t alias, plan::operand const& cursor, bool after) {
    auto const& model = dm().models[r.model];
    auto const& id = model.id().column;
    auto const subselect = [&](std::string const& column) {
        auto const inner = aliases_.take();
        to.append("(SELECT ");
        append_column(to, inner, column);
        to.append(" FROM ");
        append_table(to, t_, r.model);
        to.alias(" t", inner).append(" WHERE ");
        append_column(to, inner, id);
        to.append(" = ").value(cursor).append(")");
    };
    auto const compare = [&](std::string const& column, bool greater) {
        append_column(to, alias, column);
        greater ? to.append(" > ") : to.append(" < ");
        subselect(column);
    };
    auto const& first = r.order.front();
    auto const& column = model.fields[first.field].column;
    if (r.order.size() == 1) {
        compare(column, after != first.descending);
        return;
    }
    // The bare `>=` is what an index on the column can start from.
    bool const greater = after != first.descending;
    to.append("(");
    append_column(to, alias, column);
    greater ? to.append(" >= ") : to.append(" <= ");
    subselect(column);
    to.append(" AND (");
    compare(column, greater);
    to.append(" OR ");
    compare(id, after);
    to.append("))");
}

/// The filter and the cursors; empty if all rows are meant.
REFRACT_DECL fragment select_compiler::condition(plan::read const& r, std::uint32_t alias) {
    auto out = text();
    bool const everything = r.where.kind == plan::filter_kind::all && r.where.children.empty();
    if (!everything) {
        condition_writer(out, t_, aliases_, how_).write(r.model, alias, r.where, false);
    }
    append_cursors(out, r, alias);
    return out;
}

REFRACT_DECL void select_compiler::append_cursors(fragment& to, plan::read const& r, std::uint32_t alias) {
    if (r.page.after) {
        to.empty() ? to : to.append(" AND ");
        append_cursor(to, r, alias, *r.page.after, true);
    }
    if (r.page.before) {
        to.empty() ? to : to.append(" AND ");
        append_cursor(to, r, alias, *r.page.before, false);
    }
}

/// ` WHERE condition`, or ` AND condition` after the key of a child.
REFRACT_DECL void select_compiler::append_where(fragment& to, plan::read const& r, std::uint32_t alias, bool after_key) {
    auto const where = condition(r, alias);
    if (!where.empty()) {
        after_key ? to.append(" AND ") : to.append(" WHERE ");
        to.append(where);
    }
}

REFRACT_DECL void select_compiler::append_order(fragment& to, plan::read const& r, std::uint32_t alias) {
    bool const reversed = r.page.last.has_value();
    bool first = true;
    for (auto const& o : r.order) {
        first ? to.append(" ORDER BY ") : to.append(", ");
        first = false;
        append_column(to, alias, dm().models[r.model].fields[o.field].column);
        if (o.descending != reversed) {
            to.append(" DESC");
        }
    }
}

/// `when`: the limit is 0 if that is not so.
REFRACT_DECL void select_compiler::append_limit(fragment& to, plan::read const& r, bool one_more, fragment const* when) {
    auto const& limit = r.page.first ? r.page.first : r.page.last;
    bool const skips = r.page.skip && known_count(*r.page.skip) != std::uint64_t{0};
    if (limit) {
        to.append(" LIMIT ");
        if (when != nullptr) {
            to.append("CASE WHEN ").append(*when).append(" THEN ");
        }
        if (auto const n = known_count(*limit)) {
            to.number(*n + (one_more ? 1 : 0));
        } else {
            to.value(*limit);
            if (one_more) {
                t_.dialect->nested_cursors ? to.append(" + 1") : to.append("::bigint + 1");
            }
        }
        when != nullptr ? to.append(" ELSE 0 END") : to;
    } else if (skips && t_.dialect->nested_cursors) {
        to.append(" LIMIT -1"); // SQLite has no OFFSET without LIMIT
    }
    if (skips) {
        auto const n = known_count(*r.page.skip);
        to.append(" OFFSET ");
        n ? to.number(*n) : to.value(*r.page.skip);
    }
}

/// Whether the values of a page's filter decide which plan is good. To plan each time takes a third of the time of a page of 50.
REFRACT_DECL bool select_compiler::values_decide(plan::read const& r) const {
    auto const& m = dm().models[r.model];
    // Records in the order of an index are walked until the page is full; otherwise all that match are sorted, however many.
    bool const is_walked = r.order.empty() || has_index(m, r.order.front().field);
    return writes_limit(r.page) && is_skewed(r.model, r.where, is_walked);
}

/// Whether the plan depends on how many records a filter leaves, and that on its values: not by the key of an id or a unique field,
/// nor without an index to look the value up in, unless records are walked.
REFRACT_DECL bool select_compiler::is_skewed(datamodel::index model, plan::filter const& f, bool is_walked) const {
    auto const& m = dm().models[model];
    if (f.kind == plan::filter_kind::compare) {
        bool const by_value = f.op == plan::comparison::equal || f.op == plan::comparison::in;
        return !f.operands.empty() && (has_index(m, f.field) ? !by_value : is_walked);
    }
    bool const is_relation = f.kind == plan::filter_kind::relation;
    auto const of = is_relation ? m.fields[f.field].related_model : model;
    return std::any_of(f.children.begin(), f.children.end(), [&](plan::filter const& child) {
        return is_skewed(of, child, is_walked || is_relation);
    });
}

REFRACT_DECL void select_compiler::check_page(plan::read const& r) {
    auto const& p = r.page;
    auto const& model = dm().models[r.model];
    for (auto const& cursor : {p.after, p.before}) {
        if (cursor && model.id().type != datamodel::field_type::id) {
            out_.cursors.push_back({*cursor, model.id().type, model.name});
        }
    }
    if (p.first) {
        out_.checks.push_back({*p.first, "first"});
    }
    if (p.last) {
        out_.checks.push_back({*p.last, "last"});
    }
    if (p.skip) {
        out_.checks.push_back({*p.skip, "skip"});
    }
}

/// Whether the statement that reads these has no joins, nor children who would have to repeat it (`nested`: they never do).
REFRACT_DECL bool is_flat(plan::selection const& s, bool nested) {
    return std::all_of(s.items.begin(), s.items.end(), [&](plan::item const& i) {
        bool const is_own = i.kind == plan::item_kind::scalar || i.kind == plan::item_kind::constant;
        return is_own || (nested && i.kind != plan::item_kind::to_one);
    });
}

REFRACT_DECL bool is_flat(plan::read const& r, bool nested) {
    if (!r.connection) {
        return is_flat(r.select, nested);
    }
    auto const& parts = r.connection->parts;
    return std::all_of(parts.begin(), parts.end(), [&](plan::connection_part const& p) {
        return std::all_of(p.leaves.begin(), p.leaves.end(), [&](plan::connection_leaf const& l) {
            return is_flat(l.node, nested);
        });
    });
}

/// `SELECT * FROM (the page, its unit collected) WHERE when`. SQLite reads a subquery before it looks at such a condition, but
/// nothing at all with the limit 0.
REFRACT_DECL void
select_compiler::append_page(fragment& to, plan::read const& r, plan::filter const* unit, fragment const& when, bool one_more) {
    bool const nested = t_.dialect->nested_cursors;
    auto const page = aliases_.take();
    auto const inner = aliases_.take();
    to.append("SELECT ").alias("t", page).append(".* FROM (SELECT ").alias("t", inner).append(".* FROM ");
    append_table(to, t_, r.model);
    to.alias(" t", inner).append(" WHERE ");
    auto where = text();
    condition_writer(where, t_, aliases_, search::probe).write(r.model, inner, r.where, unit);
    append_cursors(where, r, inner);
    to.append(where);
    append_order(to, r, inner);
    append_limit(to, r, one_more, nested ? &when : nullptr);
    to.append(")").alias(" t", page);
    if (!nested) {
        to.append(" WHERE ").append(when);
    }
}

/// The page, by the first of the units that is found in few places, or record by record: one of the parts has rows.
REFRACT_DECL void select_compiler::append_searched_pages(
    fragment& to, plan::read const& r, std::vector<plan::filter const*> const& units, bool one_more
) {
    auto const few = [&](plan::filter const& unit) {
        auto out = text();
        condition_writer(out, t_, aliases_, search::probe).few(r.model, unit);
        return out;
    };
    for (std::size_t i = 0; i <= units.size(); ++i) {
        auto when = text();
        for (std::size_t before = 0; before < i; ++before) {
            before > 0 ? when.append(" AND ") : when;
            when.append("NOT (").append(few(*units[before])).append(")");
        }
        if (i < units.size()) {
            i > 0 ? when.append(" AND ") : when;
            when.append(few(*units[i]));
        }
        i > 0 ? to.append(" UNION ALL ") : to;
        append_page(to, r, i < units.size() ? units[i] : nullptr, when, one_more);
    }
}

REFRACT_DECL select_compiler::row_source select_compiler::root_source(plan::read const& r, root_use use) {
    row_source rows{text(), text(), aliases_.take(), text(), true};
    rows.values_decide = values_decide(r);
    bool const ends_early = r.page.first || r.page.last;
    auto const units =
        ends_early && written_id_ == nullptr ? search_units(t_, r.model, r.where) : std::vector<plan::filter const*>{};
    how_ = ends_early ? search::probe : search::everywhere;
    rows.limited_outside = use == root_use::flat_rows && units.empty();
    bool const one_more = use != root_use::count && r.connection != nullptr;
    if (!writes_limit(r.page) || rows.limited_outside) {
        rows.from.append(" FROM ");
        append_table(rows.from, t_, r.model);
        rows.from.alias(" t", rows.alias);
        if (written_id_ == nullptr) {
            append_where(rows.where, r, rows.alias, false);
            how_ = search::probe;
            return rows;
        }
        rows.where.append(" WHERE ");
        append_column(rows.where, rows.alias, dm().models[r.model].id().column);
        rows.where.append(" = ").append(*written_id_);
        how_ = search::probe;
        return rows;
    }
    // The page first, joins and children later: they must not be computed for skipped rows.
    if (!units.empty()) {
        rows.from.append(" FROM (");
        append_searched_pages(rows.from, r, units, one_more);
        rows.from.append(")").alias(" t", rows.alias);
        return rows;
    }
    auto const inner = aliases_.take();
    rows.from.append(" FROM (SELECT ").alias("t", inner).append(".* FROM ");
    append_table(rows.from, t_, r.model);
    rows.from.alias(" t", inner);
    append_where(rows.from, r, inner, false);
    append_order(rows.from, r, inner);
    append_limit(rows.from, r, one_more);
    rows.from.append(")").alias(" t", rows.alias);
    rows.is_page = true;
    how_ = search::probe;
    return rows;
}

REFRACT_DECL void select_compiler::compile_connection(plan::read& r) {
    connection_shape c;
    auto const use = is_flat(r, t_.dialect->nested_cursors) ? root_use::flat_rows : root_use::rows;
    c.parts = std::move(*r.connection);
    c.forward = r.page.first.has_value();
    c.backward = r.page.last.has_value();
    c.limit = r.page.first ? r.page.first : r.page.last;
    if (c.parts.has(plan::connection_part_kind::edges) || c.parts.has(plan::connection_part_kind::page_info)) {
        compile_rows(r, use, level_kind::list, [&](build& b, row_source const& rows) {
            c.id_column = add_column(b, rows.alias, dm().models[r.model].id());
            for (auto& part : c.parts.parts) {
                for (auto& leaf : part.leaves) {
                    if (leaf.kind == plan::connection_leaf_kind::node) {
                        c.nodes.push_back(add_selection(b, rows, rows.alias, r.model, leaf.node));
                    }
                }
            }
        });
    }
    if (c.parts.has(plan::connection_part_kind::aggregate)) {
        auto const counted = root_source(r, root_use::count);
        out_.count.emplace(*t_.dialect);
        out_.count->append("SELECT count(*)").append(counted.from).append(counted.where);
        out_.count_values_decide = counted.values_decide;
    }
    out_.connection = std::move(c);
}

/// The root's own statement; `select` adds its columns.
template <class F> void select_compiler::compile_rows(plan::read const& r, root_use use, level_kind kind, F const& select) {
    auto const rows = root_source(r, use);
    out_.levels.push_back({kind, text(), {}, 0, 0, db::value_type::text, {}, r.page.last.has_value()});
    auto b = start();
    select(b, rows);
    if (b.types.empty()) {
        add_column(b, rows.alias, dm().models[r.model].id()); // every statement has a column
    }
    write(0, b, rows, kind == level_kind::one ? nullptr : &r);
}

REFRACT_DECL select select_compiler::compile(plan::read& r, level_kind kind) {
    check_page(r);
    if (r.connection) {
        compile_connection(r);
        return std::move(out_);
    }
    compile_rows(
        r, is_flat(r, t_.dialect->nested_cursors) ? root_use::flat_rows : root_use::rows, kind,
        [&](build& b, row_source const& rows) {
            auto shape = add_selection(b, rows, rows.alias, r.model, r.select);
            out_.levels[0].object = std::move(shape);
        }
    );
    return std::move(out_);
}

REFRACT_DECL written_select select_compiler::compile_written(plan::read& r, fragment const& id) {
    written_id_ = &id;
    auto const rows = root_source(r, root_use::rows);
    out_.levels.push_back({level_kind::one, text(), {}, 0, 0, db::value_type::text, {}, false});
    auto b = start();
    auto shape = add_selection(b, rows, rows.alias, r.model, r.select);
    if (b.types.empty()) {
        add_column(b, rows.alias, dm().models[r.model].id());
    }
    out_.levels[0].object = std::move(shape);
    write(0, b, rows, nullptr);
    return {std::move(out_), std::move(b.columns), std::move(b.joins), std::move(b.names)};
}

} // namespace detail

REFRACT_DECL select compile_select(plan::read& r, level_kind root_kind, target const& t) {
    return detail::select_compiler(t).compile(r, root_kind);
}

REFRACT_DECL written_select compile_written(plan::read& r, fragment const& id, target const& t) {
    return detail::select_compiler(t).compile_written(r, id);
}

} // namespace refract::sql
