// One GraphQL request of a service: its JSON in, its JSON out of the pieces.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/graphql/input.hpp>
#include <refract/prisma1/json_tape.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

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

/// A request where it stands: refers to its JSON and the text of that.
struct request_view {
    json_tape const* json = nullptr;
    std::string_view query{};
    std::string_view operation_name{}; ///< empty if absent
    std::size_t variables = 0;         ///< position of an object in `json`; 0: none
};

struct request_views {
    boost::container::small_vector<request_view, 1> requests{};
    bool is_batch = false;
};

/// The requests of a body that is JSON. Shape and errors: as parse_request_body().
REFRACT_DECL result<request_views> find_requests(json_tape const& json, limits const& bounds);

/// A request with texts and variables of its own.
REFRACT_DECL request to_request(request_view const& r);

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
