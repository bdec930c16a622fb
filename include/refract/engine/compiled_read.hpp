// A read ready to run: its statements and how their rows become JSON.
#pragma once

#include <refract/db/connection.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/select.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace refract::engine {

/// One statement of a read: kept prepared by its id, with the sources of its parameters.
struct compiled_statement {
    db::statement statement;
    std::vector<sql::parameter> parameters;
    std::vector<std::uint32_t> key_places{}; ///< parameters that are the parent's key
    bool takes_slots = false;                ///< its parameters are the slots of the request, from the first on
};

/// One record list and everything below it: the shape of the answer and a statement for each of its levels.
struct compiled_list {
    sql::select select;
    std::vector<compiled_statement> levels;
    std::optional<compiled_statement> count;
};

/// A read root ready to run. Immutable but for what is learnt about its cost; shared between requests.
struct compiled_read {
    plan::read_root_kind kind = plan::read_root_kind::many;
    std::vector<compiled_list> alternatives;
    std::size_t bytes = 0; ///< about what it holds, for the cache's bound
    mutable db::work_estimate estimate{}; ///< of the requests whose first read this is
};

} // namespace refract::engine
