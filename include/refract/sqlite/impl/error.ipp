#pragma once

#include <refract/sqlite/cursor.hpp>

#include <sqlite3.h>

namespace refract::sqlite::detail {

/// Splits `Table.a, Table.b` into the table and `a,b`.
REFRACT_DECL void name_columns(std::string_view text, db::error& e) {
    while (!text.empty()) {
        auto const comma = text.find(", ");
        auto const part = text.substr(0, comma);
        auto const dot = part.rfind('.');
        if (dot == std::string_view::npos) {
            return; // an expression index: there is no column to name
        }
        e.table = std::string(part.substr(0, dot));
        e.column += e.column.empty() ? "" : ",";
        e.column += part.substr(dot + 1);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 2);
    }
}

/// Reads `UNIQUE constraint failed: User.email` and `UNIQUE constraint failed: index 'User_email'`.
REFRACT_DECL void name_constraint(std::string_view text, db::error& e) {
    auto const colon = text.find(": ");
    if (colon == std::string_view::npos) {
        return;
    }
    text.remove_prefix(colon + 2);
    constexpr std::string_view index = "index '";
    if (text.substr(0, index.size()) == index) {
        auto const name = text.substr(index.size());
        e.constraint = std::string(name.substr(0, name.rfind('\'')));
        return;
    }
    name_columns(text, e);
}

REFRACT_DECL void describe_constraint(int extended, std::string_view text, db::error& e) {
    switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        e.kind = db::error_kind::unique_violation;
        e.message = "A unique constraint would be violated.";
        name_constraint(text, e);
        break;
    case SQLITE_CONSTRAINT_NOTNULL:
        e.kind = db::error_kind::null_violation;
        e.message = "A required value is missing.";
        name_constraint(text, e);
        break;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_TRIGGER: // what an immediate RESTRICT reports
        e.kind = db::error_kind::foreign_key_violation;
        e.message = "A foreign key constraint would be violated.";
        break;
    case SQLITE_CONSTRAINT_DATATYPE:
        e.kind = db::error_kind::invalid_text;
        e.message = "A value does not fit the type of its column.";
        break;
    default: e.message = "A constraint of the database would be violated."; break;
    }
}

REFRACT_DECL bool starts_with(std::string_view text, std::string_view start) {
    return text.substr(0, start.size()) == start;
}

REFRACT_DECL void describe_error(std::string_view text, db::error& e) {
    if (starts_with(text, "no such table") || starts_with(text, "no such column") || starts_with(text, "no such index") ||
        text.find("has no column named") != std::string_view::npos) {
        e.kind = db::error_kind::undefined_object;
        e.message = "A table or column does not exist.";
    } else if (starts_with(text, "too many SQL variables") || starts_with(text, "variable number must be")) {
        e.kind = db::error_kind::value_out_of_range;
        e.message = "A statement has more values than the database takes.";
    } else if (text.find("integer overflow") != std::string_view::npos) {
        e.kind = db::error_kind::value_out_of_range;
        e.message = "A value is out of range.";
    }
}

REFRACT_DECL db::error to_error(sqlite3* handle, int code) {
    db::error e;
    e.message = "The database could not run the statement.";
    auto const extended = handle != nullptr ? sqlite3_extended_errcode(handle) : code;
    e.sqlstate = std::to_string(extended);
    e.server_text = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: describe_constraint(extended, e.server_text, e); break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        e.kind = db::error_kind::serialization;
        e.message = "The database is locked by somebody else.";
        break;
    case SQLITE_INTERRUPT:
        e.kind = db::error_kind::timeout;
        e.message = "The statement took too long.";
        break;
    case SQLITE_FULL:
        e.kind = db::error_kind::unavailable;
        e.message = "The disk of the database is full.";
        break;
    case SQLITE_IOERR:
        e.kind = db::error_kind::unavailable;
        e.message = "The database file can't be read or written.";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        e.kind = db::error_kind::unavailable;
        e.message = "The database file is damaged.";
        break;
    case SQLITE_READONLY: e.message = "The database can't be written."; break;
    case SQLITE_CANTOPEN:
        e.kind = db::error_kind::unavailable;
        e.message = "The database file can't be opened.";
        break;
    case SQLITE_TOOBIG:
        e.kind = db::error_kind::value_out_of_range;
        e.message = "A value is too big.";
        break;
    case SQLITE_MISMATCH:
        e.kind = db::error_kind::invalid_text;
        e.message = "A value does not fit the type of its column.";
        break;
    case SQLITE_ERROR: describe_error(e.server_text, e); break;
    default: break;
    }
    return e;
}

} // namespace refract::sqlite::detail
