#pragma once

#include <refract/http/gzip.hpp>
#include <refract/http/impl/zipped_bodies.hpp>

#include <utility>

namespace refract::http::detail {

REFRACT_DECL std::shared_ptr<std::string const> zipped_bodies::find(std::shared_ptr<std::string const> const& body) {
    std::lock_guard const hold(mutex_);
    if (auto const at = known_.find(body); at != known_.end()) {
        return at->second;
    }
    auto made = gzip(*body);
    if (!made) {
        return nullptr;
    }
    std::erase_if(known_, [](auto const& entry) { return entry.first.expired(); });
    if (known_.size() >= max_entries) {
        known_.erase(known_.begin());
    }
    return known_.emplace(body, std::make_shared<std::string const>(std::move(*made))).first->second;
}

} // namespace refract::http::detail
