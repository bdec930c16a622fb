// The steps of nested writes: which statements each action needs, which checks it makes, and in what order.
// See: impl/nested_write.ipp (actions), impl/remove.ipp (deletes and cascades), impl/explore.ipp (what is read ahead).
#pragma once

#include <refract/core/config.hpp>
#include <refract/engine/impl/foresight.hpp>
#include <refract/engine/outcome.hpp>
#include <refract/engine/transaction.hpp>
#include <refract/plan/write.hpp>
#include <refract/sql/mutate.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace refract::engine::detail {

using plan::index;

/// A relation seen from one record: the parent, its field p, and the field c at the other end.
struct edge {
    index model = datamodel::none;
    index field = datamodel::none;
    db::value parent{};
    bool parent_is_new = false; ///< created by this very write: it has no links yet
    datamodel::field const* p = nullptr;
    datamodel::field const* c = nullptr;

    [[nodiscard]] index child_model() const noexcept { return p->related_model; }
    [[nodiscard]] bool p_is_one() const noexcept { return !p->is_list; }
    [[nodiscard]] bool c_is_one() const noexcept { return !c->is_list; }
    [[nodiscard]] bool p_is_required() const noexcept { return !p->is_list && p->is_required; }
    [[nodiscard]] bool c_is_required() const noexcept { return !c->is_list && c->is_required; }
};

/// A foreign key that is set when a row is inserted.
struct parent_key {
    index field = datamodel::none;
    db::value id{};
};

/// A record wanted by a unique value.
struct lookup {
    index model = datamodel::none;
    index field = datamodel::none;
    db::value value{};
    db::value id{}; ///< null until found
};

/// Writes one tree inside a transaction. Lives as long as one attempt.
class writer {
public:
    using done = boost::asio::awaitable<outcome<void>>;
    using found = boost::asio::awaitable<outcome<db::value>>;
    using ids = std::vector<db::value>;

    writer(transaction& tx, sql::target const& t, plan::bindings const& bindings)
        : tx_(tx), t_(t), bindings_(bindings), foresight_(tx, t) {}

    /// A new record and everything below it; gives its id.
    found create(plan::create const& c);
    /// Changes of a record that is there.
    done update(plan::update const& u, db::value id);
    /// Changes of the record a selector finds; gives its id.
    found update(plan::update const& u, plan::selector const& where);
    /// The id a selector finds, or null.
    found find(index model, plan::selector const& where);
    /// Queues changes of many records. Their number is in `count`, if given, after the next flush.
    void update_many(sql::record_set set, plan::update const& u, db::value const& parent, std::uint64_t* count);
    /// Removes records, what cascades from them, and checks that nothing requires them.
    done remove(index model, ids records);
    /// As remove(), of all records of a set. Their number is in `count`, if given, after the next flush.
    done remove_many(sql::record_set set, db::value parent, std::uint64_t* count);

    [[nodiscard]] plan::failure not_found(index model, plan::selector const& where) const;

private:
    friend class combined_create;

    found insert(plan::create const& c, parent_key key);
    done complete(plan::create const& c, db::value id);
    void write_lists(index model, std::vector<plan::list_assignment> const& lists, db::value const& id, bool is_new);
    done relations(index model, db::value id, std::vector<plan::relation_write> const& writes, bool is_new);
    done all_relations(index model, db::value id, std::vector<plan::relation_write> const& writes, bool is_new);
    /// Reads what the steps will have to know.
    done explore(index model, db::value id, std::vector<plan::relation_write> const& writes);
    /// Adds up, for each depth of a tree, the steps that have to know something first.
    void count_waits(index model, std::vector<plan::relation_write> const& writes, std::size_t depth, std::vector<std::size_t>& to) const;
    [[nodiscard]] std::size_t waits_of(index model, plan::relation_write const& w) const;
    done relations_of_kind(edge const& e, plan::relation_write const& w, unsigned kind);
    /// One step for each item; the first failure ends it.
    template <class Item>
    done each(edge const& e, std::vector<Item> const& items, done (writer::*step)(edge const&, Item const&));

    done create_all(edge const& e, std::vector<plan::create> const& items);
    void create_rows(edge const& e, std::span<plan::create const> items);
    done create_related(edge const& e, plan::create const& c);
    done update_related(edge const& e, plan::nested_update const& u);
    done upsert_related(edge const& e, plan::nested_upsert const& u);
    done remove_related(edge const& e, std::optional<plan::selector> const& where);
    done connect(edge const& e, std::vector<plan::selector> const& wheres);
    done set(edge const& e, std::optional<std::vector<plan::selector>> const& wheres);
    done disconnect(edge const& e, std::optional<plan::selector> const& where);
    done update_many_related(edge const& e, plan::nested_update_many const& u);
    done remove_many_related(edge const& e, plan::filter const& where);

