// A datamodel as its text declares it: types, fields and which fields make a relation. The step between syntax tree and model.
// See: check.hpp, sdl.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/graphql/ast.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::datamodel {

/// Position of a field: its type among declarations::types, its place there.
struct field_position {
    index type = none;
    index field = none;

    explicit operator bool() const noexcept { return type != none; }
    friend bool operator==(field_position, field_position) = default;
};

enum class link_argument : std::uint8_t { absent, inline_column, table };

struct field_declaration {
    std::string_view name;
    std::string_view type_name; ///< inside lists and non-nulls
    std::string type_text;      ///< as written: `[Post!]!`
    graphql::list<graphql::ast::directive> directives{};
    field_type type = field_type::relation; ///< relation: neither a scalar nor an enum
    bool is_list = false;
    bool is_required = false;               ///< `T!` outside of a list
    index enum_type = none;
    index target = none;                    ///< of a relation: the type it points to; none if there is no such type
    std::string_view relation_name{};       ///< of `@relation(name:)`; empty if absent
    bool has_relation_name = false;
    link_argument link = link_argument::absent;
    field_position partner{};               ///< of a relation: the field at the other end

    [[nodiscard]] bool is_relation() const noexcept { return type == field_type::relation; }
    [[nodiscard]] REFRACT_DECL graphql::ast::directive const* directive(std::string_view directive_name) const noexcept;
};

struct type_declaration {
    std::string_view name;
    graphql::list<graphql::ast::directive> directives{};
    std::vector<field_declaration> fields{};
    bool is_embedded = false;
    bool is_relation_table = false;

    [[nodiscard]] REFRACT_DECL graphql::ast::directive const* directive(std::string_view directive_name) const noexcept;
};

struct enum_declaration {
    std::string_view name;
    graphql::list<graphql::ast::directive> directives{};
    std::vector<std::string_view> values{};
};

/// All declarations of a text. Names point into the document.
struct declarations {
    std::vector<type_declaration> types{};
    std::vector<enum_declaration> enums{};
    std::unordered_map<std::string_view, index> type_by_name{}; ///< the first of each name
    std::unordered_map<std::string_view, index> enum_by_name{};
    syntax_version version = syntax_version::v1_1; ///< which rules hold; declare() leaves it

    [[nodiscard]] field_declaration const& at(field_position p) const noexcept { return types[p.type].fields[p.field]; }
};

/// The first directive of that name.
REFRACT_DECL graphql::ast::directive const* find_directive(
    graphql::list<graphql::ast::directive> const& directives, std::string_view name
) noexcept;

/// The value of a directive's argument.
REFRACT_DECL graphql::ast::value const* find_argument(graphql::ast::directive const* directive, std::string_view name) noexcept;

/// The text of a directive's string argument; nothing if it is absent or no string.
REFRACT_DECL std::optional<std::string_view> string_argument(
    graphql::ast::directive const* directive, std::string_view name
) noexcept;

/// `[Post!]!`
REFRACT_DECL std::string to_string(graphql::ast::type_reference const& type);

/// A literal as GraphQL text.
REFRACT_DECL std::string to_string(graphql::ast::value const& literal);

/// Reads the types and enums of a document and pairs the fields of each relation.
///
/// Shape: total; declarations that break rules are kept as far as they can be read, for check().
REFRACT_DECL declarations declare(graphql::document const& document);

/// Name of the relation a field belongs to: written at this field, else at its partner, else generated. The field has a target.
REFRACT_DECL std::string relation_name(declarations const& all, field_position p);

namespace detail {

/// A key for the pair of types a relation field stands in and points to.
inline constexpr std::uint64_t from_to(index from, index to) noexcept {
    return (static_cast<std::uint64_t>(from) << 32U) | to;
}

} // namespace detail

} // namespace refract::datamodel

#ifdef REFRACT_HEADER_ONLY
#include <refract/datamodel/impl/declaration.ipp>
#endif
