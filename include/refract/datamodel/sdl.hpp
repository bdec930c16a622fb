// Text of a Prisma 1 datamodel (v1.1, or the syntax before it) to the picture of the data.
// See: Prisma 1 documentation, "Datamodel v1.1".
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/error.hpp>
#include <refract/datamodel/capabilities.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/datamodel/problem.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refract::datamodel {

/// Fields the generated API may repeat in inputs of related records: the sum over all models of relation fields times fields.
/// One input type per relation field repeats every other field, which grows quadratically; 1,000 fields with 200 relations
/// among them make 200,000. A datamodel above the bound is refused.
inline constexpr std::size_t max_repeated_fields = 500'000;

/// What a text cannot tell of itself.
struct parse_options {
    /// The datamodel the text is to replace is legacy: the text is too, unless it says otherwise. See detect_syntax().
    bool follows_legacy = false;
    /// The tables are made from the datamodel. Otherwise somebody else makes them: a legacy datamodel then has the fields that are
    /// written and stands in the tables its `@pg...` directives name.
    bool owns_tables = true;
};

/// What parse_sdl() found.
struct parsed {
    datamodel model{};               ///< complete if ok(), else empty
    syntax_version version = syntax_version::v1_1; ///< the rules the text was held against
    std::vector<problem> errors{};   ///< in the order of the checks, each once
    std::vector<problem> warnings{};
    /// Two relations got the same generated name (errc::ambiguous_relation): not one of `errors`, as Prisma 1 answers it
    /// with error 4004.
    std::optional<error> ambiguous_relation{};

    [[nodiscard]] bool ok() const noexcept { return errors.empty() && !ambiguous_relation; }
};

/// Reads and checks a datamodel.
///
/// Shape: `text` is UTF-8 SDL of types and enums; other definitions are ignored; without any the datamodel is empty.
/// Models are in the order of the text, but those that got a hidden back relation come last, in the order they got it.
/// Which syntax it is tells detect_syntax(). A legacy model has its system fields, hidden if nobody wrote them.
/// Every relation has two fields, tables and columns are named. model::stable_id is left empty.
/// Errors: a text that is not GraphQL is one error of type `Global`. Exceptions: std::bad_alloc only.
/// Cost: linear in the text but for hashing.
///
/// Example:
///   auto p = datamodel::parse_sdl("type User { id: ID! @id name: String! }", datamodel::sqlite_capabilities);
REFRACT_DECL parsed parse_sdl(std::string_view text, capabilities const& can, parse_options options = {});

} // namespace refract::datamodel

#ifdef REFRACT_HEADER_ONLY
#include <refract/datamodel/impl/sdl.ipp>
#endif
