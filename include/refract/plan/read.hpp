// What to read: selection, filter, order, page. Plain data: no text of any protocol, no SQL, no I/O.
// See: docs of the two protocols; sql/select.hpp compiles it, engine/ runs it.
#pragma once

#include <refract/datamodel/model.hpp>
#include <refract/plan/operand.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace refract::plan {

using datamodel::index;

enum class comparison : std::uint8_t {
    equal, not_equal, less, less_or_equal, greater, greater_or_equal,
    contains, not_contains, starts_with, not_starts_with, ends_with, not_ends_with,
    in, not_in, is_null, is_not_null
};

enum class filter_kind : std::uint8_t {
    all,      ///< AND of the children; without children: true
    any,      ///< OR of the children; without children: false
    negation, ///< NOT of the one child
    compare,  ///< `field` `op` `operands`
    relation, ///< `quantifier` of the records related through `field` that satisfy the one child
};

enum class quantifier : std::uint8_t {
    some,   ///< at least one related record satisfies the child (also of a to-one relation)
    every,  ///< none violates it
    none,   ///< none satisfies it
    absent, ///< there is no related record; no child
};

/// A condition on the records of one model. Three-valued, as SQL's.
struct filter {
    filter_kind kind = filter_kind::all;
    std::vector<filter> children{};
    index field = datamodel::none;
    comparison op = comparison::equal;
    std::vector<operand> operands{}; ///< one; of in/not_in any number; of is_null none
    plan::quantifier quantifier = plan::quantifier::some;
};

struct order {
    index field = datamodel::none;
    bool descending = false;
};

/// Which records of an ordered list. Counts must be non-negative when bound (failure_kind::negative_argument).
struct page {
    std::optional<operand> first{};
    std::optional<operand> last{};   ///< from the end, but answered in forward order; `skip` then counts from the end
    std::optional<operand> skip{};
    std::optional<operand> after{};  ///< id: only records behind this one in the order
    std::optional<operand> before{}; ///< id: only records before this one

    [[nodiscard]] bool is_whole() const noexcept { return !first && !last && !skip && !after && !before; }
};

struct read;
struct connection;

enum class item_kind : std::uint8_t { scalar, scalar_list, constant, to_one, to_many, connection };

/// One key of an object in the answer. Move-only.
struct item {
    item_kind kind = item_kind::scalar;
    std::string key{};              ///< as JSON: `"name":`
    index field = datamodel::none;
    std::string constant{};         ///< of a constant its JSON, e.g. `"User"` for __typename; of to_one what stands for no record, empty: `null`
    std::unique_ptr<plan::read> read{}; ///< of to_one and to_many
};

/// The keys of one object, in the order of the answer.
struct selection {
    std::vector<item> items{};
};

/// Records of one model. Move-only.
struct read {
    index model = datamodel::none;
    filter where{};
    std::vector<plan::order> order{}; ///< the id is appended by lowering, so the order is total
    plan::page page{};
    selection select{};
    std::unique_ptr<plan::connection> connection{}; ///< the answer is a connection over these records; `select` is then empty
};

enum class connection_part_kind : std::uint8_t { edges, page_info, aggregate, constant };
enum class connection_leaf_kind : std::uint8_t {
    node, cursor,                                                   // of edges
    has_next_page, has_previous_page, start_cursor, end_cursor,     // of page_info
    count,                                                          // of aggregate
    constant                                                        // of any
};

struct connection_leaf {
    connection_leaf_kind kind = connection_leaf_kind::constant;
    std::string key{};
    std::string constant{};
    selection node{};
};

struct connection_part {
    connection_part_kind kind = connection_part_kind::constant;
    std::string key{};
    std::string constant{};
    std::vector<connection_leaf> leaves{};
};

/// The Relay connection over a read's records.
struct connection {
    std::vector<connection_part> parts{};

    [[nodiscard]] bool has(connection_part_kind k) const noexcept {
        for (auto const& p : parts) {
            if (p.kind == k) {
                return true;
            }
        }
        return false;
    }
};

enum class read_root_kind : std::uint8_t {
    many,       ///< a list
    one,        ///< the first record, or null
    connection, ///< an object
    any_of,     ///< the first of the alternatives that finds a record, or null (`node(id:)`)
};

/// One root field of a reading operation.
struct read_root {
    read_root_kind kind = read_root_kind::many;
    std::vector<read> alternatives{}; ///< one, but for any_of
};

} // namespace refract::plan
