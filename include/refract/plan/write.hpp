// What to write: a tree of nested writes, and what to answer with. Plain data: no text of any protocol, no SQL, no I/O.
// See: engine/write.hpp, which carries it out in one transaction.
#pragma once

#include <refract/plan/read.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refract::plan {

/// Exactly one record: the one whose unique `field` has `value`.
struct selector {
    index field = datamodel::none;
    operand value{};
};

struct assignment {
    index field = datamodel::none;
    operand value{};
};

/// Replaces a whole scalar list.
struct list_assignment {
    index field = datamodel::none;
    std::vector<operand> values{};
};

// Members without initializers: clang would need relation_write complete where they stand.
struct relation_write;

/// A new record. `values` holds every column that gets a value, generated ones (ids, timestamps, defaults) included.
/// An id the database makes is the one without an assignment.
struct create {
    index model = datamodel::none;
    std::vector<assignment> values{};
    std::vector<list_assignment> lists{};
    std::vector<relation_write> relations;
};

/// Changes of one record.
struct update {
    index model = datamodel::none;
    std::vector<assignment> values{};
    std::vector<list_assignment> lists{};
    std::vector<relation_write> relations;
};

/// `where` is absent for the one record of a to-one relation.
struct nested_update {
    std::optional<selector> where{};
    update data;
};

struct nested_upsert {
    std::optional<selector> where{};
    create create_data;
    update update_data;
};

struct nested_update_many {
    filter where{};
    update data; ///< no nested relations
};

/// Everything one record's write does through one relation field. Kinds run in this order, each over all relation fields of the
/// record before the next kind starts: create, update, upsert, remove, connect, set, disconnect, update_many, remove_many.
struct relation_write {
    index field = datamodel::none;
    std::vector<create> creates{};
    std::vector<nested_update> updates{};
    std::vector<nested_upsert> upserts{};
    std::vector<std::optional<selector>> removes{};
    std::vector<selector> connects{};
    std::optional<std::vector<selector>> set{};
    std::vector<std::optional<selector>> disconnects{};
    std::vector<nested_update_many> update_manys{};
    std::vector<filter> remove_manys{};
};

enum class write_kind : std::uint8_t { create, update, upsert, remove, update_many, remove_many, execute_raw, reset };

/// A bound on a value, checked before anything is written.
struct length_limit {
    operand value{};
    std::string field{};
    std::uint32_t max_characters = 0;
};

/// One root field of a writing operation: one transaction.
struct write_root {
    write_kind kind = write_kind::create;
    index model = datamodel::none;
    std::optional<selector> where{};      ///< update, upsert, remove
    filter filter_where{};                ///< update_many, remove_many
    std::optional<create> create_data{};  ///< create, upsert
    std::optional<update> update_data{};  ///< update, upsert, update_many
    std::vector<length_limit> length_limits{};
    operand raw_statement{};              ///< execute_raw

    /// The slot the engine puts the written record's id in, for the read that answers.
    std::uint32_t answer_id_slot = 0;
    std::vector<item> count_items{};      ///< keys of the affected-rows answer: constant items and scalar items (the count)
};

} // namespace refract::plan
