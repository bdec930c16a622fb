// A write as one statement that answers with the record it wrote.
// Measured over HTTP with 16 connections, PostgreSQL, CPU of server + database for each request, in steps and as one statement: a create
// of one row 76 + 93 and 22 + 42 us, an update by id 75 + 94 and 24 + 53 us. A record with five others, its list among the answer: 64 + 220
// us as one statement and a second that read the list behind it, 33 + 183 with the list taken from the rows the statement has made; a
// hand-written statement that trusts the foreign keys and makes the JSON itself takes 141 us of the database.
// See: sql/mutate.hpp for the steps of the writes that need several; engine/direct_write.hpp, which runs both.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/value.hpp>
#include <refract/plan/operand.hpp>
#include <refract/plan/read.hpp>
#include <refract/plan/write.hpp>
#include <refract/sql/condition.hpp>
#include <refract/sql/fragment.hpp>
#include <refract/sql/select.hpp>

#include <optional>
#include <vector>

namespace refract::sql {

/// One statement that does all a write root asks for, or nothing.
///
/// It changes nothing and fails, or gives no row, if a record is not there or a rule of the datamodel forbids the write: which
/// one it was is found out by writing in steps. Of many records: no rows, but a number of affected ones.
struct direct_write {
    fragment text;
    std::vector<db::value_type> columns{}; ///< first those of `answer.levels[0]`, unless that is read again
    select answer{};                   ///< levels 1.. are read after `text`, in its transaction; without levels: of many records
    bool reads_again = false;          ///< level 0 is to be read by its own text: it joins what `text` writes
    std::optional<plan::operand> id{}; ///< to be put into slot write_root::answer_id_slot before anything is bound
};

/// Compiles a write that can be one statement. `answer` as in engine::run_write(), null for writes of many records.
///
/// That is: a create whose nested writes are creates and connects and which takes nothing away from other records; an update by
/// plain values and by links in the record's own row; an upsert of plain values; a removal nothing cascades from; an update or a
/// removal of many records that is one statement anyway. Without sql::dialect::writes_in_with: the record's own row only,
/// answered by scalars. Everything else gives nothing. Cost: linear in the plan.
REFRACT_DECL std::optional<direct_write> compile_direct_write(plan::write_root const& root, plan::read* answer, target const& t);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/direct_write.ipp>
#endif
