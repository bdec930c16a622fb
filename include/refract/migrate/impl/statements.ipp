#pragma once

#include <refract/migrate/layout.hpp>
#include <refract/migrate/statements.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace refract::migrate {

namespace detail {

/// Types that are stored alike. An unknown type of an existing database reads as string.
REFRACT_DECL bool same_storage(datamodel::field_type a, datamodel::field_type b) {
    using enum datamodel::field_type;
    auto const stored = [](datamodel::field_type t) { return t == json || t == enumeration || t == id ? string : t; };
    return stored(a) == stored(b);
}

REFRACT_DECL bool mentions(sql::table_index const& index, std::string const& column) {
    return std::find(index.columns.begin(), index.columns.end(), column) != index.columns.end();
}

} // namespace detail

REFRACT_DECL std::vector<sql::fragment> statement_writer::write(step const& s) {
    out_.clear();
    std::visit([this](auto const& one) { carry_out(one); }, s);
    return std::exchange(out_, {});
}

REFRACT_DECL std::vector<sql::fragment> statement_writer::finish() {
    out_.clear();
    put_back();
    for (auto const& name : to_rebuild_) {
        if (auto const* t = find(name)) {
            for (auto& f : sql::rebuild_table(target_, *t)) {
                out_.push_back(std::move(f));
            }
        }
    }
    to_rebuild_.clear();
    return std::exchange(out_, {});
}

// ---- models ---------------------------------------------------------------------------------------------------------

REFRACT_DECL void statement_writer::carry_out(create_model const& s) {
    auto const m = next_.find_model(s.name);
    if (m != datamodel::none && !next_.models[m].is_embedded && find(next_.models[m].table) == nullptr) {
        auto t = table_of(target_, next_.models[m]); // with all its columns: the CreateField steps find them there
        made_.insert(t.name);
        add_links(t, m);
        create(std::move(t));
    }
}

/// SQLite reads its whole schema twice for each ALTER TABLE, which makes a large first deployment quadratic, and takes references to tables
/// that are still to come: a new table gets its links to other new ones at once. The CreateRelation steps find them there.
REFRACT_DECL void statement_writer::add_links(sql::table& t, datamodel::index model) const {
    if (target_.dialect->has_schemas) {
        return;
    }
    for (auto const& r : next_.relations) {
        if (r.link.kind != datamodel::link_kind::inline_column || r.link.in_model != model) {
            continue;
        }
        auto const other = r.link.column_side == datamodel::relation_side::a ? r.model_b : r.model_a;
        auto const& table = next_.models[other].table;
        bool const is_new = match_.previous_model[other] == datamodel::none;
        bool const is_ours = made_.count(table) != 0 || std::none_of(tables_.begin(), tables_.end(), [&](auto const& o) { return o.name == table; });
        auto column = inline_column_of(next_, r);
        if (is_new && is_ours && t.find(column.name) == nullptr) {
            t.columns.push_back(std::move(column));
        }
    }
}

REFRACT_DECL void statement_writer::carry_out(delete_model const& s) {
    auto const& m = previous_.models[previous_.find_model(s.name)];
    for (auto const& f : m.fields) {
        if (f.is_scalar_list()) {
            drop(m.list_table(f));
        }
    }
    drop(m.table);
}

REFRACT_DECL void statement_writer::carry_out(update_model const& s) {
    auto const& before = previous_.models[previous_.find_model(s.name)];
    auto const& after = next_.models[next_.find_model(s.new_name)];
    if (before.table == after.table) {
        return;
    }
    for (auto const& f : after.fields) { // fields were updated before: the lists have their new suffixes already
        if (f.is_scalar_list()) {
            rename(take(before.list_table(f)), after.list_table(f));
        }
    }
    rename(take(before.table), after.table);
}

// ---- fields ---------------------------------------------------------------------------------------------------------

