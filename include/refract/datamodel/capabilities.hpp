// What a database can store, as far as a datamodel may ask for it.
#pragma once

#include <span>
#include <string_view>

namespace refract::datamodel {

struct capabilities {
    bool int_ids = false;
    bool uuid_ids = false;
    bool sequences = false;              ///< `@id(strategy: SEQUENCE)`
    bool link_tables = false;            ///< `@relation(link: TABLE)`, `@relationTable`
    bool link_lists = false;             ///< lists of ids inside a record (documents only)
    bool embedded_types = false;         ///< `@embedded`
    bool scalar_lists_relation = false;  ///< `@scalarList(strategy: RELATION)`: a table of its own
    bool scalar_lists_embedded = false;  ///< `@scalarList(strategy: EMBEDDED)`: inside the record
    std::span<std::string_view const> reserved_columns{}; ///< names no column of ours can have
    std::string_view reserved_table_prefix{};             ///< how no table's name may start, whatever the case; empty: none
};

/// Source: PostgreSQL 15, 5.5 "System Columns".
inline constexpr std::string_view postgres_system_columns[] = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"};

inline constexpr capabilities postgres_capabilities{
    .int_ids = true, .uuid_ids = true, .sequences = true, .link_tables = true, .scalar_lists_relation = true,
    .reserved_columns = postgres_system_columns
};

/// As PostgreSQL, but there is no type for UUIDs. An Int id is the table's rowid.
inline constexpr capabilities sqlite_capabilities{
    .int_ids = true, .sequences = true, .link_tables = true, .scalar_lists_relation = true, .reserved_table_prefix = "sqlite_"
};

} // namespace refract::datamodel
