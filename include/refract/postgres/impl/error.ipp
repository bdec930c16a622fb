#pragma once

#include <refract/postgres/result.hpp>

namespace refract::postgres::detail {

struct known_state {
    std::string_view sqlstate; ///< five characters, or the class: two
    db::error_kind kind;
    std::string_view message;
};

/// The first that fits counts.
/// Source: PostgreSQL 15, Appendix A, PostgreSQL Error Codes.
inline constexpr known_state known_states[] = {
    {"23505", db::error_kind::unique_violation, "A unique constraint would be violated."},
    {"23503", db::error_kind::foreign_key_violation, "A foreign key constraint would be violated."},
    {"23502", db::error_kind::null_violation, "A required value is missing."},
    {"23", db::error_kind::statement_failed, "A constraint of the database would be violated."},
    {"40001", db::error_kind::serialization, "The transaction conflicts with another one."},
    {"40P01", db::error_kind::serialization, "The transaction conflicts with another one."},
    {"22003", db::error_kind::value_out_of_range, "A value is out of range."},
    {"22008", db::error_kind::value_out_of_range, "A value is out of range."},
    {"22001", db::error_kind::value_out_of_range, "A value is too long for its column."},
    {"22P02", db::error_kind::invalid_text, "A value does not fit the type of its column."},
    {"22007", db::error_kind::invalid_text, "A value does not fit the type of its column."},
    {"22021", db::error_kind::invalid_text, "A text holds a character the database can't store."},
    {"22P05", db::error_kind::invalid_text, "A text holds a character the database can't store."},
    {"22P03", db::error_kind::invalid_text, "A value does not fit the type of its column."},
    {"42P01", db::error_kind::undefined_object, "A table or column does not exist."},
    {"42703", db::error_kind::undefined_object, "A table or column does not exist."},
    {"3F000", db::error_kind::undefined_object, "A table or column does not exist."},
    {"57014", db::error_kind::timeout, "The statement took too long."},
    {"55P03", db::error_kind::timeout, "A lock was not free in time."},
    {"25P03", db::error_kind::connection_lost, "The transaction was idle for too long."},
    {"57P", db::error_kind::connection_lost, "The connection to the database was lost."},
    {"08P01", db::error_kind::statement_failed, "The statement has another number of parameters than it was given."},
    {"08", db::error_kind::connection_lost, "The connection to the database was lost."},
    {"25006", db::error_kind::statement_failed, "The database can't be written at the moment."},
    {"42501", db::error_kind::statement_failed, "The database does not permit this."},
    {"53", db::error_kind::statement_failed, "The database is out of resources."},
};

REFRACT_DECL db::error to_error(error_fields const& failed, std::uint32_t position) {
    db::error e;
    e.statement = position;
    e.message = "The database could not run the statement.";
    e.sqlstate = std::string(failed['C']);
    e.server_text = std::string(failed['M']);
    if (auto const detail = failed['D']; !detail.empty()) {
        e.server_text.append(" (").append(detail).append(")");
    }
    e.constraint = std::string(failed['n']);
    e.table = std::string(failed['t']);
    e.column = std::string(failed['c']);
    for (auto const& known : known_states) {
        if (std::string_view(e.sqlstate).substr(0, known.sqlstate.size()) == known.sqlstate) {
            e.kind = known.kind;
            e.message = known.message;
            break;
        }
    }
    return e;
}

} // namespace refract::postgres::detail
