// Writes: a tree of nested writes carried out in one transaction, and its answer as JSON bytes.
// See: plan/write.hpp for the tree, engine/transaction.hpp for how its statements travel.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/engine/direct_write.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/statement_store.hpp>
#include <refract/plan/operand.hpp>
#include <refract/plan/write.hpp>
#include <refract/sql/condition.hpp>

#include <memory>
#include <span>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace refract::engine {

/// A link in the answer to a removal that has to be followed when the record is gone: what it leads to may have changed with it.
/// `read` finds the linked record by the id in the answer's slot; where its value belongs, the answer has link_mark.
struct removed_link {
    datamodel::index field = datamodel::none;
    std::shared_ptr<compiled_read const> read{};
};

/// Stands for a removed_link's value, in their order. No JSON text holds this byte.
inline constexpr char link_mark = '\x01';

/// Carries out one writing root field and gives the JSON of its value.
///
/// `answer` reads the record a create, update, upsert or remove is answered with, found by the id the engine puts into
/// `bindings.slots[root.answer_id_slot]`; null for the other kinds. Of a removed record it is read before it goes, and `links` after.
/// `direct`, if given, is the same write as one statement: it is tried first, and the steps tell what it could not do.
/// All arguments are borrowed until the coroutine ends.
///
/// Cost: round trips by the depth of the tree, not by the number of its items; statements by the items. A tree whose items change
/// what later ones look for is written again, with a round trip for each.
/// Order: a record's row, then its scalar lists, then its nested writes by kind (plan::relation_write), depth first.
/// Errors: every failure_kind but invalid_cursor and negative_argument, which can only come from `answer`; nothing is changed
/// then, unless it is `answer` that failed. Source: Service API, "Mutations".
REFRACT_DECL boost::asio::awaitable<outcome<std::string>> run_write(
    db::database& database, sql::target const& t, statement_store& statements, plan::write_root const& root,
    compiled_read const* answer, plan::bindings& bindings, direct_write const* direct = nullptr,
    std::span<removed_link const> links = {}
);

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/write.ipp>
#endif
