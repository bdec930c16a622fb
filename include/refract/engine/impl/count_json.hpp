// The answer of a write of many records.
#pragma once

#include <refract/core/config.hpp>
#include <refract/plan/read.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace refract::engine::detail {

/// `{"count":3}`, with the keys the request asked for.
REFRACT_DECL std::string count_json(std::vector<plan::item> const& items, std::uint64_t count);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/write.ipp>
#endif
