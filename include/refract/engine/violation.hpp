// A refused write in the plan's words: which field of which model a constraint is about.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/error.hpp>
#include <refract/db/value.hpp>
#include <refract/plan/failure.hpp>
#include <refract/sql/condition.hpp>

#include <cstdint>
#include <string>

namespace refract::engine {

/// What a statement does, as far as a refusal of it can be told to a client.
struct write_context {
    enum class use : std::uint8_t { other, insert, update };
    datamodel::index model = datamodel::none;
    use kind = use::other;
};

/// The plan failure of a refused statement.
///
/// A unique violation that can't be attributed to a field of `context.model` is internal. A foreign key violation is the client's
/// fault in an insert only, a null violation in an insert or update only. Source: Service API, "Unique violations". The original
/// named indexes `{schema}.{table}.{column}._UNIQUE`, cut off at 63 bytes, ours are sql::unique_index_name(), PostgreSQL's own
/// `{table}_{column}_key`; primary keys are `{table}_pkey`.
REFRACT_DECL plan::failure to_write_failure(db::error const& e, sql::target const& t, write_context const& context);

/// A value as an error message prints it: text as it is, date-times in ISO form.
REFRACT_DECL std::string printed(db::value const& v);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/violation.ipp>
#endif
