#pragma once

#include <refract/migrate/layout.hpp>

#include <refract/core/time.hpp>

#include <charconv>

namespace refract::migrate {

REFRACT_DECL sql::table_column column_of(datamodel::field const& f) {
    sql::table_column c;
    c.name = f.column.empty() ? f.name : f.column;
    c.type = f.type;
    c.not_null = f.is_required || f.is_id;
    if (f.is_id && f.type == datamodel::field_type::integer && f.strategy != datamodel::id_strategy::client) {
        c.sequence = f.sequence.value_or(datamodel::sequence{});
    }
    return c;
}

REFRACT_DECL sql::table table_of(sql::ddl_target const& t, datamodel::model const& m) {
    sql::table out;
    out.name = m.table;
    for (auto const& f : m.fields) {
        if (!f.is_scalar()) {
            continue;
        }
        auto column = column_of(f);
        if (column.sequence && column.sequence->name.empty()) {
            column.sequence->name = sql::bounded_name(m.name + "_" + f.name + "_seq");
        }
        if (f.is_id) {
            out.primary_key = {column.name};
        } else if (f.is_unique) {
            out.indexes.push_back({sql::unique_index_name(t, out.name, column.name), {column.name}, true});
        }
        out.columns.push_back(std::move(column));
    }
    return out;
}

REFRACT_DECL sql::table list_table_of(sql::ddl_target const& t, datamodel::model const& m, datamodel::field const& f) {
    auto const& id = m.id();
    sql::table out;
    out.name = m.list_table(f);
    sql::table_column node{"nodeId", id.type, true, {}, {}};
    node.references = sql::column_reference{
        m.table, id.column, t.dialect->has_schemas ? sql::reference_action::none : sql::reference_action::cascade};
    out.columns.push_back(std::move(node));
    out.columns.push_back({"position", datamodel::field_type::integer, true, {}, {}});
    out.columns.push_back({"value", f.type, true, {}, {}});
    out.primary_key = {"nodeId", "position"};
    return out;
}

REFRACT_DECL sql::table link_table_of(datamodel::datamodel const& dm, datamodel::relation const& r) {
    sql::table out;
    out.name = r.link.table;
    if (!r.link.id_column.empty()) {
        out.columns.push_back({r.link.id_column, datamodel::field_type::id, true, {}, {}});
        out.primary_key = {r.link.id_column};
    }
    auto const add = [&](std::string const& column, datamodel::index model) {
        auto const& m = dm.models[model];
        sql::table_column c{column, m.id().type, true, {}, {}};
        c.references = sql::column_reference{m.table, m.id().column, sql::reference_action::cascade};
        out.columns.push_back(std::move(c));
    };
    add(r.link.column_a, r.model_a);
    add(r.link.column_b, r.model_b);
    out.indexes.push_back({sql::bounded_name(out.name + "_AB_unique"), {r.link.column_a, r.link.column_b}, true});
    out.indexes.push_back({sql::bounded_name(out.name + "_B"), {r.link.column_b}, false});
    return out;
}

REFRACT_DECL sql::table_column inline_column_of(datamodel::datamodel const& dm, datamodel::relation const& r) {
    auto const other = r.link.column_side == datamodel::relation_side::a ? r.model_b : r.model_a;
    auto const& m = dm.models[other];
    sql::table_column c{r.link.column, m.id().type, false, {}, {}};
    c.references = sql::column_reference{m.table, m.id().column, sql::reference_action::set_null};
    return c;
}

REFRACT_DECL bool keeps_values_as(datamodel::field_type from, datamodel::field_type to) noexcept {
    using enum datamodel::field_type;
    return to == string && (from == id || from == enumeration || from == json);
}

REFRACT_DECL std::string fill_text(datamodel::datamodel const& dm, datamodel::field const& f) {
    using enum datamodel::field_type;
    if (f.default_value) {
        if (f.type == date_time) {
            auto const ms = parse_date_time(f.default_value->text);
            return ms ? format_date_time(*ms) : f.default_value->text;
        }
        return f.default_value->text;
    }
    switch (f.type) {
    case id: return "DefaultCUIDMigrationValue";
    case uuid: return "550e8400-e29b-11d4-a716-446655440000";
    case string: return "";
    case integer: return "0";
    case floating: return "0.0";
    case boolean: return "false";
    case date_time: return "1970-01-01T00:00:00.000Z";
    case json: return "{}";
    case enumeration:
        return f.enum_type != datamodel::none && !dm.enums[f.enum_type].values.empty() ? dm.enums[f.enum_type].values.front()
                                                                                       : std::string();
    case relation: return "";
    }
    return "";
}

REFRACT_DECL db::value fill_value(datamodel::datamodel const& dm, datamodel::field const& f) {
    using enum datamodel::field_type;
    auto text = fill_text(dm, f);
    switch (f.type) {
    case uuid: return db::value::uuid(std::move(text));
    case integer: {
        std::int64_t n = 0;
        std::from_chars(text.data(), text.data() + text.size(), n);
        return db::value::integer(n);
    }
    case floating: return db::value::decimal(std::move(text));
    case boolean: return db::value::boolean(text == "true");
    case date_time: {
        auto const ms = parse_date_time(text);
        return db::value::date_time(ms ? *ms : 0);
    }
    case id:
    case string:
    case json:
    case enumeration:
    case relation: break;
    }
    return db::value::text(std::move(text));
}

} // namespace refract::migrate
