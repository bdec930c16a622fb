// Steps to the statements that carry them out. No I/O: the tables as they are come in, statements come out.
// See: docs of the Management API, "From a step to the database".
#pragma once

#include <refract/core/config.hpp>
#include <refract/datamodel/model.hpp>
#include <refract/migrate/matching.hpp>
#include <refract/migrate/step.hpp>
#include <refract/sql/ddl.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refract::migrate {

/// Writes the statements of one step after the other, and keeps a picture of the tables as they are by then.
///
/// Shape: every step looks at the tables first and does only what is missing, so that it can be run against a database that was
/// changed by hand. A name that another step frees later is free already: fields may pass their names on. On SQLite a column's NOT NULL can't be altered: such a table is marked and rebuilt once, by finish().
class statement_writer {
public:
    statement_writer(
        sql::ddl_target target, std::vector<sql::table> tables, datamodel::datamodel const& previous,
        datamodel::datamodel const& next, matching const& m
    )
        : target_(std::move(target)), tables_(std::move(tables)), previous_(previous), next_(next), match_(m) {}

    /// The statements of a step. Steps must come in the order of infer_steps().
    REFRACT_DECL std::vector<sql::fragment> write(step const& s);
    /// What is left to do after the last step: SQLite's rebuilds.
    REFRACT_DECL std::vector<sql::fragment> finish();

    /// The tables as they are after what was written.
    [[nodiscard]] std::vector<sql::table> const& tables() const noexcept { return tables_; }

private:
    REFRACT_DECL void carry_out(create_model const& s);
    REFRACT_DECL void carry_out(delete_model const& s);
    REFRACT_DECL void carry_out(update_model const& s);
    REFRACT_DECL void carry_out(create_field const& s);
    REFRACT_DECL void carry_out(delete_field const& s);
    REFRACT_DECL void carry_out(update_field const& s);
    REFRACT_DECL void carry_out(create_relation const& s);
    REFRACT_DECL void carry_out(delete_relation const& s);
    REFRACT_DECL void carry_out(update_relation const& s);
    template <class Other> void carry_out(Other const&) {} // enums are text, secrets are not in the database

    REFRACT_DECL sql::table* find(std::string_view name);
    REFRACT_DECL void add_links(sql::table& t, datamodel::index model) const;
    REFRACT_DECL void update_scalar(sql::table& t, datamodel::field const& before, datamodel::field const& after);
    REFRACT_DECL std::string take(std::string const& table, std::string const& column = {});
    REFRACT_DECL void make_way(sql::table& t, std::string const& column);
    REFRACT_DECL void make_way(std::string const& table);
    REFRACT_DECL void make_way_for(datamodel::link const& link, std::string const& inline_table);
    REFRACT_DECL void put_back();
    REFRACT_DECL void set_type(sql::table& t, sql::table_column& c, datamodel::field_type type);
    REFRACT_DECL void switch_indexes(sql::table& t, std::vector<sql::table_index> const& wanted);
    REFRACT_DECL void create(sql::table what);
    REFRACT_DECL void drop(std::string const& name);
    REFRACT_DECL void rename(std::string from, std::string const& to);
    REFRACT_DECL void add(sql::table& t, sql::table_column const& column, datamodel::field const* filled_for);
    REFRACT_DECL void drop_column(sql::table& t, std::string const& column);
    REFRACT_DECL void rename_column(sql::table& t, std::string from, std::string const& to);
    REFRACT_DECL void set_not_null(sql::table& t, sql::table_column& c, datamodel::field const& f);
    REFRACT_DECL void set_unique(sql::table& t, std::string const& column, bool unique);
    REFRACT_DECL void add_index(sql::table& t, sql::table_index index);
    REFRACT_DECL void drop_indexes(sql::table& t, std::string const& column);
    REFRACT_DECL void adapt(sql::table& t, datamodel::field const& f);
    REFRACT_DECL void change_id_type(sql::table& t, std::string const& column, datamodel::field const& f);
    REFRACT_DECL void refer_again(sql::table other, std::string const& to, sql::table_column const& id);
    REFRACT_DECL void create_list(sql::table list, sql::table const& owner);
    REFRACT_DECL void create_storage(datamodel::relation const& r);
    REFRACT_DECL void drop_storage(datamodel::relation const& r, std::string const& inline_table);
    REFRACT_DECL void move_links(datamodel::relation const& before, datamodel::relation const& after, std::string const& inline_table);
    REFRACT_DECL void update_link_table(datamodel::relation const& before, datamodel::relation const& after);
    REFRACT_DECL bool sides_are_switched(datamodel::relation const& before, datamodel::relation const& after) const;
    REFRACT_DECL std::string fresh_index_name(std::string name) const;

    sql::ddl_target target_;
    std::vector<sql::table> tables_;
    datamodel::datamodel const& previous_;
    datamodel::datamodel const& next_;
    matching const& match_;
    std::set<std::string> to_rebuild_;
    std::set<std::string> made_; ///< tables of new models
    /// Tables and columns that were in the way of others which have their names now: `{table, column}` to where it is, `{table, ""}` for a
    /// table. Their own step, still to come, finds them here.
    std::map<std::pair<std::string, std::string>, std::string> moved_;
    std::uint32_t moved_count_ = 0;
    std::vector<sql::fragment> out_;
};

} // namespace refract::migrate

#ifdef REFRACT_HEADER_ONLY
#include <refract/migrate/impl/statements.ipp>
#endif
