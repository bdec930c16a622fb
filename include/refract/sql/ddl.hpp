// Statements that create and change tables, for PostgreSQL and SQLite.
// Tables are described by plain data; every name is a quoted identifier, every value a parameter.
// See: docs of the Service API, "Physical database layout".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/value.hpp>
#include <refract/sql/dialect.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::sql {

/// What the database does to a referencing row when the referenced one is deleted.
enum class reference_action : std::uint8_t { none, set_null, cascade };

/// `REFERENCES "table"("column") ON DELETE ...`
struct column_reference {
    std::string table;
    std::string column;
    reference_action on_delete = reference_action::none;
    friend bool operator==(column_reference const&, column_reference const&) = default;
};

/// A column. `type` is never `relation`; an enumeration is stored as text.
struct table_column {
    std::string name;
    datamodel::field_type type = datamodel::field_type::string;
    bool not_null = false;
    std::optional<datamodel::sequence> sequence{}; ///< numbers made by the database; PostgreSQL: an identity column, SQLite: AUTOINCREMENT
    std::optional<column_reference> references{};
};

struct table_index {
    std::string name;
    std::vector<std::string> columns;
    bool is_unique = false;
};

/// A table as it is, or as it shall be.
struct table {
    std::string name;
    std::vector<table_column> columns{};
    std::vector<std::string> primary_key{};
    std::vector<table_index> indexes{};

    [[nodiscard]] REFRACT_DECL table_column* find(std::string_view column) noexcept;
    [[nodiscard]] REFRACT_DECL table_column const* find(std::string_view column) const noexcept;
};

/// Where statements run: a dialect and, on PostgreSQL, the schema of the tables.
struct ddl_target {
    sql::dialect const* dialect = nullptr;
    std::string schema{};
};

/// A name of at most 63 bytes, as PostgreSQL allows: a longer one is cut and ends in a hash of the whole, so that it stays unique.
REFRACT_DECL std::string bounded_name(std::string name);

/// `svc$dev.User.email._UNIQUE` on PostgreSQL. SQLite's index names share one name space per file: `User_email_UNIQUE`.
REFRACT_DECL std::string unique_index_name(ddl_target const& t, std::string_view table, std::string_view column);

/// `Post_author_idx`: the index on a column that refers to another table, which reads of the other side need.
REFRACT_DECL std::string reference_index_name(std::string_view table, std::string_view column);

/// CREATE TABLE, and what it needs after it: indexes, SQLite's first number.
///
/// Shape: `IF NOT EXISTS` everywhere, so the statements can be run again.
REFRACT_DECL std::vector<fragment> create_table(ddl_target const& t, table const& what);

REFRACT_DECL fragment drop_table(ddl_target const& t, std::string_view table);
REFRACT_DECL fragment rename_table(ddl_target const& t, std::string_view from, std::string_view to);

/// ALTER TABLE ADD COLUMN. The column is added nullable, whatever `column.not_null` says: fill it, then set_not_null().
REFRACT_DECL fragment add_column(ddl_target const& t, std::string_view table, table_column const& column);

/// Indexes of the column have to be dropped before (SQLite refuses otherwise).
REFRACT_DECL fragment drop_column(ddl_target const& t, std::string_view table, std::string_view column);
REFRACT_DECL fragment rename_column(ddl_target const& t, std::string_view table, std::string_view from, std::string_view to);

/// PostgreSQL only: SQLite has to rebuild the table, see rebuild_table().
REFRACT_DECL fragment set_not_null(ddl_target const& t, std::string_view table, std::string_view column, bool not_null);

/// PostgreSQL only: gives a text column another text type, without the table being written anew.
REFRACT_DECL fragment set_type(ddl_target const& t, std::string_view table, std::string_view column, datamodel::field_type type);

REFRACT_DECL fragment create_index(ddl_target const& t, std::string_view table, table_index const& index);
REFRACT_DECL fragment drop_index(ddl_target const& t, std::string_view index);

/// `UPDATE table SET column = value WHERE column IS NULL`
REFRACT_DECL fragment fill_column(ddl_target const& t, std::string_view table, std::string_view column, db::value value);

/// PostgreSQL: the schema of a project.
REFRACT_DECL fragment create_schema(dialect const& d, std::string_view schema);
/// Drops the schema with all that is in it.
REFRACT_DECL fragment drop_schema(dialect const& d, std::string_view schema);

/// SQLite: gives a table another definition and keeps its rows.
///
/// Shape: creates `what` under a temporary name, copies the columns, drops the old table, renames the new one, makes the indexes.
/// The columns of `what` must all be there. Foreign keys must be off (`PRAGMA foreign_keys`, outside of the transaction), or
/// dropping the old table would delete or change rows that refer to it.
/// Source: https://www.sqlite.org/lang_altertable.html#otheralter
REFRACT_DECL std::vector<fragment> rebuild_table(ddl_target const& t, table const& what);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/ddl.ipp>
#endif