REFRACT_DECL void statement_writer::carry_out(create_field const& s) {
    auto const& m = next_.models[next_.find_model(s.model)];
    auto const& f = m.fields[m.find_index(s.name)];
    auto* t = find(m.table);
    if (t == nullptr || f.is_id || f.is_relation()) {
        return; // relations make their columns themselves
    }
    if (f.is_scalar_list()) {
        create_list(list_table_of(target_, m, f), *t);
        return;
    }
    if (t->find(column_of(f).name) != nullptr) {
        adapt(*t, f);
        return;
    }
    add(*t, column_of(f), &f);
    set_unique(*t, column_of(f).name, f.is_unique);
}

REFRACT_DECL void statement_writer::carry_out(delete_field const& s) {
    auto const& m = previous_.models[previous_.find_model(s.model)];
    auto const& f = m.fields[m.find_index(s.name)];
    if (f.is_scalar_list()) {
        drop(m.list_table(f));
    } else if (auto* t = find(m.table); t != nullptr && f.is_scalar()) {
        drop_column(*t, column_of(f).name);
    }
}

REFRACT_DECL void statement_writer::carry_out(update_field const& s) {
    auto const& before_model = previous_.models[previous_.find_model(s.model)];
    auto const& after_model = next_.models[next_.find_model(s.new_model)];
    auto const& before = before_model.fields[before_model.find_index(s.name)];
    auto const& after = after_model.fields[after_model.find_index(s.new_name.value_or(s.name))];
    auto* t = find(before_model.table);
    if (t == nullptr) {
        return;
    }
    if (before.is_scalar() && after.is_scalar()) {
        update_scalar(*t, before, after);
        return;
    }
    auto const new_list = before_model.list_table(after); // the model itself is renamed later
    if (before.is_scalar_list() && after.is_scalar_list() && before.type == after.type) {
        rename(take(before_model.list_table(before)), new_list);
        return;
    }
    if (before.is_scalar_list()) {
        drop(take(before_model.list_table(before)));
        t = find(before_model.table); // the tables moved
    } else if (before.is_scalar()) {
        drop_column(*t, take(t->name, column_of(before).name));
    }
    if (after.is_scalar_list()) {
        auto const is_list = [&](auto const& f) { return f.is_scalar_list() && before_model.list_table(f) == new_list; };
        if (std::any_of(before_model.fields.begin(), before_model.fields.end(), is_list)) {
            make_way(new_list); // another list's, which goes on under another name
        }
        auto list = list_table_of(target_, before_model, after);
        create_list(std::move(list), *find(before_model.table));
    } else if (after.is_scalar()) {
        make_way(*t, column_of(after).name);
        add(*t, column_of(after), &after);
        set_unique(*t, column_of(after).name, after.is_unique);
    }
}

REFRACT_DECL void statement_writer::update_scalar(sql::table& t, datamodel::field const& before, datamodel::field const& after) {
    auto const column = take(t.name, column_of(before).name);
    auto const wanted = column_of(after);
    if (before.is_id && before.type != after.type) {
        change_id_type(t, column, after);
        return;
    }
    bool const keeps_values = before.type == after.type || keeps_values_as(before.type, after.type);
    if (keeps_values && t.find(column) != nullptr) {
        rename_column(t, column, wanted.name);
        if (before.type != after.type) {
            set_type(t, *t.find(wanted.name), wanted.type);
        }
        adapt(t, after);
        return;
    }
    drop_column(t, column);
    make_way(t, wanted.name);
    add(t, wanted, &after);
    set_unique(t, wanted.name, after.is_unique);
}

REFRACT_DECL void statement_writer::adapt(sql::table& t, datamodel::field const& f) {
    auto const wanted = column_of(f);
    if (!f.is_id && !f.is_unique) {
        set_unique(t, wanted.name, false); // before its missing values are filled with one and the same
    }
    auto* column = t.find(wanted.name);
    if (!detail::same_storage(column->type, wanted.type)) {
        drop_column(t, wanted.name);
        add(t, wanted, &f);
    } else if (column->not_null != wanted.not_null) {
        column->not_null = wanted.not_null;
        set_not_null(t, *column, f);
    }
    if (!f.is_id && f.is_unique) {
        set_unique(t, wanted.name, true);
    }
}

