// A coerced argument of a request: the tree lowering reads, its leaves already operands of a plan.
#pragma once

#include <refract/plan/operand.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::prisma1 {

enum class argument_kind : std::uint8_t {
    null,    ///< given as null
    scalar,  ///< a leaf: `operand`; of booleans and enums the value is a constant, as it can decide the plan's shape
    list,
    object,
};

/// One coerced value. List coercion is done: a list type always gives a list.
///
/// A scalar of type ID or String is a db::value text, Int and Long integer, Float decimal, Boolean boolean, DateTime date_time,
/// UUID uuid, Json json, an enum text.
struct argument {
    argument_kind kind = argument_kind::null;
    plan::operand operand{};
    std::vector<argument> items{};
    std::vector<std::pair<std::string, argument>> fields{}; ///< in the order given; absent ones are left out

    [[nodiscard]] bool is_null() const noexcept { return kind == argument_kind::null; }

    [[nodiscard]] argument const* find(std::string_view name) const noexcept {
        for (auto const& [key, value] : fields) {
            if (key == name) {
                return &value;
            }
        }
        return nullptr;
    }

    /// True for the constant `true`.
    [[nodiscard]] bool is_true() const noexcept { return kind == argument_kind::scalar && operand.constant.number() == 1; }
};

} // namespace refract::prisma1
