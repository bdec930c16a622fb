#pragma once

#include <refract/prisma1/api_error.hpp>

#include <charconv>
#include <string_view>

namespace refract::prisma1 {

namespace detail {

/// A record in an error about a missing link: `with the value 'v' for the field 'f'`.
REFRACT_DECL std::string with_value(std::string const& value, std::string const& field) {
    return " with the value '" + value + "' for the field '" + field + "'";
}

/// The four spellings of 3041: which one depends on which of the two records is known. The words differ in case and ending, as
/// the original's do.
REFRACT_DECL std::string spell_not_connected(plan::failure const& f) {
    bool const parent = !f.field.empty();
    bool const child = !f.other_field.empty();
    std::string out = "The relation " + f.relation + " has no node for the model " + f.model;
    if (parent) {
        out += with_value(f.value, f.field) + " connected to a node for the model " + f.other_model;
    } else {
        out += " connected to a Node for the model " + f.other_model;
    }
    if (child) {
        out += with_value(f.other_value, f.other_field);
    }
    if (!(parent && child)) {
        out += " on your mutation path.";
    }
    return out;
}

/// The driver's number of an error. Drivers know SQLSTATEs by no number: those are 1.
REFRACT_DECL int driver_code(std::string_view code) {
    int number = 0;
    auto const* const end = code.data() + code.size();
    auto const [at, problem] = std::from_chars(code.data(), end, number);
    bool const is_sqlstate = code.size() == 5;
    if (problem != std::errc{} || at != end || is_sqlstate || number <= 0) {
        return 1;
    }
    return number & 0xff; // SQLite's extended codes hold the primary one in their low byte
}

/// 3026, 3027, 3028.
REFRACT_DECL api_error spell_negative_argument(std::string const& name) {
    int const code = name == "first" ? 3026 : name == "last" ? 3027 : 3028;
    return {code, "The '" + name + "' argument must be non negative"};
}

} // namespace detail

REFRACT_DECL api_error spell(plan::failure const& f) {
    using plan::failure_kind;
    switch (f.kind) {
    case failure_kind::record_not_found:
        return {3039, "No Node for the model " + f.model + " with value " + f.value + " for " + f.field + " found."};
    case failure_kind::not_connected: return {3041, detail::spell_not_connected(f)};
    case failure_kind::relation_violation:
        return {
            3042, "The change you are trying to make would violate the required relation '" + f.relation + "' between " +
                      f.model + " and " + f.other_model};
    case failure_kind::unique_violation:
        return {3010, "A unique constraint would be violated on " + f.model + ". Details: Field name = " + f.field};
    case failure_kind::foreign_key_violation:
        return {
            3011, "You are referencing a node that does not exist. Please check your mutation to make sure you are only "
                  "creating edges between existing nodes. Id if available: " +
                      f.value};
    case failure_kind::null_violation:
        return {
            3020, "You are trying to set a required field to null. If you are using GraphQL arguments, make sure that you "
                  "specify a value for all arguments. Fieldname if known: " +
                      f.field};
    case failure_kind::value_too_long: return {3007, "Value for field " + f.field + " is too long."};
    case failure_kind::value_refused: return {3035, "The input value violated one or more constraints: " + f.message};
    case failure_kind::negative_argument: return detail::spell_negative_argument(f.field);
    case failure_kind::raw_statement_failed: return {detail::driver_code(f.code), f.message};
    case failure_kind::unavailable: return {1006, "The database is not reachable. Please try again later."};
    case failure_kind::timeout:
        return {1000, "The query took too long to process. Either try again later or try a simpler query."};
    case failure_kind::overloaded: return {1004, "There are too many concurrent queries for this service."};
    case failure_kind::storage_full: return {1007, f.message};
    case failure_kind::invalid_cursor: return {0, "'" + f.value + "' can't be an id of " + f.model};
    case failure_kind::internal: break;
    }
    return {0, f.code.empty() ? f.message : f.message + " (" + f.code + ")"};
}

REFRACT_DECL api_error to_api_error(error const& e) {
    switch (e.code) {
    case errc::timeout: return {1000, e.message};
    case errc::queue_full: return {1004, e.message};
    case errc::unavailable: return {1006, e.message};
    case errc::invalid_value: return {3035, e.message};
    default: return {0, e.message};
    }
}

} // namespace refract::prisma1
