// Whether tables made by somebody else are what a datamodel says.
// See: docs of the Management API, "Deploying without migration".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/datamodel/problem.hpp>
#include <refract/sql/ddl.hpp>

#include <vector>

namespace refract::migrate {

/// Every deviation of the tables from the datamodel, model by model, then relation by relation. Empty: they fit.
///
/// Shape: an ID or a Json field is content with a text column; columns and tables the datamodel does not know are ignored.
REFRACT_DECL std::vector<datamodel::problem> compare_tables(
    datamodel::datamodel const& dm, std::vector<sql::table> const& tables
);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/compare_tables.ipp>
#endif