    void link(edge const& e, ids const& children);
    void unlink_parent(edge const& e);
    void unlink_children(edge const& e, ids const& children);
    boost::asio::awaitable<outcome<ids>> find_all(index model, std::vector<plan::selector> const& wheres);
    boost::asio::awaitable<outcome<ids>> find_together(index model, std::vector<plan::selector> const& wheres);
    /// As find_all(), in one statement for each unique field. Ids told by id are checked on the way; of the others an id stays null
    /// if nothing was found.
    done look_up(std::vector<lookup*> const& wanted);
    /// The child a selector finds, if it is there (else record_not_found) and connected (else not_connected).
    found find_connected(edge const& e, plan::selector const& where, bool name_both);
    [[nodiscard]] result_check require_connected(edge const& e, plan::selector const& where, bool name_both, db::value* to) const;
    /// The child an upsert is about, or null if it is to be created.
    found find_upserted(edge const& e, plan::selector const& where);
    /// The child of a to-one relation, or null.
    found find_child(edge const& e);

    boost::asio::awaitable<outcome<ids>> related(index model, index field, ids const& from);
    /// As far as it is foreseen; checked on the way.
    std::optional<ids> foresee_related(index model, index field, ids const& from);
    boost::asio::awaitable<outcome<ids>> members(sql::record_set const& set, db::value const& parent);
    /// True if all are foreseen: they are in their places then, and checked on the way.
    bool foresee(std::vector<lookup*> const& wanted);
    done cascade(index model, index field, ids from, ids came_from);
    void check_not_required(index model, ids const& records, index but_model, index but_field);
    void remove_set(sql::record_set const& set, ids const& inputs, std::uint64_t* count);
    void delete_rows(index model, ids const& records);
    [[nodiscard]] bool cascades(index model, index field) const;
    [[nodiscard]] bool cascades(index model) const;

    [[nodiscard]] datamodel::datamodel const& dm() const noexcept { return *t_.model; }
    [[nodiscard]] db::value value_of(plan::operand const& o) const { return sql::bind(o, bindings_); }
    [[nodiscard]] std::vector<db::value_type> id_column(index model) const;
    [[nodiscard]] plan::failure violates(datamodel::field const& f) const;
    [[nodiscard]] plan::failure not_connected(edge const& e) const;
    /// A step that has to know more than is foreseen; also one that finds something else than was.
    [[nodiscard]] static plan::failure unforeseen();
    /// Refuses a result whose first column is not exactly this.
    [[nodiscard]] static result_check require_ids(std::set<std::string> expected);
    [[nodiscard]] bool is_gone(index model, db::value const& id) const;
    /// Refuses the transaction if the statement finds a row.
    void forbid(sql::fragment const& text, ids const& inputs, plan::failure failed);

    transaction& tx_;
    sql::target const& t_;
    plan::bindings const& bindings_;
    foresight foresight_;
    std::set<std::pair<index, std::string>> removed_{}; ///< by this write, as far as it was foreseen
    std::map<std::pair<index, index>, std::set<std::string>>
        cascaded_{}; ///< by model and field: records whose children were looked for
};

template <class Item>
writer::done writer::each(edge const& e, std::vector<Item> const& items, done (writer::*step)(edge const&, Item const&)) {
    for (auto const& item : items) {
        auto ran = co_await (this->*step)(e, item);
        if (!ran && !foresight_.is_walking()) {
            co_return ran;
        }
    }
    co_return outcome<void>{};
}

/// Puts the first column of the first row into `to`, if there is one.
REFRACT_DECL result_reader take_id(db::value& to);

/// Puts the id of a record that is there and connected into `to`: the second column tells.
REFRACT_DECL result_reader take_connected_id(db::value& to);

/// Appends the ids in the first column, each once.
REFRACT_DECL result_reader take_ids(writer::ids& to, std::set<std::string>& seen);

/// Refuses a result without rows; `to`, if given, gets the first column of the first row.
REFRACT_DECL result_check require_row(plan::failure missing, db::value* to);

/// Refuses a result with less rows.
REFRACT_DECL result_check require_rows(std::size_t count, plan::failure missing);

/// Calls `action` with the ids in groups that fit one statement.
template <class Action> void in_groups(sql::target const& t, writer::ids const& all, Action const& action) {
    auto const step = sql::max_ids(t);
    for (std::size_t at = 0; at < all.size(); at += step) {
        auto const from = all.begin() + static_cast<std::ptrdiff_t>(at);
        writer::ids const group(from, from + static_cast<std::ptrdiff_t>(std::min(step, all.size() - at)));
        action(group);
    }
}

/// A value as a key of a set.
REFRACT_DECL std::string key_of(db::value const& v);

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/combined_write.hpp>
#endif
