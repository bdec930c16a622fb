// The statements of reads on their way, and their answers as JSON.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/plan/failure.hpp>
#include <refract/plan/operand.hpp>
#include <refract/sql/fragment.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace refract::engine::detail {

/// A statement with an id to be kept prepared by.
REFRACT_DECL compiled_statement keep(sql::fragment const& f, std::vector<db::value_type> columns, bool values_decide);

/// The statements of one or more roots with their bound parameters: one batch.
struct read_batch {
    std::vector<std::vector<db::value>> values;
    std::vector<db::statement const*> statements;
    std::vector<db::query> queries;

    void add(compiled_statement const& s, plan::bindings const& bindings) {
        values.push_back(sql::bind(s.parameters, bindings, {}));
        statements.push_back(&s.statement);
    }

    void add(compiled_read const& root, plan::bindings const& bindings) {
        for (auto const& list : root.alternatives) {
            for (auto const& level : list.levels) {
                add(level, bindings);
            }
            if (list.count) {
                add(*list.count, bindings);
            }
        }
    }

    std::span<db::query const> finish() {
        queries.clear();
        for (std::size_t i = 0; i < statements.size(); ++i) {
            queries.push_back({statements[i], values[i]});
        }
        return queries;
    }
};

/// Writes a root's value from the results that start at `first`.
REFRACT_DECL std::string
write_joined(compiled_read const& root, db::results const& results, std::size_t first, plan::bindings const& bindings);

/// The first count that is negative, as a failure.
REFRACT_DECL std::optional<plan::failure> check(compiled_read const& root, plan::bindings const& bindings);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/read.ipp>
#endif
