// Why a plan could not be carried out, in no protocol's words. prisma1/ and dataproxy/ spell it.
#pragma once

#include <cstdint>
#include <string>

namespace refract::plan {

enum class failure_kind : std::uint8_t {
    record_not_found,     ///< no record of `model` has `value` in `field`
    not_connected,        ///< `relation` has no link between the two records named below
    relation_violation,   ///< `relation` between `model` and `other_model` is required
    unique_violation,     ///< another record of `model` has this value in `field`
    foreign_key_violation, ///< a referenced record does not exist; `value` if known
    null_violation,       ///< `field` must not be null; maybe empty
    value_too_long,       ///< the value for `field` is longer than allowed
    value_refused,        ///< a value the database can't hold or compare with; `message` is safe to send
    negative_argument,    ///< `field` names the paging argument: first, last or skip
    invalid_cursor,       ///< a cursor that can't be an id of `model`
    raw_statement_failed, ///< the user's own SQL was refused; `message` and `code` are the database's
    unavailable,          ///< the database can't be reached; `message` is safe to send
    timeout,              ///< the deadline passed
    overloaded,           ///< too many requests wait for a connection
    storage_full,         ///< the service may not hold more; `message` is safe to send
    internal,             ///< anything else; `message` is for the log only
};

/// A failure. Which members are set follows from `kind`. Values are printed raw (text unquoted, Json compact, DateTime ISO).
struct failure {
    failure_kind kind = failure_kind::internal;
    std::string model{};       ///< not_connected: the parent's model; relation_violation: the relation's model A
    std::string field{};       ///< not_connected: the parent's field, empty if unknown
    std::string value{};
    std::string relation{};
    std::string other_model{}; ///< not_connected: the child's model; relation_violation: the relation's model B
    std::string other_field{}; ///< not_connected: the child's field, empty if unknown
    std::string other_value{};
    std::string message{};     ///< internal, unavailable, value_refused: what happened
    std::string code{};        ///< SQLSTATE or SQLite code, for the log
    std::string server_text{}; ///< what the database said, empty if it was not asked; may hold values of the user
};

} // namespace refract::plan
