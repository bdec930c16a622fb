#pragma once

#include <refract/core/text.hpp>
#include <refract/migrate/read_tables.hpp>
#include <refract/migrate/run_fragment.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace refract::migrate {

namespace detail {

REFRACT_DECL sql::table* table_named(std::vector<sql::table>& tables, std::string_view name) {
    auto const at = std::find_if(tables.begin(), tables.end(), [&](auto const& t) { return t.name == name; });
    return at == tables.end() ? nullptr : &*at;
}

/// A declared type, in lower case, to the type that is stored so.
REFRACT_DECL datamodel::field_type stored_type(std::string_view declared) {
    using enum datamodel::field_type;
    auto const has = [&](std::string_view part) { return declared.find(part) != std::string_view::npos; };
    if (declared == "uuid" || declared == "char(36)") {
        return uuid;
    }
    if (declared == "char(25)" || declared == "varchar(25)") {
        return id;
    }
    if (declared == "varchar(191)") { // SQLite: how an enumeration's column is declared; else text like any other
        return enumeration;
    }
    if (has("char") || has("text")) {
        return string;
    }
    if (has("bool")) {
        return boolean;
    }
    if (has("time") || has("date")) {
        return date_time;
    }
    if (has("dec") || has("num") || has("float") || has("real") || has("double")) {
        return floating;
    }
    if (has("int")) {
        return integer;
    }
    if (has("json")) {
        return json;
    }
    return string;
}

REFRACT_DECL sql::reference_action action_of(std::string_view text) {
    if (text == "c" || text == "CASCADE") {
        return sql::reference_action::cascade;
    }
    return text == "n" || text == "SET NULL" ? sql::reference_action::set_null : sql::reference_action::none;
}

/// Column rows: table, column, type, not null, position in the primary key (0: none), numbered by the database.
REFRACT_DECL sql::fragment columns_query(sql::ddl_target const& t) {
    sql::fragment f(*t.dialect);
    if (!t.dialect->has_schemas) {
        return f.append(
            "SELECT m.name, c.name, c.type, c.\"notnull\", c.pk, c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%' "
            "FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_' ORDER BY m.name, c.cid"
        );
    }
    f.append(
        "SELECT c.relname::text, a.attname::text, CASE WHEN a.atttypmod = 29 AND t.typname IN ('varchar', 'bpchar') "
        "THEN 'varchar(25)' ELSE t.typname::text END, a.attnotnull, "
        "coalesce(array_position(k.indkey::int2[], a.attnum), -1) + 1, "
        "a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval%' "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "JOIN pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        "LEFT JOIN pg_index k ON k.indrelid = c.oid AND k.indisprimary "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname::text = "
    );
    f.value(plan::operand::of(db::value::text(t.schema)));
    return f.append(" ORDER BY c.relname, a.attnum");
}

/// Index rows: table, index, unique, column; in the order of the index's columns.
REFRACT_DECL sql::fragment indexes_query(sql::ddl_target const& t) {
    sql::fragment f(*t.dialect);
    if (!t.dialect->has_schemas) {
        return f.append(
            "SELECT m.name, i.name, i.\"unique\", c.name "
            "FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c "
            "WHERE m.type = 'table' AND i.origin = 'c' AND c.name IS NOT NULL ORDER BY m.name, i.name, c.seqno"
        );
    }
    f.append(
        "SELECT c.relname::text, i.relname::text, x.indisunique, a.attname::text "
        "FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY AS k(attnum, place) "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
        "WHERE NOT x.indisprimary AND n.nspname::text = "
    );
    f.value(plan::operand::of(db::value::text(t.schema)));
    return f.append(" ORDER BY c.relname, i.relname, k.place");
}

/// Reference rows: table, column, other table, its column, action.
REFRACT_DECL sql::fragment references_query(sql::ddl_target const& t) {
    sql::fragment f(*t.dialect);
    if (!t.dialect->has_schemas) {
        return f.append(
            "SELECT m.name, r.\"from\", r.\"table\", r.\"to\", r.on_delete "
            "FROM sqlite_master m, pragma_foreign_key_list(m.name) r WHERE m.type = 'table' ORDER BY m.name, r.id, r.seq"
        );
    }
    f.append(
        "SELECT c.relname::text, a.attname::text, r.relname::text, b.attname::text, k.confdeltype::text "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_class r ON r.oid = k.confrelid "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] "
        "JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.confkey[1] "
        "WHERE k.contype = 'f' AND cardinality(k.conkey) = 1 AND n.nspname::text = "
    );
    return f.value(plan::operand::of(db::value::text(t.schema)));
}

REFRACT_DECL void take_columns(std::vector<sql::table>& tables, db::result_set const& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto const name = rows.cell(i, 0).text;
        if (tables.empty() || tables.back().name != name) {
            tables.emplace_back();
            tables.back().name = std::string(name);
        }
        sql::table_column c;
        c.name = std::string(rows.cell(i, 1).text);
        c.type = stored_type(ascii_lower(rows.cell(i, 2).text));
        auto const key_position = rows.cell(i, 4).number;
        c.not_null = rows.cell(i, 3).number != 0;
        if (rows.cell(i, 5).number != 0) {
            c.sequence.emplace();
        }
        auto& key = tables.back().primary_key;
        if (key_position > 0) {
            auto const at = static_cast<std::size_t>(key_position);
            key.resize(std::max(key.size(), at));
            key[at - 1] = c.name;
        }
        tables.back().columns.push_back(std::move(c));
    }
}

