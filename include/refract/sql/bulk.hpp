// Statements of import and export: pages of rows in the order of their keys, many rows in one INSERT.
// A page starts at an offset, or behind the last key of the page before it.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/sql/condition.hpp>
#include <refract/sql/fragment.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace refract::sql {

/// Where a page starts.
enum class page_start : std::uint8_t {
    offset,   ///< input 0 is the number of rows to skip
    after_key ///< the first inputs are the key of the last row before
};

/// A page of a model's records in the order of their ids.
///
/// Shape: the columns are those of `fields`. Inputs: offset, or id; then the number of records.
REFRACT_DECL fragment
select_record_page(target const& t, datamodel::index model, std::span<datamodel::index const> fields, page_start start);

/// The values of a scalar list of a page of records: those that have any, in the order of their ids; each one's values in order.
///
/// Shape: columns id, value. Inputs: offset, or id; then the number of records.
REFRACT_DECL fragment select_list_page(target const& t, datamodel::index model, datamodel::index field, page_start start);

/// A page of a relation's links, by the record the link is stored with; of a table by the ids of both sides.
///
/// Shape: columns id of side A, id of side B; the key is both in the order of link_key(). Inputs: offset, or key; then the
/// number of links.
REFRACT_DECL fragment select_link_page(target const& t, datamodel::index relation, page_start start);

/// How many columns of a link are its key: 1 if it is stored in a record's row, else 2 (A, then B).
REFRACT_DECL std::size_t link_key_size(target const& t, datamodel::index relation) noexcept;

/// Of a link stored in a record's row: the side of that record. Of a table: A.
REFRACT_DECL datamodel::relation_side link_holder(target const& t, datamodel::index relation) noexcept;

/// The last position of the scalar list of each of `count` records, told by the inputs 0 .. count-1.
///
/// Shape: columns id, position; records without values are absent.
REFRACT_DECL fragment select_last_positions(target const& t, datamodel::index model, datamodel::index field, std::size_t count);

/// Links of a relation with a table of its own. Shape: the inputs of each row are id of side A, id of side B; before them an id
/// of the row's own if the table has a column for one. A pair that is linked already is refused.
REFRACT_DECL fragment insert_links(target const& t, datamodel::index relation, std::size_t rows);

/// Gives back the memory that pages read or written before take up; for a database that is not in this process, nothing.
///
/// To be run between much writing: the pages would fill the writer's whole cache, though they are not needed again.
REFRACT_DECL std::optional<fragment> release_pages(target const& t);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/bulk.ipp>
#endif
