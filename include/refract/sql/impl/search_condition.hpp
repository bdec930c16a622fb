// Conditions of statements that look for records among all of a model.
//
// A relation filter can be probed, record by record (EXISTS), or the records it leaves can be collected by their links' indexes.
// A probe is good for a page that fills soon, and for what PostgreSQL turns into a join; it walks the whole table where few
// records match, always on SQLite, which knows no semi-joins, and on PostgreSQL below OR. Measured: tests/bench/README.md,
// "Relation filters".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/plan/read.hpp>
#include <refract/sql/fragment.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace refract::sql {

struct target;
struct alias_counter;

namespace detail {

enum class search : std::uint8_t {
    probe,     ///< EXISTS
    selective, ///< what is_selective() is collected
    everywhere ///< all `some` are collected where nothing else leaves few records: every match is wanted anyway
};

/// Writes the condition of one statement.
///
/// `exact`: whether an unknown (NULL) condition would be taken for something else than false: below a NOT it would become unknown
/// again where the subquery it stands for is false.
class condition_writer {
public:
    condition_writer(fragment& to, target const& t, alias_counter& aliases, search how)
        : to_(to), t_(t), aliases_(aliases), how_(how) {}

    REFRACT_DECL void write(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact);
    /// The condition of a page: the part `unit` of the filter is collected, all others are probed; null: all are.
    void write(datamodel::index model, std::uint32_t alias, plan::filter const& f, plan::filter const* unit) {
        unit_ = unit;
        is_page_ = true;
        write(model, alias, f, false);
    }
    /// True if the unit is found in few places: so it is collected in time that does not grow with the table.
    REFRACT_DECL void few(datamodel::index model, plan::filter const& unit);

private:
    REFRACT_DECL void part(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact);
    REFRACT_DECL void combination(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact);
    REFRACT_DECL void relation(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact);
    REFRACT_DECL bool without_subquery(datamodel::index model, std::uint32_t alias, plan::filter const& f, bool exact);
    REFRACT_DECL bool collects(datamodel::index model, plan::filter const& f, bool exact) const;
    REFRACT_DECL void collected(datamodel::index model, std::uint32_t alias, plan::filter const& f);
    REFRACT_DECL void keys(datamodel::index model, plan::filter const& f, bool counted);
    REFRACT_DECL void branches(datamodel::index model, std::uint32_t alias, plan::filter const& f);
    REFRACT_DECL void linked(datamodel::field const& f, datamodel::index model, std::uint32_t alias, std::uint32_t child);
    REFRACT_DECL void link_row(datamodel::field const& f, datamodel::index model, std::uint32_t alias, plan::filter const& key);
    REFRACT_DECL void key(datamodel::index model, std::string const& column, plan::filter const& f);

    [[nodiscard]] REFRACT_DECL datamodel::model const& model(datamodel::index m) const;
    [[nodiscard]] REFRACT_DECL datamodel::link const& link(datamodel::field const& f) const;

    fragment& to_;
    target const& t_;
    alias_counter& aliases_;
    search how_;
    plan::filter const* unit_ = nullptr;
    bool is_page_ = false;
};

/// Whether there always is an index of the field's values: of ids and unique fields. Links have their own.
REFRACT_DECL bool has_index(datamodel::model const& m, datamodel::index field);

/// Whether the filter leaves few records, found by indexes there always are: those of ids, unique fields and links.
REFRACT_DECL bool is_selective(target const& t, datamodel::index model, plan::filter const& f);

/// Whether an OR is better answered branch by branch: all of them are selective, and one at least is more than a comparison of a
/// column.
REFRACT_DECL bool needs_branches(target const& t, datamodel::index model, plan::filter const& f);

/// The parts of a page's filter that may be found in few places or in many, which the statement has to find out when it runs.
REFRACT_DECL std::vector<plan::filter const*> search_units(target const& t, datamodel::index model, plan::filter const& f);

} // namespace detail

} // namespace refract::sql

#include <refract/sql/condition.hpp> // last: its bodies need the class above
