// What was made of request texts, for all services of a server together.
#pragma once

#include <refract/engine/cache.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/prisma1/direct_variables.hpp>
#include <refract/prisma1/operation.hpp>
#include <refract/prisma1/page_variables.hpp>
#include <refract/prisma1/request.hpp>
#include <refract/prisma1/text_template.hpp>

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
    std::vector<operation_variables> operations{}; ///< empty if there is an error
    std::vector<literal_rule> literals{};          ///< of a text whose literals were cut out; empty if it can't be used as that
    std::uint64_t id = 0;                          ///< no other parsed text has it
};

/// Parsed texts and compiled operations. A text's key starts with the number of the service revision it belongs to, an operation's with
/// that of its text.
///
/// Thread safety: all members. Bound: `max_bytes` for both kinds together.
class request_cache {
public:
    explicit request_cache(std::size_t max_bytes) : parsed(max_bytes / 4), compiled(max_bytes - max_bytes / 4) {}

    /// A number nothing else has that is made for this cache.
    [[nodiscard]] std::uint64_t next_number() noexcept { return next_.fetch_add(1, std::memory_order_relaxed); }

    /// The same as a prefix of keys.
    [[nodiscard]] std::string next_prefix() { return std::to_string(next_number()) + ':'; }

    engine::cache<parsed_request> parsed;
    engine::cache<compiled_operation> compiled;

private:
    std::atomic<std::uint64_t> next_{1};
};

} // namespace refract::prisma1