REFRACT_DECL void statement_writer::create_list(sql::table list, sql::table const& owner) {
    // The owner may still have its previous name, and its id column a type only the database knows.
    auto& node = list.columns.front();
    node.references->table = owner.name;
    if (!owner.primary_key.empty()) {
        node.references->column = owner.primary_key.front();
        if (auto const* id = owner.find(owner.primary_key.front())) {
            node.type = id->type;
        }
    }
    create(std::move(list));
}

REFRACT_DECL void statement_writer::change_id_type(sql::table& t, std::string const& column, datamodel::field const& f) {
    // There are no rows (the check before refuses others), so the table is made anew, and so are those that refer to it.
    auto const wanted = column_of(f);
    auto made = t;
    auto* id = made.find(column);
    id->type = wanted.type;
    id->sequence = wanted.sequence;
    if (id->sequence && id->sequence->name.empty()) {
        id->sequence->name = sql::bounded_name(t.name + "_" + f.name + "_seq");
    }
    id->name = wanted.name;
    made.primary_key = {wanted.name};
    auto const refers = [&](sql::table_column const& c) { return c.references && c.references->table == made.name; };
    std::vector<sql::table> others; // copies, as the tables move
    std::copy_if(tables_.begin(), tables_.end(), std::back_inserter(others), [&](sql::table const& other) {
        return other.name != made.name && std::any_of(other.columns.begin(), other.columns.end(), refers);
    });
    drop(made.name);
    for (auto& c : made.columns) {
        if (refers(c)) {
            c.type = wanted.type;
            c.references->column = wanted.name;
        }
    }
    create(made);
    for (auto const& other : others) {
        refer_again(other, made.name, wanted);
    }
}

REFRACT_DECL void statement_writer::refer_again(sql::table other, std::string const& to, sql::table_column const& id) {
    std::vector<sql::table_column> inline_columns;
    bool rows_belong_to_it = false;
    for (auto& c : other.columns) {
        if (c.references && c.references->table == to) {
            c.type = id.type;
            c.references->column = id.name;
            rows_belong_to_it = rows_belong_to_it || c.not_null;
            inline_columns.push_back(c);
        }
    }
    if (rows_belong_to_it) { // a list or a join table: empty as well
        drop(other.name);
        create(std::move(other));
        return;
    }
    auto* t = find(other.name);
    for (auto const& c : inline_columns) {
        drop_column(*t, c.name);
        add(*t, c, nullptr);
        add_index(*t, {sql::reference_index_name(t->name, c.name), {c.name}, false});
    }
}

// ---- relations ------------------------------------------------------------------------------------------------------

REFRACT_DECL void statement_writer::carry_out(create_relation const& s) {
    create_storage(next_.relations[next_.find_relation(s.name)]);
}

REFRACT_DECL void statement_writer::carry_out(delete_relation const& s) {
    auto const& r = previous_.relations[previous_.find_relation(s.name)];
    drop_storage(r, r.link.kind == datamodel::link_kind::inline_column ? previous_.models[r.link.in_model].table : "");
}

REFRACT_DECL void statement_writer::create_storage(datamodel::relation const& r) {
    if (r.link.kind == datamodel::link_kind::table) {
        if (find(r.link.table) == nullptr) {
            create(link_table_of(next_, r));
        }
        return;
    }
    auto* t = find(next_.models[r.link.in_model].table);
    if (t == nullptr) {
        return;
    }
    auto const column = inline_column_of(next_, r);
    if (t->find(column.name) == nullptr) {
        add(*t, column, nullptr);
    }
    auto const covers = [&](sql::table_index const& i) { return i.columns.front() == column.name; };
    if (std::none_of(t->indexes.begin(), t->indexes.end(), covers)) {
        add_index(*t, {sql::reference_index_name(t->name, column.name), {column.name}, false});
    }
}

REFRACT_DECL void statement_writer::drop_storage(datamodel::relation const& r, std::string const& inline_table) {
    if (r.link.kind == datamodel::link_kind::table) {
        drop(take(r.link.table));
    } else if (auto* t = find(inline_table)) {
        drop_column(*t, take(t->name, r.link.column));
    }
}

