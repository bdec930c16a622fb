// Which statements a server connection has prepared, and under which names.
// See: postgres/session.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

namespace refract::postgres::detail {

/// Statement ids to the names they are prepared under; least recently used out.
///
/// A name is used once only: a statement that is forgotten and prepared again can't collide with what the server still has.
class statement_cache {
public:
    explicit statement_cache(std::size_t limit) : limit_(limit) {}

    /// The name of a prepared statement, now the most recently used one; 0 if there is none.
    std::uint64_t find(std::uint64_t id) {
        auto const found = index_.find(id);
        if (found == index_.end()) {
            return 0;
        }
        order_.splice(order_.begin(), order_, found->second);
        return found->second->name;
    }

    /// A fresh name for `id`, remembered.
    std::uint64_t add(std::uint64_t id) {
        order_.push_front(entry{id, ++last_name_});
        index_[id] = order_.begin();
        return last_name_;
    }

    /// Forgets `id` if it is still prepared under `name`. True if it was.
    bool forget(std::uint64_t id, std::uint64_t name) {
        auto const found = index_.find(id);
        if (found == index_.end() || found->second->name != name) {
            return false;
        }
        order_.erase(found->second);
        index_.erase(found);
        return true;
    }

    /// Removes one statement beyond the limit and gives its name.
    std::optional<std::uint64_t> evict() {
        if (order_.size() <= limit_) {
            return std::nullopt;
        }
        auto const oldest = order_.back();
        index_.erase(oldest.id);
        order_.pop_back();
        return oldest.name;
    }

    [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }

    /// How the server knows a statement.
    [[nodiscard]] static std::string spelled(std::uint64_t name) { return "refract_" + std::to_string(name); }

private:
    struct entry {
        std::uint64_t id;
        std::uint64_t name;
    };

    std::size_t limit_;
    std::uint64_t last_name_ = 0;
    std::list<entry> order_; ///< most recently used first
    std::unordered_map<std::uint64_t, std::list<entry>::iterator> index_;
};

} // namespace refract::postgres::detail
