// Carries out steps: one transaction, all or nothing.
// See: docs of the Management API, "Application".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/db/connection.hpp>
#include <refract/migrate/step.hpp>
#include <refract/sql/ddl.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace refract::migrate {

/// A migration about to be applied. Shared, as it outlives the call that started it.
struct application {
    sql::ddl_target target;
    std::shared_ptr<datamodel::datamodel const> previous;
    std::shared_ptr<datamodel::datamodel const> next;
    std::vector<step> steps;
    std::uint64_t revision = 0;
    /// PostgreSQL: statements that record the success, in the same transaction. Empty on SQLite, where the records are in another
    /// file: there the transaction marks the file itself, see applied_revision().
    std::vector<sql::fragment> record{};
    /// PostgreSQL: what must give a row once the locks are taken, or somebody else was faster and nothing is done. May be empty.
    std::vector<sql::fragment> guard{};
};

/// What became of it.
struct application_result {
    bool busy = false;             ///< PostgreSQL: another server is at it; nothing was done, ask again
    bool applied = false;          ///< the transaction was committed, or had been already
    std::uint32_t failed_step = 0; ///< position of the step that failed; steps.size() for what follows the last
    std::string error{};           ///< text for the migration's `errors`, empty if applied
};

/// Applies all steps in one transaction of the project's database.
///
/// Shape: reads the tables first and does only what is missing. On SQLite foreign keys are off meanwhile, as a table that is
/// rebuilt must not touch rows that refer to it; they are checked before the commit. A second call for a revision that was
/// committed does nothing: a server killed between the commit and the record of it may simply call again.
/// Must not be called twice at the same time for one project. PostgreSQL: an advisory lock per project sees to it, for all servers; it ends
/// with its connection, so that a server that dies leaves none behind.
REFRACT_DECL boost::asio::awaitable<application_result> apply(db::database& database, application what);

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/apply.ipp>
#endif
