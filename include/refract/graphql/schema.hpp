// The type system: types, fields, arguments, directives. Immutable once it is built.
// See: GraphQL October 2021, section 3, https://spec.graphql.org/October2021/#sec-Type-System
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace refract::graphql {

enum class type_kind : std::uint8_t { scalar, object, interface, union_type, enumeration, input_object };

struct type;

/// A type as a field or argument uses it: a named type and the lists and non-nulls around it. A small value.
///
/// `[T!]!` is `type_reference{t}.non_null().list().non_null()`. At most 16 wrappers.
class type_reference {
public:
    type_reference() = default;
    type_reference(type const* named) : named_(named) {} // NOLINT: implicit by design

    [[nodiscard]] type const* named() const noexcept { return named_; }
    [[nodiscard]] bool is_non_null() const noexcept { return (wrappers_ & 3U) == 1U; }
    [[nodiscard]] bool is_list() const noexcept { return (wrappers_ & 3U) == 2U; }
    [[nodiscard]] bool is_named() const noexcept { return wrappers_ == 0; }

    /// The type inside the outermost list or non-null; itself if there is none.
    [[nodiscard]] type_reference unwrapped() const noexcept { return {named_, wrappers_ >> 2U}; }
    /// The type without an outermost non-null.
    [[nodiscard]] type_reference nullable() const noexcept { return is_non_null() ? unwrapped() : *this; }
    [[nodiscard]] type_reference non_null() const noexcept { return is_non_null() ? *this : type_reference{named_, (wrappers_ << 2U) | 1U}; }
    [[nodiscard]] type_reference list() const noexcept { return {named_, (wrappers_ << 2U) | 2U}; }

    explicit operator bool() const noexcept { return named_ != nullptr; }
    friend bool operator==(type_reference const&, type_reference const&) = default;

private:
    type_reference(type const* named, std::uint32_t wrappers) : named_(named), wrappers_(wrappers) {}

    type const* named_ = nullptr;
    std::uint32_t wrappers_ = 0; // two bits each, the outermost in the lowest: 1 non-null, 2 list
};

/// `[Post!]!`
REFRACT_DECL std::string to_string(type_reference t);

/// An argument or a field of an input object.
struct input_value {
    std::string name;
    type_reference type;
    std::optional<std::string> description{};
    std::optional<std::string> default_value{}; ///< as a GraphQL literal
    std::optional<std::string> deprecation_reason{};

    /// Must be given: non-null and without a default.
    [[nodiscard]] bool is_required() const noexcept { return type.is_non_null() && !default_value; }
};

struct field {
    std::string name;
    type_reference type;
    std::vector<input_value> arguments{};
    std::optional<std::string> description{};
    std::optional<std::string> deprecation_reason{};

    [[nodiscard]] REFRACT_DECL input_value const* argument(std::string_view argument_name) const noexcept;
};

struct enum_value {
    std::string name;
    std::optional<std::string> description{};
    std::optional<std::string> deprecation_reason{};
};

/// A named type; which members are set follows from `kind`.
struct type {
    type_kind kind = type_kind::scalar;
    std::string name;
    std::optional<std::string> description{};
    std::optional<std::string> specified_by_url{};
    std::vector<field> fields{};             ///< of an object or interface
    std::vector<type const*> interfaces{};   ///< of an object or interface
    std::vector<type const*> possible_types{}; ///< of a union or interface: its object types
    std::vector<enum_value> values{};        ///< of an enum
    std::vector<input_value> input_fields{}; ///< of an input object
    bool referenced = true; ///< of Int, Float and ID after finish(): some field, argument or input field has the type
    bool one_of = false;                     ///< of an input object: exactly one field has to be given (`@oneOf`)

    [[nodiscard]] REFRACT_DECL field const* find_field(std::string_view field_name) const noexcept;
    [[nodiscard]] REFRACT_DECL input_value const* find_input_field(std::string_view field_name) const noexcept;
    [[nodiscard]] REFRACT_DECL enum_value const* find_value(std::string_view value_name) const noexcept;

    [[nodiscard]] bool is_composite() const noexcept {
        return kind == type_kind::object || kind == type_kind::interface || kind == type_kind::union_type;
    }

    [[nodiscard]] bool is_leaf() const noexcept { return kind == type_kind::scalar || kind == type_kind::enumeration; }

    [[nodiscard]] bool is_input() const noexcept { return is_leaf() || kind == type_kind::input_object; }

    /// Positions of the members above in the order of their names, where they are many; filled by schema::finish().
    std::vector<std::uint32_t> by_name{};
};

struct directive_definition {
    std::string name;
    std::vector<std::string> locations; ///< `FIELD`, `ENUM_VALUE`, ...
    std::vector<input_value> arguments{};
    std::optional<std::string> description{};
    bool repeatable = false;

    [[nodiscard]] REFRACT_DECL input_value const* argument(std::string_view argument_name) const noexcept;
};

/// A whole type system.
///
/// Build it with build_schema(), or: add() every type, fill in its members (references may point to types that are still empty),
/// set the root types, then finish(). After finish() nothing may change. Addresses of types are stable; movable.
class schema {
public:
    /// Adds an empty named type, or returns the one that is there.
    REFRACT_DECL type& add(type_kind kind, std::string name);
    /// Adds Int, Float, String, Boolean, ID, the introspection types (`__Schema`, ...) and the directives @include, @skip,
    /// @deprecated, @specifiedBy unless they are there.
    REFRACT_DECL void add_built_in();
    /// Adds what is built in, fills the indexes and the possible types of interfaces. Only a schema with a type that is `one_of`
    /// gets the directive @oneOf and the field `__Type.isOneOf`: they are younger than the October 2021 edition.
    REFRACT_DECL void finish();

    [[nodiscard]] REFRACT_DECL type* find(std::string_view name) noexcept;
    [[nodiscard]] REFRACT_DECL type const* find(std::string_view name) const noexcept;
    [[nodiscard]] REFRACT_DECL directive_definition const* find_directive(std::string_view name) const noexcept;

    /// The field a selection on `parent` means: one of its own, `__typename`, or `__schema` and `__type` on the query root.
    [[nodiscard]] REFRACT_DECL field const* find_field(type const& parent, std::string_view name) const noexcept;

    /// In the order of add().
    [[nodiscard]] std::vector<std::unique_ptr<type>> const& types() const noexcept { return types_; }

    type const* query = nullptr;
    type const* mutation = nullptr;
    type const* subscription = nullptr;
    std::vector<directive_definition> directives{};
    std::optional<std::string> description{};

private:
    std::vector<std::unique_ptr<type>> types_;
    std::unordered_map<std::string_view, type*> by_name_;
    std::vector<field> meta_fields_; // __typename, __schema, __type
};

/// True if a value of the object type `object` can stand where `abstract` (or `object` itself) is asked for.
REFRACT_DECL bool is_possible_type(type const& abstract, type const& object) noexcept;

/// True if some object type is possible for both composite types.
REFRACT_DECL bool types_overlap(type const& a, type const& b) noexcept;

/// True if a value of type `sub` is always a value of type `super`.
REFRACT_DECL bool is_subtype(type_reference sub, type_reference super) noexcept;

/// True for Int, Float, String, Boolean, ID and the introspection types.
REFRACT_DECL bool is_built_in(type const& t) noexcept;

/// True for @include, @skip, @deprecated, @specifiedBy, @oneOf.
REFRACT_DECL bool is_built_in(directive_definition const& d) noexcept;

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/schema.ipp>
#endif