REFRACT_DECL bool statement_writer::sides_are_switched(datamodel::relation const& before, datamodel::relation const& after) const {
    auto const next_a = match_.next_model[before.model_a];
    if (!before.is_self()) {
        return next_a != after.model_a;
    }
    if (before.field_a == datamodel::none || after.field_b == datamodel::none) {
        return false;
    }
    return match_.next_field[before.model_a][before.field_a] == after.field_b && before.field_a != before.field_b;
}

REFRACT_DECL void statement_writer::carry_out(update_relation const& s) {
    auto const& before = previous_.relations[previous_.find_relation(s.name)];
    auto const& after = next_.relations[next_.find_relation(s.new_name.value_or(s.name))];
    using datamodel::link_kind;
    if (before.link.kind == link_kind::table && after.link.kind == link_kind::table) {
        update_link_table(before, after);
        return;
    }
    // models were renamed before: an inline column's table has its next name
    std::string inline_table;
    if (before.link.kind == link_kind::inline_column) {
        auto const n = match_.next_model[before.link.in_model];
        inline_table = n == datamodel::none ? previous_.models[before.link.in_model].table : next_.models[n].table;
        bool const same_side = (before.link.column_side == after.link.column_side) != sides_are_switched(before, after);
        if (after.link.kind == link_kind::inline_column && n == after.link.in_model && same_side) {
            if (auto* t = find(inline_table)) {
                rename_column(*t, take(t->name, before.link.column), after.link.column);
            }
            create_storage(after); // whatever is missing of it
            return;
        }
    }
    move_links(before, after, inline_table);
}

namespace detail {

/// Where the two ends of each link of a relation are: a table, and its columns with the ids of side A and side B.
struct link_source {
    std::string table;
    std::string a;
    std::string b;
};

/// `INSERT INTO link (A, B) SELECT ...`; with an id column, each link gets the id of the record it was stored in.
REFRACT_DECL sql::fragment copy_to_table(sql::ddl_target const& t, link_source const& from, std::string const& id, datamodel::link const& to) {
    sql::fragment f(*t.dialect);
    f.append("INSERT INTO ").table(t.schema, to.table).append(" (").identifier(to.column_a).append(", ").identifier(to.column_b);
    if (!to.id_column.empty()) {
        f.append(", ").identifier(to.id_column);
    }
    f.append(") SELECT ").identifier(from.a).append(", ").identifier(from.b);
    if (!to.id_column.empty()) {
        f.append(", CAST(").identifier(id).append(" AS varchar(25))");
    }
    f.append(" FROM ").table(t.schema, from.table).append(" WHERE ").identifier(from.a).append(" IS NOT NULL AND ");
    return f.identifier(from.b).append(" IS NOT NULL");
}

/// `UPDATE model SET column = (the other end of its link)`
REFRACT_DECL sql::fragment copy_to_column(
    sql::ddl_target const& t, link_source const& from, datamodel::model const& owner, datamodel::link const& to
) {
    bool const at_a = to.column_side == datamodel::relation_side::a;
    sql::fragment f(*t.dialect);
    f.append("UPDATE ").table(t.schema, owner.table).append(" AS o SET ").identifier(to.column).append(" = (SELECT l.");
    f.identifier(at_a ? from.b : from.a).append(" FROM ").table(t.schema, from.table).append(" AS l WHERE l.");
    f.identifier(at_a ? from.a : from.b).append(" = o.").identifier(owner.id().column);
    return f.append(" AND l.").identifier(at_a ? from.b : from.a).append(" IS NOT NULL LIMIT 1)");
}

} // namespace detail

