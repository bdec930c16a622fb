// The differences between databases, as data.
#pragma once

#include <cstdint>
#include <string_view>

namespace refract::sql {

enum class placeholder_style : std::uint8_t {
    dollar,   ///< $1, $2
    question, ///< ?, ?: SQLite looks numbered ones up one by one, which is quadratic for a long list
};

/// How one database spells things.
struct dialect {
    std::string_view name;               ///< `postgres`, `sqlite`
    placeholder_style placeholders = placeholder_style::dollar;
    char identifier_quote = '"';
    bool has_schemas = false;            ///< tables are addressed as schema.table
    bool nested_cursors = false;         ///< children are read by statements stepped inside their parent's (an in-process database)
    bool date_times_are_numbers = false; ///< milliseconds since 1970
    std::uint32_t max_parameters = 65535; ///< in one statement
    char project_separator = '$';        ///< of a Prisma 1 project id
    bool writes_in_with = false;         ///< `WITH x AS (INSERT ... RETURNING *)`, and RETURNING may name the table's alias
    std::string_view storage_bytes{};    ///< statement for what a service's tables use; its parameter is the schema, if there are any
};

inline constexpr dialect postgres{
    "postgres", placeholder_style::dollar, '"', true, false, false, 65535, '$', true,
    "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'm')"};

inline constexpr dialect sqlite{
    "sqlite", placeholder_style::question, '"', false, true, true, 32766, '_', false,
    "SELECT (c.page_count - f.freelist_count) * s.page_size "
    "FROM pragma_page_count() c, pragma_freelist_count() f, pragma_page_size() s"};

} // namespace refract::sql
