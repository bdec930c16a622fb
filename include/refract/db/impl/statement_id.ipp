#pragma once

#include <atomic>
#include <cstdint>

namespace refract::db {

[[nodiscard]] inline std::uint64_t next_statement_id() noexcept {
    static std::atomic<std::uint64_t> next{1};
    return next.fetch_add(1, std::memory_order_relaxed);
}

} // namespace refract::db