/// Another form of storage: the links go there. Models have their next names by now.
REFRACT_DECL void statement_writer::move_links(
    datamodel::relation const& before, datamodel::relation const& after, std::string const& inline_table
) {
    using datamodel::link_kind;
    bool const to_table = after.link.kind == link_kind::table;
    auto const& owner = next_.models[to_table ? after.model_a : after.link.in_model];
    make_way_for(after.link, owner.table);
    create_storage(after);
    detail::link_source from;
    std::string id;
    if (before.link.kind == link_kind::table) {
        auto const moved = moved_.find({before.link.table, std::string()});
        from = {moved == moved_.end() ? before.link.table : moved->second, before.link.column_a, before.link.column_b};
    } else if (auto const n = match_.next_model[before.link.in_model]; n != datamodel::none) {
        id = next_.models[n].id().column;
        auto const moved = moved_.find({inline_table, before.link.column});
        auto const& column = moved == moved_.end() ? before.link.column : moved->second;
        bool const at_a = before.link.column_side == datamodel::relation_side::a;
        from = {inline_table, at_a ? id : column, at_a ? column : id};
    }
    if (sides_are_switched(before, after)) {
        std::swap(from.a, from.b);
    }
    auto const* const source = find(from.table);
    bool const is_there = source != nullptr && source->find(from.a) != nullptr && source->find(from.b) != nullptr;
    if (is_there) {
        out_.push_back(
            to_table ? detail::copy_to_table(target_, from, id, after.link) : detail::copy_to_column(target_, from, owner, after.link)
        );
    }
    drop_storage(before, inline_table);
}

/// What another relation still has in the place of new storage, or the same one at its other end, moves aside.
REFRACT_DECL void statement_writer::make_way_for(datamodel::link const& link, std::string const& inline_table) {
    using datamodel::link_kind;
    auto const is_there = [&](datamodel::relation const& r) {
        if (r.link.kind != link.kind) {
            return false;
        }
        if (link.kind == link_kind::table) {
            return r.link.table == link.table;
        }
        auto const n = match_.next_model[r.link.in_model];
        return n != datamodel::none && next_.models[n].table == inline_table && r.link.column == link.column;
    };
    if (std::none_of(previous_.relations.begin(), previous_.relations.end(), is_there)) {
        return; // what is there was made for it
    }
    if (link.kind == link_kind::table) {
        if (moved_.count({link.table, std::string()}) == 0) {
            make_way(link.table);
        }
    } else if (auto* t = find(inline_table); t != nullptr && moved_.count({t->name, link.column}) == 0) {
        make_way(*t, link.column);
    }
}

REFRACT_DECL void statement_writer::update_link_table(datamodel::relation const& before, datamodel::relation const& after) {
    rename(take(before.link.table), after.link.table);
    auto* t = find(after.link.table);
    if (t == nullptr) {
        create_storage(after);
        return;
    }
    bool const switched = sides_are_switched(before, after);
    auto const& new_a = switched ? after.link.column_b : after.link.column_a;
    auto const& new_b = switched ? after.link.column_a : after.link.column_b;
    if (before.link.column_a != new_a && before.link.column_b != new_b) {
        std::string const parked = "_refract_side";
        rename_column(*t, before.link.column_a, parked);
        rename_column(*t, before.link.column_b, new_b);
        rename_column(*t, parked, new_a);
    } else {
        rename_column(*t, before.link.column_a, new_a);
        rename_column(*t, before.link.column_b, new_b);
    }
    if (!before.link.id_column.empty() && after.link.id_column.empty()) {
        drop_column(*t, before.link.id_column);
    } else if (!before.link.id_column.empty()) {
        rename_column(*t, before.link.id_column, after.link.id_column);
    }
    if (switched) {
        switch_indexes(*t, link_table_of(next_, after).indexes);
    }
}

REFRACT_DECL void statement_writer::switch_indexes(sql::table& t, std::vector<sql::table_index> const& wanted) {
    auto const same = [](sql::table_index const& a, sql::table_index const& b) {
        return a.columns == b.columns && a.is_unique == b.is_unique;
    };
    auto const columns = wanted.front().columns; // both
    auto const is_ours = [&](sql::table_index const& i) {
        auto sorted = i.columns;
        std::reverse(sorted.begin(), sorted.end());
        return (i.is_unique && sorted == columns) || (!i.is_unique && i.columns == std::vector<std::string>{columns.front()});
    };
    for (auto const& index : t.indexes) {
        if (is_ours(index)) {
            out_.push_back(sql::drop_index(target_, index.name));
        }
    }
    std::erase_if(t.indexes, is_ours);
    for (auto const& index : wanted) {
        if (std::none_of(t.indexes.begin(), t.indexes.end(), [&](auto const& i) { return same(i, index); })) {
            add_index(t, index);
        }
    }
}

