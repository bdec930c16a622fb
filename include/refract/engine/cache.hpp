// A bounded cache: text to an immutable compiled thing, least recently used out.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace refract::engine {

/// Keeps shared, immutable values by text key up to a number of bytes.
///
/// Thread safety: all members. Values handed out stay alive after they left the cache. One lock, held for a lookup.
/// Cost: find and put are O(1) plus the hash of the key.
template <class T> class cache {
public:
    explicit cache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    [[nodiscard]] std::shared_ptr<T const> find(std::string_view key) {
        std::lock_guard const hold(mutex_);
        auto const at = index_.find(key);
        if (at == index_.end()) {
            ++misses_;
            return nullptr;
        }
        ++hits_;
        entries_.splice(entries_.begin(), entries_, at->second);
        return at->second->value;
    }

    /// Adds or replaces. `bytes` is what the value holds, the key not counted. A value larger than the whole cache is not kept.
    void put(std::string key, std::shared_ptr<T const> value, std::size_t bytes) {
        std::lock_guard const hold(mutex_);
        bytes += key.size() + sizeof(entry);
        if (bytes > max_bytes_) {
            return;
        }
        if (auto const at = index_.find(key); at != index_.end()) {
            drop(at->second);
        }
        entries_.push_front({std::move(key), std::move(value), bytes});
        index_.emplace(std::string_view(entries_.front().key), entries_.begin());
        bytes_ += bytes;
        while (bytes_ > max_bytes_) {
            drop(std::prev(entries_.end()));
        }
    }

    struct counts {
        std::size_t entries = 0;
        std::size_t bytes = 0;
        std::size_t hits = 0;
        std::size_t misses = 0;
    };

    [[nodiscard]] counts statistics() const {
        std::lock_guard const hold(mutex_);
        return {entries_.size(), bytes_, hits_, misses_};
    }

private:
    struct entry {
        std::string key;
        std::shared_ptr<T const> value;
        std::size_t bytes;
    };

    void drop(typename std::list<entry>::iterator at) {
        bytes_ -= at->bytes;
        index_.erase(std::string_view(at->key));
        entries_.erase(at);
    }

    mutable std::mutex mutex_;
    std::list<entry> entries_;
    std::unordered_map<std::string_view, typename std::list<entry>::iterator> index_;
    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::size_t hits_ = 0;
    std::size_t misses_ = 0;
};

} // namespace refract::engine
