// Which of an HTTP client's two worlds an answer is for: Prisma 1's, or the one of the GraphQL-over-HTTP specification.
// See: prisma1/application.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/limits.hpp>
#include <refract/core/result.hpp>
#include <refract/prisma1/json_tape.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace refract::prisma1 {

/// What decides over the status and the media type of an answer.
enum class http_rules : std::uint8_t {
    original,         ///< Prisma 1: `application/json`, 500 for a text that is not GraphQL
    json,             ///< the specification's `application/json`: 400 for a malformed request, 200 for all that was understood
    graphql_response, ///< its `application/graphql-response+json`: 4xx for whatever was not run, without `data`
};

/// Why a request was not run.
enum class refusal : std::uint8_t {
    none,
    malformed,   ///< no request: not JSON, or JSON of another shape
    document,    ///< not GraphQL, not valid, or with variables that do not fit
    token,
    not_found,   ///< no such service
    busy,        ///< throttled, or a queue is full
    unavailable, ///< the database is away, or too slow
    method,      ///< a mutation by GET
    internal,
    not_graphql, ///< a route that does not answer with a GraphQL response: import, export, `_datamodel`
};

struct http_answer {
    int status = 200;
    std::string_view content_type = "application/json"; ///< a literal
    std::string body{};
    std::shared_ptr<std::string const> shared_body{};   ///< instead of `body` if there is one
    refusal why = refusal::none;
    std::optional<std::int64_t> throttled_ms{};         ///< how long it waited for its turn, for the header `Throttled-By`
};

/// An answer as Prisma 1 gives it, as the rules have it.
///
/// Shape: a plain text becomes `{"errors":[…]}`; what was not run loses its `data`.
/// Source: https://graphql.github.io/graphql-over-http/draft/, "Response"
REFRACT_DECL http_answer apply_rules(http_rules rules, http_answer answer, std::string_view request_id);

/// What the specification refuses in the body of a single request and Prisma 1 does not: no `query`, or `extensions` that are no object.
///
/// Errors: errc::invalid_value; message for the client.
REFRACT_DECL result<void> check_parameters(json_tape const& body);

/// The body of the POST that means the same as a GET with these parameters.
///
/// Shape: `query`, `operationName`, and `variables` and `extensions`, which are JSON; others are left out.
/// Errors: a parameter twice, or JSON that is none (errc::invalid_value; message for the client).
REFRACT_DECL result<std::string>
body_of_parameters(std::span<std::pair<std::string, std::string> const> parameters, limits const& bounds);

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/over_http.ipp>
#endif
