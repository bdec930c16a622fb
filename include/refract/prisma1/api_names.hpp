// The names of the generated API and what they stand for: root fields, filters, orders. The only place where they are made.
// See: api.hpp builds the schema with them, lower.hpp reads requests with them.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/graphql/ast.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::prisma1 {

enum class action : std::uint8_t {
    many, one, connection, node,                                                // Query
    create, update, remove, upsert, update_many, remove_many, execute_raw,      // Mutation
    subscribe                                                                   // Subscription
};

/// A field of Query, Mutation or Subscription. `model` is none for node and execute_raw.
struct root_field {
    prisma1::action action = prisma1::action::many;
    datamodel::index model = datamodel::none;
};

enum class filter_operator : std::uint8_t {
    equal, not_equal, in, not_in, lt, lte, gt, gte, contains, not_contains, starts_with, not_starts_with, ends_with, not_ends_with,
    every, some, none,
    to_one ///< the field itself, a to-one relation
};

/// What a key of a `WhereInput` stands for. AND, OR and NOT are not among them.
struct filter_key {
    datamodel::index field = datamodel::none;
    filter_operator op = filter_operator::equal;
};

/// What a value of an `OrderByInput` stands for.
struct order_key {
    datamodel::index field = datamodel::none;
    bool descending = false;
};

/// `_not_in`; empty for equal and to_one.
REFRACT_DECL std::string_view suffix(filter_operator op) noexcept;

/// What a filter field's description says; empty for equal and the relation operators.
REFRACT_DECL std::string_view description(filter_operator op) noexcept;

/// Operators a field can be filtered by, in the order of the API. Empty for lists of scalars and Json.
REFRACT_DECL std::vector<filter_operator> filter_operators(datamodel::field const& f);

/// Name of a root field, `users`, `createUser`, `updateManyUsers`, ...
REFRACT_DECL std::string root_field_name(action a, datamodel::model const& m);

/// Has this model queries and mutations of its own.
REFRACT_DECL bool has_root_fields(datamodel::model const& m) noexcept;

/// The index of one datamodel's names. Immutable; safe to read from many threads.
///
/// Cost: built once, linear in the fields; a lookup is one hash.
class api_names {
public:
    /// Does not refer to the datamodel afterwards.
    REFRACT_DECL explicit api_names(datamodel::datamodel const& dm);

    /// The root field of that name, or nullptr. What build_api_schema() leaves out is found nevertheless: validation refuses it.
    [[nodiscard]] REFRACT_DECL root_field const* find_root(graphql::ast::operation_type operation, std::string_view name) const noexcept;

    /// `name_not_in` of a model, or nullptr.
    [[nodiscard]] REFRACT_DECL filter_key const* find_filter(datamodel::index model, std::string_view key) const noexcept;

    /// `name_DESC` of a model, or nullptr.
    [[nodiscard]] REFRACT_DECL order_key const* find_order(datamodel::index model, std::string_view value) const noexcept;

    /// The visible field of that name of a model, or none.
    [[nodiscard]] REFRACT_DECL datamodel::index find_field(datamodel::index model, std::string_view name) const noexcept;

private:
    struct name_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
    };

    struct name_equal {
        using is_transparent = void;
        bool operator()(std::string_view a, std::string_view b) const noexcept { return a == b; }
    };

    template <class T> using by_name = std::unordered_map<std::string, T, name_hash, name_equal>;

    struct model_names {
        by_name<filter_key> filters;
        by_name<order_key> orders;
        by_name<datamodel::index> fields;
    };

    std::array<by_name<root_field>, 3> roots_; ///< by operation type
    std::vector<model_names> models_;          ///< by index of the model
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/api_names.ipp>
#endif
