// How much storage a service uses, and whether that is too much.
// See: prisma1/service.hpp.
#pragma once

#include <refract/core/config.hpp>
#include <refract/db/connection.hpp>
#include <refract/sql/dialect.hpp>

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace refract::prisma1 {

/// Measures the tables of one service, at most once in `interval`: what is written in between is not seen.
///
/// Shape: PostgreSQL counts whole tables with their indexes, whose space a delete gives back only when it is vacuumed; SQLite the
/// pages in use.
/// Thread safety: all members.
class storage_meter {
public:
    /// `database` and `schema` as service has them.
    REFRACT_DECL storage_meter(std::shared_ptr<db::database> database, sql::dialect const& dialect, std::string const& schema,
                               std::uint64_t max_bytes, std::chrono::milliseconds interval = std::chrono::seconds(1));

    /// Whether the service has used up what it may. A database that can't be asked is not full: what comes next finds out what it has.
    REFRACT_DECL boost::asio::awaitable<bool> full();

    [[nodiscard]] std::uint64_t max_bytes() const noexcept { return max_bytes_; }

private:
    using clock = std::chrono::steady_clock;

    std::shared_ptr<db::database> database_;
    db::statement statement_;
    std::vector<db::value> parameters_;
    std::uint64_t max_bytes_;
    clock::duration interval_;
    std::atomic<clock::rep> next_{0}; ///< when it is measured again
    std::atomic<bool> full_{false};
};

} // namespace refract::prisma1

#ifdef REFRACT_HEADER_ONLY
#include <refract/prisma1/impl/storage_meter.ipp>
#endif
