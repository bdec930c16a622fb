// How one statement that writes is put together from the parts of a plan.
// See: impl/direct_create.ipp (new records), impl/direct_write.ipp (changes, removals, the answer).
#pragma once

#include <refract/core/config.hpp>
#include <refract/plan/write.hpp>
#include <refract/sql/direct_write.hpp>
#include <refract/sql/impl/link_place.hpp>
#include <refract/sql/mutate.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace refract::sql::detail {

/// More than this in one statement is written in steps.
inline constexpr std::size_t max_direct_parts = 16;
inline constexpr std::size_t max_direct_rows = 32;

/// Puts the one statement together: `t0` is the record of the root, `n1`, `n2`, ... are rows written with it.
///
/// Each member that takes a part of the plan gives false if it has to be written in steps, and says why.
class direct_compiler {
public:
    direct_compiler(plan::write_root const& root, target const& t)
        : root_(root), t_(t), statement_(*t.dialect), checks_(*t.dialect), beside_{fragment(*t.dialect), {}, fragment(*t.dialect)} {}

    REFRACT_DECL std::optional<direct_write> compile(plan::read* answer);

private:
    /// The parts of `INSERT INTO table (columns) SELECT values FROM from WHERE where`.
    struct row {
        fragment columns, values, from, where;
    };

    /// A statement in the WITH; `n3 AS (INSERT ...`, without its end.
    struct part {
        fragment text;
        std::uint32_t source = 0; ///< what others know its rows by
        index model = datamodel::none; ///< of its rows; none: `text` is whole
        std::vector<std::string> columns{}; ///< it returns, next to the id
    };

    /// A list of the answer whose records the statement itself has made, as columns beside the record's own.
    struct created_list {
        fragment columns;
        std::vector<db::value_type> types;
        fragment from; ///< ` LEFT JOIN n1 ON TRUE ORDER BY ...`
    };

    /// Where a new row hangs on: the id of `source` goes into `column`.
    struct parent_key {
        std::uint32_t source = 0;
        std::string const* column = nullptr;
    };

    [[nodiscard]] datamodel::datamodel const& dm() const { return *t_.model; }
    [[nodiscard]] fragment text() const { return fragment(*t_.dialect); }
    [[nodiscard]] row new_row() const { return {text(), text(), text(), text()}; }
    [[nodiscard]] std::string const& id_of(index model) const { return dm().models[model].id().column; }

    REFRACT_DECL bool write();
    REFRACT_DECL bool update();
    REFRACT_DECL bool upsert();
    REFRACT_DECL bool remove();
    REFRACT_DECL bool many();

    REFRACT_DECL bool set_values(fragment& to, plan::update const& u);
    REFRACT_DECL bool set_keys(fragment& set, fragment& from, fragment& where, plan::update const& u);
    REFRACT_DECL void append_where(fragment& to);

    REFRACT_DECL bool create(fragment& to, plan::create const& c, std::uint32_t source, parent_key const* key);
    REFRACT_DECL bool take_keys(row& r, plan::create const& c);
    REFRACT_DECL bool take_key(row& r, index model, plan::relation_write const& w);
    REFRACT_DECL bool hang_on(plan::create const& c, std::uint32_t source);
    REFRACT_DECL bool creates_below(index model, plan::relation_write const& w, std::uint32_t source);
    REFRACT_DECL bool connects_below(index model, plan::relation_write const& w, std::uint32_t source);
    REFRACT_DECL bool create_rows(fragment& to, std::span<plan::create const> items, parent_key const* key);
    REFRACT_DECL static bool is_like(plan::create const& first, plan::create const& item);
    REFRACT_DECL static bool append_rows(fragment& to, fragment const& types, std::span<plan::create const> items);
    REFRACT_DECL void add_list(index model, plan::list_assignment const& list, std::uint32_t source);

    REFRACT_DECL static void add(row& r, std::string const& column);
    REFRACT_DECL void insert(fragment& to, index model, row const& r) const;
    REFRACT_DECL static void append_source(fragment& to, std::uint32_t source);
    REFRACT_DECL void append_id(fragment& to, index model, std::uint32_t source) const;
    REFRACT_DECL void append_typed_null(fragment& to, std::string const& table, std::string const& column) const;
    REFRACT_DECL void expect(std::uint32_t source, std::size_t count);
    REFRACT_DECL bool is_free(index model);
    static bool is_only_creates_and_connects(plan::relation_write const& w) {
        return w.updates.empty() && w.upserts.empty() && w.removes.empty() && !w.set && w.disconnects.empty() &&
               w.update_manys.empty() && w.remove_manys.empty();
    }

    REFRACT_DECL bool joins_written(index model, plan::selection const& s) const;
    REFRACT_DECL bool find_id(direct_write& out);
    REFRACT_DECL fragment list_of(direct_write& out, written_select const& answer, bool tells_id);
    REFRACT_DECL void finish(direct_write& out, written_select const& answer, bool tells_id);
    REFRACT_DECL void append_part(fragment& to, part const& p) const;
    REFRACT_DECL void append_returned(fragment& to, index model, std::vector<std::string> const& columns) const;
    REFRACT_DECL void append_refusal(fragment& to, datamodel::field_type type) const;
    REFRACT_DECL void join_created(direct_write const& out, plan::read const& answer, written_select& select);
    [[nodiscard]] std::uint32_t take() { return ++sources_; }

    plan::write_root const& root_;
    target const& t_;
    fragment statement_;           ///< writes the root's record; without RETURNING
    fragment checks_;              ///< conditions on what the parts wrote
    std::vector<part> before_; ///< what the record holds a key of
    std::vector<part> after_;  ///< what hangs on the record
    std::set<index> written_;
    std::map<index, std::uint32_t> created_; ///< lists of the root all whose records one part makes
    created_list beside_;
    std::uint32_t sources_ = 0;
    bool is_subquery_ = false; ///< statement_ is a SELECT over parts
};

} // namespace refract::sql::detail

#ifdef REFRACT_HEADER_ONLY
#include <refract/sql/impl/direct_create.ipp>
#endif
