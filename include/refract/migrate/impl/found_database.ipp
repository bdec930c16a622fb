#pragma once

#include <refract/core/text.hpp>
#include <refract/migrate/found_database.hpp>
#include <refract/migrate/run_fragment.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace refract::migrate {

REFRACT_DECL found_column const* found_table::find(std::string_view column) const noexcept {
    auto const at = std::find_if(columns.begin(), columns.end(), [&](auto const& c) { return c.name == column; });
    return at == columns.end() ? nullptr : &*at;
}

REFRACT_DECL found_table const* found_database::find(std::string_view table) const noexcept {
    auto const at = std::find_if(tables.begin(), tables.end(), [&](auto const& t) { return t.name == table; });
    return at == tables.end() ? nullptr : &*at;
}

namespace detail {

REFRACT_DECL sql::fragment with_schema(sql::ddl_target const& t, sql::literal before, sql::literal after) {
    sql::fragment f(*t.dialect);
    f.append(before).value(plan::operand::of(db::value::text(t.schema)));
    return f.append(after);
}

/// Rows: table, column, type, not null, default, numbered, sequence, first number, increment.
REFRACT_DECL sql::fragment found_columns_query(sql::ddl_target const& t) {
    if (!t.dialect->has_schemas) {
        sql::fragment f(*t.dialect);
        return f.append(
            "SELECT m.name, c.name, lower(c.type), c.\"notnull\", c.dflt_value, c.pk = 1 AND m.sql LIKE '%AUTOINCREMENT%', '', 1, 1 "
            "FROM sqlite_master m, pragma_table_xinfo(m.name) c "
            "WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_' AND c.hidden = 0 ORDER BY m.name, c.cid"
        );
    }
    return with_schema(
        t,
        "SELECT c.relname::text, a.attname::text, t.typname::text, a.attnotnull, "
        "CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, q.seqrelid IS NOT NULL, coalesce(q.relname::text, ''), "
        "coalesce(q.seqstart, 1), coalesce(q.seqincrement, 1) "
        "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "JOIN pg_type t ON t.oid = a.atttypid "
        "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
        "LEFT JOIN LATERAL (SELECT s.seqrelid, s.seqstart, s.seqincrement, r.relname FROM pg_depend o "
        "JOIN pg_sequence s ON s.seqrelid = o.objid JOIN pg_class r ON r.oid = s.seqrelid "
        "WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = a.attnum "
        "AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i') LIMIT 1) q ON true "
        "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname::text = ",
        " ORDER BY c.relname COLLATE \"C\", a.attnum"
    );
}

/// Rows: table, index, primary, column; of unique ones, in the order of the index's columns.
REFRACT_DECL sql::fragment found_keys_query(sql::ddl_target const& t) {
    if (!t.dialect->has_schemas) {
        sql::fragment f(*t.dialect);
        return f.append(
            "SELECT m.name, i.name, 0, c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c "
            "WHERE m.type = 'table' AND i.\"unique\" AND NOT i.partial AND i.origin <> 'pk' AND NOT EXISTS "
            "(SELECT 1 FROM pragma_index_info(i.name) e WHERE e.name IS NULL) "
            "UNION ALL SELECT m.name, '', 1, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0"
        );
    }
    return with_schema(
        t,
        "SELECT c.relname::text, i.relname::text, x.indisprimary, a.attname::text "
        "FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "CROSS JOIN LATERAL unnest((x.indkey::int2[])[0:x.indnkeyatts - 1]) WITH ORDINALITY AS k(attnum, place) "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
        "WHERE x.indisunique AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL AND n.nspname::text = ",
        " ORDER BY c.relname, i.relname, k.place"
    );
}

/// Rows: table, constraint, column, other table, its column (null: the primary key's); in the order of the constraint's columns.
REFRACT_DECL sql::fragment found_references_query(sql::ddl_target const& t) {
    if (!t.dialect->has_schemas) {
        sql::fragment f(*t.dialect);
        return f.append(
            "SELECT m.name, CAST(r.id AS text), r.\"from\", r.\"table\", r.\"to\" "
            "FROM sqlite_master m, pragma_foreign_key_list(m.name) r WHERE m.type = 'table' ORDER BY m.name, r.id DESC, r.seq"
        );
    }
    return with_schema(
        t,
        "SELECT c.relname::text, k.conname::text, a.attname::text, "
        "CASE WHEN r.relnamespace = c.relnamespace THEN r.relname::text ELSE '' END, b.attname::text "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_class r ON r.oid = k.confrelid "
        "CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, place) "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.here JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = u.there "
        "WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname::text = ",
        " ORDER BY c.relname, k.conname, u.place"
    );
}

/// Rows: enum, value.
REFRACT_DECL sql::fragment found_enums_query(sql::ddl_target const& t) {
    if (!t.dialect->has_schemas) {
        sql::fragment f(*t.dialect);
        return f.append("SELECT '', '' WHERE 0"); // SQLite has none
    }
    return with_schema(
        t,
        "SELECT t.typname::text, e.enumlabel::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
        "JOIN pg_enum e ON e.enumtypid = t.oid WHERE n.nspname::text = ",
        " ORDER BY t.typname COLLATE \"C\", e.enumsortorder"
    );
}

REFRACT_DECL found_table* found_named(found_database& d, std::string_view name) {
    auto const at = std::find_if(d.tables.begin(), d.tables.end(), [&](auto const& t) { return t.name == name; });
    return at == d.tables.end() ? nullptr : &*at;
}

REFRACT_DECL void take_found_columns(found_database& out, db::result_set const& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto const text = [&](std::size_t column) { return std::string(rows.cell(i, column).text); };
        if (out.tables.empty() || out.tables.back().name != rows.cell(i, 0).text) {
            out.tables.push_back({text(0)});
        }
        found_column c;
        c.name = text(1);
        c.type = text(2);
        c.not_null = rows.cell(i, 3).number != 0;
        if (!rows.cell(i, 4).is_null()) {
            c.default_text = text(4);
        }
        c.is_numbered = rows.cell(i, 5).number != 0;
        c.sequence = text(6);
        c.first_number = rows.cell(i, 7).number;
        c.increment = rows.cell(i, 8).number;
        out.tables.back().columns.push_back(std::move(c));
    }
}

