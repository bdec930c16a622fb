// Bodies that are sent many times, compressed once.
#pragma once

#include <refract/core/config.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace refract::http::detail {

/// Bodies that are sent many times, compressed once.
///
/// Thread safety: find(). Bound: max_entries; one whose body is gone makes room first.
class zipped_bodies {
public:
    static constexpr std::size_t max_entries = 16;

    /// Null if it can't be compressed.
    REFRACT_DECL std::shared_ptr<std::string const> find(std::shared_ptr<std::string const> const& body);

private:
    std::mutex mutex_;
    std::map<std::weak_ptr<std::string const>, std::shared_ptr<std::string const>, std::owner_less<>> known_;
};

} // namespace refract::http::detail
