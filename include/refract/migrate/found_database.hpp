// A database as it declares itself, whoever made it: what introspection starts from.
// See: migrate/introspect.hpp; migrate/read_tables.hpp reads no more than a migration needs.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/sql/ddl.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refract::migrate {

struct found_column {
    std::string name;
    std::string type; ///< in lower case: PostgreSQL's own name (`int4`, `_text`, an enum's), SQLite's declaration (`varchar(10)`)
    bool not_null = false;
    std::optional<std::string> default_text{}; ///< an expression, as the database prints it
    bool is_numbered = false;                  ///< a serial or identity column, AUTOINCREMENT
    std::string sequence{};                    ///< PostgreSQL: where its numbers come from
    std::int64_t first_number = 1;
    std::int64_t increment = 1;
};

struct found_reference {
    std::vector<std::string> columns;
    std::string table;
    std::vector<std::string> other_columns; ///< empty: the other table's primary key (SQLite)
};

struct found_table {
    std::string name;
    std::vector<found_column> columns{};
    std::vector<std::string> primary_key{};
    std::vector<std::vector<std::string>> unique{}; ///< columns of each unique index or constraint, without partial ones
    std::vector<found_reference> references{};

    [[nodiscard]] REFRACT_DECL found_column const* find(std::string_view column) const noexcept;
};

struct found_enum {
    std::string name;
    std::vector<std::string> values{};
};

struct found_database {
    std::vector<found_table> tables{}; ///< by name
    std::vector<found_enum> enums{};   ///< by name; their names as the columns' types have them

    [[nodiscard]] REFRACT_DECL found_table const* find(std::string_view table) const noexcept;
};

/// Reads every table and enum of a schema (PostgreSQL) or file (SQLite).
///
/// Shape: partitions and other people's schemas are left out. Must run on the connection's executor.
/// Cost: four statements, whatever the number of tables.
REFRACT_DECL boost::asio::awaitable<db::result<found_database>> read_database(db::connection& connection, sql::ddl_target target);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/found_database.ipp>
#endif
