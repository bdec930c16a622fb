// A plan's read to SELECT statements: one for each list of the answer, to-one relations joined in.
//
// Two forms of the same tree. Joined (PostgreSQL): a child statement reads the children of all parents at once, with the parents'
// statement as a subquery; rows carry their parent's key. Nested (SQLite): a child statement reads the children of one parent, whose key
// is the statement's input 0. Either way the number of statements depends on the selection only.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/value.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/condition.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::sql {

struct row_shape;

/// One key of an object: where its value stands in a row, or which statement has it.
struct shape_item {
    enum class source : std::uint8_t {
        column,   ///< a scalar of this row
        constant, ///< the same in every row
        joined,   ///< an object whose columns are in this row too; null if `column` is null
        level     ///< the rows of another statement that belong to this row
    };
    source from = source::column;
    std::string key{};
    std::string constant{};                 ///< constant; joined, level of one: what stands for no record, empty: `null`
    std::uint32_t column = 0;               ///< column; joined: one that no record leaves empty
    db::value_type type = db::value_type::text; ///< column: what the value is, whatever the database stores it as
    std::unique_ptr<row_shape> object{};    ///< joined
    std::uint32_t level = 0;                ///< level: its position in select::levels
    std::uint32_t parent_key = 0;           ///< level: the column of this row that holds the parent's key
};

struct row_shape {
    std::vector<shape_item> items{};
};

enum class level_kind : std::uint8_t {
    list,   ///< a JSON array of objects
    one,    ///< the first row as an object, or null
    values, ///< a JSON array of scalars (a scalar list)
};

/// One statement and what its rows are.
struct level {
    level_kind kind = level_kind::list;
    fragment text;
    std::vector<db::value_type> columns{};
    std::uint32_t key_column = 0;   ///< joined form: the column with the parent's key
    std::uint32_t value_column = 0; ///< values: the scalar
    db::value_type value_type = db::value_type::text; ///< values: what it is
    row_shape object{};
    bool reversed = false;          ///< rows come from the end (`last`) and are answered backwards
    bool values_decide = false;     ///< which plan is good depends on the parameters' values (db::statement::plan_each_time)
    std::optional<std::uint32_t> beside{}; ///< its columns stand in the rows of this level's statement; it has no text of its own
};

/// How a connection's parts are read off the rows of level 0. Shapes of `node` leaves, in the order of plan::connection.
struct connection_shape {
    plan::connection parts{};
    std::vector<row_shape> nodes{};
    std::uint32_t id_column = 0;
    bool forward = false;   ///< `first` was given: there is one row more than asked for if there is a next page
    bool backward = false;  ///< `last` was given
    std::optional<plan::operand> limit{};
};

/// A bound the request has to keep: a count that must not be negative.
struct non_negative {
    plan::operand value{};
    literal name;
};

/// A cursor: it has to be text of an id.
struct cursor_bound {
    plan::operand value{};
    datamodel::field_type type = datamodel::field_type::id;
    std::string model{};
};

/// All statements of one root. `levels[0]` is the root's own; a connection of which only the count is selected has no levels.
struct select {
    std::vector<level> levels{};
    std::optional<fragment> count{};
    bool count_values_decide = false; ///< as level::values_decide
    std::optional<connection_shape> connection{};
    std::vector<non_negative> checks{};
    std::vector<cursor_bound> cursors{}; ///< of models whose ids are not any text
};

/// Compiles one read. Consumes its connection, if it has one.
REFRACT_DECL select compile_select(plan::read& r, level_kind root_kind, target const& t);

/// The answer of a write, whose own statement can return the record's row: it selects `list` from a row `t0` and `joins`.
struct written_select {
    select all;                         ///< level 0 reads the row by its id, as the levels below do
    fragment list;                      ///< `t0."a", t1."b"`: the columns of level 0
    fragment joins;                     ///< ` LEFT JOIN "B" t1 ON ...`; may be empty
    std::vector<std::string> columns{}; ///< the columns' names: without joins `list` is these
};

/// Compiles a read of the one record whose id is `id`, an expression. `r` has no page and no connection; its filter is not looked at.
REFRACT_DECL written_select compile_written(plan::read& r, fragment const& id, target const& t);

/// Whether a text can be an id of that type: any text of an `id`; a 32-bit number; a UUID.
REFRACT_DECL bool is_id_text(datamodel::field_type t, std::string_view text) noexcept;

/// How a column of this type is read.
REFRACT_DECL db::value_type column_type(datamodel::field_type t) noexcept;

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/select.ipp>
#endif