REFRACT_DECL void take_indexes(std::vector<sql::table>& tables, db::result_set const& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto* t = table_named(tables, rows.cell(i, 0).text);
        if (t == nullptr) {
            continue;
        }
        auto const name = rows.cell(i, 1).text;
        if (t->indexes.empty() || t->indexes.back().name != name) {
            t->indexes.push_back({std::string(name), {}, rows.cell(i, 2).number != 0});
        }
        t->indexes.back().columns.emplace_back(rows.cell(i, 3).text);
    }
}

REFRACT_DECL void take_references(std::vector<sql::table>& tables, db::result_set const& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto* t = table_named(tables, rows.cell(i, 0).text);
        auto* c = t == nullptr ? nullptr : t->find(rows.cell(i, 1).text);
        if (c == nullptr) {
            continue;
        }
        sql::column_reference r{
            std::string(rows.cell(i, 2).text), std::string(rows.cell(i, 3).text), action_of(rows.cell(i, 4).text)};
        if (r.column.empty()) { // SQLite: the other table's primary key
            auto const* other = table_named(tables, r.table);
            if (other == nullptr || other->primary_key.size() != 1) {
                continue;
            }
            r.column = other->primary_key.front();
        }
        c->references = std::move(r);
    }
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<db::result<std::vector<sql::table>>> read_tables(
    db::connection& connection, sql::ddl_target target
) {
    using enum db::value_type;
    std::vector<sql::table> tables;
    std::vector<db::value_type> column_types{text, text, text, boolean, integer, boolean};
    auto columns_task = run_fragment(connection, detail::columns_query(target), column_types);
    auto columns = co_await std::move(columns_task);
    if (!columns) {
        co_return std::move(columns.failure());
    }
    detail::take_columns(tables, **columns);
    std::vector<db::value_type> index_types{text, text, boolean, text};
    auto indexes_task = run_fragment(connection, detail::indexes_query(target), index_types);
    auto indexes = co_await std::move(indexes_task);
    if (!indexes) {
        co_return std::move(indexes.failure());
    }
    detail::take_indexes(tables, **indexes);
    std::vector<db::value_type> reference_types{text, text, text, text, text};
    auto references_task = run_fragment(connection, detail::references_query(target), reference_types);
    auto references = co_await std::move(references_task);
    if (!references) {
        co_return std::move(references.failure());
    }
    detail::take_references(tables, **references);
    co_return tables;
}

} // namespace refract::migrate
