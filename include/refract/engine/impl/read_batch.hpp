// The statements of reads on their way, and their answers as JSON.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/engine/compiled_read.hpp>
#include <refract/plan/failure.hpp>
#include <refract/plan/operand.hpp>
#include <refract/sql/fragment.hpp>

#include <cstddef>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

namespace refract::engine::detail {

/// A statement with an id to be kept prepared by.
REFRACT_DECL compiled_statement keep(sql::fragment const& f, std::vector<db::value_type> columns, bool values_decide);

/// The statements of one or more roots with their bound parameters: one batch.
///
/// Lifetime: refers to the statements and, where their parameters are the bindings' own slots, to those.
class read_batch {
public:
    void add(compiled_statement const& s, plan::bindings const& bindings) {
        if (s.takes_slots && s.parameters.size() <= bindings.slots.size()) {
            queries_.push_back({&s.statement, std::span(bindings.slots).first(s.parameters.size())});
            return;
        }
        values_.push_front(sql::bind(s.parameters, bindings, {}));
        queries_.push_back({&s.statement, values_.front()});
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

    [[nodiscard]] std::span<db::query const> queries() const { return {queries_.data(), queries_.size()}; }

private:
    boost::container::small_vector<db::query, 6> queries_;
    std::forward_list<std::vector<db::value>> values_; ///< they stay where they are
};

/// Writes a root's value from the results that start at `first`, behind `head`.
REFRACT_DECL std::string write_joined(
    compiled_read const& root, db::results const& results, std::size_t first, plan::bindings const& bindings, std::string_view head = {}
);

/// The first count that is negative, as a failure.
REFRACT_DECL std::optional<plan::failure> check(compiled_read const& root, plan::bindings const& bindings);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/read.ipp>
#endif
