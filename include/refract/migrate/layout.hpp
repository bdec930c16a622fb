// The tables a datamodel stands for.
// See: docs of the Service API, "Physical database layout".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/value.hpp>
#include <refract/sql/ddl.hpp>

#include <string>

namespace refract::migrate {

/// The column of a scalar field. The sequence of an Int id made by the database is set.
REFRACT_DECL sql::table_column column_of(datamodel::field const& f);

/// A model's table with its scalar columns and their unique indexes, without inline relation columns.
REFRACT_DECL sql::table table_of(sql::ddl_target const& t, datamodel::model const& m);

/// `User_tags(nodeId, position, value)`.
///
/// Shape: rows go with their node on SQLite (ON DELETE CASCADE), as in the original; on PostgreSQL they have to be deleted first.
REFRACT_DECL sql::table list_table_of(sql::ddl_target const& t, datamodel::model const& m, datamodel::field const& f);

/// The join table of a relation stored in one: both columns required and cascading, unique together, the second one indexed.
REFRACT_DECL sql::table link_table_of(datamodel::datamodel const& dm, datamodel::relation const& r);

/// The inline column of a relation stored in one: nullable, set to null when the other side is deleted.
REFRACT_DECL sql::table_column inline_column_of(datamodel::datamodel const& dm, datamodel::relation const& r);

/// A scalar field of the first type keeps its values when it gets the second one: they are stored alike, and any of them will do.
REFRACT_DECL bool keeps_values_as(datamodel::field_type from, datamodel::field_type to) noexcept;

/// The value existing rows get when a field becomes required: the default, else a fixed one for the type.
///
/// Source: docs of the Service API, "Data-dependent deploy warnings and errors".
REFRACT_DECL db::value fill_value(datamodel::datamodel const& dm, datamodel::field const& f);

/// The same value as a warning spells it.
REFRACT_DECL std::string fill_text(datamodel::datamodel const& dm, datamodel::field const& f);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/layout.ipp>
#endif
