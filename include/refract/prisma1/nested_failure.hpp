// Errors of fields inside an answer: what stands in such a field's place while the answer is written, and where it is found then.
//
// An error of a nested field (a negative `first`, a required relation whose record is gone) belongs to every object the field is
// selected on. A plan knows no protocol, so lowering puts a mark in the field's place, which the engine copies like any constant;
// the finished answer is searched for marks. Answers without one are not touched.
#pragma once

#include <refract/core/config.hpp>
#include <refract/core/location.hpp>
#include <refract/prisma1/api_error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace refract::prisma1 {

/// An error a nested field of an operation can have.
struct nested_failure {
    api_error error{};
    location at{};
};

/// What GraphQL says of a required value that is not there. It has no code, and hides nothing.
inline constexpr std::string_view missing_value_text = "Cannot return null for non-nullable type";

/// The text in a failed field's place: no JSON has it. `levels` is how many objects and lists around the field become null with it.
REFRACT_DECL std::string failure_mark(std::size_t index, std::size_t levels);

/// A mark that was found.
struct found_failure {
    std::size_t index = 0; ///< of the nested_failure
    std::string path{};    ///< as JSON, `["users",0,"posts"]`
};

/// An answer without marks.
struct settled_answer {
    std::string json{};
    std::vector<found_failure> found{};
};

/// Finds marks and puts nulls in their place.
///
/// Shape: `answer` is JSON of the engine; `key` is the root field's response key. Marks below a value that becomes null are not
/// reported, as GraphQL allows. Source: GraphQL October 2021, 6.4.4, "Handling Field Errors". Cost: linear in the answer.
REFRACT_DECL settled_answer settle_failures(std::string_view answer, std::string_view key);

/// Whether an answer holds a mark.
REFRACT_DECL bool has_failure_mark(std::string_view answer) noexcept;

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/nested_failure.ipp>
#endif
