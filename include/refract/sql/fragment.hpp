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
        operand, ///< a plan operand
        input    ///< the n-th input of the statement, given by the engine (an id read before, a parent's id)
    };
    source from = source::operand;
    plan::operand operand{};
    std::uint32_t input = 0;
};

/// A statement's text and parameters, being written.
///
/// Shape: placeholders are numbered in the order of their first use; parameter(operand) of an equal slot reuses its number.
class fragment {
public:
    explicit fragment(dialect const& d) : dialect_(&d) {}

    fragment& append(literal text);
    /// A quoted identifier: a quote inside is doubled. Names with a NUL byte can't come here: the datamodel refuses them.
    fragment& identifier(std::string_view name);
    /// `"schema"."table"`, or `"table"` where the dialect or database has no schemas.
    fragment& table(std::string_view schema, std::string_view name);
    /// `t3`: an alias of our own making.
    fragment& alias(literal prefix, std::uint32_t number);
    /// A placeholder for an operand.
    fragment& value(plan::operand const& o);
    /// A placeholder for the engine's n-th input.
    fragment& input(std::uint32_t n);
    /// An unsigned number of ours.
    fragment& number(std::uint64_t n);
    /// Another fragment of the same dialect, its placeholders renumbered.
    fragment& append(fragment const& other);

    [[nodiscard]] std::string const& text() const noexcept { return text_; }
    [[nodiscard]] std::vector<parameter> const& parameters() const noexcept { return parameters_; }
    [[nodiscard]] dialect const& used_dialect() const noexcept { return *dialect_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

private:
    void placeholder(std::size_t n);
    void add(parameter p);

    struct mark { ///< a placeholder in the text
        std::size_t at;
        std::size_t length;
        std::uint32_t number;
    };

    dialect const* dialect_;
    std::string text_;
    std::vector<parameter> parameters_;
    std::vector<mark> marks_;
};

} // namespace refract::sql

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/fragment.ipp>
#endif
