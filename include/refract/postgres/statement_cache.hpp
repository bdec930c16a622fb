// Which statements a server connection has prepared, and under which names.
// See: postgres/session.hpp.
#pragma once

#include <refract/postgres/result.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

namespace refract::postgres::detail {

/// A statement as the server has it.
struct prepared_statement {
    std::uint64_t id = 0;
    std::uint64_t name = 0; ///< part of the name it is prepared under; 0: none
    std::shared_ptr<row_form> form{};
};

/// Statement ids to the names they are prepared under; least recently used out.
///
/// A name is used once only: a statement that is forgotten and prepared again can't collide with what the server still has.
class statement_cache {
public:
    explicit statement_cache(std::size_t limit) : limit_(limit) {}

    /// A prepared statement, now the most recently used one; null if there is none.
    prepared_statement const* find(std::uint64_t id) {
        auto const found = index_.find(id);
        if (found == index_.end()) {
            return nullptr;
        }
        order_.splice(order_.begin(), order_, found->second);
        return &*found->second;
    }

    /// A fresh name for `id`, remembered.
    prepared_statement const& add(std::uint64_t id, std::shared_ptr<row_form> form) {
        order_.push_front(prepared_statement{id, ++last_name_, std::move(form)});
        index_[id] = order_.begin();
        return order_.front();
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

private:
    std::size_t limit_;
    std::uint64_t last_name_ = 0;
    std::list<prepared_statement> order_; ///< most recently used first
    std::unordered_map<std::uint64_t, std::list<prepared_statement>::iterator> index_;
};

} // namespace refract::postgres::detail
