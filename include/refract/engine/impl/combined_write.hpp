// Many nested creates in few statements: the records of a level of the tree share their INSERTs.
// See: impl/nested_write.ipp, which writes the same record by record.
#pragma once

#include <refract/engine/impl/writer.hpp>

#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace refract::engine::detail {

/// The creates of one relation field of one record, with everything below them.
///
/// Creates and connects commute unless two of them are about the one link of a record, so what is written is the same as record
/// by record; what fails is told by writing record by record. Ids are made in the order of the tree, depth first. Cost:
/// statements by the shape of the tree and sql::dialect::max_parameters; round trips by its depth, and only for ids made by the
/// database or found by other values than ids.
class combined_create {
public:
    using done = writer::done;
    using ids = writer::ids;

    combined_create(writer& w, edge const& e) : w_(w), edge_(e) { root_.rows.resize(1); }

    /// Takes the creates over, as far as they have a combined form: nothing may be run if not.
    bool add(std::vector<plan::create> const& items);

    /// Finds what is connected to. False if records have to be written one by one: nothing is written then.
    boost::asio::awaitable<outcome<bool>> find_connected();

    done run();

private:
    struct group;

    struct row {
        plan::create const* data = nullptr;
        std::size_t parent = 0; ///< which row of the group above
        db::value id{};
        std::vector<index> fields{};
        ids values{};
    };

    struct connection {
        std::size_t parent = 0; ///< row of the group
        lookup child{};
    };

    /// What the records of a group do through one relation field.
    struct branch {
        index field = datamodel::none;
        std::unique_ptr<group> creates{};
        std::vector<connection> connects{};
    };

    /// Records of one place in the tree.
    struct group {
        index model = datamodel::none;
        bool ids_by_database = false;
        std::vector<row> rows{};
        std::vector<branch> branches{};
    };

    static branch& branch_of(group& g, index field);
    bool add(group& to, plan::create const& c, std::size_t parent);
    bool add_relation(group& to, plan::relation_write const& w, std::size_t at);
    /// Ids made by the database come in the order of the tree only if no model is in two places.
    bool has_known_order(group const& g, std::set<index>& models) const;
    void collect(group& g, std::vector<lookup*>& to);
    /// True if no record is given its one link twice.
    bool links_are_apart(group const& g);

    done write(group& g, index model, branch& from, group const& above);
    done insert(group& g);
    done write_below(group& g);
    /// Children whose ids stand in the rows of the records of `g`.
    done write_keys(group& g);
    void insert_rows(group& g, std::size_t from, std::size_t count);
    void write_lists(group const& g);
    void link(index model, index field, ids const& pairs);
    void take_from_old_parents(index model, branch const& b);

    [[nodiscard]] datamodel::field const& field_of(group const& g, branch const& b) const {
        return w_.dm().field_at(g.model, b.field);
    }
    [[nodiscard]] datamodel::field const& back_of(group const& g, branch const& b) const { return w_.dm().back(field_of(g, b)); }

    writer& w_;
    edge const& edge_;
    group root_{};                                            ///< the record the creates hang on: not written here
    std::set<std::tuple<index, bool, std::string>> linked_{}; ///< by relation and side: records that were given their one link
};

} // namespace refract::engine::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/engine/impl/combined_write.ipp>
#include <refract/engine/impl/explore.ipp>
#include <refract/engine/impl/nested_write.ipp>
#include <refract/engine/impl/remove.ipp>
#endif
