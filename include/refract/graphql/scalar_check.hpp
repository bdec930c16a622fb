// How callers say which values their own scalars take.
#pragma once

#include <refract/core/config.hpp>
#include <refract/graphql/ast.hpp>
#include <refract/graphql/input.hpp>
#include <refract/graphql/schema.hpp>

#include <string>
#include <string_view>
#include <unordered_map>

namespace refract::graphql {

/// The rules of one scalar type. Each returns null if the value fits, else the reason (`Date value expected`), a literal text;
/// an empty one if there is nothing to say.
/// A null function accepts everything.
struct scalar_check {
    char const* (*literal)(ast::value const&) = nullptr; ///< of a value in the document; never called with a variable
    char const* (*value)(input const&) = nullptr;        ///< of a value in the variables; never called with null
};

/// Checks by scalar name. Int, Float, String, Boolean and ID have built-in ones.
class scalar_checks {
public:
    REFRACT_DECL scalar_checks();

    void set(std::string name, scalar_check check) { by_name_[std::move(name)] = check; }

    /// The check of a scalar type; null if everything is accepted.
    [[nodiscard]] REFRACT_DECL scalar_check const* find(std::string_view name) const;

private:
    std::unordered_map<std::string, scalar_check> by_name_;
};

/// Why a literal does not fit the scalar or enum `t`, in Sangria's words; empty if it does.
REFRACT_DECL std::string literal_fault(type const& t, ast::value const& v, scalar_checks const& checks);

/// Why a variable's value does not fit the scalar or enum `t`; empty if it does.
REFRACT_DECL std::string input_fault(type const& t, input const& v, scalar_checks const& checks);

} // namespace refract::graphql

#ifdef REFRACT_HEADER_ONLY
#include <refract/graphql/impl/scalar_check.ipp>
#endif
