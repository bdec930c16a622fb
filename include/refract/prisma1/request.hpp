// One GraphQL request of a service: its JSON in, its JSON out of the pieces.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/input.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// `{"query", "variables", "operationName"}`
struct request {
    std::string query;
    std::string operation_name; ///< empty if absent
    graphql::input variables{}; ///< an object, or null
};

/// The body of a POST: one request, or a batch.
struct request_body {
    std::vector<request> requests;
    bool is_batch = false;
};

/// Parses a body.
///
/// Shape: unknown keys are ignored; a missing or null query is "".
/// Errors: errc::invalid_json (the bytes are not JSON, or hold a number beyond those of a double), errc::invalid_value (JSON of
/// another shape; message for the client), errc::limit_exceeded (batch, nesting or number of values).
REFRACT_DECL result<request_body> parse_request_body(std::string_view body, limits const& bounds);

/// An error in an answer. Keys without a value are left out.
struct response_error {
    std::string message;
    std::vector<location> locations{};
    std::string path{};       ///< as JSON, `["users"]`; empty: no key
    int code = 0;             ///< 0: no key
    std::string request_id{}; ///< empty: no key
};

/// Appends `{"locations":…,"path":…,"code":…,"message":…,"requestId":…}`.
REFRACT_DECL void append_json(std::string& out, response_error const& e);

/// `{"data":DATA,"errors":[…]}`; `data` nothing: no key; no errors: no key.
REFRACT_DECL std::string make_response(std::optional<std::string_view> data, std::vector<response_error> const& errors);

/// The message for a text that is not GraphQL: `Syntax error while parsing GraphQL query. Invalid input '}'. MESSAGE`, with the
/// place, its line and a caret below it, as the original's parser has them.
REFRACT_DECL std::string syntax_error_text(error const& e, std::string_view text);

/// The text for an error whose details are in the log only.
REFRACT_DECL std::string internal_error_text(std::string_view request_id);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/request.ipp>
#endif
