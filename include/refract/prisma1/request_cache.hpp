// What was made of request texts, for all services of a server together.
#pragma once

#include <refract/engine/cache.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/page_variables.hpp>
#include <refract/prisma1/request.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace refract::prisma1 {

/// A text, parsed and validated.
struct parsed_request {
    graphql::document document{};
    std::string syntax_error{}; ///< not empty: the text is not GraphQL
    std::vector<response_error> violations{};
    page_variables pages{};
};

/// Parsed texts and compiled operations. Keys start with the number of the service revision they belong to.
///
/// Thread safety: all members. Bound: `max_bytes` for both kinds together.
class request_cache {
public:
    explicit request_cache(std::size_t max_bytes) : parsed(max_bytes / 4), compiled(max_bytes - max_bytes / 4) {}

    /// A number no other service revision has, as text.
    [[nodiscard]] std::string next_prefix() { return std::to_string(next_.fetch_add(1)) + ':'; }

    engine::cache<parsed_request> parsed;
    engine::cache<compiled_operation> compiled;

private:
    std::atomic<std::uint64_t> next_{1};
};

} // namespace refract::prisma1