// ---- tables ---------------------------------------------------------------------------------------------------------

REFRACT_DECL sql::table* statement_writer::find(std::string_view name) {
    auto const at = std::find_if(tables_.begin(), tables_.end(), [&](auto const& t) { return t.name == name; });
    return at == tables_.end() ? nullptr : &*at;
}

REFRACT_DECL std::string statement_writer::fresh_index_name(std::string name) const {
    auto const taken = [this](std::string const& candidate) {
        return std::any_of(tables_.begin(), tables_.end(), [&](sql::table const& t) {
            return t.name == candidate ||
                   std::any_of(t.indexes.begin(), t.indexes.end(), [&](auto const& i) { return i.name == candidate; });
        });
    };
    // an index keeps its name when its table or column is renamed, so the name of a new one may be taken
    auto const base = name;
    for (int n = 2; taken(name); ++n) {
        name = sql::bounded_name(base + "_" + std::to_string(n));
    }
    return name;
}

REFRACT_DECL void statement_writer::create(sql::table what) {
    if (find(what.name) != nullptr) {
        return;
    }
    for (auto& index : what.indexes) {
        index.name = fresh_index_name(index.name);
    }
    for (auto& f : sql::create_table(target_, what)) {
        out_.push_back(std::move(f));
    }
    tables_.push_back(std::move(what));
}

REFRACT_DECL void statement_writer::drop(std::string const& name) {
    if (find(name) == nullptr) {
        return;
    }
    out_.push_back(sql::drop_table(target_, name));
    to_rebuild_.erase(name);
    std::erase_if(tables_, [&](auto const& t) { return t.name == name; });
}

REFRACT_DECL void statement_writer::rename(std::string from, std::string const& to) {
    if (from == to || find(from) == nullptr) {
        return;
    }
    make_way(to);
    out_.push_back(sql::rename_table(target_, from, to));
    if (to_rebuild_.erase(from) != 0) {
        to_rebuild_.insert(to);
    }
    find(from)->name = to;
    for (auto& other : tables_) {
        for (auto& c : other.columns) {
            if (c.references && c.references->table == from) {
                c.references->table = to;
            }
        }
    }
    auto const columns = moved_;
    for (auto const& [place, now] : columns) {
        if (place.first == from && !place.second.empty()) {
            moved_.erase(place);
            moved_.emplace(std::pair(to, place.second), now);
        }
    }
}

/// Where a column is, or a table, that may have been in somebody's way.
REFRACT_DECL std::string statement_writer::take(std::string const& table, std::string const& column) {
    auto const at = moved_.find({table, column});
    if (at == moved_.end()) {
        return column.empty() ? table : column;
    }
    auto place = at->second;
    moved_.erase(at);
    return place;
}

REFRACT_DECL void statement_writer::make_way(sql::table& t, std::string const& column) {
    if (t.find(column) != nullptr) {
        auto const place = "_refract_moved_" + std::to_string(++moved_count_);
        rename_column(t, column, place);
        moved_.emplace(std::pair(t.name, column), place);
    }
}

REFRACT_DECL void statement_writer::make_way(std::string const& table) {
    if (find(table) != nullptr) {
        auto const place = "_refract_moved_" + std::to_string(++moved_count_);
        rename(table, place);
        moved_.emplace(std::pair(table, std::string()), place);
    }
}

/// What was in the way and had no step of its own is somebody else's: it can't be replaced, and the database says so.
REFRACT_DECL void statement_writer::put_back() {
    for (auto const& [place, now] : moved_) {
        out_.push_back(
            place.second.empty() ? sql::rename_table(target_, now, place.first)
                                 : sql::rename_column(target_, place.first, now, place.second)
        );
    }
}

