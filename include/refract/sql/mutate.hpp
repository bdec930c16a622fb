// Writing statements: one fragment for each step of a nested write.
// A step names the ids it is about as inputs; engine/write.hpp runs the steps in the order the plan asks for.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/condition.hpp>
#include <refract/sql/fragment.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace refract::sql {

using datamodel::index;

/// The column of a field in its model's table; of a relation field the foreign key column of its (inline) relation.
REFRACT_DECL std::string const& column_of(target const& t, index model, index field) noexcept;

/// True if the foreign key of the relation stands in the row of the record that has this field.
REFRACT_DECL bool holds_key(target const& t, datamodel::field const& f) noexcept;

/// How many ids one statement may name, beside a few other parameters.
REFRACT_DECL std::size_t max_ids(target const& t) noexcept;

/// Records a statement is about, told by a condition instead of by their ids.
struct record_set {
    index model = datamodel::none;
    plan::filter const* filter = nullptr; ///< null: no further condition
    index parent_model = datamodel::none; ///< given: only records related to one record of this model
    index parent_field = datamodel::none; ///< through this field of `parent_model`
    std::uint32_t parent_input = 0;       ///< whose id is this input
};

// ---- one record -----------------------------------------------------------------------------------------------------

/// `INSERT INTO model`.
///
/// Shape: input i is the value of `fields[i]`; an inline relation field stands for its foreign key. Without fields the row is
/// made of the database's defaults. `returning_id`: the result has one row with the id, else none.
REFRACT_DECL fragment insert_record(target const& t, index model, std::span<index const> fields, bool returning_id);

/// Several rows with values for the same fields in one `INSERT`. Shape: input `row * fields.size() + i` is the value of
/// `fields[i]`. `returning_id`: the result has the ids.
REFRACT_DECL fragment insert_records(
    target const& t, index model, std::span<index const> fields, std::size_t rows, bool returning_id = false
);

/// Numbers for records whose ids the database makes. Shape: input 0 is how many, one in each row; null if none can be taken ahead.
/// In an in-process database they are free as long as the transaction lasts.
REFRACT_DECL fragment take_numbers(target const& t, index model);

/// `UPDATE model` by id. Shape: input i is the value of `fields[i]`, the next one the id. `fields` is not empty.
REFRACT_DECL fragment update_record(target const& t, index model, std::span<index const> fields);

/// The id of the record whose unique field has the value of input 0.
REFRACT_DECL fragment select_id(target const& t, index model, index unique_field);

/// Of several records: id, and the value of the unique field. Shape: inputs 0 .. count-1 are values of it.
REFRACT_DECL fragment select_ids(target const& t, index model, index unique_field, std::size_t count);

/// The id of a record, and whether it is related to a parent.
///
/// Shape: input 0 is the value of `unique_field` of the record, which is on the far side of `field`, input 1 the parent's id.
/// Columns: id, 1 or 0.
REFRACT_DECL fragment select_id_and_connected(target const& t, index model, index field, index unique_field);

// ---- relations: `field` of `model`, `count` records of that model, told by the inputs 0 .. count-1 ------------------

/// Ids of the records related to the given ones, each once.
REFRACT_DECL fragment select_related(target const& t, index model, index field, std::size_t count);

/// Links of the given records, each once. Shape: columns are the record and the other one. `others`, if not 0: only links with
/// the records told by the inputs count .. count+others-1.
REFRACT_DECL fragment select_links(target const& t, index model, index field, std::size_t count, std::size_t others);

/// One row if any of the given records is related to something, else none.
REFRACT_DECL fragment find_any_related(target const& t, index model, index field, std::size_t count);

/// Removes every link of the given records.
REFRACT_DECL fragment unlink_all(target const& t, index model, index field, std::size_t count);

/// Removes the link between two records. Shape: input 0 is the record with `field`, input 1 the other.
REFRACT_DECL fragment unlink(target const& t, index model, index field);

/// Links one record with `count` others; already linked pairs stay as they are.
///
/// Shape: input 0 is the record with `field`, inputs 1 .. count the others. If the key stands in that record's own row `count`
/// is 1.
REFRACT_DECL fragment link(target const& t, index model, index field, std::size_t count);

/// Links `count` pairs; already linked ones stay as they are. A record whose row holds the key may come once.
///
/// Shape: input 2i is a record with `field`, input 2i+1 the other.
REFRACT_DECL fragment link_pairs(target const& t, index model, index field, std::size_t count);

// ---- locks ----------------------------------------------------------------------------------------------------------

/// True if several transactions can write at a time, so that rows have to be locked before what hangs on them is replaced.
REFRACT_DECL bool has_row_locks(target const& t) noexcept;

/// Locks the record of input 0 until the transaction ends.
REFRACT_DECL fragment lock_record(target const& t, index model);

/// Locks the records of a set.
REFRACT_DECL fragment lock_records(target const& t, record_set const& set);

// ---- scalar lists ---------------------------------------------------------------------------------------------------

/// Removes all values of a scalar list. Shape: inputs 0 .. count-1 are ids.
REFRACT_DECL fragment delete_list_values(target const& t, index model, index field, std::size_t count);

/// Appends `count` values to the list of the record of input 0. Shape: inputs 1 .. count are the values, the first at `offset`.
/// Source: positions are 1000, 2000, ... (Service API, physical layout).
REFRACT_DECL fragment insert_list_values(target const& t, index model, index field, std::size_t offset, std::size_t count);

/// Appends `count` values to lists. Shape: input 3i is the record's id, 3i+1 the position, 3i+2 the value.
REFRACT_DECL fragment insert_list_rows(target const& t, index model, index field, std::size_t count);

// ---- many records ---------------------------------------------------------------------------------------------------

/// Removes records by id. Shape: inputs 0 .. count-1.
REFRACT_DECL fragment delete_records(target const& t, index model, std::size_t count);

REFRACT_DECL fragment select_ids(target const& t, record_set const& set);
REFRACT_DECL fragment count_records(target const& t, record_set const& set);

/// Shape: input i is the value of `fields[i]`. `fields` is not empty.
REFRACT_DECL fragment update_records(target const& t, record_set const& set, std::span<index const> fields);

REFRACT_DECL fragment delete_records(target const& t, record_set const& set);

/// Removes all values of a scalar list of the records.
REFRACT_DECL fragment delete_list_values(target const& t, record_set const& set, index field);

/// Gives each of the records the value of input 0 at one place of a scalar list.
REFRACT_DECL fragment insert_list_value(target const& t, record_set const& set, index field, std::size_t place);

/// One row if any of the records is related to something through `field`, else none.
REFRACT_DECL fragment find_any_related(target const& t, record_set const& set, index field);

/// Empties all tables of the datamodel: relation tables, list tables, models.
REFRACT_DECL std::vector<fragment> delete_everything(target const& t);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/mutate.ipp>
#endif
