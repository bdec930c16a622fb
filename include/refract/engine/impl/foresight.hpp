// What the steps of nested writes have to know, read before anything is written: for all records of a level at once.
// See: impl/writer.hpp, whose steps ask.
#pragma once

#include <refract/core/config.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/transaction.hpp>
#include <refract/sql/mutate.hpp>
#include <refract/sql/select.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace refract::engine::detail {

/// Foresees what the steps of a tree will find.
///
/// The tree is walked without writing. A step asks for what it has to know, and is left if that is not known; what all steps
/// asked for is read together, and the tree walked again, until nobody asks. Then it is written, and each step checks on the way
/// that it finds what was foreseen: a step before it may have changed that. Cost: a round trip for each level of the tree.
class foresight {
public:
    using index = datamodel::index;
    using ids = std::vector<db::value>;

    foresight(transaction& tx, sql::target const& t) : tx_(tx), t_(t) {}

    /// True until the first walk.
    [[nodiscard]] bool is_blind() const noexcept { return stage_ == stage::blind; }
    /// True while nothing may be written.
    [[nodiscard]] bool is_walking() const noexcept { return stage_ == stage::walking; }

    /// Begins a walk: statements that are queued are dropped.
    REFRACT_DECL void walk();
    /// Ends a walk and reads what was asked for. False if nothing was.
    REFRACT_DECL boost::asio::awaitable<outcome<bool>> learn();

    // What is not known is asked for if this is a walk.

    /// The id of the record with a unique value, null if there is none. Nullptr: not known.
    REFRACT_DECL db::value const* id_of(index model, index field, db::value const& value);
    /// The ids of the records related to one. Nullptr: not known.
    REFRACT_DECL ids const* related(index model, index field, db::value const& id);
    /// Whether two records are related. Nothing: not known.
    REFRACT_DECL std::optional<bool> connected(index model, index field, db::value const& id, db::value const& other);
    /// The ids of the records of a set. Nullptr: not known.
    REFRACT_DECL ids const* members(sql::record_set const& set, db::value const& parent);
    /// A number for a record whose id the database makes. Null: none was set aside.
    REFRACT_DECL db::value next_id(index model);

private:
    enum class stage : std::uint8_t { blind, walking, knowing };
    using place = std::pair<index, index>; ///< model and field

    struct numbers {
        ids values{};
        std::size_t next = 0;
        std::size_t asked = 0; ///< ever
    };

    struct asked_set {
        sql::record_set set{};
        db::value parent{};
        std::string key{};
    };

    REFRACT_DECL void read_ids();
    REFRACT_DECL void read_related();
    REFRACT_DECL void read_connected();
    REFRACT_DECL void read_members();
    REFRACT_DECL void read_numbers();
    [[nodiscard]] db::value_type id_type(index model) const { return sql::column_type(t_.model->models[model].id().type); }

    transaction& tx_;
    sql::target const& t_;
    stage stage_ = stage::blind;
    std::unordered_map<std::string, db::value> ids_{};
    std::unordered_map<std::string, ids> related_{};
    std::unordered_map<std::string, bool> connected_{};
    std::unordered_map<std::string, ids> members_{};
    std::map<index, numbers> numbers_{};
    std::map<place, ids> ids_asked_{};
    std::map<place, ids> related_asked_{};
    std::map<place, std::vector<std::pair<db::value, db::value>>> connected_asked_{};
    std::vector<asked_set> members_asked_{};
};

/// Calls `action` with groups of values that fit one statement. Their sizes are powers of two, so that there are few texts to
/// prepare: the last value may come more than once.
template <class Action> void in_padded_groups(sql::target const& t, std::vector<db::value> const& all, Action const& action) {
    std::size_t most = 1;
    while (2 * most <= sql::max_ids(t)) {
        most *= 2;
    }
    for (std::size_t at = 0; at < all.size(); at += most) {
        auto const from = all.begin() + static_cast<std::ptrdiff_t>(at);
        auto const count = std::min(most, all.size() - at);
        std::vector<db::value> group(from, from + static_cast<std::ptrdiff_t>(count));
        std::size_t size = 1;
        while (size < count) {
            size *= 2;
        }
        group.resize(size, group.back());
        action(group);
    }
}

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/foresight.ipp>
#endif
