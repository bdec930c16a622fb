// A database somebody else made, as a datamodel.
// See: migrate/found_database.hpp; docs of the Management API, "Introspection".
#pragma once

#include <refract/core/config.hpp>
#include <refract/migrate/found_database.hpp>
#include <refract/sql/dialect.hpp>

#include <string>

namespace refract::migrate {

/// The text of a datamodel v1.1 that stands for the tables of a database, for a service that does not migrate (`migrations: false`).
///
/// Shape: types in the order of their names; the id first, then the other fields by name. Tables and columns get Prisma's names (`blog_posts`:
/// `BlogPost @db(name: "blog_posts")`, `author_id`: `author`), and so that they are unlike each other. A reference to a table's id is
/// a relation, its other end a list, or one value where the column is unique. A table of two references is a link table, one of
/// nodeId, position and value the list of a field. What a datamodel can't express is a comment that says why.
/// Errors: none; the text is a valid datamodel, if an empty one has no type.
/// Cost: quadratic in the number of tables for their names, else linear.
REFRACT_DECL std::string introspect(found_database const& found, sql::dialect const& d);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/introspect.ipp>
#endif
