// Texts that are longer than their fields allow.
#pragma once

#include <refract/core/config.hpp>
#include <refract/plan/failure.hpp>
#include <refract/plan/operand.hpp>
#include <refract/plan/write.hpp>

#include <optional>

namespace refract::engine::detail {

/// The first text of a write that is too long, as a failure.
REFRACT_DECL std::optional<plan::failure> find_too_long(plan::write_root const& root, plan::bindings const& bindings);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/write.ipp>
#endif
