// A value in a plan: known now, or bound when the request runs.
#pragma once

#include <refract/db/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace refract::plan {

enum class operand_kind : std::uint8_t {
    constant, ///< written in the request's text, or a default
    slot,     ///< the n-th scalar leaf of the request's variables
    now,      ///< the instant of the root field, the same everywhere in it
    new_id,   ///< a fresh cuid for each row
    new_uuid, ///< a fresh random UUID for each row
};

/// A value a statement is given. Plain data.
struct operand {
    operand_kind kind = operand_kind::constant;
    std::uint32_t slot = 0;
    db::value constant{};

    [[nodiscard]] static operand of(db::value v) { return {operand_kind::constant, 0, std::move(v)}; }
    [[nodiscard]] static operand at(std::uint32_t slot) { return {operand_kind::slot, slot, {}}; }
    [[nodiscard]] static operand generated(operand_kind k) { return {k, 0, {}}; }
};

/// What the operands of one request are read from.
struct bindings {
    std::vector<db::value> slots{}; ///< scalar leaves of the variables, in the order of the shape
    std::int64_t now_ms = 0;
};

} // namespace refract::plan
