#pragma once

#include <refract/core/time.hpp>
#include <refract/db/decimal.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/violation.hpp>
#include <refract/sql/ddl.hpp>

#include <cstddef>
#include <string_view>

namespace refract::engine {

namespace detail {

/// PostgreSQL cuts names off at this many bytes. Source: NAMEDATALEN - 1.
inline constexpr std::size_t max_name_bytes = 63;

REFRACT_DECL bool is_name(std::string_view found, std::string_view expected) {
    return !found.empty() && found == expected.substr(0, max_name_bytes);
}

/// The unique field a violated constraint belongs to, or null.
REFRACT_DECL datamodel::field const* violated_field(db::error const& e, sql::target const& t, datamodel::model const& m) {
    // SQLite tells `table.column` in one text: with a dot in a name it is not known where the one ends.
    auto const told = e.table + '.' + e.column;
    bool const in_one = !e.table.empty() && !e.column.empty();
    if (!e.table.empty() && !in_one && e.table != m.table) {
        return nullptr;
    }
    for (auto const& f : m.fields) {
        if (f.is_relation() || f.is_list || !f.is_unique) {
            continue;
        }
        sql::ddl_target const place{t.dialect, t.schema};
        bool const named = is_name(e.constraint, t.schema + "." + m.table + "." + f.column + "._UNIQUE") ||
                           is_name(e.constraint, sql::unique_index_name(place, m.table, f.column)) ||
                           is_name(e.constraint, m.table + "_" + f.column + "_key") ||
                           (f.is_id && is_name(e.constraint, m.table + "_pkey"));
        bool const is_told = in_one ? told == m.table + '.' + f.column : !e.column.empty() && e.column == f.column;
        bool const is_here = !in_one || e.table == m.table || is_told;
        if ((named && is_here) || is_told) {
            return &f;
        }
    }
    return nullptr;
}

} // namespace detail

REFRACT_DECL plan::failure to_write_failure(db::error const& e, sql::target const& t, write_context const& context) {
    using use = write_context::use;
    plan::failure out;
    out.message = e.message;
    out.code = e.sqlstate;
    if (e.kind == db::error_kind::unique_violation && context.model != datamodel::none) {
        auto const& m = t.model->models[context.model];
        if (auto const* const f = detail::violated_field(e, t, m)) {
            out.kind = plan::failure_kind::unique_violation;
            out.model = m.name;
            out.field = f->name;
            return out;
        }
    }
    if (e.kind == db::error_kind::foreign_key_violation && context.kind == use::insert) {
        out.kind = plan::failure_kind::foreign_key_violation;
        return out;
    }
    if (e.kind == db::error_kind::null_violation && context.kind != use::other) {
        out.kind = plan::failure_kind::null_violation;
        return out;
    }
    return to_failure(e);
}

REFRACT_DECL std::string printed(db::value const& v) {
    switch (v.type()) {
    case db::value_type::null: return "null";
    case db::value_type::boolean: return v.number() != 0 ? "true" : "false";
    case db::value_type::integer: return std::to_string(v.number());
    case db::value_type::floating: return db::plain_decimal(v.floating_value());
    case db::value_type::date_time: return format_date_time(v.number());
    case db::value_type::decimal:
    case db::value_type::text:
    case db::value_type::uuid:
    case db::value_type::json: return v.text_value();
    }
    return {};
}

} // namespace refract::engine