REFRACT_DECL void statement_writer::set_type(sql::table& t, sql::table_column& c, datamodel::field_type type) {
    if (!target_.dialect->has_schemas) {
        to_rebuild_.insert(t.name);
    } else if (c.type == datamodel::field_type::id) { // others are text already
        out_.push_back(sql::set_type(target_, t.name, c.name, type));
    }
    c.type = type;
}

REFRACT_DECL void statement_writer::add(sql::table& t, sql::table_column const& column, datamodel::field const* filled_for) {
    out_.push_back(sql::add_column(target_, t.name, column));
    t.columns.push_back(column);
    if (column.not_null && filled_for != nullptr) {
        set_not_null(t, t.columns.back(), *filled_for);
    }
}

REFRACT_DECL void statement_writer::set_not_null(sql::table& t, sql::table_column& c, datamodel::field const& f) {
    if (c.not_null) {
        out_.push_back(sql::fill_column(target_, t.name, c.name, fill_value(next_, f)));
    }
    if (target_.dialect->has_schemas) {
        out_.push_back(sql::set_not_null(target_, t.name, c.name, c.not_null));
    } else {
        to_rebuild_.insert(t.name);
    }
}

REFRACT_DECL void statement_writer::drop_column(sql::table& t, std::string const& column) {
    if (t.find(column) == nullptr) {
        return;
    }
    auto const name = column; // `column` may be the column's own
    drop_indexes(t, name);
    bool const is_key = std::find(t.primary_key.begin(), t.primary_key.end(), name) != t.primary_key.end();
    std::erase_if(t.columns, [&](auto const& c) { return c.name == name; });
    if (is_key) {
        t.primary_key.clear();
        if (!target_.dialect->has_schemas) {
            to_rebuild_.insert(t.name); // SQLite does not drop a column of the primary key
            return;
        }
    }
    out_.push_back(sql::drop_column(target_, t.name, name));
}

REFRACT_DECL void statement_writer::rename_column(sql::table& t, std::string from, std::string const& to) {
    if (from == to || to.empty() || t.find(from) == nullptr) {
        return;
    }
    make_way(t, to);
    out_.push_back(sql::rename_column(target_, t.name, from, to));
    t.find(from)->name = to;
    std::replace(t.primary_key.begin(), t.primary_key.end(), from, to);
    for (auto& index : t.indexes) {
        std::replace(index.columns.begin(), index.columns.end(), from, to);
    }
    for (auto& other : tables_) {
        for (auto& column : other.columns) {
            if (column.references && column.references->table == t.name && column.references->column == from) {
                column.references->column = to;
            }
        }
    }
}

REFRACT_DECL void statement_writer::set_unique(sql::table& t, std::string const& column, bool unique) {
    auto const is_it = [&](sql::table_index const& i) { return i.is_unique && i.columns.size() == 1 && i.columns[0] == column; };
    auto const at = std::find_if(t.indexes.begin(), t.indexes.end(), is_it);
    if (unique && at == t.indexes.end()) {
        add_index(t, {sql::unique_index_name(target_, t.name, column), {column}, true});
    } else if (!unique && at != t.indexes.end()) {
        out_.push_back(sql::drop_index(target_, at->name));
        t.indexes.erase(at);
    }
}

REFRACT_DECL void statement_writer::add_index(sql::table& t, sql::table_index index) {
    index.name = fresh_index_name(index.name);
    out_.push_back(sql::create_index(target_, t.name, index));
    t.indexes.push_back(std::move(index));
}

REFRACT_DECL void statement_writer::drop_indexes(sql::table& t, std::string const& column) {
    for (auto const& index : t.indexes) {
        if (detail::mentions(index, column)) {
            out_.push_back(sql::drop_index(target_, index.name));
        }
    }
    std::erase_if(t.indexes, [&](auto const& i) { return detail::mentions(i, column); });
}

} // namespace refract::migrate
