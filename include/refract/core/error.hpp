// The error every parse, load and compile function of the toolkit returns.
// See: core/result.hpp.
#pragma once

#include <refract/core/location.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace refract {

/// What went wrong, one block of numbers per folder; values are never reused.
enum class errc : std::uint16_t {
    ok = 0,

    // core
    invalid_utf8 = 100,      ///< bytes that are not UTF-8
    invalid_number = 101,    ///< text that is not a number, or one out of range
    invalid_date_time = 102, ///< text that is not an ISO-8601 date-time
    invalid_id = 103,        ///< text that is not an id or UUID
    limit_exceeded = 104,    ///< a limit of core/limits.hpp was reached; the message names it
    invalid_json = 105,      ///< text that is not JSON

    // graphql
    syntax = 200,            ///< the text is not GraphQL
    depth_exceeded = 201,    ///< nesting deeper than limits::max_depth
    tokens_exceeded = 202,   ///< more tokens than limits::max_tokens
    invalid_schema = 203,    ///< a type system that breaks the rules of the specification
    invalid_document = 204,  ///< an executable document that fails validation
    invalid_value = 205,     ///< a literal or variable that does not fit its type

    // jwt
    malformed_token = 300,   ///< not three base64url parts of the right shape
    unsupported_algorithm = 301, ///< `alg` is not the one the key is bound to
    bad_signature = 302,     ///< the signature does not verify
    token_expired = 303,     ///< `exp` is in the past
    token_not_yet_valid = 304, ///< `nbf` is in the future
    invalid_claim = 305,     ///< a claim of the wrong type, or a missing one
    weak_key = 306,          ///< a key shorter than the algorithm's RFC demands
    invalid_grant = 307,     ///< a grant that can't be read, or none that fits

    // config
    yaml_syntax = 400,       ///< the text is not YAML
    unknown_key = 401,       ///< a key nobody reads; the message names the nearest known one
    duplicate_key = 402,     ///< the same key twice in one mapping
    wrong_type = 403,        ///< a value of the wrong type or out of range
    missing_key = 404,       ///< a required key is absent
    file_unreadable = 405,   ///< the file can't be opened or read

    // datamodel
    invalid_datamodel = 500, ///< the datamodel breaks a rule
    ambiguous_relation = 501, ///< two relations got the same generated name

    // db
    unavailable = 600,       ///< no connection could be had
    connection_lost = 601,   ///< the connection broke while a statement was under way
    queue_full = 602,        ///< too many callers wait for a connection
    timeout = 603,           ///< the deadline passed
    statement_failed = 604,  ///< the database refused a statement

    // migrate
    relation_ambiguity = 700, ///< steps can't be inferred: relations have to be named first
    conflict = 701,          ///< another deployment is under way

    // anything that should not happen
    internal = 900,
};

/// An error with a place. Plain and copyable. `message` is safe to send to a client.
struct error {
    errc code = errc::internal;
    std::string message;
    location where{};
};

} // namespace refract
