// SQL text that cannot hold a raw value.
// A fragment grows from literals in our source, quoted identifiers, and parameters. There is no function that appends a run-time string.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/value.hpp>
#include <refract/plan/operand.hpp>
#include <refract/sql/dialect.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::sql {

/// SQL text written in our source: converts from a string literal only, at compile time.
class literal {
public:
    template <std::size_t N> consteval literal(char const (&text)[N]) : text_(text, N - 1) {} // NOLINT: implicit by design
    [[nodiscard]] constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// Where a parameter's value comes from when the statement runs.
struct parameter {
    enum class source : std::uint8_t {
        operand,     ///< a plan operand
        pattern_end, ///< a plan operand that ends a LIKE pattern
        input        ///< the n-th input of the statement, given by the engine (an id read before, a parent's id)
    };
    source from = source::operand;
    plan::operand operand{};
    std::uint32_t input = 0;
};

/// A statement's text and parameters, being written.
///
/// Shape: every value gets a placeholder of its own, numbered in the order of appearance.
class fragment {
public:
    explicit fragment(dialect const& d) : dialect_(&d) {}

    REFRACT_DECL fragment& append(literal text);
    /// A quoted identifier: a quote inside is doubled. Names with a NUL byte can't come here: the datamodel refuses them.
    REFRACT_DECL fragment& identifier(std::string_view name);
    /// `"schema"."table"`, or `"table"` where there is no schema.
    REFRACT_DECL fragment& table(std::string_view schema, std::string_view name);
    /// A name of our own making: a literal and a number, `t3`.
    REFRACT_DECL fragment& alias(literal prefix, std::uint32_t number);
    /// A placeholder for an operand.
    REFRACT_DECL fragment& value(plan::operand const& o);
    /// A placeholder for an operand that ends a LIKE pattern with the escape `!`: a lone `!` at its end stands for itself.
    ///
    /// PostgreSQL would fail there, SQLite find nothing.
    REFRACT_DECL fragment& pattern_end(plan::operand const& o);
    /// A placeholder for the engine's n-th input.
    REFRACT_DECL fragment& input(std::uint32_t n);
    /// An unsigned number of ours.
    REFRACT_DECL fragment& number(std::uint64_t n);
    /// Another fragment of the same dialect, its placeholders renumbered.
    REFRACT_DECL fragment& append(fragment const& other);

    /// Gives every input its value: input n becomes `values[n]`.
    REFRACT_DECL fragment& replace_inputs(std::vector<plan::operand> const& values);

    /// The statement's text, placeholders included. Cost: linear.
    [[nodiscard]] REFRACT_DECL std::string text() const;
    [[nodiscard]] std::vector<parameter> const& parameters() const noexcept { return parameters_; }
    [[nodiscard]] dialect const& used_dialect() const noexcept { return *dialect_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty() && parameters_.empty(); }

private:
    void add(parameter p) {
        places_.push_back(text_.size());
        parameters_.push_back(std::move(p));
    }

    dialect const* dialect_;
    std::string text_;                 // without placeholders
    std::vector<std::size_t> places_;  // where in text_ the n-th placeholder goes
    std::vector<parameter> parameters_;
};

/// The values of a fragment's parameters. `new_id` and `new_uuid` operands must have been replaced before (engine/write does).
REFRACT_DECL std::vector<db::value> bind(
    std::vector<parameter> const& parameters, plan::bindings const& bindings, std::vector<db::value> const& inputs
);

/// The value of one operand.
REFRACT_DECL db::value bind(plan::operand const& o, plan::bindings const& bindings);

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/fragment.ipp>
#endif
