// SQL text to statements with a stable id, so that each connection prepares a text once.
// See: engine/transaction.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/cache.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace refract::engine {

/// Keeps the statements of writes, whose texts are made anew for each request but seldom differ.
///
/// Thread safety: all members. A statement handed out stays alive after it left the store; asked for again it gets a new id.
class statement_store {
public:
    explicit statement_store(std::size_t max_bytes = 4U << 20U) : statements_(max_bytes) {}

    /// The statement of this text, read by these column types.
    [[nodiscard]] REFRACT_DECL std::shared_ptr<db::statement const>
    get(std::string text, std::vector<db::value_type> const& columns = {});

private:
    cache<db::statement> statements_;
};

} // namespace refract::engine

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/statement_store.ipp>
#endif