REFRACT_DECL void take_found_keys(found_database& out, db::result_set const& rows) {
    std::string last;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto* t = found_named(out, rows.cell(i, 0).text);
        if (t == nullptr) {
            continue;
        }
        auto const column = std::string(rows.cell(i, 3).text);
        auto const index = t->name + "\n" + std::string(rows.cell(i, 1).text);
        if (rows.cell(i, 2).number != 0) {
            t->primary_key.push_back(column);
        } else if (index == last && !t->unique.empty()) {
            t->unique.back().push_back(column);
        } else {
            t->unique.push_back({column});
        }
        last = index;
    }
}

REFRACT_DECL void take_found_references(found_database& out, db::result_set const& rows) {
    std::string last;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto* t = found_named(out, rows.cell(i, 0).text);
        if (t == nullptr) {
            continue;
        }
        auto const constraint = t->name + "\n" + std::string(rows.cell(i, 1).text);
        if (constraint != last) {
            t->references.push_back({{}, std::string(rows.cell(i, 3).text), {}});
        }
        last = constraint;
        t->references.back().columns.emplace_back(rows.cell(i, 2).text);
        if (!rows.cell(i, 4).is_null()) {
            t->references.back().other_columns.emplace_back(rows.cell(i, 4).text);
        }
    }
}

REFRACT_DECL void take_found_enums(found_database& out, db::result_set const& rows) {
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        if (out.enums.empty() || out.enums.back().name != rows.cell(i, 0).text) {
            out.enums.push_back({std::string(rows.cell(i, 0).text)});
        }
        out.enums.back().values.emplace_back(rows.cell(i, 1).text);
    }
}

} // namespace detail

REFRACT_DECL boost::asio::awaitable<db::result<found_database>> read_database(db::connection& connection, sql::ddl_target target) {
    using enum db::value_type;
    found_database out;
    struct part {
        sql::fragment query;
        std::vector<db::value_type> columns;
        void (*take)(found_database&, db::result_set const&);
    };
    std::vector<part> parts;
    parts.push_back({detail::found_columns_query(target), {text, text, text, boolean, text, boolean, text, integer, integer},
                     detail::take_found_columns});
    parts.push_back({detail::found_keys_query(target), {text, text, boolean, text}, detail::take_found_keys});
    parts.push_back({detail::found_references_query(target), {text, text, text, text, text}, detail::take_found_references});
    parts.push_back({detail::found_enums_query(target), {text, text}, detail::take_found_enums});
    for (auto const& p : parts) {
        auto reading = run_fragment(connection, p.query, p.columns);
        auto rows = co_await std::move(reading);
        if (!rows) {
            co_return std::move(rows.failure());
        }
        p.take(out, **rows);
    }
    co_return out;
}

} // namespace refract::migrate
